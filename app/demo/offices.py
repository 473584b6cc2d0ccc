"""The tree of offices for a number of officers: how many counters there are and how many serve at each. Pure."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.demo.places import DIVISIONS, STATES, WEIGHTS

MOST = 50  # officers of one office, roughly
MEAN = 40  # officers of a branch when more branches are made
FEWEST = 3
FIRST, FIRST_WEIGHT = (
    3,
    9.0,
)  # the first towns of a state have large offices, about which something can be said
NEIGHBOURS = 8
FIXED = {"PJY-01": 20, "SBH-02": 4}  # the offices of the cast
CAST_DIVISIONS = ("UKK", "BKP", "BPM", "UAD")


@dataclass(frozen=True)
class Place:
    """An office before it has an id: `above` is the code of the office above it."""

    code: str
    name: str
    kind: str
    above: str
    state: str
    heads: int


@dataclass(frozen=True)
class MadeOffice:
    """An office of the tree with its ids."""

    id: int
    path: str
    parent_id: int | None
    place: Place

    @property
    def code(self) -> str:
        """Return the office's code."""
        return self.place.code

    @property
    def state(self) -> str:
        """Return the code of the state the office lies in, IP at headquarters."""
        return self.place.state


def places(officers: int, chance: random.Random) -> list[Place]:
    """Return the offices below the top for a department of this size; their heads add up to `officers`."""
    hq = min(max(round(officers * 0.08), len(CAST_DIVISIONS)), MOST * len(DIVISIONS))
    states = min(max(round(officers * 0.10), len(STATES)), MOST * len(STATES))
    rest = officers - hq - states - sum(FIXED.values())
    return [*_divisions(hq), *_state_offices(states), *_branches(rest, chance)]


def _divisions(heads: int) -> list[Place]:
    first = sorted(DIVISIONS, key=lambda division: division[0] not in CAST_DIVISIONS)
    sizes = spread(heads, [1.0] * len(first), least=0)
    return [
        Place(f"IP-{code}", name, "division", "IP", "IP", size)
        for (code, name), size in zip(first, sizes, strict=True)
        if size
    ]


def _state_offices(heads: int) -> list[Place]:
    sizes = spread(heads, [float(WEIGHTS[state.code]) for state in STATES], least=1)
    return [
        Place(state.code, state.name, "state", "IP", state.code, size)
        for state, size in zip(STATES, sizes, strict=True)
    ]


def _branches(heads: int, chance: random.Random) -> list[Place]:
    known = _towns()
    fixed = [
        Place(code, name, kind, state, state, FIXED[code])
        for _rank, code, name, kind, state in known
        if code in FIXED
    ]
    free = [town for town in known if town[1] not in FIXED]
    wanted = max(min(len(free), heads // FEWEST), -(-heads // MEAN))
    chosen = sorted(free[:wanted], key=lambda town: town[1]) + _more_towns(wanted - len(free))
    crowd = {
        state: WEIGHTS[state] / sum(town[4] == state for town in chosen)
        for state in {t[4] for t in chosen}
    }
    weights = [
        crowd[town[4]] * chance.uniform(0.6, 1.4) * (FIRST_WEIGHT if _is_first(town) else 1.0)
        for town in chosen
    ]
    sizes = spread(heads, weights, least=min(FEWEST - 1, heads // max(1, len(chosen))))
    return fixed + [
        Place(code, name, kind, state, state, size)
        for (_rank, code, name, kind, state), size in zip(chosen, sizes, strict=True)
    ]


def _is_first(town: "Town") -> bool:
    return int(town[1].rsplit("-", 1)[1]) <= FIRST


Town = tuple[float, str, str, str, str]  # rank, code, name, kind, state


def _towns() -> list[Town]:
    """List the real towns, the most important of every state first."""
    found: list[Town] = []
    for state in STATES:
        named = [("district", f"JPN {town}") for town in state.districts]
        named += [("branch", f"JPN Cawangan {town}") for town in state.branches]
        named += [("utc", f"JPN UTC {town}") for town in state.utc]
        found += [
            (number / len(named), f"{state.code}-{number:02d}", name, kind, state.code)
            for number, (kind, name) in enumerate(named, start=1)
        ]
    return sorted(found)


def _more_towns(count: int) -> list[Town]:
    """Return numbered branches beyond the real ones, by the weight of each state."""
    if count <= 0:
        return []
    more = spread(count, [float(WEIGHTS[state.code]) for state in STATES], least=0, most=count)
    found: list[Town] = []
    for state, extra in zip(STATES, more, strict=True):
        towns = (*state.districts, *state.branches)
        held = len(towns) + len(state.utc)
        for number in range(extra):
            town, serial = towns[number % len(towns)], number // len(towns) + 2
            code = f"{state.code}-{held + number + 1:02d}"
            found.append((1.0, code, f"JPN Cawangan {town} {serial}", "branch", state.code))
    return found


def spread(total: int, weights: Sequence[float], *, least: int, most: int = MOST) -> list[int]:
    """Split a total over weighted places, each between least and most where the total allows it."""
    sizes = [least] * len(weights)
    open_places = [index for index in range(len(weights)) if least < most]
    left = total - least * len(weights)
    while left > 0 and open_places:
        whole = sum(weights[index] for index in open_places)
        added = {i: min(most - sizes[i], int(left * weights[i] / whole)) for i in open_places}
        if not any(added.values()):
            added = dict.fromkeys(open_places[:left], 1)
        for index, more in added.items():
            sizes[index] += more
            left -= more
        open_places = [index for index in open_places if sizes[index] < most]
    if left > 0:  # more than all places hold: everybody takes their share
        for index in itertools.islice(itertools.cycle(range(len(weights))), left):
            sizes[index] += 1
    return sizes


def tree(found: list[Place], *, top: MadeOffice, first_id: int) -> list[MadeOffice]:
    """Give the places ids and paths below the top office, parents before children."""
    made = {top.place.code: top, "IP": top}
    for number, place in enumerate(found, start=first_id):
        above = made[place.above]
        made[place.code] = MadeOffice(number, f"{above.path}{number}/", above.id, place)
    return [office for office in made.values() if office is not top]


def neighbourhoods(offices: list[MadeOffice]) -> Iterator[list[MadeOffice]]:
    """Yield the offices in groups of one state: officers are transferred within such a group."""
    ordered = sorted(offices, key=lambda office: (office.state, office.id))
    for _state, held in itertools.groupby(ordered, key=lambda office: office.state):
        group = list(held)
        for start in range(0, len(group), NEIGHBOURS):
            yield group[start : start + NEIGHBOURS]
