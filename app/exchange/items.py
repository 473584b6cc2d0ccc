"""What every format is read into and written from: an item in one language, its line, and what was not carried over."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "single", "multiple", "true_false", "matching", "ordering", "numeric", "short_answer"
]
Markup = Literal["plain", "markdown", "html", "moodle"]


@dataclass(frozen=True)
class Choice:
    """An option of a choice; `share` is the part of the mark it gives, from -1 to 1 (1 = right alone)."""

    text: str
    share: float
    feedback: str = ""


@dataclass(frozen=True)
class Pair:
    """A prompt and what belongs to it; an empty prompt makes an extra match that belongs to nothing."""

    prompt: str
    match: str


@dataclass(frozen=True)
class Span:
    """An accepted number with its tolerance, both as written with a decimal point ("3.14", "0.005")."""

    value: str
    tolerance: str = "0"
    share: float = 1.0
    feedback: str = ""


@dataclass(frozen=True)
class Variant:
    """An accepted text of a short answer; `*` stands for anything."""

    text: str
    share: float = 1.0
    feedback: str = ""


@dataclass(frozen=True)
class Item:
    """A question in one language, as another system holds it.

    Filled by kind: `choices` for single, multiple and true_false (two choices, True first, texts "true" and "false");
    `pairs` for matching; `steps`, in the right order, for ordering; `spans` and `unit` for numeric; `variants` for
    short_answer. `name` is its title, `code` its stable id in the file it came from ("" when none), `category` the path of
    its category with slashes, `markup` how all its texts are written. `line` counts from 1 and takes no part in comparison.
    """

    kind: Kind
    stem: str
    name: str = ""
    code: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    markup: Markup = "plain"
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    steps: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    unit: str = ""
    variants: tuple[Variant, ...] = ()
    case_sensitive: bool = False
    feedback: str = ""  # after any answer
    mark: float = 1.0
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Refusal:
    """A question that does not come through, or a feature that is not carried over: where, which, why."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file gave: items in its order, questions refused, features of imported questions not carried over."""

    items: tuple[Item, ...]
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Writing:
    """A file to hand out, and what it could not hold (line 0: there is none yet)."""

    data: bytes
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()
