"""Moodle XML: one <question> into an item. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from app.exchange.items import Choice, Item, Kind, Pair, Span, Variant
from app.exchange.moodle_lost import lost
from app.exchange.moodle_parts import line_of, mark_of, markup_of, units_of, words_of
from app.exchange.xml_lines import Element

UNREAD = {
    "essay": "essay: a free text cannot be marked by the program",
    "description": "a description asks nothing, so there is nothing to mark",
    "cloze": "cloze: several questions in one text are not read; write them as questions of their own",
    "multianswer": "cloze: several questions in one text are not read; write them as questions of their own",
    "random": "a random question is a draw, not a question",
    "randomsamatch": "a random matching is a draw, not a question",
    "calculated": "a calculated question with variables is not read",
    "calculatedsimple": "a calculated question with variables is not read",
    "calculatedmulti": "a calculated question with variables is not read",
    "gapselect": "words to choose within a text are not read",
    "ddwtos": "words to drag into a text are not read",
    "ddimageortext": "dragging onto a picture is not read: a picture alone is closed to a screen reader",
    "ddmarker": "dragging onto a picture is not read: a picture alone is closed to a screen reader",
}


class NotHeldError(Exception):
    """A question that does not come through; says why, in one sentence."""


# what true and false are called in files older than Moodle 2
TRUTHS = {
    "true": True,
    "betul": True,
    "benar": True,
    "false": False,
    "salah": False,
    "palsu": False,
}
Parts = tuple[Kind, dict[str, Any]]


def read_question(element: Element, category: str) -> tuple[Item, list[str]]:
    """Return the item of a <question> and what is not carried over.

    Raises NotHeldError with a sentence when it cannot be read or is of a kind that cannot be marked.
    """
    kind = element.get("type").strip().lower()
    reader = READERS.get(kind)
    if reader is None:
        raise NotHeldError(
            UNREAD.get(kind, f"questions of type {kind[:30] or '(none)'} are not read")
        )
    stem = element.one("questiontext")
    text = words_of(stem)
    if not text:
        raise NotHeldError("the question has no text")
    markup = markup_of(stem)
    mark = mark_of(element)
    ours, parts = reader(element)
    item = Item(
        kind=ours,
        stem=text,
        name=line_of(element.one("name")),
        code=line_of(element.one("idnumber")),
        category=category,
        tags=_tags(element),
        markup=markup,
        feedback=words_of(element.one("generalfeedback")),
        mark=1.0 if mark is None else mark,
        line=element.line,
        **parts,
    )
    return item, lost(element, markup)


def _tags(element: Element) -> tuple[str, ...]:
    tags = [line_of(tag) for part in element.all("tags") for tag in part.all("tag")]
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _share(answer: Element) -> float:
    part = answer.one("fraction")  # old files say it so, as a part of 1
    said = line_of(part) if part else answer.get("fraction", "0").strip().rstrip("%")
    try:
        share = float(said.replace(",", ".") or 0) / (1 if part else 100)
    except ValueError as error:
        raise NotHeldError(f"fraction {said[:20]} is not a number") from error
    if not -1 <= share <= 1:
        raise NotHeldError(f"a fraction of {said[:20]} is not between -100 and 100")
    return share


def _choices(element: Element) -> tuple[Choice, ...]:
    return tuple(
        Choice(words_of(answer), _share(answer), words_of(answer.one("feedback")))
        for answer in element.all("answer")
    )


def _multichoice(element: Element) -> Parts:
    # what was left empty in Moodle's form is no option
    choices = tuple(choice for choice in _choices(element) if choice.text or choice.share)
    if not all(choice.text for choice in choices):
        raise NotHeldError("an option has no text")
    if len(choices) < 2:
        raise NotHeldError("a choice needs at least two options")
    single = line_of(element.one("single")).lower() not in ("false", "0")
    if not any(choice.share > 0 for choice in choices):
        raise NotHeldError("no option is right: every fraction is zero or less")
    return ("single" if single else "multiple"), {"choices": choices}


def _all_or_nothing(element: Element) -> Parts:
    """Share the mark among the right options, and take all of it for a wrong one: its files say only right or wrong."""
    choices = _multichoice(element)[1]["choices"]
    worth = round(1 / sum(choice.share > 0 for choice in choices), 7)
    return "multiple", {
        "choices": tuple(replace(c, share=worth if c.share > 0 else -1.0) for c in choices)
    }


def _true_false(element: Element) -> Parts:
    choices = _choices(element)
    if len(choices) != 2:
        raise NotHeldError("a true/false question needs two answers")
    # files older than Moodle 2 hold the words of their language, true first
    first, second = (TRUTHS.get(choice.text.casefold()) for choice in choices)
    if first is not None and first == second:
        raise NotHeldError("a true/false question needs the answers true and false")
    turned = first is False or (first is None and second is True)
    true, false = reversed(choices) if turned else choices
    if {true.share > 0, false.share > 0} != {True, False}:
        raise NotHeldError("exactly one of true and false must be right")
    right = true.share > 0
    return "true_false", {
        "choices": (
            Choice("true", float(right), true.feedback),
            Choice("false", float(not right), false.feedback),
        )
    }


def _short_answer(element: Element) -> Parts:
    variants = tuple(
        Variant(line_of(a), _share(a), words_of(a.one("feedback"))) for a in element.all("answer")
    )
    if not any(variant.share > 0 and variant.text for variant in variants):
        raise NotHeldError("no answer is accepted")
    held = tuple(variant for variant in variants if variant.text)
    strict = line_of(element.one("usecase")) in ("1", "true")
    return "short_answer", {"variants": held, "case_sensitive": strict}


def _matching(element: Element) -> Parts:
    pairs = []
    for part in element.all("subquestion"):
        answer = part.one("answer")
        pair = Pair(words_of(part), words_of(answer))
        pairs += [pair] if pair.prompt or pair.match else []
    if sum(bool(pair.prompt) for pair in pairs) < 2:
        raise NotHeldError("a matching needs at least two prompts")
    if any(not pair.match for pair in pairs):
        raise NotHeldError("a prompt has nothing to match")
    return "matching", {"pairs": tuple(pairs)}


def _numeric(element: Element) -> Parts:
    spans = []
    for answer in element.all("answer"):
        said = line_of(answer)
        if said in ("", "*"):
            continue
        spans.append(
            Span(
                number_of(said),
                number_of(line_of(answer.one("tolerance")) or "0").lstrip("-"),
                _share(answer),
                words_of(answer.one("feedback")),
            )
        )
    if not any(span.share > 0 for span in spans):
        raise NotHeldError("no number is right")
    units = units_of(element)
    name = units[0].one("unit_name") if units else None
    return "numeric", {"spans": tuple(spans), "unit": line_of(name)}


def number_of(said: str) -> str:
    """Return a number as it is kept, with a decimal point; raises NotHeldError when it is none."""
    text = said.replace(",", ".") if said.count(",") == 1 and "." not in said else said
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", text, re.ASCII):
        raise NotHeldError(f"{said[:30] or 'nothing'} is not a number")
    try:
        value = format(Decimal(text), "f")
    except InvalidOperation as error:  # pragma: no cover  # the pattern has seen to it
        raise NotHeldError(f"{said[:30]} is not a number") from error
    plain = value.rstrip("0").rstrip(".") if "." in value else value
    return "0" if plain in ("-0", "") else plain


def _ordering(element: Element) -> Parts:
    answers = sorted(element.all("answer"), key=_place)
    steps = tuple(words_of(answer) for answer in answers)
    if len(steps) < 2 or not all(steps):
        raise NotHeldError("an ordering needs at least two steps, none of them empty")
    return "ordering", {"steps": steps}


def _place(answer: Element) -> float:
    """Return a step's place; files that give none keep their order."""
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        return 0


READERS: dict[str, Callable[[Element], Parts]] = {
    "multichoice": _multichoice,
    "multichoiceset": _all_or_nothing,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "numerical": _numeric,
    "ordering": _ordering,
}
