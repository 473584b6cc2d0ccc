"""The published versions of the database as files, byte for byte as they were loaded or published."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handbooks.models import Handbook, HandbookVersion

WRITTEN, SAME, DIFFERS = "written", "the same", "differs"


@dataclass(frozen=True)
class ExportedFile:
    """A file of the content folder: its path in there and its bytes."""

    path: str
    data: bytes


def exported_files(
    session: Session, *, slug: str | None = None
) -> tuple[list[ExportedFile], list[str]]:
    """Return the files of all handbooks, or of one, and the slugs of those whose handbook.yml was never kept.

    Versions withdrawn before their day are left out: handbook.yml does not name them either.
    """
    files: list[ExportedFile] = []
    unknown = []
    query = select(Handbook).order_by(Handbook.position)
    for handbook in session.scalars(query if slug is None else query.where(Handbook.slug == slug)):
        if not handbook.manifest:
            unknown.append(handbook.slug)
            continue
        files.append(ExportedFile(f"{handbook.slug}/handbook.yml", handbook.manifest.encode()))
        for version in session.scalars(
            select(HandbookVersion)
            .where(
                HandbookVersion.handbook_id == handbook.id, HandbookVersion.withdrawn_at.is_(None)
            )
            .order_by(HandbookVersion.effective_on)
        ):
            place = f"{handbook.slug}/{version.number}"
            files.append(ExportedFile(f"{place}/ms.md", version.source_ms.encode()))
            files.append(ExportedFile(f"{place}/en.md", version.source_en.encode()))
    return files, unknown


def unfiled_versions(session: Session, *, slug: str, filed: list[str]) -> list[str]:
    """Return the numbers of a handbook's versions in the database that its files lack."""
    numbers = session.scalars(
        select(HandbookVersion.number)
        .join(Handbook, Handbook.id == HandbookVersion.handbook_id)
        .where(Handbook.slug == slug, HandbookVersion.withdrawn_at.is_(None))
        .order_by(HandbookVersion.effective_on)
    )
    return [number for number in numbers if number not in filed]


def withdrawn_versions(session: Session, *, slug: str, filed: list[str]) -> list[str]:
    """Return the numbers of a handbook's versions withdrawn before their day that its files still name."""
    numbers = session.scalars(
        select(HandbookVersion.number)
        .join(Handbook, Handbook.id == HandbookVersion.handbook_id)
        .where(Handbook.slug == slug, HandbookVersion.withdrawn_at.is_not(None))
        .order_by(HandbookVersion.number)
    )
    return [number for number in numbers if number in filed]


def write_file(folder: Path, file: ExportedFile, *, force: bool) -> str:
    """Write one file whole or not at all; return what was done: written, the same, or differs (left alone).

    Raises OSError when the folder cannot be written.
    """
    target = folder / file.path
    if target.exists():
        if target.read_bytes() == file.data:
            return SAME
        if not force:
            return DIFFERS
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(file.data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return WRITTEN
