"""Promises of the figures before publishing: they are those that publishing then produces."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.acknowledgements.asking import asked_of
from app.acknowledgements.services import acknowledge_version
from app.clock import local_date
from app.compliance.duties import Scope, duty_rows
from app.compliance.models import Assignment
from app.compliance.services import exempt_officer
from app.db import Database
from app.handbooks.queries import version_row
from app.publishing import shaping
from app.publishing.impact import Impact, RuleImpact
from app.quizzes.bank import bank_rows
from app.quizzes.queries import quiz_rows
from tests.cast import Cast
from tests.publishing.desk import Desk


def acknowledge(desk: Desk, person: Actor, on: date) -> None:
    """Let a person acknowledge the version in force on a day."""
    with desk.database.transaction() as session:
        version = version_row(session, slug="uji", on=on)
        assert version
        asked = asked_of(session, officer_id=person.id, version=version, language="ms")
        acknowledge_version(
            session,
            person,
            version=version,
            language="ms",
            declaration="…",
            chance=person.id * 1000 + on.toordinal(),
            at=desk.at,
            since_version_id=asked.since.id if asked.since else None,
        )


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """Ask everybody; Nurul and Tan know 2.0, Aina knows 1.0, Liza is exempt, the rest know nothing."""
    cast, today = desk.cast, local_date(desk.at)
    with desk.database.transaction() as session:
        version = version_row(session, slug="uji", on=today)
        assert version
        row = Assignment(
            kind="acknowledge",
            handbook_id=version.handbook_id,
            office_id=cast.offices.hq,
            starts_on=today - timedelta(days=300),
            due_on=today - timedelta(days=200),
            created_at=desk.at,
        )
        session.add(row)
        session.flush()
        exempt_officer(
            session, cast.farid, assignment_id=row.id, officer_id=cast.liza.id, until=None, reason="Cuti", at=desk.at
        )  # fmt: skip
    for person in (cast.nurul, cast.tan, cast.liza):
        acknowledge(desk, person, today)
    acknowledge(desk, cast.aina, date(2026, 3, 1))
    return desk


def figures(session: Session, cast: Cast, day: date) -> tuple[int, Counter[str | int], int]:
    """Return who is asked again after publication: officers, per rule (a retired one by its id), and who reads all."""
    rules: Counter[str | int] = Counter()
    officers = whole = 0
    duties = {row.officer_id: row for row in duty_rows(session, scope=Scope(path="/"), today=day)}
    version = version_row(session, slug="uji", on=day)
    assert version
    for officer_id, duty in duties.items():
        if duty.status in ("exempt", "lapsed"):
            continue
        found = asked_of(session, officer_id=officer_id, version=version, language="ms")
        whole += found.since is None and duty.facts.done_on is None
        officers += duty.changes_only
        rules.update(item.rule.code for item in found.rules)
        rules.update(rule.rule_id for rule in found.retired)
    return officers, rules, whole


def key(rule: RuleImpact) -> str | int:
    """Return how `figures` names a rule."""
    return (rule.rule_id or 0) if rule.kind == "retired" else rule.code


def published(desk: Desk, *, ahead: int = 5) -> tuple[Impact, date]:
    day = local_date(desk.at) + timedelta(days=ahead)
    desk.day(day)
    desk.submit()
    before = desk.impact()
    desk.publish()
    return before, day


def test_officers_and_rules_counted_before_are_those_asked_after(asked: Desk) -> None:
    asked.reword("UJ-1.1")
    asked.reword("UJ-2.1", "editorial")
    asked.do(shaping.retire_rule, "UJ-2.2")
    asked.edit("UJ-2.2", note_ms="Tidak perlu.", note_en="Not needed.")
    before, day = published(asked)
    with asked.database.reading() as session:
        officers, rules, whole = figures(session, asked.cast, day)
    assert before.officers == officers == 3  # Nurul, Tan, Aina
    assert before.newcomers == whole
    assert sum(office.officers for office in before.offices) == officers
    counted = {rule.code: rule.officers for rule in before.rules}
    assert counted == {"UJ-1.1": 3, "UJ-2.2": 2}, "Aina never knew UJ-2.2, so nobody tells her"
    assert all(rules[key(rule)] == rule.officers for rule in before.rules)


def test_spelling_alone_asks_nobody(asked: Desk) -> None:
    acknowledge(asked, asked.cast.aina, local_date(asked.at))
    asked.reword("UJ-1.1", "editorial")
    before, day = published(asked)
    assert (before.officers, before.rules) == (0, ())
    with asked.database.reading() as session:
        assert figures(session, asked.cast, day)[0] == 0


def test_the_questions_said_to_go_stale_are_those_not_drawn_after(asked: Desk) -> None:
    def current(database: Database, day: date) -> set[str]:
        with database.reading() as session:
            (quiz,) = quiz_rows(session)
            return {row.key for row in bank_rows(session, quiz=quiz, on=day) if row.current}

    asked.reword("UJ-1.1")
    asked.reword("UJ-1.2", "editorial")
    today = local_date(asked.at)
    was = current(asked.database, today)
    before, day = published(asked)
    (quiz,) = before.quizzes
    assert quiz.stale
    assert set(quiz.stale) == was - current(asked.database, day)
    assert current(asked.database, today) == was, "until its day the old wording is asked"
    assert {key.rsplit("-", 1)[0] for key in quiz.stale} == {"UJ-1.1"}
    assert "UJ-1.1" in quiz.after.thin


def test_a_text_changed_in_one_language_only_is_said_to_lag(asked: Desk) -> None:
    old = asked.fields("UJ-1.1")
    asked.edit(
        "UJ-1.1",
        body_ms=f"{old.body_ms} Lagi.",
        change="material",
        note_ms="Kerana.",
        note_en="Because.",
    )
    before, _day = published(asked)
    assert before.lagging == (("UJ-1.1", "en"),)


def test_publishing_writes_no_row_for_any_officer(asked: Desk) -> None:
    tables = ("officers", "acknowledgements", "exemptions", "reminders", "grades", "outgoing_mails")
    counts = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    with asked.database.reading() as session:
        before = session.execute(text(counts)).all()
    asked.reword("UJ-1.1")
    published(asked)
    with asked.database.reading() as session:
        assert session.execute(text(counts)).all() == before
