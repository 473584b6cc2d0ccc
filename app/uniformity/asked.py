"""What is asked about a rule now, and how its answers stand in columns: right, "not sure", every other answer. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.quizzes import marking
from app.quizzes.answers import CHOICE_KINDS, REFER, WRITTEN_KINDS
from app.quizzes.marking import misreading
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
    return marking.is_right(one.kind, one.content, one.key, choice)


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


@dataclass(frozen=True)
class Misreading:
    """A misreading that people hold: the share of those asked a question that offers it, how many surely do, how many were asked.

    `holders` is of the question where most hold it, for who holds it in three questions is one officer; `asked` of the one that
    fewest were asked.
    """

    share: float
    holders: int
    asked: int


def misreadings_held(
    asked: Sequence[Asked], answered: Mapping[int, Answered], offices: set[int] | None = None
) -> dict[Text, Misreading]:
    """Return the misreadings behind the answers of all offices, or of some.

    The share is the mean over the questions that offer it: over all questions of a rule, what two in three believe would look like
    one in five.
    """
    found: dict[Text, list[tuple[int, int]]] = defaultdict(list)
    for one in asked:
        total = _choices(answered.get(one.version_id, {}), offices)
        n = sum(total.values())
        here: dict[Text, int] = dict.fromkeys(offered_by(one), 0) if n else {}
        for choice, count in total.items():
            if choice == REFER or is_right(one, choice):
                continue
            for text in set(readings_of(one, choice)):
                here[text] += count
        for text, count in here.items():
            found[text].append((count, n))
    return {
        text: Misreading(
            share=sum(count / n for count, n in each) / len(each),
            holders=max(count for count, _n in each),
            asked=min(n for _count, n in each),
        )
        for text, each in found.items()
        if any(count for count, _n in each)
    }


def offered_by(one: Asked) -> set[Text]:
    """Return the misreadings that a question can bring to light: those behind its options, or foreseen of what is written."""
    among = {
        **dict.fromkeys(CHOICE_KINDS, "options"),
        **dict.fromkeys(WRITTEN_KINDS, "misreadings"),
    }
    held = one.content.get(among.get(one.kind, ""), [])
    texts = [each.get("misconception") for each in held]
    return {(text["ms"], text.get("en", "")) for text in texts if text and text.get("ms")}


def _choices(answered: Answered, offices: set[int] | None) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for office_id, choices in answered.items():
        if offices is None or office_id in offices:
            for choice, n in choices.items():
                total[choice] += n
    return dict(total)
