"""A rule's own page: its text or its end, its history, its kin, and what was asked about it."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import now
from app.handbooks.models import HandbookVersion
from tests.cast import Cast
from tests.enquiries.asking import ASKED, WORDS, Asking
from tests.handbooks.grown import FAR, load_grown
from tests.page import Page

RULES = "/handbooks/uji/rules"


def words(soup: BeautifulSoup) -> str:
    main = soup.main
    assert main
    return " ".join(main.get_text(" ").split())


@pytest.fixture
def reader(page: Page, app: Flask, cast: Cast, tmp_path: Path) -> Page:
    """Return Nurul's browser on a handbook with three versions."""
    load_grown(app, tmp_path)
    return page.sign_in(cast.nurul)


@pytest.fixture
def early(page: Page, app: Flask, cast: Cast, tmp_path: Path) -> Page:
    """Return Nurul's browser on a handbook whose third version begins long after today."""
    load_grown(app, tmp_path, on=FAR)
    return page.sign_in(cast.nurul)


def history(soup: BeautifulSoup) -> list[str]:
    return [" ".join(entry.get_text(" ").split()) for entry in soup.select(".history > li")]


def test_the_text_in_force_stands_with_strength_customers_and_sources(
    page: Page, cast: Cast
) -> None:
    soup = page.sign_in(cast.nurul).get(f"{RULES}/UJ-1.2")
    assert soup.h1.get_text() == "Tempoh mendaftar"  # type: ignore[union-attr]
    text = words(soup)
    for expected in (
        "60 hari",
        "Mesti",
        "Orang kurang upaya",
        "Akta Ujian, seksyen 1",
        "versi 2.0",
    ):
        assert expected in text
    assert "dimansuhkan" not in text


def test_the_history_tells_each_change_newest_first_with_the_difference(
    page: Page, cast: Cast
) -> None:
    soup = page.sign_in(cast.nurul, "en").get(f"{RULES}/UJ-1.2")
    newest, oldest = history(soup)
    assert newest.startswith("Version 2.0, 1 Sep 2026")
    assert "The period is longer." in newest
    entry = soup.select_one(".history > li")
    assert entry
    assert (entry.find("del").get_text(), entry.find("ins").get_text()) == ("42", "60")  # type: ignore[union-attr]
    assert oldest.startswith("Version 1.0, 5 Jan 2026")


def test_a_version_that_left_the_rule_alone_is_not_in_its_history(reader: Page) -> None:
    assert len(history(reader.get(f"{RULES}/UJ-1.1"))) == 1


def test_a_renumbered_rule_keeps_its_address_and_says_what_it_was_called(reader: Page) -> None:
    soup = reader.get(f"{RULES}/UJ-2.2")
    assert "UJ-1.5 dalam Buku Ujian, versi 3.0" in words(soup)
    newest = history(soup)[0]
    for said in ("Dinomborkan semula", "Dipindahkan", "Dahulu UJ-2.2", "bab “Kaunter”"):
        assert said in newest
    reader.get(f"{RULES}/UJ-1.5", 404)


def test_a_change_of_strength_is_history_though_the_words_are_the_same(reader: Page) -> None:
    newest = history(reader.get(f"{RULES}/UJ-2.1"))[0]
    assert "Kini mesti." in newest
    assert "Kekuatan: Hendaklah Mesti" in newest


def test_a_retired_rule_says_since_when_why_and_in_what_it_goes_on(reader: Page) -> None:
    soup = reader.get(f"{RULES}/UJ-1.2")
    text = words(soup)
    assert "Peraturan ini telah dimansuhkan" in text
    assert "Sejak versi 3.0, berkuat kuasa 1 Okt 2026" in text
    assert "Sebab: Dipecah dua." in text
    assert "60 hari" in text, "its last text can still be read"
    for name in ("UJ-1.3", "UJ-1.4"):
        assert soup.main.find("a", href=f"{RULES}/{name}")  # type: ignore[union-attr]
    assert not soup.select("textarea"), "nobody asks about what no longer binds"
    assert history(soup)[0].startswith("Versi 3.0")


def test_a_rule_leads_to_what_it_came_from(reader: Page) -> None:
    soup = reader.get(f"{RULES}/UJ-1.4")
    assert "Berasal daripada: UJ-1.2 Tempoh mendaftar" in words(soup)
    assert soup.main.find("a", href=f"{RULES}/UJ-1.2")  # type: ignore[union-attr]


def test_a_rule_to_come_says_from_when(early: Page) -> None:
    text = words(early.get(f"{RULES}/UJ-1.4"))
    assert "Peraturan ini belum berkuat kuasa" in text
    assert "Ia bermula pada 1 Jan 2150 dengan versi 3.0." in text


def test_what_a_published_version_will_do_is_announced(early: Page) -> None:
    ending, changing = early.get(f"{RULES}/UJ-1.2"), early.get(f"{RULES}/UJ-2.1")
    assert "Peraturan ini akan dimansuhkan Pada 1 Jan 2150" in words(ending)
    assert "telah dimansuhkan" not in words(ending)
    assert "Peraturan ini akan berubah Pada 1 Jan 2150" in words(changing)
    assert ending.select("textarea"), "until then one may ask"


def test_a_withdrawn_version_did_nothing(early: Page, asking: Asking) -> None:
    with asking.database.transaction() as session:
        session.execute(
            update(HandbookVersion)
            .where(HandbookVersion.number == "3.0")
            .values(withdrawn_at=now())
        )
    assert "akan dimansuhkan" not in words(early.get(f"{RULES}/UJ-1.2"))
    assert not early.get(f"{RULES}/UJ-1.2").main.find("a", href=f"{RULES}/UJ-1.4")  # type: ignore[union-attr]
    early.get(f"{RULES}/UJ-1.4", 404)


@pytest.mark.parametrize(
    "url",
    [
        f"{RULES}/UJ-9.9",
        f"{RULES}/uj-1.2",
        f"{RULES}/UJ-1.2@3.0",
        f"{RULES}/UJ-1.2%00",
        "/handbooks/tiada/rules/UJ-1.2",
        f"{RULES}/%27",
    ],
)
def test_a_rule_that_is_not_there_is_not_found(page: Page, cast: Cast, url: str) -> None:
    page.sign_in(cast.nurul).get(url, 404)


def test_a_rule_of_another_book_is_not_found_under_this_one(
    page: Page, cast: Cast, asking: Asking
) -> None:
    from app.handbooks.models import Handbook

    with asking.database.transaction() as session:
        session.add(Handbook(slug="lain", code="LN", position=9, about_ms="a", about_en="a"))
    page.sign_in(cast.nurul).get("/handbooks/lain/rules/UJ-1.2", 404)


def test_the_book_leads_from_each_rule_to_its_page(reader: Page) -> None:
    soup = reader.get("/handbooks/uji")
    renumbered = soup.find(id="UJ-1.5")
    assert renumbered
    assert renumbered.find("a", href=f"{RULES}/UJ-2.2")
    assert len(soup.select(f'article.rule a[href^="{RULES}/"]')) == 5


def test_those_who_may_read_questions_are_led_to_how_it_is_understood(
    page: Page, cast: Cast
) -> None:
    link = "/questions?quiz=uji&rule=UJ-1.2"
    for person, expected in ((cast.devi, True), (cast.salmah, True), (cast.nurul, False)):
        soup = page.sign_in(person).get(f"{RULES}/UJ-1.2")
        assert bool(soup.find("a", href=link)) == expected
        assert ("Bagaimana ia difahami" in words(soup)) == expected
    bank = page.sign_in(cast.devi).get(link)
    assert "Hanya soalan tentang UJ-1.2." in words(bank)
    assert [card.h2.get_text() for card in bank.select(".card")] == ["UJ-1.2"]  # type: ignore[union-attr]
    empty = page.get("/questions?quiz=uji&rule=UJ-9.9")
    assert "Tiada soalan tentang UJ-9.9" in words(empty)


def test_public_answers_are_read_by_all_in_both_languages_and_name_nobody(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asking.answer(cast.devi, asking.ask(cast.tan))
    for language, question, answer in (
        ("ms", WORDS.question_ms, WORDS.answer_ms),
        ("en", WORDS.question_en, WORDS.answer_en),
    ):
        for person in (cast.nurul, cast.tan, cast.farid, cast.osman, cast.hamid, cast.salmah):
            soup = page.sign_in(person, language).get(f"{RULES}/UJ-1.2")
            text = words(soup)
            assert question in text
            assert answer in text
            assert ASKED not in text
            for name in (cast.tan.name, cast.devi.name):
                assert name not in text


def test_authors_see_on_the_page_who_asked_and_what_waits(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asking.answer(cast.devi, asking.ask(cast.tan))
    waiting = asking.ask(cast.nurul, "Masih belum jelas bagi saya.")
    asking.ask(cast.aina, "Tentang peraturan yang lain.", rule="UJ-1.1")
    for person in (cast.devi, cast.chong):
        soup = page.sign_in(person).get(f"{RULES}/UJ-1.2")
        text = words(soup)
        assert f"{cast.tan.name} , JPN Tawau" in text
        assert cast.nurul.name in text
        assert cast.aina.name not in text
        assert soup.find("a", href=f"/enquiries/{waiting}")
        assert text.count("Menunggu jawapan") == 1
    assert "Siapa yang bertanya" not in words(page.sign_in(cast.tan).get(f"{RULES}/UJ-1.2"))


def test_an_answer_about_an_older_text_says_so(page: Page, cast: Cast, asking: Asking) -> None:
    said = "Teks peraturan ini telah berubah sejak itu."
    asking.answer(cast.devi, asking.ask(cast.tan))
    assert said not in words(page.sign_in(cast.nurul).get(f"{RULES}/UJ-1.2"))
    asking.answer(cast.devi, asking.ask(cast.tan, "Soalan lama tentang 42 hari.", version="1.0"))
    assert said in words(page.get(f"{RULES}/UJ-1.2"))


def test_a_private_answer_is_not_on_the_page(page: Page, cast: Cast, asking: Asking) -> None:
    asking.decline(cast.devi, asking.ask(cast.tan), "Kes seorang pelanggan.")
    for person in (cast.nurul, cast.tan):
        assert "Kes seorang" not in words(page.sign_in(person).get(f"{RULES}/UJ-1.2"))


def test_more_versions_ask_the_database_no_more_often(
    page: Page, app: Flask, cast: Cast, tmp_path: Path, count_statements: object
) -> None:
    page.sign_in(cast.nurul)
    with count_statements() as before:  # type: ignore[operator]
        page.get(f"{RULES}/UJ-2.1")
    load_grown(app, tmp_path)
    with count_statements() as after:  # type: ignore[operator]
        page.get(f"{RULES}/UJ-2.1")
    assert len(after) == len(before)


def test_the_text_that_was_read_stays_readable_after_it_changed(
    early: Page, asking: Asking
) -> None:
    with asking.database.reading() as session:
        assert session.scalar(select(HandbookVersion.id).where(HandbookVersion.number == "3.0"))
    side = early.get("/handbooks/uji/compare?to=3.0&view=side&rule=UJ-2.1")
    assert "Kini mesti." in words(side)


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert "/sign-in" in client.get(f"{RULES}/UJ-1.2").location
