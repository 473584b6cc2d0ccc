"""Moodle XML, as Moodle's question bank writes it: https://docs.moodle.org/en/Moodle_XML_format."""

from collections.abc import Sequence

from app.exchange.items import Item, Reading, Refusal, Writing
from app.exchange.moodle_answers import NotHeldError, read_question
from app.exchange.moodle_parts import line_of, markup_of
from app.exchange.moodle_writing import TOP, write_items
from app.exchange.texts import plain_words
from app.exchange.xml_lines import Element, parse

NOT_MOODLE = "this is not a Moodle question bank: it should begin with <quiz>"


def read(data: bytes) -> Reading:
    """Read a Moodle XML file: items in its order, refusals and warnings with the line of the question."""
    root, broken = parse(data)
    items: list[Item] = []
    refused: list[Refusal] = []
    warnings: list[Refusal] = []
    if root is not None and root.name not in ("quiz", "question"):
        return Reading((), (Refusal(root.line, "", NOT_MOODLE),))
    category = ""
    for element in _questions(root):
        if element.get("type").strip().lower() == "category":
            category = _category(element)
            continue
        if not element.complete:
            continue
        name = name_of(element)
        try:
            item, said = read_question(element, category)
        except NotHeldError as fault:
            refused.append(Refusal(element.line, name, str(fault)))
            continue
        items.append(item)
        warnings += [Refusal(element.line, name, words) for words in said]
    if broken:
        refused.append(Refusal(broken.line, "", broken.reason))
    return Reading(tuple(items), tuple(refused), tuple(warnings))


def write(items: Sequence[Item]) -> Writing:
    """Write items as Moodle XML."""
    return write_items(items)


def _questions(root: Element | None) -> list[Element]:
    if root is None:
        return []
    return [root] if root.name == "question" else root.all("question")


def _category(element: Element) -> str:
    path = line_of(element.one("category"))
    return "" if path == TOP else path


def name_of(element: Element) -> str:
    """Return a question's name, or the beginning of its text."""
    stem = element.one("questiontext")
    words = line_of(element.one("name")) or plain_words(line_of(stem), markup_of(stem))
    return " ".join(words.split())[:60]
