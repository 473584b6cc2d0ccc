"""The shapes of answers that are written: a number within a tolerance, a short text. Pure."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from app.handbooks.yaml_files import Both, Strict
from app.quizzes.answers import REFER, folded, plain_number
from app.quizzes.asked_shape import Asked

Amount = Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,6})?$")]


class NumberMisreading(Strict):
    """A wrong number that is foreseen, and why people give it."""

    value: Amount
    tolerance: Amount = "0"
    reason: Both
    misconception: Both


class NumericShape(Asked):
    """A number within a tolerance, in a unit."""

    kind: Literal["numeric"]
    value: Amount
    tolerance: Amount = "0"
    unit: Both | None = None
    reason: Both
    misreadings: list[NumberMisreading] = Field(default_factory=list, max_length=6)

    @field_validator("value", "tolerance", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        return plain_number(str(value)) if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _consistent(self) -> "NumericShape":
        for foreseen in self.misreadings:
            reach = Decimal(self.tolerance) + Decimal(foreseen.tolerance)
            if abs(Decimal(foreseen.value) - Decimal(self.value)) <= reach:
                raise ValueError(f"the misreading {foreseen.value} lies within the right answer")
        return self

    @property
    def key(self) -> str:
        """Return the right number as it is kept."""
        return "=" + plain_number(self.value)

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return "=" + REFER

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown."""
        number = {
            "value": plain_number(self.value),
            "tolerance": plain_number(self.tolerance),
            "unit": self.unit.model_dump() if self.unit else None,
        }
        return self.common() | {
            "number": number,
            "reason": self.reason.model_dump(),
            "misreadings": [foreseen.model_dump() for foreseen in self.misreadings],
        }


class Variants(Strict):
    """Accepted texts by language; `*` stands for anything."""

    ms: list[str] = Field(min_length=1, max_length=20)
    en: list[str] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _sayable(self) -> "Variants":
        if any(
            len(v) > 120 or v.count("*") > 4 or not folded(v.replace("*", "x")) for v in self.every
        ):
            raise ValueError("an accepted text is empty, too long, or has more than four `*`")
        return self

    @property
    def every(self) -> list[str]:
        """Return the texts of both languages."""
        return [*self.ms, *self.en]


class TextMisreading(Strict):
    """A wrong text that is foreseen, and why people give it."""

    variants: Variants
    reason: Both
    misconception: Both


class ShortAnswerShape(Asked):
    """A short text with the variants that are right."""

    kind: Literal["short_answer"]
    variants: Variants
    reason: Both
    misreadings: list[TextMisreading] = Field(default_factory=list, max_length=6)

    @property
    def key(self) -> str:
        """Return the first accepted text as it is kept."""
        return "=" + self.variants.ms[0]

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return "=" + REFER

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown."""
        return self.common() | {
            "variants": self.variants.model_dump(),
            "reason": self.reason.model_dump(),
            "misreadings": [foreseen.model_dump() for foreseen in self.misreadings],
        }
