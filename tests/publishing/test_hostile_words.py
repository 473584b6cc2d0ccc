"""Promises of hostile words: whatever anybody types anywhere about a rule, every page shows it as words and runs nothing."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.clock import local_date, now
from app.handbooks.models import HandbookVersion
from app.publishing import services, shaping
from tests.cast import Cast
from tests.page import Page, lint
from tests.publishing.desk import Desk
from tests.publishing.test_pages import edit, form_of

HOSTILE = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">a</a>'
)
# what a rule may be published with: no tag stands in it, until somebody decodes it
SLY = "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62; \"onclick='alert(1)' {{7*7}} ${7*7}"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose clock is the pages' own."""
    desk.at = now()
    return desk


def harmless(data: bytes, url: str) -> str:
    """Assert that nothing on a page runs; return its words."""
    soup = BeautifulSoup(data, "html.parser")
    lint(soup, url)  # no script without an address of ours
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], f"{url}: {tag}"
        for name in ("href", "src", "action", "formaction"):
            assert not str(tag.get(name, "")).lower().startswith(("javascript:", "x")), (
                f"{url}: {tag}"
            )
    return soup.get_text(" ")


def open_all(page: Page, *urls: str) -> str:
    """Open pages; return all their words."""
    said = ""
    for url in urls:
        answer = page.client.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        said += harmless(answer.data, url)
    return said


@pytest.mark.parametrize("language", ["ms", "en"])
def test_nothing_typed_into_a_draft_runs_on_its_pages(
    page: Page, cast: Cast, desk: Desk, language: str
) -> None:
    url, rule = f"/drafts/{desk.draft_id}", edit(desk, "UJ-1.1")
    page.sign_in(cast.devi, language)
    mine = form_of(desk, "UJ-1.1", title_ms="Lain")
    hostile = dict.fromkeys(
        ("title_ms", "title_en", "body_ms", "body_en", "note_ms", "note_en"), HOSTILE
    )
    told = page.post(
        rule, form_of(desk, "UJ-1.1", **hostile), headers={"Accept": "application/json"}
    )
    harmless(
        f"<html lang=ms><title>Seragam</title><h1>a</h1>{told.get_json()['preview']}".encode(),
        "preview",
    )
    late = page.post(rule, mine, headers={"Accept": "application/json"}).get_json()
    harmless(
        f"<html lang=ms><title>Seragam</title><h1>a</h1>{late['conflict']}".encode(), "conflict"
    )
    assert "alert(1)" in harmless(page.post(rule, mine).data, "conflict page")
    page.post(f"{url}/chapters/UJ-1", {
        "seen_ms": "Kaunter", "seen_en": "Counter", "chapter_ms": HOSTILE, "chapter_en": HOSTILE
    })  # fmt: skip
    page.post(f"{url}/sources", {"key": "a", "ms": HOSTILE, "en": HOSTILE, "kind": "act"})
    page.post(
        f"{url}/rules", {"add-chapter": "new", "add-chapter_ms": HOSTILE, "add-chapter_en": HOSTILE}
    )
    page.post(f"{url}/details", {
        "revision": str(desk.draft.revision), "title_ms": HOSTILE, "title_en": HOSTILE, "summary_ms": HOSTILE,
        "summary_en": HOSTILE, "preface_ms": HOSTILE, "preface_en": HOSTILE, "read_within_days": "9",
    })  # fmt: skip
    said = open_all(
        page, "/drafts", url, rule, f"{rule}/saves", f"{url}/review", f"{url}/impact", f"{url}/details",
        f"{url}/sources", f"{url}/chapters/UJ-1",
    )  # fmt: skip
    assert said.count("alert(1)") > 20, "the words themselves are all there"
    page.post(f"{url}/withdrawal", {"said-words": HOSTILE})
    assert "alert(1)" in open_all(page, url, "/drafts")


@pytest.mark.parametrize("language", ["ms", "en"])
def test_nothing_published_runs_on_any_page_that_shows_it(
    page: Page, cast: Cast, desk: Desk, language: str
) -> None:
    desk.reword("UJ-1.1", "material", SLY)
    desk.edit(
        "UJ-1.1",
        title_ms=f"Tajuk {SLY[:40]}",
        title_en=f"Title {SLY[:40]}",
        note_ms=HOSTILE,
        note_en=HOSTILE,
    )
    desk.do(shaping.retire_rule, "UJ-2.1")
    desk.edit("UJ-2.1", note_ms=HOSTILE, note_en=HOSTILE)
    with desk.database.transaction() as session:
        row = desk.draft
        given = services.Details(
            f"Buku {SLY[:40]}",
            f"Book {SLY[:40]}",
            SLY,
            SLY,
            HOSTILE,
            HOSTILE,
            local_date(desk.at),
            14,
        )
        services.change_details(
            session, cast.devi, draft_id=row.id, revision=row.revision, given=given, at=desk.at
        )
    desk.submit()
    version_id = desk.publish()
    with desk.database.reading() as session:
        number = session.get_one(HandbookVersion, version_id).number
    page.sign_in(cast.nurul, language)
    said = open_all(
        page, "/", "/handbooks", "/handbooks/uji", f"/handbooks/uji?version={number}", "/handbooks/uji/rules/UJ-1.1",
        "/handbooks/uji/rules/UJ-2.1", f"/handbooks/uji/compare?from=2.0&to={number}", "/search?q=alert",
        "/search?q=script+img", f"/handbooks/uji?q={HOSTILE}".replace("#", "%23"), "/search?q=" + HOSTILE, "/search?q=%26lt%3Bscript",
    )  # fmt: skip
    assert said.count("alert(1)") > 10
    assert "49" not in open_all(page, "/handbooks/uji/rules/UJ-1.1"), "no template is worked out"


def test_nothing_asked_or_answered_runs_on_any_page(
    app: Flask, page: Page, cast: Cast, desk: Desk
) -> None:
    rule = "/handbooks/uji/rules/UJ-1.2"
    page.sign_in(cast.nurul)
    assert page.post(rule, {"version": "2.0", "text": f"Apa maksud {HOSTILE}?"}).status_code == 303
    assert page.post(rule, {"version": "2.0", "text": f"Dan {HOSTILE}?"}).status_code == 303
    said = open_all(page, rule, "/enquiries/mine")
    page.sign_in(cast.devi)
    said += open_all(page, "/enquiries", "/enquiries/1", rule)
    names = ("question_ms", "question_en", "answer_ms", "answer_en")
    assert page.post("/enquiries/1", dict.fromkeys(names, HOSTILE)).status_code == 303
    assert page.post("/enquiries/2", {"act": "decline", "reason": HOSTILE}).status_code == 303
    said += open_all(page, "/enquiries", "/enquiries/1", "/enquiries/2", rule)
    for person in (cast.nurul, cast.tan):
        page.sign_in(person, "en")
        said += open_all(page, rule, "/enquiries/mine")
    assert said.count("alert(1)") > 10
