"""What a page costs in process as the department grows: home, desk, director's page, at several sizes."""

import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.clock import now
from app.commands import upgrade_database
from app.compliance.tallies import refresh
from app.db import Database
from app.demo.commands import load_demo
from app.handbooks.commands import load_handbooks
from app.people.models import Office, Officer
from app.quizzes.commands import load_quizzes
from config import ROOT, Config

SIZES = (1_200, 10_000, 100_000)
QUICK = (1_200, 5_000)
PAGES = (
    ("home", "/", "D1001"),
    ("desk of one office", "/desk", "D1002"),
    ("director, one state", "/offices", "D3001"),
    ("director's page, whole country", "/offices", "D4004"),
)


@dataclass(frozen=True)
class Line:
    """The median of a page in milliseconds, at one size."""

    page: str
    officers: int
    offices: int
    ms: float


def config_for(url: str) -> Config:
    """Return the settings that benches run with."""
    return Config(
        environment="test",
        database_url=url,
        secret_key="a key that only benches use, long enough",
        audit_key="another key that only benches use, long",
        cheap_passwords=True,
        jobs_embedded=False,
        log_level="WARNING",
    )


def department(url: str, officers: int) -> tuple[Flask, Database, float]:
    """Make a department of a size; return its application, database and how long the making took (s)."""
    database = Database(url)
    app = create_app(config_for(url), database)
    upgrade_database(database)
    with app.app_context():
        load_handbooks(ROOT / "content" / "handbooks")
        load_quizzes(ROOT / "quizzes")
        began = time.perf_counter()
        load_demo(officers=officers, only_if_empty=False)
        took = time.perf_counter() - began
    refresh(database, path="/", at=now())
    return app, database, took


def milliseconds(
    app: Flask, database: Database, path: str, staff_number: str, rounds: int
) -> float:
    """Return the median time of a page for a person."""
    with database.reading() as session:
        officer = session.scalars(select(Officer).where(Officer.staff_number == staff_number)).one()
    client = app.test_client()
    with client.session_transaction() as held:
        held["_user_id"] = f"{officer.id}.{officer.session_version}"
    times = []
    for _ in range(rounds + 2):
        began = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return statistics.median(times[2:])


def counts(database: Database) -> int:
    """Return how many offices there are."""
    with database.reading() as session:
        return len(session.execute(select(Office.id)).all())


def measure(sizes: Iterable[int], *, rounds: int = 9) -> list[Line]:
    """Measure every page at every size, on SQLite."""
    lines = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            app, database, took = department(url, size)
            offices = counts(database)
            print(f"{size:>9,} officers, {offices:,} offices made in {took:.1f} s", flush=True)
            lines += [
                Line(page, size, offices, milliseconds(app, database, path, who, rounds))
                for page, path, who in PAGES
            ]
            database.dispose()
    return lines


def report(lines: list[Line]) -> None:
    """Print a table: a row a page, a column a size."""
    sizes = sorted({line.officers for line in lines})
    print(f"{'page, ms (median)':<34}" + "".join(f"{size:>12,}" for size in sizes))
    for page, _path, _who in PAGES:
        cells = [
            line.ms
            for size in sizes
            for line in lines
            if line.page == page and line.officers == size
        ]
        print(f"{page:<34}" + "".join(f"{ms:>12.1f}" for ms in cells))


def main(*, quick: bool) -> None:
    """Measure and print."""
    report(measure(QUICK if quick else SIZES))
