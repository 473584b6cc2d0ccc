"""The whole duty in real Chromium, in both languages: officer, then supervisor, then auditor."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.clock import local_date, now
from app.handbooks.queries import version_row
from tests.browser.conftest import Site, sign_in
from tests.cast import PASSWORD
from tests.page import Page as Plain

WORDS = {
    "ms": {
        "switch": "English",
        "read": "Baca dan akui",
        "acknowledge": "Akui versi ini",
        "declare": "Saya akui",
        "receipt": "Resit pengakuan",
        "begin": "Mula kuiz",
        "saved": "Tersimpan",
        "send": "Hantar jawapan",
        "record": "Rekod saya",
        "desk": "Pejabat saya",
        "remind": "Peringatkan semua dalam senarai ini",
        "reminded": "diperingatkan",
        "verify": "Sahkan rantaian",
        "whole": "Rekod audit utuh",
        "pass": ("Anda lulus", "Belum lulus"),
    },
    "en": {
        "switch": "Bahasa Melayu",
        "read": "Read and acknowledge",
        "acknowledge": "Acknowledge this version",
        "declare": "I acknowledge",
        "receipt": "Receipt of acknowledgement",
        "begin": "Begin the quiz",
        "saved": "Saved",
        "send": "Send answers",
        "record": "My record",
        "desk": "My office",
        "remind": "Remind everybody in this list",
        "reminded": "reminded",
        "verify": "Verify the chain",
        "whole": "The audit record holds",
        "pass": ("You passed", "Not passed yet"),
    },
}


def go_home(page: Page, language: str) -> None:
    """Open the front page in a language, through the switch that every page has."""
    page.goto("/")
    if page.locator("html").get_attribute("lang") != language:
        page.locator("form[action='/language'] button").first.click()
        page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("lang", language)


def link(page: Page, name: str) -> None:
    """Click the first link or button with these words."""
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first.click()


def acknowledge(page: Page, words: dict[str, str]) -> None:
    """Read, declare with the password, and keep the receipt."""
    link(page, words["read"])
    expect(page.locator("article.rule").first).to_be_visible()
    link(page, words["acknowledge"])
    page.locator("#password").fill(PASSWORD)
    link(page, words["declare"])
    expect(page.locator("h1")).to_have_text(words["receipt"])
    expect(page.locator("blockquote.declared")).to_be_visible()
    with page.expect_download() as download:
        page.locator("a[href$='.pdf']").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def answer_by_keyboard(page: Page, words: dict[str, str]) -> None:
    """Answer the first question with the keyboard alone, and see it saved."""
    page.locator("[name=choice]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#saved-state-text")).to_contain_text(words["saved"])
    page.reload()
    expect(page.locator("[name=choice]").first).to_be_checked()


def take_the_quiz(page: Page, words: dict[str, str], again: Page) -> None:
    """Answer every question, partly on another device, and read the explained result."""
    link(page, words["begin"])
    page.get_by_role("button", name=words["begin"]).click()
    answer_by_keyboard(page, words)
    again.goto(page.url)
    expect(again.locator("[name=choice]").first).to_be_checked()
    while "/questions/" in again.url:
        before = again.url
        again.locator("[name=choice]").nth(1).check()
        expect(again.locator("#saved-state-text")).to_contain_text(words["saved"])
        again.locator("button[name=go][value=next]").click()
        again.wait_for_url(lambda url, seen=before: url != seen)
    link(again, words["send"])
    expect(again.locator("h1")).to_contain_text(re.compile("|".join(words["pass"])))
    expect(again.locator(".option-result").first).to_be_visible()


@pytest.mark.parametrize(("language", "staff"), [("ms", "K1001"), ("en", "K1002")])
def test_an_officer_reads_acknowledges_and_takes_the_quiz(
    tab: Page, browser: Browser, site: Site, language: str, staff: str
) -> None:
    words = WORDS[language]
    sign_in(tab, staff)
    go_home(tab, language)
    acknowledge(tab, words)  # type: ignore[arg-type]
    go_home(tab, language)
    context = browser.new_context(base_url=site.url)
    other = context.new_page()
    sign_in(other, staff)
    take_the_quiz(tab, words, other)  # type: ignore[arg-type]
    link(other, str(words["record"]))
    expect(other.locator("table").first).to_be_visible()
    assert "AK-20" in other.content()
    context.close()


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_supervisor_sees_the_office_exports_and_reminds(
    tab: Page, site: Site, language: str
) -> None:
    words = WORDS[language]
    sign_in(tab, "K1003")
    go_home(tab, language)
    link(tab, str(words["desk"]))
    expect(tab.locator("tbody tr").first).to_be_visible()
    with tab.expect_download() as download:
        link(tab, "CSV")
    assert "K1002" in download.value.path().read_text(encoding="utf-8")
    link(tab, str(words["remind"]))
    expect(tab.locator(".notice.good")).to_contain_text(str(words["reminded"]))
    with site.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails")), (
            "a mail waits to be sent"
        )


@pytest.fixture(scope="module")
def acts(site: Site) -> None:
    """Let Osman acknowledge a handbook and submit a quiz, so that there is something to audit."""
    page = Plain(site.app).sign_in(site.cast.osman)
    with site.database.reading() as session:
        version = version_row(session, slug="pengurusan-kaunter", on=local_date(now()))
    assert version
    book = f"/handbooks/{version.slug}/versions/{version.number}"
    page.post(f"{book}/acknowledgement", {"password": PASSWORD})
    started = page.post("/quizzes/etika-tatakelakuan/attempts")
    page.post(f"/attempts/{started.location.split('/')[2]}/submission")


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize("language", ["ms", "en"])
def test_an_auditor_reads_filters_and_verifies(tab: Page, language: str) -> None:
    words = WORDS[language]
    sign_in(tab, "K4004")
    go_home(tab, language)
    link(tab, "Audit")
    for act in ("acknowledgement.made", "attempt.submitted"):
        tab.select_option("#act", act)
        tab.locator("form[data-filter] button[type=submit]").click()
        tab.wait_for_url(f"**act={act}*")
        expect(tab.locator("tbody tr").first).to_contain_text(act)
    with tab.expect_download() as download:
        link(tab, "CSV")
    assert "attempt.submitted" in download.value.path().read_text(encoding="utf-8")
    link(tab, str(words["verify"]))
    expect(tab.locator(".notice.good")).to_contain_text(str(words["whole"]))


def test_the_language_changes_without_losing_the_place(tab: Page) -> None:
    sign_in(tab, "K1003")
    tab.goto("/handbooks/pengurusan-kaunter?q=pelanggan#PK-2.1")
    before = tab.locator("html").get_attribute("lang")
    tab.locator("form[action='/language'] button").first.click()
    tab.wait_for_load_state()
    assert tab.url.endswith("/handbooks/pengurusan-kaunter?q=pelanggan#PK-2.1")
    expect(tab.locator("html")).not_to_have_attribute("lang", str(before))
