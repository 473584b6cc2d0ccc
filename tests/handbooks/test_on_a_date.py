"""The handbook as it stood on a day."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.handbooks.grown import FAR, load_grown
from tests.page import Page


@pytest.mark.parametrize(
    ("day", "number", "period"),
    [
        ("2026-01-05", "1.0", "42 hari"),
        ("2026-08-31", "1.0", "42 hari"),
        ("2026-09-01", "2.0", "60 hari"),
    ],
)
def test_the_version_in_force_on_the_day_is_shown_and_said(
    page: Page, cast: Cast, day: str, number: str, period: str
) -> None:
    soup = page.sign_in(cast.nurul).get(f"/handbooks/uji?on={day}")
    text = " ".join(soup.get_text(" ").split())
    assert f"Versi {number} berkuat kuasa pada hari itu." in text
    assert period in text
    assert ("Ini bukan versi semasa" in text) == (number == "1.0")
    assert soup.find("input", attrs={"name": "on", "type": "date", "value": day})


def test_a_day_before_the_first_version_is_told_when_it_began(page: Page, cast: Cast) -> None:
    text = page.sign_in(cast.nurul).get("/handbooks/uji?on=2018-01-01").get_text(" ")
    assert "Buku panduan ini belum ada pada 1 Jan 2018" in text
    assert "Versi pertama berkuat kuasa pada 5 Jan 2026" in text


def test_a_day_to_come_shows_what_is_published_so_far(
    page: Page, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    load_grown(app, tmp_path, on=FAR)
    text = page.sign_in(cast.nurul).get("/handbooks/uji?on=2151-01-01").get_text(" ")
    assert "Versi 3.0 akan berkuat kuasa pada hari itu" in text
    assert "Ini bukan versi semasa" in text


@pytest.mark.parametrize("day", ["", "semalam", "2026-13-01", "9999-12-31", "0001-01-01", "'"])
def test_what_is_no_day_is_said_and_shows_the_version_in_force(
    page: Page, cast: Cast, day: str
) -> None:
    soup = page.sign_in(cast.nurul).get("/handbooks/uji", query_string={"on": day})
    assert "Tulis tarikh yang sah" in soup.get_text()
    assert "60 hari" in soup.get_text()


def test_an_ordinary_reading_says_nothing_about_days(page: Page, cast: Cast) -> None:
    text = page.sign_in(cast.nurul).get("/handbooks/uji").get_text(" ")
    assert "pada hari itu" not in text


def test_an_unknown_book_is_not_found_on_any_day(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul).get("/handbooks/tiada?on=2026-02-01", 404)
