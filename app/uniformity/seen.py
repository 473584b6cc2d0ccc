"""What a person may see of measures: the states and offices within reach, named only where they may be compared. No Flask."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.access.policy import Actor, Permission, may
from app.disclosure import ANALYSTS, EVERYBODY
from app.people.offices import OfficeRow, below, state_id
from app.uniformity.pictures import OfficePoint
from app.uniformity.queries import (
    NATION,
    OFFICE,
    RULE,
    STATE,
    MeasureRow,
    Near,
    RuleTitle,
    measure_rows,
    offices_named,
    rules_below,
    states_of,
)
from app.uniformity.words import ORDER

QUIET = ("right", "unknown")  # words that ask for no talk
MOST_AROUND = 5
FIGURES = frozenset(("s", "w", "u", "d", "interval", "range", "off", "spread"))


def by_need(rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """Return measures with those that ask for something first."""
    return sorted(rows, key=lambda row: (ORDER.index(row.content["verdict"]), middle(row.content)))


def middle(content: dict[str, Any]) -> float:
    """Return S, or the middle of the range where only a range is told; what tells neither stands last."""
    if content.get("s") is not None:
        return float(content["s"])
    limits = content.get("range") or content.get("interval")
    return sum(limits) / 2 if limits else 100.0


def whole_told(content: dict[str, Any], in_force: int) -> dict[str, Any]:
    """Return what is told of a handbook: how many of its rules it rests on, and no figures where they are fewer than half."""
    told = content | {"in_force": max(in_force, content["rules"])}
    if 2 * content["rules"] >= told["in_force"]:
        return told
    return {name: value for name, value in told.items() if name not in FIGURES}


def wholes_told(
    rows: Iterable[MeasureRow], titles: Mapping[int, RuleTitle], rules: Iterable[MeasureRow]
) -> dict[int, dict[str, Any]]:
    """Return what is told of handbooks by id: the figures, and how many rules, of all that the person sees, got which word.

    `titles` are the rules in force. The figures rest on rules of many officers only; the words are of all that are shown, so
    that a page counts what it lists.
    """
    in_force = Counter(title.handbook_id for title in titles.values())
    words: dict[int, Counter[str]] = defaultdict(Counter)
    for rule in rules:
        if rule.subject_id in titles:
            words[titles[rule.subject_id].handbook_id][rule.content["verdict"]] += 1
    return {
        row.subject_id: whole_told(row.content, in_force[row.subject_id])
        | {"words": dict(words[row.subject_id])}
        for row in rows
    }


@dataclass(frozen=True)
class Around:
    """What stands in for an office that cannot be measured by itself: where it was measured, what needs talking about there."""

    name: str  # of the state; empty for the whole country
    rows: list[MeasureRow]


def around(
    session: Session, office: OfficeRow, *, smallest: int, rule_ids: Collection[int]
) -> Around | None:
    """Return the rules that need talking about in an office's state or, where none does, in the country; None for none at all."""
    state = state_id(office.path)
    for scope, scope_id, least in ((STATE, state, smallest), (NATION, 0, EVERYBODY)):
        rows = measure_rows(
            session, scope=scope, subject=RULE, smallest=least, scope_ids=[scope_id]
        )
        needy = [
            row
            for row in by_need(rows)
            if row.subject_id in rule_ids and row.content["verdict"] not in QUIET
        ]
        if needy:
            name = offices_named(session, ids=[state])[state].name if scope == STATE else ""
            return Around(name, needy[:MOST_AROUND])
    return None


def compared_states(session: Session, actor: Actor) -> list[Near]:
    """Return the states and divisions that the person may compare, by name."""
    return [
        state
        for state in states_of(session)
        if may(actor, Permission.UNIFORMITY_COMPARE, state.path)
    ]


def state_rows(
    session: Session, actor: Actor, *, rule_id: int
) -> list[tuple[Near, dict[str, Any]]]:
    """Return what is said of a rule in the states that the person may compare, by name."""
    states = compared_states(session, actor)
    rows = measure_rows(
        session,
        scope=STATE,
        subject=RULE,
        smallest=ANALYSTS,
        scope_ids=[state.id for state in states],
        subject_id=rule_id,
    )
    told = {row.scope_id: row.content for row in rows}
    return [(state, told[state.id]) for state in states if state.id in told]


def office_points(session: Session, actor: Actor, *, rule_id: int) -> list[OfficePoint]:
    """Return the offices of a rule as points: those the person may compare by name where they lie outside, others without.

    Offices of five to nine officers are there only for their own director or an auditor.
    """
    rows = measure_rows(session, scope=OFFICE, subject=RULE, smallest=ANALYSTS, subject_id=rule_id)
    named = offices_named(session, ids=[row.scope_id for row in rows])
    found = []
    for row in rows:
        office, content = named[row.scope_id], row.content
        compares = may(actor, Permission.UNIFORMITY_COMPARE, office.path)
        if content["share"] is None or not (compares or row.seen_from >= EVERYBODY):
            continue
        outside = bool(content["outside"])
        name = office.name if compares and outside else ""
        found.append(OfficePoint(content["about"], content["share"], outside, name))
    # offices without a name stand in no order that tells which is which
    return sorted(found, key=lambda p: (p.share, p.officers, p.outside, p.name))


def offices_outside(session: Session, *, path: str, smallest: int) -> list[tuple[Near, list[int]]]:
    """Return the offices of a state that lie below the funnel, by name, with the ids of the rules on which they do."""
    found = rules_below(session, office_ids=session.scalars(below(path)).all(), smallest=smallest)
    named = offices_named(session, ids=found.keys())
    return sorted(((named[i], rules) for i, rules in found.items()), key=lambda pair: pair[0].name)
