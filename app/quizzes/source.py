"""A quiz file: its shape, and everything that can be wrong with it, by file and line."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from app.handbooks.folder import HandbookSource
from app.handbooks.source import Fault
from app.handbooks.yaml_files import Both, Strict, line_of, read_shape
from app.quizzes.logic import is_current, valid_pins
from app.quizzes.shapes import QuestionShape

FEWEST_PARALLEL = 3
PIN_LENGTH = 16
GUESSED = "true or false can be guessed half the time, so it does not test {rule}, which binds (must): ask a single choice"


class BlueprintShape(Strict):
    """How a quiz is drawn and passed; zero means no limit."""

    questions: int = Field(ge=1, le=100)
    pass_mark: int = Field(ge=1, le=100)
    attempts: int = Field(ge=0)
    cool_down_hours: int = Field(ge=0)
    time_limit_minutes: int = Field(ge=0)
    review_share: int = Field(default=30, ge=0, le=100)
    adaptive_share: int = Field(default=30, ge=0, le=100)
    open_book: bool = True
    certainty: bool = False
    draw: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_by_chance(self) -> "BlueprintShape":
        if self.review_share + self.adaptive_share > 70:
            raise ValueError(
                "review_share and adaptive_share leave less than 30 per cent to chance: the headline rests on it"
            )
        return self


class QuizShape(Strict):
    """A quiz file."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    handbook: str
    title: Both
    blueprint: BlueprintShape
    cases: dict[str, Both] = Field(default_factory=dict)
    questions: list[QuestionShape] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _tell_shared_cases(cls, said: Any) -> Any:
        """Put the text of a shared case into each question that names it and has no case of its own."""
        cases, questions = said.get("cases"), said.get("questions")
        if not isinstance(cases, dict) or not isinstance(questions, list):
            return said
        told = [
            {**question, "case": cases[question["case_id"]]}
            if isinstance(question, dict)
            and "case" not in question
            and question.get("case_id") in cases
            else question
            for question in questions
        ]
        return {**said, "questions": told}


@dataclass(frozen=True)
class QuizSource:
    """A quiz as its file tells it, with the raw YAML for line numbers."""

    shape: QuizShape
    raw: Any
    path: Path

    def line(self, number: int) -> int:
        """Return the line of a question (counted from 0)."""
        return line_of(self.raw, ["questions", number])


def read_quizzes(folder: Path) -> tuple[list[QuizSource], list[Fault]]:
    """Read all quiz files of a folder with the faults of their shape."""
    found, faults = [], []
    paths = (
        sorted(folder.glob("*.yml")) if folder.is_dir() else [folder] if folder.is_file() else []
    )
    if not paths:
        faults.append(Fault(str(folder), 1, "there is no quiz here: a quiz is a file <slug>.yml"))
    for path in paths:
        shape, raw, its = read_shape(path, path.name, QuizShape)
        faults += its
        if shape:
            source = QuizSource(shape, raw, path)
            faults += _file_faults(source)
            found.append(source)
    return found, faults


def _file_faults(source: QuizSource) -> list[Fault]:
    shape, name = source.shape, source.path.name
    faults = []
    if shape.slug != source.path.stem:
        faults.append(
            Fault(
                name,
                line_of(source.raw, ["slug"]),
                f"slug must be the file's name, {source.path.stem}",
            )
        )
    seen: dict[str, int] = {}
    for number, question in enumerate(shape.questions):
        line = source.line(number)
        if question.id in seen:
            faults.append(
                Fault(
                    name, line, f"the id {question.id} stands already in line {seen[question.id]}"
                )
            )
        if not question.id.startswith(f"{question.rule}-"):
            faults.append(
                Fault(
                    name, line, f"the id {question.id} must begin with its rule, {question.rule}-"
                )
            )
        seen[question.id] = line
    return faults + _blueprint_faults(source)


def _blueprint_faults(source: QuizSource) -> list[Fault]:
    shape, name = source.shape, source.path.name
    line = line_of(source.raw, ["blueprint"])
    held = Counter(question.rule for question in shape.questions)
    faults = [
        Fault(
            name,
            line,
            f"the blueprint draws {wanted} of {rule}, but there are {held[rule]} questions",
        )
        for rule, wanted in shape.blueprint.draw.items()
        if wanted > held[rule]
    ]
    if sum(shape.blueprint.draw.values()) > shape.blueprint.questions:
        faults.append(Fault(name, line, "the blueprint draws more by rule than it asks in all"))
    if shape.blueprint.questions > len(shape.questions):
        faults.append(
            Fault(
                name,
                line,
                f"the blueprint asks {shape.blueprint.questions} questions, but there are {len(shape.questions)}",
            )
        )
    return faults


def pins_of(handbook: HandbookSource, on: date) -> dict[str, tuple[str, ...]]:
    """Return the text hashes under which a question is current, by permanent name of each rule in force on a day.

    Newest wording first.
    """
    named = zip(handbook.versions, handbook.names(), strict=True)
    versions = [(v, names) for v, names in named if v.shape.effective_on <= on]
    histories: dict[str, list[tuple[str, str]]] = {}
    for version, names in versions:
        for code, rule in version.rules("ms").items():
            change = version.shape.changes.get(code)
            kind = change.kind if change else ""
            histories.setdefault(names[code], []).append((rule.text_hash, kind))
    current = versions[-1][1].values() if versions else ()
    return {name: valid_pins(histories[name]) for name in current}


def rule_faults(
    source: QuizSource, handbooks: list[HandbookSource], on: date
) -> tuple[list[Fault], list[Fault]]:
    """Return faults and warnings of a quiz against the handbooks: unknown rules, stale pins, too few parallel questions."""
    name = source.path.name
    handbook = next((h for h in handbooks if h.shape.slug == source.shape.handbook), None)
    if handbook is None:
        line = line_of(source.raw, ["handbook"])
        return [Fault(name, line, f"there is no handbook {source.shape.handbook}")], []
    every = {name for names in handbook.names() for name in names.values()}
    pins = pins_of(handbook, on)
    bindings = core_rules(handbook, on)
    faults, warnings = [], []
    fresh: Counter[str] = Counter()
    for number, question in enumerate(source.shape.questions):
        line, rule = source.line(number), question.rule
        if rule not in every:
            text = f"{question.id}: there is no rule {rule} in {handbook.shape.slug}"
            faults.append(Fault(name, line, text))
        elif reason := _unfit(question, every, bindings):
            faults.append(Fault(name, line, f"{question.id}: {reason}"))
        elif not question.text:
            text = f"{question.id} is not pinned: run `flask quizzes pin`"
            faults.append(Fault(name, line, text))
        elif not is_current(question.text, pins.get(rule, ())):
            text = f"{question.id} is stale: {rule} reads differently now, so it is not drawn"
            warnings.append(Fault(name, line, text))
        else:
            fresh[rule] += 1
    if not faults:
        warnings += _thin_rules(source, fresh, list(pins))
    return faults, warnings


def core_rules(handbook: HandbookSource, on: date) -> frozenset[str]:
    """Return the permanent names of the rules in force on a day that bind (must)."""
    named = zip(handbook.versions, handbook.names(), strict=True)
    versions = [(v, names) for v, names in named if v.shape.effective_on <= on]
    if not versions:
        return frozenset()
    version, names = versions[-1]
    return frozenset(
        names[code] for code, rule in version.rules("ms").items() if rule.strength == "must"
    )


def _unfit(question: QuestionShape, every: set[str], core: frozenset[str]) -> str:
    """Return why a question may not stand for its rule, or nothing."""
    if question.kind == "true_false" and question.rule in core:
        return GUESSED.format(rule=question.rule)
    if question.kind == "form_check":
        unknown = [fault.rule for fault in question.faults if fault.rule not in every]
        return f"there is no rule {unknown[0]}, named by a fault" if unknown else ""
    return ""


def _thin_rules(source: QuizSource, fresh: Counter[str], rules: list[str]) -> list[Fault]:
    """Return warnings on rules with too few questions that can be drawn, and on a blueprint that cannot be met."""
    name, line = source.path.name, line_of(source.raw, ["questions"])
    found = [
        Fault(
            name,
            line,
            f"{rule} has {fresh[rule]} questions; {FEWEST_PARALLEL} parallel ones are wanted",
        )
        for rule in rules
        if fresh[rule] < FEWEST_PARALLEL
    ]
    blueprint, line = source.shape.blueprint, line_of(source.raw, ["blueprint"])
    short = [rule for rule, wanted in blueprint.draw.items() if fresh[rule] < wanted]
    found += [Fault(name, line, f"the blueprint cannot be met: {rule} is short") for rule in short]
    if fresh.total() < blueprint.questions:
        text = f"the blueprint cannot be met: only {fresh.total()} questions can be drawn"
        found.append(Fault(name, line, text))
    return found


def pin(source: QuizSource, handbooks: list[HandbookSource], on: date) -> int:
    """Write the current wording's hash into every question that has none; return how many. Pins that are set stay.

    The file is edited line by line, so that comments and layout stay.
    """
    handbook = next((h for h in handbooks if h.shape.slug == source.shape.handbook), None)
    current = pins_of(handbook, on) if handbook else {}
    lines = source.path.read_text(encoding="utf-8").split("\n")
    pinned = 0
    for number, question in reversed(list(enumerate(source.shape.questions))):
        if question.text or question.rule not in current:
            continue
        value = f'text: "{current[question.rule][0][:PIN_LENGTH]}"'
        place = [
            "questions",
            number,
            "text" if "text" in source.raw["questions"][number] else "rule",
        ]
        at = line_of(source.raw, place) - 1
        indent = " " * (len(lines[at]) - len(lines[at].lstrip(" -")))
        if place[-1] == "text":
            lines[at] = f"{indent}{value}"
        else:
            lines.insert(at + 1, f"{indent}{value}")
        pinned += 1
    if pinned:
        source.path.write_text("\n".join(lines), encoding="utf-8")
    return pinned
