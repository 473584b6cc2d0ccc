"""Reading the questions of one attempt: each in its place, with its wording and what is answered so far."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handbooks.models import Rule
from app.quizzes.answers import places_of
from app.quizzes.keys import CONTENT_NOW, CORRECTION, CORRECTS, KEY_NOW
from app.quizzes.marking import Detection, detection, mark, misreading
from app.quizzes.models import AttemptQuestion, QuestionVersion
from app.quizzes.queries import QuizRow


@dataclass(frozen=True)
class SlotRow:
    """A drawn question's place in an attempt, with its wording and what is answered so far.

    `key` and `content` are those of the version that corrects it, where its own key was wrong.
    """

    position: int
    version_id: int
    rule_id: int
    rule_code: str
    pinned_hash: str
    kind: str
    alphabet: str
    option_order: str
    choice: str
    certainty: int
    draw: str
    saved_at: datetime | None
    key: str
    content: dict[str, Any]

    @property
    def multiple(self) -> bool:
        """Say whether several options may be chosen."""
        return self.kind == "multiple"

    @property
    def places(self) -> dict[str, str]:
        """Return what was put where, by letter."""
        return places_of(self.choice)

    @property
    def right(self) -> bool:
        """Say whether the answer is right."""
        return mark(self.kind, self.content, self.key, self.choice).right

    @property
    def units(self) -> list[str]:
        """Return the words of a number's unit, in both languages."""
        unit = self.content.get("number", {}).get("unit")
        return list(unit.values()) if unit else []

    @property
    def key_choice(self) -> str:
        """Return the right answer, under the name of its column."""
        return self.key

    @property
    def detection(self) -> Detection:
        """Return how the faults of a form were told from what is in order."""
        return detection(self.content, self.key, self.choice)

    @property
    def misreading(self) -> Mapping[str, Any] | None:
        """Return the foreseen misreading behind a written answer, or None."""
        return misreading(self.kind, self.content, self.choice)

    def text(self, name: str, language: str) -> str:
        """Return the case or what is asked, in one language."""
        return str(self.content[name][language])

    def options(self, part: str = "options") -> list[dict[str, Any]]:
        """Return the options (or steps, prompts, matches, faults) in the order of this attempt, "not sure" left out."""
        by_id = {option["id"]: option for option in self.content[part]}
        return [by_id[sign] for sign in self.option_order if sign in by_id]

    def asks_certainty(self, quiz: QuizRow) -> bool:
        """Say whether the officer is asked how certain the answer is."""
        return quiz.certainty or bool(self.content.get("certainty"))


def slots_of(session: Session, *, attempt_id: int, position: int | None = None) -> list[SlotRow]:
    """Return an attempt's questions in order, or one of them."""
    query = (
        select(
            AttemptQuestion.position,
            QuestionVersion.id,
            QuestionVersion.rule_id,
            Rule.code,
            QuestionVersion.pinned_hash,
            AttemptQuestion.kind,
            AttemptQuestion.alphabet,
            AttemptQuestion.option_order,
            AttemptQuestion.choice,
            AttemptQuestion.certainty,
            AttemptQuestion.draw,
            AttemptQuestion.saved_at,
            KEY_NOW,
            CONTENT_NOW,
        )
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.question_version_id)
        .outerjoin(CORRECTION, CORRECTS)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    if position is not None:
        query = query.where(AttemptQuestion.position == position)
    return [_slot(row) for row in session.execute(query)]


def _slot(row: Any) -> SlotRow:
    return SlotRow(*row[:13], json.loads(row[13]))  # type: ignore[call-arg]  # in the order of the columns


def answered_positions(session: Session, *, attempt_id: int) -> dict[int, bool]:
    """Return for every position of an attempt whether it is answered."""
    rows = session.execute(
        select(AttemptQuestion.position, AttemptQuestion.choice != "")
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return {row[0]: bool(row[1]) for row in rows}
