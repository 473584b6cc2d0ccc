"""The shelf and the book, as readers see them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.db import Database
from app.handbooks.commands import load_handbooks
from tests.cast import Cast
from tests.handbooks.books import copy_of_uji, edit, edit_both
from tests.handbooks.test_loading import add_third
from tests.page import Page


def rules_on(soup: BeautifulSoup) -> list[str]:
    return [str(tag["id"]) for tag in soup.select("article.rule")]


@pytest.mark.parametrize(("language", "title"), [("ms", "Buku Ujian"), ("en", "Test Book")])
def test_the_shelf_shows_the_current_version_of_each_book(
    page: Page, cast: Cast, language: str, title: str
) -> None:
    soup = page.sign_in(cast.tan, language).get("/handbooks")
    assert title in soup.get_text()
    assert "2.0" in soup.get_text()
    assert soup.find("a", href="/handbooks/uji")


def test_the_book_shows_every_rule_with_its_code_strength_customers_and_source(
    page: Page, cast: Cast
) -> None:
    soup = page.sign_in(cast.nurul, "en").get("/handbooks/uji")
    assert rules_on(soup) == ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2"]
    rule = soup.find(id="UJ-1.2")
    assert rule
    words = " ".join(rule.get_text(" ").split())
    for expected in ("UJ-1.2", "Must", "60 days", "Test Act, section 1", "infants"):
        assert expected.casefold() in words.casefold()
    assert rule.find("a", href="https://akta.example/1")
    assert soup.select_one('nav a[href="#UJ-1.2"]'), "the contents lead to the rule"


def test_a_book_that_is_not_confirmed_says_so(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.nurul).get("/handbooks/uji")
    assert "Belum disahkan jabatan" in soup.get_text()


def test_an_old_version_warns_and_offers_no_acknowledgement(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul)
    old, new = page.get("/handbooks/uji/versions/1.0"), page.get("/handbooks/uji")
    assert "Ini bukan versi semasa" in old.get_text()
    assert "42 hari" in old.get_text()
    link = {"href": "/handbooks/uji/versions/2.0/acknowledgement"}
    assert new.find("a", link)
    assert not old.select('a[href$="/acknowledgement"]')
    assert "Ini bukan versi semasa" not in new.get_text()
    assert new.find("a", href="/handbooks/uji/versions/1.0")


def test_a_version_to_come_says_from_when_it_counts(
    page: Page, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    with app.app_context():
        load_handbooks(path)
    text = page.sign_in(cast.nurul).get("/handbooks/uji/versions/3.0").get_text()
    assert "berkuat kuasa pada 1 Mac 2027" in text
    assert "42 hari" not in text


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=60", ["UJ-1.2"]),
        ("q=BORANG", ["UJ-2.1"]),
        ("q=uj-2.2", ["UJ-2.2"]),
        ("category=oku", ["UJ-1.1", "UJ-1.2", "UJ-2.2"]),
        ("strength=should", ["UJ-2.1"]),
        ("category=alien&strength=perhaps", ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2"]),
    ],
)
def test_a_reader_narrows_the_book(page: Page, cast: Cast, query: str, codes: list[str]) -> None:
    assert rules_on(page.sign_in(cast.nurul).get(f"/handbooks/uji?{query}")) == codes


def test_what_was_searched_for_is_marked_and_an_empty_result_says_so(
    page: Page, cast: Cast
) -> None:
    page.sign_in(cast.nurul)
    assert page.get("/handbooks/uji?q=60").mark.get_text() == "60"  # type: ignore[union-attr]
    assert "Tiada peraturan sepadan" in page.get("/handbooks/uji?q=gajah").get_text()


def test_what_changed_since_a_version_is_marked_in_the_text(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.nurul, "en").get("/handbooks/uji?since=1.0")
    rule = soup.find(id="UJ-1.2")
    assert rule
    assert (rule.find("del").get_text(), rule.find("ins").get_text()) == ("42", "60")  # type: ignore[union-attr]
    assert "The period is longer." in rule.get_text()
    assert "changed" in rule["class"]
    assert "changed" in soup.find(id="UJ-2.2")["class"], "a new rule is marked as well"  # type: ignore[index]
    assert "changed" not in soup.find(id="UJ-1.1")["class"]  # type: ignore[index]
    assert "3 rules changed since version 1.0" in soup.get_text()


def test_a_filter_neither_forgets_the_comparison_nor_changes_its_count(
    page: Page, cast: Cast
) -> None:
    soup = page.sign_in(cast.nurul).get("/handbooks/uji?since=1.0&strength=must")
    assert "3 peraturan berubah" in soup.get_text()
    assert soup.find("input", attrs={"name": "since", "value": "1.0"})


def test_a_rule_that_binds_otherwise_is_marked_though_its_words_are_the_same(
    page: Page, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    edit_both(path, "(UJ-1.1 strength=)must", r"\1may", version="3.0")
    edit(
        path / "handbook.yml",
        "      UJ-1.2: {kind: editorial",
        "      UJ-1.1: {kind: material, note: {ms: Kini boleh., en: Now may.}}\n      UJ-1.2: {kind: editorial",
    )
    with app.app_context():
        load_handbooks(path)
    soup = page.sign_in(cast.nurul).get("/handbooks/uji/versions/3.0?since=2.0")
    rule = soup.find(id="UJ-1.1")
    assert rule
    assert "changed" in rule["class"]
    assert "Kini boleh." in rule.get_text()
    assert "Dimansuhkan: UJ-2.2" in " ".join(soup.get_text().split())


@pytest.mark.parametrize("since", ["2.0", "9.9", "3.0", "'", "1.0%0A"])
def test_a_comparison_that_makes_no_sense_shows_the_plain_book(
    page: Page, cast: Cast, since: str
) -> None:
    soup = page.sign_in(cast.nurul).get(f"/handbooks/uji?since={since}")
    assert not soup.find(["ins", "del"])


@pytest.mark.parametrize(
    "url",
    [
        "/handbooks/tiada",
        "/handbooks/uji/versions/9.9",
        "/handbooks/%00",
        "/handbooks/uji/versions/1.0%00",
    ],
)
def test_a_book_that_is_not_there_is_not_found(page: Page, cast: Cast, url: str) -> None:
    page.sign_in(cast.nurul).get(url, status=404)


def test_every_naughty_string_can_be_searched_for(page: Page, cast: Cast, shared: Path) -> None:
    page.sign_in(cast.nurul)
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    for text in json.loads(file.read_text(encoding="utf-8")):
        response = page.client.get("/handbooks/uji", query_string={"q": text, "since": text})
        assert response.status_code == 200, text
        main = response.data.partition(b"<main")[2].partition(b"</main>")[0]
        assert main, text
        assert not re.search(rb"<(script|img|svg|iframe|style)", main, re.I), text


def test_a_stranger_to_the_portal_is_asked_to_sign_in(client: FlaskClient) -> None:
    for url in ("/handbooks", "/handbooks/uji", "/handbooks/uji/versions/1.0"):
        response = client.get(url)
        assert response.status_code == 303
        assert "/sign-in" in response.headers["Location"]


def test_more_rules_ask_the_database_no_more_often(
    page: Page,
    app: Flask,
    cast: Cast,
    database: Database,
    tmp_path: Path,
    count_statements: Callable[[], Any],
) -> None:
    page.sign_in(cast.nurul)
    with count_statements() as before:
        page.get("/handbooks/uji")
    path = copy_of_uji(tmp_path)
    add_third(path)
    more = "".join(
        f'\n### R{n} {{#UJ-2.{n} strength=may sources="amalan"}}\n\nBuat {n}.\n'
        for n in range(10, 110)
    )
    changes = "".join(
        f"      UJ-2.{n}: {{kind: new, note: {{ms: A, en: A}}}}\n" for n in range(10, 110)
    )
    for language in ("ms", "en"):
        with (path / "3.0" / f"{language}.md").open("a", encoding="utf-8") as file:
            file.write(more)
    with (path / "handbook.yml").open("a", encoding="utf-8") as file:
        file.write(changes)
    with app.app_context():
        load_handbooks(path)
    with count_statements() as after:
        soup = page.get("/handbooks/uji/versions/3.0")
    assert len(rules_on(soup)) == 103
    assert len(after) == len(before)
