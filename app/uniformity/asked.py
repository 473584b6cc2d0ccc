"""What is asked about a rule now, and how its answers stand in columns: right, "not sure", every other answer. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.quizzes.answers import CHOICE_KINDS, REFER, WRITTEN_KINDS
from app.quizzes.marking import mark, misreading
from app.uniformity.measuring import Tally

RIGHT_COLUMN, REFER_COLUMN = 0, 1
Text = tuple[str, str]  # Malay, English
Answered = Mapping[int, Mapping[str, int]]  # office: {choice: n}


@dataclass(frozen=True)
class Asked:
    """A question version whose answers count now, with the key that holds now."""

    version_id: int
    question_key: str
    rule_id: int
    kind: str
    alphabet: str
    key: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class RuleNow:
    """A rule in force: its chapter, whether it binds, and the questions asked about it."""

    rule_id: int
    chapter_code: str
    strength: str
    asked: tuple[Asked, ...]

    @property
    def versions(self) -> str:
        """Return the ids of the question versions, as a release remembers them."""
        return " ".join(str(one.version_id) for one in self.asked)


@dataclass(frozen=True)
class Place:
    """An office that officers serve in: its state (the office below the top it belongs to), its staff today."""

    office_id: int
    state_id: int
    staff: int


def is_right(one: Asked, choice: str) -> bool:
    """Say whether an answer, as it is counted, is right under the key that holds now."""
    if one.kind in WRITTEN_KINDS:
        return mark(one.kind, one.content, one.key, choice).right
    return choice == one.key


def readings_of(one: Asked, choice: str) -> Iterator[Text]:
    """Yield the misreadings behind a wrong answer, as its author foresaw them."""
    found: list[Any] = []
    if one.kind in CHOICE_KINDS:
        found = [
            option.get("misconception")
            for option in one.content.get("options", [])
            if option["id"] in choice
        ]
    elif one.kind in WRITTEN_KINDS:
        found = [(misreading(one.kind, one.content, choice) or {}).get("misconception")]
    for text in found:
        if text and text.get("ms"):
            yield text["ms"], text.get("en", "")


def tally_of(
    asked: Sequence[Asked], answered: Mapping[int, Answered], places: Sequence[Place]
) -> Tally:
    """Return the counts of a rule's questions: all right answers in one column, "not sure" in the next, the rest apart.

    answered: by question version; places: the offices, in the order of the rows.
    """
    rows = {place.office_id: row for row, place in enumerate(places)}
    columns = [_columns(one, answered.get(one.version_id, {})) for one in asked]
    width = max([2, *(2 + len(held) for held in columns)])
    counts = np.zeros((len(asked), len(places), width), dtype=np.int64)
    for q, (one, held) in enumerate(zip(asked, columns, strict=True)):
        for office_id, choices in answered.get(one.version_id, {}).items():
            if office_id in rows:
                for choice, n in choices.items():
                    counts[q, rows[office_id], _column_of(choice, held)] += n
    options = [float(len(one.alphabet)) if one.kind in ("single", "true_false") else 2.0 + len(held)
               for one, held in zip(asked, columns, strict=True)]  # fmt: skip
    return Tally(
        counts=counts,
        key=np.full(len(asked), RIGHT_COLUMN, dtype=np.int64),
        unsure=np.full(len(asked), REFER_COLUMN, dtype=np.int64),
        options=np.array(options),
        staff=np.array([place.staff for place in places], dtype=float),
    )


def _columns(one: Asked, answered: Answered) -> dict[str, int]:
    wrong = {
        choice
        for choices in answered.values()
        for choice in choices
        if choice != REFER and not is_right(one, choice)
    }
    return {choice: place for place, choice in enumerate(sorted(wrong), start=2)}


def _column_of(choice: str, held: Mapping[str, int]) -> int:
    if choice == REFER:
        return REFER_COLUMN
    return held.get(choice, RIGHT_COLUMN)


def misreadings_held(
    asked: Sequence[Asked], answered: Mapping[int, Answered], offices: set[int] | None = None
) -> tuple[dict[Text, float], dict[Text, int]]:
    """Return the share of officers who hold each misreading (mean over the questions answered) and how many surely do.

    Of all offices, or of some. Who holds it in three questions is one officer: the question where most do counts.
    """
    share: dict[Text, float] = defaultdict(float)
    holders: dict[Text, int] = defaultdict(int)
    totals = [_choices(answered.get(one.version_id, {}), offices) for one in asked]
    questions = sum(1 for total in totals if total)
    for one, total in zip(asked, totals, strict=True):
        n = sum(total.values())
        here: dict[Text, int] = defaultdict(int)
        for choice, count in total.items():
            if choice == REFER or is_right(one, choice):
                continue
            for text in set(readings_of(one, choice)):
                here[text] += count
        for text, count in here.items():
            share[text] += count / n / questions
            holders[text] = max(holders[text], count)
    return dict(share), dict(holders)


def _choices(answered: Answered, offices: set[int] | None) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for office_id, choices in answered.items():
        if offices is None or office_id in offices:
            for choice, n in choices.items():
                total[choice] += n
    return dict(total)
