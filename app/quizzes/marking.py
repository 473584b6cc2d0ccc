"""Marking an answer against its question, for every kind. Pure.

A question counts as right only when all of it is right: a customer is not told three quarters of a rule. The share says how
much of it was right; it serves item quality and the explanation, never the mark.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from app.quizzes.answers import CHOICE_KINDS, NO_FAULT, REFER, WRITTEN_KINDS, folded, places_of

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """What an answer is worth: right or not, and the share of it that is right, from 0 to 1."""

    right: bool
    share: float


@dataclass(frozen=True)
class Detection:
    """How the faults of a form were told from what is in order: faults found, and sound fields called faulty."""

    hits: int
    faults: int
    false_alarms: int
    sound: int

    @property
    def d_prime(self) -> float:
        """Return the sensitivity d', with the log-linear correction (Hautus 1995, doi:10.3758/BF03203619).

        0 is guessing; the rates are (hits + 0.5) / (faults + 1) and (false alarms + 0.5) / (sound + 1).
        """
        z = NormalDist().inv_cdf
        hit_rate = (self.hits + 0.5) / (self.faults + 1)
        return z(hit_rate) - z((self.false_alarms + 0.5) / (self.sound + 1))


def mark(kind: str, content: Content, key: str, answer: str) -> Mark:
    """Return the mark of an answer; no answer and "not sure" are worth nothing."""
    if not answer or answer == REFER:
        return Mark(False, 0.0)
    if kind in CHOICE_KINDS:
        return _mark_choice(key, answer, several=kind == "multiple")
    if kind == "numeric":
        right = within(answer, content["number"]["value"], content["number"]["tolerance"])
        return Mark(right, float(right))
    if kind == "short_answer":
        right = accepted(answer, [v for held in content["variants"].values() for v in held])
        return Mark(right, float(right))
    if kind == "form_check":
        found = detection(content, key, answer)
        return Mark(answer == key, _form_share(found, key, answer))
    wanted, given = places_of(key), places_of(answer)
    hits = sum(given.get(letter) == number for letter, number in wanted.items())
    return Mark(answer == key, hits / len(wanted) if wanted else 0.0)


def is_right(kind: str, content: Content, key: str, answer: str) -> bool:
    """Say whether an answer is right; but for written answers the content may be left out."""
    if kind in WRITTEN_KINDS:
        return mark(kind, content, key, answer).right
    return answer == key


def _mark_choice(key: str, answer: str, *, several: bool) -> Mark:
    if not several:
        return Mark(answer == key, float(answer == key))
    hits, wrong = len(set(answer) & set(key)), len(set(answer) - set(key))
    return Mark(answer == key, max(0.0, (hits - wrong) / len(key)))


def detection(content: Content, key: str, answer: str) -> Detection:
    """Return how many faulty fields were marked, whatever rule was named, and how many sound ones were."""
    fields = {field["id"] for field in content["form"]["fields"]}
    faulty, marked = set(places_of(key)), set(places_of(answer))
    return Detection(
        hits=len(faulty & marked),
        faults=len(faulty),
        false_alarms=len(marked - faulty),
        sound=len(fields - faulty),
    )


def _form_share(found: Detection, key: str, answer: str) -> float:
    if not found.faults:
        return float(answer == NO_FAULT)
    wanted, given = places_of(key), places_of(answer)
    named = sum(given.get(letter) == number for letter, number in wanted.items())
    return max(0.0, (named - found.false_alarms) / found.faults)


def within(answer: str, value: str, tolerance: str) -> bool:
    """Say whether a number as it is kept lies within the tolerance, ends included."""
    if not answer.startswith("="):
        return False
    return abs(Decimal(answer[1:]) - Decimal(value)) <= Decimal(tolerance)


def accepted(answer: str, variants: list[str]) -> bool:
    """Say whether a text as it is kept is one of the variants; `*` in a variant stands for anything."""
    if not answer.startswith("="):
        return False
    said = folded(answer[1:])
    return any(_likeness(variant).fullmatch(said) for variant in variants)


def _likeness(variant: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(folded(part)) for part in variant.split("*")))


def misreading(kind: str, content: Content, answer: str) -> Mapping[str, Any] | None:
    """Return the foreseen misreading behind a written answer, with its reason, or None."""
    for foreseen in content.get("misreadings", []):
        if kind == "numeric" and within(answer, foreseen["value"], foreseen["tolerance"]):
            return dict(foreseen)
        variants = [v for held in foreseen.get("variants", {}).values() for v in held]
        if kind == "short_answer" and accepted(answer, variants):
            return dict(foreseen)
    return None
