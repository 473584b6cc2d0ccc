"""A quiz file: its shape, and everything that can be wrong with it, by file and line."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from app.handbooks.folder import HandbookSource
from app.handbooks.source import Fault
from app.handbooks.yaml_files import Both, Strict, line_of, read_shape
from app.quizzes.logic import is_current, valid_pins

OPTION_IDS = ("a", "b", "c", "d")
REFER = "u"
FEWEST_PARALLEL = 3
PIN_LENGTH = 16


class OptionShape(Strict):
    """One option of a question; the fifth, "not sure, I would refer", is the program's."""

    id: Literal["a", "b", "c", "d"]
    correct: bool = False
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)
    reason: Both
    misconception: Both | None = None


class QuestionShape(Strict):
    """A case at a counter and its options."""

    id: str = Field(pattern=r"^[A-Z]{2,4}-\d+\.\d+(@[\d.]+)?-[a-z]$")
    rule: str
    text: str = Field(default="", pattern=r"^([0-9a-f]{16,64})?$")
    kind: Literal["single", "multiple"]
    case: Both
    ask: Both
    options: list[OptionShape] = Field(min_length=4, max_length=4)

    @model_validator(mode="after")
    def _consistent(self) -> "QuestionShape":
        right = sum(option.correct for option in self.options)
        if tuple(option.id for option in self.options) != OPTION_IDS:
            raise ValueError("needs the options a, b, c and d in this order")
        if self.kind == "single" and right != 1:
            raise ValueError(f"has {right} right options; a single choice needs exactly one")
        if self.kind == "multiple" and right not in (2, 3):
            raise ValueError(f"has {right} right options; a multiple choice needs two or three")
        for option in self.options:
            if option.correct == (option.misconception is not None):
                raise ValueError(
                    f"option {option.id}: a wrong option names its misconception, a right one has none"
                )
        return self

    @property
    def key(self) -> str:
        """Return the right option ids in order."""
        return "".join(option.id for option in self.options if option.correct)


class BlueprintShape(Strict):
    """How a quiz is drawn and passed; zero means no limit."""

    questions: int = Field(ge=1, le=100)
    pass_mark: int = Field(ge=1, le=100)
    attempts: int = Field(ge=0)
    cool_down_hours: int = Field(ge=0)
    time_limit_minutes: int = Field(ge=0)
    draw: dict[str, int] = Field(default_factory=dict)


class QuizShape(Strict):
    """A quiz file."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    handbook: str
    title: Both
    blueprint: BlueprintShape
    questions: list[QuestionShape] = Field(min_length=1)


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
    faults, warnings = [], []
    fresh: Counter[str] = Counter()
    for number, question in enumerate(source.shape.questions):
        line, rule = source.line(number), question.rule
        if rule not in every:
            text = f"{question.id}: there is no rule {rule} in {handbook.shape.slug}"
            faults.append(Fault(name, line, text))
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
