"""Fixtures of quizzes: the quiz of the small content, an attempt at it, its right answers."""

from collections.abc import Callable
from datetime import datetime

import pytest

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from app.quizzes import queries
from app.quizzes.queries import AttemptRow, QuizRow
from app.quizzes.saving import Said, save_choice
from app.quizzes.services import start_attempt, submit_attempt
from app.quizzes.slots import SlotRow, slots_of
from tests.cast import Cast


class Taking:
    """An officer's way through the quiz, below the pages."""

    def __init__(self, database: Database, actor: Actor, at: datetime) -> None:
        self.database, self.actor, self.at = database, actor, at
        with database.reading() as session:
            found = queries.quiz_row(session, slug="uji")
        assert found is not None
        self.quiz: QuizRow = found
        self.id = 0

    def start(self, seed: int = 7, at: datetime | None = None) -> int:
        """Begin, or go on with the open attempt."""
        with self.database.transaction() as session:
            self.id = start_attempt(
                session, self.actor, quiz=self.quiz, seed=seed, at=at or self.at
            )
        return self.id

    def slots(self) -> list[SlotRow]:
        """Return the drawn questions as they stand."""
        with self.database.reading() as session:
            return slots_of(session, attempt_id=self.id)

    def row(self) -> AttemptRow:
        """Return the attempt as it stands."""
        with self.database.reading() as session:
            found = queries.attempt_of(session, officer_id=self.actor.id, attempt_id=self.id)
        assert found is not None
        return found

    def save(
        self, position: int, choice: str, at: datetime | None = None, by: Actor | None = None
    ) -> bool:
        """Keep one choice."""
        actor = by or self.actor
        kind = next((s.kind for s in self.slots() if s.position == position), "single")
        return save_choice(
            self.database,
            officer_id=actor.id,
            session_version=actor.session_version,
            attempt_id=self.id,
            position=position,
            said=Said(kind, choice),
            at=at or self.at,
        )

    def answer(self, wrong: tuple[int, ...] = ()) -> None:
        """Answer everything rightly but the positions named."""
        for slot in self.slots():
            assert self.save(slot.position, "u" if slot.position in wrong else slot.key)

    def submit(self, at: datetime | None = None, by: str = "officer") -> bool:
        """Submit it."""
        with self.database.transaction() as session:
            return submit_attempt(session, self.row(), quiz=self.quiz, by=by, at=at or self.at)


@pytest.fixture
def present() -> datetime:
    """Return the real present, for tests that walk through pages."""
    return now()


@pytest.fixture
def taking(database: Database, cast: Cast, at: datetime) -> Taking:
    """Return Nurul's way through the quiz."""
    return Taking(database, cast.nurul, at)


@pytest.fixture
def taking_as(database: Database, at: datetime) -> Callable[[Actor], Taking]:
    """Return a way through the quiz for anybody."""
    return lambda actor: Taking(database, actor, at)
