"""Finding blocks that were split into several, or merged from several, by following their words in order. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.handbooks.blocks import Block
from app.handbooks.likeness import Likeness
from app.handbooks.pairs import Group, Pairs
from app.handbooks.plain import words_for_likeness

PART_HELD = 0.5  # weight of a part that stands in the whole
PART_FOUND = 0.55  # words of a part found in the whole, in order
PART_WORDS = 3
WHOLE_FOUND = 0.6  # words of the whole found in its parts, in order
MOST_PARTS = 12
MOST_BETWEEN = 2  # blocks put in between two parts


@dataclass(frozen=True)
class _Sides:
    """One reading of the matching: wholes on one side, parts on the other."""

    wholes: list[Block]
    parts: list[Block]
    files: list[int]  # of the parts
    mate: Mapping[int, int]  # of a whole: the part it is matched with


def match_groups(pairs: Pairs, likeness: Likeness) -> None:
    """Find the old blocks that became several new ones, and the new ones that were made of several old ones."""
    splits = _Sides(pairs.old.blocks, pairs.new.blocks, pairs.new.files, pairs.to_new)
    wholes = [i for i in range(len(pairs.old.blocks)) if _may_change(pairs, i)]
    found = likeness.candidates(wholes, pairs.open_new(), PART_HELD)
    for whole, parts in _groups(splits, found):
        main = pairs.to_new.get(whole, max(parts, key=lambda j: len(pairs.new.blocks[j].words)))
        pairs.gather(Group("split", (whole,), parts), (whole, main))
    merges = _Sides(pairs.new.blocks, pairs.old.blocks, pairs.old.files, pairs.to_old)
    wholes = [
        j
        for j in range(len(pairs.new.blocks))
        if j not in pairs.grouped_new and _may_change(pairs, pairs.to_old.get(j, -1))
    ]
    found = likeness.candidates(pairs.open_old(), wholes, PART_HELD)
    for whole, parts in _groups(merges, [(j, i) for i, j in found]):
        main = pairs.to_old.get(whole, max(parts, key=lambda i: len(pairs.old.blocks[i].words)))
        pairs.gather(Group("merged", parts, (whole,)), (main, whole))


def _may_change(pairs: Pairs, i: int) -> bool:
    if i in pairs.grouped_old:
        return False
    j = pairs.to_new.get(i)
    return j is None or pairs.old.blocks[i].key != pairs.new.blocks[j].key


def _groups(sides: _Sides, candidates: list[tuple[int, int]]) -> list[tuple[int, tuple[int, ...]]]:
    """Return wholes and their parts, best first, none used twice."""
    by_whole: dict[int, set[int]] = defaultdict(set)
    for whole, part in candidates:
        if _fits(sides, whole, part):
            by_whole[whole].add(part)
    ranked = []
    for whole, parts in by_whole.items():
        mate = sides.mate.get(whole)
        found = _best_run(sides, whole, parts | ({mate} if mate is not None else set()))
        if found:
            ranked.append((-found[0], whole, found[1]))
    groups: list[tuple[int, tuple[int, ...]]] = []
    used: set[int] = set()
    for _, whole, run in sorted(ranked):
        if used.isdisjoint(run):
            groups.append((whole, run))
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
    mate = sides.mate.get(whole)
    for run in _runs(sides, sorted(parts)):
        if len(run) < 2 or (mate is not None and mate not in run):
            continue
        held, kept = _followed(sides, whole, run[:MOST_PARTS])
        whole_mate = mate is None or mate in kept
        if (
            whole_mate
            and len(kept) >= 2
            and held >= WHOLE_FOUND
            and (best is None or held > best[0])
        ):
            best = held, kept
    return best


def _runs(sides: _Sides, parts: list[int]) -> list[tuple[int, ...]]:
    """Return stretches of neighbours; a block or two may have been put in between."""
    runs: list[list[int]] = []
    for part in parts:
        if runs and _beside(sides, runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    return [tuple(run) for run in runs]


def _beside(sides: _Sides, one: int, other: int) -> bool:
    return sides.files[one] == sides.files[other] and other - one <= 1 + MOST_BETWEEN


def _followed(sides: _Sides, whole: int, run: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
    """Return which part of the whole's words the run holds, in order, and the parts that truly come from it."""
    words = _body(sides.wholes[whole])
    joined: list[str] = []
    owner: list[int] = []
    for part in run:
        own = _body(sides.parts[part])
        joined += own
        owner += [part] * len(own)
    found: dict[int, int] = dict.fromkeys(run, 0)
    for block in SequenceMatcher(None, words, joined, autojunk=False).get_matching_blocks():
        for place in range(block.b, block.b + block.size):
            found[owner[place]] += 1
    kept = tuple(
        part for part in run if found[part] >= max(PART_WORDS, PART_FOUND * owner.count(part))
    )
    return sum(found[part] for part in kept) / max(len(words), 1), kept


def _body(block: Block) -> list[str]:
    """Return the words of a block; of a rule without its title, since each part has one of its own."""
    title, _, body = block.text.partition("\n\n") if block.kind == "rule" else ("", "", "")
    return list(block.words[len(words_for_likeness(title)) :] if body else block.words)
