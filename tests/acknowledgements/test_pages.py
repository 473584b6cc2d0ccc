"""Declaring, the receipt and its PDF, as the officer, the supervisor, the auditor and the stranger meet them."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access.policy import Actor
from app.acknowledgements import views
from app.acknowledgements.models import Acknowledgement
from app.acknowledgements.services import acknowledge_version
from app.audit.models import AuditEvent
from app.db import Database
from app.handbooks import queries as handbooks
from app.handbooks.commands import load_handbooks
from tests.cast import PASSWORD, Cast
from tests.handbooks.books import copy_of_uji
from tests.handbooks.test_loading import add_third
from tests.page import Page

URL = "/handbooks/uji/versions/2.0/acknowledgement"


def declare(page: Page, password: str = PASSWORD, shown_in: str = "ms") -> TestResponse:
    return page.post(URL, {"password": password, "shown_in": shown_in})


def receipt_of(page: Page, person: Actor, language: str = "ms") -> str:
    """Acknowledge as a person and return the address of the receipt."""
    response = declare(page.sign_in(person, language), shown_in=language)
    assert response.status_code == 303, response.get_data(as_text=True)[:2000]
    return response.headers["Location"]


def how_many(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        made = select(func.count()).where(AuditEvent.act == "acknowledgement.made")
        rows = select(func.count()).select_from(Acknowledgement)
        return session.scalar(rows) or 0, session.scalar(made) or 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ms", "Saya mengaku telah membaca Buku Ujian, versi 2.0, berkuat kuasa 01/09/2026"),
        ("en", "I declare that I have read Test Book, version 2.0, in effect from 01/09/2026"),
    ],
)
def test_what_is_declared_is_shown_in_full_before_anything_is_asked(
    page: Page, cast: Cast, language: str, words: str
) -> None:
    soup = page.sign_in(cast.nurul, language).get(URL)
    assert words in soup.get_text()
    assert soup.find("input", attrs={"type": "password"})
    assert soup.find("a", href="/handbooks/uji/versions/2.0")


def test_the_receipt_repeats_the_very_words_that_were_shown(page: Page, cast: Cast) -> None:
    shown = page.sign_in(cast.nurul, "en").get(URL).blockquote
    soup = page.get(receipt_of(page, cast.nurul, "en"))
    assert soup.blockquote
    assert shown
    assert soup.blockquote.get_text(strip=True) == shown.get_text(strip=True)
    assert re.search(r"AK-\d{4}-[2-9A-HJ-NP-Z]{8}", soup.get_text())
    assert cast.nurul.name in soup.get_text()
    assert cast.nurul.office_name in soup.get_text()


def test_the_words_are_kept_in_the_language_shown_though_it_was_changed_in_another_tab(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.nurul, "ms")
    assert declare(page, shown_in="en").status_code == 303
    with database.reading() as session:
        row = session.scalars(select(Acknowledgement)).one()
        assert row.language == "en"
        assert row.declaration.startswith("I declare")


def test_a_language_that_does_not_exist_is_not_kept(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.nurul, "ms")
    assert declare(page, shown_in="xx").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Acknowledgement.language)).one() == "ms"


def test_a_second_click_leads_to_the_same_receipt_and_makes_nothing(
    page: Page, cast: Cast, database: Database
) -> None:
    first = receipt_of(page, cast.nurul)
    again = declare(page)
    assert (again.status_code, again.headers["Location"]) == (303, first)
    assert page.client.get(URL).headers["Location"] == first
    assert how_many(database) == (1, 1)


@pytest.mark.parametrize("password", ["", "salah sekali", PASSWORD + " ", PASSWORD.upper()])
def test_without_the_right_password_nothing_is_declared(
    page: Page, cast: Cast, database: Database, password: str
) -> None:
    response = declare(page.sign_in(cast.nurul), password)
    assert response.status_code == 422
    assert "ata laluan" in response.get_data(as_text=True)
    assert how_many(database) == (0, 0)


def test_guessing_the_password_is_slowed_down(page: Page, cast: Cast, database: Database) -> None:
    page.sign_in(cast.nurul)
    for _ in range(5):
        declare(page, "salah sekali")
    response = declare(page)
    assert response.status_code == 422
    assert "Terlalu banyak percubaan" in response.get_data(as_text=True)
    assert how_many(database) == (0, 0)


def test_a_right_password_forgets_the_wrong_ones(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul)
    for _ in range(4):
        declare(page, "salah sekali")
    assert declare(page).status_code == 303
    page.app.test_client()
    page.sign_in(cast.aina)
    assert declare(page).status_code == 303, "another officer is not slowed down"


def test_every_naughty_string_is_a_wrong_password_and_no_more(
    page: Page, cast: Cast, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.sign_in, "check_throttle", lambda *_a, **_k: None)
    page.sign_in(cast.nurul)
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    for text in json.loads(file.read_text(encoding="utf-8"))[::3]:
        response = declare(page, text)
        assert response.status_code == 422, text


def test_a_form_without_its_token_declares_nothing(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.nurul)
    response = page.client.post(URL, data={"password": PASSWORD})
    assert response.status_code in (400, 422)
    assert how_many(database) == (0, 0)


def test_an_old_version_says_so_and_cannot_be_acknowledged(
    page: Page, cast: Cast, database: Database
) -> None:
    old = URL.replace("2.0", "1.0")
    soup = page.sign_in(cast.nurul).get(old)
    assert "Hanya versi semasa boleh diakui" in soup.get_text()
    assert not soup.find("input", attrs={"type": "password"})
    assert page.post(old, {"password": PASSWORD}).status_code == 422
    assert how_many(database) == (0, 0)


@pytest.mark.parametrize(
    "url", [URL.replace("uji", "tiada"), URL.replace("2.0", "9.9"), URL.replace("2.0", "2.0%00")]
)
def test_what_does_not_exist_cannot_be_declared(page: Page, cast: Cast, url: str) -> None:
    page.sign_in(cast.nurul).get(url, status=404)


def test_an_officer_who_knows_an_older_version_is_told_which_rules_changed(
    page: Page, cast: Cast, database: Database, at: datetime
) -> None:
    with database.transaction() as session:
        version = handbooks.version_row(session, slug="uji", number="1.0", on=date(2026, 5, 1))
        assert version
        acknowledge_version(
            session,
            cast.nurul,
            version=version,
            language="ms",
            declaration="Saya mengaku.",
            chance=1,
            at=at,
        )
    soup = page.sign_in(cast.nurul).get(URL)
    assert soup.find("a", href="/handbooks/uji/versions/2.0?since=1.0")
    for code in ("UJ-1.2", "UJ-2.2"):
        assert code in soup.get_text()
    assert "UJ-1.1" not in soup.get_text()
    assert "UJ-2.1" not in soup.get_text(), "an editorial change asks nobody"
    assert soup.find("article", id="UJ-1.2").find("ins"), "the change is marked in the text"


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("nurul", 200),
        ("farid", 200),
        ("osman", 200),
        ("salmah", 200),
        ("aina", 404),
        ("tan", 404),
        ("liza", 404),
        ("devi", 404),
        ("chong", 404),
        ("hamid", 404),
    ],
)
def test_a_receipt_is_for_its_officer_the_heads_above_and_the_auditor(
    page: Page, cast: Cast, person: str, status: int
) -> None:
    url = receipt_of(page, cast.nurul)
    page.sign_in(getattr(cast, person))
    page.get(url, status=status)
    if status == 404:
        assert page.client.get(f"{url}.pdf").status_code == 404


@pytest.mark.parametrize("number", ["AK-2026-AAAAAAAA", "x", "%00", "'", "..", "A" * 3000])
def test_a_receipt_that_does_not_exist_is_not_found(page: Page, cast: Cast, number: str) -> None:
    page.sign_in(cast.salmah)
    for url in (f"/acknowledgements/{number}", f"/acknowledgements/{number}.pdf"):
        assert page.client.get(url).status_code == 404, url


def test_signed_out_nothing_is_shown(page: Page, app: Flask, cast: Cast) -> None:
    url = receipt_of(page, cast.nurul)
    for address in (url, f"{url}.pdf", URL):
        assert app.test_client().get(address).status_code == 303


def test_the_receipt_stays_as_it_was_though_the_handbook_moved_on(
    page: Page, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    url = receipt_of(page, cast.nurul)
    before, pdf = page.get(url).blockquote, page.client.get(f"{url}.pdf").data
    path = copy_of_uji(tmp_path)
    add_third(path)
    (path / "handbook.yml").write_text(
        (path / "handbook.yml").read_text(encoding="utf-8").replace("2027-03-01", "2026-09-02"),
        encoding="utf-8",
    )
    with app.app_context():
        load_handbooks(path)
    page.get("/handbooks/uji/versions/2.0")
    assert page.get(url).blockquote == before
    assert page.client.get(f"{url}.pdf").data == pdf


def test_the_pdf_is_the_same_bytes_every_time_and_made_for_screen_readers(
    page: Page, cast: Cast
) -> None:
    url = receipt_of(page, cast.nurul, "en")
    first, second = (page.client.get(f"{url}.pdf") for _ in range(2))
    assert first.mimetype == "application/pdf"
    assert first.data == second.data
    assert first.data.startswith(b"%PDF-")
    assert b"pdfuaid" in first.data
    assert b"/Lang" in first.data
    assert f'{url.rpartition("/")[2]}.pdf"' in first.headers["Content-Disposition"]
