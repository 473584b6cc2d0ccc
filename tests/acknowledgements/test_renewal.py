"""Promises of renewal: what lapses is asked again as a whole, the old row stays, and one day makes one renewal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.acknowledgements.models import Acknowledgement
from app.acknowledgements.services import acknowledge_version
from app.clock import local_date, now
from app.compliance.models import Assignment
from app.db import Database
from app.handbooks.queries import version_row
from tests.cast import PASSWORD, Cast
from tests.page import Page

URL = "/handbooks/uji/versions/2.0/acknowledgement"
THEN = datetime(2026, 9, 5, 3, tzinfo=UTC)


@pytest.fixture
def lapsed(database: Database, cast: Cast) -> str:
    """Let Nurul have acknowledged 2.0 in September, for thirty days; return the receipt's number."""
    with database.transaction() as session:
        version = version_row(session, slug="uji", on=date(2026, 9, 5))
        assert version
        session.add(
            Assignment(
                kind="acknowledge",
                handbook_id=version.handbook_id,
                office_id=cast.offices.hq,
                starts_on=date(2026, 9, 1),
                due_on=date(2026, 9, 30),
                valid_days=30,
                created_at=THEN,
            )
        )
        return acknowledge_version(
            session, cast.nurul, version=version, language="ms", declaration="…", chance=3, at=THEN
        )


def rows(database: Database) -> list[Acknowledgement]:
    with database.reading() as session:
        return list(session.scalars(select(Acknowledgement).order_by(Acknowledgement.id)))


def test_what_lapsed_is_asked_again_as_a_whole_and_renewed(
    page: Page, cast: Cast, database: Database, lapsed: str
) -> None:
    home = page.sign_in(cast.nurul).get("/")
    assert "Perbaharui pengakuan Buku Ujian" in home.get_text()
    button = home.select_one("a.button.main")
    assert button
    assert button["href"] == f"{URL}?renew=1"
    asked = page.get(f"{URL}?renew=1")
    assert "Pengakuan semula" in asked.get_text()
    assert not asked.select("article.rule"), "the whole is asked, not changes"
    words = asked.find("blockquote")
    assert words
    assert "4 peraturan" in words.get_text()
    answer = page.post(f"{URL}?renew=1", {"password": PASSWORD, "shown_in": "ms"})
    assert answer.status_code == 303
    old, new = rows(database)
    assert (old.receipt_number, old.renewal, old.acknowledged_at) == (lapsed, 0, THEN)
    assert (new.renewal, new.since_version_id) == (1, None)
    assert "Semua sudah selesai" in page.get("/").get_text()
    for row in (old, new):
        page.get(f"/acknowledgements/{row.receipt_number}")


def test_renewing_twice_on_one_day_makes_one(
    page: Page, cast: Cast, database: Database, lapsed: str
) -> None:
    page.sign_in(cast.nurul)
    answers = [
        page.post(f"{URL}?renew=1", {"password": PASSWORD, "shown_in": "ms"}) for _ in range(2)
    ]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(rows(database)) == 2


def test_what_has_not_lapsed_is_not_renewed_by_the_plain_address(
    page: Page, cast: Cast, database: Database, lapsed: str
) -> None:
    answer = page.sign_in(cast.nurul).client.get(URL)
    assert (answer.status_code, answer.location) == (303, f"/acknowledgements/{lapsed}")


def test_a_wrong_password_renews_nothing(
    page: Page, cast: Cast, database: Database, lapsed: str
) -> None:
    page.sign_in(cast.nurul)
    answer = page.post(f"{URL}?renew=1", {"password": "salah", "shown_in": "ms"})
    assert answer.status_code == 422
    assert len(rows(database)) == 1


def test_the_day_before_it_lapses_it_is_already_asked(
    page: Page, cast: Cast, database: Database, lapsed: str
) -> None:
    with database.transaction() as session:
        (row,) = session.scalars(select(Assignment))
        row.valid_days = (local_date(now()) - date(2026, 9, 5)).days + 1
    assert "Perbaharui pengakuan" in page.sign_in(cast.nurul).get("/").get_text()
    with database.transaction() as session:
        (row,) = session.scalars(select(Assignment))
        row.valid_days = (local_date(now()) - date(2026, 9, 5)).days + timedelta(days=90).days
    assert "Semua sudah selesai" in page.get("/").get_text()
