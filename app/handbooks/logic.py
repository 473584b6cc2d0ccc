"""Thought about rules: what differs between two wordings, word by word; which rules a filter lets through. Pure."""

import difflib
import re
from dataclasses import dataclass

WORD = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True)
class Piece:
    """A piece of a difference: `kind` is same, added or removed."""

    kind: str
    text: str


def words_of(text: str) -> list[str]:
    """Split a text into words, signs and white space; joined again they are the text."""
    return WORD.findall(text)


def difference(old: str, new: str) -> list[Piece]:
    """Return how `old` became `new`: same and removed pieces make the old text, same and added ones the new."""
    before, after = words_of(old), words_of(new)
    # autojunk would give up on prose; words alone are compared, white space goes with them
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("removed", "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("added", "".join(after[j1:j2])))
    return pieces


def matches(search: str, *texts: str) -> bool:
    """Say whether every word searched for stands in one of the texts, capitals aside."""
    folded = " ".join(texts).casefold()
    return all(word in folded for word in search.casefold().split())
