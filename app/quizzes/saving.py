"""The hot path: keeping one choice, in one statement that checks everything itself.

The statement checks owner, open attempt, deadline, session version and whether the choice fits the question; it runs on a
driver connection in autocommit, because the layers above would cost several times the work. Durable: SQLite commits with
synchronous FULL. Identical saves change nothing visible and answer the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.db import Database
from app.quizzes.answers import LONGEST_WRITTEN, REFER, pattern
from app.quizzes.logic import GRACE

LONGEST = LONGEST_WRITTEN + 1

SAVE = """
UPDATE attempt_questions
SET choice = {p}, certainty = {p},
saved_at = CASE WHEN choice = {p} AND certainty = {p} AND saved_at IS NOT NULL THEN saved_at ELSE {p} END
WHERE attempt_id = {p} AND position = {p} AND kind = {p} AND alphabet LIKE {p} {known}
AND EXISTS (
  SELECT 1 FROM attempts JOIN officers ON officers.id = attempts.officer_id
  WHERE attempts.id = {p} AND attempts.officer_id = {p} AND attempts.submitted_at IS NULL
  AND (attempts.deadline_at IS NULL OR attempts.deadline_at >= {p})
  AND officers.session_version = {p} AND officers.active
  {lock}
)
"""
# The share lock makes a save and a submission of the same attempt follow one another: what is acknowledged is graded.
LOCK = "FOR SHARE OF attempts"
# Who saves says which answer the page knew: another one, kept meanwhile by another tab or device, is not overwritten.
KNOWN = "AND choice IN ({p}, {p}, {p}, {p}, {p})"
MOST_KNOWN = 4
STATEMENTS = {
    (sqlite, known): SAVE.format(
        p="?" if sqlite else "%s",
        lock="" if sqlite else LOCK,
        known=KNOWN.format(p="?" if sqlite else "%s") if known else "",
    )
    for sqlite in (True, False)
    for known in (True, False)
}


@dataclass(frozen=True)
class Said:
    """What is to be kept: the answer (as `answers.py` writes it), how certain (0: not told), and what the page knew before.

    `known` lists the answer last acknowledged and those sent since without an answer from here, any of which may be kept; at
    most four. It is empty when the page did not say.
    """

    kind: str
    choice: str
    certainty: int = 0
    known: tuple[str, ...] = ()


def save_choice(
    database: Database,
    *,
    officer_id: int,
    session_version: int,
    attempt_id: int,
    position: int,
    said: Said,
    at: datetime,
) -> bool:
    """Keep the answer to one question; return False when nothing was kept.

    That is: not own, closed, late, signed out, unfit for the question, or answered otherwise elsewhere meanwhile. The same
    answer again changes nothing and is kept. Raises the driver's error when the database cannot be written.
    """
    choice = said.choice
    if len(choice) > LONGEST or not fits_an_integer(attempt_id):
        return False
    if len(choice) != 1 and said.kind in ("single", "true_false"):
        return False
    late = at - GRACE
    stored, limit = (_text(at), _text(late)) if database.is_sqlite else (at, late)
    certainty = said.certainty if choice and choice != REFER else 0
    facts: tuple[object, ...]
    facts = (choice, certainty, choice, certainty, stored, attempt_id, position, said.kind)
    facts += (pattern(choice),)
    if said.known:
        known = said.known[:MOST_KNOWN]
        facts += (*known, *known[:1] * (MOST_KNOWN - len(known)), choice)
    facts += (attempt_id, officer_id, limit, session_version)
    statement = STATEMENTS[database.is_sqlite, bool(said.known)]
    return database.execute_now(statement, facts) == 1


def fits_an_integer(number: int) -> bool:
    """Say whether a number of an address can be a key at all."""
    return number < 2**31


def _text(at: datetime) -> str:
    """Write a moment as the migrations' time columns hold it on SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
