"""The base of all forms: texts are stripped, sentences come in the reader's language, errors of services find a field."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import SelectChoice

from app.errors import DomainError
from app.web.i18n import sentence


def strip(value: Any) -> Any:
    """Strip white space around a text; leave anything else."""
    return value.strip() if isinstance(value, str) else value


class Translations:
    """WTForms' own sentences, looked up in the portal's catalogue (their Malay is in it)."""

    def gettext(self, text: str) -> str:
        """Translate one sentence."""
        return gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate a sentence with a number; Malay has no plural."""
        return gettext(singular if n == 1 else plural)


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return what a select field offers, from values and words."""
    return [SelectChoice(value, label) for value, label in pairs]


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

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal at its field, or above the form."""
        field = self._fields.get(error.field or "")
        text = sentence(error)
        if field is not None:
            field.errors = [*field.errors, text]
        else:
            self.form_errors.append(text)


__all__ = ["Form", "Translations", "choices", "lazy", "strip"]
