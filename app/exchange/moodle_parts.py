"""Moodle XML: the parts that every question is made of, out of their elements. Pure."""

import math

from app.exchange.items import Markup
from app.exchange.qti_names import html_of
from app.exchange.xml_lines import Element

MARKUPS: dict[str, Markup] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}


def markup_of(element: Element | None) -> Markup:
    """Return how a text is written; Moodle takes HTML where nothing is said."""
    return MARKUPS.get(element.get("format") or "html", "moodle") if element else "html"


def words_of(element: Element | None) -> str:
    """Return the text of an element that holds a <text>, trimmed; older files hold it directly.

    Tags that were not escaped come back as tags.
    """
    if element is None:
        return ""
    inner = element.one("text")
    if inner is None:
        return element.text.strip()
    return (html_of(inner) if inner.children else inner.text).strip()


def line_of(element: Element | None) -> str:
    """Return the text of an element on one line."""
    if element is None:
        return ""
    inner = element.one("text")
    return " ".join((inner.words if inner else element.text).split())


def mark_of(element: Element) -> float | None:
    """Return the mark a question gives, 1 where it says nothing, None where it says no number from 0."""
    said = line_of(element.one("defaultgrade")).replace(",", ".")
    try:
        mark = float(said or 1)
    except ValueError:
        return None
    return mark if math.isfinite(mark) and mark >= 0 else None


def units_of(element: Element) -> list[Element]:
    """Return the units of a numerical question."""
    return [unit for part in element.all("units") for unit in part.all("unit")]


def files_of(element: Element) -> bool:
    """Return whether a question comes with pictures or other files."""
    held = any(part.name == "file" for part in element.walk())
    old = any(line_of(element.one(name)) for name in ("image", "image_base64"))
    return held or old or "@@PLUGINFILE@@" in element.words
