"""Promises of bringing in documents nobody foresaw: each is read or refused in a sentence, none breaks a page."""

import io
import json
import zipfile

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.handbooks.test_import import MARKDOWN, paragraph, word
from tests.page import Page, lint
from tests.publishing.desk import Desk
from tests.publishing.test_import_page import upload

ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def with_document(document: bytes) -> bytes:
    """Return a Word document whose text part is replaced."""
    made = io.BytesIO()
    text = io.BytesIO(word(paragraph("x", "Heading1")))
    with zipfile.ZipFile(text) as old, zipfile.ZipFile(made, "w") as archive:
        for name in old.namelist():
            archive.writestr(name, document if name == "word/document.xml" else old.read(name))
    return made.getvalue()


NASTY = {
    "no text part": (zipped(**{"[Content_Types].xml": b"<Types/>"}), "a.docx"),
    "an empty zip": (zipped(), "a.docx"),
    "not a zip": (b"PK\x03\x04 broken", "a.docx"),
    "an empty document": (word(), "a.docx"),
    "a bomb": (zipped(word__document_xml=b"0" * 260_000_000), "a.docx"),
    "endless entities": (
        with_document(f"<!DOCTYPE x [{ENTITIES}]><x>&a11;</x>".encode()),
        "a.docx",
    ),
    "a file of the server": (
        with_document(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        "a.docx",
    ),
    "broken XML": (with_document(b"<w:document"), "a.docx"),
    "Latin-1": ("# Tajuk\n\nCafé".encode("latin-1"), "a.md"),
    "UTF-16": ("# Tajuk\n\nTeks".encode("utf-16"), "a.md"),
    "only NUL": (b"\0" * 100, "a.md"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.md"),
}


def shown(answer: TestResponse, status: int) -> BeautifulSoup:
    assert answer.status_code == status, answer.status_code
    soup = BeautifulSoup(answer.data, "html.parser")
    lint(soup, "the answer")
    return soup


def upload_large(page: Page, desk: Desk, data: bytes, name: str) -> TestResponse:
    """Send a large document as one text of bytes: the test client would spool it into a file that it never closes."""
    token, file = page.token().encode(), f'name="document"; filename="{name}"'.encode()
    parts = [
        b'name="csrf_token"\r\n\r\n' + token,
        b'name="spoken"\r\n\r\nms',
        file + b"\r\n\r\n" + data,
    ]
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return page.client.post(
        f"/drafts/{desk.draft_id}/import",
        data=body + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def add(page: Page, desk: Desk, soup: BeautifulSoup) -> TestResponse:
    kept = soup.find("input", attrs={"name": "proposal"})
    assert kept
    data = {"spoken": "ms", "proposal": str(kept["value"])}
    return page.post(f"/drafts/{desk.draft_id}/import", data)


@pytest.mark.parametrize("name", NASTY)
def test_a_document_that_is_none_is_refused_in_a_sentence(
    page: Page, cast: Cast, desk: Desk, name: str
) -> None:
    data, file = NASTY[name]
    soup = shown(upload(page.sign_in(cast.devi), desk, data, file), 422)
    assert soup.select_one(".error-summary")
    assert "root:" not in soup.get_text()
    assert len(desk.rows) == 4


@pytest.mark.parametrize(
    "text",
    [
        MARKDOWN.replace("\n", "\r\n"),
        MARKDOWN.replace("\n", "\r"),
        "\ufeff" + MARKDOWN,
        MARKDOWN.replace("mesti", "mes\0ti\u202e\x1b"),
        MARKDOWN.replace("mesti", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
        MARKDOWN.replace("Nombor giliran", "<script>alert(1)</script>"),
        MARKDOWN.replace("Giliran", '"><script>alert(1)</script>{#UJ-1.1}'),
    ],
    ids=[
        "CRLF",
        "CR",
        "BOM",
        "signs",
        "script in a text",
        "script in a title",
        "script in a chapter",
    ],
)
def test_what_a_document_hides_is_text_or_nothing_and_what_it_says_is_kept(
    page: Page, cast: Cast, desk: Desk, text: str
) -> None:
    soup = shown(upload(page.sign_in(cast.devi), desk, text.encode()), 200)
    assert not soup.find("script", string=lambda said: bool(said and "alert" in said))
    assert not soup.find("img", attrs={"onerror": True})
    assert add(page, desk, soup).status_code == 303
    added = [row.rule for row in desk.rows if row.rule.rule_id is None]
    assert len(added) == 3
    for rule in added:
        assert not set("\0\r\u202e\x1b\ufeff") & set(rule.ms.title + rule.ms.body + rule.chapter[0])
        assert "{" not in rule.chapter[0]
        html = str(page.get(f"/drafts/{desk.draft_id}/rules/{rule.id}"))
        assert "<script>alert" not in html
        assert "<img src" not in html


@pytest.mark.parametrize("field", ["chapter", "title", "body"])
@pytest.mark.parametrize("value", ["\0", "a\0b", "\ud800", "x" * 400_000])
def test_a_proposal_with_what_no_database_keeps_adds_nothing(
    page: Page, cast: Cast, desk: Desk, field: str, value: str
) -> None:
    rule = {"chapter": "a", "title": "b", "body": "c", "strength": "must", field: value}
    answer = page.sign_in(cast.devi).post(
        f"/drafts/{desk.draft_id}/import", {"spoken": "ms", "proposal": json.dumps([rule])}
    )
    assert answer.status_code == 422
    assert len(desk.rows) == 4


def test_a_word_document_of_ten_megabytes_is_read(page: Page, cast: Cast, desk: Desk) -> None:
    text = word(paragraph("Giliran", "Heading1"), paragraph("Panggil nombor."))
    made = io.BytesIO(text)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/gambar.png", bytes(10_000_000))
    soup = shown(upload_large(page.sign_in(cast.devi), desk, made.getvalue(), "a.docx"), 200)
    assert add(page, desk, soup).status_code == 303


def test_a_handbook_of_two_hundred_long_rules_comes_in_whole(
    page: Page, cast: Cast, desk: Desk
) -> None:
    rules = "".join(
        f"## Peraturan {n}\n\n{'Ayat yang panjang — é. ' * 200}\n\n" for n in range(200)
    )
    document = f"# Bab\n\n{rules}".encode()
    soup = shown(upload_large(page.sign_in(cast.devi), desk, document, "a.md"), 200)
    assert add(page, desk, soup).status_code == 303
    assert len(desk.rows) == 204


def test_a_rule_too_long_for_the_editor_is_named_at_the_file(
    page: Page, cast: Cast, desk: Desk
) -> None:
    text = f"# Bab\n\n## Panjang sekali\n\n{'x ' * 20_000}\n\n## Pendek\n\nAyat.\n"
    soup = shown(upload(page.sign_in(cast.devi), desk, text.encode()), 422)
    assert "Panjang sekali" in soup.select_one(".error-summary").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(("size", "status"), [(21_000_000, 422), (30_000_000, 413)])
def test_a_file_beyond_the_limit_is_refused_in_a_sentence(
    page: Page, cast: Cast, desk: Desk, size: int, status: int
) -> None:
    shown(upload_large(page.sign_in(cast.devi), desk, b"# a\n\n" + b"x" * size, "a.md"), status)


def test_a_stranger_sends_no_large_file(page: Page, desk: Desk) -> None:
    assert upload_large(page, desk, b"# a\n\n" + b"x" * 2_000_000, "a.md").status_code == 413
