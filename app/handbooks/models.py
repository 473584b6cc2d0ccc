"""Tables of handbooks: a handbook and a rule live for ever, a version and a rule's text never change."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Handbook(Base):
    """A handbook: its identity. Personal data: none."""

    __tablename__ = "handbooks"
    __table_args__ = (UniqueConstraint("slug"), UniqueConstraint("code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    confirmed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    about_ms: Mapped[str] = mapped_column(Text)
    about_en: Mapped[str] = mapped_column(Text)


class HandbookVersion(Base):
    """One published version, whole and unchangeable. Personal data: none.

    `content_hash` is the SHA-256 (hex) of both sources; current is the one with the newest `effective_on` not in the
    future.
    """

    __tablename__ = "handbook_versions"
    __table_args__ = (
        UniqueConstraint("handbook_id", "number"),
        UniqueConstraint("handbook_id", "effective_on"),
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


class Rule(Base):
    """A rule: its identity, which survives rewording. Personal data: none."""

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("code"), Index("ix_rules_handbook_id", "handbook_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    code: Mapped[str] = mapped_column(Text)  # "PK-2.3", as when the rule first appeared


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
