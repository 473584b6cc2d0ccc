"""What is said of few answers, leaning on what the offices of the whole country are like. Pure.

A handful of answers says little by itself: ten of an office that understands a rule as well as any other show two mistakes one
time in twelve. So an office, and a state, is taken to be like the country's offices until its answers say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv

from app.uniformity.intervals import MOST_SURE, NOTHING, Prior, Range, shrunken
from app.uniformity.logic import Floats, Ints
from app.uniformity.verdict import Verdict, over_half, word_of

CONFIDENCE = 0.90


class Known(NamedTuple):
    """What is known of an office's questions of a rule: priors, right answers and all answers, each (Q,)."""

    priors: Sequence[Prior]
    right: Floats
    answered: Floats


def expected(known: Known) -> Floats:
    """Return the right share expected on each question, (Q,).

    An office mostly has one habit for the questions of a rule: as far as its answers, all questions together, are off what the
    country's offices give, it is expected to be off on each, also on those that nobody there was asked. For one question this
    is the mean of Beta(a + k, b + n - k). Kept a quarter of an answer from 0 and 1.
    """
    usual = np.array([prior.mean for prior in known.priors])
    total = _prior_answers(known) + float(known.answered.sum())
    off = float((known.right - known.answered * usual).sum()) / total
    kept: Floats = np.clip(usual + off, 0.25 / total, 1 - 0.25 / total)
    return kept


def sureness(known: Known) -> float:
    """Return how many answers an expectation rests on: the priors', each question's own, and half of the other questions'.

    Half, because the questions of a rule are alike but not the same. With all of them 90 % limits held in as few as 81 % of
    offices where these differ much, with none in 88 to 100 % but a third wider (docs/measures.md).
    """
    n = known.answered
    own = _prior_answers(known) + float(n.mean())
    return own + float(n.sum() - n.mean()) / 2


def _mean_and_deviation(known: Known) -> tuple[float, float]:
    """Return the mean of p² over questions and its standard deviation when the questions err together, as they mostly do."""
    share, total = expected(known), sureness(known)
    a = share * total
    square = a * (a + 1) / (total * (total + 1))
    fourth = square * (a + 2) * (a + 3) / ((total + 2) * (total + 3))
    return float(square.mean()), float(np.sqrt(np.clip(fourth - square**2, 0, None)).mean())


def _as_beta(mean: float, deviation: float) -> tuple[float, float]:
    """Return the Beta distribution with a mean and a standard deviation."""
    sure = mean * (1 - mean) / deviation**2 - 1 if deviation > 0 else MOST_SURE
    sure = max(sure, 0.5)
    return max(mean * sure, 1e-6), max((1 - mean) * sure, 1e-6)


def _range(a: float, b: float) -> Range:
    low, high = (float(betaincinv(a, b, q)) for q in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return Range(a / (a + b), low, high)


def shrunken_mean(known: Known) -> Range:
    """Return the S of one office and rule, the mean over its questions, with 90 % limits.

    One question gives exactly `shrunken`; with several the limits are those of the Beta distribution with the mean's first two
    moments. Nothing without a question.
    """
    if not known.priors:
        return NOTHING
    if len(known.priors) == 1:
        return shrunken(known.priors[0], float(known.right[0]), float(known.answered[0]))
    return _range(*_as_beta(*_mean_and_deviation(known)))


def shrunken_rules(rules: Sequence[Known]) -> Range:
    """Return the mean S of one office over rules, with 90 % limits; rules without a question are left out.

    The variance lies half way between rules that err independently and rules that err together: a careful office is better at
    all of them, but each has its own misreading.
    """
    found = np.array([_mean_and_deviation(known) for known in rules if known.priors])
    if not found.size:
        return NOTHING
    together = float(found[:, 1].mean())
    apart = sqrt(float((found[:, 1] ** 2).sum())) / len(found)
    return _range(*_as_beta(float(found[:, 0].mean()), sqrt((together**2 + apart**2) / 2)))


def below_target(known: Known, target: float) -> float:
    """Return the probability that an office's S on a rule lies below a target, NaN without a question."""
    if not known.priors:
        return nan
    if len(known.priors) == 1:
        a, b = known.priors[0].a + known.right[0], known.priors[0].b
        return float(betainc(a, b + known.answered[0] - known.right[0], sqrt(target)))
    return float(betainc(*_as_beta(*_mean_and_deviation(known)), target))


def either(right: float, answers: float) -> float:
    """Return how many of few were right, as if one at least had been and one had not.

    Whoever knows how many answered could otherwise tell "all" from "all but one", and "all" tells of each of them.
    """
    half = answers / 2
    return min(max(right, min(1.0, half)), max(answers - 1, half))


def left_open(counts: ArrayLike, key: Ints, shares: Floats) -> Floats:
    """Return the answers of few to a rule's questions (Q, J) with their right ones, all together, as `either` leaves them.

    Where all or all but one were right, how the others answered is taken from the country's shares (Q, J): the one wrong answer
    would tell that there was one.
    """
    held = np.asarray(counts, float)
    n, rows = held.sum(axis=-1), np.arange(len(held))
    right, answers = float(held[rows, key].sum()), float(n.sum())
    kept = either(right, answers)
    if answers == 0 or (kept == right and right < answers - 1):
        return held
    others = held if kept > right else shares.copy()
    others[rows, key] = 0.0
    whole = others.sum(axis=-1, keepdims=True)
    even = np.where(np.arange(held.shape[-1]) == key[:, None], 0.0, 1 / (held.shape[-1] - 1))
    others = np.divide(others, whole, out=even, where=whole > 0)
    found: Floats = others * (n * (1 - kept / answers))[:, None]
    found[rows, key] = n * kept / answers
    return found


@dataclass(frozen=True)
class Country:
    """How the whole country answers a rule: the prior of its offices for each question (None where they cannot be compared),
    the share of each answer (Q, J), and the columns of keys and "not sure" (Q,), -1 for none.
    """

    priors: Sequence[Prior | None]
    shares: Floats
    key: Ints
    unsure: Ints

    def answers_of(self, counts: ArrayLike) -> tuple[Floats, list[int]]:
        """Return the answers of few (Q, J) to questions on which offices can be compared, left open, and which these are."""
        rows = [row for row, prior in enumerate(self.priors) if prior]
        held = np.asarray(counts, float)[rows]
        return left_open(held, self.key[rows], self.shares[rows]), rows

    def known(self, counts: ArrayLike, effect: float = 1.0) -> Known:
        """Return what the answers of few (Q, J) tell, over a design effect."""
        held, rows = self.answers_of(counts)
        right = held[np.arange(len(rows)), self.key[rows]] / effect
        return Known([prior for prior in self.priors if prior], right, held.sum(axis=-1) / effect)


def word_leaning(
    country: Country, counts: ArrayLike, *, target: float, effect: float = 1.0
) -> Verdict | None:
    """Return the word for the answers of few, never "split"; None without answers or where the country's offices cannot be
    compared.

    counts (Q, J). As `verdict`, but each share is the posterior's: the country's offices count for as many answers as they are
    alike.
    """
    known = country.known(counts, effect)
    if not known.priors or not known.answered.sum():
        return None
    held, rows = country.answers_of(counts)
    held, shares = held / effect, country.shares[rows]
    unsure = country.unsure[rows]
    sure = sureness(known)
    rival = _likeliest_wrong(known, held, shares, country.key[rows], unsure)
    return word_of(
        1 - below_target(known, target),
        over_half(_shared(known, held, shares, rival), sure),
        over_half(_shared(known, held, shares, unsure), sure) if (unsure >= 0).all() else 0.0,
    )


def _prior_answers(known: Known) -> float:
    return float(np.mean([prior.a + prior.b for prior in known.priors]))


def _likeliest_wrong(known: Known, held: Floats, shares: Floats, key: Ints, unsure: Ints) -> Ints:
    """Return the column of each question's likeliest wrong answer, (Q,)."""
    wrong, rows = held + _prior_answers(known) * shares, np.arange(len(held))
    wrong[rows, key] = -1.0
    wrong[rows[unsure >= 0], unsure[unsure >= 0]] = -1.0
    found: Ints = wrong.argmax(axis=-1)
    return found


def _shared(known: Known, held: Floats, shares: Floats, column: Ints) -> float:
    """Return the share expected of one answer to each question, mean over questions: as `expected` of the right one."""
    rows = np.arange(len(held))
    usual, n = shares[rows, column], known.answered
    off = float((held[rows, column] - n * usual).sum()) / (_prior_answers(known) + float(n.sum()))
    return float(np.clip(usual + off, 0.0, 1.0).mean())
