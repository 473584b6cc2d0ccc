"""The base of all forms: texts are stripped, sentences come in the reader's language, errors of services find a field."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.errors import N_, DomainError
from app.web.i18n import sentence
from app.web.paths import LARGEST_KEY


def strip(value: Any) -> Any:
    """Strip white space around a text; leave anything else."""
    return value.strip() if isinstance(value, str) else value


WTFORMS_SENTENCES = (
    # how WTForms' own English sentence begins, and what the portal says instead
    ("Not a valid date", N_("Tulis tarikh yang sah, contohnya 27-11-2026.")),
    ("Not a valid integer", N_("Tulis nombor sahaja.")),
    ("Not a valid decimal", N_("Tulis nombor sahaja.")),
    ("Number must be", N_("Tulis nombor sahaja.")),
    ("This field is required", N_("Medan ini perlu diisi.")),
    ("Not a valid choice", N_("Pilih salah satu daripada senarai.")),
    ("Invalid Choice", N_("Pilih salah satu daripada senarai.")),
    ("Field cannot be longer", N_("Terlalu panjang. Pendekkan teks ini.")),
    ("Invalid email", N_("E-mel ini tidak sah.")),
)


YEARS = range(1900, 2200)


class Translations:
    """WTForms' own sentences in the portal's words and the reader's language."""

    def gettext(self, text: str) -> str:
        """Return the portal's sentence for one of WTForms'."""
        for beginning, sentence_ in WTFORMS_SENTENCES:
            if text.startswith(beginning):
                return gettext(sentence_)
        return gettext(N_("Nilai ini tidak sah."))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the portal's sentence; none of them counts."""
        return self.gettext(singular if n == 1 else plural)


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return what a select field offers, from values and words."""
    return [SelectChoice(value, label) for value, label in pairs]


class TickBoxes(SelectMultipleField):
    """Several of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def unkept(value: object) -> str | None:
    """Return why no database can keep a value, as a Malay sentence, or None."""
    if isinstance(value, str) and "\0" in value:
        return N_("Teks ini mengandungi aksara yang tidak boleh disimpan. Padam dan taip semula.")
    if isinstance(value, date) and value.year not in YEARS:
        return N_("Tulis tarikh yang sah, contohnya 27-11-2026.")
    if isinstance(value, int) and abs(value) > LARGEST_KEY:
        return N_("Nombor ini terlalu besar.")
    return None


class Form(FlaskForm):
    """A form of the portal."""

    class Meta(FlaskForm.Meta):
        """Strip texts by default; translate through the portal."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            filters = unbound_field.kwargs.get("filters", [])
            name = unbound_field.field_class.__name__
            if name in {"StringField", "TextAreaField", "EmailField", "SearchField"}:
                filters = [strip, *filters]
                unbound_field.kwargs["filters"] = [
                    f for i, f in enumerate(filters) if f not in filters[:i]
                ]
            bound: Field = unbound_field.bind(form=form, **options)
            return bound

        def get_translations(self, form: Any) -> Translations:
            return Translations()

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether all fields make sense, and whether every database can keep what they hold."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if not field.errors and (text := unkept(field.data)):
                field.errors = [gettext(text)]
                valid = False
        return valid

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal at its field, or above the form."""
        field = self._fields.get(error.field or "")
        text = sentence(error)
        if field is not None:
            field.errors = [*field.errors, text]
        else:
            self.form_errors.append(text)


__all__ = ["Form", "TickBoxes", "Translations", "choices", "lazy", "strip"]
