"""Control charts of monthly shares: Laney p′ limits for the eye, an EWMA on its scores for the alarm. Pure.

Sources: Laney 2002 (Quality Engineering 14:531); Lucas & Saccucci 1990 (Technometrics 32:1); NIST/SEMATECH e-Handbook 6.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from app.uniformity.logic import Floats

BASELINE = 24  # months before limits are drawn
STEADY, REACH = 0.2, 2.86
D2 = 1.128  # the mean range of two draws, in standard deviations


@dataclass(frozen=True)
class Chart:
    """Shares with their centre, limits and scores, all (M,); NaN where a month has no answers."""

    share: Floats
    centre: float
    low: Floats
    high: Floats
    scores: Floats


def p_chart(right: ArrayLike, answered: ArrayLike, *, own_wobble: bool = True) -> Chart:
    """Return the Laney p′ chart of months, or the plain p-chart without `own_wobble`.

    right, answered (M,). The limits are centre ± 3 σ_p σ_z, where σ_z is how much months wobble beyond chance (mean moving range
    of the scores / 1.128); with one month or none σ_z is 1. Months without answers are NaN. With no answers at all everything is.
    """
    k, n = np.asarray(right, float), np.asarray(answered, float)
    there = n > 0
    total = float(n.sum())
    centre = float(k.sum()) / total if total else float("nan")
    share = np.divide(k, n, out=np.full(n.shape, np.nan), where=there)
    sigma = np.sqrt(centre * (1 - centre) / np.where(there, n, np.nan))
    scores = np.divide(share - centre, sigma, out=np.zeros_like(share), where=sigma > 0)
    scores = np.where(there, scores, np.nan)
    wobble = _wobble(scores[there]) if own_wobble else 1.0
    half = 3 * sigma * wobble
    return Chart(
        share,
        centre,
        np.clip(centre - half, 0, 1),
        np.clip(centre + half, 0, 1),
        scores / wobble if wobble > 0 else scores,
    )


def _wobble(scores: Floats) -> float:
    if len(scores) < 2:
        return 1.0
    return float(np.abs(np.diff(scores)).mean()) / D2 or 1.0


@dataclass(frozen=True)
class Smoothed:
    """An exponentially weighted moving average with its limits, (M,)."""

    values: Floats
    low: Floats
    high: Floats


def ewma(
    values: ArrayLike,
    *,
    target: float = 0.0,
    sigma: float = 1.0,
    steady: float = STEADY,
    reach: float = REACH,
    growing: bool = True,
) -> Smoothed:
    """Return the moving average of values around a target, with limits that grow to their final width.

    values (M,), NaN is passed over (the average stays); sigma of one value; steady: the weight of a new value; without
    `growing` the limits have their final width from the beginning. No value gives empty arrays.
    """
    held = np.asarray(values, float)
    average, averages = target, []
    for value in held:
        average = average if np.isnan(value) else steady * value + (1 - steady) * average
        averages.append(average)
    age = np.arange(1, len(held) + 1)
    grown = 1 - (1 - steady) ** (2 * age) if growing else np.ones(len(held))
    half = reach * sigma * np.sqrt(steady / (2 - steady) * grown)
    return Smoothed(np.array(averages), target - half, target + half)


@dataclass(frozen=True)
class Watched:
    """Months against what the first of them were like: limits of the share and whether the moving average sounds the alarm."""

    low: Floats
    high: Floats
    alarm: list[bool]


def watched(
    right: Sequence[int], answered: Sequence[int], baseline: int = BASELINE
) -> Watched | None:
    """Return p′ limits and alarms of months from the first `baseline` of them, None while there are fewer.

    right, answered (M,). Later months do not move the limits, so that a change does not hide itself. A month without answers has
    NaN limits and leaves the average where it was.
    """
    if len(right) < baseline:
        return None
    first = p_chart(right[:baseline], answered[:baseline])
    # had all been right, a month of all wrong would have no limit to be outside of: half an answer is left open
    near = 0.5 / (sum(answered[:baseline]) + 1)
    first = replace(first, centre=min(1 - near, max(near, first.centre)))
    n = np.where(np.asarray(answered, float) > 0, np.asarray(answered, float), np.nan)
    sigma = np.sqrt(first.centre * (1 - first.centre) / n)
    begun = np.divide(
        first.share - first.centre,
        sigma[:baseline],
        out=np.zeros(baseline),
        where=sigma[:baseline] > 0,
    )
    wobble = _wobble(begun[~np.isnan(begun)])
    moved = np.asarray(right, float) / n - first.centre
    scores = np.divide(moved, sigma * wobble, out=np.full(len(n), np.nan), where=sigma > 0)
    smooth = ewma(scores)
    outside = (smooth.values < smooth.low) | (smooth.values > smooth.high)
    half = 3 * sigma * wobble
    return Watched(
        np.clip(first.centre - half, 0, 1),
        np.clip(first.centre + half, 0, 1),
        [bool(out) for out in outside],
    )
