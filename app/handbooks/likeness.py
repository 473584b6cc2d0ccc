"""How alike two blocks are: shared words and pairs of words, rare ones counting more. Pure.

Candidates come from an inverted index of each block's rarest features, so the cost grows with the blocks, not their square.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

from app.handbooks.blocks import Block

PAIR_WEIGHT = 0.5  # a changed word changes two pairs: together they weigh as much as the word
RAREST = 24  # features of a block looked up in the index
COMMON = 60  # open blocks a feature may stand in to be looked up
LEAST_HELD = 0.3  # of the smaller block: below, a pair is never worth measuring
KEPT = 12  # candidates kept for a block


def features(words: Sequence[str]) -> Counter[str]:
    """Return the words and the pairs of neighbours of a text, counted."""
    found = Counter(words)
    found.update(f"{first} {second}" for first, second in pairwise(words))
    return found


def _index(side: Sequence[Block]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for k, block in enumerate(side):
        for feature in features(block.words):
            found[feature].append(k)
    return found


@dataclass(frozen=True)
class _Found:
    """Pairs found among some blocks of either side."""

    old: set[int]
    new: set[int]
    pairs: list[tuple[int, int]]

    @property
    def size(self) -> int:
        return len(self.old) + len(self.new)

    def covers(self, old: set[int], new: set[int]) -> bool:
        return old <= self.old and new <= self.new


class Likeness:
    """Measures blocks of two documents against each other; a side is the list of its blocks."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        self.old, self.new = old, new
        self._first: _Found | None = None
        index_old, index_new = _index(old), _index(new)
        self._among = {feature: len(blocks) for feature, blocks in index_old.items()}
        for feature, blocks in index_new.items():
            self._among[feature] = max(self._among.get(feature, 0), len(blocks))
        self._blocks = max(len(old), len(new), 1)
        self.print_old: Callable[[int], dict[str, float]] = cache(lambda i: self._print(old[i]))
        self.print_new: Callable[[int], dict[str, float]] = cache(lambda j: self._print(new[j]))
        self.shared: Callable[[int, int], float] = cache(self._shared)
        self._index_old, self._index_new = index_old, index_new
        self._near_old = cache(self._find_near_old)
        self._near_new = cache(self._find_near_new)
        self.weight_old: Callable[[int], float] = cache(lambda i: sum(self.print_old(i).values()))
        self.weight_new: Callable[[int], float] = cache(lambda j: sum(self.print_new(j).values()))

    def _rarity(self, feature: str) -> float:
        weight = math.log(1 + self._blocks / self._among[feature])
        return weight * PAIR_WEIGHT if " " in feature else weight

    def _print(self, block: Block) -> dict[str, float]:
        return {f: n * self._rarity(f) for f, n in features(block.words).items()}

    def _shared(self, i: int, j: int) -> float:
        one, other = self.print_old(i), self.print_new(j)
        if len(other) < len(one):
            one, other = other, one
        return sum(min(weight, other[f]) for f, weight in one.items() if f in other)

    def alike(self, i: int, j: int) -> float:
        """Return 1 for the same words in the same order, near 0 for texts that share nothing but common words."""
        total = self.weight_old(i) + self.weight_new(j)
        return 2 * self.shared(i, j) / total if total else 0.0

    def held(self, i: int, j: int) -> float:
        """Return which part of the smaller block stands in the larger one."""
        least = min(self.weight_old(i), self.weight_new(j))
        return self.shared(i, j) / least if least else 0.0

    def rival(self, i: int, j: int) -> float:
        """Return how alike one of both blocks is to the best other block of the other side, copies aside."""
        copies = {self.old[i].key, self.new[j].key}
        others = [alike for alike, k in self._near_old(j) if self.old[k].key not in copies]
        others += [alike for alike, k in self._near_new(i) if self.new[k].key not in copies]
        return max(others, default=0.0)

    def _find_near_old(self, j: int) -> list[tuple[float, int]]:
        near = self._near(self.print_new(j), self._index_old)
        return [(self.alike(i, j), i) for i in near]

    def _find_near_new(self, i: int) -> list[tuple[float, int]]:
        near = self._near(self.print_old(i), self._index_new)
        return [(self.alike(i, j), j) for j in near]

    @staticmethod
    def _near(weights: dict[str, float], index: dict[str, list[int]]) -> list[int]:
        """Return the blocks that have the most of some rare features, among all blocks of a side."""
        known = sorted((len(index[f]), f) for f in weights if f in index)
        votes: Counter[int] = Counter()
        for _, feature in known[:RAREST]:
            votes.update(index[feature][:COMMON])
        return [k for k, _ in votes.most_common(KEPT)]

    def _held_by(self, j: int, i: int) -> float:
        return self.held(i, j)

    def candidates(
        self, old: Collection[int], new: Collection[int], least: float
    ) -> list[tuple[int, int]]:
        """Return pairs worth measuring: those sharing rare features, `held` by at least a part.

        The first answer is kept and sifted, until so few blocks are left that asking anew is cheap.
        """
        olds, news = set(old), set(new)
        first = self._first
        if (
            first is None
            or 2 * (len(olds) + len(news)) < first.size
            or not first.covers(olds, news)
        ):
            pairs = self._find(olds, news)
            if first is None:
                self._first = _Found(olds, news, pairs)
        else:
            pairs = [pair for pair in first.pairs if pair[0] in olds and pair[1] in news]
        return [(i, j) for i, j in pairs if self.held(i, j) >= least]

    def _find(self, old: set[int], new: set[int]) -> list[tuple[int, int]]:
        prints_old = {i: self.print_old(i) for i in sorted(old)}
        prints_new = {j: self.print_new(j) for j in sorted(new)}
        found = {
            (i, j)
            for i, others in self._look_up(prints_old, prints_new).items()
            for j in self._best(others, partial(self.held, i))
        }
        found |= {
            (i, j)
            for j, others in self._look_up(prints_new, prints_old).items()
            for i in self._best(others, partial(self._held_by, j))
        }
        return sorted(found)

    @staticmethod
    def _best(votes: Counter[int], held: Callable[[int], float]) -> list[int]:
        measured = sorted(((held(k), -k) for k, _ in votes.most_common(2 * KEPT)), reverse=True)
        return [-k for value, k in measured[:KEPT] if value >= LEAST_HELD]

    def _look_up(
        self, asking: dict[int, dict[str, float]], asked: dict[int, dict[str, float]]
    ) -> dict[int, Counter[int]]:
        """Return for each asking block how many of its rarest features each asked block has."""
        index: dict[str, list[int]] = defaultdict(list)
        for k, weights in asked.items():
            for feature in weights:
                index[feature].append(k)
        found: dict[int, Counter[int]] = {}
        for k, weights in asking.items():
            both = [f for f in weights if 0 < len(index.get(f, ())) <= COMMON]
            votes = found[k] = Counter()
            for feature in sorted(both, key=lambda f: (len(index[f]), f))[:RAREST]:
                votes.update(index[feature])
        return found
