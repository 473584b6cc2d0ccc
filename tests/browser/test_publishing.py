"""One changed rule on its whole way in real Chromium: author, approver, publication, the one officer who is asked."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from app.acknowledgements.services import acknowledge_version
from app.clock import local_date, now
from app.handbooks.queries import version_row
from tests.browser.conftest import Site, opened_site, sign_in
from tests.cast import PASSWORD

BOOK, CODE = "pengurusan-kaunter", "PK-1.1"
MORE = {"ms": "Ayat baharu tentang paparan.", "en": "A new sentence on the display."}


def knows_the_book(site: Site) -> None:
    """Let Nurul alone have acknowledged the version in force."""
    with site.database.transaction() as session:
        version = version_row(session, slug=BOOK, on=local_date(now()))
        assert version
        acknowledge_version(
            session, site.cast.nurul, version=version, language="ms", declaration="…", chance=5, at=now() - timedelta(hours=1)
        )  # fmt: skip


def tab_of(browser: Browser, site: Site, staff_number: str) -> Page:
    """Open a tab in which somebody is signed in."""
    page = browser.new_context(base_url=site.url).new_page()
    sign_in(page, staff_number)
    return page


def write(page: Page) -> None:
    """Change one rule in both languages; the script saves it without a button."""
    page.get_by_role("link", name="Penulisan").click()
    page.get_by_role(
        "button", name=re.compile("Mulakan draf Buku Panduan Pengurusan Kaunter")
    ).click()
    page.locator("li.line", has_text=CODE).get_by_role("link").click()
    for language, sentence in MORE.items():
        box = page.locator(f"textarea[name=body_{language}]")
        box.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(f"\n\n{sentence}")
    page.locator("select[name=change]").select_option("material")
    page.locator("input[name=note_ms]").fill("Paparan berubah.")
    page.locator("input[name=note_en]").fill("The display changed.")
    expect(page.locator("#draft-state")).to_contain_text("Tersimpan pada")
    expect(page.locator("#previews ins").first).to_contain_text(MORE["ms"])
    page.get_by_role("link", name="Kembali ke draf").click()
    page.get_by_role("link", name="Ubah butiran versi").click()
    page.locator("input[name=effective_on]").fill(local_date(now()).isoformat())
    page.locator("textarea[name=summary_ms]").fill("Paparan kaunter.")
    page.locator("textarea[name=summary_en]").fill("Counter display.")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("link", name="Kesan penerbitan").click()
    expect(page.locator("main")).to_contain_text("1 pegawai di 1 pejabat")
    page.go_back()
    page.get_by_role("button", name="Hantar untuk semakan").click()
    expect(page.locator("main")).to_contain_text("Draf telah dihantar")


def approve(page: Page) -> None:
    """Review what changes and publish it."""
    page.get_by_role("link", name="Penulisan").click()
    page.get_by_role("link", name="Buku Panduan Pengurusan Kaunter").click()
    page.get_by_role("link", name="Semak dan putuskan").click()
    expect(page.locator("main ins").first).to_be_visible()
    page.get_by_role("button", name="Luluskan dan terbitkan").click()
    expect(page.locator(f"#{CODE.replace('.', chr(92) + '.')}")).to_contain_text(MORE["ms"])


def read_the_change(page: Page) -> None:
    """See the one changed rule, declare it, and be done."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Baca perubahan")).click()
    expect(page.locator("article.rule")).to_have_count(1)
    expect(page.locator("article.rule ins")).to_contain_text(MORE["ms"])
    expect(page.locator("blockquote.declared")).to_contain_text(CODE)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Saya akui").click()
    expect(page.locator("h1")).to_have_text("Resit pengakuan")
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("Baca perubahan"))).to_have_count(0)


def test_one_changed_rule_reaches_exactly_the_officer_who_knew_the_old_one(
    browser: Browser, tmp_path: Path
) -> None:
    with opened_site(tmp_path / "seragam.db") as site:
        knows_the_book(site)
        write(tab_of(browser, site, site.cast.devi.staff_number))
        approve(tab_of(browser, site, site.cast.chong.staff_number))
        read_the_change(tab_of(browser, site, site.cast.nurul.staff_number))
        stranger = tab_of(browser, site, site.cast.aina.staff_number)
        stranger.goto("/")
        expect(stranger.get_by_role("link", name=re.compile("Baca perubahan"))).to_have_count(0)
        expect(stranger.locator("main")).to_contain_text("Baca dan akui Buku Panduan Pengurusan")


def test_two_authors_at_one_rule_see_each_others_text_and_lose_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    with opened_site(tmp_path / "seragam.db") as site:
        first = tab_of(browser, site, site.cast.devi.staff_number)
        first.get_by_role("link", name="Penulisan").click()
        first.get_by_role("button", name=re.compile("Mulakan draf Buku Panduan Pengurusan")).click()
        first.locator("li.line", has_text=CODE).get_by_role("link").click()
        second = tab_of(browser, site, site.cast.devi.staff_number)
        second.goto(first.url)
        first.locator("textarea[name=body_ms]").fill("Teks orang pertama.")
        expect(first.locator("#draft-state")).to_contain_text("Tersimpan pada")
        second.locator("textarea[name=body_ms]").fill("Teks orang kedua.")
        expect(second.locator("#conflict")).to_contain_text("Teks orang pertama.")
        second.locator("textarea[name=body_en]").fill("The second person's text.")
        second.wait_for_timeout(2500)
        first.reload()
        expect(first.locator("textarea[name=body_ms]")).to_have_value("Teks orang pertama.")
        second.get_by_role("button", name="Simpan", exact=True).click()
        expect(second.locator("textarea[name=body_ms]")).to_have_value("Teks orang kedua.")
        expect(second.locator("#conflict")).to_be_empty()
        first.get_by_role("link", name="Semua teks yang pernah disimpan").click()
        for words in ("Teks orang pertama.", "Teks orang kedua.", "tidak diguna"):
            expect(first.locator("main")).to_contain_text(words)
