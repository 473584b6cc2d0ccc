"""Pictures as places on paper: a funnel of offices, a line of months. Drawn for a width, so that words keep their size. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from app.clock import month_of
from app.uniformity.differing import funnel_limits
from app.uniformity.logic import Floats

WIDE, NARROW = 640, 320
WHOLE = 880  # a picture that has a page's card to itself
TICK = 44  # the least room for a word on the axis
LEFT, TOP, BOTTOM, RIGHT = 44, 14, 34, 10
HEIGHT = 240
Z95, Z998 = 1.96, 3.09
LINE, LETTER = 14, 7  # how high a name is, and how wide each of its letters at most
Scale = Callable[[float], float]
Places = Callable[[str], float]
Room = tuple[float, float, float]


@dataclass(frozen=True)
class Dot:
    """Offices at one place: how many, and a name where one stands alone, may be told and finds room."""

    x: float
    y: float
    radius: float
    offices: int
    outside: bool
    name: str = ""
    left: bool = False  # of the dot stands the name

    @property
    def room(self) -> Room:
        """Return the room of the name: its height on the paper, where it begins and ends."""
        begin = self.x - 8 - LETTER * len(self.name) if self.left else self.x + 8
        return self.y, begin, begin + LETTER * len(self.name)

    @property
    def outline(self) -> str:
        """Return it as an SVG path, which is shorter than an element each: round, or a diamond outside."""
        x, y, r = self.x, self.y, self.radius
        if self.outside:
            return f"M{x} {round(y - 1.4 * r, 1)}l{1.4 * r:.1f} {1.4 * r:.1f} {-1.4 * r:.1f} {1.4 * r:.1f} {-1.4 * r:.1f} {-1.4 * r:.1f}z"
        return f"M{round(x - r, 1)} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0"


@dataclass(frozen=True)
class Tick:
    """A mark on an axis with its word."""

    at: float
    word: str


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: right share by number of officers, the funnel of chance, and the offices."""

    width: int
    height: int
    inner: str
    outer: str
    middle: float
    dots: tuple[Dot, ...]
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]


@dataclass(frozen=True)
class OfficePoint:
    """An office on the funnel: officers in steps of five, share in per cent in steps of five, outside or not, its name or ""."""

    officers: int
    share: int
    outside: bool
    name: str


@dataclass(frozen=True)
class Crowd:
    """Offices of one share as a line of the table behind a funnel: how many, of fewest to most officers; one alone where named."""

    name: str
    offices: int
    fewest: int
    most: int
    share: int
    outside: bool


def crowds(points: Iterable[OfficePoint]) -> list[Crowd]:
    """Return the table behind a funnel: those outside first, then by share; offices without a name stand together."""
    held: dict[tuple[bool, int, str], list[int]] = defaultdict(list)
    for point in points:
        held[not point.outside, point.share, point.name].append(point.officers)
    return [
        Crowd(name, len(officers), min(officers), max(officers), share, not inside)
        for (inside, share, name), officers in sorted(held.items())
    ]


def funnel(points: Sequence[OfficePoint], right: int, width: int = WIDE) -> Funnel | None:
    """Return the picture of offices around the share of all (per cent), or None with fewer than two offices."""
    if len(points) < 2:
        return None
    most = max(point.officers for point in points) * 1.1
    across, down = width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(officers: float) -> float:
        return round(LEFT + across * officers / most, 1)

    def y(share: float) -> float:
        return round(TOP + down * (1 - share / 100), 1)

    along = np.linspace(max(2.0, most / 60), most, 40)
    shape = [_band(right / 100, along, z, x, y) for z in (Z95, Z998)]
    places: dict[tuple[bool, int, int], list[str]] = defaultdict(list)
    for point in points:
        places[point.outside, point.officers, point.share].append(point.name)
    dots = [
        Dot(
            x(officers),
            y(share),
            min(12.0, round(3 + 1.5 * sqrt(len(names) - 1), 1)),
            len(names),
            outside,
            names[0] if len(names) == 1 else "",
        )
        for (outside, officers, share), names in sorted(places.items())
    ]
    step = next(s for s in (5, 10, 20, 50, 100, 200, 500, 1000, 10**6) if most / s <= across / TICK)
    xs = tuple(Tick(x(n), str(n)) for n in range(step, int(most) + 1, step))
    return Funnel(
        width,
        HEIGHT,
        shape[0],
        shape[1],
        y(right),
        tuple(_named(dots, y(right), width)),
        xs,
        _shares(y),
    )


def _named(dots: Sequence[Dot], middle: float, width: int) -> list[Dot]:
    """Return the dots with names only where they run into nothing: those farthest from the middle first."""
    taken = [(dot.y, dot.x - dot.radius, dot.x + dot.radius) for dot in dots]
    kept: list[Dot] = []
    for dot in sorted(dots, key=lambda d: -abs(d.y - middle)):
        sides = [replace(dot, left=left) for left in (dot.x > width / 2, dot.x <= width / 2)]
        fits = [one for one in sides if dot.name and _free(one.room, taken, width)]
        if fits:
            taken.append(fits[0].room)
        kept.append(fits[0] if fits else replace(dot, name=""))
    return sorted(kept, key=lambda d: d.outside)


def _free(room: Room, taken: Iterable[Room], width: int) -> bool:
    y, begin, end = room
    inside = begin >= LEFT and end <= width - RIGHT
    return inside and all(
        abs(y - at) >= LINE or end <= left or right <= begin for at, left, right in taken
    )


def _band(share: float, along: Floats, z: float, x: Scale, y: Scale) -> str:
    low, high = funnel_limits(share, along, z)
    there = list(zip(along, high, strict=True)) + list(zip(along, low, strict=True))[::-1]
    return " ".join(f"{x(float(n))},{y(float(limit) * 100)}" for n, limit in there)


def _shares(y: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(y(share), f"{share}%") for share in (0, 25, 50, 75, 100))


@dataclass(frozen=True)
class Point:
    """A month on the line."""

    x: float
    y: float
    month: str
    alarm: bool


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a number on the axis: a new version or briefings. `month` and `word` belong into a list."""

    x: float
    month: str
    kind: str
    word: str
    number: int
    row: int  # marks close together stand one below the other


@dataclass(frozen=True)
class Trend:
    """Lines of months with what happened on the axis; broken where a month has no answers, limits where there are months enough."""

    width: int
    height: int
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    limits: str  # polygon, or ""
    marks: tuple[Mark, ...]
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]


@dataclass(frozen=True)
class Month:
    """A month of the trend: its share in per cent, limits in per cent or None, whether the chart says that something moved."""

    name: str
    share: float
    low: float | None
    high: float | None
    alarm: bool


def trend(
    months: Sequence[Month], events: Iterable[tuple[str, str, str]], width: int = WIDE
) -> Trend | None:
    """Return the picture of months with events (month, kind, word) on its axis, or None with fewer than two months."""
    if len(months) < 2:
        return None
    first, last = month_of(months[0].name), month_of(months[-1].name)
    across, down = width - LEFT - RIGHT - 12, HEIGHT - TOP - BOTTOM

    def x(name: str) -> float:
        return round(LEFT + 6 + across * (month_of(name) - first) / (last - first), 1)

    def y(share: float) -> float:
        return round(TOP + down * (1 - share / 100), 1)

    limited = [m for m in months if m.low is not None and m.high is not None]
    edge = [(m.name, m.high or 0) for m in limited] + [(m.name, m.low or 0) for m in limited[::-1]]
    step = max(1, -(-(last - first) * TICK // max(across, 1)))
    names = [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1, step)]
    return Trend(
        width=width,
        height=HEIGHT,
        lines=tuple(" ".join(f"{x(m.name)},{y(m.share)}" for m in run) for run in unbroken(months)),
        points=tuple(Point(x(m.name), y(m.share), m.name, m.alarm) for m in months),
        limits=" ".join(f"{x(name)},{y(share)}" for name, share in edge),
        marks=_marks(events, months[0].name, months[-1].name, x),
        xs=tuple(Tick(x(name), name) for name in names),
        ys=_shares(y),
    )


def unbroken(months: Sequence[Month]) -> list[list[Month]]:
    """Return the runs of months of which each follows upon the one before."""
    runs: list[list[Month]] = []
    for month in months:
        if runs and month_of(month.name) == month_of(runs[-1][-1].name) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _marks(
    events: Iterable[tuple[str, str, str]], first: str, last: str, x: Places
) -> tuple[Mark, ...]:
    found: list[Mark] = []
    for month, kind, word in sorted(events):
        if not first <= month <= last:
            continue
        near = [mark for mark in found if abs(mark.x - x(month)) < 18]
        found.append(Mark(x(month), month, kind, word, len(found) + 1, len(near) % 8))
    return tuple(found)
