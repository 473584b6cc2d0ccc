"""Thought about people: delays after failed sign-ins, fit passwords, one way to write a staff number. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import N_, DomainError

FREE_FAILURES = {"account": 5, "address": 30, "reset": 3}
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
COMMON = frozenset(
    [
        "password",
        "kata",
        "laluan",
        "katalaluan",
        "qwerty",
        "qwertyuiop",
        "1234567890",
        "0123456789",
        "abcdefghij",
        "administrator",
        "jpnmalaysia",
        "seragam123",
        "malaysia123",
        "password123",
        "password1234",
    ]
)


@dataclass(frozen=True)
class Failures:
    """Failed sign-ins so far under one key; `last_at` is None when there was none."""

    key: str
    count: int = 0
    last_at: datetime | None = None
    blocked_until: datetime | None = None


def after_failure(before: Failures, at: datetime) -> Failures:
    """Return the failures after one more: free ones first, then a delay that doubles up to an hour."""
    stale = before.last_at is not None and at - before.last_at > FORGOTTEN_AFTER
    count = 1 if stale else before.count + 1
    over = count - FREE_FAILURES[before.key.partition(":")[0]]
    delay = min(FIRST_DELAY * 2 ** min(over, 20), LONGEST_DELAY) if over >= 0 else timedelta()
    return Failures(before.key, count, at, at + delay if delay else None)


def minutes_to_wait(failures: list[Failures], at: datetime) -> int:
    """Return how many minutes (rounded up) somebody must wait, 0 for none."""
    until = max((f.blocked_until for f in failures if f.blocked_until), default=at)
    return max(0, math.ceil((until - at).total_seconds() / 60))


def identifier_of(typed: str) -> str:
    """Return a staff number or e-mail the way it is stored: staff number in capitals, e-mail in small letters."""
    folded = "".join(typed.split())
    return folded.lower() if "@" in folded else folded.upper()


def is_top(path: str) -> bool:
    """Say whether an office path ("/1/") is the top of the tree."""
    return path.count("/") == 2


def check_password(password: str, *, personal: tuple[str, ...]) -> None:
    """Raise DomainError (field `password`) unless the password is long enough and not easily guessed.

    Length and blocklist instead of character classes (NIST SP 800-63B, 5.1.1.2).
    """
    folded = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(
            N_(
                "Kata laluan mesti sekurang-kurangnya %(n)s aksara. Frasa beberapa perkataan mudah diingat."
            ),
            field="password",
            n=SHORTEST_PASSWORD,
        )
    if len(password) > LONGEST_PASSWORD:
        raise DomainError(
            N_("Kata laluan tidak boleh melebihi %(n)s aksara."),
            field="password",
            n=LONGEST_PASSWORD,
        )
    words = [part.casefold() for part in personal if len(part) >= 4]
    if folded in COMMON or len(set(folded)) < 4 or any(word in folded for word in words):
        raise DomainError(
            N_(
                "Kata laluan ini mudah diteka. Jangan guna nama, nombor kakitangan atau perkataan biasa sahaja."
            ),
            field="password",
        )
