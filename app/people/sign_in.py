"""Acts of signing in and out: throttled, recorded, generic in what they tell a stranger."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.errors import N_, DomainError
from app.people import passwords
from app.people.logic import Failures, after_failure, check_password, minutes_to_wait
from app.people.models import Officer, ResetToken, SignInThrottle
from app.people.queries import failures_of, office_of, officer_by_token

TOKEN_LIFE = timedelta(minutes=60)
TOO_OFTEN = N_("Terlalu banyak percubaan. Tunggu %(n)s minit, kemudian cuba lagi.")


def throttle_keys(identifier: str, address: str) -> list[str]:
    """Return the keys under which failures of this account and this network address are counted."""
    return [f"account:{identifier}", f"address:{address}"]


def check_throttle(session: Session, *, keys: list[str], at: datetime) -> None:
    """Raise DomainError with the minutes to wait while one of the keys is blocked."""
    minutes = minutes_to_wait(failures_of(session, keys=keys), at)
    if minutes:
        raise DomainError(TOO_OFTEN, n=minutes)


def count_failure(session: Session, *, keys: list[str], at: datetime) -> None:
    """Count one failure under each key; too many bring a delay that grows."""
    for before in failures_of(session, keys=keys):
        _keep(session, after_failure(before, at))


def _keep(session: Session, failures: Failures) -> None:
    row = session.get(SignInThrottle, failures.key) or SignInThrottle(key=failures.key)
    row.failures, row.blocked_until = failures.count, failures.blocked_until
    row.last_failed_at = failures.last_at or row.last_failed_at
    session.add(row)


def forget_failures(session: Session, *, key: str) -> None:
    """Forget the failures of an account after a success."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == key))


def open_session(
    session: Session, *, officer_id: int, identifier: str, password: str, address: str, at: datetime
) -> None:
    """Record that an officer signed in; renew a hash made with weaker settings than today's."""
    forget_failures(session, key=f"account:{identifier}")
    officer = session.get_one(Officer, officer_id)
    if officer.password_hash and passwords.needs_rehash(officer.password_hash):
        officer.password_hash = passwords.hash_password(password)
    _record(session, "session.opened", officer_id, at, address=address)


def refuse_session(session: Session, *, identifier: str, address: str, at: datetime) -> None:
    """Count and record a failed sign-in."""
    count_failure(session, keys=throttle_keys(identifier, address), at=at)
    record(
        session,
        "session.refused",
        actor_id=None,
        office_id=None,
        at=at,
        identifier=identifier[:100],
        address=address,
        reason="credentials",
    )


def close_session(session: Session, actor: Actor, *, at: datetime) -> None:
    """Record that an officer signed out here."""
    _record(session, "session.closed", actor.id, at)


def close_every_session(session: Session, actor: Actor, *, officer_id: int, at: datetime) -> None:
    """Sign an officer out everywhere: sessions carry the version that this raises."""
    _raise_version(session, officer_id)
    _record(session, "session.closed_everywhere", actor.id, at, officer_id=officer_id)


def change_password(session: Session, actor: Actor, *, new: str, at: datetime) -> None:
    """Set a new password for oneself and sign out everywhere.

    The current password was checked by the caller, outside the transaction. Raises DomainError for an unfit one.
    """
    check_password(new, personal=_personal(session.get_one(Officer, actor.id)))
    _set_password(session, actor.id, new)
    _record(session, "password.changed", actor.id, at, officer_id=actor.id)


def request_reset(
    session: Session, *, officer_id: int, token: str, address: str, at: datetime
) -> None:
    """Keep a single-use token (its hash only); older ones of the officer stop working."""
    session.execute(
        update(ResetToken)
        .where(ResetToken.officer_id == officer_id, ResetToken.used_at.is_(None))
        .values(used_at=at)
    )
    session.add(
        ResetToken(
            officer_id=officer_id,
            token_hash=token_hash(token),
            created_at=at,
            expires_at=at + TOKEN_LIFE,
        )
    )
    _record(
        session, "password.reset_requested", officer_id, at, officer_id=officer_id, address=address
    )


def reset_password(session: Session, *, token: str, new: str, at: datetime) -> None:
    """Set a new password by a mailed token, once, and sign out everywhere.

    Raises DomainError when the token is used, expired or unknown, or the password unfit.
    """
    hashed = token_hash(token)
    officer_id = officer_by_token(session, token_hash=hashed, at=at)
    if officer_id is None:
        raise DomainError(N_("Pautan ini telah digunakan atau luput. Minta pautan baharu."))
    check_password(new, personal=_personal(session.get_one(Officer, officer_id)))
    used = session.execute(
        update(ResetToken)
        .where(ResetToken.token_hash == hashed, ResetToken.used_at.is_(None))
        .values(used_at=at)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError(N_("Pautan ini telah digunakan atau luput. Minta pautan baharu."))
    _set_password(session, officer_id, new)
    _record(session, "password.reset", officer_id, at, officer_id=officer_id)


def set_first_password(session: Session, *, officer_id: int, password: str) -> None:
    """Set a password from the command line.

    Raises DomainError for an unfit one.
    """
    check_password(password, personal=_personal(session.get_one(Officer, officer_id)))
    _set_password(session, officer_id, password)


def token_hash(token: str) -> str:
    """Return the SHA-256 (hex) under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _set_password(session: Session, officer_id: int, password: str) -> None:
    session.execute(
        update(Officer)
        .where(Officer.id == officer_id)
        .values(password_hash=passwords.hash_password(password))
    )
    _raise_version(session, officer_id)


def _raise_version(session: Session, officer_id: int) -> None:
    session.execute(
        update(Officer)
        .where(Officer.id == officer_id)
        .values(session_version=Officer.session_version + 1)
    )


def _personal(officer: Officer) -> tuple[str, ...]:
    return (officer.staff_number, officer.email.partition("@")[0], *officer.name.split())


def _record(session: Session, act: str, who: int, at: datetime, **facts: object) -> None:
    office_id = office_of(session, officer_id=who, on=local_date(at))
    record(session, act, actor_id=who, office_id=office_id, at=at, **facts)
