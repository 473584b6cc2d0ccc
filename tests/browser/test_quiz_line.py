"""A quiz without any script: plain forms save each answer, submit, and explain the result."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site, sign_in


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
        page.locator("[name=choice]").nth(1).check()
        page.locator("button[name=go][value=next]").click()
        page.wait_for_url(lambda url, seen=before: url != seen)
    expect(page.locator(".notice.good")).to_be_visible()  # every question is answered
    check = page.url
    page.goto(first)
    expect(page.locator("[name=choice]").nth(1)).to_be_checked()
    page.goto(check)
    page.locator("main .actions .button.main").first.click()
    page.wait_for_url("**/result")
    expect(page.locator(".option-result").first).to_be_visible()
    context.close()
