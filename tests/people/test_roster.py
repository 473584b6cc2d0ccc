"""Promises of the administrator's pages."""

import pytest
from sqlalchemy import text

from app.db import Database
from tests.cast import Cast
from tests.page import Page

NEW = {
    "name": "Siti Aminah binti Kassim",
    "staff_number": "k5001",
    "email": "Siti@jpn.example",
    "post": "Pembantu Pendaftaran",
    "grade": "1",
    "language": "ms",
    "joined_on": "2026-11-02",
    "office_code": "pj01",
}


@pytest.mark.parametrize("url", ["/officers", "/officers/new", "/office-tree"])
@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_administrators_pages_open(page: Page, cast: Cast, url: str, language: str) -> None:
    page.sign_in(cast.hamid, language).get(url)


@pytest.mark.parametrize("person", ["nurul", "farid", "osman", "devi", "salmah"])
def test_nobody_else_may_open_them(page: Page, cast: Cast, person: str) -> None:
    page.sign_in(getattr(cast, person))
    for url in ("/officers", f"/officers/{cast.nurul.id}", "/office-tree"):
        assert page.client.get(url).status_code == 403


def test_an_officer_is_added_with_a_posting(page: Page, cast: Cast, database: Database) -> None:
    answer = page.sign_in(cast.hamid).post("/officers/new", NEW)
    assert answer.status_code == 303
    soup = page.get(answer.location)
    assert "JPN Putrajaya" in soup.get_text()
    with database.reading() as session:
        row = session.execute(
            text("SELECT staff_number, email FROM officers ORDER BY id DESC")
        ).first()
    assert row == ("K5001", "siti@jpn.example")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("staff_number", "K1001", "Nombor kakitangan ini sudah digunakan."),
        ("email", "nurul@jpn.example", "E-mel ini sudah digunakan"),
        ("office_code", "XX", "Kod pejabat ini tidak ditemui"),
        ("joined_on", "bukan tarikh", "Siti Aminah"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    page: Page, cast: Cast, field: str, value: str, sentence: str
) -> None:
    answer = page.sign_in(cast.hamid).post("/officers/new", {**NEW, field: value})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert "Siti Aminah binti Kassim" in answer.get_data(as_text=True)


def test_a_transfer_ends_the_posting_before_and_keeps_it(page: Page, cast: Cast) -> None:
    page.sign_in(cast.hamid)
    url = f"/officers/{cast.nurul.id}"
    assert (
        page.post(f"{url}/postings", {"office_code": "SB03", "starts_on": "2026-11-01"}).status_code
        == 303
    )
    words = page.get(url).get_text()
    assert "JPN Tawau" in words
    assert "31 Okt 2026" in words
    again = page.post(f"{url}/postings", {"office_code": "PJ01", "starts_on": "2026-10-01"})
    assert again.status_code == 422


def test_a_role_is_given_once_and_taken_back(page: Page, cast: Cast) -> None:
    page.sign_in(cast.hamid)
    url = f"/officers/{cast.nurul.id}"
    role = {"role-role": "supervisor", "role-office_code": "PJ01"}
    assert page.post(f"{url}/roles", role).status_code == 303
    assert page.post(f"{url}/roles", role).status_code == 422
    button = page.get(url).find("form", action=lambda a: a and a.endswith("/revocation"))
    assert page.post(str(button["action"])).status_code == 303  # type: ignore[index]
    assert "Tiada peranan selain pegawai" in page.get(url).get_text()


def test_a_closed_account_loses_its_sessions(page: Page, cast: Cast, app) -> None:  # type: ignore[no-untyped-def]
    hers = Page(app).sign_in(cast.nurul)
    assert hers.client.get("/account").status_code == 200
    page.sign_in(cast.hamid).post(f"/officers/{cast.nurul.id}/activity", {"active": "0"})
    assert hers.client.get("/account").status_code == 303


def test_an_office_with_officers_cannot_be_closed(page: Page, cast: Cast) -> None:
    page.sign_in(cast.hamid)
    url = f"/office-tree/{cast.offices.putrajaya}/facts"
    answer = page.post(url, {"name": "JPN Putrajaya", "kind": "branch"})
    assert answer.status_code == 422
    assert "masih mempunyai pegawai" in answer.get_data(as_text=True)


def test_an_office_is_added_below_another(page: Page, cast: Cast) -> None:
    page.sign_in(cast.hamid)
    form = {"code": "sb09", "name": "UTC Kota Kinabalu", "kind": "utc", "active": "y"}
    answer = page.post(f"/office-tree/{cast.offices.sabah}/new", form)
    assert answer.status_code == 303
    assert "JPN Negeri Sabah" in page.get(answer.location).get_text()


def test_the_list_of_officers_costs_the_same_for_any_number(
    page: Page, cast: Cast, database: Database, count_statements
) -> None:  # type: ignore[no-untyped-def]
    page.sign_in(cast.hamid)
    page.get("/officers")
    with count_statements() as few:
        page.get("/officers?q=nobody")
    with count_statements() as many:
        page.get("/officers")
    assert len(few) == len(many)
