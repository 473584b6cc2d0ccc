"""An answer log as a file: read, with every fault told by its line. Pure; needs no database.

Columns: seq, officer, office, state, rule, question, version, option, key. What is measured of it is in `log_measures.py`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

COLUMNS = ("seq", "officer", "office", "state", "rule", "question", "version", "option", "key")
STAFF_COLUMNS = ("office", "state", "staff")
MOST_FAULTS = 20
LONGEST_NUMBER, LONGEST_NAME = 15, 200


class LogFaultsError(Exception):
    """What is wrong with a file: one sentence a line."""


class Response(NamedTuple):
    """One line of the log."""

    line: int
    seq: int
    officer: str
    office: str
    state: str
    rule: str
    question: str
    version: int
    option: int
    key: int


class Staffed(NamedTuple):
    """One line of the staff file: the office's state and its officers."""

    line: int
    state: str
    staff: int


def read_log(lines: Iterable[str]) -> list[Response]:
    """Return the lines of an answer log.

    Raises LogFaultsError with a sentence for each line that cannot be read or contradicts another, twenty at most, when columns
    are missing and when there is no answer.
    """
    found, faults = [], []
    keys: dict[tuple[str, str, int], tuple[int, int]] = {}
    states: dict[str, tuple[str, int]] = {}
    for number, row in _rows(lines, COLUMNS):
        try:
            response = _response(number, row)
            _same_key(response, keys)
            _same_state(response, states)
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
        else:
            found.append(response)
    refuse(faults)
    if not found:
        raise LogFaultsError("there are no answers in it.")
    return found


def _response(number: int, row: Mapping[str, str]) -> Response:
    officer, office, state, rule, question = (
        _name(row[name], name) for name in ("officer", "office", "state", "rule", "question")
    )
    seq, version, option, key = (
        _whole(row[name], name) for name in ("seq", "version", "option", "key")
    )
    return Response(number, seq, officer, office, state, rule, question, version, option, key)


def _name(text: str, name: str) -> str:
    said = text.strip()
    if not said:
        raise ValueError(f"{name} is empty")
    if len(said) > LONGEST_NAME:
        raise ValueError(f"{name} is longer than {LONGEST_NAME} signs")
    return said


def _whole(text: str, name: str) -> int:
    said = text.strip()
    if not said:
        raise ValueError(f"{name} is empty")
    if not said.isascii() or not said.isdigit() or len(said) > LONGEST_NUMBER:
        raise ValueError(f"{name} must be a whole number from 0, not {said[:40]!r}")
    return int(said)


def _same_key(one: Response, keys: dict[tuple[str, str, int], tuple[int, int]]) -> None:
    key, first = keys.setdefault((one.rule, one.question, one.version), (one.key, one.line))
    if key != one.key:
        raise ValueError(
            f"the key of question {one.question} of rule {one.rule}, version {one.version}, is"
            f" {one.key} here and {key} on line {first}"
        )


def _same_state(one: Response, states: dict[str, tuple[str, int]]) -> None:
    state, first = states.setdefault(one.office, (one.state, one.line))
    if state != one.state:
        raise ValueError(
            f"office {one.office} is in state {one.state} here and in state {state} on line {first}"
        )


def read_staff(lines: Iterable[str]) -> dict[str, Staffed]:
    """Return the state and staff of each office.

    Raises LogFaultsError for lines that cannot be read and offices told twice.
    """
    found: dict[str, Staffed] = {}
    faults = []
    for number, row in _rows(lines, STAFF_COLUMNS):
        try:
            office = _name(row["office"], "office")
            if office in found:
                raise ValueError("office is told twice")
            state, staff = _name(row["state"], "state"), _whole(row["staff"], "staff")
            found[office] = Staffed(number, state, staff)
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
    refuse(faults)
    return found


def staff_of(responses: Iterable[Response], staffed: Mapping[str, Staffed]) -> dict[str, int]:
    """Return the staff of each office; raises LogFaultsError where an office that answers is missing or in another state."""
    seen: dict[str, Response] = {}
    for one in responses:
        seen.setdefault(one.office, one)
    faults = [
        f"line {one.line}: office {one.office} answers, but the staff file does not have it"
        if one.office not in staffed
        else f"line {one.line}: office {one.office} is in state {one.state}, in the staff file in state"
        f" {staffed[one.office].state}"
        for one in seen.values()
        if one.office not in staffed or staffed[one.office].state != one.state
    ]
    refuse(faults)
    return {office: one.staff for office, one in staffed.items()}


def _rows(lines: Iterable[str], columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(lines, strict=True)
    begun = 1
    header: list[str] = []
    try:
        for row in reader:
            first, begun = begun, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = [name.strip().lstrip("\ufeff") for name in row]
                places = _places(header, columns, first)
            elif len(row) != len(header):
                raise LogFaultsError(
                    f"line {first}: {len(row)} cells where the first line has {len(header)}."
                )
            else:
                yield first, {name: row[place] for name, place in places}
    except csv.Error as error:
        raise LogFaultsError(f"line {begun}: this is not CSV: {error}.") from None
    if not header:
        _places([], columns, 1)


def _places(header: list[str], columns: tuple[str, ...], line: int) -> list[tuple[str, int]]:
    if missing := [name for name in columns if name not in header]:
        raise LogFaultsError(f"line {line}: these columns are missing: {', '.join(missing)}.")
    if twice := [name for name in columns if header.count(name) > 1]:
        raise LogFaultsError(f"line {line}: these columns are there twice: {', '.join(twice)}.")
    return [(name, header.index(name)) for name in columns]


def refuse(faults: list[str]) -> None:
    """Raise LogFaultsError if there are faults: twenty of them, and how many more."""
    if faults:
        more = len(faults) - MOST_FAULTS
        told = [f"{fault}." for fault in faults[:MOST_FAULTS]]
        raise LogFaultsError("\n".join(told + ([f"and {more} more."] if more > 0 else [])))
