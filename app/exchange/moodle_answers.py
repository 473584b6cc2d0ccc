"""Moodle XML: one <question> into an item. Pure."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from app.exchange.items import Choice, Item, Kind, Markup, Pair, Span, Variant
from app.exchange.xml_lines import Element

MARKUPS: dict[str, Markup] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
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


Parts = tuple[Kind, dict[str, Any]]


def read_question(element: Element, category: str) -> tuple[Item, list[str]]:
    """Return the item of a <question> and what is not carried over.

    Raises NotHeldError with a sentence when it cannot be read or is of a kind that cannot be marked.
    """
    kind = element.get("type")
    reader = READERS.get(kind)
    if reader is None:
        raise NotHeldError(UNREAD.get(kind, f"questions of type {kind or '(none)'} are not read"))
    stem = element.one("questiontext")
    text = _words(stem)
    if not text:
        raise NotHeldError("the question has no text")
    markup = MARKUPS.get(stem.get("format", "moodle_auto_format") if stem else "", "moodle")
    ours, parts = reader(element)
    item = Item(
        kind=ours,
        stem=text,
        name=_line(element.one("name")),
        code=_line(element.one("idnumber")),
        category=category,
        tags=tuple(_line(tag) for part in element.all("tags") for tag in part.all("tag")),
        markup=markup,
        feedback=_words(element.one("generalfeedback")),
        mark=_mark(element),
        line=element.line,
        **parts,
    )
    return item, _lost(element, markup)


def _words(element: Element | None) -> str:
    """Return the text of an element that holds a <text>, trimmed; older files hold it directly."""
    if element is None:
        return ""
    inner = element.one("text")
    return (inner.words if inner else element.text).strip()


def _line(element: Element | None) -> str:
    return " ".join(_words(element).split())


def _mark(element: Element) -> float:
    said = _line(element.one("defaultgrade"))
    try:
        return float(said) if said else 1.0
    except ValueError:
        return 1.0


def _share(answer: Element) -> float:
    said = answer.get("fraction", "0").replace(",", ".") or "0"
    try:
        share = float(said) / 100
    except ValueError as error:
        raise NotHeldError(f"fraction {said[:20]} is not a number") from error
    if not -1 <= share <= 1:
        raise NotHeldError(f"a fraction of {said} is not between -100 and 100")
    return share


def _choices(element: Element) -> tuple[Choice, ...]:
    return tuple(
        Choice(_words(answer), _share(answer), _words(answer.one("feedback")))
        for answer in element.all("answer")
    )


def _multichoice(element: Element) -> Parts:
    choices = _choices(element)
    if len(choices) < 2:
        raise NotHeldError("a choice needs at least two options")
    single = _line(element.one("single")).lower() not in ("false", "0")
    if not any(choice.share > 0 for choice in choices):
        raise NotHeldError("no option is right: every fraction is zero or less")
    return ("single" if single else "multiple"), {"choices": choices}


def _all_or_nothing(element: Element) -> Parts:
    return "multiple", _multichoice(element)[1]


def _true_false(element: Element) -> Parts:
    found = {choice.text.casefold(): choice for choice in _choices(element)}
    if set(found) != {"true", "false"}:
        raise NotHeldError("a true/false question needs the answers true and false")
    true, false = found["true"], found["false"]
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
        Variant(_line(a), _share(a), _words(a.one("feedback"))) for a in element.all("answer")
    )
    if not any(variant.share > 0 and variant.text for variant in variants):
        raise NotHeldError("no answer is accepted")
    if any(not variant.text for variant in variants):
        raise NotHeldError("an accepted answer is empty")
    strict = _line(element.one("usecase")) in ("1", "true")
    return "short_answer", {"variants": variants, "case_sensitive": strict}


def _matching(element: Element) -> Parts:
    pairs = []
    for part in element.all("subquestion"):
        answer = part.one("answer")
        pairs.append(Pair(_words(part), _words(answer)))
    if sum(bool(pair.prompt) for pair in pairs) < 2:
        raise NotHeldError("a matching needs at least two prompts")
    if any(not pair.match for pair in pairs):
        raise NotHeldError("a prompt has nothing to match")
    return "matching", {"pairs": tuple(pairs)}


def _numeric(element: Element) -> Parts:
    spans = []
    for answer in element.all("answer"):
        said = _line(answer)
        if said == "*":
            continue
        spans.append(
            Span(
                number_of(said),
                number_of(_line(answer.one("tolerance")) or "0").lstrip("-"),
                _share(answer),
                _words(answer.one("feedback")),
            )
        )
    if not any(span.share > 0 for span in spans):
        raise NotHeldError("no number is right")
    units = [unit for part in element.all("units") for unit in part.all("unit")]
    name = units[0].one("unit_name") if units else None
    return "numeric", {"spans": tuple(spans), "unit": " ".join(name.words.split()) if name else ""}


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
    steps = tuple(_words(answer) for answer in answers)
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


def _lost(element: Element, markup: Markup) -> list[str]:
    """Return the features of a question that an item does not hold, where they say something."""
    kind = element.get("type")
    units = [unit for part in element.all("units") for unit in part.all("unit")]
    files = any(part.name == "file" for part in element.walk())
    features = (
        (files or "@@PLUGINFILE@@" in element.words, "pictures and other files"),
        (any(_words(hint) for hint in element.all("hint")), "hints between tries"),
        (_formats(element, markup), f"other text formats than the question's own ({markup})"),
        (
            kind == "numerical" and any(_line(a) == "*" for a in element.all("answer")),
            "feedback for any other number",
        ),
        (len(units) > 1, "further units"),
        (kind == "multichoiceset", "that nothing is given for a part"),
    )
    return [words for found, words in features if found] + _said_always(element)


def _formats(element: Element, markup: Markup) -> bool:
    return any(
        MARKUPS.get(part.get("format"), markup) != markup
        for part in element.walk()
        if part.get("format") and _words(part)
    )


def _said_always(element: Element) -> list[str]:
    """Return the feedbacks that are said whatever option was chosen, but those that Moodle writes of itself."""
    found = []
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        said = re.sub(r"<[^>]*>", "", _words(element.one(name))).strip()
        if said and not said.startswith("Your answer is"):
            found.append(f"{name}, said whatever option was chosen")
    return found
