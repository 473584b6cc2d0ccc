"""Promises over random histories: who must read what follows from what was changed and declared, and nothing past moves."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.acknowledgements.asking import asked_of
from app.clock import local_date
from app.compliance.duties import Scope, duty_rows
from app.handbooks.logic import RuleHistory, asked_since
from app.handbooks.queries import rule_history, version_row
from app.publishing import shaping
from app.publishing.logic import real_change
from app.publishing.queries import DraftRuleRow
from tests.publishing.desk import Desk
from tests.publishing.test_impact import acknowledge, asked, figures, key

__all__ = ["asked"]
PAST = (
    "SELECT * FROM handbook_versions WHERE in_force_at IS NULL ORDER BY id",
    "SELECT * FROM rule_texts ORDER BY id",
    "SELECT * FROM rules ORDER BY id",
    "SELECT * FROM acknowledgements ORDER BY id",
    "SELECT * FROM rule_retirements ORDER BY version_id, rule_id",
    "SELECT * FROM rule_ancestors ORDER BY version_id, rule_id, ancestor_id",
    "SELECT * FROM audit_events ORDER BY lane, seq",
)


class Years:
    """A random life of the small handbook, beside a plain model of who declared which rule when."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.people = [desk.cast.nurul, desk.cast.aina, desk.cast.tan, desk.cast.farid]
        # what each person has read of each rule: how many material changes the rule had then
        self.changes: dict[int, int] = {row.rule.rule_id or 0: 0 for row in desk.rows}
        self.read: dict[int, dict[int, int]] = {}
        self.retired: dict[int, set[int]] = {}
        for person in (desk.cast.nurul, desk.cast.tan):
            self.read[person.id] = dict(self.changes)

    def past(self) -> list[list[object]]:
        """Return every row that must never change."""
        with self.desk.database.reading() as session:
            return [[tuple(row) for row in session.execute(text(query))] for query in PAST]

    def version(self) -> None:
        """Change some rules at random and publish, in force from tomorrow on."""
        desk = self.desk
        before = self.past()
        desk.start()
        for row in desk.rows:
            self._change(row)
        for row in desk.rows:
            if real_change(row.rule, row.known) == "renumbered":
                desk.edit(row.rule.code, change="editorial", note_ms="Nombor.", note_en="Number.")
        if not any(real_change(row.rule, row.known) for row in desk.rows):
            desk.reword(desk.rows[0].rule.code, "editorial")
        self._publish()
        for old, new in zip(before, self.past(), strict=True):
            assert all(row in new for row in old), "a row of the past changed"

    def _change(self, row: DraftRuleRow) -> None:
        desk, code = self.desk, row.rule.code
        others = [r for r in desk.rows if not r.rule.retired and r.rule.id != row.rule.id]
        acts = ["none", "none", "editorial", "material", "move", "split", "retire"]
        act = self.chance.choice(acts)
        if act in ("editorial", "material"):
            desk.reword(code, act, f"Ayat {self.chance.random()}.")
        elif act == "move" and others:
            desk.do(shaping.move_rule, code, after_id=self.chance.choice(others).rule.id)
        elif act == "split":
            made = desk.do(shaping.split_rule, code)
            desk.fill(next(r for r in desk.rows if r.rule.id == made).rule.code)
        elif act == "retire" and len(others) > 1:
            desk.do(shaping.retire_rule, code)
            desk.edit(code, note_ms="Tidak perlu.", note_en="Not needed.")

    def _publish(self) -> None:
        """Publish from tomorrow on; hold the figures said before against what is asked after."""
        desk = self.desk
        material = {r.rule.code for r in desk.rows if r.rule.change == "material"}
        desk.day(local_date(desk.at) + timedelta(days=1))
        desk.submit()
        impact = desk.impact()
        desk.publish()
        desk.at += timedelta(days=1)
        with desk.database.reading() as session:
            officers, rules, whole = figures(session, desk.cast, local_date(desk.at))
        assert (impact.officers, impact.newcomers) == (officers, whole)
        for rule in impact.rules:
            assert rule.officers == rules[key(rule)]
        self._model(material)

    def _model(self, material: set[str]) -> None:
        """Follow the version in the model."""
        with self.desk.database.reading() as session:
            history = rule_history(
                session, handbook_id=self.desk.draft.handbook_id, on=local_date(self.desk.at)
            )[-1]
        gone = set(self.changes) - history.rules
        for known in self.read.values():
            for rule_id in gone & known.keys():
                known.pop(rule_id)
        self.changes = {
            rule_id: self.changes.get(rule_id, 0) + (history.changes.get(rule_id) == "material")
            for rule_id in history.rules
        }
        assert len(material) == sum(kind == "material" for kind in history.changes.values())

    def declare(self) -> None:
        """Let somebody declare what is asked now."""
        person = self.chance.choice(self.people)
        acknowledge(self.desk, person, local_date(self.desk.at))
        self.read[person.id] = dict(self.changes)

    def check(self) -> None:
        """Compare what is asked of everybody with the model."""
        today = local_date(self.desk.at)
        with self.desk.database.reading() as session:
            version = version_row(session, slug="uji", on=today)
            assert version
            duties = {
                row.officer_id: row for row in duty_rows(session, scope=Scope("/"), today=today)
            }
            for person in self.people:
                known = self.read.get(person.id)
                if known is None:
                    continue
                found = asked_of(session, officer_id=person.id, version=version, language="ms")
                asked_ids = {item.rule.rule_id for item in found.rules}
                wanted = {
                    rule_id for rule_id, n in self.changes.items() if known.get(rule_id, -1) != n
                }
                assert asked_ids == wanted, "an unchanged rule is asked, or a changed one is not"
                if wanted:
                    assert duties[person.id].changes_only
                elif not found.retired:
                    assert not found.count


@pytest.mark.parametrize("seed", range(12))
def test_after_any_history_exactly_the_changed_rules_are_asked_and_the_past_stands(
    asked: Desk, seed: int
) -> None:
    chance = random.Random(seed)
    years = Years(asked, chance)
    acknowledge(asked, asked.cast.aina, local_date(asked.at))
    years.read[asked.cast.aina.id] = dict(years.changes)
    for _step in range(5):
        years.version()
        years.check()
        for _who in range(chance.randrange(3)):
            years.declare()
        years.check()


KINDS = st.sampled_from(["new", "material", "editorial"])


@st.composite
def histories(draw: st.DrawFn) -> list[RuleHistory]:
    """Draw a history of versions over a few rules."""
    found, rules = [], frozenset(range(3))
    for number in range(draw(st.integers(1, 6))):
        retired = {
            rule: draw(st.sampled_from(["retired", "editorial"]))
            for rule in sorted(rules)
            if number and draw(st.booleans()) and draw(st.booleans())
        }
        born = {100 * number + n: "new" for n in range(draw(st.integers(0, 2)))} if number else {}
        rules = (rules - retired.keys()) | born.keys()
        changes = {
            rule: draw(st.sampled_from(["material", "editorial"]))
            for rule in sorted(rules - born.keys())
            if number and draw(st.booleans())
        }
        day = date(2020, 1, 1) + timedelta(days=number)
        found.append(RuleHistory(day, rules, {**changes, **born}, retired))
    return found


@given(histories(), st.integers(0, 5))
def test_a_rule_is_asked_exactly_when_it_changed_in_substance_since(
    history: list[RuleHistory], place: int
) -> None:
    known = history[min(place, len(history) - 1)]
    later = [version for version in history if version.effective_on > known.effective_on]
    found = asked_since(history, known.effective_on)
    for rule in history[-1].rules:
        touched = any(version.changes.get(rule) in ("material", "new") for version in later)
        assert (rule in found) == touched
    for rule in found - history[-1].rules:
        assert rule in known.rules
        assert any(version.retired.get(rule) == "retired" for version in later)


@given(histories())
def test_who_knows_the_newest_version_is_asked_nothing(history: list[RuleHistory]) -> None:
    assert not asked_since(history, history[-1].effective_on)
