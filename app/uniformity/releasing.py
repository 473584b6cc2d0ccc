"""What of the counts may be released tonight: never so little that two releases can be subtracted down to a few. Pure.

All that is ever shown (an office, its state, the nation) is computed from released cells, so the rule below holds for every
difference that anybody can form: today less yesterday, a state less its offices, or both.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.disclosure import ANALYSTS, EVERYBODY, FEWEST_NEW

Cell = tuple[int, int]  # office, rule


@dataclass(frozen=True)
class News:
    """What is known of an office's answers on a rule now: how many officers, how many of them since the last release."""

    office_id: int
    rule_id: int
    officers: int
    fresh: int
    newest: int  # the newest answer


@dataclass(frozen=True)
class Held:
    """What the last release of a cell was made of: how many officers, how many of them on each question version.

    A void release is of no officers; that it was there still counts for who is new since. `staff` is the office's then.
    """

    officers: int
    answered: Mapping[int, int]
    staff: int = 0


@dataclass(frozen=True)
class Plan:
    """Cells to release anew, and cells whose last release is void because other questions are asked now."""

    released: frozenset[Cell]
    void: frozenset[Cell]


def plan(
    news: Iterable[News],
    held: Mapping[Cell, Held],
    asked: Mapping[int, Collection[int]],
    states: Mapping[int, int],
) -> Plan:
    """Return which cells to release.

    news: one of each office and rule with answers; asked: the question versions of each rule now; states: of each office.
    A cell is released when ten officers have answered since its last release, whatever is asked now: who adds a question
    must not bring a single answer to light. Offices of fewer than ten officers are released together with others of their state
    when ten officers of at least two of them are new.
    """
    void = {cell for cell, last in held.items() if not officers_left(last, asked.get(cell[1], ()))}
    released: set[Cell] = set()
    small: dict[tuple[int, int], list[tuple[Cell, int]]] = defaultdict(list)
    for one in news:
        cell = (one.office_id, one.rule_id)
        if one.fresh >= FEWEST_NEW:
            released.add(cell)
        elif one.officers < FEWEST_NEW and one.fresh > 0:
            small[states[one.office_id], one.rule_id].append((cell, one.fresh))
    for together in small.values():
        if len(together) > 1 and sum(fresh for _cell, fresh in together) >= FEWEST_NEW:
            released |= {cell for cell, _fresh in together}
    return Plan(frozenset(released), frozenset(void - released))


def officers_left(last: Held, asked: Collection[int]) -> int:
    """Return of how many officers at least a release still is under the questions asked now, 0 when it is void.

    It stands while all that is in it is asked. Where a question is asked no more, it stands without that question when ten
    officers are in what goes and in what is left: otherwise the release before less this one would tell of fewer.
    """
    gone = [n for version, n in last.answered.items() if version not in asked]
    if not gone:
        return last.officers
    left = max((n for version, n in last.answered.items() if version in asked), default=0)
    return left if min(gone) >= FEWEST_NEW and left >= FEWEST_NEW else 0


def shown(groups: Mapping[int, int], smallest: int) -> set[int]:
    """Return which groups of one whole may be shown when the whole is shown too, by their number of officers.

    A group below the smallest is hidden; where the hidden ones are one only, or fewer officers than the smallest together, the
    next smallest groups are hidden with them, because the whole less the shown would tell (complementary suppression).
    """
    order = sorted((officers, group) for group, officers in groups.items() if officers > 0)
    hidden = [entry for entry in order if entry[0] < smallest]
    rest = order[len(hidden) :]
    while hidden and rest and (len(hidden) == 1 or sum(n for n, _ in hidden) < smallest):
        hidden.append(rest.pop(0))
    return {group for _officers, group in rest}


def seen_from(groups: Mapping[int, int]) -> dict[int, int]:
    """Return for each group of a whole the smallest group that its reader must be allowed to see; hidden ones are missing."""
    everybody, analysts = shown(groups, EVERYBODY), shown(groups, ANALYSTS)
    return {group: EVERYBODY if group in everybody else ANALYSTS for group in analysts | everybody}
