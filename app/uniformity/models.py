"""Tables of uniformity: what was released of the counts, and what is measured from it. Personal data: none in any of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment

SCOPES = ("nation", "state", "office")
SUBJECTS = ("rule", "handbook")


class Release(Base):
    """What was last released of an office's answers on a rule: how many officers, up to which answer. Personal data: none.

    `staff` is the office's on that day, `versions` lists the ids of the question versions asked then. It is replaced only when at least ten officers have answered
    since, so that no two releases can be subtracted down to fewer; it is void, and `officers` 0, when too few are left in it
    because a question is asked no more.
    """

    __tablename__ = "releases"
    __table_args__ = (Index("ix_releases_rule_id", "rule_id"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    officers: Mapped[int]
    staff: Mapped[int]
    answers_to: Mapped[int]  # the newest answer in it
    versions: Mapped[str] = mapped_column(Text)
    released_on: Mapped[date] = mapped_column(Date)


class ReleasedCell(Base):
    """How many officers of an office first answered so, as released. Only the measuring job reads it. Personal data: none."""

    __tablename__ = "released_cells"
    __table_args__ = (Index("ix_released_cells_question_version_id", "question_version_id"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("question_versions.id"), primary_key=True
    )
    choice: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class Night(Base):
    """When the batch of a handbook was begun and when one was last finished. Personal data: none.

    `begun_at` is that of the batch at work, empty while there is none.
    """

    __tablename__ = "nights"

    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"), primary_key=True)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class Measure(Base):
    """What may be shown of a rule or a handbook in the nation, a state or an office. Personal data: none.

    `scope_id` is the office's or state's id, 0 for the nation; `subject_id` a rule's or a handbook's. `seen_from` is the smallest
    group that its reader may see (5 for analysts of a state or headquarters, 10 for everybody); what nobody may see is not
    stored. `content` is JSON: whole per cents for nation and state, words and rounded ranges for an office (`shown.py`).
    """

    __tablename__ = "measures"
    __table_args__ = (
        CheckConstraint(f"scope IN {SCOPES}", name="scope"),
        CheckConstraint(f"subject IN {SUBJECTS}", name="subject"),
        Index("ix_measures_subject_subject_id_scope", "subject", "subject_id", "scope"),
        Index("ix_measures_handbook_id", "handbook_id"),
    )

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    seen_from: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[str] = mapped_column(Text)
    measured_at: Mapped[datetime] = mapped_column(Moment)


class RuleMonth(Base):
    """How many first answers a rule got in a finished month in the whole country, in tens, and how many of so many were right.

    Personal data: none.
    """

    __tablename__ = "rule_months"

    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    month: Mapped[str] = mapped_column(Text, primary_key=True)  # "2026-11", Malaysian calendar
    right: Mapped[int]
    n: Mapped[int]


class Target(Base):
    """The S that rules should reach from a day on, in per cent: those that bind, and the others. Personal data: who set it.

    Rows are only added; of those of one day the newest holds.
    """

    __tablename__ = "targets"
    __table_args__ = (
        CheckConstraint("other >= 25 AND must >= other AND must <= 99", name="range"),
        Index("ix_targets_effective_on", "effective_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    effective_on: Mapped[date] = mapped_column(Date)
    must: Mapped[int] = mapped_column(SmallInteger)
    other: Mapped[int] = mapped_column(SmallInteger)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    set_at: Mapped[datetime] = mapped_column(Moment)


class Suspicion(Base):
    """A question whose text or key may be at fault, with the evidence, for its author. Personal data: none.

    `reason` is consensus (the offices agree on another answer) or split (those who know the rest differ here); `content` is
    JSON with the evidence. Made anew by every batch.
    """

    __tablename__ = "suspicions"
    __table_args__ = (CheckConstraint("reason IN ('consensus', 'split')", name="reason"),)

    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("question_versions.id"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(Text, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    content: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(Moment)
