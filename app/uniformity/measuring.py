"""Everything that is said of one rule in one scope, from the counts of its questions. Pure; joins the measures of this room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from app.uniformity.differing import differ_p
from app.uniformity.intervals import (
    NOTHING,
    PLAIN,
    Prior,
    Range,
    Scale,
    design_effect,
    jackknife,
    prior_of,
    scale_of_f,
    scale_of_s,
    spread_of,
    widened,
)
from app.uniformity.leaning import Country, shrunken_mean, word_leaning
from app.uniformity.leaving_out import Without, staff_without_each
from app.uniformity.logic import Floats, Ints, Parts, column, mean_over, quotient, staff_parts
from app.uniformity.verdict import Said, Verdict, is_split, said, verdict

FEW_ANSWERS = 50
THIN = 0.2  # of the mean answers of a rule's questions: one that fewer answered is not measured yet
HEAVIEST = 3.0  # times the usual: how many colleagues an answer speaks for at the most


@dataclass(frozen=True)
class Tally:
    """The counts of a rule's questions in the offices of a scope.

    counts (Q, O, J); key and unsure (Q,) columns, -1 for no "not sure"; options (Q,) how many answers a question has; staff
    (O,) officers of each office.
    """

    counts: NDArray[np.int64]
    key: Ints
    unsure: Ints
    options: Floats
    staff: Floats

    def of(self, offices: Sequence[int]) -> "Tally":
        """Return the same of some of the offices, by their places."""
        places = list(offices)
        return Tally(
            self.counts[:, places], self.key, self.unsure, self.options, self.staff[places]
        )

    def weighty(self) -> "Tally":
        """Return the same without the answers to questions that few were asked so far.

        A rule is the plain mean of its questions: the first five answers to the second of them would else be half of the figure,
        however many answered the first, and say what the five answered.
        """
        n = self.answered.sum(axis=-1)
        thin = n < THIN * n[n > 0].mean() if n.any() else n > 0
        return replace(self, counts=np.where(thin[:, None, None], 0, self.counts))

    @property
    def by_weight(self) -> Floats:
        """Return how many gave each answer to each question, (Q, J), had offices answered as their weights are.

        So the word rests on what the bar does: counted plainly, offices that answer much would speak for those that do not.
        """
        n = self.answered
        weights = self.weights
        total = weights.sum(axis=-1, keepdims=True)
        each = np.divide(weights, n * total, out=np.zeros_like(n), where=n * total > 0)
        shares: Floats = np.einsum("qo,qoj->qj", each, self.counts.astype(float))
        plain = self.counts.sum(axis=1) / np.maximum(n.sum(axis=-1, keepdims=True), 1)
        told: Floats = np.where(total > 0, shares, plain) * n.sum(axis=-1, keepdims=True)
        return told

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Return which questions have answers, (Q,)."""
        asked: NDArray[np.bool_] = self.answered.sum(axis=-1) > 0
        return asked

    @property
    def evenly(self) -> float:
        """Return how many answers there would be if each weighed as much as the heaviest does: questions x fewest answers."""
        n = self.answered.sum(axis=-1)
        return float(n[n > 0].min() * (n > 0).sum()) if n.any() else 0.0

    @property
    def weights(self) -> Floats:
        """Return how much each office counts in each question, (Q, O): its staff, but no answer for many.

        Untrimmed, the only answer of an office of twenty-five moved its state as much as twenty-five of another. Weights are
        trimmed at three times the usual, as surveys do (Potter 1990); where offices answer at rates of .3 and .9 none is.
        """
        n = self.answered
        staff = np.where(n > 0, self.staff, 0.0)
        usual = quotient(staff.sum(axis=-1), n.sum(axis=-1))[:, None]
        return np.where(n > 0, np.minimum(staff, HEAVIEST * usual * n), 0.0)

    @property
    def right(self) -> Floats:
        """Return how many answered rightly, (Q, O)."""
        return column(self.counts.astype(float), self.key)

    @property
    def answered(self) -> Floats:
        """Return how many answered, (Q, O)."""
        answered: Floats = self.counts.sum(axis=-1).astype(float)
        return answered


@dataclass(frozen=True)
class RuleFigures:
    """What is said of a rule in a scope: shares from 0 to 1 with 95 % limits, the word, and how offices differ."""

    answers: int
    offices: int
    same_right: Range
    same_wrong: float
    refer: float
    differ: float
    differ_in: float
    differ_off: float
    habit: Range
    right_share: float
    spread: float
    weakest_tenth: float
    differ_p: float
    effect: float
    verdict: Verdict
    otherwise: Verdict  # the word where offices turn out not to differ beyond chance
    leaning: Range  # S of a state of few with 90 % limits, leaning on the country; NaN for the country itself
    priors: tuple[Prior | None, ...]
    asked: tuple[bool, ...]  # the questions that it is made of
    evenly: float  # how many answers there would be if each weighed as much as the heaviest does
    without: Floats  # (O,): the rule's S without each office


def rule_figures(
    tally: Tally,
    *,
    target: float,
    chance: np.random.Generator,
    country: Country | None = None,
) -> RuleFigures:
    """Return what is said of a rule: the mean over its questions, each office weighing by its staff.

    country: for a state, what its word leans on. Where no question was answered in two offices the shares are NaN.
    """
    right, answered = tally.right, tally.answered
    weights = tally.weights
    whole = staff_parts(tally.counts, tally.key, weights, tally.unsure)
    without = staff_without_each(tally.counts, tally.key, weights, tally.unsure)
    places = np.flatnonzero(weights.sum(axis=0) > 0)
    priors = tuple(prior_of(k, n) for k, n in zip(right, answered, strict=True))
    known = [prior for prior in priors if prior]
    effect = design_effect(right, answered, weights)
    scale = scale_of_f(answered)
    counts = tally.by_weight
    found = said(counts, tally.key, tally.unsure, tally.options)
    leant = word_leaning(country, counts, target=target, effect=effect) if country else None
    word = leant or verdict(found, effect=effect, target=target)
    # on the plain scale the upper limit of F is the one that errs; the lower, which this asks, is careful
    split = is_split(found, _habit(whole, without, places, PLAIN, 0.90).low)
    shares = [mean_over(share) for share in (whole.same_wrong, whole.refer, whole.differ)]
    return RuleFigures(
        answers=int(answered.sum()),
        offices=len(places),
        same_right=_same_right(whole, without, places, found, effect),
        same_wrong=shares[0],
        refer=shares[1],
        differ=shares[2],
        differ_in=mean_over(whole.differ_in),
        differ_off=mean_over(whole.differ_off),
        habit=_habit(whole, without, places, scale),
        right_share=found.right if found.answers else nan,
        spread=spread_of(known),
        weakest_tenth=mean_over([prior.weakest() for prior in known]) if known else nan,
        differ_p=differ_p(right, answered, chance) if len(places) > 1 else nan,
        effect=effect,
        verdict=Verdict.SPLIT if split else word,
        otherwise=word,
        leaning=shrunken_mean(country.known(counts, effect)) if leant and country else NOTHING,
        priors=priors,
        asked=tuple(bool(there) for there in tally.asked),
        evenly=tally.evenly,
        without=_rule_without(whole.same_right, without.same_right),
    )


def country_of(tally: Tally, figures: RuleFigures) -> Country:
    """Return what offices and states lean on, from the figures of the whole country."""
    counts = tally.by_weight
    n = counts.sum(axis=-1, keepdims=True)
    shares = np.divide(counts, n, out=np.zeros_like(counts), where=n > 0)
    return Country(figures.priors, shares, tally.key, tally.unsure)


def _same_right(
    whole: Parts, without: Without, places: NDArray[np.int64], found: Said, effect: float
) -> Range:
    """Return S with its limits, which are never narrower than so few or so like answers allow."""
    scale = scale_of_s(found.answers)
    limits = jackknife(whole.same_right, without.same_right[:, places], scale)
    if found.answers >= FEW_ANSWERS and limits.high > limits.low:
        return limits
    return widened(limits, found.right, found.answers / effect, len(places))


def _rule_without(whole: Floats, without: Floats) -> Floats:
    """Return the mean over questions without each office; a question that has no pair left without it keeps its figure."""
    there = ~np.isnan(whole)
    if not there.any():
        return np.full(without.shape[-1], nan)
    left: Floats = np.where(np.isnan(without[there]), whole[there, None], without[there])
    return np.asarray(left.mean(axis=0))


def _habit(
    whole: Parts,
    without: Without,
    places: NDArray[np.int64],
    scale: Scale,
    confidence: float = 0.95,
) -> Range:
    """Return F of a rule, the mean over its questions, with its limits; nothing where offices cannot be compared."""
    if len(places) < 2:
        return NOTHING
    return jackknife(whole.habit, without.habit[:, places], scale, confidence)
