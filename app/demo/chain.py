"""Events of the made-up history, chained in one lane as `audit.services.record` would have chained them one by one."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.logic import Link, canonical, link_hash, seal
from app.audit.models import AuditEvent, AuditLane
from app.audit.services import check_facts, scribe
from app.demo.bulk import Bulk

MOST_EVENTS = 5000


@dataclass(frozen=True)
class Happened:
    """One event before it has a place in the chain."""

    at: datetime
    act: str
    actor_id: int | None
    office_id: int | None
    facts: str


@dataclass
class Ledger:
    """Keeps a bounded part of what happened: all of some offices, and of the others since a day while there is room."""

    since: datetime
    offices: frozenset[int]
    events: list[Happened] = field(default_factory=list)

    def note(
        self,
        act: str,
        *,
        actor_id: int | None,
        office_id: int | None,
        at: datetime,
        **facts: object,
    ) -> None:
        """Keep one event if it belongs to the part that is kept."""
        room = MOST_EVENTS if office_id in self.offices else MOST_EVENTS * 4 // 5
        wanted = office_id in self.offices or at >= self.since
        if wanted and len(self.events) < room:
            self.keep(act, actor_id=actor_id, office_id=office_id, at=at, **facts)

    def keep(
        self,
        act: str,
        *,
        actor_id: int | None,
        office_id: int | None,
        at: datetime,
        **facts: object,
    ) -> None:
        """Keep one event."""
        check_facts(act, facts)
        self.events.append(Happened(at, act, actor_id, office_id, canonical(facts)))


def write_events(session: Session, bulk: Bulk, ledger: Ledger) -> None:
    """Chain the events by time into the first lane and seal its new end."""
    rows = bulk.basket(
        AuditEvent, "lane", "seq", "at", "act", "actor_id", "office_id", "request_id", "facts",
        "previous_hash", "hash",
    )  # fmt: skip
    lane = session.execute(
        select(AuditLane.lane, AuditLane.seq, AuditLane.hash)
        .order_by(AuditLane.lane)
        .limit(1)
        .with_for_update()
    ).one()
    seq, previous = lane.seq, lane.hash
    for event in sorted(ledger.events, key=lambda e: e.at):
        seq += 1
        link = Link(
            lane.lane, seq, event.at, event.act, event.actor_id, event.office_id, "", event.facts
        )
        new = link_hash(previous, link)
        rows.add((
            link.lane, seq, link.at, link.act, link.actor_id, link.office_id, "", link.facts, previous, new
        ))  # fmt: skip
        previous = new
    bulk.write()
    session.execute(
        update(AuditLane)
        .where(AuditLane.lane == lane.lane)
        .values(seq=seq, hash=previous, seal=seal(scribe.key, lane.lane, seq, previous))
    )
