"""Do offices differ beyond chance, and which? Tests with the false discoveries kept down. Pure.

Sources: Tarone 1979 (Biometrika 66:585), Benjamini & Hochberg 1995 (JRSS B 57:289), Spiegelhalter 2005 (funnel plots).
"""

from collections.abc import Sequence
from math import erfc, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaincc

from app.uniformity.logic import Floats, Ints, quotient

REDRAWS = 199


def tarone(right: ArrayLike, answered: ArrayLike) -> float:
    """Return Tarone's Z of one or several questions: are right shares of offices more spread than one share would make them?

    right, answered (O,) or (Q, O). Standard normal when offices do not differ, large when they do; questions add their excess
    and its variance. NaN without two answers in an office, or when everybody is right or everybody wrong.
    """
    excess, variance = _excess(right, answered)
    return excess / sqrt(variance) if variance > 0 else nan


def _excess(right: ArrayLike, answered: ArrayLike) -> tuple[float, float]:
    k, n = np.atleast_2d(np.asarray(right, float)), np.atleast_2d(np.asarray(answered, float))
    total = n.sum(axis=-1)
    p = quotient(k.sum(axis=-1), total)
    usable = (p > 0) & (p < 1)
    if not usable.any():
        return 0.0, 0.0
    k, n, total, p = k[usable], n[usable], total[usable], p[usable, None]
    excess = ((k - n * p) ** 2 / (p * (1 - p))).sum(axis=-1) - total
    return float(excess.sum()), float(2 * (n * (n - 1)).sum())


def differ_p(right: ArrayLike, answered: ArrayLike, chance: np.random.Generator) -> float:
    """Return the one-sided p-value that offices differ: Tarone's Z, by redrawing where the normal curve is not to be trusted.

    right, answered (O,) or (Q, O). With fewer than ten answers an office or over 95 % right, 199 hypergeometric redraws of the
    right answers over offices (drawn from `chance`) take the place of the curve. NaN where Z is; 1 when all are alike.
    """
    k, n = np.atleast_2d(np.asarray(right, int)), np.atleast_2d(np.asarray(answered, int))
    z = tarone(k, n)
    if np.isnan(z):
        return nan
    offices = int((n.sum(axis=0) > 0).sum())
    sparse = n.sum() < 10 * offices * max(1, int((n.sum(axis=-1) > 0).sum()))
    if not sparse and k.sum() / n.sum() <= 0.95:
        return 0.5 * erfc(z / sqrt(2))
    held = _excess(k, n)[0]
    drawn = np.zeros(REDRAWS)
    for hits, each in zip(k, n, strict=True):
        drawn += _redrawn_excess(int(hits.sum()), each, chance)
    as_much = int((drawn >= held - 1e-9).sum())
    return (as_much + 1) / (REDRAWS + 1) if as_much else _tail(held, drawn)


def _tail(held: float, drawn: Floats) -> float:
    """Return P(X >= held) of the curve with the first three moments of redraws (Pearson III), where none reached so far.

    199 redraws alone cannot say less than 0.005, which no rule of a handbook would survive among forty others (Winkler et al.
    2016, NeuroImage 141:502, section 2.5). Never more than one redraw in 200.
    """
    mean, spread = float(drawn.mean()), float(drawn.std())
    if spread == 0:
        return 1 / (REDRAWS + 1)
    skew = max(0.05, float(((drawn - mean) ** 3).mean()) / spread**3)
    shape = 4 / skew**2
    return min(
        1 / (REDRAWS + 1), float(gammaincc(shape, shape + 2 / skew * (held - mean) / spread))
    )


def _redrawn_excess(right: int, answered: Ints, chance: np.random.Generator) -> Floats:
    """Return the excess of one question over redraws of its right answers, (REDRAWS,); nothing where all answer alike."""
    total = int(answered.sum())
    if not 0 < right < total:
        return np.zeros(REDRAWS)
    p = right / total
    # marginals: the method whose cost does not grow with the number of answers
    drawn = chance.multivariate_hypergeometric(answered, right, size=REDRAWS, method="marginals")
    moved = (drawn - answered * p) ** 2
    return np.asarray(moved.sum(axis=-1) / (p * (1 - p)) - total, dtype=float)


def discoveries(p_values: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Say which hypotheses fall when at most this share of those that fall may fall wrongly (Benjamini & Hochberg 1995).

    NaN never falls and is not counted; an empty list gives an empty list.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p == p)
    falls = [False] * len(p_values)
    last = max((i for i, (p, _) in enumerate(known, 1) if p <= rate * i / len(known)), default=0)
    for _p, place in known[:last]:
        falls[place] = True
    return falls


def beyond_chance(right: ArrayLike, answered: ArrayLike, share: float) -> Floats:
    """Return the two-sided p-value of each office against one share that all would have, exact binomial, mid-p.

    right, answered (O,); share from 0 to 1. 1 where nobody answered.
    """
    k, n = np.asarray(right, float), np.asarray(answered, float)
    at_most = _at_most(k, n, share)
    less = _at_most(k - 1, n, share)
    lower, upper = (at_most + less) / 2, 1 - (at_most + less) / 2
    return np.where(n > 0, np.clip(2 * np.minimum(lower, upper), 0, 1), 1.0)


def _at_most(k: Floats, n: Floats, share: float) -> Floats:
    """Return P(X <= k) of a binomial count, by the incomplete beta function."""
    inner = betainc(np.clip(n - k, 1e-300, None), np.clip(k + 1, 1e-300, None), 1 - share)
    return np.where(k < 0, 0.0, np.where(k >= n, 1.0, inner))


def funnel_limits(share: float, answered: ArrayLike, z: float) -> tuple[Floats, Floats]:
    """Return the limits within which an office with so many answers lies by chance (Spiegelhalter 2005), from 0 to 1.

    share: that of all offices; answered (M,), at least 1; z: 1.96 for 95 %, 3.09 for 99.8 %.
    """
    half = z * np.sqrt(share * (1 - share) / np.asarray(answered, float))
    return np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)
