"""Reading practice: an officer's cards, what is due, what was asked today, what a draw should ask."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.handbooks.queries import current_versions
from app.practice.logic import Due, decision_scores, todays
from app.practice.models import FollowUp, PracticeAnswer, ReviewCard
from app.quizzes.answers import WRITTEN_KINDS
from app.quizzes.logic import Wishes, is_current
from app.quizzes.marking import is_right
from app.quizzes.models import LIVE, Answer, Question, QuestionVersion, ResponseCount
from app.quizzes.queries import QuizRow, pins_in_force
from app.quizzes.slots import SlotRow

Pins = dict[int, tuple[str, ...]]


def pins_of_all(session: Session, *, on: date) -> Pins:
    """Return the text hashes under which a question is current, of every rule in force."""
    found: Pins = {}
    for handbook_id in current_versions(session, on=on):
        found |= pins_in_force(session, handbook_id=handbook_id, on=on)
    return found


def due_rules(
    session: Session, *, officer_id: int, pins: Pins, at: datetime, day: date
) -> list[int]:
    """Return the rules to ask the officer now; reads the officer's own cards only, at most one for each rule."""
    cards = session.execute(
        select(
            ReviewCard.rule_id, ReviewCard.due_at, ReviewCard.last_right, ReviewCard.rule_hash
        ).where(ReviewCard.officer_id == officer_id)
    )
    asked = set(
        session.scalars(
            select(PracticeAnswer.rule_id).where(
                PracticeAnswer.officer_id == officer_id, PracticeAnswer.day == day
            )
        )
    )
    due = [
        Due(rule_id, due_at, last_right, not is_current(known, pins[rule_id]))
        for rule_id, due_at, last_right, known in cards
        if rule_id in pins and rule_id not in asked
    ]
    return todays(due, asked=len(asked), at=at)


def due_count(session: Session, *, officer_id: int, at: datetime, day: date) -> int:
    """Return how many questions wait for the officer today, by due date alone; one statement, for the home page."""
    asked = (
        select(func.count())
        .where(PracticeAnswer.officer_id == officer_id, PracticeAnswer.day == day)
        .scalar_subquery()
    )
    due, done = session.execute(
        select(func.count(), asked).where(
            ReviewCard.officer_id == officer_id, ReviewCard.due_at <= at
        )
    ).one()
    return max(0, min(due, 5 - done))


@dataclass(frozen=True)
class AskedRow:
    """A question of practice as it was asked, and what was answered."""

    id: int
    rule_id: int
    answered_at: datetime | None
    slot: SlotRow


def asked_row(
    session: Session, *, officer_id: int, practice_id: int | None = None, day: date | None = None
) -> AskedRow | None:
    """Return the officer's own question of practice by its id, or the one that is open today."""
    query = _asked_in(PracticeAnswer, PracticeAnswer.certainty, officer_id)
    if practice_id is not None:
        query = query.where(PracticeAnswer.id == practice_id)
    else:
        query = query.where(PracticeAnswer.day == day, PracticeAnswer.answered_at.is_(None))
    row = session.execute(query.order_by(PracticeAnswer.id).limit(1)).first()
    return _asked(row) if row else None


def follow_up_row(session: Session, *, officer_id: int, follow_up_id: int) -> AskedRow | None:
    """Return the officer's own question after a briefing, by its id."""
    query = _asked_in(FollowUp, literal(0), officer_id).where(FollowUp.id == follow_up_id)
    row = session.execute(query).first()
    return _asked(row) if row else None


def _asked_in(
    table: type[PracticeAnswer | FollowUp], certainty: Any, officer_id: int
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            table.id,
            table.rule_id,
            table.answered_at,
            table.option_order,
            table.choice,
            certainty,
            QuestionVersion.id,
            Rule.code,
            QuestionVersion.pinned_hash,
            QuestionVersion.kind,
            QuestionVersion.alphabet,
            QuestionVersion.key_choice,
            QuestionVersion.content,
        )
        .join(QuestionVersion, QuestionVersion.id == table.question_version_id)
        .join(Rule, Rule.id == table.rule_id)
        .where(table.officer_id == officer_id)
    )


def _asked(row: Any) -> AskedRow:
    slot = SlotRow(
        position=1,
        version_id=row[6],
        rule_id=row[1],
        rule_code=row[7],
        pinned_hash=row[8],
        kind=row[9],
        alphabet=row[10],
        option_order=row[3],
        choice=row[4],
        certainty=row[5],
        draw="review",
        saved_at=row[2],
        key=row[11],
        content=json.loads(row[12]),
    )
    return AskedRow(row[0], row[1], row[2], slot)


def questions_on(
    session: Session, *, rule_id: int, officer_id: int, pins: Sequence[str]
) -> list[tuple[int, str, str]]:
    """Return (version id, kind, alphabet) of the questions on a rule, those the officer had least and longest ago first."""
    had = (
        select(Answer.question_version_id, Answer.answered_at)
        .where(Answer.officer_id == officer_id)
        .union_all(
            select(PracticeAnswer.question_version_id, PracticeAnswer.asked_at).where(
                PracticeAnswer.officer_id == officer_id
            ),
            select(FollowUp.question_version_id, FollowUp.asked_at).where(
                FollowUp.officer_id == officer_id
            ),
        )
        .subquery()
    )
    times = (
        select(
            had.c[0].label("version_id"), func.count().label("n"), func.max(had.c[1]).label("last")
        )
        .group_by(had.c[0])
        .subquery()
    )
    rows = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.kind,
            QuestionVersion.alphabet,
            QuestionVersion.pinned_hash,
        )
        .outerjoin(times, times.c.version_id == QuestionVersion.id)
        .where(QuestionVersion.rule_id == rule_id, LIVE)
        .order_by(func.coalesce(times.c.n, 0), times.c.last, QuestionVersion.id)
    )
    return [(row[0], row[1], row[2]) for row in rows if is_current(row[3], pins)]


def wishes_for(
    session: Session, *, quiz: QuizRow, officer_id: int, office_id: int, at: datetime, day: date
) -> Wishes:
    """Return what a draw should ask this officer: rules due, and rules near the decision line in the officer's office."""
    pins = pins_in_force(session, handbook_id=quiz.handbook_id, on=day)
    rows = session.execute(select(Rule.id, Rule.code).where(Rule.id.in_(pins)))
    names = {row.id: row.code for row in rows}
    due = due_rules(session, officer_id=officer_id, pins=pins, at=at, day=day)
    return Wishes(
        review=tuple(names[rule_id] for rule_id in due if rule_id in names),
        adaptive=decision_scores(_counts(session, quiz, office_id, names)),
        review_share=quiz.review_share,
        adaptive_share=quiz.adaptive_share,
    )


def _counts(
    session: Session, quiz: QuizRow, office_id: int, names: dict[int, str]
) -> dict[str, tuple[int, int]]:
    """Return (right, answered) of each rule in force in an office, from the counts of responses."""
    rows = session.execute(
        select(
            QuestionVersion.rule_id,
            QuestionVersion.kind,
            case((QuestionVersion.kind.in_(WRITTEN_KINDS), QuestionVersion.content), else_="{}"),
            QuestionVersion.key_choice,
            ResponseCount.choice,
            func.sum(ResponseCount.n),
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(
            ResponseCount,
            (ResponseCount.question_version_id == QuestionVersion.id)
            & (ResponseCount.office_id == office_id),
        )
        .where(Question.quiz_id == quiz.id, LIVE)
        .group_by(QuestionVersion.id, ResponseCount.choice)
    )
    found = dict.fromkeys(names.values(), (0, 0))
    for rule_id, kind, content, key, choice, n in rows:
        if rule_id not in names or not n:
            continue
        right, answered = found[names[rule_id]]
        hit = is_right(kind, json.loads(content), key, choice)
        found[names[rule_id]] = (right + int(n) * hit, answered + int(n))
    return found


def met_versions(session: Session, *, officer_id: int) -> frozenset[int]:
    """Return the question versions that the officer met in practice, day by day or after a briefing."""
    return frozenset(
        session.scalars(
            select(PracticeAnswer.question_version_id)
            .where(PracticeAnswer.officer_id == officer_id)
            .union(select(FollowUp.question_version_id).where(FollowUp.officer_id == officer_id))
        )
    )


@dataclass(frozen=True)
class Progress:
    """How an officer stands, in counts of rules: met, steady (next review in more than three weeks), missed last time."""

    met: int
    steady: int
    missed: int


def progress_of(session: Session, *, officer_id: int, steady_from: datetime) -> Progress:
    """Return how the officer stands."""
    met, steady, missed = session.execute(
        select(
            func.count(),
            func.count().filter(ReviewCard.due_at >= steady_from, ReviewCard.last_right.is_(True)),
            func.count().filter(ReviewCard.last_right.is_(False)),
        ).where(ReviewCard.officer_id == officer_id)
    ).one()
    return Progress(met, steady, missed)
