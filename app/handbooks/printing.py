"""Typeset books: made once for each version and language, kept with their hash, then never made again."""

import hashlib
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.services import record
from app.db import Database
from app.handbooks import queries
from app.handbooks.folder import LANGUAGES
from app.handbooks.models import HandbookVersion, TypesetVersion
from app.handbooks.queries import VersionRow
from app.handbooks.typeset import version_pdf

log = logging.getLogger(__name__)
MOST_A_RUN = 4
TRIED_AGAIN_AFTER = timedelta(hours=1)
# one book at a time in a process: one that was just published is asked for by many at once
_press = threading.Lock()


@dataclass(frozen=True)
class Printed:
    """A typeset book: the hash (SHA-256, hex) and size (bytes) of its PDF."""

    sha256: str
    size: int


def printed(session: Session, *, version_ids: Iterable[int]) -> dict[tuple[int, str], Printed]:
    """Return which books are made, by version and language."""
    rows = session.execute(
        select(
            TypesetVersion.version_id,
            TypesetVersion.language,
            TypesetVersion.sha256,
            func.length(TypesetVersion.pdf),
        ).where(TypesetVersion.version_id.in_(set(version_ids)))
    )
    return {(version_id, language): Printed(*facts) for version_id, language, *facts in rows}


def pdf_of(session: Session, *, version_id: int, language: str) -> bytes | None:
    """Return the PDF of a book, or None where it is not made yet."""
    found = session.get(TypesetVersion, (version_id, language))
    return found.pdf if found else None


def unprinted(session: Session) -> list[tuple[int, str]]:
    """Return the versions and languages without a book, the newest first; a withdrawn version needs none."""
    wanted = union_all(*(select(literal(word).label("language")) for word in LANGUAGES)).subquery()
    rows = session.execute(
        select(HandbookVersion.id, wanted.c.language)
        .join(wanted, literal(True))  # every version with every language
        .outerjoin(
            TypesetVersion,
            and_(
                TypesetVersion.version_id == HandbookVersion.id,
                TypesetVersion.language == wanted.c.language,
            ),
        )
        .where(TypesetVersion.version_id.is_(None), HandbookVersion.withdrawn_at.is_(None))
        .order_by(HandbookVersion.id.desc(), wanted.c.language.desc())
    )
    return [(row[0], row[1]) for row in rows]


def print_version(database: Database, *, version_id: int, language: str, at: datetime) -> bytes:
    """Return the PDF of a book, made now if it never was; of several made at once the first one stays.

    Raises RuntimeError when the typesetter fails, KeyError for a version that is not there.
    """
    made = _made(database, version_id, language)
    if made is not None:
        return made
    with _press:
        made = _made(database, version_id, language)  # meanwhile, by who held the press
        if made is not None:
            return made
        with database.reading() as session:
            version = queries.version_rows(session, ids=[version_id])[version_id]
            rules = queries.rule_rows(session, version_id=version_id, language=language)
        pdf = version_pdf(version, rules, language)
        with database.transaction() as session:
            return keep_typeset(session, version=version, language=language, pdf=pdf, at=at)


def _made(database: Database, version_id: int, language: str) -> bytes | None:
    with database.reading() as session:
        return pdf_of(session, version_id=version_id, language=language)


def keep_typeset(
    session: Session, *, version: VersionRow, language: str, pdf: bytes, at: datetime
) -> bytes:
    """Keep a book unless there is one already; return the one that is kept."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    try:
        with session.begin_nested():
            session.add(
                TypesetVersion(
                    version_id=version.id, language=language, pdf=pdf, sha256=sha256, made_at=at
                )
            )
            session.flush()
    except IntegrityError:  # another node was quicker: its book is the one
        made = pdf_of(session, version_id=version.id, language=language)
        return made if made is not None else pdf
    record(
        session,
        "handbook.version_typeset",
        actor_id=None,
        office_id=None,
        at=at,
        handbook=version.slug,
        version=version.number,
        language=language,
        sha256=sha256,
    )
    return pdf


class Press:
    """The job that makes what is missing, a few books a run; what failed is logged and tried again after an hour."""

    def __init__(self) -> None:
        self.failed: dict[tuple[int, str], datetime] = {}

    def __call__(self, database: Database, at: datetime) -> None:
        """Make the books that are missing."""
        with database.reading() as session:
            wanted = [book for book in unprinted(session) if not self._failed_lately(book, at)]
        for version_id, language in wanted[:MOST_A_RUN]:
            try:
                print_version(database, version_id=version_id, language=language, at=at)
            except RuntimeError:
                log.exception("version %s was not typeset in %s", version_id, language)
                self.failed[version_id, language] = at

    def _failed_lately(self, book: tuple[int, str], at: datetime) -> bool:
        return book in self.failed and at < self.failed[book] + TRIED_AGAIN_AFTER
