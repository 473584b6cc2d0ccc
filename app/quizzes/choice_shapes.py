"""The shapes of choices: one or several right options of four, and a statement that is true or false. Pure."""

import hashlib
import json
from typing import Any, Literal

from pydantic import Field, model_validator

from app.handbooks.yaml_files import Both, Strict
from app.quizzes.answers import REFER
from app.quizzes.asked_shape import Asked

OPTION_IDS = ("a", "b", "c", "d")
TRUE_FALSE = {"a": {"ms": "Betul", "en": "True"}, "b": {"ms": "Salah", "en": "False"}}


class OptionShape(Strict):
    """One option of a question; the last, "not sure, I would refer", is the program's."""

    id: Literal["a", "b", "c", "d"]
    correct: bool = False
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)
    reason: Both
    misconception: Both | None = None


class ChoiceShape(Asked):
    """One or several right options of four."""

    kind: Literal["single", "multiple"]
    options: list[OptionShape] = Field(min_length=4, max_length=4)

    @model_validator(mode="after")
    def _consistent(self) -> "ChoiceShape":
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
    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of everything that the question says, its pin included."""
        said = self.model_dump(mode="json")
        order = ("id", "rule", "text", "kind", "case", "ask", "options")
        kept = {name: said[name] for name in order}
        kept |= {name: said[name] for name in ("certainty", "case_id") if said[name]}
        return hashlib.sha256(_compact(kept).encode()).hexdigest()

    @property
    def key(self) -> str:
        """Return the right option ids in order."""
        return "".join(option.id for option in self.options if option.correct)

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return "".join(OPTION_IDS) + REFER

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown."""
        return self.common() | {"options": [stored_option(option) for option in self.options]}


class TrueFalseShape(Asked):
    """A statement that is true or false."""

    kind: Literal["true_false"]
    answer: bool
    reason: Both
    misconception: Both

    @property
    def key(self) -> str:
        """Return a for true, b for false."""
        return "a" if self.answer else "b"

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return "ab" + REFER

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown: two options."""
        options = [
            {
                "id": letter,
                "correct": letter == self.key,
                "text": text,
                "reason": self.reason.model_dump(),
                "misconception": None if letter == self.key else self.misconception.model_dump(),
            }
            for letter, text in TRUE_FALSE.items()
        ]
        return self.common() | {"options": options}


def stored_option(option: OptionShape) -> dict[str, Any]:
    """Return an option as it is stored."""
    wrong = option.misconception
    return {
        "id": option.id,
        "correct": option.correct,
        "text": {"ms": option.ms, "en": option.en},
        "reason": option.reason.model_dump(),
        "misconception": wrong.model_dump() if wrong else None,
    }


def _compact(said: dict[str, Any]) -> str:
    """Write JSON as pydantic's model_dump_json does, by which questions have always been told apart."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
