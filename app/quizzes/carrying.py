"""Between the bank of questions and the items of other systems: what is carried over, and what is not. Pure.

Other systems hold one language: a question goes out in one, and comes in as a draft whose other language is still empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.exchange.items import Choice, Item, Pair, Span, Variant
from app.exchange.texts import plain_words
from app.quizzes.answers import LETTERS, NUMBERS, REFER, places_of, plain_number

ASKS = {
    "single": {"ms": "Pilih jawapan yang betul.", "en": "Choose the right answer."},
    "multiple": {"ms": "Pilih semua yang betul.", "en": "Choose all that are right."},
    "true_false": {"ms": "Betul atau salah?", "en": "True or false?"},
    "matching": {"ms": "Padankan setiap perkara.", "en": "Match each item."},
    "ordering": {"ms": "Susun langkah ini.", "en": "Put these steps in order."},
    "numeric": {"ms": "Tulis nombornya.", "en": "Write the number."},
    "short_answer": {"ms": "Tulis jawapannya.", "en": "Write the answer."},
}
MOST_OPTIONS = 10


class UnfitError(Exception):
    """An item that the bank cannot hold; says why, in one sentence."""


@dataclass(frozen=True)
class Carried:
    """A question as the bank stores it, and what of its item was left behind."""

    kind: str
    content: dict[str, Any]
    key: str
    alphabet: str
    left: tuple[str, ...]


def from_item(item: Item, language: str) -> Carried:
    """Return the draft of an item in one language; raises UnfitError with a sentence."""
    case, ask = _asked(plain_words(item.stem, item.markup), item.kind, language)
    content = {"case": case, "ask": ask}
    parts, key, alphabet = INWARD[item.kind](item, language)
    return Carried(item.kind, content | parts, key, alphabet, tuple(_left(item)))


def _in(text: str, language: str) -> dict[str, str]:
    return {"ms": "", "en": ""} | {language: text}


def _asked(stem: str, kind: str, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Part a stem into its case and what is asked: the last paragraph, where there are several."""
    case, _gap, ask = stem.rpartition("\n\n")
    if case:
        return _in(case, language), _in(ask, language)
    return _in(stem, language), dict(ASKS[kind])


def _words(text: str, item: Item, language: str) -> dict[str, str]:
    return _in(plain_words(text, item.markup), language)


def _needed(text: str, item: Item, language: str) -> dict[str, str]:
    """Return a text that an answer consists of; it must say something once its HTML is taken off."""
    said = plain_words(text, item.markup)
    if not said.strip():
        raise UnfitError("one of its answers has no words, only HTML or space")
    return _in(said, language)


Inward = tuple[dict[str, Any], str, str]


def _choice(item: Item, language: str) -> Inward:
    several = item.kind == "multiple"
    right = [choice.share > 0 if several else choice.share == 1 for choice in item.choices]
    if len(item.choices) > MOST_OPTIONS:
        raise UnfitError(f"it has {len(item.choices)} options; the bank holds up to {MOST_OPTIONS}")
    if not several and sum(right) != 1:
        raise UnfitError(
            f"{sum(right)} options are wholly right; a single choice needs exactly one"
        )
    if all(right):
        raise UnfitError("every option is right, so it asks nothing")
    options = [
        {
            "id": letter,
            "correct": correct,
            "text": _needed(choice.text, item, language),
            "reason": _words(choice.feedback, item, language),
            "misconception": None if correct else _in("", language),
        }
        for letter, choice, correct in zip(LETTERS, item.choices, right, strict=False)
    ]
    key = "".join(str(option["id"]) for option in options if option["correct"])
    return {"options": options}, key, LETTERS[: len(options)] + REFER


def _true_false(item: Item, language: str) -> Inward:
    parts, key, alphabet = _choice(item, language)
    texts = ({"ms": "Betul", "en": "True"}, {"ms": "Salah", "en": "False"})
    for option, text in zip(parts["options"], texts, strict=True):
        option["text"] = text
    return parts, key, alphabet


def _matching(item: Item, language: str) -> Inward:
    matches = list(dict.fromkeys(plain_words(pair.match, item.markup) for pair in item.pairs))
    prompts = [pair for pair in item.pairs if pair.prompt]
    if len(matches) > len(NUMBERS) or len(prompts) > 8:
        raise UnfitError("it has more than eight prompts or nine matches")
    numbers = dict(zip(matches, NUMBERS, strict=False))
    lettered = list(zip(LETTERS, prompts, strict=False))
    content = {
        "prompts": [
            {
                "id": letter,
                "text": _needed(pair.prompt, item, language),
                "reason": _in("", language),
            }
            for letter, pair in lettered
        ],
        "matches": [{"id": numbers[m], "text": _needed(m, item, language)} for m in matches],
    }
    key = "".join(
        letter + numbers[plain_words(pair.match, item.markup)] for letter, pair in lettered
    )
    return content, key, "".join(numbers.values()) + LETTERS[: len(prompts)] + REFER


def _ordering(item: Item, language: str) -> Inward:
    count = len(item.steps)
    if not 3 <= count <= len(NUMBERS):
        raise UnfitError(f"it has {count} steps; the bank holds three to nine")
    # letters turned by one, so that they do not betray the order
    letters = LETTERS[1:count] + LETTERS[0]
    steps = sorted(
        (
            {"id": letter, "text": _needed(step, item, language)}
            for letter, step in zip(letters, item.steps, strict=True)
        ),
        key=lambda step: str(step["id"]),
    )
    key = "".join(letter + NUMBERS[letters.index(letter)] for letter in sorted(letters))
    content = {"steps": steps, "reason": _words(item.feedback, item, language)}
    return content, key, NUMBERS[:count] + LETTERS[:count] + REFER


def _numeric(item: Item, language: str) -> Inward:
    right = [span for span in item.spans if span.share == 1]
    if len(right) != 1:
        raise UnfitError(
            f"{len(right)} numbers are wholly right; the bank holds one with its tolerance"
        )
    value = plain_number(right[0].value)
    number = {
        "value": value,
        "tolerance": plain_number(right[0].tolerance),
        "unit": _in(item.unit, language) if item.unit else None,
    }
    reach = Decimal(right[0].value), Decimal(right[0].tolerance)
    wrong = [
        span
        for span in item.spans
        if span.share < 1
        and abs(Decimal(span.value) - reach[0]) > reach[1] + Decimal(span.tolerance)
    ]
    content = {
        "number": number,
        "reason": _words(right[0].feedback or item.feedback, item, language),
        "misreadings": [
            {
                "value": plain_number(span.value),
                "tolerance": plain_number(span.tolerance),
                "reason": _words(span.feedback, item, language),
                "misconception": _in("", language),
            }
            for span in wrong
        ],
    }
    return content, "=" + value, "=" + REFER


def _short(item: Item, language: str) -> Inward:
    right = [plain_words(v.text, item.markup) for v in item.variants if v.share == 1]
    wrong = [v for v in item.variants if v.share < 1]
    if not right:
        raise UnfitError("no text is wholly right")
    said = next((v.feedback for v in item.variants if v.share == 1 and v.feedback), item.feedback)
    content = {
        "variants": {"ms": [], "en": []} | {language: right},
        "reason": _words(said, item, language),
        "misreadings": [
            {
                "variants": {"ms": [], "en": []} | {language: [plain_words(v.text, item.markup)]},
                "reason": _words(v.feedback, item, language),
                "misconception": _in("", language),
            }
            for v in wrong
        ],
    }
    return content, "=" + right[0], "=" + REFER


INWARD = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
    "short_answer": _short,
}


def _left(item: Item) -> list[str]:
    shares = [choice.share for choice in item.choices] + [v.share for v in item.variants]
    shares += [span.share for span in item.spans]
    whole = item.kind == "multiple" or all(share in (0, 1) for share in shares)
    rich = item.markup == "html" and "<" in item.stem
    features = (
        (not whole, "part marks (a question counts when all of it is right)"),
        (item.mark != 1, f"the mark of {item.mark:g} (every question counts once)"),
        (item.case_sensitive, "that capitals matter"),
        (rich, "HTML (only its words come over)"),
        (bool(item.feedback) and bool(item.choices or item.pairs), "the general feedback"),
    )
    return [words for found, words in features if found]


def to_item(row: Mapping[str, Any], language: str) -> tuple[Item, list[str]]:
    """Return the item of a question in one language, and what it leaves behind.

    `row` has key, rule, kind, content and key_choice. Raises UnfitError for a form check, which no format holds.
    """
    kind, content = row["kind"], row["content"]
    if kind == "form_check":
        raise UnfitError("a form check is a form to be marked; no exchange format holds it")
    stem = "\n\n".join(t for t in (content["case"][language], content["ask"][language]) if t)
    parts = OUTWARD[kind](content, row["key_choice"], language)
    item = Item(
        kind=kind, stem=stem, name=row["key"], code=row["key"], category=row["rule"], **parts
    )
    misread = any(option.get("misconception") for option in content.get("options", []))
    left = (
        ["the misconceptions behind wrong answers"] if misread or content.get("misreadings") else []
    )
    return item, left


def _out_choice(content: Mapping[str, Any], key: str, language: str) -> dict[str, Any]:
    worth = 1.0 if len(key) == 1 else round(1 / len(key), 7)
    return {
        "choices": tuple(
            Choice(
                option["text"][language],
                worth if option["correct"] else 0.0,
                option["reason"][language],
            )
            for option in content["options"]
        )
    }


def _out_truth(content: Mapping[str, Any], key: str, language: str) -> dict[str, Any]:
    reasons = [option["reason"][language] for option in content["options"]]
    return {
        "choices": (
            Choice("true", float(key == "a"), reasons[0]),
            Choice("false", float(key == "b"), reasons[1]),
        )
    }


def _out_matching(content: Mapping[str, Any], key: str, language: str) -> dict[str, Any]:
    texts = {match["id"]: match["text"][language] for match in content["matches"]}
    right = places_of(key)
    pairs = [Pair(p["text"][language], texts[right[p["id"]]]) for p in content["prompts"]]
    pairs += [Pair("", text) for number, text in texts.items() if number not in right.values()]
    return {"pairs": tuple(pairs)}


def _out_ordering(content: Mapping[str, Any], key: str, language: str) -> dict[str, Any]:
    place = places_of(key)
    steps = sorted(content["steps"], key=lambda step: place[step["id"]])
    return {
        "steps": tuple(step["text"][language] for step in steps),
        "feedback": content["reason"][language],
    }


def _out_numeric(content: Mapping[str, Any], _key: str, language: str) -> dict[str, Any]:
    number = content["number"]
    spans = [Span(number["value"], number["tolerance"], 1.0, content["reason"][language])]
    spans += [
        Span(m["value"], m["tolerance"], 0.0, m["reason"][language]) for m in content["misreadings"]
    ]
    return {"spans": tuple(spans), "unit": number["unit"][language] if number["unit"] else ""}


def _out_short(content: Mapping[str, Any], _key: str, language: str) -> dict[str, Any]:
    variants = [
        Variant(text, 1.0, content["reason"][language] if n == 0 else "")
        for n, text in enumerate(content["variants"][language])
    ]
    variants += [
        Variant(text, 0.0, m["reason"][language])
        for m in content["misreadings"]
        for text in m["variants"][language]
    ]
    return {"variants": tuple(variants)}


OUTWARD = {
    "single": _out_choice,
    "multiple": _out_choice,
    "true_false": _out_truth,
    "matching": _out_matching,
    "ordering": _out_ordering,
    "numeric": _out_numeric,
    "short_answer": _out_short,
}
