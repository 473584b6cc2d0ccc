"""A made-up state for rollouts: offices with one officer each, and counts of first answers by month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from app.clock import first_day, local_date, month_key, month_number, now
from app.db import Database
from app.handbooks.models import Rule
from app.people.models import Office, Officer, Posting
from app.quizzes.models import LIVE, QuestionVersion, ResponseCount
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule
from app.rollouts.reports import Plan
from app.rollouts.services import Wanted
from tests.cast import Cast

OFFICES = 12


@dataclass(frozen=True)
class State:
    """The offices of the state, the question that is counted, its rule and its handbook."""

    path: str
    offices: tuple[int, ...]
    version_id: int
    key: str
    rule_id: int
    handbook_id: int
    rule_code: str


@pytest.fixture
def state(database: Database, cast: Cast) -> State:
    """Put twelve offices with an officer each under the state of Putrajaya, which has one with officers already."""
    made = []
    with database.transaction() as session:
        top = session.get_one(Office, cast.offices.putrajaya_state)
        for n in range(OFFICES):
            office = Office(
                code=f"PJ9{n}", name=f"JPN Cawangan {n}", kind="branch", parent_id=top.id, path=""
            )
            session.add(office)
            session.flush()
            office.path = f"{top.path}{office.id}/"
            officer = Officer(
                staff_number=f"K9{n:03}", name=f"Pegawai {n}", email=f"p{n}@jpn.example",
                joined_on=date(2020, 1, 1), created_at=datetime(2026, 1, 5, tzinfo=UTC),
            )  # fmt: skip
            session.add(officer)
            session.flush()
            session.add(
                Posting(officer_id=officer.id, office_id=office.id, starts_on=date(2020, 1, 1))
            )
            made.append(office.id)
        row = session.execute(
            select(
                QuestionVersion.id, QuestionVersion.key_choice, Rule.id, Rule.handbook_id, Rule.code
            )
            .join(Rule, Rule.id == QuestionVersion.rule_id)
            .where(QuestionVersion.kind == "single", LIVE)
            .order_by(QuestionVersion.id)
            .limit(1)
        ).one()
        return State(top.path, tuple(made), *row)


def wanted(state: State, **changes: object) -> Wanted:
    """Return a rollout that may begin next month."""
    facts: dict[str, object] = {
        "kind": "briefing",
        "title": "Taklimat tentang giliran",
        "handbook_id": state.handbook_id,
        "rule_ids": (state.rule_id,),
        "path": state.path,
        "waves": 3,
        "step_months": 1,
        "starts_on": first_day(month_number(local_date(now())) + 1),
    }
    return Wanted(**(facts | changes))  # type: ignore[arg-type]


Running = Callable[..., Plan]


@pytest.fixture
def running(database: Database, cast: Cast, state: State) -> Running:
    """Return how to begin a rollout some months ago; offices take their waves in turn."""

    def make(ago: int = 3, waves: int = 4, rollout_id: int = 1) -> Plan:
        first = month_number(local_date(now())) - ago
        plan = Plan(first, waves, 1, {o: n % waves + 1 for n, o in enumerate(state.offices)})
        with database.transaction() as session:
            session.add(
                Rollout(
                    id=rollout_id, kind="briefing", title="Taklimat tentang giliran", handbook_id=state.handbook_id,
                    path=state.path, waves=waves, step_months=1, starts_on=first_day(first),
                    ends_on=first_day(plan.last), seed=7, begun_by_id=cast.devi.id,
                    begun_at=datetime(2026, 1, 5, tzinfo=UTC),
                )
            )  # fmt: skip
            session.flush()
            session.add(RolloutRule(rollout_id=rollout_id, rule_id=state.rule_id))
            rows = [
                {"rollout_id": rollout_id, "office_id": office_id, "wave": wave}
                for office_id, wave in plan.wave_of.items()
            ]
            session.execute(insert(RolloutOffice), rows)
        return plan

    return make


def answers(
    database: Database, state: State, office_id: int, month: int, right: int, wrong: int,
    draw: str = "anchor",
) -> None:  # fmt: skip
    """Count first answers of an office in a month."""
    other = "b" if state.key == "a" else "a"
    rows = [
        {
            "question_version_id": state.version_id, "office_id": office_id, "month": month_key(month),
            "draw": draw, "choice": choice, "certainty": 0, "n": n,
        }
        for choice, n in ((state.key, right), (other, wrong))
        if n
    ]  # fmt: skip
    with database.transaction() as session:
        session.execute(insert(ResponseCount), rows)


def answers_of_all(database: Database, state: State, plan: Plan, months: int, gain: int) -> None:
    """Count ten answers in each office and month: five right, and `gain` more where it has begun."""
    for office_id, wave in plan.wave_of.items():
        for month in range(plan.first, plan.first + months):
            right = 5 + gain * (plan.begins(wave) <= month)
            answers(database, state, office_id, month, right, 10 - right)
