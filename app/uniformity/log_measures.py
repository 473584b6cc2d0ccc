"""An answer log measured as the portal measures itself, for the nation, each state and each office. Pure; needs no database.

The counted answer is an officer's first (lowest seq) to a question's newest version; the highest option number of the file is
"not sure, I would refer", unless another is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.uniformity.analysed import of_question, of_rule
from app.uniformity.answer_log import Response, refuse
from app.uniformity.logic import Ints, Parts, inside, mean_over, parts, staff_parts

Cells = Mapping[tuple[str, int], int]  # (office, option): officers
NATION = "nation"


@dataclass(frozen=True)
class Log:
    """The counted answers of a log: of each rule and question, how many officers of an office chose an option.

    `columns` is the place of each option in the tables, `unsure` that of "not sure, I would refer" (-1 for none), `keys` that of
    each question's right answer (-1 where the file calls "not sure" right: it never is), `states` where each office is.
    """

    counted: dict[str, dict[str, dict[tuple[str, int], int]]]
    keys: dict[tuple[str, str], int]
    states: dict[str, str]
    columns: dict[int, int]
    unsure: int

    @property
    def never_right(self) -> list[tuple[str, str]]:
        """Return the questions (rule, question) whose key is "not sure", which is never counted as right."""
        return [asked for asked, key in self.keys.items() if key < 0]


def count(responses: Sequence[Response], unsure: int | None = None) -> Log:
    """Return the counted answers: each officer's first to the newest version of each question.

    unsure: the option that means "not sure", the highest of the file unless told. Raises LogFaultsError where it cannot be told
    which of two answers was the first.
    """
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for one in responses:
        asked = (one.rule, one.question)
        newest[asked] = max(newest[asked], one.version)
    taken: dict[tuple[str, str, str], Response] = {}
    faults = []
    for one in sorted(responses, key=lambda r: r.seq):
        if one.version == newest[one.rule, one.question]:
            first = taken.setdefault((one.officer, one.rule, one.question), one)
            if first is not one and first.seq == one.seq:
                faults.append(
                    f"line {one.line}: officer {one.officer} answers question {one.question} of rule"
                    f" {one.rule} at seq {one.seq} here and on line {first.line}: which is the first?"
                )
    refuse(faults)
    return _counted(responses, taken.values(), unsure)


def _counted(responses: Sequence[Response], firsts: Iterable[Response], unsure: int | None) -> Log:
    if unsure is None:
        unsure = max((one.option for one in responses), default=0)
    options = {one.option for one in responses} | {one.key for one in responses} | {unsure}
    columns = {option: place for place, option in enumerate(sorted(options))}
    counted: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    keys, states = {}, {}
    for one in firsts:
        counted[one.rule][one.question][one.office, columns[one.option]] += 1
        keys[one.rule, one.question] = -1 if one.key == unsure else columns[one.key]
        states[one.office] = one.state
    return Log(counted, keys, states, columns, columns[unsure])


def measure(
    log: Log,
    staff: Mapping[str, int] | None = None,
    *,
    offices: bool = False,
    coefficients: bool = False,
) -> dict[str, dict[str, Any]]:
    """Return S, W, U, D of every rule in the nation and each state, and with `offices` inside each office.

    Keys are `nation/rule0`, `state0/rule1`, `office3/rule2`. A figure that the answers do not give is left out. `S_staff` is
    there when staff is; with `coefficients` limits, tests and models (`analysed`), for the nation.
    """
    tables = {rule: _table(log, rule) for rule in sorted(log.counted, key=natural)}
    found = {f"{NATION}/rule{rule}": _in_scope(one, log, staff) for rule, one in tables.items()}
    if coefficients:
        for rule, table in tables.items():
            _analyse(found[f"{NATION}/rule{rule}"], table, log)
    parted = {rule: _by_state(table, log) for rule, table in tables.items()}
    for state in sorted(set(log.states.values()), key=natural):
        for rule, table in tables.items():
            if rows := parted[rule].get(state):
                found[f"state{state}/rule{rule}"] = _in_scope(table.of(rows), log, staff)
    return found | (_inside_each(tables, log) if offices else {})


def natural(name: str) -> tuple[int, int, str]:
    """Return a key that sorts numbers as numbers and before words."""
    return (0, int(name), name) if name.isascii() and name.isdigit() else (1, 0, name)


@dataclass(frozen=True)
class Table:
    """The counts of a rule's questions in some offices, (Q, O, J), and the keys of the questions, (Q,)."""

    questions: list[str]
    offices: list[str]
    counts: Ints
    keys: Ints

    def of(self, rows: list[int]) -> "Table":
        """Return the same of some offices, and of the questions that they answered."""
        counts = self.counts[:, rows]
        asked: NDArray[np.bool_] = np.asarray(counts.any(axis=(1, 2)))
        return Table(
            [q for q, there in zip(self.questions, asked, strict=True) if there],
            [self.offices[row] for row in rows],
            counts[asked],
            self.keys[asked],
        )


def _table(log: Log, rule: str) -> Table:
    cells = log.counted[rule]
    questions = sorted(cells, key=natural)
    offices = sorted({office for held in cells.values() for office, _option in held}, key=natural)
    row = {office: place for place, office in enumerate(offices)}
    counts = np.zeros((len(questions), len(offices), len(log.columns)), dtype=np.int64)
    for q, question in enumerate(questions):
        for (office, option), n in cells[question].items():
            counts[q, row[office], option] = n
    keys = np.array([log.keys[rule, question] for question in questions], dtype=np.int64)
    return Table(questions, offices, counts, keys)


def _by_state(table: Table, log: Log) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, office in enumerate(table.offices):
        found[log.states[office]].append(row)
    return found


def _in_scope(table: Table, log: Log, staff: Mapping[str, int] | None) -> dict[str, Any]:
    told = parts(table.counts, table.keys, log.unsure)
    each = [
        {
            "question": _number(question),
            "n": int(told.n[q]),
            "offices": int(told.offices[q]),
            "pairs_between": int(told.pairs_between[q]),
            "pairs_within": int(told.pairs_within[q]),
            **_shares(told, (q,)),
        }
        for q, question in enumerate(table.questions)
    ]
    if staff is not None:
        weights = [staff[office] for office in table.offices]
        shares = staff_parts(table.counts, table.keys, weights, log.unsure).same_right
        for one, share in zip(each, shares, strict=True):
            one |= {} if isnan(share) else {"S_staff": float(share)}
    return _of_rule(each)


def _analyse(found: dict[str, Any], table: Table, log: Log) -> None:
    for one, counts, key in zip(found["questions"], table.counts, table.keys, strict=True):
        chosen = set(np.flatnonzero(counts.sum(axis=0)).tolist()) | {int(key), log.unsure} - {-1}
        one["coefficients"] = of_question(counts, int(key), len(chosen))
    found["coefficients"] = of_rule(list(zip(table.counts, table.keys.tolist(), strict=True)))


def _shares(told: Parts, place: tuple[int, ...]) -> dict[str, float]:
    names = {
        "S": told.same_right, "W": told.same_wrong, "U": told.refer, "D": told.differ,
        "D_in": told.differ_in, "D_off": told.differ_off, "F": told.habit,
    }  # fmt: skip
    values = {key: float(value[place]) + 0.0 for key, value in names.items()}
    # without a pair of offices nothing is said of pairs within them either
    return {} if isnan(values["D"]) else {key: v for key, v in values.items() if not isnan(v)}


def _of_rule(each: list[dict[str, Any]]) -> dict[str, Any]:
    means = {
        key: mean_over([q.get(key, float("nan")) for q in each]) for key in ("S", "W", "U", "D")
    }
    return {key: value for key, value in means.items() if not isnan(value)} | {"questions": each}


def _inside_each(tables: Mapping[str, Table], log: Log) -> dict[str, dict[str, Any]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for rule, table in tables.items():
        told = inside(table.counts, table.keys, log.unsure)
        for q, row in zip(*np.nonzero(told.n), strict=True):
            within = {k: v for k, v in _shares(told, (q, row)).items() if k in "SWUD"}
            found[table.offices[row], rule].append({
                "question": _number(table.questions[q]),
                "n": int(told.n[q, row]),
                "pairs_within": int(told.pairs_within[q, row]),
                **within,
            })  # fmt: skip
    order = sorted(found, key=lambda place: (natural(place[0]), natural(place[1])))
    return {f"office{office}/rule{rule}": _of_rule(found[office, rule]) for office, rule in order}


def _number(name: str) -> int | str:
    return int(name) if name.isascii() and name.isdigit() and str(int(name)) == name else name
