"""Thought about quizzes: drawing, the order of options, choices that make sense, grading. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OPTIONS = ("a", "b", "c", "d")
REFER = "u"
GRACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn; `seen` when this officer had it before."""

    version_id: int
    rule: str
    multiple: bool
    seen: bool = False


@dataclass(frozen=True)
class Drawn:
    """A drawn question and the order in which its options are shown, "not sure" last."""

    version_id: int
    multiple: bool
    option_order: str


@dataclass(frozen=True)
class Marked:
    """A graded answer."""

    version_id: int
    choice: str
    correct: bool


@dataclass(frozen=True)
class Standing:
    """Where an officer stands before an attempt: how many were made, when the last ended, whether it was passed."""

    attempts: int
    last_submitted_at: datetime | None
    passed: bool


def draw(
    seed: int, candidates: Sequence[Candidate], count: int, fixed: Mapping[str, int]
) -> list[Drawn]:
    """Return the questions of an attempt: the blueprint's rules first, the rest spread evenly over the rules.

    Within a rule, questions not seen before come first. The same seed and candidates give the same attempt; fewer
    candidates than `count` give all of them. The order of questions is shuffled.
    """
    chance = random.Random(seed)  # noqa: S311  # a draw, not a secret
    by_rule: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: c.version_id):
        by_rule.setdefault(candidate.rule, []).append(candidate)
    for held in by_rule.values():
        chance.shuffle(held)
        held.sort(key=lambda c: c.seen, reverse=True)  # the unseen are popped first
    chosen: list[Candidate] = []
    for rule, wanted in sorted(fixed.items()):
        held = by_rule.get(rule, [])
        chosen += [held.pop() for _ in range(min(wanted, len(held)))]
    chosen = chosen[:count]
    while len(chosen) < count and any(by_rule.values()):
        rules = [rule for rule, held in sorted(by_rule.items()) if held]
        chance.shuffle(rules)
        asked = {rule: sum(c.rule == rule for c in chosen) for rule in rules}
        rules.sort(key=lambda rule: asked[rule])
        for rule in rules[: count - len(chosen)]:
            chosen.append(by_rule[rule].pop())
    chance.shuffle(chosen)
    return [Drawn(c.version_id, c.multiple, option_order(chance)) for c in chosen]


def valid_pins(history: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the text hashes under which a question on a rule is current, newest first.

    `history` lists (text hash, what that version did to the rule), the version in force last. A wording before an
    editorial change still holds, one before a material change does not: a typo voids nothing.
    """
    found: list[str] = []
    for text_hash, change in reversed(history):
        found.append(text_hash)
        if change in ("material", "new"):
            break
    return tuple(dict.fromkeys(found))


def is_current(pin: str, valid: Sequence[str]) -> bool:
    """Say whether a pin (the beginning of a text hash) names a wording that holds."""
    return bool(pin) and any(text_hash.startswith(pin) for text_hash in valid)


def option_order(chance: random.Random) -> str:
    """Return the four options in an order of chance, "not sure, I would refer" always last."""
    letters = list("abcd")
    chance.shuffle(letters)
    return "".join(letters) + REFER


def normal_choice(letters: Sequence[str], *, multiple: bool) -> str | None:
    """Return the chosen ids in order, or None when they make no sense; "not sure" excludes the others."""
    if any(letter not in ("a", "b", "c", "d", REFER) for letter in letters):
        return None
    chosen = sorted(set(letters))
    if REFER in chosen:
        return REFER
    if len(chosen) > 1 and not multiple:
        return None
    return "".join(chosen)


def grade(keys: Mapping[int, str], choices: Mapping[int, str]) -> list[Marked]:
    """Return each question graded: right only when exactly the right options were chosen; no answer is wrong."""
    return [
        Marked(version_id, choices.get(version_id, ""), choices.get(version_id, "") == key)
        for version_id, key in keys.items()
    ]


def passed(score: int, maximum: int, pass_mark: int) -> bool:
    """Say whether a score reaches the pass mark (per cent)."""
    return maximum > 0 and score * 100 >= pass_mark * maximum


def wait_until(standing: Standing, *, cool_down_hours: int) -> datetime | None:
    """Return when the next attempt may begin because of the cool-down, or None when at once.

    Somebody who passed does not wait.
    """
    if standing.last_submitted_at is None or standing.passed or not cool_down_hours:
        return None
    return standing.last_submitted_at + timedelta(hours=cool_down_hours)


def attempts_left(standing: Standing, *, allowed: int) -> int | None:
    """Return how many attempts are left, None for no limit."""
    return None if allowed == 0 else max(0, allowed - standing.attempts)


def past_deadline(deadline: datetime | None, at: datetime) -> bool:
    """Say whether the time is up, with a few seconds' grace for the way of the request."""
    return deadline is not None and at > deadline + GRACE
