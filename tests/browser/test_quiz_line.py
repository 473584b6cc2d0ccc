"""A quiz without any script: plain forms save each answer, submit, and explain the result."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, sign_in


def answer(page: Page) -> None:
    """Answer the question on the page, of whatever kind it is."""
    if page.locator("select[name^=place_]").count():
        page.locator("select[name^=place_]").first.select_option(index=1)
    elif page.locator("#written").count():
        page.locator("#written").fill("42")
    else:
        page.locator("[name=choice]").nth(1).check()


def test_the_whole_quiz_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "K2002")
    page.goto("/quizzes/semakan-borang")
    page.locator("main .actions .button.main").first.click()
    page.wait_for_url("**/questions/*")
    first = page.url
    while "/questions/" in page.url:
        before = page.url
        answer(page)
        page.locator("button[name=go][value=next]").click()
        page.wait_for_url(lambda url, seen=before: url != seen)
    expect(page.locator(".notice.good")).to_be_visible()  # every question is answered
    check = page.url
    page.goto(first)
    expect(page.locator("#saved-state-text")).to_contain_text("Tersimpan")
    page.goto(check)
    page.locator("main .actions .button.main").first.click()
    page.wait_for_url("**/result")
    expect(page.locator(".option-result").first).to_be_visible()
    context.close()
