"""Rebuilding the counts of responses from the answers, category by category."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.db import Database, local_day
from app.quizzes.answers import category
from app.quizzes.models import Answer, Attempt, QuestionVersion, ResponseCount

NAMES = ("question_version_id", "office_id", "month", "draw", "choice", "certainty")
PART = 20  # questions rebuilt in one transaction
Cell = tuple[object, ...]


def recount_all(database: Database) -> tuple[int, int]:
    """Rebuild the response counts, some questions at a time; return how many cells there are and how many were wrong.

    Each part is a short transaction of its own: officers go on answering meanwhile.
    """
    with database.reading() as session:
        versions = list(session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)))
    cells = wrong = 0
    for start in range(0, len(versions), PART):
        with database.transaction() as session:
            found = recount(session, version_ids=versions[start : start + PART])
        cells, wrong = cells + found[0], wrong + found[1]
    return cells, wrong


def recount(session: Session, *, version_ids: Collection[int] | None = None) -> tuple[int, int]:
    """Rebuild the response counts, of all questions or some; return how many cells there are and how many were wrong.

    A cell is wrong when its number differs, when it is missing, or when no answer stands behind it. The database groups the
    answers; only written texts are put together here, by the form in which they are compared.
    """
    if session.get_bind().dialect.name == "postgresql":
        # nobody counts an answer between the two readings; SQLite lets one write at a time anyway
        session.execute(text("LOCK TABLE response_counts IN SHARE ROW EXCLUSIVE MODE"))
    true, kept = _true(session, version_ids), _kept(session, version_ids)
    wrong = sum(kept.get(cell) != n for cell, n in true.items())
    wrong = max(wrong, sum(true.get(cell) != n for cell, n in kept.items()))
    if wrong:
        session.execute(delete(ResponseCount).where(*_among(ResponseCount, version_ids)))
        rows = [dict(zip(NAMES, cell, strict=True)) | {"n": n} for cell, n in true.items()]
        for start in range(0, len(rows), 5000):
            session.execute(insert(ResponseCount), rows[start : start + 5000])
    return len(true), wrong


def _among(
    table: type[Answer | ResponseCount], version_ids: Collection[int] | None
) -> list[ColumnElement[bool]]:
    return [] if version_ids is None else [table.question_version_id.in_(version_ids)]


def _true(session: Session, version_ids: Collection[int] | None) -> Counter[Cell]:
    month = func.substr(cast(local_day(Attempt.submitted_at), Text), 1, 7)
    cell = (Answer.question_version_id, Answer.office_id, month, Answer.draw, Answer.choice)
    rows = session.execute(
        select(*cell, Answer.certainty, QuestionVersion.kind, func.count())
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .where(Answer.counted, *_among(Answer, version_ids))
        .group_by(*cell, Answer.certainty, QuestionVersion.kind)
    )
    found: Counter[Cell] = Counter()
    for version_id, office_id, when, draw, choice, certainty, kind, n in rows:
        found[version_id, office_id, when, draw, category(kind, choice), certainty] += n
    return found


def _kept(session: Session, version_ids: Collection[int] | None) -> dict[Cell, int]:
    columns = [getattr(ResponseCount, name) for name in NAMES]
    query = select(*columns, ResponseCount.n).where(*_among(ResponseCount, version_ids))
    return {tuple(row[:-1]): row[-1] for row in session.execute(query)}
