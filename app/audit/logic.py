"""How an event becomes a link in its chain, and how a chain is checked. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

START = "0" * 64


@dataclass(frozen=True)
class Link:
    """One event as it is hashed; `at` in UTC, `facts` canonical JSON."""

    lane: int
    seq: int
    at: datetime
    act: str
    actor_id: int | None
    office_id: int | None
    request_id: str
    facts: str


@dataclass(frozen=True)
class Stored:
    """A link as the database holds it."""

    id: int
    link: Link
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Head:
    """Where a lane ends: its last number and hash, sealed with the audit key."""

    lane: int
    seq: int
    hash: str
    seal: str


def canonical(facts: dict[str, object]) -> str:
    """Return the one JSON text of these facts: sorted keys, no spaces, no escapes."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_hash(previous_hash: str, link: Link) -> str:
    """Return the SHA-256 (hex) that chains a link to the one before it in its lane."""
    body = canonical(
        {
            "lane": link.lane,
            "seq": link.seq,
            "at": link.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "act": link.act,
            "actor_id": link.actor_id,
            "office_id": link.office_id,
            "request_id": link.request_id,
            "facts": link.facts,
        }
    )
    return hashlib.sha256(f"{previous_hash}\n{body}".encode()).hexdigest()


def seal(key: str, lane: int, seq: int, last_hash: str) -> str:
    """Return the HMAC-SHA-256 (hex) of a lane's end, so that cutting the newest events off shows (RFC 2104)."""
    return hmac.new(key.encode(), f"{lane}:{seq}:{last_hash}".encode(), hashlib.sha256).hexdigest()


def faults_of_lane(stored: Iterable[Stored], head: Head, key: str) -> Iterator[str]:
    """Yield what is wrong with one lane, the first fault first: broken, missing or inserted events, a forged end.

    `stored` are the lane's events in order of `seq`. Sentences are for the operator's terminal, in English.
    """
    previous, expected = START, 1
    for row in stored:
        link = row.link
        name = f"event {row.id} (lane {link.lane}, number {link.seq}, {link.act})"
        if link.seq > expected:
            yield f"lane {link.lane}: number {expected} is missing before {name}"
            return
        if link.seq < expected or link.seq > head.seq:
            yield f"{name} was inserted: the lane ends at number {head.seq}"
            return
        if row.previous_hash != previous:
            yield f"{name} does not follow the event before it"
            return
        if link_hash(previous, link) != row.hash:
            yield f"{name} was changed: its hash does not match its content"
            return
        previous, expected = row.hash, expected + 1
    if expected <= head.seq:
        yield f"lane {head.lane}: number {expected} is missing, the newest of {head.seq}"
    elif not end_holds(head, previous, key):
        yield f"lane {head.lane}: the sealed end does not match its last event, number {head.seq}"


def end_holds(head: Head, last_hash: str, key: str) -> bool:
    """Say whether a lane's sealed end is the one that the key made for this last hash."""
    expected = seal(key, head.lane, head.seq, head.hash)
    return head.hash == last_hash and hmac.compare_digest(head.seal, expected)
