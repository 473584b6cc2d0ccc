"""Promises about beginning and stopping: the lot can be drawn again, nothing half, nothing twice."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.clock import first_day, local_date, month_number, now
from app.db import Database
from app.errors import DomainError
from app.people.models import Office, Posting
from app.rollouts.logic import draw_waves
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule
from app.rollouts.queries import serving_offices
from app.rollouts.reports import Plan
from app.rollouts.services import Wanted, begin_rollout, stop_rollout
from tests.cast import Cast
from tests.rollouts.conftest import State, wanted


def begin(database: Database, cast: Cast, facts: Wanted, seed: int = 41) -> int:
    with database.transaction() as session:
        return begin_rollout(session, cast.osman, facts, seed=seed, at=now())


def test_a_rollout_is_kept_with_its_lot_its_rules_and_its_event(
    database: Database, cast: Cast, state: State
) -> None:
    made = begin(database, cast, wanted(state))
    with database.reading() as session:
        row = session.get_one(Rollout, made)
        offices = serving_offices(session, path=state.path, on=local_date(now()))
        kept = dict(session.execute(select(RolloutOffice.office_id, RolloutOffice.wave)).all())
        assert kept == draw_waves(offices, 3, row.seed)
        assert set(state.offices) < set(offices)
        assert session.scalars(select(RolloutRule.rule_id)).all() == [state.rule_id]
        event = session.scalars(select(AuditEvent).where(AuditEvent.act == "rollout.begun")).one()
        assert json.loads(event.facts) == {
            "rollout_id": made, "kind": "briefing", "path": state.path, "waves": 3, "seed": 41,
        }  # fmt: skip
        # three waves a month apart: two months to compare
        assert month_number(row.ends_on) == month_number(row.starts_on) + 1


def test_an_office_where_nobody_serves_is_not_drawn(
    database: Database, cast: Cast, state: State
) -> None:
    with database.transaction() as session:
        posting = session.scalars(
            select(Posting).where(Posting.office_id == state.offices[0])
        ).one()
        posting.ends_on = first_day(month_number(local_date(now())) - 1)
    begin(database, cast, wanted(state))
    with database.reading() as session:
        drawn = set(session.scalars(select(RolloutOffice.office_id)))
    assert state.offices[0] not in drawn
    assert set(state.offices[1:]) < drawn


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"waves": 7}, "waves"),
        ({"waves": 1}, "waves"),
        ({"starts_on": first_day(month_number(local_date(now())))}, "starts_on"),
        ({"starts_on": first_day(month_number(local_date(now())) + 1).replace(day=2)}, "starts_on"),
        ({"rule_ids": ()}, "rules"),
        ({"rule_ids": (987,)}, "rules"),
    ],
)
def test_what_could_tell_nothing_is_refused_and_leaves_nothing(
    database: Database, cast: Cast, state: State, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        begin(database, cast, wanted(state, **changes))
    assert refused.value.field == field
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rollout)) == 0


def test_fewer_offices_than_waves_are_refused(database: Database, cast: Cast, state: State) -> None:
    with database.reading() as session:
        path = session.get_one(Office, cast.offices.putrajaya).path
    with pytest.raises(DomainError, match="Hanya 1 pejabat"):
        begin(database, cast, wanted(state, path=path))


def test_the_same_rule_is_not_brought_in_twice_at_once(
    database: Database, cast: Cast, state: State
) -> None:
    first = begin(database, cast, wanted(state))
    with pytest.raises(DomainError, match="Taklimat tentang giliran"):
        begin(database, cast, wanted(state, title="Yang kedua"))
    with database.reading() as session:
        top = session.get_one(Rollout, first).path.split("/")[1]
    with pytest.raises(DomainError):
        begin(database, cast, wanted(state, path=f"/{top}/", title="Seluruh negara"))
    later = first_day(month_number(local_date(now())) + 3)
    assert begin(database, cast, wanted(state, starts_on=later)) != first
    with database.transaction() as session:
        stop_rollout(session, cast.osman, rollout_id=first, at=now())
    assert begin(database, cast, wanted(state)) != first


def test_a_rollout_is_stopped_once(database: Database, cast: Cast, state: State) -> None:
    made = begin(database, cast, wanted(state))
    with database.transaction() as session:
        stop_rollout(session, cast.osman, rollout_id=made, at=now())
    with database.transaction() as session, pytest.raises(DomainError):
        stop_rollout(session, cast.osman, rollout_id=made, at=now())
    with database.reading() as session:
        count = select(func.count()).where(AuditEvent.act == "rollout.stopped")
        assert session.scalar(count) == 1


def test_two_who_begin_at_once_begin_one(database: Database, cast: Cast, state: State) -> None:
    """Also where one begins it in the state and another in the country above."""
    top = f"/{state.path.split('/')[1]}/"

    def press(n: int) -> bool:
        try:
            begin(database, cast, wanted(state, path=(state.path, top)[n % 2]))
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rollout)) == 1


def test_what_is_over_is_not_stopped_any_more(
    database: Database, cast: Cast, running: Callable[..., Plan]
) -> None:
    running(ago=3, waves=3)

    def stop_when_the_last_day_was(days_ago: int) -> None:
        with database.transaction() as session:
            session.get_one(Rollout, 1).ends_on = local_date(now()) - timedelta(days=days_ago)
            stop_rollout(session, cast.osman, rollout_id=1, at=now())

    with pytest.raises(DomainError, match="telah selesai"):
        stop_when_the_last_day_was(1)
    with database.reading() as session:
        assert session.get_one(Rollout, 1).stopped_at is None
        count = select(func.count()).where(AuditEvent.act == "rollout.stopped")
        assert session.scalar(count) == 0
    stop_when_the_last_day_was(0)
