"""A report on each question of a quiz, with what speaks against it in reasons that an author can act on. Pure.

Thresholds: measures, section 3. A flag proposes; people decide.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.quality import irt
from app.quality.logic import (
    Classical,
    MantelHaenszel,
    Marks,
    benjamini_hochberg,
    classical,
    finite,
    mantel_haenszel,
    option_curves,
    reliability,
    strata,
    wilson,
)

SURE, SOME = 250, 100  # answers for a proposal, and for a warning
FEWEST_DIF, FEWEST_GROUP = 500, 150
LARGE_DELTA = 1.0


@dataclass(frozen=True)
class Responses:
    """The counted answers of a quiz: parallel lists, one entry an answer; `share` is its mark from 0 to 1."""

    attempts: Sequence[int]
    versions: Sequence[int]
    shares: Sequence[float]
    choices: Sequence[str]
    certainties: Sequence[int]
    languages: Sequence[str]
    states: Sequence[int]
    right: dict[int, str]  # the right answer of each version, as its counts hold it
    answers: Sequence[int]  # ids, which rise with time

    def fresh(self, told: Mapping[int, int]) -> Counter[int]:
        """Count the answers to each version that are newer than the newest told of it."""
        return Counter(
            version
            for version, answer in zip(self.versions, self.answers, strict=True)
            if answer > told.get(version, 0)
        )

    def fresh_attempts(self, told: int) -> int:
        """Count the attempts with answers newer than the newest told."""
        pairs = zip(self.attempts, self.answers, strict=True)
        return len({attempt for attempt, answer in pairs if answer > told})

    def newest(self) -> dict[int, int]:
        """Return the newest answer to each version."""
        found: dict[int, int] = {}
        for version, answer in zip(self.versions, self.answers, strict=True):
            found[version] = max(answer, found.get(version, 0))
        return found

    def marks(self, version_id: int) -> dict[str, float]:
        """Return what each answer to a version is worth under the key that holds now."""
        rows = zip(self.versions, self.choices, self.shares, strict=True)
        return {choice: share for version, choice, share in rows if version == version_id}


@dataclass(frozen=True)
class Difference:
    """Differential functioning between groups of equal understanding: whom it disadvantages, and by how much."""

    group: str
    delta: float
    p: float
    n: int


@dataclass(frozen=True)
class ItemReport:
    """The statistics of one question version; numbers are None where the answers do not allow them.

    `said` counts every answer, so that another key needs no new answers; `known` is how many the curves rest on, `certain` how
    many told how sure they were.
    """

    version_id: int
    right: str
    n: int
    facility: float | None
    low: float | None
    high: float | None
    discrimination: float | None  # correlation with the rest, from -1 to 1
    efficiency: float | None
    said: tuple[tuple[str, int], ...]
    curves: tuple[tuple[str, float, float, float, float], ...]  # answer, share, by third
    known: int
    certain: int
    sure_and_wrong: float | None
    differences: tuple[Difference, ...]
    slope: float | None
    difficulty: float | None
    reasons: tuple[str, ...]
    flag: str


@dataclass(frozen=True)
class QuizReport:
    """The statistics of a whole quiz and of its questions."""

    n: int
    questions: float
    alpha: float | None
    standard_error: float | None
    items: tuple[ItemReport, ...]


@dataclass(frozen=True)
class _Table:
    """Answers as a matrix of marks: attempts in rows, versions in columns."""

    marks: Marks
    versions: tuple[int, ...]
    rows: NDArray[np.int64]  # of each answer
    columns: NDArray[np.int64]


def report_on(held: Responses) -> QuizReport:
    """Return the report of a quiz; an empty one without answers."""
    if not held.attempts:
        return QuizReport(0, 0.0, None, None, ())
    table = _table(held)
    found = reliability(table.marks)
    fitted = _fitted(table)
    reports = [
        _item(held, table, column, item, fitted.get(column))
        for column, item in enumerate(classical(table.marks))
    ]
    return QuizReport(
        n=found.n,
        questions=found.questions,
        alpha=finite(found.alpha),
        standard_error=finite(found.standard_error),
        items=tuple(_with_flag(report) for report in _only_discovered(reports)),
    )


def _table(held: Responses) -> _Table:
    attempts, rows = np.unique(np.array(held.attempts), return_inverse=True)
    versions, columns = np.unique(np.array(held.versions), return_inverse=True)
    marks = np.full((len(attempts), len(versions)), np.nan)
    marks[rows, columns] = np.array(held.shares, dtype=float)
    return _Table(marks, tuple(int(v) for v in versions), rows, columns)


def _fitted(table: _Table) -> dict[int, tuple[float, float]]:
    """Return slope and difficulty of the items that were answered often enough, both rightly and wrongly."""
    right = np.where(np.isnan(table.marks), np.nan, (table.marks >= 1).astype(float))
    seen = (~np.isnan(right)).sum(axis=0)
    share = np.nanmean(np.where(seen > 0, right, 0.0), axis=0)
    usable = [c for c in range(len(seen)) if seen[c] >= irt.FEWEST_FOR_SLOPES and 0 < share[c] < 1]
    if len(usable) < 3:
        return {}
    fit = irt.fit(right[:, usable], rounds=200)
    return {c: (fit.slopes[i], fit.difficulties[i]) for i, c in enumerate(usable)}


def _item(
    held: Responses,
    table: _Table,
    column: int,
    item: Classical,
    fitted: tuple[float, float] | None,
) -> ItemReport:
    mine: list[int] = np.flatnonzero(table.columns == column).tolist()
    rest = _rest(table, mine, column)
    choices = [held.choices[i] for i in mine]
    right = np.array([held.shares[i] >= 1 for i in mine])
    told = [(held.certainties[i], held.shares[i] >= 1) for i in mine if held.certainties[i]]
    known = ~np.isnan(rest)
    low, high = wilson(float(right.sum()), len(right))
    groups = {
        "en": np.array([held.languages[i] != "en" for i in mine]),
        **_states(np.array([held.states[i] for i in mine])),
    }
    return ItemReport(
        version_id=table.versions[column],
        right=held.right.get(table.versions[column], ""),
        n=item.n,
        facility=finite(item.facility),
        low=low,
        high=high,
        discrimination=None if isnan(item.discrimination) else item.discrimination / 100,
        efficiency=finite(item.efficiency),
        said=tuple(sorted(Counter(choices).items())),
        known=int(known.sum()),
        certain=len(told),
        curves=tuple(
            (curve.choice, curve.share, *curve.thirds)
            for curve in option_curves(
                [c for c, k in zip(choices, known, strict=True) if k], rest[known]
            )
        ),
        sure_and_wrong=sum(c == 3 and not r for c, r in told) / len(told) if told else None,
        differences=tuple(
            found
            for name, reference in groups.items()
            if (found := _difference(name, right[known], reference[known], rest[known]))
        ),
        slope=fitted[0] if fitted else None,
        difficulty=fitted[1] if fitted else None,
        reasons=_reasons(item, choices, right, rest, held.right.get(table.versions[column], "")),
        flag="",
    )


def _rest(table: _Table, mine: list[int], column: int) -> Marks:
    """Return each attempt's mean mark on its other questions."""
    rows = table.marks[table.rows[mine]]
    others = np.delete(rows, column, axis=1)
    counts = (~np.isnan(others)).sum(axis=1)
    sums = np.nansum(others, axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _states(states: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Return for each state large enough who is of the rest of the country."""
    names, counts = np.unique(states, return_counts=True)
    return {
        f"state:{name}": states != name
        for name, count in zip(names, counts, strict=True)
        if count >= FEWEST_GROUP
    }


def _difference(
    name: str, right: NDArray[np.bool_], reference: NDArray[np.bool_], rest: Marks
) -> Difference | None:
    """Return the difference of a group from the reference, or None where too few answered."""
    smaller = min(int(reference.sum()), int((~reference).sum()))
    if len(right) < FEWEST_DIF or smaller < FEWEST_GROUP:
        return None
    found: MantelHaenszel | None = mantel_haenszel(strata(right, reference, rest))
    if found is None or isnan(found.delta):
        return None
    return Difference(name, found.delta, found.p, len(right))


def _only_discovered(reports: list[ItemReport]) -> list[ItemReport]:
    """Keep the differences that stand at a false discovery rate of 5 per cent over the whole quiz and are large."""
    tests = [(i, d) for i, report in enumerate(reports) for d in report.differences]
    stands = benjamini_hochberg([d.p for _i, d in tests])
    kept: dict[int, list[Difference]] = {}
    for (index, found), true in zip(tests, stands, strict=True):
        if true and abs(found.delta) >= LARGE_DELTA:
            kept.setdefault(index, []).append(found)
    return [
        replace(report, differences=tuple(kept.get(index, ())))
        for index, report in enumerate(reports)
    ]


def _reasons(
    item: Classical,
    choices: list[str],
    right: NDArray[np.bool_],
    rest: Marks,
    key: str,
) -> tuple[str, ...]:
    """Return what speaks against a question, the gravest first."""
    found: list[str] = []
    link = item.discrimination / 100
    if not isnan(link) and link < 0.05 and item.n >= SOME:
        found.append("discrimination_sure" if item.n >= SURE else "discrimination")
    if item.n >= SOME and _rival(choices, right, rest):
        found.append("rival")
    found += _extremes(item.n, item.facility)
    if (
        key
        and item.n >= SOME
        and not isnan(link)
        and link >= 0.2
        and _shared_misreading(choices, key)
    ):
        found.append("misreading")
    return tuple(found)


def _extremes(n: int, facility: float) -> tuple[str, ...]:
    if n < SOME:
        return ()
    return ("hard",) if facility < 0.2 else ("easy",) if facility > 0.98 else ()


def _rival(choices: list[str], right: NDArray[np.bool_], rest: Marks) -> bool:
    """Say whether the best third gives one wrong answer more often than the right one."""
    known = np.flatnonzero(~np.isnan(rest))
    best = known[np.argsort(rest[known], kind="stable")][-(len(known) // 3) :]
    wrong: dict[str, int] = {}
    for i in best:
        if not right[i] and choices[i] not in ("", "u"):
            wrong[choices[i]] = wrong.get(choices[i], 0) + 1
    return bool(wrong) and max(wrong.values()) > int(right[best].sum())


def _shared_misreading(choices: list[str], key: str) -> bool:
    wrong = [choice for choice in choices if choice not in (key, "u", "")]
    return bool(wrong) and max(wrong.count(c) for c in set(wrong)) > 0.3 * len(choices)


def _with_flag(report: ItemReport) -> ItemReport:
    reasons = report.reasons
    if any(difference.group == "en" for difference in report.differences):
        reasons = (*reasons, "language")
    if any(difference.group != "en" for difference in report.differences):
        reasons = (*reasons, "state")
    grave = {"discrimination_sure", "rival", "language"} & set(reasons)
    light = set(reasons) - {"misreading"}
    return replace(
        report, reasons=reasons, flag="quarantine" if grave else "watch" if light else ""
    )


def rekeyed(told: Mapping[str, Any], right: str, marks: Mapping[str, float]) -> ItemReport | None:
    """Return a stored report under another key from the counts it was told with; None where it came without them.

    What compares officers with each other waits for new answers: counted anew now, it would tell of those who answered since.
    """
    if not told.get("said"):
        return None
    worth = [(marks.get(choice, float(choice == right)), n) for choice, n in told["said"]]
    n = sum(count for _mark, count in worth)
    facility = sum(mark * count for mark, count in worth) / n
    low, high = wilson(sum(count for mark, count in worth if mark >= 1), n)
    nothing = dict.fromkeys(
        ("discrimination", "efficiency", "sure_and_wrong", "slope", "difficulty"), None
    )
    changed = {
        "right": right, "n": n, "facility": facility, "low": low, "high": high, "differences": (),
        "reasons": _extremes(n, facility), "flag": "",
    }  # fmt: skip
    return _with_flag(ItemReport(**{**told, **nothing, **changed}))
