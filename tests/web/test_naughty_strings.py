"""Every string of the corpora through every form: no fault of ours, what was typed is still there, nothing runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markupsafe import escape
from sqlalchemy import text

from app.db import Database
from app.people import sign_in
from tests.cast import Cast
from tests.page import Page, lint

OFFICER = {"name": "", "staff_number": "", "email": "", "grade": "", "post": "", "joined_on": "", "office_code": ""}  # fmt: skip
# address, who sends it, the fields that take text; none of these sendings can succeed
FORMS = [
    ("/sign-in", None, ("identifier", "next")),
    ("/forgotten-password", None, ("identifier",)),
    ("/officers/new", "hamid", ("name", "staff_number", "email", "grade", "post", "joined_on", "office_code")),
    ("/officers/{officer}/facts", "hamid", ("name", "staff_number", "email", "grade", "post", "joined_on", "language")),
    ("/officers/{officer}/postings", "hamid", ("office_code", "starts_on")),
    ("/officers/{officer}/roles", "hamid", ("role-office_code", "role-role")),
    ("/office-tree/{office}/new", "hamid", ("code", "name", "kind")),
    ("/account/password", "nurul", ("current", "password", "again")),
    ("/account", "nurul", ("language",)),
]  # fmt: skip
SEARCHES = [
    ("/officers", "hamid", ("q", "page")),
    ("/office-tree", "hamid", ("q",)),
    ("/audit", "salmah", ("act", "actor_id", "office_id", "since", "until", "request_id", "before")),
    ("/handbooks/uji", "nurul", ("q", "category", "strength", "since")),
    ("/questions", "devi", ("quiz",)),
    ("/sign-in", None, ("next",)),
]  # fmt: skip
KNOWN = ("/", "#", "?", "mailto:", "https://akta.example/")  # the small handbook names its source
PASSWORDS = {"current", "password", "again"}


@pytest.fixture(scope="module")
def strings(shared: Path) -> list[str]:
    """Return the naughty strings and the scripts that must not run."""
    corpora = shared / "corpora"
    naughty = json.loads((corpora / "naughty" / "minimaxir__blns.json").read_text())
    payloads = json.loads((corpora / "xss" / "payloads.json").read_text())
    found = {*naughty, *leaves(payloads), "a\x00b", "\x00", "\ud7ff", "x" * 5000}
    return sorted(string for string in found if string.strip())


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)


def harmless(html: str, url: str, string: str) -> None:
    """Assert that nothing that was sent became part of the page's own marks."""
    assert "<" not in string or string not in html, (url, string)
    if not set("<>") & set(string) and len(string) % 4:
        return  # without these signs no mark can begin or end; parsing every page takes its time
    soup = BeautifulSoup(html, "html.parser")
    lint(soup, url)
    for tag in soup.find_all(True):
        assert not any(name.startswith("on") for name in tag.attrs), (url, tag)
        for name in ("href", "src", "action", "formaction"):
            target = str(tag.get(name, "/"))
            assert target.startswith(KNOWN), (url, target)
    assert not soup.find_all(["iframe", "object", "embed", "math", "style", "base"]), url


def some(strings: list[str], database: Database) -> list[str]:
    """Return all strings on SQLite; every fifth, and those with a zero, on PostgreSQL, which has the same pages."""
    if database.is_sqlite:
        return strings
    return [s for n, s in enumerate(strings) if n % 5 == 0 or "\0" in s]


@pytest.mark.parametrize(("url", "person", "fields"), FORMS, ids=[form[0] for form in FORMS])
def test_what_was_typed_survives_and_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, page: Page, cast: Cast, database: Database, strings: list[str],
    url: str, person: str | None, fields: tuple[str, ...],
) -> None:  # fmt: skip
    url = url.format(officer=cast.nurul.id, office=cast.offices.putrajaya)
    if person:
        page.sign_in(getattr(cast, person))
    token = page.token()
    monkeypatch.setattr(
        sign_in, "minutes_to_wait", lambda *_facts: 0
    )  # delays have their own tests
    for string in some(strings, database):
        answer = page.client.post(url, data={"csrf_token": token, **dict.fromkeys(fields, string)})
        assert answer.status_code in (200, 422, 429), (answer.status_code, string)
        harmless(answer.text, url, string)
        one_line = len(string.strip().splitlines()) == 1 and "\0" not in string
        if answer.status_code == 422 and one_line and fields[0] not in PASSWORDS | {"language"}:
            assert str(escape(string.strip())) in answer.text, string


@pytest.mark.parametrize(("url", "person", "names"), SEARCHES, ids=[form[0] for form in SEARCHES])
def test_anything_can_be_searched_for(
    page: Page, cast: Cast, database: Database, strings: list[str],
    url: str, person: str | None, names: tuple[str, ...],
) -> None:  # fmt: skip
    if person:
        page.sign_in(getattr(cast, person))
    for string in some(strings, database):
        if len(string) > 2000:
            continue
        answer = page.client.get(url, query_string=dict.fromkeys(names, string))
        assert answer.status_code in (200, 400, 422), (answer.status_code, string)
        harmless(answer.text, url, string)


def test_a_text_that_no_database_keeps_is_refused_at_its_field(page: Page, cast: Cast) -> None:
    page.sign_in(cast.hamid)
    facts = {**OFFICER, "name": "Siti\x00Nur", "staff_number": "K9", "email": "s@jpn.example"}
    facts |= {"joined_on": "2026-01-01", "office_code": "PJ01", "language": "ms"}
    answer = page.post("/officers/new", facts)
    assert answer.status_code == 422
    assert "aksara yang tidak boleh disimpan" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01"])
def test_a_day_beyond_all_calendars_is_refused_at_its_field(
    page: Page, cast: Cast, day: str
) -> None:
    page.sign_in(cast.salmah).get(f"/audit?since={day}", 422)
    page.get(f"/audit?until={day}", 422)
    page.sign_in(cast.hamid)
    facts = {"office_code": "SB03", "starts_on": day}
    assert page.post(f"/officers/{cast.nurul.id}/postings", facts).status_code == 422


def test_a_hostile_name_that_is_kept_is_shown_as_plain_text(
    page: Page, cast: Cast, database: Database, strings: list[str]
) -> None:
    hostile = [s for s in strings if "<" in s and len(s) < 200 and "\0" not in s][:60]
    page.sign_in(cast.hamid)
    for string in hostile:
        with database.transaction() as session:
            session.execute(
                text("UPDATE officers SET name = :name, post = :name WHERE id = :id"),
                {"name": string, "id": cast.nurul.id},
            )
        for url in ("/officers", f"/officers/{cast.nurul.id}"):
            harmless(page.client.get(url).text, url, string)
