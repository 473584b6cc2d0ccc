"""Matching blocks that were reworded: best first, place and ids helping. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Iterator

from app.handbooks.blocks import Block
from app.handbooks.likeness import Likeness
from app.handbooks.pairs import Gaps, Pairs, same_names

WORTH = 0.3  # candidates share at least this part of the smaller block
SAME_PLACE, SAME_FILE, SAME_SECTION, SAME_ID, OTHER_KIND = 0.12, 0.08, 0.05, 0.25, -0.12
STEP = 0.01  # per place of distance in a gap
SURE_HERE, SURE_ELSEWHERE = 0.55, 0.65
LEAST_HERE, LEAST_ALONE, LEAST_ELSEWHERE = 0.32, 0.25, 0.5
SHORT_WORDS, LEAST_SHORT, LEAST_SHORT_LED = 5, 0.55, 0.5
HELD_HERE, HELD_WORDS, HELD_WORDS_ALONE = 0.85, 4, 2
LEAST_WITH_ID = 0.15
LEAST_WORDS_ELSEWHERE = 5
TELLING_WORDS = 6  # below a heading that are the same below another
RIVAL_MARGIN = 0.04
NUDGE = 0.01  # towards blocks of the same kind
GAP_SIDE = 80  # blocks on a side that are matched at once


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


def match_here(pairs: Pairs, likeness: Likeness) -> None:
    """Match pairs that are much alike and stand between the same anchors, best first."""

    def sure(i: int, j: int, gaps: Gaps) -> bool:
        return gaps.same(i, j) and likeness.alike(i, j) >= SURE_HERE

    _best_first(pairs, likeness, sure)


def match_sure(pairs: Pairs, likeness: Likeness) -> None:
    """Match pairs that are much alike, best first."""

    def sure(i: int, j: int, gaps: Gaps) -> bool:
        if gaps.same(i, j):
            return likeness.alike(i, j) >= SURE_HERE
        return (
            _long(pairs, i, j)
            and likeness.alike(i, j) >= SURE_ELSEWHERE
            and _telling(pairs, likeness, i, j)
        )

    _best_first(pairs, likeness, sure)


def match_elsewhere(pairs: Pairs, likeness: Likeness) -> None:
    """Match what is left anywhere, when it is alike enough and long enough not to be alike by chance."""

    def enough(i: int, j: int, _gaps: Gaps) -> bool:
        if not _long(pairs, i, j) or likeness.alike(i, j) < LEAST_ELSEWHERE:
            return False
        return _telling(pairs, likeness, i, j)

    _best_first(pairs, likeness, enough)


def _long(pairs: Pairs, i: int, j: int) -> bool:
    words = min(len(pairs.old.blocks[i].words), len(pairs.new.blocks[j].words))
    return words >= LEAST_WORDS_ELSEWHERE


def _telling(pairs: Pairs, likeness: Likeness, i: int, j: int) -> bool:
    """Say whether two blocks are more alike than either is to another block over there: else it is boilerplate.

    Copies of one text that were not matched as such are boilerplate too.
    """
    old, new = pairs.old.blocks[i], pairs.new.blocks[j]
    if old.name and old.name == new.name:
        return True
    return old.key != new.key and likeness.alike(i, j) > likeness.rival(i, j) + RIVAL_MARGIN


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
    """Match what stands between the same anchors, in order, as alike as possible in sum.

    A long gap is first matched piece by piece; what is found there leaves short gaps for the second round.
    """
    for _ in range(2):
        for before, after in pairs.gaps().members.values():
            alone = len(before) == len(after) == 1
            for some, others in _pieces(before, after):
                for i, j in _align(pairs, likeness, some, others, alone=alone):
                    pairs.join(i, j)


def _pieces(before: list[int], after: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Cut both sides of a gap into the same number of pieces."""
    number = math.ceil(max(len(before), len(after)) / GAP_SIDE)
    if len(before) * len(after) <= GAP_SIDE**2:
        number = min(number, 1)
    for k in range(number):
        yield (
            before[k * len(before) // number : (k + 1) * len(before) // number],
            after[k * len(after) // number : (k + 1) * len(after) // number],
        )


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
    extra = NUDGE if old.kind == new.kind else 0.0
    if old.name and old.name == new.name and likeness.alike(i, j) >= LEAST_WITH_ID:
        extra += SAME_ID
    alone = alone and old.kind == new.kind
    words = min(len(old.words), len(new.words))
    if old.kind == new.kind == "tr" and _label(old) == _label(new) != "":
        return likeness.alike(i, j) + extra
    enough = HELD_WORDS_ALONE if alone else HELD_WORDS
    if words >= enough and likeness.held(i, j) >= HELD_HERE:
        return likeness.alike(i, j) + extra  # much was put in or taken out, all else stayed
    if words > SHORT_WORDS:
        return likeness.alike(i, j) - (LEAST_ALONE if alone else LEAST_HERE) + extra
    # a changed word in a few tears most pairs of words: there the words alone are counted
    same = (Counter(old.words) & Counter(new.words)).total()
    part = 2 * same / max(len(old.words) + len(new.words), 1)
    led = old.words[:1] == new.words[:1]
    return part - (LEAST_SHORT_LED if alone or led else LEAST_SHORT) + extra


def _label(row: Block) -> str:
    """Return what a table's row is about: its first cell, unless that is a number."""
    label = row.text.split(" | ")[0].casefold()
    return label if any(sign.isalpha() for sign in label) else ""


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
    """Match retitled headings: most of what is known of their sections stood below the one and stands below the other."""
    old, new = pairs.old.blocks, pairs.new.blocks
    both, said = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for i, j in pairs.to_new.items():
        both[old[i].section, new[j].section] += 1
        said[old[i].section, new[j].section] += len(old[i].words)
    below_old, below_new = Counter[int](), Counter[int]()
    for (above, below), count in both.items():
        below_old[above] += count
        below_new[below] += count
    for (above, below), count in both.most_common():
        most = max(below_old[above], below_new[below])
        if min(above, below) < 0 or not pairs.are_open(above, below):
            continue
        if old[above].key == new[below].key or (
            2 * count > most and said[above, below] >= TELLING_WORDS
        ):
            pairs.join(above, below)
