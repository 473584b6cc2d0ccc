"""What somebody else saved while one was writing, field by field, to be compared with what one typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from wtforms import Field, SelectField, SelectMultipleField

from app.publishing.logic import unix_lines
from app.web.form_base import Form
from app.web.i18n import day


@dataclass(frozen=True)
class Theirs:
    """A field as it is kept now: its label, its content in words, and the language of those ("" for the reader's own)."""

    label: str
    text: str
    language: str


def theirs_of(form: Form, kept: Mapping[str, object]) -> list[Theirs]:
    """Return the fields of a form that somebody else saved otherwise than they were typed; `kept` by field's name."""
    return [
        Theirs(str(form[name].label.text), _in_words(form[name], value), _language(name))
        for name, value in kept.items()
        if _plain(form[name].data) != _plain(value)
    ]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return unix_lines(value).strip()
    if isinstance(value, Iterable):
        return sorted(map(str, value))
    return "" if value is None else value


def _in_words(field: Field, value: object) -> str:
    if isinstance(field, SelectMultipleField | SelectField):
        wanted = {value} if isinstance(value, str) else {str(part) for part in value}  # type: ignore[attr-defined]
        return "; ".join(str(words) for key, words, *_rest in field.iter_choices() if key in wanted)
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


def _language(name: str) -> str:
    return name[-2:] if name.endswith(("_ms", "_en")) else ""
