"""A quiz in a real browser: by keyboard, with the line down, with the session ended; no choice is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD

TAN = "K2001"
SAVED = re.compile("Tersimpan")


@pytest.fixture
def question(tab: Page) -> Page:
    """Open the first question of Tan's attempt."""
    sign_in(tab, TAN)
    tab.goto("/quizzes/etika-tatakelakuan")
    tab.locator("main .actions .button.main").first.click()
    tab.wait_for_url("**/questions/*")
    tab.goto(re.sub(r"\d+$", "1", tab.url))
    return tab


def choice(page: Page) -> set[str]:
    """Return what is chosen now."""
    boxes = page.locator("[name=choice]:checked").all()
    return {str(box.get_attribute("value")) for box in boxes}


def choose_another(page: Page) -> set[str]:
    """Choose something else than what is chosen; return what is chosen then."""
    before = choice(page)
    wanted = "u" if before != {"u"} else "a"
    page.locator(f"[name=choice][value={wanted}]").check()
    assert choice(page) != before
    return choice(page)


def test_a_choice_made_by_keyboard_is_saved_at_once(question: Page) -> None:
    question.locator("[name=choice]").last.focus()
    question.keyboard.press("Space")
    expect(question.locator("#saved-state-text")).to_have_text(SAVED)
    question.locator("button[value=next]").focus()
    question.keyboard.press("Enter")
    question.wait_for_url("**/questions/2")


def test_with_the_line_down_the_choice_is_kept_and_sent_when_it_is_back(question: Page) -> None:
    address = question.url
    question.context.set_offline(True)
    made = choose_another(question)
    expect(question.locator("#saved-state-text")).to_have_text(re.compile("Talian terputus"))
    question.locator("button[value=next]").click()
    assert question.url == address, "nothing is thrown away by going on"
    question.context.set_offline(False)
    expect(question.locator("#saved-state-text")).to_have_text(SAVED)
    question.goto(address)
    assert choice(question) == made
    assert question.evaluate("localStorage.length") == 0


def test_a_choice_kept_on_the_device_outlives_the_page(question: Page) -> None:
    address = question.url
    question.context.set_offline(True)
    made = choose_another(question)
    expect(question.locator("#saved-state-text")).to_have_text(re.compile("Talian terputus"))
    question.goto("about:blank")
    question.context.set_offline(False)
    question.goto(address.replace("questions/1", "questions/2"))
    question.wait_for_timeout(500)
    assert question.evaluate("localStorage.length") == 0, "another question's page sent it"
    question.goto(address)
    assert choice(question) == made


def test_an_ended_session_keeps_the_choice_until_signed_in_again(question: Page) -> None:
    question.context.clear_cookies()
    made = choose_another(question)
    expect(question.locator("#saved-state-text")).to_have_text(re.compile("Log masuk"))
    question.locator("#sign-in-again a").click()
    question.locator("#identifier").fill(TAN)
    question.locator("#password").fill(PASSWORD)
    question.locator("main form button[type=submit]").click()
    question.wait_for_url("**/questions/1")
    expect(question.locator("#saved-state-text")).to_have_text(SAVED)
    assert choice(question) == made
