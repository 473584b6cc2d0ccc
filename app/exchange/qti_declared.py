"""QTI: the response that an item declares, and what its rules of marking accept. Names are plain ones. Pure."""

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

from app.exchange.moodle_answers import NotHeldError as NoNumberError
from app.exchange.moodle_answers import number_of
from app.exchange.xml_lines import Element

# rules that say no more than the declaration does, or that are followed below
FOLLOWED = {
    "responseprocessing", "responsecondition", "responseif", "responseelseif", "responseelse", "setoutcomevalue",
    "match", "equal", "stringmatch", "or", "and", "isnull", "variable", "correct", "basevalue", "mapresponse", "multiple",
    "null", "sum", "product",
}  # fmt: skip
BRANCHES = ("responseif", "responseelseif")
TESTS = ("match", "equal", "stringmatch")


class NotHeldError(Exception):
    """An item that does not come through; says why, in one sentence, and where."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass
class Declared:
    """The response that is declared: how many values of which type, the right ones, and what each is worth."""

    name: str
    cardinality: str = "single"
    base: str = "identifier"
    right: list[str] = field(default_factory=list)
    worth: list[tuple[str, float]] = field(default_factory=list)
    otherwise: float = 0.0
    case_sensitive: bool = True


@dataclass(frozen=True)
class Accepted:
    """An answer that a rule of marking names: value, absolute tolerance, points, its feedback's identifier."""

    value: str
    tolerance: str
    points: float
    feedback: str


def declared_by(root: Element, asked: Element) -> Declared:
    """Return the response of an interaction; raises NotHeldError when it is not declared."""
    name = asked.get("responseidentifier", "RESPONSE")
    for part in root.all("responsedeclaration"):
        if part.get("identifier") == name:
            return _declared(part, name)
    raise NotHeldError(f"the response {name[:40]} is not declared", asked.line)


def _declared(part: Element, name: str) -> Declared:
    found = Declared(name, part.get("cardinality", "single"), part.get("basetype", "identifier"))
    for right in part.all("correctresponse"):
        found.right = [" ".join(value.words.split()) for value in right.all("value")]
    for mapping in part.all("mapping"):
        found.otherwise = number(mapping.get("defaultvalue") or "0", mapping)
        entries = mapping.all("mapentry")
        found.worth = [
            (entry.get("mapkey"), number(entry.get("mappedvalue", "0"), entry)) for entry in entries
        ]
        # the specification wants it said; where it is not, capitals matter
        found.case_sensitive = any(entry.get("casesensitive") != "false" for entry in entries)
    return found


def number(text: str, at: Element) -> float:
    """Return a finite number; raises NotHeldError with its line when it is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise NotHeldError(f"{text.strip()[:30] or 'nothing'} is not a number", at.line)
    return value


def by_map(root: Element, declared: Declared) -> bool:
    """Return whether the mapping gives the marks rather than the right response alone."""
    processing = root.one("responseprocessing")
    if not declared.worth or processing is None:
        return bool(declared.worth)
    template = processing.get("template").rpartition("/")[2].removesuffix(".xml")
    if template.lower().replace("_", "").startswith("match"):
        return not declared.right
    names = {part.name for part in processing.walk()}
    return "mapresponse" in names or "correct" not in names or not declared.right


def unfollowed(root: Element) -> list[tuple[int, str]]:
    """Return the rules of marking that are not followed: line and name."""
    processing = root.one("responseprocessing")
    found = {p.name: p.line for p in processing.walk()} if processing else {}
    return [(line, name) for name, line in found.items() if name not in FOLLOWED]


def accepted_by(root: Element, declared: Declared, mark: float) -> list[Accepted]:
    """Return the answers that the rules of marking compare with and give points for, in their order."""
    processing = root.one("responseprocessing")
    branches = [p for p in processing.walk() if p.name in BRANCHES] if processing else []
    found: list[Accepted] = []
    for branch in branches:
        points = _points(branch, mark)
        if points is None or not branch.children:
            continue
        names = {part.name for part in branch.children[0].walk()}
        if names - FOLLOWED or "isnull" in names:
            continue
        tests = [part for part in branch.children[0].walk() if part.name in TESTS]
        found += [a for test in tests if (a := _accepted(test, branch, declared, points))]
    return found


def _points(branch: Element, mark: float) -> float | None:
    """Return what a branch gives: a number, or the whole mark; None when it sets no score by itself."""
    for outcome in branch.all("setoutcomevalue"):
        if not outcome.get("identifier").upper().startswith("SCORE"):
            continue
        if value := next((p for p in outcome.walk() if p.name == "basevalue"), None):
            return number(value.words, value)
        names = [p.get("identifier").upper() for p in outcome.walk() if p.name == "variable"]
        return mark if any(name.startswith("MAXSCORE") for name in names) else None
    return None


def _accepted(test: Element, branch: Element, declared: Declared, points: float) -> Accepted | None:
    names = [part.get("identifier") for part in test.all("variable")]
    value = test.one("basevalue", "correct")
    if declared.name not in names or value is None:
        return None
    said = value.words if value.name == "basevalue" else " ".join(declared.right[:1])
    if test.name == "stringmatch":
        declared.case_sensitive = test.get("casesensitive") != "false"
    tolerance = "0"
    if declared.base in ("integer", "float"):
        said = as_number(said, test)
        tolerance = _tolerance(test, said)
    return Accepted(said, tolerance, points, _feedback(branch))


def as_number(text: str, at: Element) -> str:
    """Return a number as it is kept; raises NotHeldError with its line when it is none."""
    try:
        return number_of(text.strip())
    except NoNumberError as fault:
        raise NotHeldError(str(fault), at.line) from fault


def _tolerance(test: Element, value: str) -> str:
    """Return the tolerance as an absolute number; a relative one is so much per cent of the value."""
    mode = test.get("tolerancemode", "exact")
    if test.name != "equal" or mode == "exact":
        return "0"
    both = {as_number(part, test) for part in re.split(r"[\s,]+", test.get("tolerance").strip())}
    if len(both) > 1:
        raise NotHeldError("a tolerance that differs above and below is not read", test.line)
    tolerance = both.pop().lstrip("-")
    if mode != "relative":
        return tolerance
    return as_number(format(abs(Decimal(value)) * Decimal(tolerance) / 100, "f"), test)


def _feedback(branch: Element) -> str:
    for outcome in branch.all("setoutcomevalue"):
        if outcome.get("identifier").upper().startswith("SCORE"):
            continue
        for value in outcome.walk():
            if value.name == "basevalue" and value.get("basetype") == "identifier":
                return value.words.strip()
    return ""
