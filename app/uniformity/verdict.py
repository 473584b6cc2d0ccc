"""The word for a rule: one is given only when it is probable enough, else that there is not enough data. Pure.

Measures, 1.4. A Dirichlet posterior with prior 1/J for each answer on the counts divided by the design effect; what is asked of
it concerns one answer at a time, so that it is computed exactly from Beta distributions, without drawing.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from app.uniformity.logic import Floats

SURE = 0.8
HABIT_MATTERS = 0.10
ENOUGH_VARIETY = 0.15


class Verdict(StrEnum):
    """The words of the department, in the order in which they are tried."""

    SPLIT = "split"  # berpecah antara pejabat
    RIGHT = "right"  # seragam betul
    WRONG = "wrong"  # seragam salah
    MIXED = "mixed"  # bercampur
    BELOW = "below"  # bawah sasaran
    UNKNOWN = "unknown"  # belum pasti


@dataclass(frozen=True)
class Said:
    """How a rule was answered, over its questions: mean shares of the key, of the likeliest wrong answer and of "not sure".

    `answers` is how many there were in all, `options` how many answers a question has on average.
    """

    right: float
    rival: float
    refer: float
    answers: float
    options: float
    variety: float  # 1 - Σ p² over answers, mean over questions


def said(counts: ArrayLike, keys: ArrayLike, unsure: ArrayLike, options: ArrayLike) -> Said:
    """Return how a rule was answered: counts (Q, J), the columns of keys and "not sure" (Q,), options J of each (Q,).

    Questions without answers are left out; with none at all every share is 0.
    """
    held, n = np.asarray(counts, float), np.asarray(counts, float).sum(axis=-1)
    there = n > 0
    if not there.any():
        return Said(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    share: Floats = held[there] / n[there, None]
    rows = np.arange(int(there.sum()))
    key = np.asarray(keys, int)[there]
    away = np.asarray(unsure, int)[there]
    right = share[rows, key]
    refer = np.where(away >= 0, share[rows, np.clip(away, 0, None)], 0.0)
    others = share.copy()
    others[rows, key] = 0.0
    others[rows[away >= 0], away[away >= 0]] = 0.0
    return Said(
        right=float(right.mean()),
        rival=float(others.max(axis=-1).mean()),
        refer=float(refer.mean()),
        answers=float(n.sum()),
        options=float(np.asarray(options, float)[there].mean()),
        variety=float((1 - (share**2).sum(axis=-1)).mean()),
    )


def verdict(found: Said, *, effect: float, target: float) -> Verdict:
    """Return the word for a rule from its answers alone, never "split".

    effect: the design effect, at least 1; target: the S to reach. Without answers the word is that there is not enough data.
    """
    if not found.answers:
        return Verdict.UNKNOWN
    n = found.answers / effect
    return word_of(
        _above(found.right, n, found.options, sqrt(target)),
        _above(found.rival, n, found.options, 0.5),
        _above(found.refer, n, found.options, 0.5),
    )


def is_split(found: Said, habit_low: float) -> bool:
    """Say whether offices split a rule; habit_low: the lower 90 % limit of F, NaN where offices cannot be compared."""
    return habit_low > HABIT_MATTERS and found.variety > ENOUGH_VARIETY


def word_of(reached: float, wrong: float, referred: float) -> Verdict:
    """Return the word for the probabilities that the target is reached, that one wrong answer and that "not sure" has a majority."""
    if reached >= SURE:
        return Verdict.RIGHT
    if wrong >= SURE:
        return Verdict.WRONG
    # the events exclude one another: a share over the root of the target leaves no half for another answer
    if 1 - reached - wrong - referred >= SURE:
        return Verdict.MIXED
    return Verdict.BELOW if 1 - reached >= SURE else Verdict.UNKNOWN


def _above(share: float, n: float, options: float, limit: float) -> float:
    """Return P(share > limit) under the Dirichlet posterior of one answer with prior 1/J."""
    prior = 1 / max(1.0, options)
    rest = 1 - prior if options > 1 else 1e-9
    return 1 - float(betainc(share * n + prior, (1 - share) * n + rest, limit))


def over_half(share: float, n: float) -> float:
    """Return P(share > 1/2) where a posterior's mean rests on so many answers; kept a quarter of an answer from 0 and 1."""
    kept = min(1 - 0.25 / n, max(0.25 / n, share))
    return 1 - float(betainc(kept * n, (1 - kept) * n, 0.5))


@dataclass(frozen=True)
class Targets:
    """The S that rules should reach, in per cent: those that bind, and the others. The defaults hold until a department sets its own.

    81 and 64 are right shares of nine and of eight in ten.
    """

    must: int = 81
    other: int = 64

    def of(self, strength: str) -> float:
        """Return the S that a rule of a strength should reach, from 0 to 1."""
        return (self.must if strength == "must" else self.other) / 100
