"""Finding blocks that were split into several, or merged from several, by following their words in order. Pure."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.handbooks.blocks import Block
from app.handbooks.likeness import Likeness
from app.handbooks.pairs import Pairs

PART_HELD = 0.5  # weight of a part that stands in the whole
PART_FOUND = 0.55  # words of a part found in the whole, in order
PART_WORDS = 3
WHOLE_FOUND = 0.6  # words of the whole found in its parts, in order
MOST_PARTS = 12


@dataclass(frozen=True)
class Group:
    """A whole and its parts, in order, by index."""

    whole: int
    parts: tuple[int, ...]


@dataclass
class _Sides:
    """One reading of the matching: wholes on one side, parts on the other."""

    wholes: list[Block]
    parts: list[Block]
    partner: Callable[[int], int | None]  # of a part
    mate: Callable[[int], int | None]  # of a whole
    exact: Callable[[int, int], bool]
    files: list[int]


def find_splits(pairs: Pairs, likeness: Likeness, taken: set[int]) -> list[Group]:
    """Return the old blocks that became several new ones; `taken` are new blocks of other groups."""
    sides = _Sides(
        pairs.old.blocks,
        pairs.new.blocks,
        pairs.to_old.get,
        pairs.to_new.get,
        lambda whole, part: pairs.old.blocks[whole].key == pairs.new.blocks[part].key,
        pairs.new.files,
    )
    free = [j for j in pairs.open_new() if j not in taken]
    hosts = [i for i in range(len(pairs.old.blocks)) if _may_change(pairs, i)]
    return _groups(sides, likeness.candidates(hosts, free, PART_HELD))


def find_merges(pairs: Pairs, likeness: Likeness, taken: set[int]) -> list[Group]:
    """Return the new blocks that were made of several old ones; `taken` are old blocks of other groups."""
    sides = _Sides(
        pairs.new.blocks,
        pairs.old.blocks,
        pairs.to_new.get,
        pairs.to_old.get,
        lambda whole, part: pairs.new.blocks[whole].key == pairs.old.blocks[part].key,
        pairs.old.files,
    )
    free = [i for i in pairs.open_old() if i not in taken]
    hosts = [
        j
        for j in range(len(pairs.new.blocks))
        if j not in pairs.to_old or _may_change(pairs, pairs.to_old[j])
    ]
    found = likeness.candidates(free, hosts, PART_HELD)
    return _groups(sides, [(j, i) for i, j in found])


def _may_change(pairs: Pairs, i: int) -> bool:
    j = pairs.to_new.get(i)
    return j is None or pairs.old.blocks[i].key != pairs.new.blocks[j].key


def _groups(sides: _Sides, candidates: list[tuple[int, int]]) -> list[Group]:
    by_whole: dict[int, set[int]] = defaultdict(set)
    for whole, part in candidates:
        if _fits(sides, whole, part):
            by_whole[whole].add(part)
    ranked = []
    for whole, parts in by_whole.items():
        mate = sides.mate(whole)
        found = _best_run(sides, whole, parts | ({mate} if mate is not None else set()))
        if found:
            ranked.append((-found[0], whole, found[1]))
    groups: list[Group] = []
    used: set[int] = set()
    for _, whole, run in sorted(ranked):
        if used.isdisjoint(run):
            groups.append(Group(whole, run))
            used.update(run)
    return groups


def _fits(sides: _Sides, whole: int, part: int) -> bool:
    one, other = sides.wholes[whole], sides.parts[part]
    return (one.kind == "h") == (other.kind == "h") and PART_WORDS <= len(other.words) < len(
        one.words
    )


def _best_run(sides: _Sides, whole: int, parts: set[int]) -> tuple[float, tuple[int, ...]] | None:
    """Return the neighbouring parts that best make up the whole, with how much of it they hold; None without any."""
    best: tuple[float, tuple[int, ...]] | None = None
    for run in _runs(sides, sorted(parts)):
        mate = sides.mate(whole)
        if len(run) < 2 or (mate is not None and mate not in run):
            continue
        held, kept = _followed(sides, whole, run[:MOST_PARTS])
        if len(kept) >= 2 and held >= WHOLE_FOUND and (best is None or held > best[0]):
            best = held, kept
    return best


def _runs(sides: _Sides, parts: list[int]) -> list[tuple[int, ...]]:
    """Return stretches of neighbours; an open block that is no part may stand between two."""
    runs: list[list[int]] = []
    for part in parts:
        if runs and _beside(sides, runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    return [tuple(run) for run in runs]


def _beside(sides: _Sides, one: int, other: int) -> bool:
    if sides.files[one] != sides.files[other] or other - one > 2:
        return False
    return other - one == 1 or sides.partner(one + 1) is None


def _followed(sides: _Sides, whole: int, run: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
    """Return which part of the whole's words the run holds, in order, and the parts that truly come from it."""
    words = list(sides.wholes[whole].words)
    joined: list[str] = []
    owner: list[int] = []
    for part in run:
        joined += sides.parts[part].words
        owner += [part] * len(sides.parts[part].words)
    found: dict[int, int] = dict.fromkeys(run, 0)
    for block in SequenceMatcher(None, words, joined, autojunk=False).get_matching_blocks():
        for place in range(block.b, block.b + block.size):
            found[owner[place]] += 1
    kept = tuple(
        part
        for part in run
        if found[part] >= max(PART_WORDS, PART_FOUND * len(sides.parts[part].words))
    )
    return sum(found[part] for part in kept) / max(len(words), 1), kept
