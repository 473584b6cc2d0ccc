"""The real server in a process of its own: killed and started again, two on one file, its memory, its log."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from tests.cast import Cast
from tests.quizzes.conftest import Taking

KEY = "a key that only tests use, long enough"
SECRET = "a secret of the session, sixteen"
MEMORY = 200 * 1024


class Server:
    """One process of `flask serve` on a free port."""

    def __init__(self, database: Database, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = log
        environ = {
            "PATH": os.environ["PATH"],
            "ENVIRONMENT": "test",
            "SECRET_KEY": KEY,
            "PORT": str(self.port),
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "JOBS_EMBEDDED": "no",
        }
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
                env=environ,
                stdout=out,
                stderr=out,
            )
        self.wait()

    def wait(self) -> None:
        for _turn in range(300):
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    def ask(
        self, method: str, path: str, cookie: str = "", form: dict[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"seragam={cookie}", "Accept": "application/json"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def memory(self) -> int:
        """Return the resident memory in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(20)


@pytest.fixture
def servers(database: Database, tmp_path: Path) -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for server in started:
        if server.process.poll() is None:
            server.stop(signal.SIGKILL)


def begun(database: Database, actor: Actor) -> Taking:
    way = Taking(database, actor, now())
    way.start()
    return way


def cookie_of(app: Flask, actor: Actor) -> str:
    """Return the signed cookie of a person; it carries the secret of the forms."""
    from flask.sessions import SecureCookieSessionInterface

    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    seen = int(now().timestamp())
    claim = f"{actor.id}.{actor.session_version}"
    facts = {"_user_id": claim, "csrf_token": SECRET, "opened": seen, "seen": seen}
    return str(signer.dumps(facts))


def token(app: Flask) -> str:
    from app.web.answer_token import token_for

    with app.app_context():
        return token_for(SECRET)


def save_until(
    server: Server, app: Flask, way: Taking, kept: dict[int, str], stop: threading.Event
) -> None:
    """Save one choice after the other; remember which were acknowledged, and which was under way."""
    cookie, secret = cookie_of(app, way.actor), token(app)
    turn = 0
    while not stop.is_set():
        position, choice = turn % 5 + 1, "abcd"[turn // 5 % 4]
        form = {"csrf_token": secret, "position": str(position), "choice": choice}
        kept[0] = str(position)
        try:
            status, body = server.ask("POST", f"/attempts/{way.id}/answers", cookie, form)
        except (OSError, http.client.HTTPException):
            return
        assert status == 200, body
        kept[position] = choice
        turn += 1


def crowd(pairs: list[tuple[Server, Taking]], app: Flask) -> tuple[list[dict[int, str]], threading.Event, list[threading.Thread]]:  # fmt: skip
    stop = threading.Event()
    memories: list[dict[int, str]] = [{} for _pair in pairs]
    threads = [
        threading.Thread(target=save_until, args=(server, app, way, kept, stop))
        for (server, way), kept in zip(pairs, memories, strict=True)
    ]
    for thread in threads:
        thread.start()
    return memories, stop, threads


def same(way: Taking, kept: dict[int, str], under_way: bool) -> None:
    """Assert that each acknowledged choice is there; the one under way may be the newer one."""
    for slot in way.slots():
        if slot.position in kept and not (under_way and str(slot.position) == kept[0]):
            assert slot.choice == kept[slot.position], slot.position


def test_a_killed_server_has_kept_every_acknowledged_answer(
    app: Flask, database: Database, cast: Cast, servers: list[Server], tmp_path: Path
) -> None:
    ways = [begun(database, actor) for actor in (cast.nurul, cast.aina, cast.tan)]
    servers.append(Server(database, tmp_path / "log"))
    memories, _stop, threads = crowd([(servers[0], way) for way in ways], app)
    time.sleep(1.5)
    servers[0].stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert all(len(kept) > 3 for kept in memories), "the load was too small to prove anything"
    servers.append(Server(database, tmp_path / "log"))
    assert servers[1].ask("GET", "/readyz")[0] == 200
    for way, kept in zip(ways, memories, strict=True):
        same(way, kept, under_way=True)
    cookie = cookie_of(app, cast.nurul)
    assert servers[1].ask("GET", f"/attempts/{ways[0].id}/questions/1", cookie)[0] == 200


def test_two_servers_share_one_database_and_refuse_nobody(
    app: Flask, database: Database, cast: Cast, servers: list[Server], tmp_path: Path
) -> None:
    ways = [begun(database, actor) for actor in (cast.nurul, cast.aina, cast.tan, cast.farid)]
    servers.extend(Server(database, tmp_path / f"log{n}") for n in range(2))
    memories, stop, threads = crowd([(servers[n % 2], way) for n, way in enumerate(ways)], app)
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    for way, kept in zip(ways, memories, strict=True):
        assert len(kept) > 3
        same(way, kept, under_way=False)


def test_a_server_stays_small_and_its_log_keeps_secrets(
    app: Flask, database: Database, cast: Cast, servers: list[Server], tmp_path: Path
) -> None:
    server = Server(database, tmp_path / "log")
    servers.append(server)
    cookie, reset = cookie_of(app, cast.nurul), "single-use-token-of-a-mail"
    pages = (
        "/",
        "/handbooks",
        "/handbooks/uji",
        "/account",
        "/quizzes/uji",
        "/sign-in",
        "/nowhere",
    )
    for turn in range(600):
        path = pages[turn % len(pages)]
        assert server.ask("GET", path, cookie)[0] in (200, 302, 303, 404), path
    secret_words = {
        "identifier": "K1001",
        "password": "kata rahsia saya",
        "csrf_token": "token-of-form",
    }
    server.ask("POST", "/sign-in", cookie, secret_words)
    server.ask("GET", f"/reset-password/{reset}", cookie)
    server.ask("GET", "/sign-in?next=/reset-password/" + reset, cookie)
    assert server.memory() < MEMORY, f"{server.memory() // 1024} MB"
    server.stop()
    said = server.log.read_text()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert len(lines) > 600
    assert all(line["request_id"] for line in lines if line["logger"] == "seragam.request")
    for secret in ("kata rahsia saya", "token-of-form", reset, SECRET, KEY, cookie):
        assert secret not in said, secret
    assert "Seragam has stopped." in said
