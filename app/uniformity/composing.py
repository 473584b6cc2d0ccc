"""From released counts to what may be shown of a rule in the nation, in each state and in each office. Pure.

What comes out is already rounded, coded and suppressed; nothing finer is stored anywhere that a page can reach.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

import numpy as np

from app.disclosure import EVERYBODY, FEW, coded
from app.uniformity.asked import Answered, Place, RuleNow, misreadings_held, tally_of
from app.uniformity.differing import beyond_chance, discoveries
from app.uniformity.leaning import (
    Country,
    Known,
    below_target,
    either,
    shrunken_mean,
    word_leaning,
)
from app.uniformity.measuring import RuleFigures, Tally, country_of, rule_figures
from app.uniformity.releasing import seen_from
from app.uniformity.shown import (
    band,
    coded_range,
    interval,
    per_cent,
    per_cents,
    readings,
    readings_in_words,
)
from app.uniformity.verdict import Targets, Verdict, said, verdict

NATION, STATE, OFFICE = "nation", "state", "office"


@dataclass(frozen=True)
class Stored:
    """A measure as it is stored: whose, who may see it, what it says."""

    scope: str
    scope_id: int
    subject_id: int
    seen_from: int
    content: dict[str, Any]


@dataclass
class RuleMeasured:
    """A rule measured everywhere: what is stored, and what its handbook and the audit of keys go on with."""

    rule: RuleNow
    places: list[Place]
    tally: Tally
    nation: RuleFigures
    country: Country
    states: dict[int, RuleFigures]
    officers: dict[int, int]  # of each office
    stored: list[Stored] = field(default_factory=list)

    def row_of(self, office_id: int) -> int:
        """Return the row of an office; places stand in the order of their ids."""
        return bisect_left(self.places, office_id, key=lambda place: place.office_id)

    def known_of(self, row: int) -> Known:
        """Return what the answers of an office tell, for the questions on which offices can be compared."""
        return self.country.known(self.tally.counts[:, row, :])


def measure_rule(
    rule: RuleNow,
    answered: Mapping[int, Answered],
    officers: Mapping[int, int],
    places: Mapping[int, Place],
    staff: Mapping[int, int],
    chance: np.random.Generator,
    targets: Targets,
) -> RuleMeasured:
    """Return all measures of one rule from the released cells of its questions.

    answered: by question version; officers: how many of each office are in them; places: every office by id; staff: of each office
    when it was released, where not told that of today; targets: what rules should reach.
    """
    here = [
        replace(places[office], staff=staff.get(office, places[office].staff))
        for office in sorted(officers)
    ]
    tally = tally_of(rule.asked, answered, here).weighty()
    target = targets.of(rule.strength)
    nation = rule_figures(tally, target=target, chance=chance)
    country = country_of(tally, nation)
    states = {
        state_id: rule_figures(
            tally.of(rows).weighty(), target=target, chance=chance, country=country
        )
        for state_id, rows in _rows_by_state(here).items()
    }
    found = RuleMeasured(rule, here, tally, nation, country, states, dict(officers))
    everybody = sum(place.staff for place in places.values())
    _store_whole(found, answered, everybody)
    _store_states(found, answered, places)
    _store_offices(found, answered, target)
    return found


def _rows_by_state(places: Sequence[Place]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, place in enumerate(places):
        found.setdefault(place.state_id, []).append(row)
    return found


def _store_whole(found: RuleMeasured, answered: Mapping[int, Answered], staff: int) -> None:
    officers = sum(found.officers.values())
    if officers < EVERYBODY or isnan(found.nation.same_right.value):
        return
    content = figures_content(found.nation, officers=officers, staff=staff)
    content["readings"] = _readings(found, found.nation, answered, set(found.officers), officers)
    found.stored.append(Stored(NATION, 0, found.rule.rule_id, EVERYBODY, content))


def _store_states(
    found: RuleMeasured, answered: Mapping[int, Answered], places: Mapping[int, Place]
) -> None:
    by_state = _rows_by_state(found.places)
    officers = {
        state: sum(found.officers[found.places[row].office_id] for row in rows)
        for state, rows in by_state.items()
    }
    for state, level in seen_from(officers).items():
        figures = found.states[state]
        offices = {found.places[row].office_id for row in by_state[state]}
        staff = sum(place.staff for place in places.values() if place.state_id == state)
        content = figures_content(figures, officers=officers[state], staff=staff)
        content["readings"] = _readings(found, figures, answered, offices, officers[state])
        found.stored.append(Stored(STATE, state, found.rule.rule_id, level, content))


def _readings(
    found: RuleMeasured,
    figures: RuleFigures,
    answered: Mapping[int, Answered],
    offices: set[int],
    officers: int,
) -> list[dict[str, Any]]:
    """Return the misreadings held in some offices, of the questions that the figures are made of."""
    asked = [one for one, there in zip(found.rule.asked, figures.asked, strict=True) if there]
    return readings(misreadings_held(asked, answered, offices), few=few_of(figures, officers))


def few_of(figures: RuleFigures, officers: int) -> int:
    """Return of how many officers a figure is, were they few: none of three hundred weighs more than one in three hundred; else 0."""
    least = int(min(officers, figures.evenly))
    return least if least < FEW else 0


def figures_content(figures: RuleFigures, *, officers: int, staff: int) -> dict[str, Any]:
    """Return what is shown of a rule in a state or the nation: whole per cents, only a coarse range of few officers."""
    few = few_of(figures, officers)
    content: dict[str, Any] = {
        "verdict": figures.verdict.value,
        "answers": figures.answers,
        "officers": officers,
        "staff": staff,
        "offices": figures.offices,
        "few": bool(few),
    }
    shares = (figures.same_right.value, figures.same_wrong, figures.refer, figures.differ)
    told = figures.same_right if isnan(figures.leaning.value) else figures.leaning
    if few and not isnan(told.value):
        return content | {
            "range": coded_range(told, few),
            "right": coded(min(max(figures.right_share, 1 / officers), 1 - 1 / officers), few),
        }
    if any(isnan(share) for share in shares):
        return content
    s, w, u, d = per_cents(shares)
    off = figures.differ_off
    return content | {
        "s": s, "w": w, "u": u, "d": d,
        "interval": interval(figures.same_right),
        "off": 0 if isnan(off) else min(d, max(0, round(off * 100))),
        "right": per_cent(figures.right_share),
        "habit": interval(figures.habit),
        "spread": per_cent(figures.spread),
        "weakest": per_cent(figures.weakest_tenth),
    }  # fmt: skip


def _store_offices(found: RuleMeasured, answered: Mapping[int, Answered], target: float) -> None:
    """Store each office that may be seen, told from what the whole nation's offices are like."""
    levels = _levels_of_offices(found)
    outside = outside_funnel(found, levels)
    for row, place in enumerate(found.places):
        if place.office_id not in levels:
            continue
        content = office_content(found, row, target)
        held = misreadings_held(found.rule.asked, answered, {place.office_id})
        content["readings"] = readings_in_words(held)
        content["outside"] = outside.get(place.office_id, "")
        found.stored.append(
            Stored(OFFICE, place.office_id, found.rule.rule_id, levels[place.office_id], content)
        )


def _levels_of_offices(found: RuleMeasured) -> dict[int, int]:
    """Return of each office that may be seen the smallest group that its reader must be allowed to see.

    Where a state is hidden so that the nation less the other states does not tell of a small one, its offices are hidden as
    well: they would give it away.
    """
    by_state = _rows_by_state(found.places)
    ids = {state: [found.places[row].office_id for row in rows] for state, rows in by_state.items()}
    states = seen_from(
        {s: sum(found.officers[one] for one in offices) for s, offices in ids.items()}
    )
    return {
        office: min(level, states[state])
        for state, offices in ids.items()
        if state in states
        for office, level in seen_from({one: found.officers[one] for one in offices}).items()
    }


def office_content(found: RuleMeasured, row: int, target: float) -> dict[str, Any]:
    """Return what is shown of a rule in one office: a word, a range in steps of five, and coarse places for the funnel."""
    counts = found.tally.counts[:, row, :]
    known = found.known_of(row)
    word = word_leaning(found.country, counts, target=target) or verdict(
        said(counts, found.tally.key, found.tally.unsure, found.tally.options),
        effect=1.0,
        target=target,
    )
    right = float(found.tally.right[:, row].sum())
    answers = float(found.tally.answered[:, row].sum())
    officers = found.officers[found.places[row].office_id]
    below = below_target(known, target)
    return {
        "verdict": word.value,
        "interval": coded_range(shrunken_mean(known), officers),
        "officers": band(officers),
        "about": max(5, officers // 5 * 5),
        "share": coded(either(right, answers) / answers, officers) if answers else None,
        "below": None if isnan(below) else round(below, 1),
    }


def outside_funnel(found: RuleMeasured, levels: Mapping[int, int]) -> dict[int, str]:
    """Return the shown offices that lie above or below the funnel beyond chance, with false discoveries kept to 5 %."""
    right, answers = found.tally.right.sum(axis=0), found.tally.answered.sum(axis=0)
    total = float(answers.sum())
    if total == 0:
        return {}
    share = float(right.sum()) / total
    rows = [row for row, place in enumerate(found.places) if place.office_id in levels]
    p_values = beyond_chance(right[rows], answers[rows], share)
    falls = discoveries([float(p) for p in p_values])
    return {
        found.places[row].office_id: "above" if right[row] / answers[row] > share else "below"
        for row, fell in zip(rows, falls, strict=True)
        if fell
    }


def mark_differing(rules: Sequence[RuleMeasured]) -> None:
    """Say of each rule in the nation and each state whether offices differ beyond chance, false discoveries kept to 5 %.

    Where they do not, no rule is called split, however large the part of habits seems from few answers.
    """
    groups: dict[tuple[str, int], list[tuple[RuleFigures, Stored]]] = defaultdict(list)
    for rule in rules:
        for stored in rule.stored:
            if stored.scope != OFFICE:
                figures = rule.nation if stored.scope == NATION else rule.states[stored.scope_id]
                groups[stored.scope, stored.scope_id].append((figures, stored))
    for group in groups.values():
        for (figures, stored), fell in zip(
            group, discoveries([figures.differ_p for figures, _ in group]), strict=True
        ):
            stored.content["differ"] = fell
            if stored.content["verdict"] == Verdict.SPLIT and not fell:
                stored.content["verdict"] = figures.otherwise.value
