"""The hot path: keeping one choice, in one statement that checks everything itself.

The statement checks owner, open attempt, deadline, session version and whether the choice fits the question; it runs on a
driver connection in autocommit, because the layers above would cost several times the work. Durable: SQLite commits with
synchronous FULL. Identical saves change nothing visible and answer the same.
"""

from datetime import UTC, datetime

from app.db import Database
from app.quizzes.logic import GRACE

SAVE = """
UPDATE attempt_questions SET choice = {p}, saved_at = {p}
WHERE attempt_id = {p} AND position = {p} AND (multiple OR length({p}) = 1)
AND EXISTS (
  SELECT 1 FROM attempts JOIN officers ON officers.id = attempts.officer_id
  WHERE attempts.id = attempt_questions.attempt_id AND attempts.officer_id = {p} AND attempts.submitted_at IS NULL
  AND (attempts.deadline_at IS NULL OR attempts.deadline_at >= {p})
  AND officers.session_version = {p} AND officers.active
)
"""
SQLITE_SAVE = SAVE.format(p="?")
POSTGRESQL_SAVE = SAVE.format(p="%s").replace("length(%s)", "length(%s::text)")


def save_choice(
    database: Database,
    *,
    officer_id: int,
    session_version: int,
    attempt_id: int,
    position: int,
    choice: str,
    at: datetime,
) -> bool:
    """Keep the choice of one question; return False when nothing was kept (not own, closed, late, signed out, unfit).

    `choice` is normalised ("b", "ac", "u"). Raises the driver's error when the database cannot be written.
    """
    late = at - GRACE
    if database.is_sqlite:
        facts = (_text(at), attempt_id, position, choice, officer_id, _text(late), session_version)
        return database.execute_now(SQLITE_SAVE, (choice, *facts)) == 1
    facts_pg = (choice, at, attempt_id, position, choice, officer_id, late, session_version)
    return database.execute_now(POSTGRESQL_SAVE, facts_pg) == 1


def _text(at: datetime) -> str:
    """Write a moment as the migrations' time columns hold it on SQLite."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
