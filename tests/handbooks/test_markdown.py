"""Whatever an author or an attacker writes, a page shows text, lists and tables and runs nothing."""

import json
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from app.handbooks.logic import difference
from app.handbooks.markdown import TAGS, difference_html, highlight, to_html


def assert_harmless(html: Markup, text: str, *more: str) -> None:
    """Assert that only known tags are there, and no attribute but our own on a table, which scrolls."""
    for tag in BeautifulSoup(str(html), "html.parser").find_all(True):
        assert tag.name in TAGS | set(more), f"<{tag.name}> came of {text!r}"
        own = {"tabindex": "0"} if tag.name == "table" else {}
        assert tag.attrs == own, f"{tag.attrs} came of {text!r}"


def assert_all_ways_harmless(text: str) -> None:
    assert_harmless(to_html(text), text)
    assert_harmless(to_html(f"- satu\n- {text}\n\n| a |\n|---|\n| {text} |"), text)
    assert_harmless(highlight(to_html(text), text, "ms"), text, "mark")
    assert_harmless(difference_html(difference("lama", text)), text)
    assert_harmless(difference_html(difference(text, "baharu")), text)


def test_no_cross_site_scripting_payload_survives(shared: Path) -> None:
    file = shared / "corpora" / "xss" / "payloads.json"
    payloads = [entry["payload"] for entry in json.loads(file.read_text(encoding="utf-8"))]
    assert len(payloads) > 100
    for payload in payloads:
        assert_all_ways_harmless(payload)


def test_every_naughty_string_is_shown_harmlessly(shared: Path) -> None:
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    for text in json.loads(file.read_text(encoding="utf-8")):
        assert_all_ways_harmless(text)


@given(st.text(alphabet="<>&\"'=/#[]()!`*_|-: \nabscriptonx", max_size=60))
@settings(deadline=None)
def test_no_mixture_of_signs_makes_a_tag_we_do_not_know(text: str) -> None:
    assert_all_ways_harmless(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**beri** *salam*", "<p><strong>beri</strong> <em>salam</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("[klik](javascript:alert(1))", "<p>klik</p>"),
    ],
)
def test_plain_markdown_is_shown(text: str, html: str) -> None:
    assert to_html(text) == html


def test_a_table_is_shown() -> None:
    assert to_html("| a |\n|---|\n| b |").count("<t") == 7


def test_what_is_searched_for_is_marked_and_tags_are_left_alone() -> None:
    assert highlight(to_html("**Str**ong strong"), "STRONG", "en") == (
        "<p><strong>Str</strong>ong <mark>strong</mark></p>"
    )


@given(st.text(max_size=20), st.text(alphabet="ab<&p ", max_size=30))
@settings(deadline=None)
def test_marking_changes_no_word(search: str, text: str) -> None:
    html = to_html(text)
    assert highlight(html, search, "ms").replace("<mark>", "").replace("</mark>", "") == html


def test_a_difference_is_inserted_and_deleted_text() -> None:
    html = difference_html(difference("42 hari dari tarikh lahir", "60 hari dari tarikh lahir <b>"))
    assert "<del>42</del><ins>60</ins>" in html
    assert "&lt;" in html


@pytest.mark.parametrize(
    "text",
    ["[" * 19_000, "[a](" * 4_800, "![" * 9_000, "1. " * 6_000, "> " * 9_000, "*a **b " * 2_800],
    ids=["brackets", "links", "pictures", "lists in lists", "quotes in quotes", "marks"],
)
def test_no_text_that_fits_into_the_editor_holds_up_or_breaks_a_page(text: str) -> None:
    begin = time.perf_counter()
    html = to_html(text)
    assert time.perf_counter() - begin < 5, "it took fifty seconds"
    assert_harmless(html, text[:20])


def test_of_a_link_the_words_are_shown_and_of_other_brackets_everything() -> None:
    for text, shown in (
        ("Lihat [sini](http://a.my).", "Lihat sini."),
        ("![Peta](c.png) di bawah", "Peta di bawah"),
        ("[a]: http://a.my", "[a]: http://a.my"),
        ("[satu][dua]", "[satu][dua]"),
    ):
        assert BeautifulSoup(str(to_html(text)), "html.parser").get_text() == shown
