"""QTI: one assessment item into an item. Names are plain ones, see `qti_names`. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.exchange.items import Choice, Item, Kind, Markup, Pair, Span, Variant
from app.exchange.moodle_answers import NotHeldError as MoodleError
from app.exchange.moodle_answers import number_of
from app.exchange.qti_names import text_of
from app.exchange.xml_lines import Element

UNREAD = {
    "extendedtextinteraction": "essay: a free text cannot be marked by the program",
    "uploadinteraction": "handing in a file cannot be marked by the program",
    "drawinginteraction": "a drawing cannot be marked by the program",
    "inlinechoiceinteraction": "choosing words within a text is not read",
    "gapmatchinteraction": "dragging words into a text is not read",
    "hottextinteraction": "marking words within a text is not read",
    "associateinteraction": "pairing within one list is not read: write a matching of two lists",
    "sliderinteraction": "a slider is not read: write a numeric question",
    "mediainteraction": "sound and film are not read",
    "customInteraction": "an interaction of the maker's own is not read",
}
HTML = ("img", "object", "audio", "video", "math", "table", "stylesheet", "rubricblock")


class NotHeldError(Exception):
    """An item that does not come through; says why, in one sentence, and where."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass
class Declared:
    """The response that is declared: how many values of which type, the right ones, and what each is worth."""

    cardinality: str = "single"
    base: str = "identifier"
    right: list[str] = field(default_factory=list)
    worth: list[tuple[str, float]] = field(default_factory=list)
    case_sensitive: bool = False


Parts = tuple[Kind, dict[str, Any]]


def read_item(root: Element, category: str, tags: tuple[str, ...]) -> tuple[Item, list[str]]:
    """Return the item of an <assessmentItem> and what is not carried over.

    Raises NotHeldError with a sentence when it cannot be read or is of a kind that cannot be marked.
    """
    body = root.one("itembody")
    if body is None:
        raise NotHeldError("the item has no body")
    asked = _interaction(body)
    declared = _declared(root, asked)
    try:
        kind, parts = READERS[asked.name](root, asked, declared)
    except MoodleError as fault:
        raise NotHeldError(str(fault), asked.line) from fault
    stem, markup = _stem(body, asked)
    own = root.get("toolname") == "Seragam" and root.get("identifier").startswith("item-")
    item = Item(
        kind=kind,
        stem=stem,
        name=root.get("title"),
        code="" if own else root.get("label") or root.get("identifier"),
        category=category,
        tags=tags,
        markup=markup,
        feedback=_feedbacks(root).get("general", ""),
        mark=_mark(root),
        line=root.line,
        **parts,
    )
    return item, _lost(root)


def _interaction(body: Element) -> Element:
    found = [part for part in body.walk() if part.name.endswith("interaction")]
    if not found:
        raise NotHeldError("the item asks nothing, so there is nothing to mark", body.line)
    if len(found) > 1:
        raise NotHeldError("several interactions in one item are not read", found[1].line)
    if found[0].name not in READERS:
        reason = UNREAD.get(found[0].name, f"interactions of type {found[0].name} are not read")
        raise NotHeldError(reason, found[0].line)
    return found[0]


def _declared(root: Element, asked: Element) -> Declared:
    name = asked.get("responseidentifier", "RESPONSE")
    for part in root.all("responsedeclaration"):
        if part.get("identifier") != name:
            continue
        found = Declared(part.get("cardinality", "single"), part.get("basetype", "identifier"))
        for right in part.all("correctresponse"):
            found.right = [" ".join(value.words.split()) for value in right.all("value")]
        for mapping in part.all("mapping"):
            for entry in mapping.all("mapentry"):
                found.worth.append((entry.get("mapkey"), _float(entry.get("mappedvalue", "0"))))
                found.case_sensitive |= entry.get("casesensitive") == "true"
        return found
    raise NotHeldError(f"the response {name} is not declared", asked.line)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise NotHeldError(f"{text[:30]} is not a number") from error


def _stem(body: Element, asked: Element) -> tuple[str, Markup]:
    """Return what is asked: the marked stem of our own files, else all text but the interaction, then its prompt."""
    for part in body.walk():
        if part.get("data-stem"):
            return text_of(part)[0], _markup(part.get("data-stem"))
    before, rich = text_of(body, without=(asked.name,))
    prompt = asked.one("prompt")
    after, also = text_of(prompt) if prompt else ("", False)
    text = "\n\n".join(said for said in (before, after) if said)
    if not text:
        raise NotHeldError("the item has no text", body.line)
    return text, ("html" if rich or also else "plain")


def _markup(name: str) -> Markup:
    known: dict[str, Markup] = {"html": "html", "markdown": "markdown", "moodle": "moodle"}
    return known.get(name, "plain")


def _feedbacks(root: Element) -> dict[str, str]:
    return {
        part.get("identifier"): text_of(part)[0].strip()
        for part in root.all("modalfeedback")
        if part.get("showhide", "show") == "show"
    }


def _mark(root: Element) -> float:
    for part in root.all("outcomedeclaration"):
        if part.get("identifier") == "MAXSCORE" and (default := part.one("defaultvalue")):
            return _float(default.words.strip())
    return 1.0


def _inline(choice: Element) -> str:
    return "".join(p.words for p in choice.walk() if p.name == "feedbackinline").strip()


def _label(choice: Element) -> str:
    return text_of(choice, without=("feedbackinline",))[0].strip()


def _choice(root: Element, asked: Element, declared: Declared) -> Parts:
    said, options = _feedbacks(root), asked.all("simplechoice")
    worth = dict(declared.worth)
    if not worth:
        part = 1 / max(1, len(declared.right)) if declared.cardinality == "multiple" else 1.0
        worth = dict.fromkeys(declared.right, part)
    choices = [
        Choice(
            _label(option),
            max(-1.0, min(1.0, worth.get(option.get("identifier"), 0.0))),
            said.get(option.get("identifier"), "") or _inline(option),
        )
        for option in options
    ]
    if len(choices) < 2:
        raise NotHeldError("a choice needs at least two options", asked.line)
    if not any(choice.share > 0 for choice in choices):
        raise NotHeldError(
            "no option is right: there is neither correct response nor mapping", asked.line
        )
    if declared.cardinality == "multiple":
        return "multiple", {"choices": tuple(choices)}
    by_text = {choice.text.casefold(): choice for choice in choices}
    if set(by_text) == {"true", "false"} and len(choices) == 2:
        true, false = by_text["true"], by_text["false"]
        right = true.share > 0
        pair = (
            Choice("true", float(right), true.feedback),
            Choice("false", float(not right), false.feedback),
        )
        return "true_false", {"choices": pair}
    return "single", {"choices": tuple(choices)}


def _match(_root: Element, asked: Element, declared: Declared) -> Parts:
    sets = asked.all("simplematchset")
    if len(sets) != 2:
        raise NotHeldError("a matching needs two lists", asked.line)
    prompts, matches = (
        {part.get("identifier"): _label(part) for part in held.all("simpleassociablechoice")}
        for held in sets
    )
    right = declared.right or [key for key, value in declared.worth if value > 0]
    found: dict[str, str] = {}
    for pair in right:
        ends = pair.split()
        if len(ends) != 2:
            raise NotHeldError(f"{pair[:40]} is not a pair", asked.line)
        prompt, match = ends if ends[0] in prompts else reversed(ends)
        if prompt in found or prompt not in prompts or match not in matches:
            raise NotHeldError(
                "a prompt with several matches, or none of the list, is not read", asked.line
            )
        found[prompt] = match
    if len(found) < 2:
        raise NotHeldError("a matching needs at least two prompts with their matches", asked.line)
    pairs = [Pair(prompts[one], matches[other]) for one, other in found.items()]
    pairs += [Pair("", text) for name, text in matches.items() if name not in found.values()]
    return "matching", {"pairs": tuple(pairs)}


def _order(_root: Element, asked: Element, declared: Declared) -> Parts:
    steps = {part.get("identifier"): _label(part) for part in asked.all("simplechoice")}
    if len(declared.right) < 2 or any(name not in steps for name in declared.right):
        raise NotHeldError("the right order is not declared", asked.line)
    return "ordering", {"steps": tuple(steps[name] for name in declared.right)}


def _entry(root: Element, asked: Element, declared: Declared) -> Parts:
    if declared.base in ("integer", "float"):
        return _numeric(root, asked, declared)
    worth = declared.worth or [(text, 1.0) for text in declared.right]
    said = _feedbacks(root)
    variants = tuple(
        Variant(text, max(-1.0, min(1.0, share)), said.get(f"answer-{n}", ""))
        for n, (text, share) in enumerate(worth, start=1)
        if text.strip()
    )
    if not any(variant.share > 0 for variant in variants):
        raise NotHeldError("no answer is accepted", asked.line)
    return "short_answer", {"variants": variants, "case_sensitive": declared.case_sensitive}


def _numeric(root: Element, asked: Element, declared: Declared) -> Parts:
    said = _feedbacks(root)
    spans = [
        Span(value, tolerance, share, said.get(f"answer-{n}", ""))
        for n, (value, tolerance, share) in enumerate(_equals(root), start=1)
    ]
    worth = declared.worth or [(value, 1.0) for value in declared.right]
    spans = spans or [Span(number_of(value), "0", share) for value, share in worth]
    if not any(span.share > 0 for span in spans):
        raise NotHeldError("no number is right", asked.line)
    unit = next((p.words.strip() for p in root.walk() if p.get("data-unit")), "")
    return "numeric", {"spans": tuple(spans), "unit": unit}


def _equals(root: Element) -> list[tuple[str, str, float]]:
    """Return the numbers that response processing accepts: value, absolute tolerance, score."""
    found = []
    for branch in root.walk():
        if branch.name not in ("responseif", "responseelseif"):
            continue
        equal = branch.one("equal")
        value = equal.one("basevalue") if equal else None
        score = branch.one("setoutcomevalue")
        if equal is None or value is None or score is None or score.get("identifier") != "SCORE":
            continue
        tolerance = (equal.get("tolerance") or "0").split()[0]
        if equal.get("tolerancemode", "exact") == "relative":
            raise NotHeldError("a relative tolerance is not read: give it as a number", equal.line)
        share = _float(score.words.strip() or "0")
        found.append((number_of(value.words.strip()), number_of(tolerance).lstrip("-"), share))
    return found


READERS: dict[str, Callable[[Element, Element, Declared], Parts]] = {
    "choiceinteraction": _choice,
    "matchinteraction": _match,
    "orderinteraction": _order,
    "textentryinteraction": _entry,
}


def _lost(root: Element) -> list[str]:
    names = {part.name for part in root.walk()}
    found = [f"{name} elements" for name in HTML if name in names]
    if "feedbackblock" in names:
        found.append("feedback within the body")
    if root.get("adaptive") == "true":
        found.append("that the item is adaptive")
    if "templatedeclaration" in names:
        found.append("template variables")
    return found
