"""Promises of assignments: whom they concern is shown first, nothing is asked twice, nobody asks beyond their reach."""

import pytest
from sqlalchemy import text

from app.clock import local_date, now
from app.db import Database
from app.handbooks.queries import shelf
from tests.cast import Cast
from tests.page import Page


@pytest.fixture
def form(database: Database) -> dict[str, str]:
    """Return a form that asks Putrajaya for the small handbook."""
    with database.reading() as session:
        version = shelf(session, on=local_date(now()))[0]
    return {
        "target": f"acknowledge:{version.handbook_id}",
        "office_code": "pj01",
        "role": "",
        "post": "",
        "due_on": "2030-12-31",
        "confirmed": "1",
    }


def count(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM assignments")) or 0)


def test_first_the_page_says_whom_it_concerns_then_it_is_made(
    page: Page, cast: Cast, database: Database, form: dict[str, str]
) -> None:
    page.sign_in(cast.hamid)
    shown = page.post("/assignments/new", {**form, "confirmed": "0"})
    assert "melibatkan 3 pegawai" in shown.get_data(as_text=True)
    assert count(database) == 0
    assert page.post("/assignments/new", form).status_code == 303
    assert count(database) == 1
    assert "Buku Ujian" in page.get("/assignments").get_text()
    assert "Baca dan akui Buku Ujian" in page.sign_in(cast.nurul).get("/").get_text()
    assert "Semua sudah selesai" in page.sign_in(cast.tan).get("/").get_text()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("due_on", "", "Isi tarikh akhir"),
        ("office_code", "XX", "Kod pejabat ini tidak ditemui"),
        ("target", "acknowledge:999", "Pilih salah satu"),
        ("days_after_joining", "-3", "nombor"),
        ("days_after_joining", "esok", "nombor"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    page: Page,
    cast: Cast,
    database: Database,
    form: dict[str, str],
    field: str,
    value: str,
    sentence: str,
) -> None:
    answer = page.sign_in(cast.hamid).post(
        "/assignments/new", {**form, "post": "Jawatan yang ditaip", field: value}
    )
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert "Jawatan yang ditaip" in answer.get_data(as_text=True)
    assert count(database) == 0


def test_the_same_is_not_asked_twice(
    page: Page, cast: Cast, database: Database, form: dict[str, str]
) -> None:
    page.sign_in(cast.hamid).post("/assignments/new", form)
    assert page.post("/assignments/new", form).status_code == 422
    assert count(database) == 1


def test_a_director_asks_in_the_own_state_only(
    page: Page, cast: Cast, database: Database, form: dict[str, str]
) -> None:
    page.sign_in(cast.osman)
    assert page.post("/assignments/new", {**form, "office_code": "SB03"}).status_code == 422
    assert page.post("/assignments/new", form).status_code == 303
    assert count(database) == 1


def test_a_withdrawn_assignment_waits_for_nobody(
    page: Page, cast: Cast, database: Database, form: dict[str, str]
) -> None:
    page.sign_in(cast.hamid).post("/assignments/new", form)
    page.sign_in(cast.liza)
    assert page.post("/assignments/1/withdrawal").status_code == 403
    assert page.sign_in(cast.hamid).post("/assignments/1/withdrawal").status_code == 303
    assert "Semua sudah selesai" in page.sign_in(cast.nurul).get("/").get_text()
    assert "Ditarik balik" in page.sign_in(cast.hamid).get("/assignments").get_text()
