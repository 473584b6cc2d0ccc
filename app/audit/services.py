"""Recording: the only place that writes events.

Each transaction takes one lane that nobody else holds (PostgreSQL: FOR UPDATE SKIP LOCKED over 64 lanes; SQLite has one
writer at a time anyway), so writers on several nodes do not wait for each other and every event is chained at once.
See docs/decisions/0004-audit-lanes.md.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.audit.events import EVENTS
from app.audit.logic import START, Link, canonical, link_hash, seal
from app.audit.models import AuditEvent, AuditLane

LANES = 64


@dataclass
class Scribe:
    """What every event of this process shares: the audit key; and the request at hand, by a function that tells."""

    key: str = ""

    def request_id(self) -> str:
        """Return the id of the request at hand; the web replaces this."""
        return ""


scribe = Scribe()


def record(
    session: Session,
    act: str,
    *,
    actor_id: int | None,
    office_id: int | None,
    at: datetime,
    **facts: object,
) -> None:
    """Append one event to the audit, in the caller's transaction.

    Raises ValueError when the act is not declared or the facts are not exactly the declared ones.
    """
    check_facts(act, facts)
    lane = _take_lane(session)
    link = Link(
        lane=lane.lane,
        seq=lane.seq + 1,
        at=at,
        act=act,
        actor_id=actor_id,
        office_id=office_id,
        request_id=scribe.request_id(),
        facts=canonical(facts),
    )
    new_hash = link_hash(lane.hash, link)
    session.execute(
        insert(AuditEvent).values(
            lane=link.lane,
            seq=link.seq,
            at=at,
            act=act,
            actor_id=actor_id,
            office_id=office_id,
            request_id=link.request_id,
            facts=link.facts,
            previous_hash=lane.hash,
            hash=new_hash,
        )
    )
    session.execute(
        update(AuditLane)
        .where(AuditLane.lane == link.lane)
        .values(seq=link.seq, hash=new_hash, seal=seal(scribe.key, link.lane, link.seq, new_hash))
    )


def check_facts(act: str, facts: dict[str, object]) -> None:
    """Raise ValueError unless the act is declared with exactly these facts."""
    if act not in EVENTS:
        raise ValueError(f"audit event {act} is not declared: add it to app/audit/events.py")
    if set(facts) != EVENTS[act]:
        raise ValueError(f"audit event {act} carries {sorted(EVENTS[act])}, not {sorted(facts)}")


@dataclass(frozen=True)
class _Lane:
    lane: int
    seq: int
    hash: str


def _take_lane(session: Session) -> _Lane:
    wanted = select(AuditLane.lane, AuditLane.seq, AuditLane.hash).order_by(AuditLane.lane).limit(1)
    if session.get_bind().dialect.name == "sqlite":
        return _Lane(*session.execute(wanted).one())
    # A transaction that already holds a lane gets it again: a row is never skipped by its own holder.
    free = session.execute(wanted.with_for_update(skip_locked=True)).first()
    return _Lane(*(free or session.execute(wanted.with_for_update()).one()))


def open_lanes(session: Session) -> None:
    """Seal the empty lanes of a new database; does nothing once there are events.

    A lane wiped later cannot be passed off as new: its seal of nothing would need the key.
    """
    if session.scalar(select(AuditEvent.id).limit(1)) is not None:
        return
    for lane in session.scalars(select(AuditLane).where(AuditLane.seal == "", AuditLane.seq == 0)):
        lane.seal = seal(scribe.key, lane.lane, 0, START)
