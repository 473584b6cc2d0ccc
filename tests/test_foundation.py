"""Promises of the foundation: transactions, times, the clock's words."""

from contextlib import suppress
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.audit.services import record
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
