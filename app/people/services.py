"""Acts on people."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.people.models import Office


def touch_office(session: Session, *, office_id: int) -> None:
    """Note that something happened at an office that counts above depend on (see Office.revision)."""
    session.execute(
        update(Office).where(Office.id == office_id).values(revision=Office.revision + 1)
    )
