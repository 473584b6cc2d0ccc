"""The shapes of matching and of ordering steps. Pure."""

import hashlib
from typing import Any, Literal

from pydantic import Field, model_validator

from app.handbooks.yaml_files import Both, Strict
from app.quizzes.answers import LETTERS, NUMBERS
from app.quizzes.asked_shape import Asked, Id, NumberId, in_order, signs


class PromptShape(Strict):
    """One thing to be matched, and the number of what belongs to it."""

    id: Id
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)
    match: NumberId
    reason: Both


class MatchShape(Strict):
    """What may be matched to a prompt."""

    id: NumberId
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)


class MatchingShape(Asked):
    """Prompts, each with what belongs to it; matches may be left over or serve twice."""

    kind: Literal["matching"]
    prompts: list[PromptShape] = Field(min_length=2, max_length=8)
    matches: list[MatchShape] = Field(min_length=2, max_length=9)

    @model_validator(mode="after")
    def _consistent(self) -> "MatchingShape":
        in_order([prompt.id for prompt in self.prompts], LETTERS, "prompts")
        in_order([match.id for match in self.matches], NUMBERS, "matches")
        known = {match.id for match in self.matches}
        for prompt in self.prompts:
            if prompt.match not in known:
                raise ValueError(f"prompt {prompt.id} belongs to {prompt.match}, which is no match")
        return self

    @property
    def key(self) -> str:
        """Return what belongs to each prompt ("a2b1")."""
        return "".join(prompt.id + prompt.match for prompt in self.prompts)

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return signs([m.id for m in self.matches], [p.id for p in self.prompts])

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown."""
        prompts = [
            {"id": p.id, "text": {"ms": p.ms, "en": p.en}, "reason": p.reason.model_dump()}
            for p in self.prompts
        ]
        matches = [{"id": m.id, "text": {"ms": m.ms, "en": m.en}} for m in self.matches]
        return self.common() | {"prompts": prompts, "matches": matches}


class OrderingShape(Asked):
    """Steps, written in the right order; they are shown shuffled."""

    kind: Literal["ordering"]
    steps: list[Both] = Field(min_length=3, max_length=9)
    reason: Both

    @property
    def places(self) -> dict[str, str]:
        """Return the right place of each step; letters do not betray the order."""
        count = len(self.steps)
        start = int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % count
        return {LETTERS[(start + place) % count]: NUMBERS[place] for place in range(count)}

    @property
    def key(self) -> str:
        """Return the place of each step by letter ("a2b3c1")."""
        return "".join(letter + number for letter, number in sorted(self.places.items()))

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return signs(NUMBERS[: len(self.steps)], LETTERS[: len(self.steps)])

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown: steps by letter."""
        steps = [
            {"id": letter, "text": self.steps[int(number) - 1].model_dump()}
            for letter, number in sorted(self.places.items())
        ]
        return self.common() | {"steps": steps, "reason": self.reason.model_dump()}
