"""Requests a second and p99 of the portal, as ratios to bare Flask (a) and to a session-and-form view (b).

All on waitress with the same threads, server processes pinned to one core, the driver on the others; rounds interleaved,
medians reported. Also: four server processes on one SQLite file, where no save may be refused.
"""

import os
import statistics
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from app.db import Database
from bench.answer_save import QUESTIONS, cookies, fill, portal, postgresql
from bench.load import Result, Shot, fire, form
from bench.serving import SERVER_CORE, server

CONNECTIONS = 16
FORM = "application/x-www-form-urlencoded"


def saves(url: str) -> tuple[list[Shot], list[Shot], list[Shot]]:
    """Fill an empty database; return saves, the same forms for the reference, and page views."""
    database = Database(url)
    made = fill(database)
    app = portal(database)
    shots, forms, pages = [], [], []
    for officer_id, attempt_id in made:
        cookie, token = cookies(app, officer_id)
        headers = {"Cookie": cookie, "Content-Type": FORM, "Accept": "application/json"}
        for position in range(1, QUESTIONS + 1):
            body = form(
                {"csrf_token": token, "position": str(position), "choice": "abcdu"[position % 5]}
            )
            shots.append(Shot("POST", f"/attempts/{attempt_id}/answers", headers, body))
            forms.append(Shot("POST", "/", headers, body))
        pages.append(Shot("GET", f"/attempts/{attempt_id}/questions/1", {"Cookie": cookie}))
    database.dispose()
    return shots, forms, pages


def off_the_servers_core() -> None:
    """Keep the driver away from the core that the servers run on."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores) - {SERVER_CORE})


def compare(url: str, *, rounds: int, seconds: float) -> dict[str, list[Result]]:
    """Measure bare, reference, save and page in turn; return the rounds of each."""
    shots, forms, pages = saves(url)
    found: dict[str, list[Result]] = {"bare": [], "reference": [], "save": [], "page": []}
    plain = [Shot("GET", "/", {})]
    with server("bare", 8391), server("reference", 8392), server("portal", 8393, url):
        for _ in range(rounds):
            for name, port, what in (
                ("bare", 8391, plain),
                ("reference", 8392, forms),
                ("save", 8393, shots),
                ("page", 8393, pages),
            ):
                found[name].append(
                    fire(port, what, connections=CONNECTIONS, seconds=seconds, expected=200)
                )
    return found


def report(name: str, found: dict[str, list[Result]]) -> None:
    """Print medians and ratios."""
    speed = {
        what: statistics.median(r.per_second for r in rounds) for what, rounds in found.items()
    }
    print(f"{name}: requests a second (median), p99 in ms, share of (a) and of (b)")
    for what, rounds in found.items():
        p99 = statistics.median(r.p99_ms for r in rounds)
        refused = sum(r.refused for r in rounds)
        print(
            f"  {what:<10}{speed[what]:>8.0f}{p99:>8.0f} ms{100 * speed[what] / speed['bare']:>7.0f} %"
            f"{100 * speed[what] / speed['reference']:>7.0f} %   refused {refused}",
            flush=True,
        )


def crowded(url: str, *, seconds: float) -> None:
    """Save over 32 connections into four server processes on one SQLite file; print what was refused."""
    shots, _forms, _pages = saves(url)
    with ExitStack() as stack:
        ports = [8395 + number for number in range(4)]
        for port in ports:
            stack.enter_context(server("portal", port, url))
        results = _fire_all(ports, shots, seconds)
    print(
        f"four processes, 32 connections, one SQLite file, one core: {sum(r.per_second for r in results):.0f} saves a"
        f" second, p99 {max(r.p99_ms for r in results):.0f} ms, refused {sum(r.refused for r in results)}"
    )


def _fire_all(ports: list[int], shots: list[Shot], seconds: float) -> list[Result]:
    with ThreadPoolExecutor(len(ports)) as pool:
        jobs = [
            pool.submit(fire, port, shots, connections=8, seconds=seconds, expected=200)
            for port in ports
        ]
        return [job.result() for job in jobs]


def main(*, quick: bool) -> None:
    """Measure on both databases."""
    os.environ.setdefault("SECRET_KEY", "a key that only the bench uses, long enough")
    before = os.sched_getaffinity(0)
    off_the_servers_core()
    rounds, seconds = (3, 1.0) if quick else (7, 2.0)
    try:
        with tempfile.TemporaryDirectory() as folder:
            report(
                "SQLite",
                compare(f"sqlite:///{Path(folder) / 'one.db'}", rounds=rounds, seconds=seconds),
            )
            crowded(f"sqlite:///{Path(folder) / 'two.db'}", seconds=2.0 if quick else 6.0)
        with postgresql() as url:
            if url:
                report("PostgreSQL", compare(url, rounds=rounds, seconds=seconds))
    finally:
        os.sched_setaffinity(0, before)
