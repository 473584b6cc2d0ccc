"""How sure a figure is: intervals for shares of clustered answers, and what a small office's answers are worth. Pure.

Arrays as in `logic.py`. All intervals are of the same right share S = p², which grows with p, so limits of p squared are limits
of S.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, isnan, nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, expit, logit, stdtrit

from app.uniformity.logic import Floats, quotient

MOST_SURE = 500.0  # a + b of a prior when offices do not differ at all


@dataclass(frozen=True)
class Range:
    """A figure with its lower and upper limit; all NaN where there is none."""

    value: float
    low: float
    high: float


NOTHING = Range(nan, nan, nan)


def wilson(k: float, n: float, z: float = NormalDist().inv_cdf(0.975)) -> tuple[float, float]:
    """Return Wilson's score limits of a share k / n (Wilson 1927; Newcombe 1998), (0, 1) when n is 0.

    k may be fractional (an effective count); z is the quantile of the confidence, 1.96 for 95 %.
    """
    if n <= 0:
        return 0.0, 1.0
    p, z2 = k / n, z * z
    middle, half = p + z2 / (2 * n), z * sqrt(max(0.0, p * (1 - p) / n + z2 / (4 * n * n)))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def office_interval(k: float, n: float, confidence: float = 0.90) -> Range:
    """Return the S of one office alone, p squared with Wilson's limits squared; nothing to say when n is 0.

    Real coverage of the 90 % limits was 90.5 to 92.1 % for n from 3 to 60 (tests hold it).
    """
    low, high = wilson(k, n, NormalDist().inv_cdf(0.5 + confidence / 2))
    return Range((k / n) ** 2 if n > 0 else nan, low**2, high**2)


def design_effect(right: ArrayLike, answered: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return by how much clustering in offices widens the variance of a share, at least 1 (Kish 1965; Rao & Scott 1992).

    right, answered (Q, O) or (O,): counts of each office in each question of a rule; the share is the mean over questions, of
    offices weighing as `weights` (Q, O) say, or as many as they answered. 1 where there is one office, no answer, or everybody
    answers alike.
    """
    k, n = np.atleast_2d(np.asarray(right, float)), np.atleast_2d(np.asarray(answered, float))
    weight = n if weights is None else np.where(n > 0, np.atleast_2d(weights), 0.0)
    there = weight.sum(axis=-1) > 0
    k, n, weight = k[there], n[there], weight[there]
    offices = int((weight.sum(axis=0) > 0).sum())
    if offices < 2:
        return 1.0
    total = n.sum(axis=-1, keepdims=True)
    share = np.where(n > 0, quotient(k, n), 0.0)
    weight = weight / weight.sum(axis=-1, keepdims=True)
    p = (weight * share).sum(axis=-1, keepdims=True)
    moved = (weight * (share - p)).sum(axis=0)
    clustered = offices / (offices - 1) * float((moved**2).sum())
    plain = float((p * (1 - p) / total).sum())
    return max(1.0, clustered / plain) if plain > 0 else 1.0


def effective_interval(right: ArrayLike, answered: ArrayLike, confidence: float = 0.95) -> Range:
    """Return the S of many offices, every answer counting the same, with limits that know of offices (measures, 1.3).

    right, answered (O,). Wilson's limits with the effective number of answers N / deff and a t quantile with O - 1 degrees of
    freedom, squared. With one office there is nothing to compare: (0, 1) around the figure; without answers nothing.
    """
    k, n = np.asarray(right, float), np.asarray(answered, float)
    total, offices = float(n.sum()), int((n > 0).sum())
    if total <= 0:
        return NOTHING
    share = float(k.sum()) / total
    if offices < 2:
        return Range(share**2, 0.0, 1.0)
    effective = total / design_effect(k, n)
    z = float(stdtrit(offices - 1, 0.5 + confidence / 2))
    low, high = wilson(share * effective, effective, z)
    return Range(share**2, low**2, high**2)


@dataclass(frozen=True)
class Scale:
    """A scale on which leaving out offices moves a figure evenly up and down, and the way back."""

    turn: Callable[[Floats], Floats]
    back: Callable[[float], float]


PLAIN = Scale(lambda value: value, lambda z: z)


def scale_of_s(answers: float) -> Scale:
    """Return the scale for S: the logit of its root, which is the right share; kept half an answer of so many from 0 and 1.

    Near 1, where rules that bind should be, limits made on S or on its root held in as few as 79 % instead of 95 %; on this
    scale in 93 to 95 % (docs/measures.md).
    """
    near = 0.5 / (answers + 1)
    return Scale(
        lambda s: np.asarray(logit(np.clip(np.sqrt(np.clip(s, 0, 1)), near, 1 - near))),
        lambda z: float(expit(z)) ** 2,
    )


def scale_of_f(answered: ArrayLike) -> Scale:
    """Return the scale for F, an intraclass correlation: log((1 + (m - 1) F) / (1 - F)), after Fisher 1925.

    answered (Q, O); m is the typical number of answers of an office and question, at least 2; questions without answers are
    passed over. F is kept half an answer from 1.
    """
    n = np.atleast_2d(np.asarray(answered, float))
    n = n[n.sum(axis=-1) > 0]
    total, offices = n.sum(axis=-1), (n > 0).sum(axis=-1)
    typical = (total - (n**2).sum(axis=-1) / total) / np.maximum(offices - 1, 1)
    m = max(2.0, float(typical.mean())) if typical.size else 2.0
    near = 0.5 / (float(total.sum()) + 1)
    return Scale(
        lambda f: np.asarray(np.log(np.maximum(1 + (m - 1) * f, 0.05) / np.maximum(1 - f, near))),
        lambda z: (exp(min(z, 700)) - 1) / (exp(min(z, 700)) + m - 1),
    )


def jackknife(
    whole: ArrayLike, without: ArrayLike, scale: Scale, confidence: float = 0.95
) -> Range:
    """Return a rule's figure with limits from leaving out one office at a time (Quenouille, Tukey; t with O - 1).

    whole (Q,): the figure of each question; without (Q, O): the same without each office; a question that loses its last pair
    keeps its figure. The figure is the mean over questions that have one. The limits are made on the scale and hold the figure.
    With fewer than two offices they are NaN; where no office moves anything they are the figure.
    """
    full, left = np.atleast_1d(np.asarray(whole, float)), np.atleast_2d(np.asarray(without, float))
    there = ~np.isnan(full)
    if not there.any():
        return NOTHING
    value = float(full[there].mean())
    each = np.where(np.isnan(left[there]), full[there, None], left[there]).mean(axis=0)
    offices = each.size
    if offices < 2:
        return Range(value, nan, nan)
    if np.ptp(each) < 1e-12:
        return Range(value, value, value)
    moved, centre = scale.turn(each), float(scale.turn(np.asarray(value)))
    spread = sqrt((offices - 1) / offices * float(((moved - moved.mean()) ** 2).sum()))
    half = float(stdtrit(offices - 1, 0.5 + confidence / 2)) * spread
    return Range(
        value, min(value, scale.back(centre - half)), max(value, scale.back(centre + half))
    )


def widened(found: Range, share: float, effective: float, offices: int) -> Range:
    """Return limits of S made no narrower than Wilson's for so many effective answers, with a t quantile; NaN ones replaced.

    Leaving out offices says nothing where they all answered alike, and too little where few answered: eight right answers of
    eight are no proof that all are right. share: right answers from 0 to 1; effective: answers over the design effect; with
    fewer than two offices the normal quantile serves. A figure that is NaN stays without limits.
    """
    if isnan(found.value) or effective <= 0:
        return found
    z = float(stdtrit(offices - 1, 0.975)) if offices > 1 else NormalDist().inv_cdf(0.975)
    low, high = (limit**2 for limit in wilson(share * effective, effective, z))
    return Range(
        found.value,
        min(found.value, low, low if isnan(found.low) else found.low),
        max(found.value, high, high if isnan(found.high) else found.high),
    )


@dataclass(frozen=True)
class Prior:
    """What offices are like before they answer: right shares as Beta(a, b); `spread` is their standard deviation.

    `sure` is the a + b that the moments give; a and b themselves are never surer than these could tell.
    """

    a: float
    b: float
    sure: float
    spread: float
    correlation: float  # intraclass correlation by analysis of variance, may be below 0

    @property
    def mean(self) -> float:
        """Return the mean right share of offices."""
        return self.a / (self.a + self.b)

    def weakest(self, share: float = 0.1) -> float:
        """Return the S that so many offices fall short of (0.1: the weakest tenth), with chance taken out."""
        return float(betaincinv(self.mean * self.sure, (1 - self.mean) * self.sure, share)) ** 2


def prior_of(right: ArrayLike, answered: ArrayLike) -> Prior | None:
    """Return the Beta prior of offices from the moments of one question (analysis of variance; Donner 1986).

    right, answered (O,). None with fewer than two offices that answered or no office with two answers. Where offices do not
    differ beyond chance the spread is 0 and `sure` 500 answers; the mean is kept from 0 and 1 by half an answer. In a and b half
    of the correlation's standard error where there is none, √(2 / Σ n(n - 1)) (Donner 1986), is added to it, and it is at least
    that error: without this 90 % limits held in only 71 to 87 % of offices that differ a little (docs/measures.md).
    """
    n = np.asarray(answered, float)
    k, n = np.asarray(right, float)[n > 0], n[n > 0]
    total, offices = float(n.sum()), n.size
    if offices < 2 or total <= offices:
        return None
    p = float(k.sum()) / total
    between = float((n * (k / n - p) ** 2).sum()) / (offices - 1)
    within = float((k * (n - k) / n).sum()) / (total - offices)
    typical = (total - float((n**2).sum()) / total) / (offices - 1)
    # with nothing wrong at all, or nothing right, the analysis of variance has nothing to divide
    mixed = between + (typical - 1) * within
    correlation = (between - within) / mixed if mixed > 0 else 0.0
    mean = (float(k.sum()) + 0.5) / (total + 1)
    noise = sqrt(2 / float((n * (n - 1)).sum()))
    told = _sureness(max(correlation + noise / 2, noise))
    spread = sqrt(max(0.0, (between - within) / typical))
    return Prior(mean * told, (1 - mean) * told, _sureness(correlation), spread, correlation)


def _sureness(correlation: float) -> float:
    """Return the a + b of a Beta distribution with an intraclass correlation, from half an answer to five hundred."""
    if correlation <= 0:
        return MOST_SURE
    return max(0.5, min(MOST_SURE, (1 - correlation) / correlation))


def shrunken(prior: Prior, k: float, n: float, confidence: float = 0.90) -> Range:
    """Return the S of one office and question from what offices are like and what this one answered (measures, 1.3).

    k right of n. The mean and the quantiles of p² under Beta(a + k, b + n - k); with n = 0 the prior itself. Coverage of the
    90 % limits was 88 to 90 % in simulations (docs/measures.md).
    """
    a, b = prior.a + k, prior.b + n - k
    tail = (1 - confidence) / 2
    mean = a * (a + 1) / ((a + b) * (a + b + 1))
    low, high = (float(betaincinv(a, b, q)) ** 2 for q in (tail, 1 - tail))
    return Range(mean, low, high)


def spread_of(priors: list[Prior]) -> float:
    """Return the standard deviation of offices' right shares, noise removed: the root mean square over questions; NaN for none."""
    if not priors:
        return nan
    return float(np.sqrt(np.mean([prior.spread**2 for prior in priors])))
