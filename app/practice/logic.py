"""Thought about memory: when a rule is reviewed again, what is asked today, which rules lie near the decision line. Pure.

FSRS-6 by the `fsrs` library (Ye et al. 2022), in days: its learning steps are off. Its defaults come from flashcards, so a plain
Leitner schedule is the fallback.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import NormalDist

from fsrs import Card, Rating, Scheduler, State

ALGORITHMS = ("fsrs", "leitner")
MOST_A_DAY = 5
BOXES = (1, 3, 7, 21, 60)  # days
LONGEST = 365  # days
RESET_WITHIN = timedelta(days=7)  # a materially changed rule is asked again within this
TARGET = 0.9  # the share of right answers below which a rule needs work (S = 0.81)


@dataclass(frozen=True)
class Memory:
    """What is known of an officer's memory of a rule; stability in days, difficulty from 1 to 10."""

    due_at: datetime
    reviewed_at: datetime | None = None
    stability: float = 0.0
    difficulty: float = 0.0
    box: int = 0
    reviews: int = 0
    lapses: int = 0
    last_right: bool | None = None


def reviewed(
    memory: Memory | None,
    *,
    right: bool,
    certainty: int,
    core: bool,
    at: datetime,
    algorithm: str = "fsrs",
) -> Memory:
    """Return the memory after an answer: missed is asked again soon, known later and later.

    Right but guessed (certainty 1) counts as hard; nothing counts as easy. A rule that binds is kept at 90 per cent recall, others
    at 85.
    """
    before = memory or Memory(due_at=at)
    if before.reviewed_at is not None and at < before.reviewed_at:
        return before  # an older answer that came in late teaches nothing new
    known = replace(
        before,
        reviewed_at=at,
        reviews=before.reviews + 1,
        lapses=before.lapses + (not right and before.reviews > 0),
        last_right=right,
    )
    if algorithm == "leitner":
        box = min(before.box + 1, len(BOXES)) if right else 0
        return replace(known, box=box, due_at=at + timedelta(days=BOXES[max(0, box - 1)]))
    return _by_fsrs(before, known, right=right, certainty=certainty, core=core, at=at)


def _by_fsrs(
    before: Memory, known: Memory, *, right: bool, certainty: int, core: bool, at: datetime
) -> Memory:
    first = before.stability <= 0
    card = Card(
        card_id=1,  # without one the library waits a millisecond to make one
        state=State.Learning if first else State.Review,
        step=0 if first else None,
        stability=None if first else before.stability,
        difficulty=None if first else before.difficulty,
        due=before.due_at,
        last_review=before.reviewed_at,
    )
    rating = (Rating.Hard if certainty == 1 else Rating.Good) if right else Rating.Again
    card, _log = scheduler(core).review_card(card, rating, at)
    return replace(
        known,
        due_at=card.due if right else min(card.due, at + timedelta(days=3)),
        stability=float(card.stability or 0.0),
        difficulty=float(card.difficulty or 0.0),
    )


@lru_cache(maxsize=2)
def scheduler(core: bool) -> Scheduler:
    """Return the scheduler for rules that bind, or for others."""
    return Scheduler(
        desired_retention=0.9 if core else 0.85,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


@dataclass(frozen=True)
class Due:
    """A rule that may be asked today: when it was due, whether missed last, whether its text changed in substance since."""

    rule_id: int
    due_at: datetime
    last_right: bool | None
    changed: bool


def todays(cards: Sequence[Due], *, asked: int, at: datetime) -> list[int]:
    """Return the rules to ask today, missed ones first, then changed ones, then the longest due; at most five a day in all."""
    due = [card for card in cards if card.due_at <= at or card.changed]
    due.sort(key=lambda c: (c.last_right is not False, not c.changed, c.due_at, c.rule_id))
    return [card.rule_id for card in due[: max(0, MOST_A_DAY - asked)]]


def decision_scores(
    counts: Mapping[str, tuple[int, int]], *, target: float = TARGET
) -> dict[str, float]:
    """Return the decision-line score of each rule from (right, answered) in the officer's office (measures, section 5).

    Score = expected reduction of variance x (0.25 + 4 P(1 - P)), where P is the chance that the share right is below the target
    under a Beta(1, 1) prior, by its normal approximation; three quarters of the weight follow it, one quarter is plain rotation.
    Empty in, empty out.
    """
    raw = {rule: _score(right, n, target) for rule, (right, n) in counts.items()}
    whole = sum(raw.values())
    if not whole:
        return {}
    return {rule: 0.75 * score / whole + 0.25 / len(raw) for rule, score in raw.items()}


def _score(right: int, n: int, target: float) -> float:
    a, b = 1.0 + right, 1.0 + n - right
    mean, size = a / (a + b), a + b
    variance = a * b / (size * size * (size + 1))
    below = NormalDist(mean, variance**0.5).cdf(target)
    return variance / (size + 1) * (0.25 + 4 * below * (1 - below))
