"""Aiken, the format of one right letter: https://docs.moodle.org/en/Aiken_format."""

import re
from collections.abc import Sequence

from app.exchange.decoding import decoded
from app.exchange.items import Choice, Item, Reading, Refusal, Writing

OPTION = re.compile(r"\s*([A-Za-z])[.)]\s+(.*\S)\s*$|\s*([A-Z])[.)](\S.*)$")
ANSWER = re.compile(r"\s*ANSWER\s*:\s*(.*?)\s*$", re.IGNORECASE)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Question:
    """The lines of a question that has not met its answer yet."""

    def __init__(self) -> None:
        self.line = 0
        self.stem: list[str] = []
        self.options: list[tuple[str, str, int]] = []

    @property
    def name(self) -> str:
        """Return the beginning of what is asked."""
        return " ".join(self.stem)[:60]


def read(data: bytes) -> Reading:
    """Read an Aiken file: items in its order, refusals with the line of the fault."""
    text, _encoding = decoded(data)
    items: list[Item] = []
    refused: list[Refusal] = []
    at = _Question()
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if answer := ANSWER.match(line):
            _end(at, answer[1], number, items, refused)
            at = _Question()
        elif (option := OPTION.match(line)) and at.stem and _follows(at, option):
            letter, words = option[1] or option[3], option[2] or option[4]
            at.options.append((letter.upper(), words.strip(), number))
        elif bare and len(at.options) > 1 and _begins_anew(text, number):
            _refuse(at, "there is no ANSWER line after its options", refused)
            at = _Question()
            at.line, at.stem = number, [bare]
        elif bare and at.options:
            letter, words, where = at.options[-1]
            at.options[-1] = (letter, f"{words} {bare}", where)
        elif bare:
            at.line = at.line or number
            at.stem.append(bare)
    if at.stem:
        _refuse(
            at, "there is no ANSWER line after its options" if at.options else NO_OPTIONS, refused
        )
    return Reading(tuple(items), tuple(refused))


NO_OPTIONS = "it has no options: write them as A. or A), one a line"


def _follows(at: _Question, option: re.Match[str]) -> bool:
    """Say whether a line is the next option: A first, then the letters in order."""
    letter = (option[1] or option[3]).upper()
    return letter == LETTERS[len(at.options)] if len(at.options) < len(LETTERS) else False


def _begins_anew(text: str, number: int) -> bool:
    """Say whether a line that is no option stands after an empty one: another question begins without an answer before."""
    lines = text.split("\n", number)
    return number > 1 and not lines[number - 2].strip()


def _refuse(at: _Question, reason: str, refused: list[Refusal], line: int = 0) -> None:
    refused.append(Refusal(line or at.line, at.name, reason))


def _end(at: _Question, said: str, number: int, items: list[Item], refused: list[Refusal]) -> None:
    letters = re.findall(r"[A-Za-z]", said)
    known = [letter for letter, _words, _line in at.options]
    if not at.stem:
        _refuse(at, "an ANSWER line stands without a question before it", refused, number)
    elif not at.options:
        _refuse(at, NO_OPTIONS, refused)
    elif len(at.options) < 2:
        _refuse(at, "it has only one option; a choice needs at least two", refused)
    elif len(letters) != 1 or not re.fullmatch(r"[A-Za-z][.)]?", said):
        _refuse(at, f"ANSWER must name one letter, not {said or 'nothing'}", refused, number)
    elif letters[0].upper() not in known:
        _refuse(at, f"ANSWER names {said}, but the options are {', '.join(known)}", refused, number)
    else:
        right = letters[0].upper()
        choices = tuple(
            Choice(words, float(letter == right)) for letter, words, _line in at.options
        )
        items.append(Item("single", " ".join(at.stem), choices=choices, line=at.line))


def write(items: Sequence[Item]) -> Writing:
    """Write items as Aiken: single choices and true/false, without feedback; the rest is refused or warned of."""
    blocks: list[str] = []
    refused: list[Refusal] = []
    warnings: list[Refusal] = []
    for item in items:
        name = item.name or item.stem[:60]
        if reason := _unheld(item):
            refused.append(Refusal(item.line, name, reason))
            continue
        warnings += [Refusal(item.line, name, said) for said in _lost(item)]
        right = next(n for n, choice in enumerate(item.choices) if choice.share == 1)
        lines = [_line(item.stem)]
        lines += [f"{LETTERS[n]}. {_line(c.text)}" for n, c in enumerate(item.choices)]
        blocks.append("\n".join([*lines, f"ANSWER: {LETTERS[right]}"]))
    return Writing("\n\n".join([*blocks, ""]).encode(), tuple(refused), tuple(warnings))


def _unheld(item: Item) -> str:
    if item.kind not in ("single", "true_false"):
        return "Aiken holds choices with one right option only"
    if [choice.share for choice in item.choices].count(1) != 1:
        return "Aiken needs exactly one option that is wholly right"
    if len(item.choices) > len(LETTERS):
        return "Aiken has letters for 26 options only"
    if any(not choice.text.strip() for choice in item.choices) or not item.stem.strip():
        return "Aiken cannot hold an empty text"
    if ANSWER.match(_line(item.stem)) or OPTION.match(_line(item.stem)):
        return "its text looks like an option or an ANSWER line"
    return ""


def _lost(item: Item) -> list[str]:
    return [
        words
        for lost, words in (
            (item.kind == "true_false", "that it is true or false (it becomes a choice of two)"),
            (item.name, "the name"),
            (item.code or item.tags or item.category, "id, tags and category"),
            (item.feedback or any(c.feedback for c in item.choices), "feedback"),
            (any(c.share not in (0, 1) for c in item.choices), "part marks"),
            (item.mark != 1, f"the mark of {item.mark:g}"),
            (item.markup in ("html", "markdown"), f"that texts are {item.markup}"),
            ("\n" in item.stem or any("\n" in c.text for c in item.choices), "line ends in texts"),
        )
        if lost
    ]


def _line(text: str) -> str:
    return " ".join(text.split())
