"""Tables of compliance: what is asked of whom, exemptions, reminders, and tallies that can be rebuilt."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment
from app.people.models import ROLE_NAMES

KINDS = ("acknowledge", "pass_quiz")


class Assignment(Base):
    """Something asked of everybody in an office and below. Personal data: none.

    `role` and `post` narrow whom it concerns (empty: every officer posted there). Due on `due_on`, or
    `days_after_joining` days after the officer joined (or after `starts_on`, whichever is later). With both, the fixed day
    counts for those who were there at the start, and whichever is later for those who joined after it. What was done
    stays valid `valid_days` days, or until the end of the month `renew_month` (1 to 12) of the next year (empty: for ever).
    Whoever acknowledged a handbook is asked again only about rules that changed materially since.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'acknowledge' AND handbook_id IS NOT NULL AND quiz_id IS NULL)"
            " OR (kind = 'pass_quiz' AND quiz_id IS NOT NULL AND handbook_id IS NULL)",
            name="kind",
        ),
        CheckConstraint(
            "renew_month BETWEEN 1 AND 12 AND valid_days IS NULL OR renew_month IS NULL",
            name="renewal",
        ),
        CheckConstraint("due_on IS NOT NULL OR days_after_joining IS NOT NULL", name="due"),
        CheckConstraint(
            f"role IN ('', {', '.join(repr(name) for name in ROLE_NAMES)})", name="role"
        ),
        Index("ix_assignments_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    handbook_id: Mapped[int | None] = mapped_column(ForeignKey("handbooks.id"))
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[str] = mapped_column(Text, server_default="")
    post: Mapped[str] = mapped_column(Text, server_default="")
    starts_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    days_after_joining: Mapped[int | None]
    valid_days: Mapped[int | None]
    renew_month: Mapped[int | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Exemption(Base):
    """One officer freed from one assignment, with a reason, until a day or for good. Personal data: the reason."""

    __tablename__ = "exemptions"
    __table_args__ = (
        Index("ix_exemptions_officer_id_assignment_id", "officer_id", "assignment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    until: Mapped[date | None] = mapped_column(Date)  # last day of the exemption; empty: for good
    reason: Mapped[str] = mapped_column(Text)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Reminder(Base):
    """That an officer was reminded, by whom and when. Personal data: officer ids."""

    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_officer_id_sent_at", "officer_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    duties: Mapped[int]


class DutyTally(Base):
    """How many officers of an office stand where with one assignment: a cache, rebuilt when old. Personal data: none."""

    __tablename__ = "duty_tallies"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    status: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class TalliedOffice(Base):
    """Up to which state of the office and of the assignments its tallies were made. Personal data: none."""

    __tablename__ = "tallied_offices"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    revision: Mapped[int]  # of the office
    assignments_revision: Mapped[int]
    tallied_on: Mapped[date] = mapped_column(Date)
    officers: Mapped[int]  # posted there that day


class AssignmentsRevision(Base):
    """A single row whose number grows whenever an assignment is made or withdrawn. Personal data: none."""

    __tablename__ = "assignments_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
