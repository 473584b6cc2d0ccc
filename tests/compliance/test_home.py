"""Promises of the officer's own pages: what waits, in order; what changed since the version the officer knows."""

from datetime import UTC, datetime, timedelta

import pytest

from app.acknowledgements.services import acknowledge_version
from app.clock import local_date, now
from app.compliance.models import Assignment
from app.db import Database
from app.handbooks.queries import shelf, version_row
from app.quizzes.queries import quiz_rows
from tests.cast import Cast
from tests.page import Page


def ask(database: Database, cast: Cast, *, days: int, quiz: bool = False) -> None:
    """Ask everybody for the small handbook or its quiz, due in some days."""
    today = local_date(now())
    with database.transaction() as session:
        target = (
            {"kind": "pass_quiz", "quiz_id": quiz_rows(session)[0].id}
            if quiz
            else {"kind": "acknowledge", "handbook_id": shelf(session, on=today)[0].handbook_id}
        )
        session.add(
            Assignment(
                office_id=cast.offices.hq,
                starts_on=today - timedelta(days=60),
                due_on=today + timedelta(days=days),
                created_at=now(),
                **target,
            )
        )


def test_what_is_overdue_comes_first_and_only_it_has_the_main_button(
    page: Page, cast: Cast, database: Database
) -> None:
    ask(database, cast, days=5)
    ask(database, cast, days=-1, quiz=True)
    soup = page.sign_in(cast.nurul).get("/")
    titles = [title.get_text() for title in soup.select(".duty-title h2")]
    assert titles == ["Kuiz Ujian", "Baca dan akui Buku Ujian"]
    assert len(soup.select("a.button.main")) == 1


def test_who_knows_an_older_version_is_shown_what_changed(
    page: Page, cast: Cast, database: Database
) -> None:
    then = datetime(2026, 2, 1, tzinfo=UTC)
    with database.transaction() as session:
        old = version_row(session, slug="uji", on=then.date())
        assert old is not None
        acknowledge_version(
            session, cast.nurul, version=old, language="ms", declaration="…", chance=1, at=then
        )
    ask(database, cast, days=5)
    button = page.sign_in(cast.nurul).get("/").select_one("a.button.main")
    assert button is not None
    assert button["href"] == "/handbooks/uji/versions/2.0/acknowledgement"
    asked = page.get(str(button["href"]))
    assert asked.find("ins") is not None
    assert [card["id"] for card in asked.select("article.rule")] == ["UJ-1.2", "UJ-2.2"]


@pytest.mark.parametrize(("language", "word"), [("ms", "Belum ditugaskan"), ("en", "Never asked")])
def test_the_record_says_what_was_never_asked(
    page: Page, cast: Cast, language: str, word: str
) -> None:
    assert word in page.sign_in(cast.nurul, language).get("/records").get_text()


def test_nothing_waiting_is_said_kindly(page: Page, cast: Cast) -> None:
    words = page.sign_in(cast.nurul).get("/").get_text()
    assert "Tiada apa-apa yang menunggu" in words
    assert "Semua sudah selesai" in words
