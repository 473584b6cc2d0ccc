"""A server that dies at any statement of an attempt: nothing acknowledged is lost, nothing is doubled.

Each run walks through one attempt as a browser does (begin, answer, change, submit) and cuts it off at a random statement; what
was cut off is asked again, as a browser asks again. A thousand such points on each database, in four parts.
"""

import random
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.db import Database
from app.quizzes.counting import recount
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade, ResponseCount
from tests.cast import Cast
from tests.quizzes.conftest import Taking

Result = TypeVar("Result")
POINTS, PARTS = 1000, 4
TABLES = (ResponseCount, Grade, Answer, AttemptQuestion, Attempt)


class Killed(BaseException):
    """The server died here; no code of the portal may catch it."""


class Killer:
    """Cuts a transaction off at its n-th statement from now."""

    def __init__(self, database: Database) -> None:
        self.left = 0
        event.listen(database.engine, "before_cursor_execute", self._count)

    def arm(self, statement: int) -> None:
        self.left = statement

    def _count(self, *_facts: object) -> None:
        if self.left:
            self.left -= 1
            if not self.left:
                raise Killed


def again(act: Callable[[], Result]) -> Result:
    """Do an act as a browser does: once more when the answer never came."""
    try:
        return act()
    except Killed:
        return act()


def save_as_a_browser(way: Taking, position: int, choice: str, chance: random.Random) -> None:
    """Keep a choice; sometimes the answer is lost on the way back and the same is sent again."""
    assert way.save(position, choice)
    if chance.random() < 0.3:
        assert way.save(position, choice), "the same again is acknowledged again"


def walk(way: Taking, killer: Killer, chance: random.Random) -> dict[int, str]:
    """Walk through an attempt with one death in it; return what was acknowledged last, by position."""
    killer.arm(chance.randrange(1, 40))
    attempt_id = again(way.start)
    assert again(way.start) == attempt_id, "begun once"
    kept: dict[int, str] = {}
    slots = again(way.slots)
    for slot in chance.choices(slots, k=2 * len(slots)):
        options = "abcd" if slot.kind == "single" else ["ab", "c", "bcd", "u"]
        choice = chance.choice(options)
        again(
            lambda slot=slot, choice=choice: save_as_a_browser(way, slot.position, choice, chance)
        )
        kept[slot.position] = choice
    again(way.submit)
    again(way.submit)
    killer.arm(0)
    return kept


def check(session: Session, way: Taking, kept: dict[int, str], started: int) -> None:
    """Hold what is stored against what was acknowledged."""
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    assert session.scalar(select(func.count()).select_from(Grade)) == 1
    rows = session.execute(
        select(AttemptQuestion.position, Answer.choice).join(
            Answer, Answer.question_version_id == AttemptQuestion.question_version_id
        )
    )
    answers = {row.position: row.choice for row in rows}
    assert answers == {slot.position: kept.get(slot.position, "") for slot in way.slots()}
    answered = sum(bool(choice) for choice in answers.values())
    assert session.scalar(select(func.sum(ResponseCount.n))) == (answered or None)
    for act in ("attempt.started", "attempt.submitted"):
        written = session.scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.act == act)
        )
        assert written == started
    assert recount(session)[1] == 0


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_or_doubled_wherever_the_server_dies(
    database: Database, cast: Cast, taking: Taking, part: int
) -> None:
    chance = random.Random(part)
    killer = Killer(database)
    for run in range(POINTS // PARTS):
        kept = walk(taking, killer, chance)
        with database.reading() as session:
            check(session, taking, kept, started=run + 1)
        with database.transaction() as session:
            for table in TABLES:
                session.execute(delete(table))
