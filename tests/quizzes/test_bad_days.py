"""Bad days: a killed server, several at once, a database that is away. What was acknowledged is there."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.access.policy import Actor
from app.db import Database
from tests.cast import Cast
from tests.page import Page
from tests.quizzes.conftest import Taking
from tests.quizzes.test_pages import send_with, token_on


def saver(database: Database, way: Taking, turns: int) -> subprocess.Popen[str]:
    """Start a process of its own that keeps choices."""
    url = database.url.render_as_string(hide_password=False)
    return subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.quizzes.saver", url]
        + [str(number) for number in (way.actor.id, way.id, turns)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_was_acknowledged_is_there_after_a_kill(
    database: Database, cast: Cast, present: datetime
) -> None:
    way = Taking(database, cast.nurul, present)
    way.start()
    process = saver(database, way, turns=100_000)
    assert process.stdout is not None
    told = dict(process.stdout.readline().split() for _turn in range(23))
    process.kill()
    told.update(line.split() for line in process.stdout.read().splitlines() if len(line) > 2)
    process.wait()
    process.stdout.close()
    database.dispose()  # opened anew, as after a start of the machine
    for position, choice in told.items():
        slot = way.slots()[int(position) - 1]
        # the last save may have been kept without the word of it reaching anybody
        assert slot.choice in (choice, "abcdu"[("abcdu".index(choice) + 1) % 5])


def test_four_processes_saving_at_once_are_never_refused(
    database: Database, cast: Cast, present: datetime, taking_as: Callable[[Actor], Taking]
) -> None:
    ways = [Taking(database, actor, present) for actor in (cast.nurul, cast.aina, cast.tan)]
    ways.append(Taking(database, cast.farid, present))
    for way in ways:
        way.start()
    processes = [saver(database, way, turns=150) for way in ways]
    told = [process.communicate(timeout=120)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert [len(lines) for lines in told] == [150] * 4
    assert not [line for lines in told for line in lines if "refused" in line]
    for way in ways:
        assert {slot.choice for slot in way.slots()} == {"u"}


def test_a_database_that_is_away_is_said_and_the_choice_stays_with_the_reader(
    page: Page, cast: Cast, database: Database, present: datetime
) -> None:
    way = Taking(database, cast.nurul, present)
    way.start()
    page.sign_in(cast.nurul)
    token = token_on(page, way)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE attempt_questions RENAME TO away"))
    answer = send_with(page, way, token)
    assert answer.status_code == 503
    assert "hantar semula" in answer.json["what_to_do"]
    with database.transaction() as session:
        session.execute(text("ALTER TABLE away RENAME TO attempt_questions"))
    assert send_with(page, way, token).status_code == 200


def test_a_lost_connection_is_opened_anew(database: Database, taking: Taking) -> None:
    if database.is_sqlite:
        pytest.skip("a file has no connection to lose")
    taking.start()
    assert taking.save(1, "a")
    with database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert taking.save(1, "b")
    assert taking.slots()[0].choice == "b"


def test_what_the_database_refuses_is_not_tried_again(database: Database) -> None:
    with pytest.raises(OperationalError):
        database.execute_now("UPDATE nothing_of_this_name SET n = 1", ())
