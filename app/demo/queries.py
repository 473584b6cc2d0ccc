"""Reading what the demonstration made."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Officer


def demo_people_exist(session: Session) -> bool:
    """Say whether the database holds demonstration people."""
    return session.scalar(select(Officer.id).where(Officer.is_demo).limit(1)) is not None
