"""Promises of the audit's chains."""

from datetime import datetime

import pytest
from sqlalchemy import select, text

from app.audit import queries
from app.audit.services import record
from app.db import Database

KEY = "another key that only tests use, long"


@pytest.fixture
def chain(app, database: Database, at: datetime) -> Database:  # type: ignore[no-untyped-def]
    for number in range(5):
        with database.transaction() as session:
            record(
                session, "session.opened", actor_id=number, office_id=1, at=at, address="127.0.0.1"
            )
    return database


def faults(database: Database) -> list[str]:
    with database.reading() as session:
        return queries.first_faults(session, key=KEY)[0]


def tamper(database: Database, *statements: str) -> None:
    """Change rows as somebody would who owns the database: the triggers are taken away first."""
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(text("DROP TRIGGER audit_events_no_update"))
            session.execute(text("DROP TRIGGER audit_events_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))


def newest(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(text("SELECT max(id) FROM audit_events")) or 0)


def test_an_untouched_chain_holds(chain: Database) -> None:
    assert faults(chain) == []


@pytest.mark.parametrize(
    "change",
    [
        "facts = replace(facts, '127.0.0.1', '127.0.0.2')",
        "act = 'session.closed'",
        "actor_id = 99",
        "office_id = NULL",
        "request_id = 'x'",
        "previous_hash = replace(previous_hash, substr(previous_hash, 1, 1), 'x')",
        "hash = 'x'",
    ],
)
@pytest.mark.parametrize("back", [0, 2])
def test_a_single_changed_field_is_named(chain: Database, change: str, back: int) -> None:
    event = newest(chain) - back
    tamper(chain, f"UPDATE audit_events SET {change} WHERE id = {event}")
    assert f"event {event}" in faults(chain)[0] or "sealed end" in faults(chain)[0]


@pytest.mark.parametrize("back", [0, 1, 4])
def test_a_missing_event_is_named_the_newest_too(chain: Database, back: int) -> None:
    tamper(chain, f"DELETE FROM audit_events WHERE id = {newest(chain) - back}")
    assert "is missing" in faults(chain)[0]


def test_cutting_the_end_off_with_its_head_moved_back_shows(chain: Database) -> None:
    last = newest(chain)
    tamper(
        chain,
        f"UPDATE audit_lanes SET seq = seq - 1, hash = (SELECT previous_hash FROM audit_events WHERE id = {last})"
        f" WHERE lane = (SELECT lane FROM audit_events WHERE id = {last})",
        f"DELETE FROM audit_events WHERE id = {last}",
    )
    assert "sealed end" in faults(chain)[0]


def test_an_inserted_event_is_named(chain: Database) -> None:
    last = newest(chain)
    tamper(
        chain,
        "INSERT INTO audit_events (id, lane, seq, at, act, actor_id, office_id, request_id, facts, previous_hash, hash)"
        " SELECT id + 1, lane, seq + 1, at, act, actor_id, office_id, request_id, facts, hash, hash"
        f" FROM audit_events WHERE id = {last}",
    )
    assert f"event {last + 1}" in faults(chain)[0]


def test_a_wiped_audit_cannot_be_passed_off_as_new(chain: Database) -> None:
    tamper(
        chain,
        "DELETE FROM audit_events",
        f"UPDATE audit_lanes SET seq = 0, hash = '{'0' * 64}', seal = ''",
    )
    assert faults(chain)


def test_an_undeclared_act_or_fact_is_refused(database: Database, at: datetime) -> None:
    with database.transaction() as session, pytest.raises(ValueError, match="not declared"):
        record(session, "tea.made", actor_id=None, office_id=None, at=at)
    with database.transaction() as session, pytest.raises(ValueError, match="carries"):
        record(session, "session.closed", actor_id=None, office_id=None, at=at, colour="blue")


def test_writers_at_the_same_time_do_not_wait_and_every_chain_holds(
    database: Database, at: datetime
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    with database.transaction() as one:
        record(one, "session.closed", actor_id=1, office_id=1, at=at)
        with database.transaction() as two:
            two.execute(text("SET lock_timeout = '500ms'"))
            record(two, "session.closed", actor_id=2, office_id=1, at=at)
    with database.reading() as session:
        lanes = set(session.scalars(select(text("lane")).select_from(text("audit_events"))))
    assert len(lanes) == 2
