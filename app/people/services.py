"""Acts on people: officers, postings, roles, offices. Signing in has its own file, `sign_in.py`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor, Role
from app.audit.services import record
from app.clock import local_date
from app.errors import N_, DomainError, NotFoundError
from app.people.logic import identifier_of
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.queries import office_of


@dataclass(frozen=True)
class OfficerFacts:
    """What an administrator writes about an officer."""

    staff_number: str
    name: str
    email: str
    grade: str
    post: str
    language: str
    joined_on: date


def touch_office(session: Session, *, office_id: int) -> None:
    """Note that something happened at an office that counts above depend on (see Office.revision)."""
    session.execute(
        update(Office).where(Office.id == office_id).values(revision=Office.revision + 1)
    )


def create_officer(
    session: Session, actor: Actor | None, facts: OfficerFacts, *, office_id: int, at: datetime
) -> int:
    """Add an officer, posted to an office from the day of joining; return the id.

    Raises DomainError when the staff number or e-mail belongs to somebody else.
    """
    officer = Officer(created_at=at, session_version=1, active=True, is_demo=False)
    _write(session, officer, facts)
    session.add(officer)
    session.flush()
    session.add(Posting(officer_id=officer.id, office_id=office_id, starts_on=facts.joined_on))
    _record(
        session,
        "officer.created",
        actor,
        at,
        officer_id=officer.id,
        staff_number=officer.staff_number,
        name=officer.name,
    )
    touch_office(session, office_id=office_id)
    return officer.id


def change_officer(
    session: Session, actor: Actor, facts: OfficerFacts, *, officer_id: int, at: datetime
) -> None:
    """Change what is written about an officer; records which facts changed, not the old values of contact data."""
    officer = _officer(session, officer_id)
    before = {name: getattr(officer, name) for name in OfficerFacts.__dataclass_fields__}
    _write(session, officer, facts)
    changes = sorted(name for name, value in before.items() if getattr(officer, name) != value)
    if not changes:
        return
    _record(session, "officer.changed", actor, at, officer_id=officer_id, changes=changes)
    _touch_today(session, officer_id, at)


def _write(session: Session, officer: Officer, facts: OfficerFacts) -> None:
    staff_number, email = identifier_of(facts.staff_number), facts.email.strip().lower()
    for column, value, field, text in (
        (
            Officer.staff_number,
            staff_number,
            "staff_number",
            N_("Nombor kakitangan ini sudah digunakan."),
        ),
        (Officer.email, email, "email", N_("E-mel ini sudah digunakan oleh pegawai lain.")),
    ):
        taken = session.scalar(select(Officer.id).where(column == value))
        if taken is not None and taken != officer.id:
            raise DomainError(text, field=field)
    officer.staff_number, officer.email = staff_number, email
    officer.name, officer.grade, officer.post = facts.name, facts.grade, facts.post
    officer.language, officer.joined_on = facts.language, facts.joined_on


def set_language(session: Session, *, officer_id: int, language: str) -> None:
    """Keep an officer's language."""
    session.execute(update(Officer).where(Officer.id == officer_id).values(language=language))


def set_active(
    session: Session, actor: Actor, *, officer_id: int, active: bool, at: datetime
) -> None:
    """Close or open an officer's account; closing ends every session."""
    if officer_id == actor.id:
        raise DomainError(N_("Anda tidak boleh menyahaktifkan akaun anda sendiri."))
    officer = _officer(session, officer_id)
    if officer.active == active:
        return
    officer.active = active
    officer.session_version += 1
    act = "officer.reactivated" if active else "officer.deactivated"
    _record(session, act, actor, at, officer_id=officer_id)
    _touch_today(session, officer_id, at)


def post_officer(
    session: Session,
    actor: Actor,
    *,
    officer_id: int,
    office_id: int,
    starts_on: date,
    at: datetime,
) -> None:
    """Post an officer to an office from a day on; the posting before ends the day before, history stays.

    Raises DomainError (field `starts_on`) when the day is not after the newest posting's first day.
    """
    _officer(session, officer_id)
    newest = session.scalar(
        select(Posting)
        .where(Posting.officer_id == officer_id)
        .order_by(Posting.starts_on.desc())
        .limit(1)
    )
    if newest is not None and starts_on <= newest.starts_on:
        raise DomainError(
            N_("Tarikh mula mesti selepas tarikh mula penempatan terkini."), field="starts_on"
        )
    if newest is not None:
        touch_office(session, office_id=newest.office_id)
        if newest.ends_on is None or newest.ends_on >= starts_on:
            newest.ends_on = starts_on - timedelta(days=1)
    session.add(Posting(officer_id=officer_id, office_id=office_id, starts_on=starts_on))
    _record(
        session,
        "officer.posted",
        actor,
        at,
        officer_id=officer_id,
        posted_office_id=office_id,
        starts_on=starts_on.isoformat(),
    )
    touch_office(session, office_id=office_id)


def grant_role(
    session: Session,
    actor: Actor | None,
    *,
    officer_id: int,
    role: Role,
    office_id: int,
    at: datetime,
) -> None:
    """Give an officer a role at an office and below.

    Raises DomainError when it is already held there.
    """
    _officer(session, officer_id)
    grant = RoleGrant(
        officer_id=officer_id,
        role=role.value,
        office_id=office_id,
        granted_by_id=actor.id if actor else None,
        granted_at=at,
    )
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        raise DomainError(
            N_("Pegawai ini sudah memegang peranan itu di pejabat itu."), field="role"
        ) from None
    _record(
        session,
        "role.granted",
        actor,
        at,
        officer_id=officer_id,
        role=role.value,
        role_office_id=office_id,
    )
    _touch_today(session, officer_id, at)


def revoke_role(
    session: Session, actor: Actor, *, officer_id: int, grant_id: int, at: datetime
) -> None:
    """Take a role back; the row stays as history. An administrator cannot take the own administrator role."""
    grant = session.get(RoleGrant, grant_id)
    if grant is None or grant.officer_id != officer_id or grant.revoked_at is not None:
        raise NotFoundError(N_("Peranan ini tidak ditemui."))
    if officer_id == actor.id and grant.role == Role.ADMINISTRATOR.value:
        raise DomainError(N_("Anda tidak boleh menarik balik peranan pentadbir anda sendiri."))
    grant.revoked_at = at
    _record(
        session,
        "role.revoked",
        actor,
        at,
        officer_id=officer_id,
        role=grant.role,
        role_office_id=grant.office_id,
    )
    _touch_today(session, officer_id, at)


def create_office(
    session: Session,
    actor: Actor | None,
    *,
    code: str,
    name: str,
    kind: str,
    parent_id: int | None,
    at: datetime,
) -> int:
    """Add an office below another (None: the top of the tree); return its id."""
    code = code.strip().upper()
    if session.scalar(select(Office.id).where(Office.code == code)) is not None:
        raise DomainError(N_("Kod pejabat ini sudah digunakan."), field="code")
    above = session.get(Office, parent_id) if parent_id is not None else None
    office = Office(code=code, name=name, kind=kind, parent_id=parent_id, path="", active=True)
    session.add(office)
    session.flush()
    office.path = f"{above.path if above else '/'}{office.id}/"
    _record(
        session,
        "office.created",
        actor,
        at,
        new_office_id=office.id,
        code=code,
        name=name,
        parent_id=parent_id,
    )
    return office.id


def change_office(
    session: Session,
    actor: Actor,
    *,
    office_id: int,
    name: str,
    kind: str,
    active: bool,
    at: datetime,
) -> None:
    """Rename an office, change its kind, close or open it. An office with officers cannot be closed."""
    office = session.get(Office, office_id)
    if office is None:
        raise NotFoundError(N_("Pejabat ini tidak ditemui."))
    if office.active and not active:
        _refuse_if_peopled(session, office_id, at)
    wanted = {"name": name, "kind": kind, "active": active}
    changes = sorted(key for key, value in wanted.items() if getattr(office, key) != value)
    if not changes:
        return
    for key, value in wanted.items():
        setattr(office, key, value)
    _record(session, "office.changed", actor, at, changed_office_id=office_id, changes=changes)


def _refuse_if_peopled(session: Session, office_id: int, at: datetime) -> None:
    day = local_date(at)
    serving = session.scalar(
        select(func.count())
        .select_from(Posting)
        .where(
            Posting.office_id == office_id, (Posting.ends_on.is_(None)) | (Posting.ends_on >= day)
        )
    )
    below = session.scalar(select(func.count()).where(Office.parent_id == office_id, Office.active))
    if serving or below:
        raise DomainError(
            N_("Pejabat ini masih mempunyai pegawai atau pejabat di bawahnya. Pindahkan dahulu."),
            field="active",
        )


def _officer(session: Session, officer_id: int) -> Officer:
    officer = session.get(Officer, officer_id)
    if officer is None:
        raise NotFoundError(N_("Pegawai ini tidak ditemui."))
    return officer


def _touch_today(session: Session, officer_id: int, at: datetime) -> None:
    office_id = office_of(session, officer_id=officer_id, on=local_date(at))
    if office_id is not None:
        touch_office(session, office_id=office_id)


def _record(session: Session, act: str, actor: Actor | None, at: datetime, **facts: object) -> None:
    record(
        session,
        act,
        actor_id=actor.id if actor else None,
        office_id=actor.office_id if actor else None,
        at=at,
        **facts,
    )
