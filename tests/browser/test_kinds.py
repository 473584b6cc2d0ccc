"""Every kind of question in a real browser: by keyboard, with the line down, in two tabs, and without a fault for axe."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, insert, select

from app.clock import now
from app.people.models import Officer
from app.quizzes.answers import KINDS
from app.quizzes.models import LIVE, Attempt, AttemptQuestion, Question, QuestionVersion, Quiz
from tests.browser.conftest import Site, sign_in
from tests.browser.test_axe import faults
from tests.page import Page as Plain

AINA = "K1002"
SAVED = re.compile("Tersimpan")


@pytest.fixture
def places(site: Site) -> Iterator[dict[str, str]]:
    """Give Aina an open attempt with one question of each kind; return their addresses by kind."""
    with site.database.transaction() as session:
        quiz_id = session.scalars(select(Quiz.id).where(Quiz.slug == "semakan-borang")).one()
        versions = {
            kind: session.scalars(
                select(QuestionVersion)
                .join(Question)
                .where(Question.quiz_id == quiz_id, QuestionVersion.kind == kind, LIVE)
                .order_by(QuestionVersion.id)
                .limit(1)
            ).one()
            for kind in KINDS
        }
        officer = site.cast.aina
        session.get_one(Officer, officer.id).language = "ms"  # another test may have chosen
        attempt = Attempt(
            officer_id=officer.id,
            quiz_id=quiz_id,
            office_id=officer.office_id or 0,
            seed=1,
            started_at=now(),
            deadline_at=now() + timedelta(hours=1),
            submitted_by="",
        )
        session.add(attempt)
        session.flush()
        rows = [
            {
                "attempt_id": attempt.id,
                "position": position,
                "question_version_id": version.id,
                "option_order": version.alphabet,
                "kind": version.kind,
                "alphabet": version.alphabet,
            }
            for position, version in enumerate(versions.values(), start=1)
        ]
        session.execute(insert(AttemptQuestion), rows)
        attempt_id = attempt.id
    yield {
        kind: f"/attempts/{attempt_id}/questions/{position}"
        for position, kind in enumerate(versions, start=1)
    }
    with site.database.transaction() as session:
        session.execute(delete(AttemptQuestion).where(AttemptQuestion.attempt_id == attempt_id))
        session.execute(delete(Attempt).where(Attempt.id == attempt_id))


def kept(site: Site, kind: str) -> str:
    """Return what is kept of Aina's answer to the question of a kind."""
    with site.database.reading() as session:
        return (
            session.scalars(
                select(AttemptQuestion.choice)
                .join(Attempt)
                .where(Attempt.officer_id == site.cast.aina.id, AttemptQuestion.kind == kind)
                .order_by(Attempt.id.desc())
            ).first()
            or ""
        )


def answer_by_keyboard(page: Page, kind: str) -> None:
    """Answer the question on the page with keys alone."""
    if kind in ("single", "multiple", "true_false"):
        page.locator("[name=choice]").first.focus()
        page.keyboard.press("Space")
    elif kind in ("matching", "ordering", "form_check"):
        page.locator("select[name^=place_]").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    else:
        page.locator("#written").focus()
        page.keyboard.type("42" if kind == "numeric" else "JPN.KP01")
        page.keyboard.press("Tab")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_by_keyboard_and_saved_as_made(
    tab: Page, site: Site, places: dict[str, str], kind: str
) -> None:
    sign_in(tab, AINA)
    tab.goto(places[kind])
    answer_by_keyboard(tab, kind)
    expect(tab.locator("#saved-state-text")).to_have_text(SAVED)
    made = kept(site, kind)
    assert made
    tab.reload()
    expect(tab.locator("#saved-state-text")).to_have_text(SAVED)
    assert kept(site, kind) == made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind(
    browser: Browser, site: Site, places: dict[str, str], kind: str, scheme: str
) -> None:
    for width, language in ((360, "ms"), (1280, "en")):
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        sign_in(page, AINA)
        if page.locator("html").get_attribute("lang") != language:
            page.locator("form[action='/language'] button").first.click()
            page.wait_for_load_state()
        assert not faults(page, places[kind])
        context.close()


@pytest.mark.parametrize("kind", ["single", "form_check", "numeric"])
def test_with_the_line_down_every_kind_is_kept_and_sent_later(
    tab: Page, site: Site, places: dict[str, str], kind: str
) -> None:
    sign_in(tab, AINA)
    tab.goto(places[kind])
    tab.context.set_offline(True)
    answer_by_keyboard(tab, kind)
    expect(tab.locator("#saved-state-text")).to_have_text(re.compile("Talian terputus"))
    assert kept(site, kind) == ""
    tab.context.set_offline(False)
    expect(tab.locator("#saved-state-text")).to_have_text(SAVED)
    assert kept(site, kind)
    assert tab.evaluate("localStorage.length") == 0


def test_a_second_tab_is_told_and_overwrites_nothing(
    tab: Page, site: Site, places: dict[str, str]
) -> None:
    sign_in(tab, AINA)
    tab.goto(places["single"])
    other = tab.context.new_page()
    other.goto(places["single"])
    other.locator("[name=choice][value=a]").check()
    expect(other.locator("#saved-state-text")).to_have_text(SAVED)
    tab.locator("[name=choice][value=b]").check()
    tab.wait_for_url("**elsewhere=b**")
    expect(tab.locator("main")).to_contain_text("dijawab lain di tab atau peranti lain")
    assert tab.locator("[name=choice][value=a]").is_checked()
    assert kept(site, "single") == "a"
    tab.locator("[name=choice][value=b]").check()
    expect(tab.locator("#saved-state-text")).to_have_text(SAVED)
    assert kept(site, "single") == "b", "knowing both, the officer decides"


def test_the_handbook_stands_beside_the_question_where_the_quiz_allows_it(
    tab: Page, places: dict[str, str]
) -> None:
    sign_in(tab, AINA)
    tab.goto(places["single"])
    tab.locator("#book > summary").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#book-text details").first).to_be_visible()
    tab.locator("#book-text summary").first.click()
    expect(tab.locator("#book-text .prose").first).to_be_visible()


def test_large_print_and_reading_aloud_follow_the_officer(
    tab: Page, site: Site, places: dict[str, str]
) -> None:
    administrator = Plain(site.app).sign_in(site.cast.hamid)
    address = f"/officers/{site.cast.aina.id}/accommodation"
    needs = {"extra_time": "50", "large_print": "y", "reader": "y"}
    assert administrator.post(address, needs).status_code == 303
    sign_in(tab, AINA)
    tab.goto("/quizzes/pengurusan-kaunter")
    expect(tab.locator("main")).to_contain_text("Masa tambahan 50 peratus")
    expect(tab.locator("main")).to_contain_text("45 minit")
    tab.goto(places["form_check"])
    size = tab.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size >= 20
    assert not faults(tab, places["form_check"])
    assert administrator.post(address, {"extra_time": "0"}).status_code == 303
    assert administrator.post(address, {"extra_time": "900"}).status_code == 422
