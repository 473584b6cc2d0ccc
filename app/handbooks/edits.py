"""Matching blocks that were reworded: best first, place and ids helping. Pure."""

from collections.abc import Callable

from app.handbooks.blocks import Block
from app.handbooks.likeness import Likeness
from app.handbooks.pairs import Gaps, Pairs, same_names

WORTH = 0.3  # candidates share at least this part of the smaller block
SAME_PLACE, SAME_FILE, SAME_SECTION, SAME_ID, OTHER_KIND = 0.12, 0.08, 0.05, 0.25, -0.12
STEP = 0.01  # per place of distance in a gap
SURE_HERE, SURE_ELSEWHERE = 0.55, 0.65
LEAST_HERE, LEAST_SHORT, LEAST_ALONE, LEAST_ELSEWHERE = 0.32, 0.42, 0.25, 0.5
SHORT_WORDS, LEAST_WORDS_ELSEWHERE = 4, 4
GAP_AREA = 10_000


def score(pairs: Pairs, likeness: Likeness, gaps: Gaps, i: int, j: int) -> float:
    """Return how much speaks for a pair: likeness, the same place, section and id."""
    old, new = pairs.old.blocks[i], pairs.new.blocks[j]
    value = likeness.alike(i, j)
    if gaps.same(i, j):
        value += SAME_PLACE - STEP * min(gaps.distance(i, j), 5)
    if pairs.old.files[i] == pairs.new.files[j]:
        value += SAME_FILE
    if pairs.same_section(i, j):
        value += SAME_SECTION
    if old.name and old.name == new.name:
        value += SAME_ID
    if (old.kind == "h") != (new.kind == "h"):
        value += OTHER_KIND
    return value


def match_sure(pairs: Pairs, likeness: Likeness) -> None:
    """Match pairs that are much alike, best first."""

    def sure(i: int, j: int, gaps: Gaps) -> bool:
        return likeness.alike(i, j) >= (SURE_HERE if gaps.same(i, j) else SURE_ELSEWHERE)

    _best_first(pairs, likeness, sure)


def match_elsewhere(pairs: Pairs, likeness: Likeness) -> None:
    """Match what is left anywhere, when it is alike enough and long enough not to be alike by chance."""

    def enough(i: int, j: int, _gaps: Gaps) -> bool:
        words = min(len(pairs.old.blocks[i].words), len(pairs.new.blocks[j].words))
        return words >= LEAST_WORDS_ELSEWHERE and likeness.alike(i, j) >= LEAST_ELSEWHERE

    _best_first(pairs, likeness, enough)


def _best_first(pairs: Pairs, likeness: Likeness, enough: Callable[[int, int, Gaps], bool]) -> None:
    gaps = pairs.gaps()
    ranked = [
        (-score(pairs, likeness, gaps, i, j), gaps.distance(i, j), i, j)
        for i, j in likeness.candidates(pairs.open_old(), pairs.open_new(), WORTH)
        if enough(i, j, gaps)
    ]
    for _, _, i, j in sorted(ranked):
        if pairs.are_open(i, j):
            pairs.join(i, j)


def match_in_gaps(pairs: Pairs, likeness: Likeness) -> None:
    """Match what stands between the same anchors, in order, as alike as possible in sum."""
    gaps = pairs.gaps()
    for before, after in gaps.members.values():
        if before and after and len(before) * len(after) <= GAP_AREA:
            alone = len(before) == len(after) == 1
            for i, j in _align(pairs, likeness, before, after, alone=alone):
                pairs.join(i, j)


def _align(
    pairs: Pairs, likeness: Likeness, before: list[int], after: list[int], *, alone: bool
) -> list[tuple[int, int]]:
    """Return the pairs in order whose gains sum to the most."""
    gains = [[_gain(pairs, likeness, i, j, alone=alone) for j in after] for i in before]
    sums = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for a in range(len(before) - 1, -1, -1):
        for b in range(len(after) - 1, -1, -1):
            skip = max(sums[a + 1][b], sums[a][b + 1])
            gain = gains[a][b]
            sums[a][b] = max(skip, sums[a + 1][b + 1] + gain) if gain > 0 else skip
    found, a, b = [], 0, 0
    while a < len(before) and b < len(after):
        if gains[a][b] > 0 and sums[a][b] == sums[a + 1][b + 1] + gains[a][b]:
            found.append((before[a], after[b]))
            a, b = a + 1, b + 1
        elif sums[a][b] == sums[a + 1][b]:
            a += 1
        else:
            b += 1
    return found


def _gain(pairs: Pairs, likeness: Likeness, i: int, j: int, *, alone: bool) -> float:
    old, new = pairs.old.blocks[i], pairs.new.blocks[j]
    if (old.kind == "h") != (new.kind == "h"):
        return 0.0
    least = LEAST_ALONE if alone and old.kind == new.kind else LEAST_HERE
    if min(len(old.words), len(new.words)) <= SHORT_WORDS:
        least = max(least, LEAST_SHORT)
    return likeness.alike(i, j) - least + (0.01 if old.kind == new.kind else 0)


def match_ids(pairs: Pairs, likeness: Likeness) -> None:
    """Match what is left of blocks with the same explicit id, unless ids were renumbered around it."""
    renumbered = {
        _family(block)
        for i, j in pairs.to_new.items()
        if (block := pairs.old.blocks[i]).name and block.name != pairs.new.blocks[j].name
    }
    for i, j in same_names(pairs):
        block = pairs.old.blocks[i]
        if _family(block) not in renumbered or likeness.alike(i, j) >= LEAST_ALONE:
            pairs.join(i, j)


def _family(block: Block) -> tuple[str, int]:
    return block.kind, block.section


def match_headings(pairs: Pairs) -> None:
    """Match retitled headings: most of what stood below the old one stands below the new one."""
    below_old, below_new = _children(pairs.old.blocks), _children(pairs.new.blocks)
    for i in reversed(pairs.open_old()):
        stayed: dict[int, int] = {}
        for child in below_old.get(i, ()):
            if child in pairs.to_new:
                above = pairs.new.blocks[pairs.to_new[child]].section
                stayed[above] = stayed.get(above, 0) + 1
        for above, count in stayed.items():
            most = max(len(below_old[i]), len(below_new.get(above, ())))
            if above >= 0 and pairs.are_open(i, above) and 2 * count > most:
                pairs.join(i, above)
                break


def _children(blocks: list[Block]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.section >= 0:
            found.setdefault(block.section, []).append(index)
    return found
