"""The hot path: keeping one choice, in one statement that checks everything itself.

The statement checks owner, open attempt, deadline, session version and whether the choice fits the question; it runs on a
driver connection in autocommit, because the layers above would cost several times the work. Durable: SQLite commits with
synchronous FULL. Identical saves change nothing visible and answer the same.
"""

from datetime import UTC, datetime

from app.db import Database
from app.quizzes.logic import GRACE

SAVE = """
UPDATE attempt_questions
SET choice = {p}, saved_at = CASE WHEN choice = {p} AND saved_at IS NOT NULL THEN saved_at ELSE {p} END
WHERE attempt_id = {p} AND position = {p} AND (multiple OR {p} = 1)
AND option_order LIKE {p} AND option_order LIKE {p} AND option_order LIKE {p} AND option_order LIKE {p}
AND EXISTS (
  SELECT 1 FROM attempts JOIN officers ON officers.id = attempts.officer_id
  WHERE attempts.id = {p} AND attempts.officer_id = {p} AND attempts.submitted_at IS NULL
  AND (attempts.deadline_at IS NULL OR attempts.deadline_at >= {p})
  AND officers.session_version = {p} AND officers.active
  {lock}
)
"""
SQLITE_SAVE = SAVE.format(p="?", lock="")
# The share lock makes a save and a submission of the same attempt follow one another: what is acknowledged is graded.
POSTGRESQL_SAVE = SAVE.format(p="%s", lock="FOR SHARE OF attempts")


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
    if len(choice) > 4 or not fits_an_integer(attempt_id):
        return False
    late = at - GRACE
    stored, limit = (_text(at), _text(late)) if database.is_sqlite else (at, late)
    likes = [f"%{letter}%" for letter in choice.ljust(4, "%")]
    facts = (choice, choice, stored, attempt_id, position, len(choice), *likes)
    facts += (attempt_id, officer_id, limit, session_version)
    statement = SQLITE_SAVE if database.is_sqlite else POSTGRESQL_SAVE
    return database.execute_now(statement, facts) == 1


def fits_an_integer(number: int) -> bool:
    """Say whether a number of an address can be a key at all."""
    return number < 2**31


def _text(at: datetime) -> str:
    """Write a moment as the migrations' time columns hold it on SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
