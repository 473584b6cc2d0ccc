"""Search: every rule is found by its words in both languages, the same on both databases, and nothing breaks it."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.db import Database
from app.handbooks.commands import load_handbooks
from app.handbooks.folder import read_handbooks
from app.handbooks.hits import EXCERPT, Candidate, excerpt, ranked, worth
from app.handbooks.models import HandbookVersion, RuleText
from app.handbooks.queries import RuleRow
from app.handbooks.reading import Wanted
from app.handbooks.search import rules_found
from app.handbooks.services import load_handbook
from app.handbooks.stems import forms, found_in, stems, stems_of, terms_of, words_of
from tests.cast import Cast
from tests.handbooks.books import UJI, copy_of_uji, edit
from tests.handbooks.test_loading import AUTUMN, add_third
from tests.page import Page

CONTENT = Path(__file__).parents[2] / "content" / "handbooks"
BOOKS = read_handbooks(CONTENT)[0]
WRITTEN = [
    (language, rule.code, f"{rule.code} {rule.title}\n{rule.body}")
    for book in BOOKS
    for version in book.versions
    for language in ("ms", "en")
    for rule in version.books[language].rules
]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ms", "patuh mematuhi dipatuhi kepatuhan pematuhan"),
        ("ms", "daftar mendaftar pendaftaran didaftarkan pendaftar"),
        ("ms", "mohon memohon permohonan pemohon"),
        ("ms", "terima menerima diterima penerimaan"),
        ("ms", "semak menyemak semakan penyemakan disemak"),
        ("ms", "tolak menolak penolakan ditolak"),
        ("ms", "maklum memaklumkan makluman maklumkan"),
        ("ms", "tulis menulis bertulis ditulis"),
        ("ms", "ikut mengikut ikutlah"),
        ("ms", "bayar membayar bayaran"),
        ("ms", "lahir kelahiran dilahirkan"),
        ("ms", "guna menggunakan penggunaan"),
        ("en", "form forms"),
        ("en", "copy copies"),
        ("en", "certify certified certifies"),
        ("en", "comply complying complies"),
        ("en", "waiting waited waits"),
    ],
)
def test_words_of_one_root_meet(language: str, words: str) -> None:
    family = words.split()
    for one in family:
        for other in family:
            assert found_in(stems_of(other, language), terms_of(one), language), (one, other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ms", "pejabat", "jabatan"),
        ("ms", "borang", "orang"),
        ("ms", "lahir", "akhir"),
        ("en", "form", "inform"),
        ("en", "rule", "role"),
        ("ms", "60", "600"),
    ],
)
def test_words_of_different_roots_do_not_meet(language: str, one: str, other: str) -> None:
    assert not found_in(stems_of(other, language), terms_of(one), language)


@pytest.mark.parametrize(
    ("text", "searches"),
    [
        ("PS-5.1 Borang", ["ps-5.1", "PS-5.1", "ps5.1", "ps 5.1", "5.1", "ps-5", "bor"]),
        ("Isi JPN.KP01.", ["jpn.kp01", "JPN.KP01", "kp01", "jpn", "jpn kp"]),
        ("Lampiran **UP.7.2.5(A)**", ["up.7.2.5", "UP.7.2.5(A)", "lampiran up"]),
        ("denda RM10,000", ["RM10,000", "rm10000", "10,000", "10000"]),
        ("kanak-kanak dan/atau ibu", ["kanak-kanak", "kanak", "dan/atau", "kanak kanak"]),
        ("café İSTANBUL Straße", ["cafe", "CAFÉ", "istanbul", "strasse"]),
        ("the officer's _form_", ["officer's", "officer", "form"]),
    ],
)
def test_codes_and_numbers_are_found_as_written_and_in_parts(
    text: str, searches: list[str]
) -> None:
    for search in searches:
        assert found_in(stems_of(text, "ms"), terms_of(search), "ms"), search


@pytest.mark.parametrize("search", ["ps-5.2", "kp", "%", "_", "' OR 1=1", "5"])
def test_what_is_not_there_is_not_found(search: str) -> None:
    assert not found_in(stems_of("PS-7.1 Borang JPN.LM02", "ms"), terms_of(search), "ms")


@pytest.mark.parametrize("index", range(0, len(WRITTEN), 7))
def test_every_rule_of_our_books_is_found_by_each_of_its_longer_words(index: int) -> None:
    language, code, text = WRITTEN[index]
    looked_in = stems_of(text, language)
    for word in words_of(text):
        if len(word) > 3:
            assert found_in(looked_in, terms_of(word), language), f"{code}: {word}"


@given(text=st.text(max_size=80), language=st.sampled_from(["ms", "en"]))
@settings(deadline=None)
def test_any_text_is_found_by_all_its_words_together(text: str, language: str) -> None:
    looked_in = stems_of(text, language)
    if terms := terms_of(text):
        assert found_in(looked_in, terms, language)
    assert looked_in == "" or re.fullmatch(r"( \S+)+ ", looked_in)
    assert "%" not in looked_in
    assert "_" not in looked_in


@given(word=st.text(alphabet="aeioumnprstkgyblhd", min_size=1, max_size=16))
@settings(deadline=None)
def test_the_same_word_always_has_the_same_stems(word: str) -> None:
    assert stems(word, "ms") == stems.__wrapped__(word, "ms")
    assert word in forms(word, "ms")


def row(code: str, title: str, body: str, position: int = 1, **more: Any) -> RuleRow:
    return RuleRow(
        position, code, "UJ-1", "Bab", title, body, "", more.get("strength", "must"),
        more.get("categories", ()), (), "", "", stems_of(f"{code} {title}\n{body}", "ms"),
    )  # fmt: skip


def test_the_code_comes_first_then_the_title_then_the_text_and_the_form_as_written_before_the_stem() -> (
    None
):
    rules = [
        row("UJ-1.1", "Lain", "Pendaftaran."),
        row("UJ-1.2", "Lain", "Daftar."),
        row("UJ-1.3", "Pendaftaran", "Lain."),
        row("UJ-1.4", "Cara daftar", "Lain."),
        row("DAFTAR-1.5", "Lain", "Lain."),
    ]
    order = sorted(rules, key=lambda rule: worth(terms_of("daftar"), rule, "ms"))
    assert [rule.code[-1] for rule in order] == ["5", "4", "3", "2", "1"]


def test_the_readers_own_language_comes_first_where_all_else_is_equal() -> None:
    def both(rule: RuleRow, place: int, *, own: bool) -> list[Candidate]:
        return [
            Candidate("uji", "Buku", (1, place), language, found, rule)
            for language, found in (("en", not own), ("ms", own))
        ]

    candidates = [
        *both(row("UJ-1.1", "Form", "x", 1), 1, own=False),
        *both(row("UJ-1.2", "Form", "x", 2), 2, own=True),
    ]
    found = ranked(candidates, Wanted("form", language="ms"))
    assert [(own.rule.code, hit.language) for own, hit in found] == [
        ("UJ-1.2", "ms"),
        ("UJ-1.1", "en"),
    ]


def test_an_excerpt_is_cut_around_the_words_and_marks_them() -> None:
    body = (
        " ".join(["Ayat yang panjang."] * 60) + " Isi **borang** dan <b>semak</b>. " + "Lagi. " * 80
    )
    found = excerpt(body, "borang menyemak", "ms")
    assert "<mark>borang</mark>" in found
    assert "<mark>semak</mark>" in found
    assert "<b>" not in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found.striptags()) <= EXCERPT + 4


@given(body=st.text(max_size=300), search=st.text(max_size=30))
@example(body=".HTM", search="")
@settings(deadline=None)
def test_an_excerpt_of_anything_holds_no_tag_but_the_mark(body: str, search: str) -> None:
    # the line end: the parser warns of text such as ".HTM" alone, which might be meant as a file
    shown = BeautifulSoup(f"{excerpt(body, search, 'en')}\n", "html.parser")
    assert {tag.name for tag in shown(True)} <= {"mark"}


def codes_found(database: Database, search: str, on: date = AUTUMN) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = rules_found(session, terms=terms_of(search), on=on, language="ms")
    return [(row.rule.code, row.language) for row in rows if row.found]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("daftar", [("UJ-1.2", "ms")]),
        ("registers", [("UJ-1.2", "en")]),
        ("terima salinan", [("UJ-2.2", "ms")]),
        ("salinan gajah", []),
        ("uj-2.1", [("UJ-2.1", "en"), ("UJ-2.1", "ms")]),
        ("BORANG", [("UJ-2.1", "ms")]),
        ("%", []),
        ("a_b", []),
        ("60", [("UJ-1.2", "en"), ("UJ-1.2", "ms")]),
        ("42", []),
        ("", []),
    ],
)
def test_the_database_finds_what_the_stems_hold_in_force_today(
    database: Database, search: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(codes_found(database, search)) == expected


def test_the_database_and_the_pure_function_agree_on_every_word(database: Database) -> None:
    with database.reading() as session:
        texts = session.scalars(
            select(RuleText)
            .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
            .where(HandbookVersion.number == "2.0")
        ).all()
    words = {word for text in texts for word in words_of(f"{text.title} {text.body}")}
    for word in sorted(words | {"daf", "rm", "uj-", "pelang", "cust", "1"}):
        expected = {
            (text.code, text.language)
            for text in texts
            if found_in(text.stems, terms_of(word), text.language)
        }
        assert set(codes_found(database, word)) == expected, word


def test_only_what_is_in_force_is_found(
    app: Flask, database: Database, tmp_path: Path, at: datetime
) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    with app.app_context():
        load_handbooks(path)
    assert codes_found(database, "90") == [], "it is in force only next year"
    assert len(codes_found(database, "90", date(2027, 3, 1))) == 2
    assert codes_found(database, "salinan", date(2027, 3, 1)) == [], "it is retired by then"
    with database.transaction() as session:
        session.execute(
            update(HandbookVersion).where(HandbookVersion.number == "2.0").values(withdrawn_at=at)
        )
    assert len(codes_found(database, "42")) == 2, "the version before speaks again"


def test_rules_loaded_before_there_was_a_search_are_made_findable(
    database: Database, at: datetime
) -> None:
    with database.transaction() as session:
        before = {text.id: text.stems for text in session.scalars(select(RuleText))}
        session.execute(update(RuleText).values(stems=""))
    with database.transaction() as session:
        assert load_handbook(session, read_handbooks(UJI)[0][0], at=at) == []
    with database.reading() as session:
        assert {text.id: text.stems for text in session.scalars(select(RuleText))} == before
    assert all(before.values())


def titles(soup: BeautifulSoup) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in soup.select(".hit h2")]


@pytest.mark.parametrize(
    ("language", "search", "heading"),
    [("ms", "mendaftarkan", "Satu peraturan sepadan"), ("en", "births", None)],
)
def test_the_page_shows_the_rule_with_its_anchor_and_the_words_marked(
    page: Page, cast: Cast, language: str, search: str, heading: str | None
) -> None:
    soup = page.sign_in(cast.nurul, language).get(f"/search?q={search}")
    assert len(titles(soup)) == 1
    link = soup.select_one(".hit a")
    assert link
    assert link["href"] == "/handbooks/uji#UJ-1.2"
    assert soup.select(".hit mark")
    if heading:
        assert heading in soup.h1.get_text()  # type: ignore[union-attr]
    assert soup.select_one("#search-q")["value"] == search  # type: ignore[index]


def test_a_hit_in_the_other_language_is_shown_in_the_readers_with_a_note(
    page: Page, cast: Cast
) -> None:
    soup = page.sign_in(cast.nurul).get("/search?q=greet")
    assert titles(soup) == ["UJ-1.1 Sambut pelanggan"]
    other = soup.select_one(".hit [lang=en]")
    assert other
    assert other.mark
    assert "teks Bahasa Inggeris" in soup.get_text()
    assert not page.get("/search?q=sambut").select(".hit [lang]")


def test_nothing_typed_shows_the_form_alone(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul)
    for url in ("/search", "/search?q=", "/search?q=++", "/search?category=oku&colour=red&page=9"):
        soup = page.get(url)
        assert soup.select_one("#search-q"), url
        assert not soup.select(".hit, .empty-state"), url


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=uj", ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2"]),
        ("q=uj&category=oku", ["UJ-1.1", "UJ-1.2", "UJ-2.2"]),
        ("q=uj&strength=should", ["UJ-2.1"]),
        ("q=uj&strength=shall&category=alien&handbook=tiada&colour=red", ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2"]),
        ("q=uj&handbook=uji&strength=may", ["UJ-2.2"]),
    ],
)  # fmt: skip
def test_a_search_is_narrowed_and_what_makes_no_sense_is_ignored(
    page: Page, cast: Cast, query: str, codes: list[str]
) -> None:
    found = titles(page.sign_in(cast.nurul).get(f"/search?{query}"))
    assert [title.split()[0] for title in found] == codes


def test_nothing_found_says_so_and_what_to_try(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.nurul).get("/search?q=gajah&strength=must")
    assert "Tiada peraturan sepadan dengan “gajah”" in soup.h1.get_text()  # type: ignore[union-attr]
    assert soup.find("a", href="/search?q=gajah"), "the way out of the filter"
    inside = page.get("/handbooks/uji?q=gajah")
    assert inside.find("a", href="/search?q=gajah"), "from the book to all books"


def test_at_most_a_hundred_letters_are_searched_for(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.nurul).get("/search?q=" + "a" * 300)
    assert soup.select_one("#search-q")["value"] == "a" * 100  # type: ignore[index]


def test_the_filter_in_a_book_finds_by_stem_and_marks_what_it_found(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.nurul).get("/handbooks/uji?q=didaftarkan")
    assert [tag["id"] for tag in soup.select("article.rule")] == ["UJ-1.2"]
    assert [mark.get_text() for mark in soup.select("mark")] == ["mendaftar", "Daftarkan"]


def test_every_naughty_string_can_be_searched_for_everywhere(
    page: Page, cast: Cast, shared: Path
) -> None:
    page.sign_in(cast.nurul)
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    for text in json.loads(file.read_text(encoding="utf-8")):
        keys = ("q", "category", "strength", "handbook", "page")
        response = page.client.get("/search", query_string=dict.fromkeys(keys, text))
        assert response.status_code == 200, text
        main = response.data.partition(b"<main")[2].partition(b"</main>")[0]
        assert not re.search(rb"<(script|img|svg|iframe|style)", main, re.I), text


def test_many_rules_come_in_pages_and_ask_the_database_no_more_often(
    page: Page,
    app: Flask,
    cast: Cast,
    tmp_path: Path,
    count_statements: Callable[[], Any],
) -> None:
    page.sign_in(cast.nurul)
    with count_statements() as before:
        page.get("/search?q=uj")
    path = copy_of_uji(tmp_path)
    add_third(path)
    edit(path / "handbook.yml", "2027-03-01", "2026-10-01")
    more = "".join(
        f'\n### Gajah {n} {{#UJ-2.{n} strength=may sources="amalan"}}\n\nTimbang gajah {n}.\n'
        for n in range(10, 55)
    )
    for language in ("ms", "en"):
        with (path / "3.0" / f"{language}.md").open("a", encoding="utf-8") as file:
            file.write(more)
    with (path / "handbook.yml").open("a", encoding="utf-8") as file:
        for n in range(10, 55):
            file.write(f"      UJ-2.{n}: {{kind: new, note: {{ms: A, en: A}}}}\n")
    with app.app_context():
        load_handbooks(path)
    with count_statements() as after:
        first = page.get("/search?q=gajah&page=1")
    assert len(after) == len(before)
    assert "45 peraturan sepadan" in first.h1.get_text()  # type: ignore[union-attr]
    pages = [first, page.get("/search?q=gajah&page=2"), page.get("/search?q=gajah&page=99")]
    assert [len(titles(soup)) for soup in pages] == [20, 20, 5]
    assert len({title for soup in pages for title in titles(soup)}) == 45
    assert first.find("a", rel="next", href=re.compile("q=gajah"))


def test_the_shelf_offers_the_search(page: Page, cast: Cast) -> None:
    form = page.sign_in(cast.nurul).get("/handbooks").select_one("main form[role=search]")
    assert form
    assert form["action"] == "/search"


def test_a_stranger_is_asked_to_sign_in_before_searching(app: Flask) -> None:
    assert app.test_client().get("/search?q=borang").status_code == 303
