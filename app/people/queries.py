"""Reading people: the signed-in person, offices, officers."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.access.policy import Actor, Grant, Role
from app.people.models import Office, Officer, Posting, RoleGrant


def serving_on(on: date) -> ColumnElement[bool]:
    """SQL: the posting is in force on that day."""
    return and_(Posting.starts_on <= on, or_(Posting.ends_on.is_(None), Posting.ends_on >= on))


def actor_of(session: Session, *, officer_id: int, session_version: int, on: date) -> Actor | None:
    """Return the person of a session, or None when inactive, unknown or signed out everywhere."""
    row = session.execute(
        select(Officer, Office)
        .outerjoin(Posting, and_(Posting.officer_id == Officer.id, serving_on(on)))
        .outerjoin(Office, Office.id == Posting.office_id)
        .where(
            Officer.id == officer_id,
            Officer.active,
            Officer.session_version == session_version,
        )
        .order_by(Posting.starts_on.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    officer, office = row
    grants = session.execute(_grants_of(officer_id)).all()
    return Actor(
        id=officer.id,
        name=officer.name,
        staff_number=officer.staff_number,
        email=officer.email,
        language=officer.language,
        session_version=officer.session_version,
        office_id=office.id if office else None,
        office_path=office.path if office else "",
        office_name=office.name if office else "",
        grants=tuple(Grant(Role(role), path) for role, path in grants),
        is_demo=officer.is_demo,
    )


def _grants_of(officer_id: int) -> Select[tuple[str, str]]:
    return (
        select(RoleGrant.role, Office.path)
        .join(Office, Office.id == RoleGrant.office_id)
        .where(RoleGrant.officer_id == officer_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.role, Office.path)
    )


def office_of(session: Session, *, officer_id: int, on: date) -> int | None:
    """Return the id of the office where the officer serves on that day, or None."""
    return session.scalar(
        select(Posting.office_id)
        .where(Posting.officer_id == officer_id, serving_on(on))
        .order_by(Posting.starts_on.desc())
        .limit(1)
    )
