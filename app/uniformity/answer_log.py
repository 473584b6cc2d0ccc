"""An answer log as a file: read with line-numbered faults, and measured as the portal measures itself. Pure; needs no database.

Columns: seq, officer, office, state, rule, question, version, option, key. The counted answer is an officer's first (lowest seq)
to a question's newest version; the highest option number of the file is "not sure, I would refer".
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from app.uniformity.analysed import of_question, of_rule
from app.uniformity.logic import Parts, inside, mean_over, parts, staff_parts

COLUMNS = ("seq", "officer", "office", "state", "rule", "question", "version", "option", "key")
STAFF_COLUMNS = ("office", "state", "staff")
MOST_FAULTS = 20
GREATEST = 10**15


class LogFaultsError(Exception):
    """What is wrong with a file: one sentence a line."""


@dataclass(frozen=True)
class Response:
    """One line of the log."""

    seq: int
    officer: str
    office: str
    state: str
    rule: str
    question: str
    version: int
    option: int
    key: int


def read_log(lines: Iterable[str]) -> list[Response]:
    """Return the lines of an answer log.

    Raises LogFaultsError with a sentence for each line that cannot be read, twenty at most, or when columns are missing.
    """
    found, faults = [], []
    keys: dict[tuple[str, str, int], tuple[int, int]] = {}
    for number, row in _rows(lines, COLUMNS):
        try:
            response = _response(row)
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
            continue
        asked = (response.rule, response.question, response.version)
        key, first = keys.setdefault(asked, (response.key, number))
        if key != response.key:
            faults.append(
                f"line {number}: the key of question {response.question} of rule {response.rule}, version"
                f" {response.version}, is {response.key} here and {key} on line {first}"
            )
        found.append(response)
    _refuse(faults)
    return found


def _response(row: Mapping[str, str]) -> Response:
    words = {name: row[name].strip() for name in COLUMNS}
    for name, word in words.items():
        if not word:
            raise ValueError(f"{name} is empty")
    return Response(
        seq=_whole(words["seq"], "seq"),
        officer=words["officer"],
        office=words["office"],
        state=words["state"],
        rule=words["rule"],
        question=words["question"],
        version=_whole(words["version"], "version"),
        option=_whole(words["option"], "option"),
        key=_whole(words["key"], "key"),
    )


def _whole(text: str, name: str) -> int:
    said = text.strip()
    if not said.isascii() or not said.isdigit() or int(said) > GREATEST:
        raise ValueError(f"{name} must be a whole number from 0, not {text[:40]!r}")
    return int(said)


def _rows(lines: Iterable[str], columns: tuple[str, ...]) -> Iterable[tuple[int, dict[str, str]]]:
    reader = csv.reader(lines, strict=True)
    try:
        header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
        if missing := [name for name in columns if name not in header]:
            raise LogFaultsError(f"line 1: these columns are missing: {', '.join(missing)}.")
        places = [(name, header.index(name)) for name in columns]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise LogFaultsError(
                    f"line {reader.line_num}: {len(row)} cells where the first line has {len(header)}."
                )
            yield reader.line_num, {name: row[place] for name, place in places}
    except csv.Error as error:
        raise LogFaultsError(f"line {reader.line_num}: this is not CSV: {error}.") from None


def _refuse(faults: list[str]) -> None:
    if faults:
        more = len(faults) - MOST_FAULTS
        told = [f"{fault}." for fault in faults[:MOST_FAULTS]]
        raise LogFaultsError("\n".join(told + ([f"and {more} more."] if more > 0 else [])))


def read_staff(lines: Iterable[str]) -> dict[str, int]:
    """Return the staff of each office.

    Raises LogFaultsError for lines that cannot be read and offices told twice.
    """
    found: dict[str, int] = {}
    faults = []
    for number, row in _rows(lines, STAFF_COLUMNS):
        try:
            office, staff = row["office"].strip(), _whole(row["staff"], "staff")
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
            continue
        if not office or office in found:
            faults.append(f"line {number}: office is {'told twice' if office else 'empty'}")
        found[office] = staff
    _refuse(faults)
    return found


@dataclass(frozen=True)
class Counts:
    """The counted answers of one question in one scope: (O, J), with its key and the offices in order."""

    question: str
    offices: list[str]
    counts: np.ndarray[Any, np.dtype[np.int64]]
    key: int


@dataclass(frozen=True)
class Log:
    """The counted answers of a log: counted[rule][question] is {office: {option: n}}, with keys, states and options."""

    counted: dict[str, dict[str, dict[str, dict[int, int]]]]
    keys: dict[tuple[str, str], int]
    states: dict[str, dict[str, dict[str, dict[str, dict[int, int]]]]]
    options: int
    unsure: int  # the column of "not sure, I would refer"


def count(responses: list[Response]) -> Log:
    """Return the counted answers: each officer's first to the newest version of each question, nationally and by state."""
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for one in responses:
        asked = (one.rule, one.question)
        newest[asked] = max(newest[asked], one.version)
    taken: set[tuple[str, str, str]] = set()
    counted: Any = _nested()
    states: Any = _nested()
    keys: dict[tuple[str, str], int] = {}
    for one in sorted(responses, key=lambda r: r.seq):
        asked = (one.rule, one.question)
        if one.version != newest[asked] or (one.officer, *asked) in taken:
            continue
        taken.add((one.officer, *asked))
        keys[asked] = one.key
        for cells in (
            counted[one.rule][one.question][one.office],
            states[one.state][one.rule][one.question][one.office],
        ):
            cells[one.option] = cells.get(one.option, 0) + 1
    unsure = max((one.option for one in responses), default=0)
    top = max([unsure, *keys.values()])
    # "not sure" is never the right answer, whatever the file calls it
    keys = {asked: -1 if key == unsure else key for asked, key in keys.items()}
    return Log(counted, keys, states, top + 1, unsure)


def _nested() -> Any:
    return defaultdict(_nested)


def measure(
    responses: list[Response],
    staff: Mapping[str, int] | None = None,
    *,
    offices: bool = False,
    coefficients: bool = False,
) -> dict[str, dict[str, Any]]:
    """Return S, W, U, D of every rule in the nation and each state, and with `offices` inside each office.

    Keys are `nation/rule0`, `state0/rule1`, `office3/rule2`. A figure that the answers do not give is left out. `S_staff` is
    there when staff is, limits, tests and models (`analysed`) with `coefficients`. Raises LogFaultsError when an office answers
    that the staff does not have.
    """
    log = count(responses)
    if staff is not None:
        _refuse(
            [
                f"office {one} answers, but the staff file does not have it"
                for one in sorted({r.office for r in responses} - set(staff), key=natural)
            ]
        )
    scopes = {"nation": log.counted}
    scopes |= {f"state{state}": log.states[state] for state in sorted(log.states, key=natural)}
    found: dict[str, dict[str, Any]] = {}
    for scope, rules in scopes.items():
        for rule in sorted(rules, key=natural):
            found[f"{scope}/rule{rule}"] = _rule(log, rule, rules[rule], staff, coefficients)
    if offices:
        found |= _inside_each(log)
    return found


def natural(name: str) -> tuple[int, int, str]:
    """Return a key that sorts numbers as numbers and before words."""
    return (0, int(name), "") if name.isascii() and name.isdigit() else (1, 0, name)


def _rule(
    log: Log, rule: str, cells: Mapping[str, Any], staff: Mapping[str, int] | None, more: bool
) -> dict[str, Any]:
    questions = [_counts(log, rule, q, cells[q]) for q in sorted(cells, key=natural)]
    each = [_question(one, log.unsure, staff) for one in questions]
    if not more:
        return _of_rule(each)
    for told, one in zip(each, questions, strict=True):
        chosen = {option for held in log.counted[rule][one.question].values() for option in held}
        options = len(chosen | {one.key, log.unsure} - {-1})
        told["coefficients"] = of_question(one.counts, one.key, options)
    return _of_rule(each) | {"coefficients": of_rule(_aligned(questions))}


def _aligned(questions: list[Counts]) -> list[tuple[np.ndarray[Any, np.dtype[np.int64]], int]]:
    """Return the counts of questions with the same offices in the same rows."""
    offices = sorted({office for one in questions for office in one.offices}, key=natural)
    row = {office: place for place, office in enumerate(offices)}
    aligned = []
    for one in questions:
        counts = np.zeros((len(offices), one.counts.shape[1]), dtype=np.int64)
        counts[[row[office] for office in one.offices]] = one.counts
        aligned.append((counts, one.key))
    return aligned


def _counts(log: Log, rule: str, question: str, cells: Mapping[str, Mapping[int, int]]) -> Counts:
    offices = sorted(cells, key=natural)
    counts = np.zeros((len(offices), log.options), dtype=np.int64)
    for row, office in enumerate(offices):
        for option, n in cells[office].items():
            counts[row, option] = n
    return Counts(question, offices, counts, log.keys[rule, question])


def _question(one: Counts, unsure: int, staff: Mapping[str, int] | None) -> dict[str, Any]:
    told = parts(one.counts, one.key, unsure)
    found: dict[str, Any] = {
        "question": _number(one.question),
        "n": int(told.n),
        "offices": int(told.offices),
        "pairs_between": int(told.pairs_between),
        "pairs_within": int(told.pairs_within),
        **_shares(told),
    }
    if staff is not None:
        weights = [staff[office] for office in one.offices]
        share = float(staff_parts(one.counts, one.key, weights, unsure).same_right)
        found |= {} if isnan(share) else {"S_staff": share}
    return found


def _shares(told: Parts, place: int | None = None) -> dict[str, float]:
    names = {
        "S": told.same_right, "W": told.same_wrong, "U": told.refer, "D": told.differ,
        "D_in": told.differ_in, "D_off": told.differ_off, "F": told.habit,
    }  # fmt: skip
    values = {key: float(v if place is None else v[place]) + 0.0 for key, v in names.items()}
    # without a pair of offices nothing is said of pairs within them either
    return {} if isnan(values["D"]) else {key: v for key, v in values.items() if not isnan(v)}


def _of_rule(each: list[dict[str, Any]]) -> dict[str, Any]:
    means = {
        key: mean_over([q.get(key, float("nan")) for q in each]) for key in ("S", "W", "U", "D")
    }
    return {key: value for key, value in means.items() if not isnan(value)} | {"questions": each}


def _inside_each(log: Log) -> dict[str, dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in sorted(log.counted, key=natural):
        for question in sorted(log.counted[rule], key=natural):
            one = _counts(log, rule, question, log.counted[rule][question])
            told = inside(one.counts, one.key, log.unsure)
            for place, office in enumerate(one.offices):
                within = {key: v for key, v in _shares(told, place).items() if key in "SWUD"}
                found[f"office{office}/rule{rule}"].append({
                    "question": _number(question),
                    "n": int(told.n[place]),
                    "pairs_within": int(told.pairs_within[place]),
                    **within,
                })  # fmt: skip
    return {scope: _of_rule(found[scope]) for scope in sorted(found, key=_by_office)}


def _by_office(scope: str) -> tuple[tuple[int, int, str], tuple[int, int, str]]:
    office, rule = scope.removeprefix("office").split("/rule", 1)
    return natural(office), natural(rule)


def _number(name: str) -> int | str:
    return int(name) if name.isascii() and name.isdigit() else name
