"""Bad days of the database: locked, read-only, full, away. The page says so, nothing typed is lost, it mends itself."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text

from app import db
from app.clock import now
from app.db import Database
from tests.cast import PASSWORD, Cast
from tests.page import Page, lint
from tests.quizzes.conftest import Taking

SENTENCES = {"ms": "kembali ke borang dan hantar semula", "en": "go back to the form"}
OFFICER = {
    "name": "Siti", "staff_number": "K9", "email": "siti@jpn.example", "language": "ms",
    "joined_on": "2026-11-01", "office_code": "PJ01",
}  # fmt: skip


@contextmanager
def pragma(database: Database, monkeypatch: pytest.MonkeyPatch, line: str) -> Iterator[None]:
    """Open all SQLite connections with one more pragma, for a while."""
    with monkeypatch.context() as patch:
        patch.setattr(db, "SQLITE_PRAGMAS", (*db.SQLITE_PRAGMAS, line))
        database.dispose()
        yield
    database.dispose()


@contextmanager
def locked(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let somebody else hold SQLite's write lock, and the portal lose patience quickly."""
    with pragma(database, monkeypatch, "PRAGMA busy_timeout = 50"):
        other = sqlite3.connect(database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()


def says_so(page: Page, cast: Cast, language: str) -> None:
    """Assert that a write gets the page of a database that cannot be reached, and reading goes on."""
    page.sign_in(cast.hamid, language)
    answer = page.post("/officers/new", OFFICER)
    assert answer.status_code == 503
    assert SENTENCES[language] in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text
    lint(BeautifulSoup(answer.data, "html.parser"), "/officers/new")
    page.get("/officers")


def save(page: Page, taking: Taking, choice: str = "a") -> int:
    answer = page.client.post(
        f"/attempts/{taking.id}/answers",
        data={"csrf_token": page.token(), "position": "1", "choice": choice},
        headers={"Accept": "application/json"},
    )
    assert answer.json is not None
    assert answer.status_code == 200 or set(answer.json) == {"error", "what_to_do", "request_id"}
    return answer.status_code


@pytest.fixture
def taking(database: Database, cast: Cast) -> Taking:
    way = Taking(database, cast.nurul, now())
    way.start()
    return way


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_locked_database_is_said_and_everything_goes_on_afterwards(
    page: Page, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch, taking: Taking, language: str
) -> None:  # fmt: skip
    if not database.is_sqlite:
        pytest.skip("see the test with PostgreSQL's own lock")
    with locked(database, monkeypatch):
        says_so(page, cast, language)
        assert page.client.get("/readyz").status_code == 503
        assert page.client.get("/healthz").status_code == 200
        assert save(page.sign_in(cast.nurul), taking) == 503
    assert page.client.get("/readyz").status_code == 200
    assert save(page, taking) == 200
    assert page.sign_in(cast.hamid).post("/officers/new", OFFICER).status_code == 303


def test_a_locked_table_on_postgresql_is_said_within_the_patience(
    page: Page, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch, taking: Taking
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite locks its whole file")
    monkeypatch.setattr(db, "PATIENCE", 1)
    other = Database(database.url.render_as_string(hide_password=False), pool_size=1)
    impatient = Database(database.url.render_as_string(hide_password=False), pool_size=2)
    monkeypatch.setitem(page.app.extensions, "database", impatient)
    with other.engine.connect() as connection:
        for table in ("officers", "job_runs", "attempt_questions"):
            connection.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        says_so(page, cast, "ms")
        assert page.client.get("/readyz").status_code == 503
        assert save(page.sign_in(cast.nurul), taking) == 503
    assert page.client.get("/readyz").status_code == 200
    assert save(page, taking) == 200
    other.dispose()
    impatient.dispose()


@pytest.mark.parametrize("line", ["PRAGMA query_only = ON", "PRAGMA max_page_count = 1"])
def test_a_database_that_is_read_only_or_full_is_said(
    page: Page, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch, taking: Taking, line: str
) -> None:  # fmt: skip
    if not database.is_sqlite:
        pytest.skip("SQLite's own bad days")
    with pragma(database, monkeypatch, line):
        if "query_only" in line:
            says_so(page, cast, "ms")
            assert page.client.get("/readyz").status_code == 503
            assert save(page.sign_in(cast.nurul), taking) == 503
        else:
            assert fill_up(page, cast) == 503
    assert page.client.get("/readyz").status_code == 200
    assert save(page.sign_in(cast.nurul), taking) == 200


def fill_up(page: Page, cast: Cast) -> int:
    """Add officers until the file is full; return the last status."""
    page.sign_in(cast.hamid)
    for n in range(300):
        facts = {
            **OFFICER,
            "staff_number": f"L{n}",
            "email": f"l{n}@jpn.example",
            "post": "x" * 200,
        }
        if (status := page.post("/officers/new", facts).status_code) != 303:
            return status
    return 0


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_database_file_that_is_away_is_noticed_and_its_return_as_well(
    page: Page, cast: Cast, database: Database, taking: Taking, tmp_path: Path, language: str
) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite's own bad days")
    assert save(page.sign_in(cast.nurul, language), taking) == 200
    database.dispose()  # so that the file is whole
    assert save(page, taking) == 200
    page.get("/account")
    away = tmp_path / "away.db"
    with sqlite3.connect(database.path) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    shutil.move(database.path, away)
    for url in ("/account", "/handbooks", "/"):
        soup = page.get(url, 503)
        assert SENTENCES[language] in soup.get_text(" ", strip=True)
    assert save(page, taking) == 503
    assert page.client.get("/readyz").status_code == 503
    assert not os.path.exists(database.path), "an empty file would hide the loss"
    shutil.move(away, database.path)
    assert page.client.get("/readyz").status_code == 200
    page.get("/account")
    assert save(page, taking, "b") == 200


def test_a_restored_copy_is_taken_up_without_a_restart(
    page: Page, cast: Cast, database: Database, taking: Taking, tmp_path: Path
) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite's own bad days")
    copy = tmp_path / "copy.db"
    with sqlite3.connect(database.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.execute(
        "UPDATE officers SET name = 'Nama Daripada Salinan' WHERE staff_number = 'K1001'"
    )
    target.commit()
    target.close()
    page.sign_in(cast.nurul).get("/account")
    assert save(page, taking) == 200
    for ending in ("-wal", "-shm"):
        Path(database.path + ending).unlink(missing_ok=True)
    copy.replace(database.path)
    assert "Nama Daripada Salinan" in page.get("/account").get_text()
    assert save(page, taking, "c") == 200
    with sqlite3.connect(database.path) as restored:
        kept = restored.execute(
            "SELECT choice FROM attempt_questions WHERE position = 1"
        ).fetchone()
    restored.close()
    assert kept == ("c",)


def test_a_file_that_is_no_database_is_said(page: Page, cast: Cast, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite's own bad days")
    database.dispose()
    for ending in ("-wal", "-shm"):
        Path(database.path + ending).unlink(missing_ok=True)
    Path(database.path).write_bytes(b"this is no database " * 1000)
    page.sign_in(cast.nurul).get("/account", 503)
    assert page.client.get("/readyz").status_code == 503


def test_postgresql_that_drops_all_connections_is_found_again(
    page: Page, cast: Cast, database: Database, taking: Taking
) -> None:
    if database.is_sqlite:
        pytest.skip("a file drops no connections")
    assert save(page.sign_in(cast.nurul), taking) == 200
    page.get("/account")
    killer = Database(database.url.render_as_string(hide_password=False), pool_size=1)
    with killer.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    killer.dispose()
    page.get("/account")
    assert save(page, taking, "b") == 200
    assert page.client.get("/readyz").status_code == 200


def test_postgresql_that_does_not_answer_is_said(app: Flask, page: Page, cast: Cast, database: Database) -> None:  # fmt: skip
    if database.is_sqlite:
        pytest.skip("a file always answers")
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nothing", pool_size=1)
    app.extensions["database"] = nowhere
    page.sign_in(cast.nurul).get("/account", 503)
    assert page.client.get("/readyz").status_code == 503
    app.extensions["database"] = database
    page.get("/account")


def test_a_reader_of_english_reads_english_with_the_database_away(
    page: Page, app: Flask, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE officers SET language = 'en' WHERE staff_number = 'K1001'"))
    page.post("/sign-in", {"identifier": "K1001", "password": PASSWORD})
    page.get("/account")
    app.extensions["database"] = Database("postgresql://nobody@127.0.0.1:9/nothing", pool_size=1)
    assert page.get("/account", 503).html["lang"] == "en"  # type: ignore[index]
