"""Thought about rollouts: the lot that draws offices into waves, and what may be concluded from it. Pure.

The unit is the office, not the answer: officers of one office learn from each other, so that answers counted singly would seem
to know more than they do. Compared is always within a month, between offices that have begun and offices that have not, because
a whole country learns (or forgets) at the same time. Thompson, Davey, Fielding, Hargreaves and Hayes 2018, "Robust analysis of
stepped wedge trials using cluster-level summaries within periods" (Stat Med 37:2487).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Starts = NDArray[np.int16]  # ways to start x offices: the first period of each
FEWEST_BASELINE = 3  # months; adjusting by a single noisy month loses power
FEWEST_EACH = 3  # answers of an office in a month: the share of one or two is a person, and weighs like that of fifty
AT_ONCE = 64  # lots compared at a time, so that a country of offices fits into memory
GRID = 401  # points from -1 to 1 at which an effect is tried


@dataclass(frozen=True)
class Effect:
    """What the lot lets us conclude. Shares lie from 0 to 1, their differences from -1 to 1.

    `difference` is the share right of offices that have begun minus that of offices that have not, `low` and `high` the
    interval, `p` two-sided. `begun` and `waiting` are the mean shares over the compared periods, of which there are `periods`;
    `offices` took part in any of them, with `answers`. `spread_begun` and `spread_waiting` are standard deviations between
    offices with chance taken off (None with fewer than two offices on a side), `spread_p` two-sided.
    """

    difference: float
    low: float
    high: float
    p: float
    begun: float
    waiting: float
    periods: int
    offices: int
    answers: int
    spread_begun: float | None
    spread_waiting: float | None
    spread_p: float | None


def draw_waves(office_ids: Sequence[int], waves: int, seed: int) -> dict[int, int]:
    """Return the wave (from 1) of each office, drawn by lot; the same seed and offices give the same lot everywhere.

    The sizes of waves differ by at most one, earlier waves are the larger ones. Domain: waves >= 1; with fewer offices than
    waves the last waves stay empty, with none the answer is empty. The order in which the ids come does not matter.
    """
    ids = sorted(set(office_ids))
    random.Random(seed).shuffle(ids)  # noqa: S311  # a lot to be drawn again by anybody, no secret
    return {office_id: place % waves + 1 for place, office_id in enumerate(ids)}


def wave_sizes(offices: int, waves: int) -> list[int]:
    """Return how many offices each wave will have. Domain: waves >= 1."""
    return [len(range(first, offices, waves)) for first in range(waves)]


def stepped_effect(
    right: Counts,
    answered: Counts,
    started: Counts,
    permutations: int,
    chance: np.random.Generator,
    *,
    level: float = 0.05,
    adjust: bool = False,
    fewest: int = FEWEST_EACH,
) -> Effect | None:
    """Return the within-period comparison of offices that have begun with those that have not, or None when there is none.

    `right` and `answered` are offices x periods; an office counts in a period with `fewest` answers or more. `started` holds the
    first period (from 0) of each office under the new way, one beyond the last period when it never began. In each period in
    which both kinds of offices answered, the plain mean of the office shares of one kind is compared with that of the other;
    periods are combined with weights n1 n0 / (n1 + n0), the precision of a difference of means (Thompson et al. 2018). p is
    two-sided, (b + 1) / (m + 1) over m = `permutations` random permutations of the starts over offices. The interval holds every
    effect, the same for all offices and added to the share, that the same permutations do not reject at `level`; it is taken from
    a grid of half a point and widened by one step.

    `adjust` takes off what the share of an office before the first start foretells, by a slope fitted without looking at who has
    begun; ValueError with fewer than three such periods, because one noisy month loses power (measures, section 6).
    None with no office, one office, or no period with both kinds. With few offices p cannot get small: with four in two waves
    there are only six lots.
    """
    cells = _Cells.of(right, answered, fewest)
    exposed, use = _compared(cells.there, started)
    if not len(use):
        return None
    rates = _adjusted(cells, right, answered, started, use) if adjust else cells.rates
    starts = _lots(started, permutations, chance)
    found, moved = _contrasts(starts, use, cells.there, (rates, exposed.astype(float)))
    low, high = _not_rejected(found, moved, level)
    sides = [_mean_side(cells, side, use) for side in (exposed, ~exposed)]
    spread = _spread(cells, starts, use, exposed * found[0])
    return Effect(
        difference=float(found[0]),
        low=low,
        high=high,
        p=_p_value(np.abs(found[1:]), abs(found[0])),
        begun=sides[0],
        waiting=sides[1],
        periods=len(use),
        offices=int(cells.there[:, use].any(axis=1).sum()),
        answers=int((answered * cells.there)[:, use].sum()),
        spread_begun=spread[0],
        spread_waiting=spread[1],
        spread_p=spread[2],
    )


@dataclass(frozen=True)
class _Cells:
    """Each office in each period: its share right, its chance variance (both 0 where it does not count), whether it counts."""

    rates: Array
    there: NDArray[np.bool_]
    noise: Array

    @classmethod
    def of(cls, right: Counts, answered: Counts, fewest: int = FEWEST_EACH) -> "_Cells":
        """Return the cells of offices x periods; those with fewer answers than `fewest` do not count."""
        there = answered >= fewest
        rates = np.divide(right, answered, where=there, out=np.zeros(right.shape))
        noise = np.divide(rates * (1 - rates), answered - 1, where=there, out=np.zeros(right.shape))
        return cls(rates, there, noise)


def _compared(there: NDArray[np.bool_], started: Counts) -> tuple[NDArray[np.bool_], Counts]:
    """Return who has begun in which period, and the periods in which both kinds of offices answered."""
    exposed = started[:, None] <= np.arange(there.shape[1])
    return exposed, np.flatnonzero((there & exposed).any(axis=0) & (there & ~exposed).any(axis=0))


def heaviest_answer(answered: Counts, started: Counts, fewest: int) -> float:
    """Return by how much the one answer that weighs most moves the mean of its side; 1 where nothing can be compared."""
    there = answered >= fewest
    exposed, use = _compared(there, started)
    if not len(use):
        return 1.0
    sides = [(there & side)[:, use] for side in (exposed, ~exposed)]
    n1, n0 = (side.sum(axis=0) for side in sides)
    weights = n1 * n0 / (n1 + n0)
    least = [np.where(side, answered[:, use], np.inf).min(axis=0) for side in sides]
    pulls = [weights / n / few for n, few in zip((n1, n0), least, strict=True)]
    return float(np.max(pulls) / weights.sum())


def _lots(started: Counts, permutations: int, chance: np.random.Generator) -> Starts:
    """Return the ways to start: the one drawn, then random ones."""
    starts = np.tile(started.astype(np.int16), (permutations + 1, 1))
    chance.permuted(starts[1:], axis=1, out=starts[1:])
    return starts


def _begun_sums(
    starts: Starts, period: int, there: NDArray[np.bool_], columns: Sequence[Array]
) -> Iterator[Array]:
    """Return, for each way to start, how many offices that count have begun in a period, and the sums over them of columns."""
    table = np.column_stack([there.astype(float), *(np.where(there, c, 0.0) for c in columns)])
    parts = [
        (starts[row : row + AT_ONCE] <= period).astype(float) @ table
        for row in range(0, len(starts), AT_ONCE)
    ]
    yield from np.vstack(parts).T


def _contrasts(
    starts: Starts, use: Counts, there: NDArray[np.bool_], values: tuple[Array, ...]
) -> list[Array]:
    """Return, for each way to start (rows of `starts`), the weighted difference of means of each of `values`.

    inf where a way to start leaves no period with both kinds: it then counts against the effect.
    """
    total = np.zeros(len(starts))
    sums = [np.zeros(len(starts)) for _value in values]
    for period in use:
        here = there[:, period]
        columns = [value[:, period] for value in values]
        n1, *inside = _begun_sums(starts, period, here, columns)
        n0 = here.sum() - n1
        both = (n1 > 0) & (n0 > 0)
        weight = np.where(both, n1 * n0 / np.maximum(n1 + n0, 1), 0.0)
        total += weight
        for place, column in enumerate(columns):
            outside = column[here].sum() - inside[place]
            gap = inside[place] / np.maximum(n1, 1) - outside / np.maximum(n0, 1)
            sums[place] += weight * gap
    return [np.divide(s, total, where=total > 0, out=np.full(len(starts), np.inf)) for s in sums]


def _p_value(drawn: Array, own: float) -> float:
    """Return the share of lots at least as far from nothing as the one drawn, which counts itself."""
    return float(((drawn >= own - 1e-12).sum() + 1) / (len(drawn) + 1))


def _not_rejected(found: Array, moved: Array, level: float) -> tuple[float, float]:
    """Return the lowest and the highest effect not rejected at the level, from -1 to 1.

    With an effect e, an office's share without it is the share minus e where it has begun; `moved` is the contrast of having
    begun itself, so that the contrast of such shares under another lot is found - e moved.
    """
    usable = np.isfinite(found)
    found, moved = found[usable], moved[usable]
    effects = np.sort(np.append(np.linspace(-1, 1, GRID), found[0]))
    own = np.abs(found[0] - effects)
    drawn = np.abs(found[1:, None] - np.outer(moved[1:], effects))
    extreme = (drawn >= own - 1e-12).sum(axis=0) + (~usable).sum() + 1
    kept = effects[extreme / (len(usable)) > level]
    step = 2 / (GRID - 1)
    return max(-1.0, float(kept.min()) - step), min(1.0, float(kept.max()) + step)


def _adjusted(
    cells: _Cells, right: Counts, answered: Counts, started: Counts, use: Counts
) -> Array:
    """Return the shares less what each office's own share before the first start foretells."""
    first = int(started.min())
    held = int((answered[:, :first].sum(axis=0) > 0).sum())
    if held < FEWEST_BASELINE:
        raise ValueError(f"{held} periods before the first start; {FEWEST_BASELINE} are needed")
    n = answered[:, :first].sum(axis=1)
    known = n >= FEWEST_EACH
    before = np.divide(right[:, :first].sum(axis=1), n, where=known, out=np.zeros(len(n)))
    # without answers before: as the others
    before = np.where(known, before - before[known].mean(), 0.0) if known.any() else before
    upper = lower = 0.0
    for period in use:
        there = cells.there[:, period]
        x, y = before[there], cells.rates[there, period]
        upper += float(((x - x.mean()) * (y - y.mean())).sum())
        lower += float(((x - x.mean()) ** 2).sum())
    slope = upper / lower if lower > 0 else 0.0
    return np.asarray(cells.rates - slope * before[:, None])


def _mean_side(cells: _Cells, side: NDArray[np.bool_], use: Counts) -> float:
    """Return the mean over periods of the mean share of one side, with the weights of the comparison."""
    n1 = (cells.there & side)[:, use].sum(axis=0)
    n0 = (cells.there & ~side)[:, use].sum(axis=0)
    means = np.where(side & cells.there, cells.rates, 0.0)[:, use].sum(axis=0) / n1
    return float(np.average(means, weights=n1 * n0 / (n1 + n0)))


def _spread(
    cells: _Cells, starts: Starts, use: Counts, effect: Array
) -> tuple[float | None, float | None, float | None]:
    """Return the standard deviations between offices begun and waiting, and the p-value of the difference of variances.

    Per period and side, the variance of the offices' shares less the mean variance that
    chance gives them: ANOVA moments. Periods weigh (n1 - 1)(n0 - 1) / (n1 + n0 - 2). The mean effect is taken off first, because a
    lot that mixes the sides would otherwise see it as spread. It needs many offices: halving the spread is seen in 18 of 100
    rollouts over 40 offices, in 76 over 200 with 20 answers each (measures, section 6). None where no side has two offices.
    """
    total, one, other = (np.zeros(len(starts)) for _n in range(3))
    rates = cells.rates - effect
    for period in use:
        there = cells.there[:, period]
        columns = [c[:, period] for c in (rates, rates**2, cells.noise)]
        n1, *inside = _begun_sums(starts, period, there, columns)
        n0 = there.sum() - n1
        enough = (n1 > 1) & (n0 > 1)
        weight = np.where(enough, (n1 - 1) * (n0 - 1) / np.maximum(n1 + n0 - 2, 1), 0.0)
        total += weight
        one += weight * _between(n1, *inside)
        rest = [column[there].sum() - i for column, i in zip(columns, inside, strict=True)]
        other += weight * _between(n0, *rest)
    if total[0] == 0:
        return None, None, None
    usable = total > 0
    one, other = (np.divide(v, total, where=usable, out=np.zeros(len(v))) for v in (one, other))
    gap = np.where(usable, np.abs(one - other), np.inf)
    return sqrt(max(0.0, one[0])), sqrt(max(0.0, other[0])), _p_value(gap[1:], float(gap[0]))


def _between(n: Array, total: Array, squares: Array, noise: Array) -> Array:
    """Return the variance between offices less that of chance, from sums over n offices."""
    variance = (squares - total**2 / np.maximum(n, 1)) / np.maximum(n - 1, 1)
    return np.asarray(variance - noise / np.maximum(n, 1))


@dataclass(frozen=True)
class Noise:
    """How restless the offices are: variance between offices that lasts, and chance variance of a share in one period."""

    between: float
    chance: float


def noise_of(right: Counts, answered: Counts) -> Noise | None:
    """Return how restless offices are, whoever has begun, from offices x periods; None without two offices in any period.

    ANOVA moments within periods, so that a national trend is no noise; chance is p (1 - p) over the harmonic mean of answers.
    """
    cells = _Cells.of(right, answered)
    variances, weights = [], []
    for period in range(right.shape[1]):
        rates = cells.rates[cells.there[:, period], period]
        if len(rates) > 1:
            chance = float(cells.noise[cells.there[:, period], period].mean())
            variances.append(float(rates.var(ddof=1)) - chance)
            weights.append(len(rates) - 1)
    if not weights:
        return None
    share = float(right[cells.there].sum() / answered[cells.there].sum())
    each = float((1 / answered[cells.there]).mean())
    return Noise(
        max(0.0, float(np.average(variances, weights=weights))), share * (1 - share) * each
    )


def foreseen_reach(
    started: Counts, first: int, last: int, noise: Noise, level: float = 0.05
) -> float | None:
    """Return how far to each side the interval is likely to reach when periods `first` to `last` (both included) are compared.

    An approximation for planning: the comparison is a weighted sum of shares, whose weights the plan tells; the normal
    quantile makes its standard error an interval. None when no period has both kinds of offices.
    """
    periods = np.arange(first, last + 1)
    begun = started[:, None] <= periods
    n1 = begun.sum(axis=0)
    n0 = len(started) - n1
    use = (n1 > 0) & (n0 > 0)
    if not use.any():
        return None
    begun, n1, n0 = begun[:, use], n1[use], n0[use]
    weight = n1 * n0 / (n1 + n0)
    parts = np.where(begun, 1 / n1, -1 / n0) * weight / weight.sum()
    variance = noise.between * (parts.sum(axis=1) ** 2).sum() + noise.chance * (parts**2).sum()
    return float(NormalDist().inv_cdf(1 - level / 2) * sqrt(variance))
