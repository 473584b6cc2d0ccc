"""What questions of every kind have, as authors write it and as it is stored. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from app.handbooks.yaml_files import Both, Strict
from app.quizzes.answers import REFER

Id = Annotated[str, Field(pattern=r"^[a-t]$")]
NumberId = Annotated[str, Field(pattern=r"^[1-9]$")]


class Asked(Strict):
    """What questions of every kind have."""

    id: str = Field(pattern=r"^[A-Z]{2,4}-\d+\.\d+(@[\d.]+)?-[a-z]$")
    rule: str
    text: str = Field(default="", pattern=r"^([0-9a-f]{16,64})?$")
    case: Both
    ask: Both
    certainty: bool = False
    case_id: str = Field(default="", pattern=r"^[a-z0-9-]{0,40}$")

    def common(self) -> dict[str, Any]:
        """Return what is stored of questions of every kind."""
        found: dict[str, Any] = {"case": self.case.model_dump(), "ask": self.ask.model_dump()}
        return found | ({"certainty": True} if self.certainty else {})

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of everything that the question says, its pin included."""
        unset = {name for name in ("certainty", "case_id") if not getattr(self, name)}
        return hashlib.sha256(self.model_dump_json(exclude=unset).encode()).hexdigest()


def in_order(ids: Sequence[str], named: str, what: str) -> None:
    """Raise ValueError unless ids are the first signs in order."""
    if "".join(ids) != named[: len(ids)]:
        raise ValueError(f"needs its {what} named {', '.join(named[: len(ids)])} in this order")


def signs(numbers: Sequence[str], letters: Sequence[str]) -> str:
    """Return the alphabet of placings: numbers, letters, "not sure"."""
    return "".join(numbers) + "".join(sorted([*letters, REFER]))
