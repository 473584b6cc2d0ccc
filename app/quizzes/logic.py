"""Thought about quizzes: what is drawn, in which order, when one may begin, what a choice is worth. Pure."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import local
from app.errors import N_, DomainError

OPTIONS = "abcd"
REFER = "u"  # "not sure, I would refer"
GRACE = timedelta(seconds=5)  # for the road between a click and the server
FEWEST = 3  # parallel questions a rule


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn; `seen` is how often this officer has met it."""

    version_id: int
    rule: str
    seen: int = 0


@dataclass(frozen=True)
class Drawn:
    """A drawn question and the order of its options, `u` always last."""

    version_id: int
    option_order: str


@dataclass(frozen=True)
class Marks:
    """What an attempt is worth; `correct` tells each question in the order given."""

    score: int
    maximum: int
    passed: bool
    correct: tuple[bool, ...]


@dataclass(frozen=True)
class Limits:
    """What a blueprint allows: attempts (0 = any number), cool-down between them, time for one (0 = any)."""

    attempts: int
    cool_down: timedelta


@dataclass(frozen=True)
class Standing:
    """Whether one may begin now: attempts left (None = any number), and until when to wait."""

    left: int | None
    wait_until: datetime | None

    @property
    def may_begin(self) -> bool:
        """Say whether an attempt may begin now."""
        return self.left != 0 and self.wait_until is None


def valid_pins(history: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the text hashes under which a question is still current, newest first.

    `history` lists (text hash, what that version did to the rule), oldest version first, the version in force last. A
    wording before an editorial change is still the same rule; before a material one it is not.
    """
    found: list[str] = []
    for text_hash, change in reversed(history):
        if text_hash not in found:
            found.append(text_hash)
        if change in ("material", "new"):
            break
    return tuple(found)


def is_current(pin: str, valid: Iterable[str]) -> bool:
    """Say whether a pin (a hash or its beginning) matches a wording that still holds."""
    return bool(pin) and any(text_hash.startswith(pin) for text_hash in valid)


def draw(
    seed: int, *, count: int, required: Mapping[str, int], candidates: Sequence[Candidate]
) -> list[Drawn]:
    """Draw `count` questions: the required rules first, then evenly over rules, those not yet met before others.

    The same seed and candidates give the same draw. Raises DomainError when there are too few questions.
    """
    chance = random.Random(seed)  # noqa: S311  # a draw of questions, not a secret
    piles = _piles(chance, candidates)
    drawn: dict[str, list[int]] = {rule: [] for rule in piles}
    for rule in sorted(required):
        if len(piles.get(rule, [])) < required[rule]:
            raise DomainError(TOO_FEW)
        drawn[rule] = [piles[rule].pop(0).version_id for _ in range(required[rule])]
    for _ in range(count - sum(map(len, drawn.values()))):
        left = [rule for rule in piles if piles[rule]]
        if not left:
            raise DomainError(TOO_FEW)
        # rules stand in the order of chance: the first of the least drawn, least met, is taken
        rule = min(left, key=lambda name: (len(drawn[name]), piles[name][0].seen))
        drawn[rule].append(piles[rule].pop(0).version_id)
    chosen = sorted(version_id for ids in drawn.values() for version_id in ids)
    chance.shuffle(chosen)
    return [Drawn(version_id, _option_order(chance)) for version_id in chosen]


TOO_FEW = N_(
    "Kuiz ini sedang dikemas kini kerana peraturannya berubah. Cuba lagi apabila soalannya sudah disemak."
)


def _piles(chance: random.Random, candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    rules = sorted({candidate.rule for candidate in candidates})
    chance.shuffle(rules)
    piles = {}
    for rule in rules:
        pile = sorted(
            (candidate for candidate in candidates if candidate.rule == rule),
            key=lambda candidate: candidate.version_id,
        )
        chance.shuffle(pile)
        piles[rule] = sorted(pile, key=lambda candidate: candidate.seen)
    return piles


def _option_order(chance: random.Random) -> str:
    letters = list(OPTIONS)
    chance.shuffle(letters)
    return "".join(letters) + REFER


def normal_choice(letters: Iterable[str]) -> str | None:
    """Return the letters once each in order of the alphabet; None when they are no choice at all.

    "Not sure" stands alone: with anything else it is no choice.
    """
    chosen = "".join(sorted(set(letters)))
    if any(letter not in OPTIONS + REFER for letter in chosen):
        return None
    return None if REFER in chosen and chosen != REFER else chosen


def grade(pairs: Sequence[tuple[str, str]], *, pass_mark: int) -> Marks:
    """Grade (key, choice) pairs: a question counts when the choice is exactly the key; "not sure" scores nothing."""
    correct = tuple(choice == key and choice != "" for key, choice in pairs)
    score, maximum = sum(correct), len(correct)
    return Marks(score, maximum, maximum > 0 and score * 100 >= pass_mark * maximum, correct)


def standing(limits: Limits, submitted: Sequence[datetime], at: datetime) -> Standing:
    """Say whether one may begin, from the moments of the attempts that count against the limit."""
    left = max(limits.attempts - len(submitted), 0) if limits.attempts else None
    free = max(submitted) + limits.cool_down if submitted else at
    return Standing(left, free if free > at else None)


def is_late(deadline_at: datetime | None, at: datetime) -> bool:
    """Say whether the time of an attempt is over, with a little grace."""
    return deadline_at is not None and at > deadline_at + GRACE


def month_of(at: datetime) -> str:
    """Return the month in Malaysia of a moment, as "2026-11"."""
    return local(at).strftime("%Y-%m")
