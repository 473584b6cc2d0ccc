"""From the blocks of two documents to changes: which stayed, were edited, moved, split, merged, added or removed. Pure.

Every old and every new block appears in exactly one change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.handbooks.blocks import Block
from app.handbooks.edits import (
    match_elsewhere,
    match_headings,
    match_here,
    match_ids,
    match_in_gaps,
    match_sure,
)
from app.handbooks.exact import match_by_place, match_copies, match_exact
from app.handbooks.likeness import Likeness
from app.handbooks.pairs import Pairs, Side, heaviest_rise
from app.handbooks.splits import match_groups

ANCHORED = 1_000_000  # a heading that stays outweighs all blocks that moved past it


@dataclass(frozen=True)
class Change:
    """What became of some blocks; `old` and `new` are indexes of the sides."""

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


def compare(old: Sequence[Block], new: Sequence[Block]) -> list[Change]:
    """Return the changes between two documents, in the order of the new one."""
    return compare_sides(
        Side(list(old), [0] * len(old)),
        Side(list(new), [0] * len(new)),
    )


def compare_sides(old: Side, new: Side) -> list[Change]:
    """Return the changes between two sets of documents whose files are paired."""
    pairs = Pairs(old, new)
    match_exact(pairs)
    likeness = Likeness(old.blocks, new.blocks)
    match_here(pairs, likeness)
    match_groups(pairs, likeness)
    match_copies(pairs)
    match_sure(pairs, likeness)
    match_by_place(pairs)
    match_groups(pairs, likeness)
    match_in_gaps(pairs, likeness)
    match_elsewhere(pairs, likeness)
    match_ids(pairs, likeness)
    match_groups(pairs, likeness)
    match_headings(pairs)
    match_by_place(pairs)
    return _in_reading_order(pairs, _changes(pairs))


def _changes(pairs: Pairs) -> list[Change]:
    found = [(group.kind, group.old, group.new) for group in pairs.groups]
    for i, j in pairs.to_new.items():
        if i not in pairs.grouped_old and j not in pairs.grouped_new:
            same = pairs.old.blocks[i].key == pairs.new.blocks[j].key
            found.append(("unchanged" if same else "edited", (i,), (j,)))
    moved = _moved(pairs, [(old[0], new[0]) for _, old, new in found])
    changes = [_change(kind, old, new, (old[0], new[0]) in moved) for kind, old, new in found]
    changes += [Change("removed", (i,), ()) for i in pairs.open_old()]
    changes += [Change("added", (), (j,)) for j in pairs.open_new()]
    return changes


def _change(kind: str, old: tuple[int, ...], new: tuple[int, ...], moved: bool) -> Change:
    return Change("moved" if moved and kind == "unchanged" else kind, old, new, moved)


def _moved(pairs: Pairs, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the matches that changed file or order: those outside the longest stretch that kept its order.

    Headings are weighed first, each by what it still holds: what left its section moved, not the section.
    """
    held: dict[int, int] = {}
    for i, j in places:
        if pairs.same_section(i, j):
            above = pairs.old.blocks[i].section
            held[above] = held.get(above, 0) + 1
    moved: set[tuple[int, int]] = set()
    by_file: dict[int, list[tuple[int, int]]] = {}
    for i, j in sorted(places):
        if pairs.old.files[i] == pairs.new.files[j]:
            by_file.setdefault(pairs.old.files[i], []).append((i, j))
        else:
            moved.add((i, j))
    for inside in by_file.values():
        heads = [pair for pair in inside if pairs.old.blocks[pair[0]].kind == "h"]
        weights = [1 + held.get(i, 0) for i, _ in heads]
        kept = heaviest_rise([j for _, j in heads], weights)
        firm = {pair for place, pair in enumerate(heads) if place in kept}
        moved |= set(heads) - firm
        rest = [pair for pair in inside if pair not in moved]
        weights = [ANCHORED if pair in firm else 1 for pair in rest]
        kept = heaviest_rise([j for _, j in rest], weights)
        moved |= {pair for place, pair in enumerate(rest) if place not in kept}
    return moved


def _in_reading_order(pairs: Pairs, changes: list[Change]) -> list[Change]:
    """Order changes by their new place; what was removed stands behind what stood before it in its file."""
    behind: dict[int, int] = {}
    for change in changes:
        behind.update(dict.fromkeys(change.old, change.new[0]) if change.new else {})
    starts: dict[int, int] = {}
    for j, file in enumerate(pairs.new.files):
        starts.setdefault(file, j - 1)
    places: dict[int, int] = {}
    for i, file in enumerate(pairs.old.files):
        same_file = i > 0 and pairs.old.files[i - 1] == file
        start = places[i - 1] if same_file else starts.get(file, len(pairs.new.files))
        stands = behind.get(i, -1)
        places[i] = stands if stands >= 0 and pairs.new.files[stands] == file else start

    def place(change: Change) -> tuple[int, int, int]:
        return (change.new[0], 0, 0) if change.new else (places[change.old[0]], 1, change.old[0])

    return sorted(changes, key=place)
