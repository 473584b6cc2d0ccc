"""Promises of `flask audit verify`: a sound audit passes in one line, a single changed byte fails by name."""

from datetime import datetime

from flask import Flask
from sqlalchemy import text

from app.audit.services import record
from app.db import Database


def test_the_command_passes_a_sound_audit_and_names_a_changed_event(
    app: Flask, database: Database, at: datetime
) -> None:
    with database.transaction() as session:
        record(session, "session.opened", actor_id=1, office_id=1, at=at, address="127.0.0.1")
    run = app.test_cli_runner().invoke
    assert "The audit holds" in run(args=["audit", "verify"]).output
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(text("DROP TRIGGER audit_events_no_update"))
        else:
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        session.execute(
            text(
                "UPDATE audit_events SET facts = replace(facts, '0.1', '0.2') WHERE act = 'session.opened'"
            )
        )
    broken = run(args=["audit", "verify"])
    assert broken.exit_code != 0
    assert "session.opened" in broken.output
    assert len(broken.output.strip().splitlines()) == 1
