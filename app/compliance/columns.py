"""SQL of compliance: the facts of one officer and one assignment as columns, the twins of `logic`."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from app.acknowledgements.models import Acknowledgement
from app.compliance.logic import FOR_GOOD, Status
from app.compliance.models import Assignment, Exemption
from app.db import add_days, local_day
from app.handbooks.models import HandbookVersion
from app.people.models import Officer
from app.quizzes.models import Grade


def due_column() -> ColumnElement[date]:
    """SQL twin of `logic.due_day`."""
    later = _later(Officer.joined_on, Assignment.starts_on)
    counted = add_days(later, Assignment.days_after_joining)
    return case(
        (Assignment.days_after_joining.is_(None), Assignment.due_on),
        (Assignment.due_on.is_(None), counted),
        (Officer.joined_on > Assignment.starts_on, _later(Assignment.due_on, counted)),
        else_=Assignment.due_on,
    )


def _later(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)


def done_column() -> ColumnElement[date]:
    """SQL: the day on which it was last done, or NULL; an acknowledgement of any version of the handbook counts."""
    acknowledged = (
        select(func.max(Acknowledgement.acknowledged_at))
        .join(HandbookVersion, HandbookVersion.id == Acknowledgement.version_id)
        .where(
            Acknowledgement.officer_id == Officer.id,
            HandbookVersion.handbook_id == Assignment.handbook_id,
        )
        .correlate(Officer, Assignment)
        .scalar_subquery()
    )
    passed = (
        select(func.max(Grade.graded_at))
        .where(Grade.officer_id == Officer.id, Grade.quiz_id == Assignment.quiz_id, Grade.passed)
        .correlate(Officer, Assignment)
        .scalar_subquery()
    )
    return local_day(case((Assignment.kind == "acknowledge", acknowledged), else_=passed))


def known_column() -> ColumnElement[date]:
    """SQL: when the newest version that the officer acknowledged came into effect, or NULL."""
    return (
        select(func.max(HandbookVersion.effective_on))
        .join(Acknowledgement, HandbookVersion.id == Acknowledgement.version_id)
        .where(
            Acknowledgement.officer_id == Officer.id,
            HandbookVersion.handbook_id == Assignment.handbook_id,
        )
        .correlate(Officer, Assignment)
        .scalar_subquery()
    )


def changed_due_column(asked: Any, today: date) -> ColumnElement[date]:
    """SQL: by when the rules must be read that changed since the version the officer knows, or NULL when none did.

    The earliest such day: a further version never makes somebody who is late be in time again.
    """
    version = aliased(HandbookVersion)
    return (
        select(func.min(add_days(version.effective_on, version.read_within_days)))
        .where(
            version.handbook_id == asked.c.handbook_id,
            version.asks_again,
            version.withdrawn_at.is_(None),
            version.effective_on > asked.c.known,
            version.effective_on <= today,
        )
        .correlate(asked)
        .scalar_subquery()
    )


def exempt_column() -> ColumnElement[date]:
    """SQL: the last day of an exemption, FOR_GOOD without an end, or NULL."""
    return (
        select(func.max(func.coalesce(Exemption.until, literal(FOR_GOOD, Date))))
        .where(
            Exemption.officer_id == Officer.id,
            Exemption.assignment_id == Assignment.id,
            Exemption.revoked_at.is_(None),
        )
        .correlate(Officer, Assignment)
        .scalar_subquery()
    )


def status_column(facts: Any, today: date) -> ColumnElement[str]:
    """SQL twin of `logic.status_of`, over the columns of `facts_select`."""
    on = literal(today, Date)
    overdue, due = literal(Status.OVERDUE.value), literal(Status.DUE.value)
    return case(
        (facts.c.exempt_until >= on, literal(Status.EXEMPT.value)),
        (and_(facts.c.done_on.is_(None), facts.c.due < on), overdue),
        (facts.c.done_on.is_(None), due),
        (facts.c.lapses_on < on, literal(Status.LAPSED.value)),
        (facts.c.changed_due < on, overdue),
        (facts.c.changed_due.is_not(None), due),
        (facts.c.renew_from <= on, due),
        else_=literal(Status.CURRENT.value),
    )
