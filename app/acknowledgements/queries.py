"""Reading acknowledgements: one's own, and one receipt for whoever may see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.acknowledgements.models import Acknowledgement
from app.handbooks.models import Handbook, HandbookVersion
from app.people.models import Office, Officer

Since = aliased(HandbookVersion, name="since")


@dataclass(frozen=True)
class AcknowledgementRow:
    """What an officer declared, with the names needed to show it."""

    receipt_number: str
    officer_id: int
    officer_name: str
    staff_number: str
    office_name: str
    office_path: str
    version_id: int
    slug: str
    number: str
    title_ms: str
    title_en: str
    content_hash: str
    language: str
    declaration: str
    acknowledged_at: datetime
    renewal: int
    since: str | None  # the version known before, when only what changed after it was declared

    def title(self, language: str) -> str:
        """Return the handbook's title in one language."""
        return self.title_en if language == "en" else self.title_ms


def _acknowledgements() -> Select[*tuple[object, ...]]:
    return (
        select(
            Acknowledgement.receipt_number,
            Acknowledgement.officer_id,
            Officer.name,
            Officer.staff_number,
            Office.name,
            Office.path,
            Acknowledgement.version_id,
            Handbook.slug,
            HandbookVersion.number,
            HandbookVersion.title_ms,
            HandbookVersion.title_en,
            Acknowledgement.content_hash,
            Acknowledgement.language,
            Acknowledgement.declaration,
            Acknowledgement.acknowledged_at,
            Acknowledgement.renewal,
            Since.number,
        )
        .join(Officer, Officer.id == Acknowledgement.officer_id)
        .join(Office, Office.id == Acknowledgement.office_id)
        .join(HandbookVersion, HandbookVersion.id == Acknowledgement.version_id)
        .join(Handbook, Handbook.id == HandbookVersion.handbook_id)
        .outerjoin(Since, Since.id == Acknowledgement.since_version_id)
    )


def acknowledgements_of(session: Session, *, officer_id: int) -> list[AcknowledgementRow]:
    """Return an officer's acknowledgements, newest first."""
    query = (
        _acknowledgements()
        .where(Acknowledgement.officer_id == officer_id)
        .order_by(Acknowledgement.acknowledged_at.desc())
    )
    return [AcknowledgementRow(*row) for row in session.execute(query)]  # type: ignore[arg-type]


def acknowledgement_of(
    session: Session, *, officer_id: int, version_id: int
) -> AcknowledgementRow | None:
    """Return an officer's newest acknowledgement of one version, or None."""
    query = (
        _acknowledgements()
        .where(Acknowledgement.officer_id == officer_id, Acknowledgement.version_id == version_id)
        .order_by(Acknowledgement.renewal.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return AcknowledgementRow(*row) if row else None  # type: ignore[arg-type]


def by_receipt(session: Session, *, receipt_number: str) -> AcknowledgementRow | None:
    """Return the acknowledgement of a receipt; the caller asks the policy before showing it."""
    query = _acknowledgements().where(Acknowledgement.receipt_number == receipt_number)
    row = session.execute(query).first()
    return AcknowledgementRow(*row) if row else None  # type: ignore[arg-type]


def newest_known(session: Session, *, officer_id: int, handbook_id: int) -> str | None:
    """Return the number of the newest version of a handbook that the officer acknowledged, or None."""
    return session.scalar(
        select(HandbookVersion.number)
        .join(Acknowledgement, Acknowledgement.version_id == HandbookVersion.id)
        .where(Acknowledgement.officer_id == officer_id, HandbookVersion.handbook_id == handbook_id)
        .order_by(HandbookVersion.effective_on.desc())
        .limit(1)
    )


def known_versions(session: Session, *, officer_id: int) -> dict[str, str]:
    """Return the newest version that the officer acknowledged of each handbook, by the handbook's slug."""
    rows = session.execute(
        select(Handbook.slug, HandbookVersion.number)
        .join(HandbookVersion, HandbookVersion.handbook_id == Handbook.id)
        .join(Acknowledgement, Acknowledgement.version_id == HandbookVersion.id)
        .where(Acknowledgement.officer_id == officer_id)
        .order_by(HandbookVersion.effective_on)
    )
    return {row[0]: row[1] for row in rows}
