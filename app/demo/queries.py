"""Reading what the demonstration made."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.cast import CAST, Person
from app.people.models import Officer


def demo_people_exist(session: Session) -> bool:
    """Say whether the database holds demonstration people."""
    return session.scalar(select(Officer.id).where(Officer.is_demo).limit(1)) is not None


def officers_exist(session: Session) -> bool:
    """Say whether the database holds any officers at all."""
    return session.scalar(select(Officer.id).limit(1)) is not None


def cast_here(session: Session) -> list[Person]:
    """Return the persons of the demonstration's cast who are in the database."""
    numbers = [person.staff_number for person in CAST]
    here = set(
        session.scalars(
            select(Officer.staff_number).where(Officer.is_demo, Officer.staff_number.in_(numbers))
        )
    )
    return [person for person in CAST if person.staff_number in here]
