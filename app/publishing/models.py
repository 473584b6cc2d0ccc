"""Tables of drafts: a handbook's next version while it is written, reviewed and approved; every text that was saved."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Draft(Base):
    """The next version of a handbook while it is made. Personal data: who wrote, submitted and decided.

    At most one of a handbook is open (in draft or in review). `sources` is JSON, the sources added to those of
    handbook.yml: {key: {"ms", "en", "kind", "url"}}. `revision` grows with every change of the draft's own fields.
    `manifest_before` is handbook.yml as it was before publication, for a version withdrawn before its day.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_review', 'published', 'withdrawn')", name="state"),
        Index(
            "uq_drafts_open",
            "handbook_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'in_review')"),
            postgresql_where=text("state IN ('draft', 'in_review')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    base_version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"))
    state: Mapped[str] = mapped_column(Text, server_default="draft")
    title_ms: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    preface_ms: Mapped[str] = mapped_column(Text)
    preface_en: Mapped[str] = mapped_column(Text)
    summary_ms: Mapped[str] = mapped_column(Text, server_default="")
    summary_en: Mapped[str] = mapped_column(Text, server_default="")
    sources: Mapped[str] = mapped_column(Text, server_default="{}")
    effective_on: Mapped[date | None] = mapped_column(Date)
    read_within_days: Mapped[int] = mapped_column(server_default=text("14"))
    revision: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("handbook_versions.id"))
    manifest_before: Mapped[str] = mapped_column(Text, server_default="", default="")


class DraftRule(Base):
    """A rule of a draft in both languages, at its place. Personal data: who edited it last.

    `rule_id` is empty for a rule that is new in this draft. `change` is what the author says of it: empty while unchanged
    or undecided, else new, material, editorial or retired. `ancestors` are ids of rules, by spaces: from which rules it was
    split or merged. `revision` grows with every save: a save names the one it began with.
    """

    __tablename__ = "draft_rules"
    __table_args__ = (
        UniqueConstraint("draft_id", "rule_id"),
        CheckConstraint("change IN ('', 'new', 'material', 'editorial', 'retired')", name="change"),
        CheckConstraint("strength IN ('must', 'should', 'may')", name="strength"),
        Index("ix_draft_rules_draft_id_position", "draft_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(Text)
    chapter_code: Mapped[str] = mapped_column(Text)
    chapter_ms: Mapped[str] = mapped_column(Text)
    chapter_en: Mapped[str] = mapped_column(Text)
    title_ms: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_ms: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    strength: Mapped[str] = mapped_column(Text)
    categories: Mapped[str] = mapped_column(Text)
    sources: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text, server_default="", default="")
    note_ms: Mapped[str] = mapped_column(Text, server_default="", default="")
    note_en: Mapped[str] = mapped_column(Text, server_default="", default="")
    ancestors: Mapped[str] = mapped_column(Text, server_default="", default="")
    revision: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    edited_at: Mapped[datetime | None] = mapped_column(Moment)


class DraftSave(Base):
    """A text somebody saved, also one that came too late and was not taken. Appended only. Personal data: who saved.

    `content` is JSON of the fields; `kept` says whether it became the rule's text.
    """

    __tablename__ = "draft_saves"
    __table_args__ = (Index("ix_draft_saves_draft_rule_id", "draft_rule_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_rule_id: Mapped[int] = mapped_column(ForeignKey("draft_rules.id"))
    revision: Mapped[int]  # the one the save began with
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    saved_at: Mapped[datetime] = mapped_column(Moment)
    kept: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)


class DraftEvent(Base):
    """What happened to a draft, with the words said about it. Appended only. Personal data: who acted."""

    __tablename__ = "draft_events"
    __table_args__ = (
        CheckConstraint(
            "act IN ('started', 'edited', 'submitted', 'returned', 'published', 'withdrawn')",
            name="act",
        ),
        Index("ix_draft_events_draft_id", "draft_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    act: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(Text, server_default="")
