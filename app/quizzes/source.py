"""The quiz files: reading and checking them, every fault named by file and line. Pure but for reading files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from app.handbooks.folder import HandbookSource
from app.handbooks.source import Fault
from app.handbooks.yaml_files import Both, Strict, line_of, read_shape
from app.quizzes.logic import FEWEST, OPTIONS, is_current, valid_pins

Place = list[Any]


class OptionShape(Strict):
    """One of four options; a wrong one names the misreading behind it."""

    id: str
    correct: bool = False
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)
    reason: Both
    misconception: Both | None = None


class QuestionShape(Strict):
    """A question, pinned to a rule and to the wording it tests."""

    id: str = Field(min_length=1)
    rule: str = Field(min_length=1)
    text: str = Field(default="", pattern=r"^([0-9a-f]{16,64})?$")
    kind: Literal["single", "multiple"]
    case: Both
    ask: Both
    options: list[OptionShape]

    @property
    def key(self) -> str:
        """Return the right options in order of the alphabet."""
        return "".join(sorted(option.id for option in self.options if option.correct))


class BlueprintShape(Strict):
    """How an attempt is made."""

    questions: int = Field(ge=1)
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
    """A quiz as its file tells it; `raw` keeps the lines."""

    shape: QuizShape
    raw: Any
    path: Path

    def fault(self, place: Place, text: str) -> Fault:
        """Name a fault at a place of the file."""
        return Fault(self.path.name, line_of(self.raw, place), text)


# for each rule in force, by code: the wordings a pin may name, newest first
Pins = Mapping[str, tuple[str, ...]]


def quiz_files(folder: Path) -> list[Path]:
    """List the quiz files of a folder, or the file itself."""
    return [folder] if folder.is_file() else sorted(folder.glob("*.yml"))


def read_quizzes(folder: Path) -> tuple[list[QuizSource], list[Fault]]:
    """Read all quizzes of a folder with the faults of their shape; what agrees with handbooks is checked apart."""
    found, faults = [], []
    if not (paths := quiz_files(folder)):
        faults.append(Fault(str(folder), 1, "there is no quiz here: a quiz is a file <slug>.yml"))
    for path in paths:
        shape, raw, its = read_shape(path, path.name, QuizShape)
        faults += its
        if shape:
            found.append(QuizSource(shape, raw, path))
            faults += shape_faults(found[-1])
    return found, faults


def shape_faults(source: QuizSource) -> list[Fault]:
    """Return what is wrong within the file itself."""
    faults = []
    if source.shape.slug != source.path.stem:
        faults.append(
            source.fault(["slug"], f"slug must be the file's name, {source.path.stem}: change one")
        )
    counts = Counter(question.id for question in source.shape.questions)
    for number, question in enumerate(source.shape.questions):
        place: Place = ["questions", number]
        if counts[question.id] > 1:
            faults.append(
                source.fault([*place, "id"], f"the id {question.id} stands twice: choose another")
            )
        if not question.id.startswith(f"{question.rule}-"):
            faults.append(
                source.fault(
                    [*place, "id"],
                    f"the id {question.id} must be the rule's and a letter: {question.rule}-a",
                )
            )
        faults += _option_faults(source, place, question)
    return faults


def _option_faults(source: QuizSource, place: Place, question: QuestionShape) -> list[Fault]:
    at, name = [*place, "options"], question.id
    if "".join(option.id for option in question.options) != OPTIONS:
        return [source.fault(at, f"{name} needs exactly four options with the ids a, b, c, d")]
    faults, right = [], len(question.key)
    if right == 0:
        faults.append(source.fault(at, f"{name} has no right option: add `correct: true`"))
    elif question.kind == "single" and right > 1:
        faults.append(
            source.fault(at, f"{name} is single and has {right} right options: leave one")
        )
    elif right == len(OPTIONS):
        faults.append(source.fault(at, f"{name} has no wrong option: every option is right"))
    for number, option in enumerate(question.options):
        if option.correct and option.misconception:
            text = f"{name} option {option.id} is right and has no misconception: take it out"
            faults.append(source.fault([*at, number, "misconception"], text))
        if not option.correct and not option.misconception:
            text = f"{name} option {option.id} is wrong: add the misconception behind it"
            faults.append(source.fault([*at, number], text))
    return faults


def pins_of(handbook: HandbookSource, on: date) -> Pins:
    """Return the wordings in force on a day, by rule, as the handbook's files tell."""
    versions = [v for v in handbook.versions if v.shape.effective_on <= on]
    histories: dict[str, list[tuple[str, str]]] = {}
    for number, version in enumerate(versions):
        for code, rule in version.rules("ms").items():
            change = version.shape.changes.get(code)
            kind = change.kind if change else "" if number else "new"
            histories.setdefault(code, []).append((rule.text_hash, kind))
    current = versions[-1].rules("ms") if versions else {}
    return {code: valid_pins(histories[code]) for code in current}


def handbook_faults(source: QuizSource, pins: Pins | None, known: set[str]) -> list[Fault]:
    """Return where a quiz and its handbook disagree; stale and missing pins are left to `stale_faults`.

    `pins` is None for an unknown handbook; `known` holds the rules of all its versions.
    """
    if pins is None:
        text = f"there is no handbook {source.shape.handbook}: correct the name"
        return [source.fault(["handbook"], text)]
    return [
        source.fault(
            ["questions", number, "rule"],
            f"there is no rule {question.rule} in {source.shape.handbook}: correct the id",
        )
        for number, question in enumerate(source.shape.questions)
        if question.rule not in known
    ] + _draw_faults(source, fresh_counts(source.shape, pins, unpinned=True), pins)


def _draw_faults(source: QuizSource, fresh: Counter[str], pins: Pins) -> list[Fault]:
    blueprint, faults = source.shape.blueprint, []
    for rule, wanted in blueprint.draw.items():
        at = ["blueprint", "draw", rule]
        if rule not in pins:
            faults.append(source.fault(at, f"the rule {rule} is not in force: take it out"))
        elif wanted > fresh[rule]:
            text = f"{wanted} questions of {rule} cannot be drawn: there are {fresh[rule]}"
            faults.append(source.fault(at, text))
    if sum(blueprint.draw.values()) > blueprint.questions:
        text = "draw asks for more questions than the quiz has: raise questions or lower draw"
        faults.append(source.fault(["blueprint", "draw"], text))
    if fresh.total() < blueprint.questions:
        text = f"{blueprint.questions} questions cannot be drawn: there are {fresh.total()}"
        faults.append(source.fault(["blueprint", "questions"], text))
    return faults


def fresh_counts(shape: QuizShape, pins: Pins, *, unpinned: bool) -> Counter[str]:
    """Count the questions that could be drawn, by rule; `unpinned` counts those without a pin too."""
    return Counter(
        question.rule
        for question in shape.questions
        if is_current(question.text, pins.get(question.rule, ()))
        or (unpinned and not question.text and question.rule in pins)
    )


def stale_faults(source: QuizSource, pins: Pins) -> list[Fault]:
    """Return the questions without a pin and those whose rule has changed since they were written."""
    faults = []
    for number, question in enumerate(source.shape.questions):
        place = ["questions", number, "text"]
        if not question.text:
            text = f"{question.id} is not pinned: run `flask quizzes pin`"
            faults.append(source.fault(place, text))
        elif not is_current(question.text, pins.get(question.rule, ())):
            faults.append(
                source.fault(
                    place,
                    f"{question.id} is stale, {question.rule} has changed: read the question against the new"
                    ' wording, set text to "" and run `flask quizzes pin`',
                )
            )
    return faults


def thin_rules(source: QuizSource, pins: Pins) -> list[Fault]:
    """Return warnings: rules in force with fewer parallel questions than one needs to ask anew."""
    fresh = fresh_counts(source.shape, pins, unpinned=True)
    return [
        source.fault(
            ["questions"],
            f"{rule} has {fresh[rule]} questions in force: write at least {FEWEST}",
        )
        for rule in pins
        if fresh[rule] < FEWEST
    ]
