"""Fixtures of briefings: twelve more officers in Putrajaya, a rule with questions enough, a briefing a week ago."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.access.policy import Actor
from app.briefings.services import Given, record_briefing
from app.clock import local_date, now
from app.db import Database
from app.people.models import Officer, Posting
from app.quizzes.models import LIVE, QuestionVersion
from tests.cast import Cast
from tests.quizzes.conftest import present, taking, taking_as

__all__ = ["present", "taking", "taking_as"]
Recording = Callable[..., int]


@pytest.fixture
def crew(database: Database, cast: Cast) -> list[Actor]:
    """Return twelve officers who serve in Putrajaya besides the cast."""
    made = []
    with database.transaction() as session:
        for n in range(12):
            officer = Officer(
                staff_number=f"K8{n:03}", name=f"Pegawai {n:02}", email=f"c{n}@jpn.example",
                joined_on=date(2020, 1, 1), created_at=datetime(2026, 1, 5, tzinfo=UTC),
            )  # fmt: skip
            session.add(officer)
            session.flush()
            posting = Posting(
                officer_id=officer.id, office_id=cast.offices.putrajaya, starts_on=date(2020, 1, 1)
            )
            session.add(posting)
            made.append(replace(cast.nurul, id=officer.id, staff_number=officer.staff_number))
    return made


@pytest.fixture
def rule_id(database: Database) -> int:
    """Return the rule with the most live questions."""
    with database.reading() as session:
        return session.scalars(
            select(QuestionVersion.rule_id)
            .where(LIVE)
            .group_by(QuestionVersion.rule_id)
            .order_by(func.count().desc(), QuestionVersion.rule_id)
            .limit(1)
        ).one()


@pytest.fixture
def recording(database: Database, cast: Cast, rule_id: int) -> Recording:
    """Return an act that records a briefing in Putrajaya by Farid, `days` ago, as it would be done that very day."""

    def record(*present: Actor, days: int = 7, cases: dict[int, int] | None = None) -> int:
        at = now() - timedelta(days=days)
        given = Given(
            office_id=cast.offices.putrajaya,
            given_on=local_date(at),
            rule_ids=[rule_id],
            cases=cases or {},
            officer_ids=[person.id for person in present],
        )
        with database.transaction() as session:
            return record_briefing(session, cast.farid, given, at=at)

    return record
