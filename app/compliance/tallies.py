"""Tallies: per office and assignment how many officers stand where, so that no page's cost grows with officers.

A tally is old when the office's revision, the revision of the assignments or the day has moved on. Old ones are made anew
before they are shown, and by a job; both from the one query in `duties.py`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from app.clock import local_date
from app.compliance.duties import status_counts
from app.compliance.models import AssignmentsRevision, DutyTally, TalliedOffice
from app.db import Database
from app.people.models import Office, Officer, Posting
from app.people.offices import below
from app.people.queries import serving_on

BATCH = 200


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
        .where(Office.path.startswith(path, autoescape=True), _old(session, today))
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


@dataclass(frozen=True)
class _Counted:
    offices: list[int]
    tallied: list[dict[str, object]]
    duties: list[dict[str, object]]


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


def tallies_by_child(session: Session, *, path: str) -> dict[int, Tally]:
    """Return the tally of every office directly below a path, each with all that lies below it, by its id.

    One pass over the offices: an office's child of the path is the next id in its own path.
    """
    depth = path.count("/") - 1
    child = {
        office_id: int(office_path.split("/")[depth + 1])
        for office_id, office_path in session.execute(
            select(Office.id, Office.path).where(
                Office.path.startswith(path, autoescape=True), Office.path != path
            )
        )
    }
    found: dict[int, Tally] = {key: Tally() for key in child.values()}
    for office_id, officers in session.execute(
        select(TalliedOffice.office_id, TalliedOffice.officers).where(
            TalliedOffice.office_id.in_(below(path))
        )
    ):
        if office_id in child:
            found[child[office_id]].officers += officers
    for office_id, assignment_id, status, n in session.execute(
        select(DutyTally.office_id, DutyTally.assignment_id, DutyTally.status, DutyTally.n).where(
            DutyTally.office_id.in_(below(path))
        )
    ):
        if office_id in child:
            found[child[office_id]].add(assignment_id, status, n)
    return found


def tally_of(session: Session, *, path: str, alone: bool = False) -> Tally:
    """Return one office's tally, with all that lies below it unless `alone`; added up by the database."""
    within = select(Office.id).where(Office.path == path) if alone else below(path)
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
