"""Tables of rollouts: what is brought in, over which offices, in which wave each was drawn."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Rollout(Base):
    """A briefing or a version brought in over offices in waves by lot. Personal data: who began it.

    Wave w begins `step_months` times (w - 1) months after `starts_on`, the first of a month; `seed` drew the lot, so that
    anybody can draw it again. `path` is the office at and below which it runs. `ends_on` is the last day it counts to.
    """

    __tablename__ = "rollouts"
    __table_args__ = (CheckConstraint("kind IN ('briefing', 'version')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    path: Mapped[str] = mapped_column(Text)
    waves: Mapped[int] = mapped_column(SmallInteger)
    step_months: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    seed: Mapped[int]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)


class RolloutRule(Base):
    """A rule whose understanding a rollout should mend. Personal data: none."""

    __tablename__ = "rollout_rules"

    rollout_id: Mapped[int] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)


class RolloutOffice(Base):
    """The wave into which an office was drawn, from 1. Personal data: none."""

    __tablename__ = "rollout_offices"
    __table_args__ = (Index("ix_rollout_offices_office_id", "office_id"),)

    rollout_id: Mapped[int] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    wave: Mapped[int] = mapped_column(SmallInteger)
