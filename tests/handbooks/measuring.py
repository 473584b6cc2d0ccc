"""Made-up histories written as Markdown, each version in a style of its own, and how well their changes are recognised."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.handbooks.blocks import read_blocks
from app.handbooks.matching import compare
from tests.handbooks.histories import History, Maker, Piece, edited_history

KINDS = ("unchanged", "edited", "moved", "split", "merged", "added", "removed")


@dataclass(frozen=True)
class Made:
    """A history and both its versions as Markdown."""

    history: History
    old_text: str
    new_text: str


@dataclass
class Score:
    """How many changes of a kind were found, how many there truly are, how many of both are the same."""

    right: int = 0
    found: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def made_history(seed: int, *, rules: bool, strength: float) -> Made:
    """Make a history by its seed; `strength` is about the share of blocks that were edited."""
    chance = random.Random(seed)
    maker = Maker(chance, chance.choice(["ms", "en"]), chance.choice([0, 0.2, 0.6]))
    history = edited_history(maker, rules=rules, strength=strength)
    before = rule_ids(history.old)
    after = rule_ids(history.new) if chance.random() < 0.5 else kept_ids(history, before)
    return Made(
        history,
        written(history.old, chance, before),
        written(history.new, chance, after),
    )


def measure(seeds: Iterable[int]) -> dict[str, Score]:
    """Compare the versions of many histories; return the score of each kind of change, and of "having moved"."""
    scores = {kind: Score() for kind in (*KINDS, "has moved")}
    for seed in seeds:
        chance = random.Random(f"measure {seed}")
        made = made_history(
            seed, rules=chance.random() < 0.35, strength=chance.choice([0.1, 0.3, 0.5])
        )
        old, new = made.history.old, made.history.new
        found = {
            (
                c.kind,
                c.moved,
                frozenset(old[i].key for i in c.old),
                frozenset(new[j].key for j in c.new),
            )
            for c in compare(read_blocks(made.old_text), read_blocks(made.new_text))
        }
        _count(scores, found, made.history.truth)
    return scores


def _count(scores: dict[str, Score], found: set, truth: set) -> None:  # type: ignore[type-arg]
    for entries, name in ((found, "found"), (truth, "true"), (found & truth, "right")):
        kinds = Counter(kind for kind, *_ in entries)
        kinds["has moved"] = sum(moved for _, moved, *_ in entries)
        for kind, score in scores.items():
            setattr(score, name, getattr(score, name) + kinds[kind])


def table(scores: dict[str, Score]) -> str:
    """Return the scores as a table for people."""
    lines = [f"{'':10} {'precision':>9} {'recall':>7} {'true':>7}"]
    lines += [f"{k:10} {s.precision:9.3f} {s.recall:7.3f} {s.true:7}" for k, s in scores.items()]
    return "\n".join(lines)


@dataclass(frozen=True)
class Style:
    """How a version is written: none of it may count as a change."""

    bullet: str
    wrap: int
    strong: float
    setext: bool
    line_end: str


def any_style(chance: random.Random) -> Style:
    """Choose a way of writing Markdown."""
    return Style(
        chance.choice(["-", "*", "+", "1."]),
        chance.choice([0, 40, 72]),
        chance.choice([0.0, 0.03]),
        chance.random() < 0.3,
        chance.choice(["\n", "\r\n"]),
    )


def written(pieces: list[Piece], chance: random.Random, ids: dict[int, str]) -> str:
    """Write a version as Markdown; `ids` are those of rules by key."""
    style = any_style(chance)
    parts: list[str] = []
    for place, piece in enumerate(pieces):
        text = " ".join(piece.sentences)
        if piece.kind == "h2":
            heading = f"{text}\n{'-' * len(text)}" if style.setext else f"## {text}"
            parts.append(heading)
        elif piece.kind == "h3":
            parts.append(f"### {text} ###" if style.setext else f"### {text}")
        elif piece.kind == "rule":
            head = f"### {piece.sentences[0]} {{#{ids[piece.key]} strength=must}}"
            parts.append(f"{head}\n\n{_wrapped(' '.join(piece.sentences[1:]), style, chance)}")
        elif piece.kind == "li":
            item = f"{style.bullet} " + _wrapped(text, style, chance).replace("\n", "\n   ")
            if place and pieces[place - 1].kind == "li":
                parts[-1] += f"\n{item}"
            else:
                parts.append(item)
        else:
            parts.append(_wrapped(text, style, chance))
    return ("\n\n".join(parts) + "\n").replace("\n", style.line_end)


def _wrapped(text: str, style: Style, chance: random.Random) -> str:
    lines, width = [""], 0
    for word in text.split():
        shown = f"**{word}**" if chance.random() < style.strong else word
        if style.wrap and width + len(word) > style.wrap:
            lines.append("")
            width = 0
        lines[-1] += (" " if lines[-1] else "") + shown
        width += len(word) + 1
    return "\n".join(lines)


def rule_ids(pieces: list[Piece]) -> dict[int, str]:
    """Number the rules of a version in order, chapter by chapter."""
    found, chapter, number = {}, 0, 0
    for piece in pieces:
        if piece.kind == "h2":
            chapter, number = chapter + 1, 0
        elif piece.kind == "rule":
            number += 1
            found[piece.key] = f"XX-{max(chapter, 1)}.{number}"
    return found


def kept_ids(history: History, before: dict[int, str]) -> dict[int, str]:
    """Number the rules of the new version so that each keeps its id, the first part of a split too; others get new ones."""
    came_from: dict[int, int] = {}
    for change, _, olds, news in history.truth:
        if change in ("unchanged", "edited", "moved", "split") and olds and news:
            came_from[min(news)] = min(olds)
    rules = [piece.key for piece in history.new if piece.kind == "rule"]
    return {
        key: before.get(came_from.get(key, -1), f"XX-90.{number}")
        for number, key in enumerate(rules)
    }
