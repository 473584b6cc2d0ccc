"""Item response theory: difficulty and slope of each item by marginal maximum likelihood. Pure.

Bock and Aitkin 1981 (doi:10.1007/BF02293801): EM over a grid of ability that is standard normal; answers missing by design do not
count. For linking parallel questions, offline only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POINTS = 61
FEWEST_FOR_SLOPES = (
    500  # below that a slope of its own for each item is noise (measures, section 3)
)


@dataclass(frozen=True)
class Fit:
    """Slope and difficulty (in logits) of each item, and the log likelihood."""

    slopes: tuple[float, ...]
    difficulties: tuple[float, ...]
    log_likelihood: float


def fit(right: Array, *, common_slope: bool = False, rounds: int = 2000) -> Fit:
    """Return the 2PL fit of right (1), wrong (0) and missing (NaN) answers, attempts in rows; Rasch with a common slope.

    Domain: every item answered rightly by some and wrongly by others.
    """
    grid = np.linspace(-6, 6, POINTS)
    prior = np.exp(-grid * grid / 2)
    prior /= prior.sum()
    rows, counts = np.unique(np.where(np.isnan(right), -1.0, right), axis=0, return_counts=True)
    yes, no = (rows == 1).astype(float), (rows == 0).astype(float)
    weight = counts.astype(float)
    slope = np.ones(right.shape[1])
    level = _start(yes, no, weight)
    before = -np.inf
    for _round in range(rounds):
        post, likelihood = _expect(yes, no, weight, slope, level, grid, prior)
        level, slope = _maximise(
            post.T @ yes, post.T @ (yes + no), slope, level, grid, common_slope
        )
        if abs(likelihood - before) < 1e-9 * abs(likelihood):
            break
        before = likelihood
    _post, likelihood = _expect(yes, no, weight, slope, level, grid, prior)
    difficulty = -level / slope
    return Fit(tuple(map(float, slope)), tuple(map(float, difficulty)), float(likelihood))


def _start(yes: Array, no: Array, weight: Array) -> Array:
    share = (weight @ yes + 0.5) / (weight @ (yes + no) + 1)
    return np.asarray(np.log(share / (1 - share)), dtype=np.float64)


def _expect(
    yes: Array, no: Array, weight: Array, slope: Array, level: Array, grid: Array, prior: Array
) -> tuple[Array, float]:
    """Return how many attempts of each pattern stand at each point of the grid, and the log likelihood."""
    logit = grid[:, None] * slope + level
    log_yes, log_no = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    log_joint = yes @ log_yes.T + no @ log_no.T + np.log(prior)
    top = log_joint.max(axis=1, keepdims=True)
    joint = np.exp(log_joint - top)
    whole = joint.sum(axis=1, keepdims=True)
    likelihood = float(weight @ (np.log(whole) + top)[:, 0])
    return joint / whole * weight[:, None], likelihood


def _maximise(
    hits: Array, seen: Array, slope: Array, level: Array, grid: Array, common: bool
) -> tuple[Array, Array]:
    """Take a few Newton steps for the level and slope of each item, or for one slope of all."""
    for _step in range(5):
        chance = 1 / (1 + np.exp(-(grid[:, None] * slope + level)))
        off = hits - seen * chance
        bend = seen * chance * (1 - chance) + 1e-12
        g0, g1 = off.sum(axis=0), (off * grid[:, None]).sum(axis=0)
        h00 = bend.sum(axis=0)
        h01 = (bend * grid[:, None]).sum(axis=0)
        h11 = (bend * grid[:, None] ** 2).sum(axis=0)
        if common:
            # eliminate each level, then one step for the slope that all share
            step = float((g1 - h01 * g0 / h00).sum() / (h11 - h01 * h01 / h00).sum())
            slope_step = np.full_like(slope, step)
            level_step = (g0 - h01 * slope_step) / h00
        else:
            fixed = h00 * h11 - h01 * h01
            level_step = (h11 * g0 - h01 * g1) / fixed
            slope_step = (h00 * g1 - h01 * g0) / fixed
        level = level + np.clip(level_step, -1, 1)
        slope = np.clip(slope + np.clip(slope_step, -0.5, 0.5), 0.05, 6)
    return level, slope
