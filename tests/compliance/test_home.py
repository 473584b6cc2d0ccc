"""Promises of the officer's own pages: what waits, in order; what changed since the version the officer knows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.acknowledgements.services import acknowledge_version
from app.clock import local_date, now
from app.compliance.models import Assignment
from app.db import Database
from app.handbooks.queries import shelf, version_row
from app.quizzes.models import QuestionVersion
from app.quizzes.queries import quiz_rows
from app.uniformity.models import Suspicion
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


@pytest.mark.parametrize(
    ("language", "nothing", "one"),
    [
        ("ms", "Tiada apa-apa yang menunggu.", "Satu perkara menunggu."),
        ("en", "Nothing is waiting.", "One thing is waiting."),
    ],
)
def test_the_greeting_counts_what_waits_in_the_readers_language(
    page: Page, cast: Cast, database: Database, language: str, nothing: str, one: str
) -> None:
    page.sign_in(cast.nurul, language)
    assert nothing in page.get("/").find("h1").get_text()  # type: ignore[union-attr]
    ask(database, cast, days=5)
    assert one in page.get("/").find("h1").get_text()  # type: ignore[union-attr]


def test_questions_after_a_briefing_are_among_what_waits(
    page: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.compliance.views.follow_ups_left", lambda *_args, **_more: 3)
    soup = page.sign_in(cast.nurul).get("/")
    assert "Satu perkara menunggu." in soup.find("h1").get_text()  # type: ignore[union-attr]
    assert "Semua sudah selesai" not in soup.get_text()
    assert [link["href"] for link in soup.select("a.button.main")] == ["/follow-ups"]


def test_a_supervisor_goes_to_the_sheet_of_the_own_office_at_once(page: Page, cast: Cast) -> None:
    sheet = f"/uniformity/offices/{cast.offices.putrajaya}/briefing"
    for address in ("/", "/desk"):
        assert page.sign_in(cast.farid).get(address).select(f'a[href="{sheet}"]'), address
    assert not page.sign_in(cast.nurul).get("/").select(f'a[href="{sheet}"]')


@pytest.mark.parametrize(
    ("language", "words"),
    [("ms", "1 soalan mungkin silap"), ("en", "1 question may be at fault")],
)
def test_an_author_hears_at_home_of_questions_that_may_be_at_fault(
    page: Page, cast: Cast, database: Database, language: str, words: str
) -> None:
    page.sign_in(cast.devi, language)
    assert words not in page.get("/").get_text()
    with database.transaction() as session:
        version = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).first()
        assert version is not None
        session.add_all(
            Suspicion(
                question_version_id=version.id, rule_id=version.rule_id, reason=reason,
                content="{}", found_at=now(),
            )
            for reason in ("consensus", "split")
        )  # fmt: skip
    soup = page.get("/")
    assert words in soup.get_text()
    assert soup.select('a[href="/uniformity/suspicions"]')
    assert words not in page.sign_in(cast.farid, language).get("/").get_text()
