"""Reading people: the signed-in person, officers and what is needed to sign in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.policy import Actor, Grant, Role
from app.people.logic import Failures, is_top
from app.people.models import (
    Accommodation,
    Office,
    Officer,
    Posting,
    ResetToken,
    RoleGrant,
    SignInThrottle,
)

PAGE = 50


@dataclass(frozen=True)
class OfficerRow:
    """An officer in a list or on a page; the office is that of the day asked about."""

    id: int
    staff_number: str
    name: str
    email: str
    grade: str
    post: str
    language: str
    joined_on: date
    active: bool
    office_id: int | None
    office_code: str | None
    office_name: str | None


@dataclass(frozen=True)
class PostingRow:
    """Where an officer served, from and to."""

    office_name: str
    office_code: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class GrantRow:
    """A role held now."""

    id: int
    role: str
    office_name: str
    office_code: str
    granted_at: datetime


@dataclass(frozen=True)
class AccommodationRow:
    """What an officer needs to take any quiz on equal terms; extra time in per cent of the limit."""

    extra_time: int = 0
    large_print: bool = False
    reader: bool = False

    @property
    def any(self) -> bool:
        """Say whether there is any."""
        return bool(self.extra_time or self.large_print or self.reader)


@dataclass(frozen=True)
class Candidate:
    """Who wants to sign in, as stored; nobody when unknown or inactive."""

    officer_id: int | None
    password_hash: str | None


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


def _grants_of(officer_id: int) -> Select[str, str]:
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


def accommodation_of(session: Session, *, officer_id: int) -> AccommodationRow:
    """Return the standing accommodation of an officer, an empty one where there is none."""
    row = session.execute(
        select(Accommodation.extra_time, Accommodation.large_print, Accommodation.reader).where(
            Accommodation.officer_id == officer_id
        )
    ).first()
    return AccommodationRow(*row) if row else AccommodationRow()


def password_hash_of(session: Session, *, officer_id: int) -> str | None:
    """Return the hash to check a password against, or None."""
    return session.scalar(select(Officer.password_hash).where(Officer.id == officer_id))


def candidate_of(session: Session, *, identifier: str) -> Candidate:
    """Return who signs in by this staff number or e-mail (in stored form)."""
    column = Officer.email if "@" in identifier else Officer.staff_number
    row = session.execute(
        select(Officer.id, Officer.password_hash).where(column == identifier, Officer.active)
    ).first()
    return Candidate(*row) if row else Candidate(None, None)


def session_version_of(session: Session, *, officer_id: int) -> int:
    """Return the session version that a new session of the officer carries."""
    return session.scalar(select(Officer.session_version).where(Officer.id == officer_id)) or 0


def failures_of(session: Session, *, keys: list[str]) -> list[Failures]:
    """Return the failed sign-ins under each key, in the order of the keys."""
    rows = session.scalars(select(SignInThrottle).where(SignInThrottle.key.in_(keys)))
    found = {
        row.key: Failures(row.key, row.failures, row.last_failed_at, row.blocked_until)
        for row in rows
    }
    return [found.get(key, Failures(key)) for key in keys]


def officer_by_token(session: Session, *, token_hash: str, at: datetime) -> int | None:
    """Return the officer whose unused, unexpired reset token this is, or None."""
    return session.scalar(
        select(ResetToken.officer_id)
        .join(Officer, Officer.id == ResetToken.officer_id)
        .where(
            ResetToken.token_hash == token_hash,
            ResetToken.used_at.is_(None),
            ResetToken.expires_at > at,
            Officer.active,
        )
    )


def _officers(on: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Officer.id,
            Officer.staff_number,
            Officer.name,
            Officer.email,
            Officer.grade,
            Officer.post,
            Officer.language,
            Officer.joined_on,
            Officer.active,
            Office.id,
            Office.code,
            Office.name,
        )
        .outerjoin(Posting, and_(Posting.officer_id == Officer.id, serving_on(on)))
        .outerjoin(Office, Office.id == Posting.office_id)
    )


def officer_row(session: Session, *, officer_id: int, on: date) -> OfficerRow | None:
    """Return one officer with today's office, or None."""
    wanted = _officers(on).where(Officer.id == officer_id).order_by(Posting.starts_on.desc())
    row = session.execute(wanted.limit(1)).first()
    return OfficerRow(*row) if row else None


def officer_rows(
    session: Session, *, search: str, reach: tuple[str, ...], on: date, page: int
) -> tuple[list[OfficerRow], bool]:
    """Return one page of officers by name within the reach, and whether there are more.

    `search` matches the beginning of a staff number or any part of a name or e-mail; cost does not grow with the pages
    before, only with the page.
    """
    wanted = _officers(on).where(within(reach))
    if search:
        like = f"%{escape_like(search)}%"
        wanted = wanted.where(
            or_(
                Officer.staff_number.startswith(search.upper(), autoescape=True),
                func.lower(Officer.name).like(like.lower(), escape="\\"),
                Officer.email.like(like.lower(), escape="\\"),
            )
        )
    wanted = wanted.order_by(Officer.name, Officer.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = [OfficerRow(*row) for row in session.execute(wanted)]
    return rows[:PAGE], len(rows) > PAGE


def within(reach: tuple[str, ...]) -> ColumnElement[bool]:
    """SQL: the officer serves within one of the paths, or nowhere while the reach is the whole tree."""
    inside = or_(*(at_or_below(path) for path in reach))
    return or_(inside, Office.id.is_(None)) if any(is_top(path) for path in reach) else inside


def at_or_below(path: str) -> ColumnElement[bool]:
    """SQL: the office stands at or below a path; a plain prefix (digits and slashes), so that its index is used."""
    return Office.path.like(f"{path}%")


def escape_like(text: str) -> str:
    """Return the text with LIKE's own signs escaped by a backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def posting_rows(session: Session, *, officer_id: int) -> list[PostingRow]:
    """Return an officer's postings, newest first."""
    rows = session.execute(
        select(Office.name, Office.code, Posting.starts_on, Posting.ends_on)
        .join(Office, Office.id == Posting.office_id)
        .where(Posting.officer_id == officer_id)
        .order_by(Posting.starts_on.desc())
    )
    return [PostingRow(*row) for row in rows]


def grant_rows(session: Session, *, officer_id: int) -> list[GrantRow]:
    """Return the roles an officer holds now."""
    rows = session.execute(
        select(RoleGrant.id, RoleGrant.role, Office.name, Office.code, RoleGrant.granted_at)
        .join(Office, Office.id == RoleGrant.office_id)
        .where(RoleGrant.officer_id == officer_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.role, Office.name)
    )
    return [GrantRow(*row) for row in rows]


def officer_names(session: Session, *, ids: set[int]) -> dict[int, str]:
    """Return name and staff number of officers by id, for lists that hold ids only."""
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.staff_number).where(Officer.id.in_(ids))
    )
    return {row[0]: f"{row[1]} ({row[2]})" for row in rows}
