"""What uniformity costs: the pure measures at a department's size, a night's batch, and the pages that read what it stored."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, text

from app.clock import now
from app.db import Database
from app.people.models import Office, Officer, RoleGrant
from app.quizzes.models import ResponseCount
from app.uniformity.leaving_out import staff_without_each
from app.uniformity.logic import staff_parts
from app.uniformity.models import Measure
from app.uniformity.services import make_batch
from bench.sizes import department, milliseconds

QUESTIONS, OFFICES, OPTIONS = 1_200, 200, 5
ANSWERS = 15_000_000
CHANCE = np.random.default_rng(20261124)


def seconds(act: Callable[[], object], rounds: int = 7) -> float:
    """Return the least time of an act."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def pure() -> None:
    """Measure 1,200 questions in 200 offices with and without what intervals need, beside adding the numbers up once."""
    right = CHANCE.beta(8, 2, (QUESTIONS, OFFICES, 1))
    rest = CHANCE.dirichlet(np.ones(OPTIONS - 1), (QUESTIONS, OFFICES)) * (1 - right)
    counts = CHANCE.poisson(62 * np.concatenate([right, rest], axis=-1)).astype(float)
    keys = np.zeros(QUESTIONS, int)
    unsure = np.full(QUESTIONS, OPTIONS - 1)
    staff = CHANCE.integers(5, 80, OFFICES).astype(float)
    adding = seconds(lambda: counts.sum(axis=1))
    whole = seconds(lambda: staff_parts(counts, keys, staff, unsure))
    limits = seconds(lambda: staff_without_each(counts, keys, staff, unsure))
    print(f"{QUESTIONS:,} questions x {OFFICES} offices, {counts.sum():,.0f} answers")
    print(
        f"{'S, W, U, D, F by staff':<44}{whole * 1000:>9.1f} ms{whole / adding:>8.1f} x adding up once"
    )
    print(
        f"{'the same without each office (intervals)':<44}{limits * 1000:>9.1f} ms{limits / adding:>8.1f} x"
    )


def grown(database: Database) -> int:
    """Multiply the counts to fifteen million answers; return how many there are then."""
    with database.transaction() as session:
        held = session.scalar(select(func.sum(ResponseCount.n))) or 1
        session.execute(
            text("UPDATE response_counts SET n = n * :times"), {"times": ANSWERS // held}
        )
        session.execute(
            text("UPDATE released_cells SET n = n * :times"), {"times": ANSWERS // held}
        )
        return int(session.scalar(select(func.sum(ResponseCount.n))) or 0)


def addresses(database: Database) -> list[tuple[str, str, str]]:
    """Return the pages as (name, address, staff number): the rule and the office of which most is stored."""
    with database.reading() as session:
        slug, rule = session.execute(
            text(
                "SELECT h.slug, r.code FROM measures m JOIN rules r ON r.id = m.subject_id JOIN handbooks h"
                " ON h.id = r.handbook_id WHERE m.subject = 'rule' GROUP BY h.slug, r.code ORDER BY count(*) DESC"
            )
        ).first() or ("", "")
        office = session.scalar(
            select(Measure.scope_id)
            .where(Measure.scope == "office")
            .group_by(Measure.scope_id)
            .order_by(func.count().desc())
        )
        state = session.scalar(
            select(RoleGrant.office_id)
            .join(Officer, Officer.id == RoleGrant.officer_id)
            .join(Office, Office.id == RoleGrant.office_id)
            .where(Officer.staff_number == "D3001")
        )
    book = f"/uniformity/handbooks/{slug}"
    return [
        ("the nation", "/uniformity", "D4004"),
        ("a handbook", book, "D4004"),
        ("a rule, all states and offices", f"{book}/rules/{rule}", "D4004"),
        ("a state", f"/uniformity/states/{state}", "D3001"),
        ("an office", f"/uniformity/offices/{office}", "D4004"),
        ("the nation as JSON", "/api/uniformity/nation", "D4004"),
    ]


def main(*, quick: bool) -> None:
    """Measure and print."""
    pure()
    with tempfile.TemporaryDirectory() as folder:
        officers = 1_200 if quick else 10_000
        app, database, _took = department(f"sqlite:///{Path(folder) / 'bench.db'}", officers)
        held = grown(database)
        batch = seconds(lambda: make_batch(database, now()), rounds=1)
        print(f"{officers:,} officers, counts of {held:,} answers: a night's batch {batch:.1f} s")
        for name, path, who in addresses(database):
            print(f"{name:<44}{milliseconds(app, database, path, who, 15):>9.1f} ms")
        database.dispose()
