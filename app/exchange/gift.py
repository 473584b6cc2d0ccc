"""GIFT, as Moodle reads and writes it: https://docs.moodle.org/en/GIFT_format."""

import re
from collections.abc import Sequence

from app.exchange.decoding import decoded
from app.exchange.gift_answers import NotHeldError, read_answers
from app.exchange.gift_paragraphs import Paragraph, paragraphs, unescaped
from app.exchange.gift_writing import write_items
from app.exchange.items import Item, Markup, Reading, Refusal, Writing

MARKUPS: dict[str, Markup] = {
    "html": "html",
    "markdown": "markdown",
    "plain": "plain",
    "moodle": "moodle",
}
MARKER = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
GAP = "_____"


def read(data: bytes) -> Reading:
    """Read a GIFT file: items in its order, refusals and warnings with the line where the question begins."""
    text, _encoding = decoded(data)
    items: list[Item] = []
    refused: list[Refusal] = []
    warnings: list[Refusal] = []
    for paragraph in paragraphs(text):
        try:
            item, said = read_question(paragraph)
        except NotHeldError as fault:
            refused.append(Refusal(paragraph.line, _name(paragraph), str(fault)))
            continue
        items.append(item)
        warnings += [Refusal(paragraph.line, _name(paragraph), words) for words in said]
    return Reading(tuple(items), tuple(refused), tuple(warnings))


def write(items: Sequence[Item]) -> Writing:
    """Write items as GIFT; ordering, and what else the format cannot hold, is named."""
    return write_items(items)


def read_question(paragraph: Paragraph) -> tuple[Item, list[str]]:
    """Return the item of one paragraph and what is not carried over.

    Raises NotHeldError with a sentence when it cannot be read or is of a kind that cannot be marked.
    """
    title, rest = _title(paragraph.text)
    head, inside, tail = _parts(rest)
    markup: Markup = "moodle"
    if marked := MARKER.match(head):
        markup = MARKUPS[marked[1].lower()]
        head = head[marked.end() :]
    if inside is None:
        raise NotHeldError("a description asks nothing, so there is nothing to mark")
    stem = cleaned(head, markup)
    if after := cleaned(tail, markup):
        stem = f"{stem} {GAP} {after}".strip()
    asked = read_answers(inside, stem, markup)
    item = Item(
        kind=asked.kind,
        stem=stem,
        name=title,
        code=paragraph.code,
        category=paragraph.category,
        tags=paragraph.tags,
        markup=markup,
        line=paragraph.line,
        **asked.parts,
    )
    return item, asked.warnings


def cleaned(text: str, markup: Markup) -> str:
    """Return a text as it is meant: escapes taken off, line ends of the file as spaces where they mean nothing."""
    if markup not in ("markdown", "html"):
        text = re.sub(r"[ \t]*\n\s*", " ", text)
    return unescaped(text.strip()).strip()


def _title(text: str) -> tuple[str, str]:
    found = re.match(r"\s*::((?:\\.|[^\\:]|:(?!:))*)::", text, re.DOTALL)
    if not found:
        return "", text
    return " ".join(unescaped(found[1]).split()), text[found.end() :]


def _parts(text: str) -> tuple[str, str | None, str]:
    """Return what stands before, within and after the braces; None within when there are none.

    Raises NotHeldError when braces do not match.
    """
    marks = [found for found in re.finditer(r"\\.|[{}]", text, re.DOTALL) if found[0] in "{}"]
    if not marks:
        return text, None, ""
    if marks[0][0] == "}":
        raise NotHeldError("a } stands before any {: write \\} if it belongs to the text")
    if len(marks) == 1:
        raise NotHeldError("the answers are never closed: a } is missing")
    if [found[0] for found in marks] != ["{", "}"]:
        raise NotHeldError(
            "there is more than one pair of braces: write \\{ and \\} for those that belong to the text"
        )
    opened, closed = marks
    return text[: opened.start()], text[opened.end() : closed.start()], text[closed.end() :]


def _name(paragraph: Paragraph) -> str:
    title, rest = _title(paragraph.text)
    if title:
        return title
    start = MARKER.sub("", rest.split("{")[0], count=1)
    return " ".join(unescaped(start).split())[:60]
