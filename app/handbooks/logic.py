"""Thought about rules: what differs between two wordings, word by word; which rules a filter lets through. Pure."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

WORD = re.compile(r"\s+|[^\s\w]|\w+")
LIST_MARK = re.compile(r"^[-*+]\s+")
OWN_LINE = re.compile(r"^\s*([-*+]\s|\d+[.)]\s|\||>)")
TABLE_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
EMPHASIS = re.compile(r"(\*{1,2})(\S(?:[^*]*\S)?)\1")
ISLAND_WORDS = 2
ENDS = frozenset(".!?")
MOST_PAIRS = 9_000_000  # of words compared with each other: under a second
Step = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """A piece of a difference: `kind` is same, added or removed."""

    kind: str
    text: str


def words_of(text: str) -> list[str]:
    """Split a text into words, signs and white space; joined again they are the text."""
    return WORD.findall(text)


def difference(old: str, new: str) -> list[Piece]:
    """Return how `old` became `new`: same and removed pieces make the old text, same and added ones the new.

    A word or two left alone between changes count as changed too: whole phrases read better than scattered words.
    """
    before, after = words_of(old), words_of(new)
    pieces: list[Piece] = []
    removed, added, island = "", "", ""
    for tag, i1, i2, j1, j2 in _steps(before, after):
        if tag != "equal":
            removed += island + "".join(before[i1:i2])
            added += island + "".join(after[j1:j2])
            island = ""
            continue
        text = "".join(before[i1:i2])
        if (removed or added) and _is_island(text):
            island = text
            continue
        pieces += [*_changed(removed, added), Piece("same", text)]
        removed, added = "", ""
    return [*pieces, *_changed(removed, added), *([Piece("same", island)] if island else [])]


def _steps(before: list[str], after: list[str]) -> list[Step]:
    """Return the steps from one list of words to the other, as difflib names them, in a time that a page can wait.

    Long texts are compared by their sentences first, then by the words of those that differ; what is too long even so
    counts as written anew.
    """
    if len(before) * len(after) <= MOST_PAIRS:
        # autojunk would give up on prose
        return [*difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()]
    old, new = _sentences(before), _sentences(after)
    begins = [[0, *accumulate(len(part) for part in parts)] for parts in (old, new)]
    found: list[Step] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        i1, i2, j1, j2 = begins[0][a], begins[0][b], begins[1][c], begins[1][d]
        if tag == "replace" and (i2 - i1) * (j2 - j1) <= MOST_PAIRS:
            inner = difflib.SequenceMatcher(None, before[i1:i2], after[j1:j2], autojunk=False)
            found += [(t, i1 + p, i1 + q, j1 + r, j1 + s) for t, p, q, r, s in inner.get_opcodes()]
        else:
            found.append((tag, i1, i2, j1, j2))
    return found


def _sentences(words: list[str]) -> list[tuple[str, ...]]:
    """Return the words by sentences and lines."""
    found: list[tuple[str, ...]] = []
    begin = 0
    for place, word in enumerate(words, start=1):
        if word in ENDS or "\n" in word or place == len(words):
            found.append(tuple(words[begin:place]))
            begin = place
    return found


def _is_island(text: str) -> bool:
    return "\n" not in text and len(text.split()) <= ISLAND_WORDS


def _changed(removed: str, added: str) -> list[Piece]:
    both = (Piece("removed", removed), Piece("added", added))
    return [piece for piece in both if piece.text]


def plain_text(markdown: str) -> str:
    """Return a rule's text without the signs of Markdown: list marks as •, table cells apart by ·, lines unwrapped."""
    lines: list[str] = []
    for line in markdown.split("\n"):
        if TABLE_RULE.match(line):
            continue
        begins = not line.strip() or not lines or not lines[-1] or OWN_LINE.match(line)
        text = EMPHASIS.sub(r"\2", LIST_MARK.sub("• ", line.strip()))
        if text.startswith("|"):
            text = " · ".join(cell.strip() for cell in text.strip("|").split("|"))
        if begins:
            lines.append(text)
        else:
            lines[-1] += f" {text}"
    return "\n".join(lines)


@dataclass(frozen=True)
class RuleHistory:
    """What a version did, by identity of rules: which it has, what changed in it, which it retired and how.

    Kinds are new, material, editorial, and for retired ones retired, material, editorial.
    """

    effective_on: date
    rules: frozenset[int]
    changes: Mapping[int, str]
    retired: Mapping[int, str]

    @property
    def asks_again(self) -> bool:
        """Say whether anything in it must be read anew."""
        return any(kind != "editorial" for kind in (*self.changes.values(), *self.retired.values()))


def asked_since(history: Sequence[RuleHistory], known: date) -> frozenset[int]:
    """Return the rules asked of whoever acknowledged the version that began on a day; `history` oldest first.

    Those new or materially changed since that stand in the last version, and those retired since that the reader knew. An
    editorial change asks nobody.
    """
    known_rules: frozenset[int] = frozenset()
    changed: set[int] = set()
    retired: set[int] = set()
    for version in history:
        if version.effective_on <= known:
            known_rules = version.rules
            continue
        changed |= {rule for rule, kind in version.changes.items() if kind != "editorial"}
        retired |= {rule for rule, kind in version.retired.items() if kind != "editorial"}
    standing = history[-1].rules if history else frozenset()
    return frozenset((changed & standing) | (retired & known_rules))
