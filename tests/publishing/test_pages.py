"""Promises of the author's pages: an author who knows no files writes, another person approves, one officer is asked."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import local_date, now
from app.publishing import writing
from tests.cast import Cast
from tests.page import Page
from tests.publishing.desk import Desk, asked


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose clock is the pages' own."""
    desk.at = now()
    return desk


def edit(desk: Desk, code: str) -> str:
    return f"/drafts/{desk.draft_id}/rules/{desk.row(code).rule.id}"


def form_of(desk: Desk, code: str, **changes: str) -> dict[str, object]:
    fields = asked(desk.fields(code))
    found: dict[str, object] = {**fields, "revision": str(desk.row(code).revision), **changes}
    for name in ("categories", "sources"):
        found[name] = str(found[name]).split()
    return found


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("person", ["devi", "chong", "salmah"])
def test_every_page_of_a_draft_opens(
    page: Page, cast: Cast, desk: Desk, language: str, person: str
) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    page.sign_in(getattr(cast, person), language)
    url, rule = f"/drafts/{desk.draft_id}", desk.row("UJ-1.1").rule.id
    for path in ("/drafts", url, f"{url}/impact", f"{url}/review", f"{url}/rules/{rule}/saves"):
        page.get(path)
    for path in (f"{url}/details", f"{url}/sources", f"{url}/chapters/UJ-1", f"{url}/rules/{rule}"):
        page.get(path, status=200 if person == "devi" else 403)


@pytest.mark.parametrize("person", ["nurul", "farid", "osman", "hamid"])
def test_nobody_else_sees_a_draft(page: Page, cast: Cast, desk: Desk, person: str) -> None:
    page.sign_in(getattr(cast, person))
    for path in ("/drafts", f"/drafts/{desk.draft_id}", f"/drafts/{desk.draft_id}/review"):
        page.get(path, status=403)


def test_the_way_from_author_to_approver_to_the_book(page: Page, cast: Cast, desk: Desk) -> None:
    url = f"/drafts/{desk.draft_id}"
    page.sign_in(cast.devi)
    answer = page.post(
        edit(desk, "UJ-1.2"),
        form_of(
            desk,
            "UJ-1.2",
            body_ms="Tempohnya kini 90 hari.",
            body_en="The period is now 90 days.",
            change="material",
            note_ms="Undang-undang berubah.",
            note_en="The law changed.",
        ),
    )
    assert answer.status_code == 303
    editor = page.get(edit(desk, "UJ-1.2"))
    assert editor.find("ins"), "the difference to the version before is shown"
    details = {
        "revision": "0",
        "title_ms": "Buku Ujian",
        "title_en": "Test Book",
        "summary_ms": "Tempoh 90 hari.",
        "summary_en": "A period of 90 days.",
        "effective_on": local_date(now()).isoformat(),
        "read_within_days": "7",
    }
    assert page.post(f"{url}/details", details).status_code == 303
    assert page.post(f"{url}/submission", {"said-words": "Sila semak."}).status_code == 303
    assert page.get(f"{url}/review").find("form", action=f"{url}/publication") is None

    review = page.sign_in(cast.chong).get(f"{url}/review")
    assert "Sila semak." in review.get_text()
    seen = review.find("input", attrs={"name": "publish-seen"})
    assert seen
    answer = page.post(f"{url}/publication", {"publish-seen": str(seen["value"])})
    assert answer.location == "/handbooks/uji"
    book = page.sign_in(cast.nurul).get("/handbooks/uji").get_text()
    assert "Tempohnya kini 90 hari." in book
    assert "Versi 3.0" in book


def test_a_script_saves_while_one_types_and_is_told_of_a_conflict(
    page: Page, cast: Cast, desk: Desk
) -> None:
    page.sign_in(cast.devi)
    url, first = edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms="Satu.")
    late = form_of(desk, "UJ-1.1", body_ms="Dua.")
    told = page.post(url, first, headers={"Accept": "application/json"})
    assert told.get_json()["revision"] == desk.row("UJ-1.1").revision
    assert "Satu." in told.get_json()["preview"]
    refused = page.post(url, late, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert cast.devi.name in refused.get_json()["error"]
    shown = page.post(url, late)
    assert shown.status_code == 409
    text = shown.get_data(as_text=True)
    assert "Dua." in text, "what was typed stays in the form"
    assert "Satu." in text, "what the other saved is shown beside it"
    assert "Dua." in page.get(f"{url}/saves").get_text(), "and it is kept for ever"


def test_a_text_with_a_script_in_it_is_only_text(page: Page, cast: Cast, desk: Desk) -> None:
    page.sign_in(cast.devi)
    hostile = '<script>alert(1)</script> <img src=x onerror="alert(1)">'
    page.post(edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms=hostile, title_ms=hostile))
    for path in (
        edit(desk, "UJ-1.1"),
        f"/drafts/{desk.draft_id}",
        f"/drafts/{desk.draft_id}/review",
    ):
        html = str(page.get(path))
        assert not re.search(r"<script>alert|<img[^>]*onerror", html)


def test_acts_on_a_rule_go_on_to_where_one_writes(page: Page, cast: Cast, desk: Desk) -> None:
    page.sign_in(cast.devi)
    url = edit(desk, "UJ-1.1")
    assert page.post(f"{url}/split").location != url
    assert page.post(f"{url}/retirement").location == url
    assert "dimansuhkan" in page.get(url).get_text()
    assert page.post(f"{url}/restoration").location == url
    after = str(desk.row("UJ-2.1").rule.id)
    assert page.post(f"{url}/place", {"place-after": after}).status_code == 303
    assert page.post(f"{url}/merge", {"merge-into": after}).status_code == 303
    assert page.post(f"/drafts/{desk.draft_id}/renumbering").status_code == 303


def test_what_an_author_forgets_is_listed_with_links(page: Page, cast: Cast, desk: Desk) -> None:
    desk.edit("UJ-1.1", body_ms="Hanya bahasa Melayu.")
    shown = page.sign_in(cast.devi).get(f"/drafts/{desk.draft_id}")
    assert "perkara perlu diselesaikan" in shown.get_text()
    assert shown.find("a", href=edit(desk, "UJ-1.1"))
    page.post(f"/drafts/{desk.draft_id}/submission")
    assert "perlu dibetulkan dahulu" in page.get(f"/drafts/{desk.draft_id}").get_text()


def test_a_source_is_added_once_and_can_be_named(page: Page, cast: Cast, desk: Desk) -> None:
    page.sign_in(cast.devi)
    url = f"/drafts/{desk.draft_id}/sources"
    source = {"key": "pekeliling-9", "ms": "Pekeliling 9", "en": "Circular 9", "kind": "circular"}
    assert page.post(url, source).status_code == 303
    assert page.post(url, source).status_code == 422
    assert page.post(url, {**source, "key": "Salah!"}).status_code == 422
    assert page.get(edit(desk, "UJ-1.1")).find("input", attrs={"value": "pekeliling-9"})
    desk.reword("UJ-1.1")
    desk.edit("UJ-1.1", sources="akta pekeliling-9")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    assert "Pekeliling 9" in page.get("/handbooks/uji").get_text()


def test_a_published_draft_says_so_and_can_be_taken_back_before_its_day(
    page: Page, cast: Cast, desk: Desk
) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=9))
    desk.submit()
    desk.publish()
    page.sign_in(cast.chong)
    assert page.post(f"/drafts/{desk.draft_id}/version-withdrawal").status_code == 303
    assert "ditarik balik sebelum" in page.get(f"/drafts/{desk.draft_id}").get_text()
    page.sign_in(cast.devi)
    page.post(f"/drafts/{desk.draft_id}/rules/{desk.row('UJ-1.1').rule.id}/split")
    with desk.database.reading():
        assert len(desk.rows) == 4, "what was published is not edited"


def test_a_draft_that_is_not_there_is_not_found(page: Page, cast: Cast, app: Flask) -> None:
    page.sign_in(cast.devi)
    for path in ("/drafts/999", "/drafts/999/review", "/drafts/999/rules/1"):
        page.get(path, status=404)
    assert page.post("/drafts", {"handbook": "999"}).status_code in (303, 404)
    assert writing.STATE_WORDS


def test_an_approver_sees_what_changes_around_the_rules_too(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url = f"/drafts/{desk.draft_id}"
    desk.reword("UJ-1.1")
    page.sign_in(cast.devi)
    source = {"key": "baharu", "ms": "Pekeliling 9", "en": "Circular 9", "kind": "circular"}
    page.post(f"{url}/sources", {**source, "url": "https://pekeliling.example/9"})
    seen = {"seen_ms": "Kaunter", "seen_en": "Counter"}
    page.post(f"{url}/chapters/UJ-1", {**seen, "chapter_ms": "Kaunter", "chapter_en": "Front desk"})
    details = {
        "revision": str(desk.draft.revision), "title_ms": "Buku Ujian", "title_en": "Trial Book",
        "preface_ms": "Kandungan ujian, sudah disahkan.", "preface_en": desk.draft.preface_en,
        "summary_ms": "Ringkas.", "summary_en": "Short.", "read_within_days": "14",
    }  # fmt: skip
    assert page.post(f"{url}/details", details).status_code == 303
    shown = page.sign_in(cast.chong).get(f"{url}/review")
    added = " ".join(tag.get_text() for tag in shown.find_all("ins"))
    for words in ("Trial", "sudah", "Front desk", "Circular 9", "pekeliling.example", "Ringkas."):
        assert words in added
    assert "belum" in " ".join(tag.get_text() for tag in shown.find_all("del"))
