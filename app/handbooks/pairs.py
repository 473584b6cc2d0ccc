"""Which old block became which new one, as far as known, and the gaps between those that kept their order. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.handbooks.blocks import Block

Gap = tuple[int, int]


@dataclass(frozen=True)
class Side:
    """All blocks of one side, `section` counted over all; `files` says in which pair of files each stands."""

    blocks: list[Block]
    files: list[int]


def heaviest_rise(values: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Return the positions of the rising subsequence with the greatest weight (of distinct values)."""
    ranks = {value: rank for rank, value in enumerate(sorted(values), start=1)}
    # a Fenwick tree of the best sum that ends at or below a rank, and the position it ends at
    best: list[tuple[int, int]] = [(0, -1)] * (len(values) + 1)
    before: list[int] = []
    for position, value in enumerate(values):
        reach, rank = (0, -1), ranks[value] - 1
        while rank:
            reach = max(reach, best[rank], key=lambda pair: pair[0])
            rank -= rank & -rank
        before.append(reach[1])
        total, rank = reach[0] + weights[position], ranks[value]
        while rank < len(best):
            if total > best[rank][0]:
                best[rank] = (total, position)
            rank += rank & -rank
    end, rank = (0, -1), len(values)
    while rank:
        end = max(end, best[rank], key=lambda pair: pair[0])
        rank -= rank & -rank
    kept: set[int] = set()
    position = end[1]
    while position >= 0:
        kept.add(position)
        position = before[position]
    return kept


@dataclass(frozen=True)
class Group:
    """A block that was split, or several that were merged."""

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass
class Pairs:
    """The matching as it grows: one to one, by index; of a group only the whole and its main part are joined."""

    old: Side
    new: Side
    to_new: dict[int, int] = field(default_factory=dict)
    to_old: dict[int, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    grouped_old: set[int] = field(default_factory=set)
    grouped_new: set[int] = field(default_factory=set)

    def join(self, i: int, j: int) -> None:
        """Match an old block with a new one, both still open."""
        if not self.are_open(i, j):
            raise ValueError("a block can be matched once")
        self.to_new[i] = j
        self.to_old[j] = i

    def gather(self, group: Group, main: tuple[int, int]) -> None:
        """Keep a group; its main pair stands for it where places are compared."""
        if self.to_new.get(main[0]) != main[1]:
            self.join(*main)
        self.groups.append(group)
        self.grouped_old.update(group.old)
        self.grouped_new.update(group.new)

    def open_old(self) -> list[int]:
        """Return the old blocks without a match."""
        taken = self.to_new.keys() | self.grouped_old
        return [i for i in range(len(self.old.blocks)) if i not in taken]

    def open_new(self) -> list[int]:
        """Return the new blocks without a match."""
        taken = self.to_old.keys() | self.grouped_new
        return [j for j in range(len(self.new.blocks)) if j not in taken]

    def are_open(self, i: int, j: int) -> bool:
        """Say whether both blocks are without a match."""
        joined = i in self.to_new or j in self.to_old
        return not (joined or i in self.grouped_old or j in self.grouped_new)

    def same_section(self, i: int, j: int) -> bool:
        """Say whether the headings above both blocks are matched with each other, or both have none in paired files."""
        above, below = self.old.blocks[i].section, self.new.blocks[j].section
        if above < 0 or below < 0:
            return above == below and self.old.files[i] == self.new.files[j]
        return self.to_new.get(above) == below

    def anchors(self) -> dict[int, list[tuple[int, int]]]:
        """Return for each pair of files the matches that kept their order, in that order."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for i in sorted(self.to_new):
            j = self.to_new[i]
            if self.old.files[i] == self.new.files[j]:
                found[self.old.files[i]].append((i, j))
        for file, pairs in found.items():
            weights = [2 + min(len(self.old.blocks[i].words), 8) for i, _ in pairs]
            kept = heaviest_rise([j for _, j in pairs], weights)
            found[file] = [pair for place, pair in enumerate(pairs) if place in kept]
        return found

    def gaps(self) -> "Gaps":
        """Return where the open blocks stand between the anchors."""
        return Gaps(self)


class Gaps:
    """The stretches between anchors: two open blocks in the same gap stand in the same place."""

    def __init__(self, pairs: Pairs) -> None:
        self.of_old: dict[int, Gap] = {}
        self.of_new: dict[int, Gap] = {}
        self.rank_old: dict[int, int] = {}
        self.rank_new: dict[int, int] = {}
        self.members: dict[Gap, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        anchors = pairs.anchors()
        were = {file: [i for i, _ in chain] for file, chain in anchors.items()}
        are = {file: [j for _, j in chain] for file, chain in anchors.items()}
        for i in pairs.open_old():
            gap = (pairs.old.files[i], bisect_right(were.get(pairs.old.files[i], []), i))
            self.of_old[i], self.rank_old[i] = gap, len(self.members[gap][0])
            self.members[gap][0].append(i)
        for j in pairs.open_new():
            gap = (pairs.new.files[j], bisect_right(are.get(pairs.new.files[j], []), j))
            self.of_new[j], self.rank_new[j] = gap, len(self.members[gap][1])
            self.members[gap][1].append(j)

    def same(self, i: int, j: int) -> bool:
        """Say whether two open blocks stand between the same anchors."""
        return self.of_old[i] == self.of_new[j]

    def distance(self, i: int, j: int) -> int:
        """Return how far apart two open blocks stand: places in the same gap, gaps elsewhere, much between files."""
        one, other = self.of_old[i], self.of_new[j]
        if one == other:
            return abs(self.rank_old[i] - self.rank_new[j])
        return 10 + abs(one[1] - other[1]) if one[0] == other[0] else 1_000_000


def same_names(pairs: Pairs) -> list[tuple[int, int]]:
    """Return open blocks with the same explicit id: in paired files, then those whose id stands once on either side."""
    found: dict[int, int] = {}
    for across in (False, True):
        old, new = (_named(side, across=across) for side in (pairs.old, pairs.new))
        taken = set(found.values())
        for name, (i, *more) in old.items():
            j, *others = new.get(name, [-1])
            alone = not (more or others) and j >= 0 and pairs.are_open(i, j)
            if alone and i not in found and j not in taken:
                found[i] = j
    return sorted(found.items())


def _named(side: Side, *, across: bool) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, block in enumerate(side.blocks):
        if block.name:
            found[block.name, -1 if across else side.files[index]].append(index)
    return found
