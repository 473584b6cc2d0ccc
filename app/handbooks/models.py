"""Tables of handbooks: a handbook and a rule live for ever, a version and a rule's text never change."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Handbook(Base):
    """A handbook: its identity. Personal data: none.

    `manifest` is the newest handbook.yml, byte for byte, so that the files can be written back.
    """

    __tablename__ = "handbooks"
    __table_args__ = (UniqueConstraint("slug"), UniqueConstraint("code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    confirmed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    about_ms: Mapped[str] = mapped_column(Text)
    about_en: Mapped[str] = mapped_column(Text)
    manifest: Mapped[str] = mapped_column(Text, server_default="", default="")


class HandbookVersion(Base):
    """One published version, whole and unchangeable. Personal data: who published it.

    `content_hash` is the SHA-256 (hex) of both sources; current is the one with the newest `effective_on` not in the
    future that was not withdrawn before that day. `asks_again` says whether anything in it must be read anew by who knew
    the version before (a new, materially changed or retired rule), within `read_within_days` days of its beginning.
    `in_force_at` is when the portal noticed that it is in force, once.
    """

    __tablename__ = "handbook_versions"
    __table_args__ = (
        UniqueConstraint("handbook_id", "number"),
        Index(
            "uq_handbook_versions_handbook_id_effective_on",
            "handbook_id",
            "effective_on",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    number: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[date] = mapped_column(Date)
    title_ms: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    summary_ms: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    preface_ms: Mapped[str] = mapped_column(
        Text
    )  # Markdown between the title and the first chapter
    preface_en: Mapped[str] = mapped_column(Text)
    source_ms: Mapped[str] = mapped_column(Text)  # the file ms.md, byte for byte
    source_en: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(Moment)
    asks_again: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    read_within_days: Mapped[int] = mapped_column(server_default=text("14"), default=14)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    in_force_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Rule(Base):
    """A rule: its identity, which survives rewording, moving and renumbering. Personal data: none.

    `code` is the rule's permanent name: the code under which it first appeared, with "@" and the version's number behind
    it when another rule had been called so before. What a version calls it stands in RuleText.code.
    """

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("code"), Index("ix_rules_handbook_id", "handbook_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    code: Mapped[str] = mapped_column(Text)


class RuleText(Base):
    """A rule as it stands in one version and one language. Personal data: none.

    `text_hash` is the SHA-256 (hex) of title and body with white space folded; `sources` is JSON, a list of
    {"label", "url", "kind"}; `categories` are words joined by spaces, empty for all customers; `change` says what this
    version did to the rule (new, material, editorial or empty) and `change_note` why.
    """

    __tablename__ = "rule_texts"
    __table_args__ = (
        UniqueConstraint("version_id", "language", "rule_id"),
        UniqueConstraint("version_id", "language", "position"),
        CheckConstraint("language IN ('ms', 'en')", name="language"),
        CheckConstraint("strength IN ('must', 'should', 'may')", name="strength"),
        CheckConstraint("change IN ('', 'new', 'material', 'editorial')", name="change"),
        Index("ix_rule_texts_rule_id", "rule_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    language: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(Text)
    chapter_code: Mapped[str] = mapped_column(Text)
    chapter: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)  # Markdown
    text_hash: Mapped[str] = mapped_column(Text)
    strength: Mapped[str] = mapped_column(Text)
    categories: Mapped[str] = mapped_column(Text)
    sources: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text)
    change_note: Mapped[str] = mapped_column(Text)
    # the stems of title and text, a space on both sides of each: what the search looks in
    stems: Mapped[str] = mapped_column(Text, server_default="", default="")


class RuleAncestor(Base):
    """That a rule came from another by a split or a merge in a version. Personal data: none."""

    __tablename__ = "rule_ancestors"

    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"), primary_key=True)


class RuleRetirement(Base):
    """That a version no longer has a rule, and why. Personal data: none.

    `kind` is retired or material (whoever knew the rule is asked to read that it is gone) or editorial (nobody is).
    """

    __tablename__ = "rule_retirements"
    __table_args__ = (CheckConstraint("kind IN ('retired', 'material', 'editorial')", name="kind"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    note_ms: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)


class TypesetVersion(Base):
    """A version as a typeset PDF in one language, made once and never again. Personal data: none."""

    __tablename__ = "typeset_versions"
    __table_args__ = (CheckConstraint("language IN ('ms', 'en')", name="language"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Text)  # of the PDF, hex
    made_at: Mapped[datetime] = mapped_column(Moment)
