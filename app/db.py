"""The database: base class of all tables, engine, and the only place that commits.

SQLite and PostgreSQL run the same migrations. Writing transactions on SQLite begin IMMEDIATE, because a transaction
that reads first and writes later is refused at once when somebody else wrote in between.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PATIENCE = 15  # seconds that a statement waits for a lock before the page says so
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {PATIENCE * 1000}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA case_sensitive_like = ON",  # as PostgreSQL; and an office's path then finds its index
)


class Base(DeclarativeBase):
    """The base of all tables, with named constraints."""

    metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; refuses a time without a zone, returns one with it on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class add_days(GenericFunction[Any]):  # noqa: N801  # reads as the SQL function it is
    """SQL: a date plus a number of days, on both databases."""

    type = Date()
    inherit_cache = True


@compiles(add_days, "sqlite")
def _add_days_sqlite(element: add_days, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = element.clauses
    return f"date({compiler.process(day, **kw)}, ({compiler.process(count, **kw)}) || ' days')"


@compiles(add_days)
def _add_days_default(element: add_days, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = element.clauses
    return f"(CAST({compiler.process(day, **kw)} AS DATE) + CAST({compiler.process(count, **kw)} AS INTEGER))"


class calendar_lapse(GenericFunction[Any]):  # noqa: N801  # reads as the SQL function it is
    """SQL: the last day of a month (1 to 12) in the year after the one in which that month last began, on both databases.

    What was done on a day and is renewed every January lapses at the end of the next January but its own.
    """

    type = Date()
    inherit_cache = True


@compiles(calendar_lapse, "sqlite")
def _calendar_lapse_sqlite(element: calendar_lapse, compiler: SQLCompiler, **kw: Any) -> str:
    day, month = (compiler.process(clause, **kw) for clause in element.clauses)
    year = f"strftime('%Y', {day}) + (CAST(strftime('%m', {day}) AS INTEGER) >= {month})"
    return f"date(printf('%04d-%02d-01', {year}, {month}), '+1 month', '-1 day')"


@compiles(calendar_lapse)
def _calendar_lapse_default(element: calendar_lapse, compiler: SQLCompiler, **kw: Any) -> str:
    day, month = (compiler.process(clause, **kw) for clause in element.clauses)
    year = f"EXTRACT(YEAR FROM {day})::int + (EXTRACT(MONTH FROM {day}) >= {month})::int"
    return f"(make_date({year}, {month}, 1) + interval '1 month' - interval '1 day')::date"


class local_day(GenericFunction[Any]):  # noqa: N801  # reads as the SQL function it is
    """SQL: the Malaysian calendar day of a moment, on both databases (UTC+8 all year)."""

    type = Date()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _local_day_sqlite(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    (moment,) = element.clauses
    return f"date({compiler.process(moment, **kw)}, '+8 hours')"


@compiles(local_day)
def _local_day_default(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    (moment,) = element.clauses
    return f"CAST(({compiler.process(moment, **kw)} AT TIME ZONE 'Asia/Kuala_Lumpur') AS DATE)"


def open_sqlite(path: str) -> sqlite3.Connection:
    """Open an existing SQLite file; raises the driver's error for a missing one, because an empty one would hide the loss.

    The driver's own transaction handling would keep rows of savepoints that were rolled back, so it is off: begin says
    BEGIN.
    """
    address = f"{Path(path).absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=PATIENCE, check_same_thread=False
    )
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    return connection


def file_of(path: str) -> tuple[int, int] | None:
    """Return which file stands at a path now, or None; a file that was taken away stays writable for who holds it."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """One database: engines for reading and writing, and the transactions of the house."""

    def __init__(self, url: str, *, pool_size: int = 12) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = self._engine(pool_size)
        self.writing_engine = self.engine.execution_options(writes=True)
        self._threads = threading.local()
        self._opened: list[Any] = []
        self._opening = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    def _engine(self, pool_size: int) -> Engine:
        if not self.is_sqlite:
            return create_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,
                pool_timeout=10,
                connect_args=self._postgresql_options(),
            )
        engine = create_engine(
            self.url,
            creator=lambda: open_sqlite(self.path),
            pool_size=pool_size,
            max_overflow=pool_size,
        )
        event.listen(engine, "connect", self._note_file)
        event.listen(engine, "checkout", self._check_file)
        event.listen(engine, "begin", _sqlite_begin)
        return engine

    def _postgresql_options(self) -> dict[str, object]:
        return {
            "connect_timeout": 5,
            "application_name": "seragam",
            "options": f"-c lock_timeout={PATIENCE}s",
        }

    @property
    def path(self) -> str:
        """Return where the SQLite file is."""
        return self.url.database or ""

    def create_file(self) -> None:
        """Make the SQLite file and its folder where they are missing; does nothing on PostgreSQL."""
        if self.is_sqlite:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            Path(self.path).touch()

    def _note_file(self, _connection: object, record: Any) -> None:
        record.info["file"] = file_of(self.path)

    def _check_file(self, _connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != file_of(self.path):
            raise DisconnectionError("the file was taken away or replaced")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session for writing; commit at the end, roll back when anything is raised."""
        with Session(self.writing_engine, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading; nothing done in it is kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def check(self) -> None:
        """Raise the driver's error when the database cannot be read and written now; changes nothing."""
        with self.transaction() as session:
            session.execute(text("UPDATE job_runs SET started_at = started_at WHERE name = ''"))

    def execute_now(self, statement: str, facts: tuple[object, ...]) -> int:
        """Run one statement on this thread's own driver connection, committed at once; return how many rows it changed.

        For the one statement of the hot path. Raises SQLAlchemy's OperationalError when the database cannot do it, so
        that callers treat it like any other; a broken connection is opened anew (the statement is idempotent).
        """
        try:
            return self._execute_directly(statement, facts)
        except self.engine.dialect.loaded_dbapi.Error as error:
            lost = getattr(getattr(self._threads, "connection", None), "broken", False)
            self._forget_own_connection()
            if lost:  # the server went away since the last time: once more, on a new connection
                return self.execute_now(statement, facts)
            raise OperationalError(statement, None, error) from error

    def _execute_directly(self, statement: str, facts: tuple[object, ...]) -> int:
        return int(self._own_connection().execute(statement, facts).rowcount)

    def _own_connection(self) -> Any:
        found = getattr(self._threads, "connection", None)
        if found is not None and self.is_sqlite and self._threads.file != file_of(self.path):
            self._forget_own_connection()
            found = None
        if found is None:
            found = self._connect_directly()
            self._threads.connection = found
            self._threads.file = file_of(self.path) if self.is_sqlite else None
            with self._opening:
                self._opened.append(found)
        return found

    def _connect_directly(self) -> Any:
        if self.is_sqlite:
            return open_sqlite(self.path)
        arguments, options = self.engine.dialect.create_connect_args(self.url)
        options = {**options, **self._postgresql_options()}
        options |= {"autocommit": True, "prepare_threshold": 0}
        return self.engine.dialect.loaded_dbapi.connect(*arguments, **options)

    def _forget_own_connection(self) -> None:
        broken = getattr(self._threads, "connection", None)
        self._threads.connection = None
        if broken is not None:
            with self._opening, contextlib.suppress(ValueError):
                self._opened.remove(broken)
            with contextlib.suppress(Exception):
                broken.close()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        with self._opening:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._threads = threading.local()
