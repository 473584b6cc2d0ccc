"""Promises about ways out: nothing is asked that nobody can do, and numbers are shown where nothing can be written."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app import db
from app.clock import local_date, now
from app.compliance.models import Assignment
from app.compliance.tallies import refresh, tallies_by_child, tally_of
from app.db import Database
from app.handbooks.queries import shelf, version_row
from app.people.offices import office_row
from tests.cast import Cast
from tests.page import Page


def ask(database: Database, cast: Cast) -> None:
    """Ask everybody for the small handbook, overdue since yesterday."""
    today = local_date(now())
    with database.transaction() as session:
        version = version_row(session, slug="uji", on=today)
        assert version is not None
        session.add(
            Assignment(
                kind="acknowledge",
                handbook_id=version.handbook_id,
                office_id=cast.offices.hq,
                starts_on=today - timedelta(days=30),
                due_on=today - timedelta(days=1),
                created_at=now(),
            )
        )


def close_for_writing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection from now on refuse to write, as a database that is read-only does."""
    if database.is_sqlite:
        monkeypatch.setattr(db, "SQLITE_PRAGMAS", (*db.SQLITE_PRAGMAS, "PRAGMA query_only = ON"))
    else:
        with database.transaction() as session:
            name = session.scalar(text("SELECT current_database()"))
            session.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    database.dispose()


def test_something_lapses_by_age_or_by_calendar_but_not_by_both(
    page: Page, cast: Cast, database: Database
) -> None:
    with database.reading() as session:
        version = shelf(session, on=local_date(now()))[0]
    form = {
        "target": f"acknowledge:{version.handbook_id}",
        "office_code": "PJ01",
        "role": "",
        "due_on": "2030-12-31",
        "valid_days": "30",
        "renew_month": "1",
        "confirmed": "1",
    }
    page.sign_in(cast.hamid)
    answer = page.post("/assignments/new", form)
    assert answer.status_code == 422
    assert "Pilih satu sahaja" in answer.get_data(as_text=True)
    assert page.post("/assignments/new", {**form, "valid_days": ""}).status_code == 303


def test_live_numbers_are_those_of_the_tallies(database: Database, cast: Cast) -> None:
    ask(database, cast)
    at = now()
    refresh(database, path="/", at=at)
    with database.reading() as session:
        top = office_row(session, office_id=cast.offices.hq)
        assert top is not None
        live_on = local_date(at)
        assert tally_of(session, path=top.path) == tally_of(session, path=top.path, live_on=live_on)
        assert tally_of(session, path=top.path, alone=True) == tally_of(
            session, path=top.path, alone=True, live_on=live_on
        )
        assert tallies_by_child(session, path=top.path) == tallies_by_child(
            session, path=top.path, live_on=live_on
        )


@pytest.mark.parametrize(
    ("person", "url", "words"),
    [
        ("farid", "/desk", "3 perkara lewat, 3 menunggu"),
        ("osman", "/offices", "perkara lewat di"),
        ("salmah", "/offices", "perkara lewat di"),
    ],
)
def test_a_database_that_cannot_be_written_still_shows_true_numbers(
    page: Page, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch, person: str, url: str, words: str
) -> None:  # fmt: skip
    ask(database, cast)
    close_for_writing(database, monkeypatch)
    assert words in page.sign_in(getattr(cast, person)).get(url).get_text()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM tallied_offices")) == 0


def test_the_same_asked_of_different_people_is_told_apart_on_the_page_and_in_the_list(
    page: Page, cast: Cast, database: Database
) -> None:
    ask(database, cast)
    ask(database, cast)
    with database.transaction() as session:
        session.execute(text("UPDATE assignments SET role = 'supervisor' WHERE id = 2"))
    page.sign_in(cast.farid)
    assert "Buku Ujian (Penyelia): 0 daripada 1 terkini" in page.get("/desk").get_text()
    assert "Buku Ujian (Penyelia)" in page.client.get("/desk/export.csv").get_data(as_text=True)
    in_english = page.sign_in(cast.osman, "en").get("/offices").get_text()
    assert "(Supervisor)" in in_english
