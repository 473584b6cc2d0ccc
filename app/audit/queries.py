"""Reading the audit: filtered pages for the auditor, whole lanes for verification."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.audit.logic import Head, Link, Stored, faults_of_lane
from app.audit.models import AuditEvent, AuditLane
from app.clock import HOME

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the auditor asks for; empty fields ask for everything. Days are Malaysian calendar days, both included."""

    act: str = ""
    actor_id: int | None = None
    office_id: int | None = None
    since: date | None = None
    until: date | None = None
    request_id: str = ""

    def facts(self) -> dict[str, str]:
        """Return the fields that are set, as text, for the page and for the event of looking."""
        return {
            name: str(value)
            for name in self.__dataclass_fields__
            if (value := getattr(self, name)) not in ("", None)
        }


@dataclass(frozen=True)
class EventRow:
    """One event as shown."""

    id: int
    at: datetime
    act: str
    actor_id: int | None
    office_id: int | None
    request_id: str
    facts: str
    lane: int
    seq: int
    hash: str


def _filtered(wanted: Filter) -> Select[AuditEvent]:
    query = select(AuditEvent)
    if wanted.act.endswith("."):
        query = query.where(AuditEvent.act.startswith(wanted.act, autoescape=True))
    elif wanted.act:
        query = query.where(AuditEvent.act == wanted.act)
    if wanted.actor_id is not None:
        query = query.where(AuditEvent.actor_id == wanted.actor_id)
    if wanted.office_id is not None:
        query = query.where(AuditEvent.office_id == wanted.office_id)
    if wanted.request_id:
        query = query.where(AuditEvent.request_id == wanted.request_id)
    if wanted.since:
        query = query.where(AuditEvent.at >= _start(wanted.since))
    if wanted.until:
        query = query.where(AuditEvent.at < _start(wanted.until + timedelta(days=1)))
    return query


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), HOME).astimezone(UTC)


def event_rows(
    session: Session, *, wanted: Filter, before_id: int | None = None, limit: int = PAGE
) -> tuple[list[EventRow], bool]:
    """Return the newest events that match, and whether older ones follow.

    Pages go by id (`before_id`), so a deep page costs no more than the first.
    """
    query = _filtered(wanted).order_by(AuditEvent.id.desc()).limit(limit + 1)
    if before_id is not None:
        query = query.where(AuditEvent.id < before_id)
    rows = [_row(event) for event in session.scalars(query)]
    return rows[:limit], len(rows) > limit


def every_event(session: Session, *, wanted: Filter) -> Iterator[EventRow]:
    """Yield all events that match, oldest first, in bounded memory."""
    query = _filtered(wanted).order_by(AuditEvent.id).execution_options(yield_per=1000)
    with session.scalars(query) as events:
        for event in events:
            yield _row(event)
            session.expunge(event)


def _row(event: AuditEvent) -> EventRow:
    return EventRow(
        event.id,
        event.at,
        event.act,
        event.actor_id,
        event.office_id,
        event.request_id,
        event.facts,
        event.lane,
        event.seq,
        event.hash,
    )


def heads(session: Session) -> list[Head]:
    """Return the sealed ends of all lanes."""
    rows = session.execute(
        select(AuditLane.lane, AuditLane.seq, AuditLane.hash, AuditLane.seal).order_by(
            AuditLane.lane
        )
    )
    return [Head(*row) for row in rows]


def lanes_in_use(session: Session) -> list[int]:
    """Return the lanes that events stand in."""
    return list(session.scalars(select(AuditEvent.lane).distinct().order_by(AuditEvent.lane)))


def stored_links(session: Session, *, lane: int) -> Generator[Stored, None, None]:
    """Yield a lane's events in order, in bounded memory."""
    columns = (
        AuditEvent.id,
        AuditEvent.lane,
        AuditEvent.seq,
        AuditEvent.at,
        AuditEvent.act,
        AuditEvent.actor_id,
        AuditEvent.office_id,
        AuditEvent.request_id,
        AuditEvent.facts,
        AuditEvent.previous_hash,
        AuditEvent.hash,
    )
    query = (
        select(*columns)
        .where(AuditEvent.lane == lane)
        .order_by(AuditEvent.seq, AuditEvent.id)
        .execution_options(yield_per=2000)
    )
    with session.execute(query) as rows:
        for row in rows:
            yield Stored(row[0], Link(*row[1:9]), row[9], row[10])


def first_faults(session: Session, *, key: str) -> tuple[list[str], int]:
    """Return the first fault of each lane, and how many events were checked."""
    faults: list[str] = []
    checked = 0
    ends = {head.lane: head for head in heads(session)}
    headless = sorted(set(lanes_in_use(session)) - set(ends))
    faults += [f"lane {lane}: its sealed end is missing" for lane in headless]
    for head in ends.values():
        with closing(stored_links(session, lane=head.lane)) as links:
            faults.extend(list(faults_of_lane(links, head, key))[:1])
        checked += head.seq
    return faults, checked
