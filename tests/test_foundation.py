"""Promises of the foundation: transactions, times, the clock's words."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.audit.services import record
from app.clock import first_day, month_key, month_number, month_of
from app.db import Database


def test_what_is_rolled_back_is_gone(database: Database) -> None:
    with suppress(RuntimeError), database.transaction() as session:
        session.execute(text("UPDATE offices SET name = 'X'"))
        raise RuntimeError("stop")
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM offices WHERE name = 'X'")) == 0


def test_a_savepoint_that_is_rolled_back_keeps_nothing(database: Database) -> None:
    with database.transaction() as session:
        inner = session.begin_nested()
        session.execute(text("UPDATE offices SET name = 'X'"))
        inner.rollback()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM offices WHERE name = 'X'")) == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET act = 'x'", "DELETE FROM audit_events"]
)
def test_the_database_itself_refuses_to_change_events(
    database: Database, at: datetime, statement: str
) -> None:
    with database.transaction() as session:
        record(session, "session.closed", actor_id=1, office_id=1, at=at)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text(statement))


def test_a_live_and_ready_portal_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_portal_whose_database_is_away_is_not_ready(app: Flask, tmp_path: object) -> None:
    app.extensions["database"] = Database(f"sqlite:///{tmp_path}/nowhere/none.db")
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


@given(st.dates(max_value=date(9999, 11, 30)))
def test_months_are_counted_one_by_one_and_written_as_the_counts_write_them(day: date) -> None:
    month = month_number(day)
    assert first_day(month) <= day < first_day(month + 1)
    assert month_number(first_day(month + 1) - timedelta(days=1)) == month
    assert month_key(month) == day.isoformat()[:7]
    assert month_of(month_key(month)) == month
