"""Tables of briefings: what was told to whom and when; the questions that follow are practice's (`FollowUp`)."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Briefing(Base):
    """A briefing as it was given in an office. Personal data: who recorded it.

    The follow-up questions wait from `follow_up_from` to `follow_up_to`, both included (Malaysian calendar).
    """

    __tablename__ = "briefings"
    __table_args__ = (Index("ix_briefings_office_id_given_on", "office_id", "given_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    given_on: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    follow_up_from: Mapped[date] = mapped_column(Date)
    follow_up_to: Mapped[date] = mapped_column(Date)


class BriefingRule(Base):
    """A rule of a briefing, with the question whose case was discussed. Personal data: none.

    `right_before` of `answered_before` officers present had answered a question on the rule rightly at their first attempt before
    the briefing, counted when it was recorded by the keys of that moment; `outcomes` counts anew where a key was corrected since.
    """

    __tablename__ = "briefing_rules"
    __table_args__ = (Index("ix_briefing_rules_rule_id", "rule_id"),)

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    question_version_id: Mapped[int | None] = mapped_column(ForeignKey("question_versions.id"))
    right_before: Mapped[int] = mapped_column(server_default=text("0"))
    answered_before: Mapped[int] = mapped_column(server_default=text("0"))


class Attendance(Base):
    """An officer who was present at a briefing. Personal data: the officer."""

    __tablename__ = "attendances"
    __table_args__ = (Index("ix_attendances_officer_id", "officer_id"),)

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
