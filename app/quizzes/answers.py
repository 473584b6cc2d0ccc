"""Answers as they are kept: one short text for every kind of question. Pure.

Choices are letters in order ("b", "ac"); placings are a letter with the number put to it ("a3b1": matching, ordering, the
faults of a form); what was written begins with "=". "u" is "not sure, I would refer", "0" is "this form has no fault", ""
is not answered.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

CHOICE_KINDS = ("single", "multiple", "true_false")
PLACING_KINDS = ("matching", "ordering", "form_check")
WRITTEN_KINDS = ("numeric", "short_answer")
KINDS = CHOICE_KINDS + PLACING_KINDS + WRITTEN_KINDS
LETTERS = "abcdefghijklmnopqrst"
NUMBERS = "123456789"
REFER = "u"
NO_FAULT = "0"
LONGEST_WRITTEN = 200
PAIRS = re.compile(r"(?:[a-t][1-9])*")


def letters_chosen(letters: Sequence[str], *, kind: str) -> str | None:
    """Return chosen letters in order, or None when they make no sense; "not sure" excludes the others."""
    chosen = sorted(set(letters))
    if any(len(letter) != 1 or letter not in LETTERS + REFER for letter in chosen):
        return None
    if REFER in chosen:
        return REFER
    if len(chosen) > 1 and kind != "multiple":
        return None
    return "".join(chosen)


def placed(places: Mapping[str, str], marks: Sequence[str]) -> str | None:
    """Return what was put where, by letter, or None when it makes no sense; `marks` may hold "u" or "0"."""
    if REFER in marks:
        return REFER
    if any(mark != NO_FAULT for mark in marks):
        return None
    pairs = [(letter, number) for letter, number in sorted(places.items()) if number]
    if any(
        len(letter) != 1 or letter not in LETTERS or len(number) != 1 or number not in NUMBERS
        for letter, number in pairs
    ):
        return None
    return "".join(letter + number for letter, number in pairs) or (NO_FAULT if marks else "")


def places_of(answer: str) -> dict[str, str]:
    """Return the number put to each letter by an answer; empty for any other answer."""
    if not PAIRS.fullmatch(answer):
        return {}
    return dict(zip(answer[::2], answer[1::2], strict=True))


def number_written(text: str, units: Sequence[str] = ()) -> str | None:
    """Return a number as it is kept ("=42", "=3.5"), "" for nothing, or None when it cannot be read.

    A comma groups thousands, a point is decimal, as Malaysians write; a unit of the question before or after is allowed.
    """
    said = " ".join(unicodedata.normalize("NFKC", text).split()).replace("\u2212", "-")
    if not said:
        return ""
    folded = said.casefold()
    for unit in sorted((u.casefold() for u in units if u), key=len, reverse=True):
        if folded.endswith(unit):
            folded = folded[: -len(unit)].strip()
            break
        if folded.startswith(unit):
            folded = folded[len(unit) :].strip()
            break
    digits = folded.replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", digits, re.ASCII):
        digits = digits.replace(",", "")
    if len(digits) > 20 or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", digits, re.ASCII):
        return None
    return "=" + plain_number(digits)


def plain_number(digits: str) -> str:
    """Return a number without a sign of plus, leading or trailing zeros; raises ValueError when it is none."""
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(f"{digits} is not a number") from error
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def text_written(text: str) -> str | None:
    """Return a short text as it is kept ("=sijil kelahiran"), "" for nothing, or None when it is too long."""
    said = " ".join(unicodedata.normalize("NFC", text).split())
    said = "".join(sign for sign in said if unicodedata.category(sign)[0] != "C")
    if len(said) > LONGEST_WRITTEN:
        return None
    return f"={said}" if said else ""


def folded(text: str) -> str:
    """Return a short text as it is compared: no case, no accents, no punctuation at the ends, single spaces."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join(bare.casefold().split()).strip(" .,;:!?\"'()")


def category(kind: str, answer: str) -> str:
    """Return the category under which an answer is counted: the answer itself, a written text as it is compared."""
    if kind == "short_answer" and answer.startswith("="):
        return "=" + folded(answer[1:])[:60]
    return answer


def pattern(answer: str) -> str:
    """Return the LIKE pattern that an alphabet with every sign of an answer matches."""
    signs = "=" if answer.startswith("=") else "".join(sorted(set(answer)))
    return "%" + "%".join(signs) + "%" if signs else "%"


def answer_said(
    kind: str, said: Mapping[str, Sequence[str]], units: Sequence[str] = ()
) -> str | None:
    """Return the answer that a submitted form holds, or None when it makes no sense.

    `said` maps names of fields to their values: `choice` (letters, "u", "0"), `place_a` and so on (numbers), `written`.
    """
    marks = said.get("choice", ())
    if kind in CHOICE_KINDS:
        return letters_chosen(marks, kind=kind)
    if kind in PLACING_KINDS:
        places = {
            name.removeprefix("place_"): values[0]
            for name, values in said.items()
            if name.startswith("place_") and values
        }
        return placed(places, marks)
    if kind not in WRITTEN_KINDS:
        return None
    if REFER in marks:
        return REFER
    text = next(iter(said.get("written", ())), "")
    return number_written(text, units) if kind == "numeric" else text_written(text)


def fits(kind: str, alphabet: str, answer: str) -> bool:
    """Say whether a text is an answer as it is kept, to a question of this kind and alphabet."""
    if not answer or any(sign not in alphabet for sign in ("=" if answer[0] == "=" else answer)):
        return not answer
    if answer in (REFER, NO_FAULT):
        return True
    if kind in CHOICE_KINDS:
        return letters_chosen(answer, kind=kind) == answer
    if kind in PLACING_KINDS:
        return bool(PAIRS.fullmatch(answer)) and placed(places_of(answer), ()) == answer
    written = answer[1:]
    return (number_written(written) if kind == "numeric" else text_written(written)) == answer
