"""Reading question quality: answers for the statistics, reports for pages, disputes."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.people.models import Office, Officer
from app.quality.models import Dispute, ItemStatistic, QuizStatistic
from app.quality.reports import Responses
from app.quality.shown import coefficient_told, report_told
from app.quizzes.keys import CORRECTION, CORRECTS, KEY_NOW
from app.quizzes.marking import mark
from app.quizzes.models import Answer, Attempt, Question, QuestionVersion, Quiz
from app.quizzes.shares import tens

MOST_ATTEMPTS = 20_000  # the newest; more change no figure that a person acts on


def quiz_ids(session: Session) -> list[int]:
    """Return the ids of all quizzes."""
    return list(session.scalars(select(Quiz.id).order_by(Quiz.id)))


def responses(session: Session, *, quiz_id: int) -> Responses:
    """Return the counted answers of the newest submitted attempts at a quiz, under the keys that hold now."""
    newest = (
        select(Attempt.id)
        .where(Attempt.quiz_id == quiz_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(MOST_ATTEMPTS)
        .subquery()
    )
    keys = _keys(session, quiz_id)
    rows = session.execute(
        select(
            Answer.attempt_id,
            Answer.question_version_id,
            Answer.share,
            Answer.choice,
            Answer.certainty,
            Officer.language,
            Office.path,
            Answer.id,
        )
        .join(newest, newest.c.id == Answer.attempt_id)
        .join(Officer, Officer.id == Answer.officer_id)
        .join(Office, Office.id == Answer.office_id)
        .where(Answer.counted)
        .order_by(Answer.id)
    ).all()
    corrected: dict[tuple[int, str], float] = {
        (version, choice): keys[version].share(choice)
        for version, choice in {(row[1], row[3]) for row in rows}
        if keys[version].corrected
    }
    return Responses(
        attempts=[row[0] for row in rows],
        versions=[row[1] for row in rows],
        shares=[corrected.get((row[1], row[3]), row[2] / 1000) for row in rows],
        choices=[row[3] for row in rows],
        certainties=[row[4] for row in rows],
        languages=[row[5] for row in rows],
        states=[_state(row[6]) for row in rows],
        right={version: held.key for version, held in keys.items()},
        answers=[row[7] for row in rows],
    )


@dataclass(frozen=True)
class _Key:
    """What is right for a version now, and whether that was corrected."""

    kind: str
    key: str
    content: dict[str, Any]
    corrected: bool

    def share(self, choice: str) -> float:
        return mark(self.kind, self.content, self.key, choice).share


def _keys(session: Session, quiz_id: int) -> dict[int, _Key]:
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.kind, KEY_NOW, CORRECTION.content)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(CORRECTION, CORRECTS)
        .where(Question.quiz_id == quiz_id)
    )
    return {
        version_id: _Key(kind, key, json.loads(content or "{}"), content is not None)
        for version_id, kind, key, content in rows
    }


def _state(path: str) -> int:
    """Return the id of the state's office in a path like `/1/5/9/`; headquarters itself is 0."""
    parts = path.strip("/").split("/")
    return int(parts[1]) if len(parts) > 1 else 0


@dataclass(frozen=True)
class ItemRow:
    """A question with its report, for its author, as both may be told."""

    version_id: int
    key: str
    rule_code: str
    kind: str
    number: int
    state: str
    retired: bool
    content: dict[str, Any]
    key_choice: str
    quiz_slug: str
    report: dict[str, Any]
    n: int
    flag: str
    computed_at: datetime | None
    open_disputes: int
    upheld_disputes: int


ITEM = (
    QuestionVersion.id,
    Question.key,
    Rule.code,
    QuestionVersion.kind,
    QuestionVersion.number,
    QuestionVersion.state,
    QuestionVersion.retired_at,
    QuestionVersion.content,
    QuestionVersion.key_choice,
    Quiz.slug,
    ItemStatistic.content,
    ItemStatistic.n,
    ItemStatistic.flag,
    ItemStatistic.computed_at,
)


def item_rows(
    session: Session, *, quiz_id: int | None = None, version_id: int | None = None
) -> list[ItemRow]:
    """Return the questions of a quiz that are asked or examined, or one version: those to act on first."""
    disputes = (
        select(
            Dispute.question_version_id.label("version_id"),
            func.sum(case((Dispute.state == "open", 1), else_=0)).label("open"),
            func.sum(case((Dispute.state == "upheld", 1), else_=0)).label("upheld"),
        )
        .group_by(Dispute.question_version_id)
        .subquery()
    )
    query = (
        select(*ITEM, func.coalesce(disputes.c.open, 0), func.coalesce(disputes.c.upheld, 0))
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .outerjoin(ItemStatistic, ItemStatistic.question_version_id == QuestionVersion.id)
        .outerjoin(disputes, disputes.c.version_id == QuestionVersion.id)
        .where(QuestionVersion.state != "draft")
    )
    if version_id is not None:
        query = query.where(QuestionVersion.id == version_id)
    else:
        query = query.where(Question.quiz_id == quiz_id, QuestionVersion.retired_at.is_(None))
    found = [_item(row) for row in session.execute(query)]
    order = {"quarantine": 0, "watch": 1}
    return sorted(
        found,
        key=lambda r: (
            r.state != "quarantined",
            order.get(r.flag, 2),
            -(r.open_disputes + r.upheld_disputes),
            r.key,
        ),
    )


def _item(row: Any) -> ItemRow:
    report = json.loads(row[10]) if row[10] else {}
    return ItemRow(  # type: ignore[call-arg]  # in the order of ITEM
        *row[:6],
        row[6] is not None,
        json.loads(row[7]),
        *row[8:10],
        report_told(report),
        tens(row[11] or 0),
        row[12] or "",
        row[13],
        int(row[14]),
        int(row[15]),
    )


@dataclass(frozen=True)
class Told:
    """What was told of a question last: up to which answer, and the exact report."""

    answers_to: int
    content: dict[str, Any]


@dataclass(frozen=True)
class Released:
    """What was told of a quiz last, up to which answer, and of its questions."""

    answers_to: int
    items: dict[int, Told]


def released(session: Session, *, quiz_id: int) -> Released:
    """Return what was told of a quiz last."""
    newest = select(QuizStatistic.answers_to).where(QuizStatistic.quiz_id == quiz_id)
    return Released(session.scalar(newest) or 0, _told(session, quiz_id))


def _told(session: Session, quiz_id: int) -> dict[int, Told]:
    rows = session.execute(
        select(ItemStatistic.question_version_id, ItemStatistic.answers_to, ItemStatistic.content)
        .join(QuestionVersion, QuestionVersion.id == ItemStatistic.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.quiz_id == quiz_id)
    )
    return {row[0]: Told(row[1], json.loads(row[2])) for row in rows}


@dataclass(frozen=True)
class Figures:
    """How a question was answered, as it may be told: the share of first answers that are right, of how many officers."""

    facility: str
    n: int


def question_figures(session: Session, *, quiz_id: int) -> dict[int, Figures]:
    """Return how the questions of a quiz were answered, by version; those that nothing is released of are missing."""
    return {
        version_id: Figures(report["facility"], tens(told.content["n"]))
        for version_id, told in _told(session, quiz_id).items()
        if (report := report_told(told.content))
    }


def quiz_statistic(session: Session, *, quiz_id: int) -> dict[str, Any] | None:
    """Return the statistics of a quiz, as they may be told, with `n` and `computed_at`, or None before they are made."""
    row = session.execute(
        select(QuizStatistic.n, QuizStatistic.content, QuizStatistic.computed_at).where(
            QuizStatistic.quiz_id == quiz_id
        )
    ).first()
    if row is None:
        return None
    held = json.loads(row[1])
    alpha = coefficient_told(held["alpha"], row[0])
    return {**held, "alpha": alpha, "n": tens(row[0]), "computed_at": row[2]}


@dataclass(frozen=True)
class DisputeRow:
    """A dispute with its question; the officer is named only in the mail that answers."""

    id: int
    attempt_id: int
    version_id: int
    question_key: str
    text: str
    made_at: datetime
    state: str
    answer: str
    answered_at: datetime | None
    email: str
    language: str
    officer_id: int


def dispute_rows(
    session: Session,
    *,
    state: str | None = None,
    dispute_id: int | None = None,
    version_id: int | None = None,
    most: int = 100,
) -> list[DisputeRow]:
    """Return disputes in a state, of a question, or one; the oldest first."""
    query = _disputes().limit(most)
    if state is not None:
        query = query.where(Dispute.state == state)
    if dispute_id is not None:
        query = query.where(Dispute.id == dispute_id)
    if version_id is not None:
        query = query.where(Dispute.question_version_id == version_id)
    return [DisputeRow(*row) for row in session.execute(query)]


def own_dispute(
    session: Session, *, officer_id: int, attempt_id: int, version_id: int
) -> DisputeRow | None:
    """Return the officer's own dispute of a question of an attempt, or None."""
    row = session.execute(
        _disputes().where(
            Dispute.officer_id == officer_id,
            Dispute.attempt_id == attempt_id,
            Dispute.question_version_id == version_id,
        )
    ).first()
    return DisputeRow(*row) if row else None


def _disputes() -> Any:
    return (
        select(
            Dispute.id,
            Dispute.attempt_id,
            Dispute.question_version_id,
            Question.key,
            Dispute.text,
            Dispute.made_at,
            Dispute.state,
            Dispute.answer,
            Dispute.answered_at,
            Officer.email,
            Officer.language,
            Dispute.officer_id,
        )
        .join(QuestionVersion, QuestionVersion.id == Dispute.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Officer, Officer.id == Dispute.officer_id)
        .order_by(Dispute.made_at, Dispute.id)
    )
