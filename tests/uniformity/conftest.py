"""A made-up department for uniformity: states, offices, officers, and first answers put straight into the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, select

from app.clock import now
from app.db import Database
from app.handbooks.models import Rule
from app.people.models import Office, Officer, Posting
from app.quizzes.models import Answer, Attempt, Question, QuestionVersion
from app.uniformity.services import make_batch, recount_answers
from tests.cast import Cast
from tests.quizzes.conftest import present, taking, taking_as

__all__ = ["present", "taking", "taking_as"]
JOINED = date(2020, 1, 1)
BEGUN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Branch:
    """An office with its officers, by id."""

    id: int
    state_id: int
    officers: tuple[int, ...]


@dataclass
class World:
    """The department: offices are founded and officers answer in it, below the pages."""

    database: Database
    cast: Cast
    versions: dict[str, int]  # "UJ-1.1-a"
    keys: dict[str, str]
    rules: dict[str, int]  # "UJ-1.1"
    quiz_id: int
    handbook_id: int
    made: int = field(default=0)

    def state(self, name: str = "") -> int:
        """Found a state with nobody in it."""
        self.made += 1
        with self.database.transaction() as session:
            top = session.get_one(Office, self.cast.offices.hq)
            return self._office(session, top, name or f"JPN Negeri {self.made}", "state")

    def branch(self, state_id: int, officers: int, name: str = "") -> Branch:
        """Found a branch with officers in a state."""
        self.made += 1
        with self.database.transaction() as session:
            state = session.get_one(Office, state_id)
            office_id = self._office(session, state, name or f"JPN Cawangan {self.made}", "branch")
        return self.staff(office_id, state_id, officers)

    def staff(self, office_id: int, state_id: int, officers: int) -> Branch:
        """Post new officers to an office."""
        self.made += 1
        with self.database.transaction() as session:
            people = [
                {
                    "staff_number": f"W{self.made:03}{n:03}", "name": f"Pegawai {self.made} {n}",
                    "email": f"w{self.made}.{n}@jpn.example", "joined_on": JOINED, "created_at": BEGUN,
                }
                for n in range(officers)
            ]  # fmt: skip
            ids = self._insert(session, Officer, people)
            posts = [{"officer_id": i, "office_id": office_id, "starts_on": JOINED} for i in ids]
            if posts:
                session.execute(insert(Posting), posts)
        return Branch(office_id, state_id, tuple(ids))

    def _office(self, session: Any, above: Office, name: str, kind: str) -> int:
        office = Office(
            code=f"W{self.made}", name=name, kind=kind, parent_id=above.id, path=f"w{self.made}"
        )
        session.add(office)
        session.flush()
        office.path = f"{above.path}{office.id}/"
        return office.id

    def _insert(self, session: Any, table: Any, rows: list[dict[str, Any]]) -> list[int]:
        if not rows:
            return []
        query = insert(table).returning(table.id, sort_by_parameter_order=True)
        return list(session.scalars(query, rows))

    def answer(
        self,
        branch: Branch,
        said: Sequence[str],
        *,
        question: str = "UJ-1.1-a",
        begin: int = 0,
        at: datetime | None = None,
        draw: str = "anchor",
    ) -> None:
        """Let officers of an office, from the one at `begin`, answer a question for the first time: one choice each."""
        self.answer_all([(branch, said)], question=question, begin=begin, at=at, draw=draw)

    def answer_all(
        self,
        said: Sequence[tuple[Branch, Sequence[str]]],
        *,
        question: str = "UJ-1.1-a",
        begin: int = 0,
        at: datetime | None = None,
        draw: str = "anchor",
    ) -> None:
        """Let officers of several offices answer a question for the first time."""
        at = at or now()
        one = self.versions[question]
        facts = [
            (officer, branch.id, choice)
            for branch, choices in said
            for officer, choice in zip(branch.officers[begin:], choices, strict=False)
        ]
        assert len(facts) == sum(len(choices) for _, choices in said), "too few officers"
        with self.database.transaction() as session:
            sittings = [
                {
                    "officer_id": officer, "quiz_id": self.quiz_id, "office_id": office, "seed": 1,
                    "started_at": at, "submitted_at": at, "submitted_by": "officer",
                }
                for officer, office, _choice in facts
            ]  # fmt: skip
            attempts = self._insert(session, Attempt, sittings)
            rows = [
                {
                    "attempt_id": attempt, "officer_id": officer, "office_id": office,
                    "question_version_id": one, "choice": choice,
                    "correct": choice == self.keys[question], "counted": True, "draw": draw,
                    "answered_at": at,
                }
                for attempt, (officer, office, choice) in zip(attempts, facts, strict=True)
            ]  # fmt: skip
            session.execute(insert(Answer), rows)
        recount_answers(self.database)

    def batch(self, at: datetime | None = None) -> Any:
        """Make the batch of the night."""
        return make_batch(self.database, at or now())


def choices(key: str, right: int, wrong: int, unsure: int = 0) -> list[str]:
    """Return so many right answers, wrong ones (all the same) and "not sure", the right ones first."""
    other = "b" if key != "b" else "c"
    return [key] * right + [other] * wrong + ["u"] * unsure


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    """Return the department with the small content and nobody's answers."""
    with database.reading() as session:
        rows = session.execute(
            select(
                Question.key, QuestionVersion.id, QuestionVersion.key_choice, Question.quiz_id
            ).join(QuestionVersion, QuestionVersion.question_id == Question.id)
        ).all()
        rules = session.execute(select(Rule.code, Rule.id, Rule.handbook_id)).all()
    return World(
        database,
        cast,
        {key: version for key, version, _, _ in rows},
        {key: right for key, _, right, _ in rows},
        {code: rule_id for code, rule_id, _ in rules},
        rows[0][3],
        rules[0][2],
    )


Full = Callable[..., list[Branch]]


@pytest.fixture
def full(world: World) -> Full:
    """Return how to fill the department: so many offices of forty in two states, questions answered by all."""

    def fill(
        offices: int = 8,
        officers: int = 40,
        questions: Sequence[str] = ("UJ-1.1-a", "UJ-1.1-b", "UJ-1.2-a", "UJ-2.1-a"),
        at: datetime | None = None,
    ) -> list[Branch]:
        states = [world.state(), world.state()]
        made = [world.branch(states[n % 2], officers) for n in range(offices)]
        for place, question in enumerate(questions):
            said = []
            for n, branch in enumerate(made):
                # every third office has another habit; the rest slip now and then
                wrong = officers * 3 // 4 if n % 3 == place % 3 else officers // 5
                said.append((branch, choices(world.keys[question], officers - wrong, wrong)))
            world.answer_all(said, question=question, at=at)
        return made

    return fill


def words(soup: BeautifulSoup) -> str:
    """Return what the body of a page says, without the bars around it."""
    main = soup.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())
