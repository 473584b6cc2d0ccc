"""YAML files of authors: read and checked against a shape, every fault with its line."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.handbooks.source import Fault, read_text

Shape = TypeVar("Shape", bound=BaseModel)
WORDS = {
    "missing": "is missing: add it",
    "extra_forbidden": "is not known here: take it out or correct its spelling",
    "string_type": "must be text: put it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "string_too_short": "is empty: write it",
    "too_short": "has too few entries",
    "too_long": "has too many entries",
    "model_type": "must have entries of its own below it",
    "dict_type": "must have entries of its own below it",
    "list_type": "must be a list",
    "date_from_datetime_parsing": "must be a date such as 2026-09-01",
    "date_type": "must be a date such as 2026-09-01",
    "union_tag_not_found": "has no kind: say which kind of question it is",
    "union_tag_invalid": "is not known here: correct it",
}


class Strict(BaseModel):
    """A shape that knows all its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Both(Strict):
    """A text in both languages."""

    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the text in one language."""
        return self.en if language == "en" else self.ms


def read_yaml(path: Path, shown: str) -> tuple[Any, list[Fault]]:
    """Read a YAML file keeping its lines; return its content and faults of writing."""
    text, faults = read_text(path, shown)
    if faults:
        return None, faults
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        content = yaml.load(text)
        return (
            (content, [])
            if not (line := _repeated(content, set()))
            else (
                None,
                [Fault(shown, line, "`&` and `*` are not used here: write the text out")],
            )
        )
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join(str(error.problem or "cannot be read").split())
        return None, [
            Fault(shown, line, f"not valid YAML ({problem}): mend this line or the one above")
        ]
    except RecursionError:
        return None, [Fault(shown, 1, "not valid YAML (nested too deeply)")]
    except (YAMLError, ValueError) as error:
        return None, [Fault(shown, 1, f"not valid YAML ({' '.join(str(error).split())[:120]})")]


def read_shape(path: Path, shown: str, shape: type[Shape]) -> tuple[Shape | None, Any, list[Fault]]:
    """Read a YAML file as a shape; return it (None when faulty), the raw content for line numbers, and all faults."""
    raw, faults = read_yaml(path, shown)
    if faults:
        return None, None, faults
    if not isinstance(raw, CommentedMap):
        return None, None, [Fault(shown, 1, "the file must begin with `key: value` lines")]
    try:
        return shape.model_validate(plain(raw)), raw, []
    except ValidationError as error:
        return None, raw, [_fault(shown, raw, item) for item in error.errors()]


def _repeated(value: Any, seen: set[int]) -> int:
    """Return the line of the first collection that stands in two places by an alias, else 0.

    Aliases could make a small file endless.
    """
    if not isinstance(value, CommentedMap | CommentedSeq):
        return 0
    if id(value) in seen:
        return int(value.lc.line) + 1
    seen.add(id(value))
    inner = value.values() if isinstance(value, CommentedMap) else value
    return next((line for part in inner if (line := _repeated(part, seen))), 0)


def plain(value: Any) -> Any:
    """Return YAML content as plain dicts, lists and scalars; a scalar of a known text style stays text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def _fault(shown: str, raw: Any, item: Any) -> Fault:
    place = _written(raw, [p for p in item["loc"] if not str(p).startswith("function-")])
    if item["type"] == "union_tag_invalid":
        place.append(item["ctx"]["discriminator"].strip("'"))
    what = WORDS.get(item["type"], item["msg"].removeprefix("Value error, "))
    name = ".".join(str(part) for part in place) or "the file"
    return Fault(shown, line_of(raw, place), f"{name} {what}")


def _written(raw: Any, place: list[Any]) -> list[Any]:
    """Return a place without the names that a union of shapes puts between its parts."""
    kept, here = [], raw
    for number, part in enumerate(place):
        known = (isinstance(here, dict) and part in here) or isinstance(part, int)
        if not known and number + 1 < len(place) and isinstance(part, str):
            continue
        kept.append(part)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
    return kept


def line_of(raw: Any, place: list[Any]) -> int:
    """Return the line (from 1) where the innermost known part of a place stands."""
    line, here = 1, raw
    for part in place:
        try:
            if isinstance(here, CommentedMap):
                line = here.lc.key(part)[0] + 1
            elif isinstance(here, CommentedSeq):
                line = here.lc.item(part)[0] + 1
            here = here[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line
