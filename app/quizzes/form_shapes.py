"""The shape of a form check: a filled-in form of the department, and what may be wrong with its fields. Pure."""

from typing import Any, Literal

from pydantic import Field, model_validator

from app.handbooks.yaml_files import Both, Strict
from app.quizzes.answers import LETTERS, NO_FAULT, NUMBERS
from app.quizzes.asked_shape import Asked, Id, NumberId, in_order, signs


class FieldShape(Strict):
    """A field of a filled-in form: what stands in it, and the fault in it if there is one.

    `look` is how it is drawn: a text, a tick, or left blank. `fault` is the number of the rule that is broken.
    """

    id: Id
    section: Both | None = None  # begins a part of the form
    label: Both
    value: Both | None = None
    look: Literal["text", "tick", "blank"] = "text"
    fault: NumberId | None = None
    reason: Both | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "FieldShape":
        if (self.look == "blank") == (self.value is not None):
            raise ValueError(f"field {self.id}: a field has a value, or is blank")
        if (self.fault is None) != (self.reason is None):
            raise ValueError(
                f"field {self.id}: a fault comes with its reason, a sound field with none"
            )
        return self


class FaultShape(Strict):
    """What may be wrong with a field: a rule, and its point in a few words."""

    id: NumberId
    rule: str
    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)


class FormShape(Strict):
    """A form of the department as the customer filled it in."""

    code: str = ""
    title: Both
    fields: list[FieldShape] = Field(min_length=4, max_length=20)


class FormCheckShape(Asked):
    """A filled-in form whose faulty fields are to be marked, with the rule each breaks."""

    kind: Literal["form_check"]
    form: FormShape
    faults: list[FaultShape] = Field(min_length=2, max_length=9)

    @model_validator(mode="after")
    def _consistent(self) -> "FormCheckShape":
        in_order([field.id for field in self.form.fields], LETTERS, "fields")
        in_order([fault.id for fault in self.faults], NUMBERS, "faults")
        known = {fault.id for fault in self.faults}
        for field in self.form.fields:
            if field.fault and field.fault not in known:
                raise ValueError(
                    f"field {field.id} has the fault {field.fault}, which is not listed"
                )
        return self

    @property
    def key(self) -> str:
        """Return the fault of each faulty field ("b2e1"), or "0" when the form is in order."""
        return "".join(f.id + f.fault for f in self.form.fields if f.fault) or NO_FAULT

    @property
    def alphabet(self) -> str:
        """Return the signs of an answer."""
        return NO_FAULT + signs([f.id for f in self.faults], [f.id for f in self.form.fields])

    def content(self) -> dict[str, Any]:
        """Return what is stored and shown."""
        return self.common() | {
            "form": {
                "code": self.form.code,
                "title": self.form.title.model_dump(),
                "fields": [stored_field(field) for field in self.form.fields],
            },
            "faults": [
                {"id": f.id, "rule": f.rule, "text": {"ms": f.ms, "en": f.en}} for f in self.faults
            ],
        }


def stored_field(field: FieldShape) -> dict[str, Any]:
    """Return a field of a form as it is stored."""
    return {
        "id": field.id,
        "section": field.section.model_dump() if field.section else None,
        "label": field.label.model_dump(),
        "value": field.value.model_dump() if field.value else None,
        "look": field.look,
        "reason": field.reason.model_dump() if field.reason else None,
    }
