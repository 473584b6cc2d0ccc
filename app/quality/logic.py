"""Item statistics: how well a question tells who understands from who does not, and what speaks against it. Pure.

Formulas: Moodle's quiz statistics (https://docs.moodle.org/dev/Quiz_statistics_calculations), Mantel and Haenszel 1959, Holland
and Thayer 1988, Wilson 1927, Cronbach 1951. Marks are from 0 to 1; a question not drawn in an attempt is NaN there, missing by
design.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, isfinite, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.float64]
Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Classical:
    """The classical statistics of one item; NaN where the answers do not allow one.

    `n` answers; facility the mean mark; sd its standard deviation; discrimination the correlation with the rest of the test, in
    per cent; efficiency that correlation as a share of the greatest possible, in per cent.
    """

    n: int
    facility: float
    sd: float
    covariance: float
    discrimination: float
    covariance_max: float
    efficiency: float


def classical(marks: Marks) -> list[Classical]:
    """Return the statistics of each item (column) over attempts (rows).

    The rest of the test is the sum of the other marks where nothing is missing, else the mean of the other marks of that
    attempt; neither correlation depends on that scale.
    """
    complete = not np.isnan(marks).any()
    total = np.nansum(marks, axis=1)
    held = (~np.isnan(marks)).sum(axis=1)
    return [_item(marks[:, item], total, held, complete=complete) for item in range(marks.shape[1])]


def _item(mark: Marks, total: Marks, held: NDArray[np.int64], *, complete: bool) -> Classical:
    there = ~np.isnan(mark) & (held > 1)
    own = mark[there]
    answered = mark[~np.isnan(mark)]
    n = len(answered)
    rest = total[there] - own
    if not complete:
        rest = rest / (held[there] - 1)
    if len(own) < 2:
        mean = float(answered.mean()) if n else float("nan")
        return Classical(n, mean, *(float("nan"),) * 5)
    covariance = _covariance(own, rest)
    greatest = _covariance(np.sort(own), np.sort(rest))
    spread = float(np.sqrt(own.var(ddof=1) * rest.var(ddof=1)))
    return Classical(
        n=n,
        facility=float(answered.mean()),
        sd=float(own.std(ddof=1)),
        covariance=covariance,
        discrimination=100 * covariance / spread if spread > 0 else float("nan"),
        covariance_max=greatest,
        efficiency=100 * covariance / greatest if greatest > 0 else float("nan"),
    )


def _covariance(one: Marks, other: Marks) -> float:
    return float(((one - one.mean()) * (other - other.mean())).sum() / (len(one) - 1))


@dataclass(frozen=True)
class Reliability:
    """How steady the marks of a whole quiz are: alpha from 0 to 1, the standard error of a score in questions."""

    n: int
    questions: float
    alpha: float
    standard_error: float


def reliability(marks: Marks) -> Reliability:
    """Return Cronbach's alpha and the standard error of measurement, of a test as long as an attempt.

    With questions missing by design, from the mean variance and the mean covariance of pairs that were answered together; without,
    that is alpha itself.
    """
    there = ~np.isnan(marks)
    length = float(there.sum(axis=1).mean()) if len(marks) else 0.0
    if len(marks) < 2 or length < 2:
        return Reliability(len(marks), length, float("nan"), float("nan"))
    variance, covariance = _mean_covariances(marks, there)
    spread = variance + (length - 1) * covariance
    alpha = length * covariance / spread if spread > 0 else float("nan")
    sd = sqrt(max(0.0, length * spread))
    return Reliability(len(marks), length, alpha, sd * sqrt(max(0.0, 1 - alpha)))


def _mean_covariances(marks: Marks, there: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean variance of items and the mean covariance of pairs, weighted by how often they were answered."""
    filled, seen = np.where(there, marks, 0.0), there.astype(float)
    together = seen.T @ seen
    mean = np.divide(filled.T @ seen, together, where=together > 1, out=np.zeros_like(together))
    product = filled.T @ filled - together * mean * mean.T
    usable = together > 1
    covariance = np.divide(product, together - 1, where=usable, out=np.zeros_like(product))
    diagonal = np.eye(len(together), dtype=bool)
    weights = np.where(usable, together, 0.0)
    own, pairs = weights[diagonal], weights[~diagonal]
    variance = float(np.average(covariance[diagonal], weights=own)) if own.sum() else 0.0
    between = float(np.average(covariance[~diagonal], weights=pairs)) if pairs.sum() else 0.0
    return variance, between


@dataclass(frozen=True)
class Shape:
    """How the scores of whole attempts are spread: skewness and kurtosis (k-statistics), the error ratio in per cent."""

    median: float
    mean: float
    sd: float
    skewness: float
    kurtosis: float
    error_ratio: float


def score_shape(marks: Marks) -> Shape:
    """Return the spread of the scores of complete attempts; domain: at least four attempts, nothing missing."""
    scores = marks.sum(axis=1)
    n = len(scores)
    moved = scores - scores.mean()
    m2, m3, m4 = (float((moved**power).mean()) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    k3 = n * n * m3 / ((n - 1) * (n - 2))
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    alpha = reliability(marks).alpha
    return Shape(
        median=float(np.median(scores)),
        mean=float(scores.mean()),
        sd=sqrt(k2),
        skewness=k3 / k2**1.5,
        kurtosis=k4 / (k2 * k2),
        error_ratio=100 * sqrt(max(0.0, 1 - alpha)),
    )


def effective_weights(marks: Marks) -> list[float]:
    """Return how much each item sways the score, in per cent: the roots of its covariance with the score, as shares of all."""
    scores = marks.sum(axis=1)
    roots = [sqrt(max(0.0, _covariance(marks[:, item], scores))) for item in range(marks.shape[1])]
    return [100 * root / sum(roots) if sum(roots) else float("nan") for root in roots]


def wilson(right: float, n: int, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson interval of a share (Wilson 1927); 0 to 1 without answers. Domain: 0 <= right <= n."""
    if n == 0:
        return 0.0, 1.0
    share, square = right / n, z * z / n
    middle = (share + square / 2) / (1 + square)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True)
class OptionCurve:
    """How often an answer was given, in all and by third of the rest score (lowest, middle, highest)."""

    choice: str
    share: float
    thirds: tuple[float, float, float]


def option_curves(choices: Sequence[str], rest: Marks) -> list[OptionCurve]:
    """Return the distractor table of one item, the commonest answer first; a good distractor falls from third to third.

    `rest` is each attempt's mean mark on the other questions.
    """
    if not len(rest):
        return []
    order = np.argsort(rest, kind="stable")
    groups = [[choices[i] for i in part] for part in np.array_split(order, 3)]
    whole = Counter(choices)
    return [
        OptionCurve(
            choice,
            n / len(choices),
            tuple(group.count(choice) / len(group) if group else 0.0 for group in groups),  # type: ignore[arg-type]
        )
        for choice, n in whole.most_common()
    ]


@dataclass(frozen=True)
class MantelHaenszel:
    """The common odds ratio of 2 x 2 tables with its 95 % interval, the corrected chi-square and its p-value."""

    odds_ratio: float
    chi2: float
    p: float
    low: float
    high: float

    @property
    def delta(self) -> float:
        """Return the ETS delta, -2.35 ln(odds ratio): 1 and more is more than negligible (Zwick and Ercikan 1989)."""
        return -2.35 * log(self.odds_ratio) if 0 < self.odds_ratio < float("inf") else float("nan")


def mantel_haenszel(tables: Sequence[Sequence[Sequence[float]]]) -> MantelHaenszel | None:
    """Return the Mantel-Haenszel statistics of strata [[a, b], [c, d]], or None when no stratum says anything.

    Rows are groups, columns right and wrong. The interval is that of Robins, Breslow and Greenland 1986.
    """
    cells = np.array([[*row[0], *row[1]] for row in tables], dtype=float).reshape(-1, 4)
    cells = cells[cells.sum(axis=1) > 1]
    a, b, c, d = cells.T
    n = cells.sum(axis=1)
    upper, lower = float((a * d / n).sum()), float((b * c / n).sum())
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))).sum())
    if upper == 0 or lower == 0 or variance == 0:
        return None
    expected = float(((a + b) * (a + c) / n).sum())
    chi2 = max(0.0, abs(float(a.sum()) - expected) - 0.5) ** 2 / variance
    ratio = upper / lower
    p_, q_ = (a + d) / n, (b + c) / n
    r_, s_ = a * d / n, b * c / n
    spread = (
        float((p_ * r_).sum()) / (2 * upper**2)
        + float((p_ * s_ + q_ * r_).sum()) / (2 * upper * lower)
        + float((q_ * s_).sum()) / (2 * lower**2)
    )
    reach = Z95 * sqrt(spread)
    return MantelHaenszel(
        ratio, chi2, erfc(sqrt(chi2 / 2)), ratio * exp(-reach), ratio * exp(reach)
    )


def strata(
    right: NDArray[np.bool_], reference: NDArray[np.bool_], rest: Marks, parts: int = 8
) -> list[list[list[float]]]:
    """Return 2 x 2 tables (reference and other group by right and wrong) in strata of the rest score."""
    order = np.argsort(rest, kind="stable")
    found = []
    for part in np.array_split(order, parts):
        table = [[0.0, 0.0], [0.0, 0.0]]
        for group, mask in enumerate((reference[part], ~reference[part])):
            table[group][0] = float((right[part] & mask).sum())
            table[group][1] = float((~right[part] & mask).sum())
        found.append(table)
    return found


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.05) -> list[bool]:
    """Say for each p-value whether it stands at a false discovery rate of q (Benjamini and Hochberg 1995)."""
    m = len(p_values)
    ranked = sorted(range(m), key=lambda i: p_values[i])
    last = max((r for r, i in enumerate(ranked, 1) if p_values[i] <= q * r / m), default=0)
    kept = set(ranked[:last])
    return [i in kept for i in range(m)]


def finite(value: float) -> float | None:
    """Return a number, or None for one that is none (JSON has no NaN)."""
    return value if isfinite(value) else None
