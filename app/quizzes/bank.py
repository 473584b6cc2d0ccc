"""Reading the bank of questions, for authors and auditors; how they were answered is released by `app/quality` only."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.people.models import Officer
from app.quizzes.drafting import missing_text
from app.quizzes.logic import is_current
from app.quizzes.models import LIVE, Question, QuestionVersion, Quiz
from app.quizzes.queries import QuizRow, pins_in_force

PARALLEL = 3  # questions on a rule, so that one can stand for another


@dataclass(frozen=True)
class BankRow:
    """A question in the bank."""

    version_id: int
    key: str
    rule_code: str
    kind: str
    current: bool
    content: dict[str, Any]
    key_choice: str


def bank_rows(session: Session, *, quiz: QuizRow, on: date) -> list[BankRow]:
    """Return the unretired questions of a quiz by rule, with whether their pin still holds."""
    pins = pins_in_force(session, handbook_id=quiz.handbook_id, on=on)
    rows = session.execute(
        select(
            QuestionVersion.id,
            Question.key,
            Rule.code,
            Rule.id,
            QuestionVersion.kind,
            QuestionVersion.pinned_hash,
            QuestionVersion.content,
            QuestionVersion.key_choice,
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(Question.quiz_id == quiz.id, LIVE)
        .order_by(Question.key)
    ).all()
    return [
        BankRow(
            version_id=version_id,
            key=key,
            rule_code=rule,
            kind=kind,
            current=is_current(pinned, pins.get(rule_id, ())),
            content=json.loads(content),
            key_choice=right,
        )
        for version_id, key, rule, rule_id, kind, pinned, content, right in rows
    ]


@dataclass(frozen=True)
class Stock:
    """What a quiz can draw from: keys of current questions, rules with fewer than three of them, unmet wishes.

    `short_by` is how many questions the whole draw lacks, `unmet` the rules of which the blueprint draws more than there are.
    """

    current: frozenset[str]
    thin: tuple[str, ...]
    unmet: tuple[str, ...]
    short_by: int

    @property
    def fails(self) -> bool:
        """Say whether the blueprint cannot be met."""
        return bool(self.unmet or self.short_by)


def stock_of(session: Session, *, quiz: QuizRow, pins: Mapping[int, Sequence[str]]) -> Stock:
    """Return what a quiz can draw from when questions are current under these pins, by id of rule."""
    rows = session.execute(
        select(Question.key, Rule.id, Rule.code, QuestionVersion.pinned_hash)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(Question.quiz_id == quiz.id, LIVE)
    ).all()
    current = {
        key: code for key, rule_id, code, pin in rows if is_current(pin, pins.get(rule_id, ()))
    }
    held = Counter(current.values())
    asked = {code for _key, _id, code, _pin in rows}
    wanted: dict[str, int] = json.loads(quiz.draw)
    return Stock(
        current=frozenset(current),
        thin=tuple(sorted(code for code in asked if held[code] < PARALLEL)),
        unmet=tuple(sorted(code for code, n in wanted.items() if held[code] < n)),
        short_by=max(0, quiz.question_count - len(current)),
    )


@dataclass(frozen=True)
class DraftRow:
    """A draft that waits for approval: whose, since when, and whether it is complete in both languages."""

    version_id: int
    key: str
    rule_code: str
    kind: str
    content: dict[str, Any]
    key_choice: str
    quiz_slug: str
    made_by_id: int | None
    made_by: str | None
    created_at: datetime
    complete: bool


def draft_rows(session: Session) -> list[DraftRow]:
    """Return the drafts of questions, the oldest first."""
    rows = session.execute(
        select(
            QuestionVersion.id,
            Question.key,
            Rule.code,
            QuestionVersion.kind,
            QuestionVersion.content,
            QuestionVersion.key_choice,
            Quiz.slug,
            QuestionVersion.made_by_id,
            Officer.name,
            QuestionVersion.created_at,
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .outerjoin(Officer, Officer.id == QuestionVersion.made_by_id)
        .where(QuestionVersion.state == "draft", QuestionVersion.retired_at.is_(None))
        .order_by(QuestionVersion.created_at, QuestionVersion.id)
    )
    found = []
    for version_id, key, rule, kind, content, right, slug, author_id, author, at in rows:
        said = json.loads(content)
        complete = not missing_text(said)
        found.append(
            DraftRow(
                version_id, key, rule, kind, said, right, slug, author_id, author, at, complete
            )
        )
    return found
