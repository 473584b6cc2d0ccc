"""A report on a rollout: which months can be compared, what may be shown of them, what it means. Pure.

Nothing here tells of a single office, nor of a single answer: a side is only shown with four offices that have ten first answers
each, a month only with four offices on each side that have five answers each in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.clock import month_number
from app.disclosure import rounded
from app.rollouts.logic import (
    FEWEST_BASELINE,
    FEWEST_EACH,
    Counts,
    Effect,
    Noise,
    foreseen_reach,
    heaviest_answer,
    noise_of,
    stepped_effect,
)

FEWEST_OFFICES, FEWEST_ANSWERS, FEWEST_IN_MONTH = 4, 10, 5
# no answer may weigh more than among the fewest that are shown
HEAVIEST = 1 / (FEWEST_OFFICES * FEWEST_ANSWERS)
BASELINE_MONTHS = 12
PERMUTATIONS = 999
# looking every month would find something by chance in the end, so that an early look must be surer
LEVEL_EARLY, LEVEL_END = 0.01, 0.05
SURELY_MANY = 100  # offices; below that a spread that was halved is mostly not seen
Cells = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Plan:
    """Which office begins when. Months are numbers (`month_number`); `stopped` is the month of the stop."""

    first: int
    waves: int
    step: int
    wave_of: Mapping[int, int]
    stopped: int | None = None

    @property
    def last(self) -> int:
        """Return the last month in which some offices have not begun."""
        return self.first + self.step * (self.waves - 1) - 1

    @property
    def comparable(self) -> int:
        """Return how many months the plan compares."""
        return self.last - self.first + 1

    def begins(self, wave: int) -> int:
        """Return the month in which a wave begins."""
        return self.first + self.step * (wave - 1)

    def closed(self, today: date) -> int:
        """Return the newest month that counts: finished, before the last wave and before a stop."""
        ends = [month_number(today) - 1, self.last]
        return min([*ends, self.stopped - 1] if self.stopped is not None else ends)


@dataclass(frozen=True)
class MonthPoint:
    """A month in the picture: the mean share right of offices begun and waiting, in per cent, in the steps of `_point`."""

    month: int
    begun: int
    waiting: int


@dataclass(frozen=True)
class Report:
    """What the page says. Figures in whole percentage points.

    `state` is waiting (no finished month yet), few (too few answers to show anything) or told; `verdict` helped, harmed or open;
    `final` when no month is still to come. `more_months` until the difference now seen could be told, None when the plan ends
    before; `reach_end` is how far to each side the interval will reach at the end of the plan. `spread_verdict` is closer, wider
    or open; None without a spread.
    """

    state: str
    months: int
    planned: int
    final: bool = False
    verdict: str = "open"
    difference: int = 0
    low: int = 0
    high: int = 0
    begun: int = 0
    waiting: int = 0
    offices: int = 0
    answers: int = 0
    adjusted: bool = False
    sure: int = 0  # per cent of the interval
    more_months: int | None = None
    reach_end: int | None = None
    spread_begun: int | None = None
    spread_waiting: int | None = None
    spread_verdict: str | None = None
    many_offices: bool = False
    points: tuple[MonthPoint, ...] = ()


def report_on(plan: Plan, cells: Cells, *, today: date, seed: int) -> Report:
    """Return the report from the counts {(office, month): (right, answered)} of finished months.

    The seed makes the permutations the same at each look, so that figures do not move between two looks at the same answers.
    """
    last = plan.closed(today)
    done = max(0, last - plan.first + 1)
    if done == 0:
        return Report("waiting", 0, plan.comparable)
    first = plan.first - BASELINE_MONTHS
    right, answered, started = _matrices(plan, cells, first, last)
    fewest = _fewest(answered, started)
    if fewest is None or not _may_be_shown(answered, started, plan.first - first, fewest):
        return Report("few", done, plan.comparable)
    # months before the first wave compare nothing, but foretell how an office answers
    held = int((answered[:, : plan.first - first].sum(axis=0) > 0).sum())
    whole = done == plan.comparable
    level = LEVEL_END if whole else LEVEL_EARLY
    chance = np.random.default_rng(seed)
    adjust = held >= FEWEST_BASELINE
    effect = stepped_effect(
        right, answered, started, PERMUTATIONS, chance, level=level, adjust=adjust, fewest=fewest
    )
    if effect is None:
        return Report("few", done, plan.comparable)
    ahead = _ahead(plan, started, noise_of(right, answered), effect, done, first)
    return Report(
        state="told",
        months=effect.periods,
        planned=plan.comparable,
        final=whole or plan.stopped is not None,
        verdict=_verdict(effect),
        difference=points(effect.difference),
        low=points(effect.low),
        high=points(effect.high),
        begun=points(effect.begun),
        waiting=points(effect.waiting),
        offices=effect.offices,
        answers=effect.answers,
        adjusted=adjust,
        sure=points(1 - level),
        more_months=ahead[0],
        reach_end=ahead[1],
        spread_begun=None if effect.spread_begun is None else points(effect.spread_begun),
        spread_waiting=None if effect.spread_waiting is None else points(effect.spread_waiting),
        spread_verdict=_spread_verdict(effect, level),
        many_offices=effect.offices >= SURELY_MANY,
        points=_points(right, answered, started, plan.first - first, first),
    )


def points(share: float) -> int:
    """Return a share as whole percentage points."""
    return round(100 * share)


def _matrices(plan: Plan, cells: Cells, first: int, last: int) -> tuple[Counts, Counts, Counts]:
    """Return right, answered (offices x months from `first` to `last`) and the month in which each begins, from 0."""
    rows = {office_id: row for row, office_id in enumerate(sorted(plan.wave_of))}
    right = np.zeros((len(rows), last - first + 1), dtype=np.int64)
    answered = np.zeros_like(right)
    for (office_id, month), (hits, n) in cells.items():
        if office_id in rows and first <= month <= last:
            right[rows[office_id], month - first] = hits
            answered[rows[office_id], month - first] = n
    begins = [plan.begins(plan.wave_of[office_id]) - first for office_id in sorted(plan.wave_of)]
    return right, answered, np.array(begins, dtype=np.int64)


def _fewest(answered: Counts, started: Counts) -> int | None:
    """Return how many answers an office needs in a month to count there, so that no single answer is decisive; None if none do.

    Three will do in most rollouts; with few offices, an office of three answers would weigh like the others of fifty.
    """
    return next(
        (
            fewest
            for fewest in (FEWEST_EACH, FEWEST_IN_MONTH, FEWEST_ANSWERS)
            if heaviest_answer(answered, started, fewest) <= HEAVIEST + 1e-9
        ),
        None,
    )


def _may_be_shown(answered: Counts, started: Counts, begin: int, fewest: int) -> bool:
    """Say whether each side has four offices with ten first answers each in the months with both kinds."""
    months = np.arange(answered.shape[1])
    begun = started[:, None] <= months
    there = answered >= fewest
    both = (there & begun).any(axis=0) & (there & ~begun).any(axis=0) & (months >= begin)
    sides = (np.where(side & there & both, answered, 0).sum(axis=1) for side in (begun, ~begun))
    return all(int((n >= FEWEST_ANSWERS).sum()) >= FEWEST_OFFICES for n in sides)


def _points(
    right: Counts, answered: Counts, started: Counts, begin: int, first: int
) -> tuple[MonthPoint, ...]:
    """Return the months that may be drawn."""
    found = []
    for month in range(begin, right.shape[1]):
        begun = started <= month
        means = [_point(right[side, month], answered[side, month]) for side in (begun, ~begun)]
        if means[0] is not None and means[1] is not None:
            found.append(MonthPoint(first + month, means[0], means[1]))
    return tuple(found)


def _point(right: Counts, answered: Counts) -> int | None:
    """Return the mean share of a side in a month in per cent, None without four offices that have five answers each.

    An answer in the office with the fewest moves the mean most, as if all had so few: their number gives the step.
    """
    enough = answered >= FEWEST_IN_MONTH
    offices = int(enough.sum())
    if offices < FEWEST_OFFICES:
        return None
    share = float((right[enough] / answered[enough]).mean())
    return rounded(share, offices * int(answered[enough].min()))


def _verdict(effect: Effect) -> str:
    if points(effect.low) >= 1:
        return "helped"
    return "harmed" if points(effect.high) <= -1 else "open"


def _spread_verdict(effect: Effect, level: float) -> str | None:
    if effect.spread_begun is None or effect.spread_waiting is None or effect.spread_p is None:
        return None
    if effect.spread_p > level:
        return "open"
    return "closer" if effect.spread_begun < effect.spread_waiting else "wider"


def _ahead(
    plan: Plan, started: Counts, noise: Noise | None, effect: Effect, done: int, first: int
) -> tuple[int | None, int | None]:
    """Return in how many more months the difference now seen could be told, and how far the interval reaches at the end."""
    if noise is None or plan.stopped is not None or done >= plan.comparable:
        return None, None
    begin, last = plan.first - first, plan.last - first
    reaches = {
        month - begin + 1 - done: foreseen_reach(started, begin, month, noise)
        for month in range(begin + done, last + 1)
    }
    enough = [n for n, reach in reaches.items() if reach and reach < abs(effect.difference)]
    end = reaches[plan.comparable - done]
    return (min(enough) if enough else None), (points(end) if end else None)


def foretold(plan: Plan, cells: Cells, *, before: int) -> int | None:
    """Return how large an effect (in points) a plan is likely to tell, from the answers of the year before month `before`.

    None when fewer than eight offices have ten answers.
    """
    first = before - BASELINE_MONTHS
    right, answered, started = _matrices(plan, cells, first, before - 1)
    noise = noise_of(right, answered)
    known = int((answered.sum(axis=1) >= FEWEST_ANSWERS).sum())
    if noise is None or known < 2 * FEWEST_OFFICES:
        return None
    # with a chance of about 80 in 100: 1.96 + .84 standard errors
    begin = plan.first - first
    reach = foreseen_reach(started, begin, begin + plan.comparable - 1, noise)
    return points(reach * (1.96 + 0.84) / 1.96) if reach else None


@dataclass(frozen=True)
class Drawing:
    """Where the picture's lines go, in units of its own (300 x 190, drawn about that wide on a phone, so that words keep their size), y downwards.

    `ticks` are (y, per cent), `months` (x, month), `begun` and `waiting` (x, y) of each month.
    """

    ticks: tuple[tuple[float, int], ...]
    months: tuple[tuple[float, int], ...]
    begun: tuple[tuple[float, float], ...]
    waiting: tuple[tuple[float, float], ...]


LEFT, RIGHT, TOP, BOTTOM = 42, 288, 14, 164


def drawing_of(found: tuple[MonthPoint, ...]) -> Drawing | None:
    """Return the picture of the months that may be drawn, from ten below to ten above them; None without two months."""
    if len(found) < 2:
        return None
    values = [value for point in found for value in (point.begun, point.waiting)]
    low, high = max(0, min(values) // 10 * 10), min(100, -(-max(values) // 10) * 10)
    low = low if high > low else max(0, high - 10)
    high = high if high > low else low + 10

    def across(month: int) -> float:
        whole = found[-1].month - found[0].month
        return round(LEFT + 14 + (RIGHT - LEFT - 28) * (month - found[0].month) / whole, 1)

    def down(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    every = 10 if high - low <= 40 else 20
    return Drawing(
        ticks=tuple((down(value), value) for value in range(low, high + 1, every)),
        months=tuple((across(point.month), point.month) for point in _spaced(found)),
        begun=tuple((across(p.month), down(p.begun)) for p in found),
        waiting=tuple((across(p.month), down(p.waiting)) for p in found),
    )


def _spaced(found: tuple[MonthPoint, ...]) -> tuple[MonthPoint, ...]:
    """Return the months whose names fit under the picture: at most five."""
    return found[:: -(-len(found) // 5)]
