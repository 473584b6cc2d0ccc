"""One batch at a time for each handbook, once a night; one that dies is finished by the next."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.db import Database
from app.handbooks.models import Handbook
from app.uniformity import services
from app.uniformity.models import Measure, Night, RuleMonth
from app.uniformity.nights import GIVEN_UP, TakenError, claim, hold
from app.uniformity.services import make_batch, nightly
from tests.uniformity.conftest import Full, World

NOON = datetime.fromisoformat("2026-11-24T12:00:00+08:00")


def other_handbook(database: Database) -> int:
    """Put a handbook before the others, without rules."""
    with database.transaction() as session:
        session.execute(update(Handbook).values(position=Handbook.position + 1))
        made = Handbook(slug="lain", code="LN", position=0, about_ms="", about_en="")
        session.add(made)
        session.flush()
        return made.id


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Measure)) or 0


def test_a_handbook_that_fails_keeps_no_other_waiting_and_is_tried_again(
    full: Full, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(at=NOON - timedelta(days=2))
    broken = other_handbook(database)
    real, at = services._read, NOON

    def read(session: Any, handbook_id: int, at: Any) -> Any:
        if handbook_id == broken:
            raise RuntimeError("a broken handbook")
        return real(session, handbook_id, at)

    monkeypatch.setattr(services, "_read", read)
    assert nightly(database, at) > 0, "the other handbook is measured"
    monkeypatch.setattr(services, "_read", real)
    nightly(database, at + timedelta(minutes=10))
    with database.reading() as session:
        night = session.get_one(Night, broken)
    assert night.done_at == at + timedelta(minutes=10), "and the broken one ten minutes later"


def test_a_batch_that_dies_half_way_is_made_again_the_same_night(
    full: Full, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(at=NOON - timedelta(days=62))
    real, at = services.keep_months, NOON

    def die(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("the server went down")

    monkeypatch.setattr(services, "keep_months", die)
    assert nightly(world.database, at) == 0
    assert stored(world.database) == 0, "all of it or nothing"
    monkeypatch.setattr(services, "keep_months", real)
    assert nightly(world.database, at + timedelta(minutes=10)) > 0
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RuleMonth))


def test_a_department_without_answers_is_measured_once_a_night_too(world: World) -> None:
    at = NOON
    nightly(world.database, at)
    with world.database.reading() as session:
        done = session.get_one(Night, world.handbook_id).done_at
    nightly(world.database, at + timedelta(minutes=10))
    with world.database.reading() as session:
        assert session.get_one(Night, world.handbook_id).done_at == done


def test_two_batches_of_a_handbook_are_never_at_work_together(full: Full, world: World) -> None:
    full(at=NOON - timedelta(days=2))
    at = NOON
    assert claim(world.database, world.handbook_id, at)
    with pytest.raises(TakenError):
        make_batch(world.database, at + timedelta(minutes=1))
    assert nightly(world.database, at + timedelta(minutes=1)) == 0


def test_a_batch_whose_server_died_is_taken_over_and_cannot_write_any_more(
    full: Full, world: World
) -> None:
    full(at=NOON - timedelta(days=2))
    at = NOON
    assert claim(world.database, world.handbook_id, at)
    later = at + GIVEN_UP
    assert nightly(world.database, later) > 0
    with world.database.transaction() as session, pytest.raises(TakenError):
        hold(session, world.handbook_id, at)
