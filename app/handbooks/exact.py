"""Matching blocks whose text is the same: lone ones first, then their neighbours, then copies in order. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from difflib import SequenceMatcher

from app.handbooks.blocks import Block
from app.handbooks.pairs import Pairs, Side, same_names

SOLID_WORDS, SOLID_SIGNS = 2, 10  # shorter texts are matched only by their place
COPY_WORDS = 4  # shorter copies are not matched far from their place
TOP = -1  # the section of what stands above all headings
GAP_AREA = (
    250_000  # beyond this, copies in a gap are matched in order without looking for the best order
)


def match_exact(pairs: Pairs) -> None:
    """Match all blocks of the same text, short ones only where their place speaks for it."""
    _same_id_same_text(pairs)
    _lone(pairs, lambda block, file: (file, block.kind, block.key))
    match_by_place(pairs)
    _lone(pairs, lambda block, _file: (block.kind, block.key))
    _lone(pairs, lambda block, _file: block.key)
    match_by_place(pairs)


def match_copies(pairs: Pairs) -> None:
    """Match what is left of texts that stand several times in a file, in their order, wherever they stand in it.

    Short ones are left alone: "Type: Boolean" taken out here and put in there did not move.
    """

    def mark(block: Block, file: int, _section: int | None) -> Hashable | None:
        return (file, block.kind, block.key) if len(block.words) >= COPY_WORDS else None

    _in_order(pairs, mark)
    match_by_place(pairs)


def match_by_place(pairs: Pairs) -> None:
    """Match equal blocks beside matched ones, between the same anchors, or in the same section, in their order."""
    _within_gaps(pairs)

    def mark(block: Block, file: int, section: int | None) -> Hashable | None:
        return None if section is None else (file, section, block.key)

    _in_order(pairs, mark)
    _spread(pairs, sorted(pairs.to_new.items()))


def solid(block: Block) -> bool:
    """Say whether a text is long enough to be known again anywhere."""
    return len(block.words) >= SOLID_WORDS and len(block.key) >= SOLID_SIGNS


def _same_id_same_text(pairs: Pairs) -> None:
    for i, j in same_names(pairs):
        if pairs.old.blocks[i].key == pairs.new.blocks[j].key:
            pairs.join(i, j)


def _lone(pairs: Pairs, mark: Callable[[Block, int], Hashable]) -> None:
    """Match open blocks whose text stands once on either side."""
    old, new = _marked(pairs.old, mark), _marked(pairs.new, mark)
    for key, (i, *more) in old.items():
        j, *others = new.get(key, [-1])
        alone = j >= 0 and not (more or others)
        if alone and solid(pairs.old.blocks[i]) and pairs.are_open(i, j):
            pairs.join(i, j)


def _marked(side: Side, mark: Callable[[Block, int], Hashable]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, (block, file) in enumerate(zip(side.blocks, side.files, strict=True)):
        found[mark(block, file)].append(index)
    return found


def _spread(pairs: Pairs, known: Iterable[tuple[int, int]]) -> None:
    """Match equal neighbours of matched blocks, forwards and backwards, but never into another section."""
    for step in (1, -1):
        for i, j in sorted(known, reverse=step < 0):
            while _equal(pairs, i + step, j + step):
                edge = pairs.old.blocks[i if step < 0 else i + step].kind == "h"
                if edge:
                    break
                i, j = i + step, j + step
                pairs.join(i, j)


def _equal(pairs: Pairs, i: int, j: int) -> bool:
    old, new = pairs.old, pairs.new
    return (
        0 <= i < len(old.blocks)
        and 0 <= j < len(new.blocks)
        and pairs.are_open(i, j)
        and old.blocks[i].key == new.blocks[j].key
    )


def _within_gaps(pairs: Pairs) -> None:
    for before, after in pairs.gaps().members.values():
        if len(before) * len(after) > GAP_AREA:
            _first_with_first(pairs, before, after)
            continue
        keys_old = [pairs.old.blocks[i].key for i in before]
        keys_new = [pairs.new.blocks[j].key for j in after]
        matcher = SequenceMatcher(None, keys_old, keys_new, autojunk=False)
        for run in matcher.get_matching_blocks():
            for step in range(run.size):
                pairs.join(before[run.a + step], after[run.b + step])


def _first_with_first(pairs: Pairs, before: list[int], after: list[int]) -> None:
    waiting: dict[str, list[int]] = defaultdict(list)
    for j in reversed(after):
        waiting[pairs.new.blocks[j].key].append(j)
    for i in before:
        if others := waiting.get(pairs.old.blocks[i].key):
            pairs.join(i, others.pop())


def _in_order(pairs: Pairs, mark: Callable[[Block, int, int | None], Hashable | None]) -> None:
    """Match open blocks of the same mark, first with first; `mark` gets file and new section (None when unknown)."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    above: int | None
    for j in reversed(pairs.open_new()):
        block = pairs.new.blocks[j]
        above = block.section if block.section >= 0 else TOP
        key = mark(block, pairs.new.files[j], above)
        if key is not None:
            waiting[key].append(j)
    for i in pairs.open_old():
        block = pairs.old.blocks[i]
        above = TOP if block.section < 0 else pairs.to_new.get(block.section)
        key = mark(block, pairs.old.files[i], above)
        if key is not None and waiting.get(key):
            pairs.join(i, waiting[key].pop())
