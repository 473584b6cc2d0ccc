"""Coefficients that papers ask for, of one question with its offices as the units that are judged. Pure.

No page shows them: kappa and alpha are 0 where everybody is right (Feinstein & Cicchetti 1990), and none of them says whether
people agree on what is right. They are for an analyst who has to compare with what others published (docs/measures.md). Counts
are (O, J): how many officers of office o gave answer j; offices need not have equally many.
"""

from dataclasses import dataclass
from math import log2, nan

import numpy as np
from numpy.typing import ArrayLike

from app.uniformity.logic import Floats, brennan_prediger, quotient


@dataclass(frozen=True)
class Coefficients:
    """Agreement beyond chance in four ways, all 1 where everybody agrees; NaN where there is nothing to compare."""

    agreement: float  # mean share of pairs of one office that agree
    fleiss_kappa: float
    gwet_ac1: float
    brennan_prediger: float
    krippendorff_alpha: float


def coefficients(counts: ArrayLike, options: int | None = None) -> Coefficients:
    """Return agreement within offices corrected for chance as Fleiss, Gwet, Brennan & Prediger and Krippendorff do.

    counts (O, J); `options` that could be chosen, J unless told. Agreement is the mean over offices with two answers; shares of answers are means over offices with
    one (Gwet 2014, missing ratings), but Krippendorff's alpha takes every pair of values alike and leaves single answers out
    (Krippendorff 2011, nominal). All NaN without an office of two answers or with one option; where all answers are one, chance
    alone explains it for Fleiss and Krippendorff: NaN.
    """
    held = np.asarray(counts, dtype=float)
    office = held.sum(axis=-1)
    held, office = held[office > 0], office[office > 0]
    options = options or held.shape[-1]
    if options < 2 or not (office > 1).any():
        return Coefficients(nan, nan, nan, nan, nan)
    two, size = held[office > 1], office[office > 1]
    agreement = float(((two * (two - 1)).sum(axis=-1) / (size * (size - 1))).mean())
    share = (held / office[:, None]).mean(axis=0)
    return Coefficients(
        agreement=agreement,
        fleiss_kappa=_beyond(agreement, float((share**2).sum())),
        gwet_ac1=_beyond(agreement, float((share * (1 - share)).sum()) / (options - 1)),
        brennan_prediger=float(brennan_prediger(agreement, options)),
        krippendorff_alpha=_alpha(two, size),
    )


def _beyond(agreement: float, chance: float) -> float:
    return (agreement - chance) / (1 - chance) if chance < 1 else nan


def _alpha(two: Floats, size: Floats) -> float:
    total, option = float(size.sum()), two.sum(axis=0)
    expected = total**2 - float((option**2).sum())
    observed = float(((size**2 - (two**2).sum(axis=-1)) / (size - 1)).sum())
    return 1 - (total - 1) * observed / expected if expected > 0 else nan


def scale_consensus(counts: ArrayLike) -> float:
    """Return how far answers on an ordered scale agree, from 0 (half at each end) to 1 (all alike); Tastle & Wierman 2007.

    counts (J,): how many chose each of the equally spaced steps, J at least 2. For surveys, never for the options of a quiz, which
    have no order. NaN without an answer or with one step.
    """
    held = np.asarray(counts, dtype=float)
    total, steps = float(held.sum()), held.size
    if total <= 0 or steps < 2:
        return nan
    place, share = np.arange(steps, dtype=float), held / total
    away = np.abs(place - float((share * place).sum())) / (steps - 1)
    return 1 + sum(float(p) * log2(1 - float(d)) for p, d in zip(share, away, strict=True) if p > 0)


def break_even(right: ArrayLike, wrong: ArrayLike) -> Floats:
    """Return the certainty from which each level of certainty pays more than the one below (Gardner-Medwin 1995).

    right, wrong (L,): marks of a right and of a wrong answer at each level, lowest first; (L - 1,) shares from 0 to 1, empty for
    one level. With marks of 1, 2, 3 and 0, -2, -6 they are 2/3 and 4/5: what "fairly sure" and "very sure" mean to whom it pays
    to be honest. The portal gives no marks for certainty.
    """
    gain, loss = np.diff(np.asarray(right, float)), -np.diff(np.asarray(wrong, float))
    return quotient(loss, gain + loss)
