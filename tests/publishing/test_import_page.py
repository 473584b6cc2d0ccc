"""Promises of bringing a document into a draft: it is shown first, added whole or not at all, and nothing is lost."""

import io

import pytest

from tests.cast import Cast
from tests.handbooks.test_import import MARKDOWN, paragraph, word
from tests.page import Page
from tests.publishing.desk import Desk


def upload(page: Page, desk: Desk, data: bytes, name: str = "kaunter.md"):  # type: ignore[no-untyped-def]
    return page.post(
        f"/drafts/{desk.draft_id}/import", {"spoken": "ms", "document": (io.BytesIO(data), name)}
    )


def test_a_document_is_shown_first_and_added_when_the_author_says_so(
    page: Page, cast: Cast, desk: Desk
) -> None:
    page.sign_in(cast.devi)
    page.get(f"/drafts/{desk.draft_id}/import")
    shown = upload(page, desk, MARKDOWN.encode())
    text = shown.get_data(as_text=True)
    assert "3 peraturan dicadangkan" in text
    assert len(desk.rows) == 4, "nothing is added by looking"
    from bs4 import BeautifulSoup

    kept = BeautifulSoup(text, "html.parser").find("input", attrs={"name": "proposal"})
    assert kept
    answer = page.post(
        f"/drafts/{desk.draft_id}/import", {"spoken": "ms", "proposal": str(kept["value"])}
    )
    assert answer.status_code == 303
    new = [row.rule for row in desk.rows if row.rule.rule_id is None]
    assert [(rule.code, rule.chapter[0], rule.ms.title) for rule in new] == [
        ("UJ-3.1", "Giliran", "Nombor giliran"),
        ("UJ-3.2", "Giliran", "Keutamaan"),
        ("UJ-4.1", "Aduan", "Aduan"),
    ]
    assert all(not rule.en.body for rule in new), "the other language is left to be written"
    assert "memanggil nombor" in new[0].ms.body


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.md", "tidak dapat dibaca"),
        (b"teks sahaja", "a.md", "no headings"),
        (word(paragraph("x")), "a.docx", "no headings"),
        (b"x", "", "Pilih fail"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_at_its_field(
    page: Page, cast: Cast, desk: Desk, data: bytes, name: str, sentence: str
) -> None:
    answer = upload(page.sign_in(cast.devi), desk, data, name)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize("proposal", ["[1]", "{}x", '[{"chapter": "a"}]', '[{"lain": 1}]', "null"])
def test_a_proposal_that_came_back_changed_adds_nothing(
    page: Page, cast: Cast, desk: Desk, proposal: str
) -> None:
    answer = page.sign_in(cast.devi).post(
        f"/drafts/{desk.draft_id}/import", {"spoken": "ms", "proposal": proposal}
    )
    assert answer.status_code == 422
    assert len(desk.rows) == 4


def test_only_an_author_imports(page: Page, cast: Cast, desk: Desk) -> None:
    assert upload(page.sign_in(cast.chong), desk, MARKDOWN.encode()).status_code == 403
