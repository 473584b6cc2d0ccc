"""The one door of page tests: it signs in, fetches, and lints every page it is given.

Each page is checked for free: language, one h1 with which the title begins, labels, form actions and tokens, unique
ids, alternative texts, no inline script or style, no broken link within the page.
"""

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from app.access.policy import Actor

QUIET_TYPES = {"hidden", "submit", "button"}


class Page:
    """A browser without a screen."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def sign_in(self, person: Actor, language: str = "ms") -> "Page":
        """Sign a person in without the sign-in page."""
        with self.client.session_transaction() as session:
            session.clear()
            session["_user_id"] = f"{person.id}.{person.session_version}"
            session["_fresh"] = True
            session["language"] = language
            session.permanent = True
        return self

    def get(self, url: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """Fetch a page, check its status, lint it, return it."""
        response = self.client.get(url, **kwargs)
        assert response.status_code == status, f"GET {url}: {response.status_code}, not {status}"
        soup = BeautifulSoup(response.data, "html.parser")
        lint(soup, url)
        return soup

    def post(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Send a form with a valid token; return the plain response, not followed."""
        return self.client.post(url, data={"csrf_token": self.token(), **(data or {})}, **kwargs)

    def token(self) -> str:
        """Return a form token that is valid for this client's session."""
        from flask import g
        from flask_wtf.csrf import generate_csrf

        with self.client.session_transaction() as stored:
            held = dict(stored)
        with self.app.test_request_context():
            from flask import session

            session.update(held)
            token = str(generate_csrf())
            made = session["csrf_token"]
            g.pop("csrf_token", None)
        with self.client.session_transaction() as stored:
            stored["csrf_token"] = made
        return token


def lint(soup: BeautifulSoup, url: str) -> None:
    """Assert what every page promises; the message tells the cure."""
    html = soup.find("html")
    assert isinstance(html, Tag), f"{url}: not a page"
    assert html.get("lang") in ("ms", "en"), f"{url}: say the language on <html lang>"
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{url}: {len(headings)} h1, one is needed"
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    assert title.endswith("Seragam"), f"{url}: the title {title!r} must end with the portal's name"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    doubled = {name for name in ids if ids.count(name) > 1}
    assert not doubled, f"{url}: ids twice on the page: {doubled}"
    assert not soup.find_all(style=True), f"{url}: no style attributes, the policy blocks them"
    assert not soup.find_all("style"), f"{url}: no inline styles, use a file in static/css"
    for script in soup.find_all("script"):
        assert script.get("src"), f"{url}: no inline script, use a file in static/js"
    for image in soup.find_all("img"):
        assert image.has_attr("alt"), f"{url}: an image without alt"
    for link in soup.find_all("a", href=True):
        target = str(link["href"])
        if target.startswith("#") and len(target) > 1:
            assert target[1:] in ids, f"{url}: the link {target} leads nowhere on the page"
        assert link.get_text(strip=True) or link.get("aria-label"), f"{url}: a link without words"
    lint_forms(soup, url, ids)


def lint_forms(soup: BeautifulSoup, url: str, ids: list[str]) -> None:
    """Assert what every form promises."""
    labelled = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True})}
    for form in soup.find_all("form"):
        assert form.has_attr("action"), f"{url}: a form without action"
        if str(form.get("method", "get")).lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}), (
                f"{url}: a form without csrf_token"
            )
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") in QUIET_TYPES:
            continue
        has_label = (
            field.get("id") in labelled or field.find_parent("label") or field.get("aria-label")
        )
        assert has_label, f"{url}: the field {field.get('name')} has no label"
    for field in soup.find_all(attrs={"aria-describedby": True}):
        for name in str(field["aria-describedby"]).split():
            assert name in ids, f"{url}: aria-describedby names {name}, which is not on the page"
