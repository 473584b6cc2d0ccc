"""Rebuilding the counts of responses from the answers, category by category."""

from collections import Counter

from sqlalchemy import Text, cast, delete, func, insert, select
from sqlalchemy.orm import Session

from app.db import local_day
from app.quizzes.answers import category
from app.quizzes.models import Answer, Attempt, QuestionVersion, ResponseCount

NAMES = ("question_version_id", "office_id", "month", "draw", "choice", "certainty")
Cell = tuple[object, ...]


def recount(session: Session) -> tuple[int, int]:
    """Rebuild the response counts from the answers; return how many cells there are and how many were wrong.

    A cell is wrong when its number differs, when it is missing, or when no answer stands behind it. The database groups the
    answers; only written texts are put together here, by the form in which they are compared.
    """
    true, kept = _true(session), _kept(session)
    wrong = sum(kept.get(cell) != n for cell, n in true.items())
    wrong = max(wrong, sum(true.get(cell) != n for cell, n in kept.items()))
    if wrong:
        session.execute(delete(ResponseCount))
        rows = [dict(zip(NAMES, cell, strict=True)) | {"n": n} for cell, n in true.items()]
        for start in range(0, len(rows), 5000):
            session.execute(insert(ResponseCount), rows[start : start + 5000])
    return len(true), wrong


def _true(session: Session) -> Counter[Cell]:
    month = func.substr(cast(local_day(Attempt.submitted_at), Text), 1, 7)
    cell = (Answer.question_version_id, Answer.office_id, month, Answer.draw, Answer.choice)
    rows = session.execute(
        select(*cell, Answer.certainty, QuestionVersion.kind, func.count())
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .where(Answer.counted)
        .group_by(*cell, Answer.certainty, QuestionVersion.kind)
    )
    found: Counter[Cell] = Counter()
    for version_id, office_id, when, draw, choice, certainty, kind, n in rows:
        found[version_id, office_id, when, draw, category(kind, choice), certainty] += n
    return found


def _kept(session: Session) -> dict[Cell, int]:
    columns = [getattr(ResponseCount, name) for name in NAMES]
    return {tuple(row[:-1]): row[-1] for row in session.execute(select(*columns, ResponseCount.n))}
