"""Thought about quizzes: drawing, the order of options, choices that make sense, grading. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.quizzes.answers import LETTERS, NO_FAULT, NUMBERS, REFER
from app.quizzes.marking import mark

OPTIONS = ("a", "b", "c", "d")
SHUFFLED_LETTERS = ("single", "multiple", "ordering")
GRACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn; `seen` when this officer had it before; questions of one case share a key."""

    version_id: int
    rule: str
    kind: str = "single"
    alphabet: str = "abcdu"
    seen: bool = False
    case_key: str = ""


@dataclass(frozen=True)
class Drawn:
    """A drawn question, why it was drawn, and the order in which its options are shown, "not sure" last."""

    version_id: int
    kind: str
    alphabet: str
    option_order: str
    draw: str = "anchor"


@dataclass(frozen=True)
class Wishes:
    """What a draw should ask this officer: rules due for review, the most urgent first, and rules near the decision line.

    `adaptive` gives each rule its decision-line score (measures, section 5); only the order and sizes of scores matter.
    `review_share` and `adaptive_share` are per cent of the questions; what they leave is drawn by chance alone.
    """

    review: tuple[str, ...] = ()
    adaptive: Mapping[str, float] = field(default_factory=dict)
    review_share: int = 0
    adaptive_share: int = 0


@dataclass(frozen=True)
class Response:
    """A question as it is graded and what was answered to it ("" for nothing)."""

    version_id: int
    kind: str
    content: Mapping[str, Any]
    key: str
    choice: str


@dataclass(frozen=True)
class Marked:
    """A graded answer; `share` is how much of it was right, in thousandths."""

    version_id: int
    choice: str
    correct: bool
    share: int = 0


@dataclass(frozen=True)
class Standing:
    """Where an officer stands before an attempt: how many were made, when the last ended, whether it was passed."""

    attempts: int
    last_submitted_at: datetime | None
    passed: bool


def draw(
    seed: int,
    candidates: Sequence[Candidate],
    count: int,
    fixed: Mapping[str, int],
    wishes: Wishes | None = None,
) -> list[Drawn]:
    """Return the questions of an attempt: the blueprint's rules first, then what is wished, the rest spread evenly over rules.

    Within a rule, questions not seen before come first. The same seed, candidates and wishes give the same attempt; fewer
    candidates than `count` give all of them. The blueprint's and the spread questions are drawn by chance alone: `anchor`;
    those for rules due are `review`, those near the decision line `adaptive`. A wish that cannot be met becomes an anchor. The
    order is shuffled; questions of one case stand together.
    """
    chance = random.Random(seed)  # noqa: S311  # a draw, not a secret
    by_rule = _piles(candidates, chance)
    chosen: list[tuple[Candidate, str]] = []
    for rule, wanted in sorted(fixed.items()):
        held = by_rule.get(rule, [])
        chosen += [(held.pop(), "anchor") for _ in range(min(wanted, len(held)))]
    chosen = chosen[:count]
    if wishes:
        room = count - len(chosen)
        chosen += _wished(by_rule, wishes, count, room, chance)
    while len(chosen) < count and any(by_rule.values()):
        rules = [rule for rule, held in sorted(by_rule.items()) if held]
        chance.shuffle(rules)
        asked = {rule: sum(c.rule == rule for c, _why in chosen) for rule in rules}
        rules.sort(key=lambda rule: asked[rule])
        for rule in rules[: count - len(chosen)]:
            chosen.append((by_rule[rule].pop(), "anchor"))
    chance.shuffle(chosen)
    return [
        Drawn(c.version_id, c.kind, c.alphabet, shown_order(c.kind, c.alphabet, chance), why)
        for c, why in _cases_together(chosen)
    ]


def _piles(candidates: Sequence[Candidate], chance: random.Random) -> dict[str, list[Candidate]]:
    """Return the candidates by rule, shuffled, the unseen where they are popped first."""
    by_rule: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: c.version_id):
        by_rule.setdefault(candidate.rule, []).append(candidate)
    for held in by_rule.values():
        chance.shuffle(held)
        held.sort(key=lambda c: c.seen, reverse=True)
    return by_rule


def _wished(
    by_rule: dict[str, list[Candidate]],
    wishes: Wishes,
    count: int,
    room: int,
    chance: random.Random,
) -> list[tuple[Candidate, str]]:
    """Take one question for each rule due, and for rules by the weight of their score; never more than the shares."""
    reviews = min(count * wishes.review_share // 100, room)
    found: list[tuple[Candidate, str]] = []
    for rule in wishes.review:
        if len(found) < reviews and by_rule.get(rule):
            found.append((by_rule[rule].pop(), "review"))
    adaptives = min(count * wishes.adaptive_share // 100, room - len(found))
    taken = {candidate.rule for candidate, _why in found}
    scores = {r: s for r, s in wishes.adaptive.items() if s > 0 and r not in taken}
    while adaptives > 0 and (open_rules := sorted(r for r in scores if by_rule.get(r))):
        rule = chance.choices(open_rules, weights=[scores[r] for r in open_rules])[0]
        found.append((by_rule[rule].pop(), "adaptive"))
        del scores[rule]
        adaptives -= 1
    return found


def _cases_together(chosen: list[tuple[Candidate, str]]) -> list[tuple[Candidate, str]]:
    first: dict[str, int] = {}
    for place, (candidate, _why) in enumerate(chosen):
        first.setdefault(candidate.case_key or f"#{candidate.version_id}", place)
    return sorted(chosen, key=lambda c: first[c[0].case_key or f"#{c[0].version_id}"])


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


def shown_order(kind: str, alphabet: str, chance: random.Random) -> str:
    """Return the signs of an answer as they are shown: options, steps and matches in an order of chance, "not sure" last.

    The fields of a form, the prompts of a matching and true before false keep their order.
    """
    letters = [sign for sign in alphabet if sign in LETTERS]
    numbers = [sign for sign in alphabet if sign in NUMBERS]
    if kind in SHUFFLED_LETTERS:
        chance.shuffle(letters)
    if kind == "matching":
        chance.shuffle(numbers)
    rest = "".join(sign for sign in alphabet if sign in NO_FAULT + "=")
    return rest + "".join(numbers) + "".join(letters) + REFER


def grade(responses: Sequence[Response]) -> list[Marked]:
    """Return each response graded: right only when all of it is right; no answer and "not sure" are not."""
    found = []
    for r in responses:
        worth = mark(r.kind, r.content, r.key, r.choice)
        found.append(Marked(r.version_id, r.choice, worth.right, round(1000 * worth.share)))
    return found


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


def deadline(at: datetime, limit_minutes: int, extra_time: int) -> datetime | None:
    """Return when an attempt begun at a moment ends, or None without a limit; `extra_time` is per cent on top."""
    if not limit_minutes:
        return None
    return at + timedelta(seconds=limit_minutes * 60 * (100 + extra_time) / 100)


def past_deadline(deadline: datetime | None, at: datetime) -> bool:
    """Say whether the time is up, with a few seconds' grace for the way of the request."""
    return deadline is not None and at > deadline + GRACE
