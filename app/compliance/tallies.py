"""Tallies: per office and assignment how many officers stand where, so that no page's cost grows with officers.

A tally is old when the office's revision, the revision of the assignments or the day has moved on. Old ones are made anew
before they are shown, and by a job; both from the one query in `duties.py`. Where nothing can be written, pages count live.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, text
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from app.clock import local_date
from app.compliance.duties import status_counts
from app.compliance.models import AssignmentsRevision, DutyTally, TalliedOffice
from app.db import Database
from app.people.models import Office, Officer, Posting
from app.people.offices import below
from app.people.queries import at_or_below, serving_on

log = logging.getLogger(__name__)
BATCH = 200
_Numbers = tuple[Iterable[Any], Iterable[Any]]


@dataclass
class Tally:
    """How many officers there are, and for each assignment how many stand where: {assignment: {status: n}}."""

    officers: int = 0
    counts: dict[int, dict[str, int]] = field(default_factory=dict)

    def add(self, assignment_id: int, status: str, n: int) -> None:
        """Add some officers."""
        held = self.counts.setdefault(assignment_id, {})
        held[status] = held.get(status, 0) + n

    def of(self, assignment_id: int, *statuses: str) -> int:
        """Return how many stand in one of these statuses (all, when none is named)."""
        held = self.counts.get(assignment_id, {})
        return sum(n for status, n in held.items() if not statuses or status in statuses)

    def total(self, *statuses: str) -> int:
        """Return how many duties stand in one of these statuses, over all assignments."""
        return sum(self.of(assignment_id, *statuses) for assignment_id in self.counts)


def assignments_revision(session: Session) -> int:
    """Return the number that grows with every assignment made, withdrawn or exempted from."""
    return session.scalar(select(AssignmentsRevision.revision)) or 0


def _old(session: Session, today: date) -> ColumnElement[bool]:
    return or_(
        TalliedOffice.office_id.is_(None),
        TalliedOffice.revision != Office.revision,
        TalliedOffice.assignments_revision != assignments_revision(session),
        TalliedOffice.tallied_on != today,
    )


def old_offices(session: Session, *, path: str, today: date, most: int | None = None) -> list[int]:
    """Return the offices at and below a path whose tallies are old."""
    query = (
        select(Office.id)
        .outerjoin(TalliedOffice, TalliedOffice.office_id == Office.id)
        .where(at_or_below(path), _old(session, today))
        .order_by(Office.id)
        .limit(most)
    )
    return list(session.scalars(query))


def refresh(database: Database, *, path: str, at: datetime) -> int:
    """Make the old tallies at and below a path anew, a batch of offices at a time; return how many were old.

    The counting is done while reading, so that writers wait only for the short writing of the result.
    """
    today = local_date(at)
    with database.reading() as session:
        old = old_offices(session, path=path, today=today)
    for start in range(0, len(old), BATCH):
        with database.reading() as session:
            counted = _count(session, old[start : start + BATCH], today)
        with database.transaction() as session:
            _write(session, counted)
    return len(old)


def refreshed(database: Database, *, path: str, at: datetime) -> bool:
    """Make the old tallies anew; return False when the database cannot be written (then count live)."""
    try:
        refresh(database, path=path, at=at)
    except (OperationalError, InternalError):
        log.warning("tallies cannot be written, pages count live", exc_info=True)
        return False
    return True


@dataclass(frozen=True)
class _Counted:
    offices: list[int]
    tallied: list[dict[str, Any]]
    duties: list[dict[str, Any]]


def _count(session: Session, offices: list[int], today: date) -> _Counted:
    # the revisions are read before the counting: what happens meanwhile makes the tally old again
    known = session.execute(select(Office.id, Office.revision).where(Office.id.in_(offices)))
    revisions = dict(known.all())
    revision = assignments_revision(session)
    counts = status_counts(session, today=today, offices=offices)
    officers = _officers(session, offices, today)
    return _Counted(
        offices,
        [
            {
                "office_id": office,
                "revision": revisions[office],
                "assignments_revision": revision,
                "tallied_on": today,
                "officers": officers.get(office, 0),
            }
            for office in sorted(revisions)
        ],
        [
            {"office_id": office, "assignment_id": assignment, "status": status, "n": n}
            for (office, assignment, status), n in sorted(counts.items())
        ],
    )


def _write(session: Session, counted: _Counted) -> None:
    if session.get_bind().dialect.name == "postgresql":
        # two nodes that tally at once would meet on the same rows; readers are not kept out
        session.execute(text("LOCK TABLE duty_tallies IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(delete(DutyTally).where(DutyTally.office_id.in_(counted.offices)))
    session.execute(delete(TalliedOffice).where(TalliedOffice.office_id.in_(counted.offices)))
    if counted.duties:
        session.execute(insert(DutyTally), counted.duties)
    session.execute(insert(TalliedOffice), counted.tallied)


def _officers(session: Session, offices: list[int], today: date) -> dict[int, int]:
    rows = session.execute(
        select(Posting.office_id, func.count())
        .join(Officer, and_(Officer.id == Posting.officer_id, Officer.active))
        .where(Posting.office_id.in_(offices), serving_on(today))
        .group_by(Posting.office_id)
    )
    return dict(rows.all())


def _held(session: Session, offices: Select[int]) -> _Numbers:
    """Return (office, officers) and (office, assignment, status, n) as they were tallied."""
    officers = select(TalliedOffice.office_id, TalliedOffice.officers)
    duties = select(DutyTally.office_id, DutyTally.assignment_id, DutyTally.status, DutyTally.n)
    return (
        session.execute(officers.where(TalliedOffice.office_id.in_(offices))),
        session.execute(duties.where(DutyTally.office_id.in_(offices))),
    )


def _live(session: Session, offices: Select[int], today: date) -> _Numbers:
    """Return the same, counted now, a batch of offices at a time."""
    ids = list(session.scalars(offices))
    batches = [
        _count(session, ids[start : start + BATCH], today) for start in range(0, len(ids), BATCH)
    ]
    return (
        [
            tuple(row[key] for key in ("office_id", "officers"))
            for b in batches
            for row in b.tallied
        ],
        [tuple(row.values()) for b in batches for row in b.duties],
    )


def tallies_by_child(
    session: Session, *, path: str, live_on: date | None = None
) -> dict[int, Tally]:
    """Return the tally of every office directly below a path, each with all that lies below it, by its id.

    One pass over the offices: an office's child of the path is the next id in its own path. With a day: counted live.
    """
    depth = path.count("/") - 1
    child = {
        office_id: int(office_path.split("/")[depth + 1])
        for office_id, office_path in session.execute(
            select(Office.id, Office.path).where(at_or_below(path), Office.path != path)
        )
    }
    found: dict[int, Tally] = {key: Tally() for key in child.values()}
    offices = below(path)
    served, duties = _live(session, offices, live_on) if live_on else _held(session, offices)
    for office_id, officers in served:
        if office_id in child:
            found[child[office_id]].officers += officers
    for office_id, assignment_id, status, n in duties:
        if office_id in child:
            found[child[office_id]].add(assignment_id, status, n)
    return found


def tally_of(
    session: Session, *, path: str, alone: bool = False, live_on: date | None = None
) -> Tally:
    """Return one office's tally, with all that lies below it unless `alone`; added up by the database.

    With a day: counted live.
    """
    within = select(Office.id).where(Office.path == path) if alone else below(path)
    if live_on:
        served, counted = _live(session, within, live_on)
        tally = Tally(sum(officers for _office, officers in served))
        for _office, assignment_id, status, n in counted:
            tally.add(assignment_id, status, n)
        return tally
    officers = session.scalar(
        select(func.sum(TalliedOffice.officers)).where(TalliedOffice.office_id.in_(within))
    )
    tally = Tally(int(officers or 0))
    rows = session.execute(
        select(DutyTally.assignment_id, DutyTally.status, func.sum(DutyTally.n))
        .where(DutyTally.office_id.in_(within))
        .group_by(DutyTally.assignment_id, DutyTally.status)
    )
    for assignment_id, status, n in rows:
        tally.add(assignment_id, status, int(n))
    return tally
