"""A whole handbook in the nation, a state or an office, from what may be shown of its rules. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np

from app.disclosure import EVERYBODY, FEW, coded
from app.uniformity.asked import Place
from app.uniformity.composing import NATION, OFFICE, STATE, RuleMeasured, Stored
from app.uniformity.intervals import Range, jackknife, scale_of_s, widened
from app.uniformity.leaning import shrunken_rules
from app.uniformity.logic import mean_over
from app.uniformity.measuring import RuleFigures
from app.uniformity.shown import band, coded_range, interval, per_cent, per_cents

ENOUGH_ANSWERS = 100  # for a number of an office
Pair = tuple[RuleMeasured, Stored]


def measure_handbook(rules: Sequence[RuleMeasured], handbook_id: int) -> list[Stored]:
    """Return the measures of a handbook: means over the rules that are themselves shown, each rule weighing the same.

    Made of shown rules only, so that a hidden rule cannot be subtracted from it.
    """
    shown: dict[tuple[str, int], list[tuple[RuleMeasured, Stored]]] = defaultdict(list)
    for rule in rules:
        for stored in rule.stored:
            shown[stored.scope, stored.scope_id].append((rule, stored))
    make = {NATION: _nation, STATE: _state, OFFICE: _office}
    order = sorted(shown, key=lambda place: ((NATION, STATE, OFFICE).index(place[0]), place[1]))
    return [make[scope](_counting(shown[scope, n]), handbook_id, n) for scope, n in order]


def _counting(found: list[Pair]) -> list[Pair]:
    """Return the rules of a scope that count: those that everybody may see, or where there are none, those that analysts may.

    Where some are told in whole per cents, those of few officers are left out: the mean less the others would tell of them as
    finely.
    """
    found = [pair for pair in found if pair[1].seen_from == EVERYBODY] or found
    return [pair for pair in found if not pair[1].content.get("few")] or found


def _nation(shown: Sequence[Pair], handbook_id: int, scope_id: int) -> Stored:
    content = _whole(
        [rule.nation for rule, _ in shown],
        [stored.content for _, stored in shown],
        [rule.places for rule, _ in shown],
    )
    return Stored(NATION, scope_id, handbook_id, EVERYBODY, content)


def _interval_of(figures: Sequence[RuleFigures], places: Sequence[Sequence[Place]]) -> Range:
    """Return the mean S of rules with limits from leaving out each office in all rules at once.

    places: of each rule, the offices in the order of its figures. Never narrower than so few or so like answers allow.
    """
    offices = sorted({place.office_id for here in places for place in here})
    rows = {office: row for row, office in enumerate(offices)}
    without = np.full((len(figures), len(offices)), np.nan)
    for r, (one, here) in enumerate(zip(figures, places, strict=True)):
        for column, place in enumerate(here):
            without[r, rows[place.office_id]] = one.without[column]
    answers = sum(one.answers for one in figures)
    scale = scale_of_s(answers)
    limits = jackknife([one.same_right.value for one in figures], without, scale)
    if answers >= ENOUGH_ANSWERS and limits.high > limits.low:
        return limits
    effect = mean_over([one.effect for one in figures])
    share = mean_over([one.right_share for one in figures])
    return widened(limits, share, answers / effect, len(offices))


def _whole(
    figures: Sequence[RuleFigures],
    contents: Sequence[dict[str, Any]],
    places: Sequence[Sequence[Place]],
) -> dict[str, Any]:
    shares = [
        mean_over([f.same_right.value for f in figures]),
        mean_over([f.same_wrong for f in figures]),
        mean_over([f.refer for f in figures]),
        mean_over([f.differ for f in figures]),
    ]
    content: dict[str, Any] = {
        "rules": len(figures),
        "answers": sum(one["answers"] for one in contents),
        "officers": max(one["officers"] for one in contents),
        "staff": max(one["staff"] for one in contents),
        "offices": max(one["offices"] for one in contents),
    }
    content["few"] = content["officers"] < FEW or all(one["few"] for one in contents)
    if any(isnan(share) for share in shares):
        return content
    s, w, u, d = per_cents(shares)
    limits = _interval_of(figures, places)
    if content["few"]:
        return content | {"range": coded_range(limits, content["officers"])}
    spread = per_cent(mean_over([f.spread for f in figures]))
    return content | {
        "s": s,
        "w": w,
        "u": u,
        "d": d,
        "interval": interval(limits),
        "off": _off(figures, d),
        "spread": spread,
    }


def _off(figures: Sequence[RuleFigures], differ: int) -> int:
    off = mean_over([f.differ_off for f in figures])
    return 0 if isnan(off) else min(differ, max(0, round(off * 100)))


def _state(shown: Sequence[Pair], handbook_id: int, state: int) -> Stored:
    content = _whole(
        [rule.states[state] for rule, _ in shown],
        [stored.content for _, stored in shown],
        [[place for place in rule.places if place.state_id == state] for rule, _ in shown],
    )
    return Stored(STATE, state, handbook_id, shown[0][1].seen_from, content)


def _office(shown: Sequence[Pair], handbook_id: int, office: int) -> Stored:
    known = [rule.known_of(rule.row_of(office)) for rule, _stored in shown]
    officers = max(rule.officers[office] for rule, _ in shown)
    content: dict[str, Any] = {
        "rules": len(shown),
        "officers": band(officers),
    }
    if sum(one.answered.sum() for one in known) >= ENOUGH_ANSWERS:
        told = shrunken_rules(known)
        content |= {"s": coded(told.value, officers), "interval": coded_range(told, officers)}
    return Stored(OFFICE, office, handbook_id, shown[0][1].seen_from, content)
