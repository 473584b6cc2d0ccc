"""Promises of the auditor's reading room."""

import csv
import io

import pytest
from sqlalchemy import text

from app.db import Database
from tests.cast import Cast
from tests.page import Page


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_auditor_reads_events_and_the_look_is_recorded(
    page: Page, cast: Cast, database: Database, language: str
) -> None:
    page.sign_in(cast.salmah, language).get("/audit")
    assert "audit.read" in page.get("/audit").get_text()


@pytest.mark.parametrize("person", ["nurul", "farid", "osman", "hamid"])
def test_nobody_else_reads_it(page: Page, cast: Cast, person: str) -> None:
    page.sign_in(getattr(cast, person))
    assert page.client.get("/audit").status_code == 403
    assert page.client.get("/audit.csv").status_code == 403


def test_filters_narrow_and_an_empty_result_says_so(page: Page, cast: Cast) -> None:
    page.sign_in(cast.salmah).get("/audit")
    assert "audit.read" in page.get("/audit?act=audit.").find("table").get_text()  # type: ignore[union-attr]
    assert "Tiada peristiwa sepadan" in page.get("/audit?actor_id=987654").get_text()


def test_a_filter_that_makes_no_sense_is_explained(page: Page, cast: Cast) -> None:
    page.sign_in(cast.salmah).get("/audit?since=semalam", status=422)


def test_the_csv_is_stamped_and_recorded(page: Page, cast: Cast) -> None:
    page.sign_in(cast.salmah).get("/audit")
    answer = page.client.get("/audit.csv?act=audit.read")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert "K4004" in rows[0][0]
    assert "audit.read" in rows[0][0]
    assert rows[2][2] == "audit.read"
    assert "audit.exported" in page.get("/audit").get_text()


def test_verification_says_whether_the_chains_hold(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.salmah).get("/audit")
    page.post("/audit/verification")
    assert "Rekod audit utuh" in page.get("/audit").get_text()
    with database.transaction() as session:
        session.execute(text("UPDATE audit_lanes SET hash = 'x' WHERE seq > 0"))
    page.post("/audit/verification")
    assert "TIDAK utuh" in page.get("/audit").get_text()


def test_the_reader_sees_names_and_one_click_shows_all_of_one_person(
    page: Page, cast: Cast
) -> None:
    page.sign_in(cast.salmah).get("/audit")
    link = page.get("/audit").find("a", string=f"{cast.salmah.name} (K4004)")
    assert link is not None
    assert "audit.read" in page.get(str(link["href"])).get_text()
    assert page.get("/audit").find("a", string="Ibu Pejabat") is not None
