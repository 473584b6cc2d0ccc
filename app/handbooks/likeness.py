"""How alike two blocks are: shared words and pairs of words, rare ones counting more. Pure.

Candidates come from an inverted index of each block's rarest features, so the cost grows with the blocks, not their square.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from itertools import pairwise

from app.handbooks.blocks import Block

PAIR_WEIGHT = 0.5  # a changed word changes two pairs: together they weigh as much as the word
RAREST = 24  # features of a block looked up in the index
COMMON = 60  # open blocks a feature may stand in to be looked up
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


class Likeness:
    """Measures blocks of two documents against each other; a side is the list of its blocks.

    `twin_old` and `twin_new` tell how alike a block is to the one most like it on its own side: likeness to another
    document that is no greater says nothing about who is who.
    """

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        self.old, self.new = old, new
        index_old, index_new = _index(old), _index(new)
        self._among = {feature: len(blocks) for feature, blocks in index_old.items()}
        for feature, blocks in index_new.items():
            self._among[feature] = max(self._among.get(feature, 0), len(blocks))
        self._blocks = max(len(old), len(new), 1)
        self.print_old: Callable[[int], dict[str, float]] = cache(lambda i: self._print(old[i]))
        self.print_new: Callable[[int], dict[str, float]] = cache(lambda j: self._print(new[j]))
        self.shared: Callable[[int, int], float] = cache(self._shared)
        self.twin_old: Callable[[int], float] = cache(partial(self._twin, old, index_old))
        self.twin_new: Callable[[int], float] = cache(partial(self._twin, new, index_new))
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

    def _twin(self, side: Sequence[Block], index: dict[str, list[int]], k: int) -> float:
        own = self._print(side[k])
        votes: Counter[int] = Counter()
        for feature in sorted(own, key=lambda f: (len(index[f]), f))[:RAREST]:
            votes.update(index[feature][:COMMON])
        del votes[k]
        total, best = sum(own.values()), 0.0
        for other, _ in votes.most_common(KEPT):
            weights = self._print(side[other])
            shared = sum(min(weight, weights[f]) for f, weight in own.items() if f in weights)
            best = max(best, 2 * shared / (total + sum(weights.values())))
        return best

    def _held_by(self, j: int, i: int) -> float:
        return self.held(i, j)

    def candidates(
        self, old: Collection[int], new: Collection[int], least: float
    ) -> list[tuple[int, int]]:
        """Return pairs worth measuring: those sharing rare features, `held` by at least a part."""
        prints_old = {i: self.print_old(i) for i in old}
        prints_new = {j: self.print_new(j) for j in new}
        found = {
            (i, j)
            for i, others in self._look_up(prints_old, prints_new).items()
            for j in self._best(others, partial(self.held, i), least)
        }
        found |= {
            (i, j)
            for j, others in self._look_up(prints_new, prints_old).items()
            for i in self._best(others, partial(self._held_by, j), least)
        }
        return sorted(found)

    @staticmethod
    def _best(votes: Counter[int], held: Callable[[int], float], least: float) -> list[int]:
        measured = sorted(((held(k), -k) for k, _ in votes.most_common(3 * KEPT)), reverse=True)
        return [-k for value, k in measured[:KEPT] if value >= least]

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
