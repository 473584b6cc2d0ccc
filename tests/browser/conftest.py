"""A real server with the real content and the standing cast, and real Chromium."""

import contextlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from app import create_app
from app.clock import local_date, now
from app.commands import upgrade_database
from app.compliance.models import Assignment
from app.db import Database
from app.handbooks import queries as handbooks
from app.handbooks.commands import load_handbooks
from app.quizzes import queries as quizzes
from app.quizzes.commands import load_quizzes
from config import ROOT, Config
from tests.cast import PASSWORD, Cast, make_cast


@dataclass
class Site:
    """A running portal: its address, its application, the people in it."""

    url: str
    app: Flask
    database: Database
    cast: Cast


def chromium() -> str | None:
    """Return the path of the browser, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def ask_everything(database: Database, cast: Cast, today: date) -> None:
    """Ask every officer to acknowledge every current handbook and to pass every quiz."""
    with database.transaction() as session:
        for version in handbooks.shelf(session, on=today):
            session.add(
                assignment(cast, today, kind="acknowledge", handbook_id=version.handbook_id)
            )
        for quiz in quizzes.quiz_rows(session):
            session.add(assignment(cast, today, kind="pass_quiz", quiz_id=quiz.id))


def assignment(cast: Cast, today: date, **target: object) -> Assignment:
    """Return an assignment for the whole department, due in ten days."""
    return Assignment(
        office_id=cast.offices.hq,
        starts_on=today - timedelta(days=30),
        due_on=today + timedelta(days=10),
        created_at=now(),
        **target,
    )


@contextlib.contextmanager
def opened_site(path: Path) -> Iterator[Site]:
    """Serve a portal with the real handbooks and quizzes on a free port."""
    config = Config(
        environment="test",
        database_url=f"sqlite:///{path}",
        secret_key="a key that only tests use, long enough",
        audit_key="another key that only tests use, long",
        cheap_passwords=True,
        jobs_embedded=False,
    )
    database = Database(config.database_url)
    app = create_app(config, database)
    upgrade_database(database)
    with app.app_context():
        load_handbooks(ROOT / "content" / "handbooks")
        load_quizzes(ROOT / "quizzes", ROOT / "content" / "handbooks")
    with database.transaction() as session:
        cast = make_cast(session)
    ask_everything(database, cast, local_date(now()))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", app, database, cast)  # type: ignore[union-attr]
    server.close()
    database.dispose()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the portal that tests share; none of them changes what is published there."""
    with opened_site(tmp_path_factory.mktemp("site") / "seragam.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open Chromium."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a tab of its own on the site; an error in a script or a blocked resource fails the test."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert not faults, f"the page reported: {faults}"


def sign_in(page: Page, staff_number: str) -> None:
    """Sign in through the page as a person would."""
    page.goto("/sign-in")
    page.locator("#identifier").fill(staff_number)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
