"""GIFT, second step: what stands within the braces of a question. Pure."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from app.exchange.gift_paragraphs import unescaped
from app.exchange.items import Choice, Kind, Markup, Pair, Span, Variant

TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
MARKER = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?"


class NotHeldError(Exception):
    """A question that does not come through; says why, in one sentence."""


@dataclass(frozen=True)
class Part:
    """One answer: its sign ("=" or "~"), its weight in per cent if given, its text and feedback, still escaped."""

    sign: str
    weight: float | None
    text: str
    feedback: str


@dataclass
class Asked:
    """What the answers make of a question: its kind, the fields of its item, and what is not carried over."""

    kind: Kind
    parts: dict[str, Any]
    warnings: list[str] = field(default_factory=list)


def read_answers(inside: str, stem: str, markup: Markup) -> Asked:
    """Return what the text within braces asks.

    Raises NotHeldError for an essay and for what cannot be read.
    """
    body, feedback = _general_feedback(inside)
    found = _asked(body, markup)
    if feedback.strip():
        found.parts["feedback"] = _text(feedback, markup, found.warnings)
    if not stem:
        raise NotHeldError("the question has no text before or after its answers")
    return found


def _asked(body: str, markup: Markup) -> Asked:
    bare = body.strip()
    if not bare:
        raise NotHeldError("essay: a free text cannot be marked by the program")
    if bare.startswith("#"):
        return _numeric(bare[1:], markup)
    if bare.startswith(">"):
        raise NotHeldError("the ordering plugin of GIFT is not read: bring it in as Moodle XML")
    truth = re.match(r"(TRUE|FALSE|T|F)\s*(?=#|$)", bare)
    if truth:
        return _true_false(TRUTH[truth[1]], bare[truth.end() :], markup)
    parts = _parts(bare if bare[0] in "=~" or _pieces(bare, "=~")[1:] else f"={bare}")
    if all(part.sign == "=" for part in parts):
        if all(_arrow(part.text) for part in parts):
            return _matching(parts, markup)
        return _short_answer(parts, markup)
    return _choices(parts, markup)


def _general_feedback(inside: str) -> tuple[str, str]:
    found = re.search(r"(?<!\\)(?:\\\\)*####", inside)
    if not found:
        return inside, ""
    return inside[: found.end() - 4], inside[found.end() :]


def _pieces(text: str, signs: str) -> list[str]:
    """Return a text cut before each unescaped sign, the sign kept at the head of its piece."""
    cuts = [
        found.start()
        for found in re.finditer(r"\\.|[" + re.escape(signs) + "]", text, re.DOTALL)
        if found[0][0] != "\\"
    ]
    bounds = [0, *cuts, len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


def _parts(text: str) -> list[Part]:
    """Return the answers of a text; raises NotHeldError when it does not begin with one."""
    head, *pieces = _pieces(text, "=~")
    if head.strip():
        raise NotHeldError(f"the answers begin with neither = nor ~: {' '.join(head.split())[:40]}")
    if not pieces:
        raise NotHeldError("there is no answer")
    return [_part(piece) for piece in pieces]


def _part(piece: str) -> Part:
    said, *feedback = _pieces(piece[1:], "#")
    weighed = re.match(r"\s*%([+-]?\d+(?:[.,]\d+)?)%", said)
    weight = None
    if weighed:
        weight = float(weighed[1].replace(",", "."))
        said = said[weighed.end() :]
    return Part(piece[0], weight, said, "".join(feedback)[1:] if feedback else "")


def _text(text: str, markup: Markup, warnings: list[str]) -> str:
    """Return a text as it is meant; another markup than the question's is told."""
    if marked := MARKER.match(text):
        text = text[marked.end() :]
        if marked[1].lower() != markup:
            said = f"an answer's own text format, [{marked[1].lower()}], is read as {markup}"
            if said not in warnings:
                warnings.append(said)
    if markup not in ("markdown", "html"):
        text = re.sub(r"[ \t]*\n\s*", " ", text)
    return unescaped(text.strip()).strip()


def _share(part: Part, default: float) -> float:
    share = default if part.weight is None else part.weight / 100
    if not -1 <= share <= 1:
        raise NotHeldError(f"a weight of {part.weight:g} per cent is not between -100 and 100")
    return share


def _choices(parts: list[Part], markup: Markup) -> Asked:
    several = not any(part.sign == "=" for part in parts)
    warnings: list[str] = []
    choices = tuple(
        Choice(
            _text(part.text, markup, warnings),
            _share(part, 1.0 if part.sign == "=" else 0.0),
            _text(part.feedback, markup, warnings),
        )
        for part in parts
    )
    if len(choices) < 2:
        raise NotHeldError("a choice needs at least two options")
    if several and not any(choice.share > 0 for choice in choices):
        raise NotHeldError("no option is right: mark one with = or give weights")
    return Asked("multiple" if several else "single", {"choices": choices}, warnings)


def _true_false(right: bool, rest: str, markup: Markup) -> Asked:
    """Read the feedbacks: first that of the wrong response, then that of the right one, as Moodle does."""
    said = [piece[1:] for piece in _pieces(rest, "#")[1:]]
    warnings: list[str] = []
    texts = [_text(piece, markup, warnings) for piece in said[:2]] + ["", ""]
    if len(said) > 2:
        warnings.append("a third feedback of a true/false question")
    wrong, good = texts[0], texts[1]
    choices = (
        Choice("true", float(right), good if right else wrong),
        Choice("false", float(not right), wrong if right else good),
    )
    return Asked("true_false", {"choices": choices}, warnings)


def _arrow(text: str) -> bool:
    return "->" in text


def _matching(parts: list[Part], markup: Markup) -> Asked:
    warnings: list[str] = []
    pairs = []
    for part in parts:
        prompt, _arrow_sign, match = part.text.partition("->")
        pairs.append(Pair(_text(prompt, markup, warnings), _text(match, markup, warnings)))
        if part.feedback.strip():
            warnings.append("feedback of a pair")
    if sum(bool(pair.prompt) for pair in pairs) < 2:
        raise NotHeldError("a matching needs at least two prompts")
    if any(not pair.match for pair in pairs):
        raise NotHeldError("a prompt has nothing to match: write =prompt -> match")
    return Asked("matching", {"pairs": tuple(pairs)}, warnings)


def _short_answer(parts: list[Part], markup: Markup) -> Asked:
    warnings: list[str] = []
    variants = tuple(
        Variant(
            _text(part.text, markup, warnings),
            _share(part, 1.0),
            _text(part.feedback, markup, warnings),
        )
        for part in parts
    )
    if any(not variant.text for variant in variants):
        raise NotHeldError("an accepted answer is empty")
    if not any(variant.share > 0 for variant in variants):
        raise NotHeldError("no answer is right: every weight is zero")
    return Asked("short_answer", {"variants": variants}, warnings)


def _numeric(body: str, markup: Markup) -> Asked:
    warnings: list[str] = []
    if body.lstrip()[:1] not in ("=", "~"):
        body = "=" + body
    spans = []
    for part in _parts(body.strip()):
        if part.sign == "~" or part.text.strip() == "*":
            warnings.append("feedback for any other number")
            continue
        value, tolerance = _span(_text(part.text, "plain", warnings))
        share = _share(part, 1.0)
        spans.append(Span(value, tolerance, share, _text(part.feedback, markup, warnings)))
    if not any(span.share > 0 for span in spans):
        raise NotHeldError("no number is right")
    return Asked("numeric", {"spans": tuple(spans)}, warnings)


def _span(text: str) -> tuple[str, str]:
    """Return a number and its tolerance, from `3`, `3:0.5` or `1..5`."""
    said = text.replace(" ", "")
    if found := re.fullmatch(f"({NUMBER})\\.\\.({NUMBER})", said):
        low, high = _decimal(found[1]), _decimal(found[2])
        if low > high:
            low, high = high, low
        return _plain((low + high) / 2), _plain((high - low) / 2)
    if found := re.fullmatch(f"({NUMBER})(?::({NUMBER}))?", said):
        return _plain(_decimal(found[1])), _plain(abs(_decimal(found[2] or "0")))
    raise NotHeldError(
        f"{text[:40] or 'nothing'} is not a number, a number:tolerance or a low..high range"
    )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:  # pragma: no cover  # NUMBER has seen to it
        raise NotHeldError(f"{text} is not a number") from error


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
