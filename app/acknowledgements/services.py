"""The act of acknowledging: one row for one officer and version, for ever."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.acknowledgements import queries
from app.acknowledgements.logic import receipt_number
from app.acknowledgements.models import Acknowledgement
from app.audit.services import record
from app.clock import local_date
from app.errors import N_, DomainError
from app.handbooks.queries import VersionRow
from app.people.services import touch_office


def acknowledge_version(
    session: Session,
    actor: Actor,
    *,
    version: VersionRow,
    language: str,
    declaration: str,
    chance: int,
    at: datetime,
    since_version_id: int | None = None,
    renew: bool = False,
) -> str:
    """Keep that the officer declared these words about this version; return the receipt's number.

    `since_version_id` is the version known before, when only what changed after it is declared. `renew` declares a version
    again that was acknowledged on an earlier day. A second click finds the first one's row and returns its number.
    `chance` are 40 random bits. Raises DomainError for a version that is not in effect, or an officer without a posting.
    """
    if not version.is_current:
        raise DomainError(N_("Hanya versi semasa boleh diakui. Baca versi semasa dahulu."))
    if actor.office_id is None:
        raise DomainError(N_("Anda belum ditempatkan di mana-mana pejabat. Hubungi pentadbir."))
    already = queries.acknowledgement_of(session, officer_id=actor.id, version_id=version.id)
    if already and not (renew and local_date(already.acknowledged_at) < local_date(at)):
        return already.receipt_number
    row = Acknowledgement(
        receipt_number=receipt_number(at, chance),
        officer_id=actor.id,
        version_id=version.id,
        office_id=actor.office_id,
        content_hash=version.content_hash,
        language=language,
        declaration=declaration,
        acknowledged_at=at,
        since_version_id=since_version_id,
        renewal=already.renewal + 1 if already else 0,
    )
    if quicker := _insert(session, row):
        return quicker
    _record(session, actor, version, row)
    touch_office(session, office_id=actor.office_id)
    return row.receipt_number


def _record(session: Session, actor: Actor, version: VersionRow, row: Acknowledgement) -> None:
    record(
        session,
        "acknowledgement.made",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=row.acknowledged_at,
        acknowledgement_id=row.id,
        handbook=version.slug,
        version=version.number,
        content_hash=version.content_hash,
        language=row.language,
        since_version_id=row.since_version_id,
        renewal=row.renewal,
    )


def _insert(session: Session, row: Acknowledgement) -> str | None:
    """Add the row; return the receipt of the other click instead when that one was quicker."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = queries.acknowledgement_of(
            session, officer_id=row.officer_id, version_id=row.version_id
        )
        if found is None:
            raise
        return found.receipt_number
    return None
