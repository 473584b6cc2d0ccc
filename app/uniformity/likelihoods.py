"""How much offices differ by maximum likelihood: beta-binomial and random intercepts. Pure; slow, for analysts.

The pages use moments (`intervals.prior_of`): they agree to a hundredth, cost a thousandth and cannot fail to converge. These are
for an analyst who has to report a model (docs/measures.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, expit

from app.uniformity.logic import Floats

Places = NDArray[np.intp]
NODES = 25
FARTHEST = 12.0  # on the logit and log scales: beyond it a share is 0 or 1, and a deviation nothing
QUARTILE = NormalDist().inv_cdf(0.75)


@dataclass(frozen=True)
class BetaBinomial:
    """Right shares of offices as Beta: their mean, and the correlation of two answers of one office."""

    mean: float
    correlation: float


@dataclass(frozen=True)
class Intercepts:
    """A logistic model with an intercept for each office: fixed effects in logits, the offices' standard deviation in logits."""

    effects: tuple[float, ...]
    deviation: float

    @property
    def median_odds_ratio(self) -> float:
        """Return how much the odds of a right answer change, in the median, between two offices drawn (Larsen & Merlo 2005)."""
        return exp(sqrt(2) * QUARTILE * self.deviation)


def beta_binomial(right: ArrayLike, answered: ArrayLike) -> BetaBinomial:
    """Return the beta-binomial of greatest likelihood (Williams 1975).

    right, answered (O,): of each office, of one question. NaN with fewer than two offices that answered, or none with two
    answers. Correlation 0 where offices do not differ beyond chance; mean 0 or 1 where all answers are wrong or right.
    """
    k, n = _answered(right, answered)
    if n.size < 2 or not (n > 1).any():
        return BetaBinomial(nan, nan)
    total, correct = float(n.sum()), float(k.sum())
    if correct in (0.0, total):
        return BetaBinomial(correct / total, 0.0)

    def likelihood(at: Floats) -> float:
        mean, correlation = expit(at)
        sure = (1 - correlation) / correlation
        a, b = mean * sure, (1 - mean) * sure
        return float((betaln(a + k, b + n - k) - betaln(a, b)).sum())

    share = correct / total
    best = _climb(likelihood, np.array([log(share / (1 - share)), -2.0]), FARTHEST)
    mean, correlation = (float(value) for value in expit(best))
    return BetaBinomial(mean, correlation if correlation > 1e-4 else 0.0)


def _answered(right: ArrayLike, answered: ArrayLike) -> tuple[Floats, Floats]:
    n = np.asarray(answered, float)
    return np.asarray(right, float)[n > 0], n[n > 0]


def random_intercepts(
    right: ArrayLike, answered: ArrayLike, office: ArrayLike, design: ArrayLike
) -> Intercepts:
    """Return the logistic model with random intercepts of offices, by adaptive Gauss-Hermite quadrature with 25 nodes.

    right, answered (R,) counts of a row, office (R,) integers that name the row's office, design (R, P) fixed effects, such as a
    column for each question; Pinheiro & Bates 1995, as lme4's `glmer(…, nAGQ = 25)`. All NaN without two offices that answered, one
    of them twice. Deviation 0 where offices do not differ beyond chance. What has no greatest likelihood, because all answers are
    right, or each office answers all of one kind, is told as 12 logits.
    """
    n = np.asarray(answered, float)
    there = np.flatnonzero(n > 0)
    there = there[np.argsort(np.asarray(office)[there], kind="stable")]
    k, n, x = np.asarray(right, float)[there], n[there], np.asarray(design, float)[there]
    _names, first, place = np.unique(
        np.asarray(office)[there], return_index=True, return_inverse=True
    )
    if first.size < 2 or not (np.add.reduceat(n, first) > 1).any():
        return Intercepts((nan,) * x.shape[-1], nan)
    if k.sum() in (0.0, n.sum()):
        return Intercepts((FARTHEST if k.sum() else -FARTHEST,) + (0.0,) * (x.shape[-1] - 1), 0.0)
    rows = _Rows(k, n, first, place)

    def likelihood(at: Floats) -> float:
        return _integrated(rows, x @ at[:-1], exp(float(at[-1])))

    widest = np.append(np.full(x.shape[-1], FARTHEST), log(FARTHEST))
    best = _climb(likelihood, np.append(np.zeros(x.shape[-1]), -0.7), widest)
    deviation = exp(float(best[-1]))
    return Intercepts(tuple(float(v) for v in best[:-1]), deviation if deviation > 1e-3 else 0.0)


@dataclass(frozen=True)
class _Rows:
    """Rows of answers, sorted by office: right of answered, where each office's rows begin, and the office of each row."""

    right: Floats
    answered: Floats
    first: Places
    office: Places

    def of_each(self, values: Floats) -> Floats:
        """Return the sum of each office's rows."""
        summed: Floats = np.add.reduceat(values, self.first, axis=0)
        return summed


def _integrated(rows: _Rows, fixed: Floats, deviation: float) -> float:
    """Return the log likelihood of all offices, each integrated over its intercept around its own mode."""
    mode = np.zeros(rows.first.size)
    for _step in range(30):
        p = expit(fixed + deviation * mode[rows.office])
        slope = deviation * rows.of_each(rows.right - rows.answered * p) - mode
        curve = deviation**2 * rows.of_each(rows.answered * p * (1 - p)) + 1
        mode = mode + np.clip(slope / curve, -2, 2)
        if float(np.abs(slope / curve).max()) < 1e-10:
            break
    node, weight = np.polynomial.hermite.hermgauss(NODES)
    wide = np.sqrt(2 / curve)
    at = mode[:, None] + wide[:, None] * node
    logit = fixed[:, None] + deviation * at[rows.office]
    row = rows.right[:, None] * logit - rows.answered[:, None] * np.logaddexp(0, logit)
    whole = rows.of_each(row) - at**2 / 2 + node**2 + np.log(weight)
    top = whole.max(axis=1, keepdims=True)
    each = top[:, 0] + np.log(np.exp(whole - top).sum(axis=1)) + np.log(wide)
    return float(each.sum())


def _climb(likelihood: Callable[[Floats], float], start: Floats, most: ArrayLike) -> Floats:
    """Return where a smooth function of a few parameters is greatest: Newton with differences, halved steps, from -12 to `most`."""
    at = start
    best = likelihood(at)
    for _round in range(100):
        slope, curve = _differences(likelihood, at)
        value, axes = np.linalg.eigh(curve)
        step = axes @ ((axes.T @ slope) / np.maximum(np.abs(value), 1e-6))
        step *= min(1.0, 2 / max(float(np.abs(step).max()), 1e-12))
        for _halving in range(25):
            tried = np.clip(at + step, -FARTHEST, most)
            found = likelihood(tried)
            if found > best:
                break
            step = step / 2
        else:
            return at
        moved, at, best = float(np.abs(tried - at).max()), tried, found
        if moved < 1e-7:
            return at
    return at


def _differences(likelihood: Callable[[Floats], float], at: Floats) -> tuple[Floats, Floats]:
    """Return slope and curvature of a function by central differences."""
    h = 1e-4
    units = np.eye(at.size) * h
    here = likelihood(at)
    up, down = ([likelihood(at + s * unit) for unit in units] for s in (1, -1))
    slope = (np.array(up) - np.array(down)) / (2 * h)
    curve = np.diag((np.array(up) - 2 * here + np.array(down)) / h**2)
    for i in range(at.size):
        for j in range(i):
            both = likelihood(at + units[i] + units[j]) + likelihood(at - units[i] - units[j])
            cross = likelihood(at + units[i] - units[j]) + likelihood(at - units[i] + units[j])
            curve[i, j] = curve[j, i] = (both - cross) / (4 * h**2)
    return slope, curve
