"""Whose turn a batch is: one at a time for each handbook, once a night, and finished before it counts as done."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.clock import local
from app.db import Database
from app.uniformity.models import Night

NIGHT_ENDS = 3  # o'clock in Malaysia: the batch of a day is made after it
GIVEN_UP = timedelta(hours=2)  # a batch that has not ended by then has died with its server


class TakenError(Exception):
    """Another batch of the handbook is at work."""


def begin_of_night(at: datetime) -> datetime:
    """Return the last three o'clock in Malaysia."""
    night = local(at).replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    return night if local(at) >= night else night - timedelta(days=1)


def claim(
    database: Database, handbook_id: int, at: datetime, *, unless_since: datetime | None = None
) -> bool:
    """Begin a batch of a handbook; False where another is at work, or where one was finished since `unless_since`.

    Two at once would plan from the same releases and bring to light what lies between them: a single answer.
    """
    with database.transaction() as session:
        if session.get(Night, handbook_id) is None:
            session.add(Night(handbook_id=handbook_id))
            session.flush()
        free = or_(Night.begun_at.is_(None), Night.begun_at <= at - GIVEN_UP)
        query = update(Night).where(Night.handbook_id == handbook_id, free)
        if unless_since is not None:
            query = query.where(or_(Night.done_at.is_(None), Night.done_at < unless_since))
        taken = session.execute(query.values(begun_at=at))
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def hold(session: Session, handbook_id: int, at: datetime) -> None:
    """Make sure, in a transaction that writes, that the batch begun then still holds the handbook; raises TakenError."""
    held = session.execute(
        update(Night)
        .where(Night.handbook_id == handbook_id, Night.begun_at == at)
        .values(begun_at=at)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenError


def finish(session: Session, handbook_id: int, at: datetime) -> None:
    """End the batch begun then, as done."""
    session.execute(
        update(Night)
        .where(Night.handbook_id == handbook_id, Night.begun_at == at)
        .values(begun_at=None, done_at=at)
    )


def give_back(database: Database, handbook_id: int, at: datetime) -> None:
    """Let go of a batch begun then that did not end well; the next may begin at once."""
    with database.transaction() as session:
        session.execute(
            update(Night)
            .where(Night.handbook_id == handbook_id, Night.begun_at == at)
            .values(begun_at=None)
        )
