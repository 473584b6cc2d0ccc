"""The act of granting an accommodation: what an officer needs to take any quiz on equal terms."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.errors import N_, DomainError
from app.people.models import Accommodation
from app.people.queries import AccommodationRow

MOST_EXTRA_TIME = 300


def grant_accommodation(
    session: Session, actor: Actor, *, officer_id: int, needs: AccommodationRow, at: datetime
) -> None:
    """Let an accommodation stand for an officer from now on, for every quiz begun later; an empty one ends it.

    Raises DomainError for extra time beyond three times the limit.
    """
    if not 0 <= needs.extra_time <= MOST_EXTRA_TIME:
        raise DomainError(N_("Masa tambahan ialah 0 hingga 300 peratus."))
    row = session.get(Accommodation, officer_id)
    if row is None:
        row = Accommodation(officer_id=officer_id)
        session.add(row)
    row.extra_time, row.large_print, row.reader = needs.extra_time, needs.large_print, needs.reader
    row.granted_by_id, row.granted_at = actor.id, at
    record(
        session,
        "accommodation.granted",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        officer_id=officer_id,
        extra_time=needs.extra_time,
        large_print=needs.large_print,
        reader=needs.reader,
    )
