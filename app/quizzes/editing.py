"""A question of any kind in its author's hands: its texts one by one, its right answer, and a blank one to begin with. Pure."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.errors import N_, DomainError
from app.quizzes.answers import (
    CHOICE_KINDS,
    LETTERS,
    NO_FAULT,
    NUMBERS,
    PLACING_KINDS,
    REFER,
    number_written,
)
from app.quizzes.choice_shapes import TRUE_FALSE

SPOKEN = ("ms", "en")
LOOKS = ("text", "tick", "blank")
ORDER = (
    "case", "ask", "options", "prompts", "matches", "steps", "number", "variants", "form", "faults", "title", "fields",
    "section", "label", "value", "text", "unit", "reason", "misconception", "misreadings",
)  # fmt: skip
PART_OF = {"matching": "prompts", "ordering": "steps"}
MOST = {"single": 8, "multiple": 8, "matching": 8, "ordering": 9, "form_check": 20}
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """A text in both languages: the name of its field, what it belongs to, and what it says; `lines` for lists of variants."""

    name: str
    part: str
    sign: str
    said: dict[str, str]
    lines: bool = False


def texts_of(content: Content) -> list[Text]:
    """Return the texts of a question in the order of writing."""
    return list(_walk(content, ()))


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Text]:
    if isinstance(value, Mapping) and set(value) == set(SPOKEN):
        lines = isinstance(value["ms"], list)
        said = {s: "\n".join(value[s]) if lines else str(value[s]) for s in SPOKEN}
        sign = next((part for part in reversed(path) if part.isdigit()), "")
        yield Text("-".join(path), path[-1] if path else "", sign, said, lines)
    elif isinstance(value, Mapping):
        known = [key for key in ORDER if key in value]
        for key in known:
            yield from _walk(value[key], (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, (*path, str(number)))


def edited(
    kind: str, content: Content, typed: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], str]:
    """Return a question's content and right answer after a form: texts as `<name>-ms`, and the answer in its fields.

    Raises DomainError in words when the answer makes no sense; texts may still be empty in a draft.
    """
    made = copy.deepcopy(dict(content))
    key = _key(kind, made, typed)
    for text in texts_of(made):
        place = _place(made, text.name)
        for spoken in SPOKEN:
            if f"{text.name}-{spoken}" not in typed:
                continue
            said = _one(typed, f"{text.name}-{spoken}")
            rows = [" ".join(row.split()) for row in said.splitlines()]
            place[spoken] = [row for row in rows if row] if text.lines else " ".join(rows).strip()
    if kind == "short_answer":
        if not (made["variants"]["ms"] and made["variants"]["en"]):
            raise DomainError(
                N_("Tulis sekurang-kurangnya satu jawapan yang diterima dalam setiap bahasa.")
            )
        key = "=" + made["variants"]["ms"][0]
    return made, key


def _one(typed: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _place(content: dict[str, Any], name: str) -> Any:
    at: Any = content
    for part in name.split("-"):
        at = at[int(part)] if part.isdigit() else at[part]
    return at


def _key(kind: str, made: dict[str, Any], typed: Mapping[str, Sequence[str]]) -> str:
    if kind in CHOICE_KINDS:
        return _choice_key(kind, made, typed)
    if kind in PLACING_KINDS:
        return _placing_key(kind, made, typed)
    if kind == "numeric":
        return _number_key(made, typed)
    return ""


def _choice_key(kind: str, made: dict[str, Any], typed: Mapping[str, Sequence[str]]) -> str:
    right = set(typed.get("correct", ()))
    for option in made["options"]:
        option["correct"] = option["id"] in right
        wrong = option.get("misconception") or {"ms": "", "en": ""}
        option["misconception"] = None if option["correct"] else wrong
    key = "".join(option["id"] for option in made["options"] if option["correct"])
    if kind == "multiple" and not 2 <= len(key) < len(made["options"]):
        raise DomainError(N_("Tandakan dua atau lebih jawapan betul, tetapi bukan semuanya."))
    if kind != "multiple" and len(key) != 1:
        raise DomainError(N_("Tandakan tepat satu jawapan betul."))
    return key


def _placing_key(kind: str, made: dict[str, Any], typed: Mapping[str, Sequence[str]]) -> str:
    parts = made["form"]["fields"] if kind == "form_check" else made[PART_OF[kind]]
    pairs = [(part["id"], _one(typed, f"place-{part['id']}")) for part in parts]
    numbers = [number for _letter, number in pairs]
    known = _numbers(kind, made)
    if any(number not in known for number in numbers if number):
        raise DomainError(N_("Pilih salah satu daripada senarai."))
    if kind == "form_check":
        _form_facts(made, typed, dict(pairs))
        return "".join(letter + number for letter, number in pairs if number) or NO_FAULT
    if not all(numbers):
        raise DomainError(N_("Beri jawapan betul bagi setiap baris."))
    if kind == "ordering" and len(set(numbers)) != len(numbers):
        raise DomainError(N_("Setiap tempat dalam susunan digunakan sekali sahaja."))
    return "".join(letter + number for letter, number in pairs)


EXPLAINS = ("reason", "misconception", "variants")


def explanations_of(content: Content) -> list[Text]:
    """Return the texts that are shown only after answering: what a corrected key may change without asking something else."""
    return [text for text in texts_of(content) if text.part in EXPLAINS]


def _form_facts(
    made: dict[str, Any], typed: Mapping[str, Sequence[str]], faulty: Mapping[str, str]
) -> None:
    """Set how each field looks, whether it has a reason, and which rule each fault breaks."""
    for part in made["form"]["fields"]:
        look = _one(typed, f"look-{part['id']}")
        part["look"] = look if look in LOOKS else "text"
        value = part.get("value") or {"ms": "", "en": ""}
        part["value"] = None if part["look"] == "blank" else value
        part["reason"] = (
            (part.get("reason") or {"ms": "", "en": ""}) if faulty[part["id"]] else None
        )
    for fault in made["faults"]:
        fault["rule"] = _one(typed, f"rule-{fault['id']}").strip()
    made["form"]["code"] = _one(typed, "code").strip()


def _numbers(kind: str, made: dict[str, Any]) -> list[str]:
    if kind == "ordering":
        return list(NUMBERS[: len(made["steps"])])
    return [part["id"] for part in made["matches" if kind == "matching" else "faults"]]


def _number_key(made: dict[str, Any], typed: Mapping[str, Sequence[str]]) -> str:
    for name in ("value", "tolerance"):
        read = number_written(_one(typed, name))
        if not read:
            raise DomainError(N_("Tulis nombor sahaja, misalnya 42 atau 3.5."))
        made["number"][name] = read[1:]
    if Decimal(made["number"]["tolerance"]) < 0:
        raise DomainError(N_("Had terima tidak boleh kurang daripada sifar."))
    return "=" + str(made["number"]["value"])


def blank(kind: str, count: int) -> tuple[dict[str, Any], str, str]:
    """Return content, right answer and alphabet of an empty question with that many options, prompts, steps or fields."""
    none = {"ms": "", "en": ""}
    count = max(2, min(count, MOST.get(kind, 2)))
    content: dict[str, Any] = {"case": dict(none), "ask": dict(none)}
    letters, numbers = LETTERS[:count], NUMBERS[: min(count, 9)]
    if kind in CHOICE_KINDS:
        return _blank_choice(kind, content, letters)
    if kind == "matching":
        content["prompts"] = [{"id": x, "text": dict(none), "reason": dict(none)} for x in letters]
        content["matches"] = [{"id": n, "text": dict(none)} for n in numbers]
        key = "".join(x + n for x, n in zip(letters, numbers, strict=True))
        return content, key, numbers + letters + REFER
    if kind == "ordering":
        content |= {"steps": [{"id": x, "text": dict(none)} for x in letters], "reason": dict(none)}
        key = "".join(x + n for x, n in zip(letters, numbers, strict=True))
        return content, key, numbers + letters + REFER
    if kind == "form_check":
        return _blank_form(content, letters)
    content |= {"reason": dict(none), "misreadings": []}
    if kind == "numeric":
        content["number"] = {"value": "0", "tolerance": "0", "unit": dict(none)}
        return content, "=0", "=" + REFER
    content["variants"] = {"ms": [], "en": []}
    return content, "=", "=" + REFER


def _blank_choice(
    kind: str, content: dict[str, Any], letters: str
) -> tuple[dict[str, Any], str, str]:
    letters = "ab" if kind == "true_false" else letters
    content["options"] = [
        {
            "id": x,
            "correct": x == "a",
            "text": dict(TRUE_FALSE[x]) if kind == "true_false" else {"ms": "", "en": ""},
            "reason": {"ms": "", "en": ""},
            "misconception": None if x == "a" else {"ms": "", "en": ""},
        }
        for x in letters
    ]
    return content, "a", letters + REFER


def _blank_form(content: dict[str, Any], letters: str) -> tuple[dict[str, Any], str, str]:
    none = {"ms": "", "en": ""}
    fields = [
        {
            "id": x,
            "section": None,
            "label": dict(none),
            "value": dict(none),
            "look": "text",
            "reason": None,
        }
        for x in letters
    ]
    content["form"] = {"code": "", "title": dict(none), "fields": fields}
    content["faults"] = [{"id": n, "rule": "", "text": dict(none)} for n in NUMBERS[:4]]
    return content, NO_FAULT, NO_FAULT + NUMBERS[:4] + letters + REFER
