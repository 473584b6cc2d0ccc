"""Two versions of a book beside each other: every rule once, in its place, with what happened to it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from app.handbooks.comparing import Compared, compared_rules, counts_of
from app.handbooks.queries import Change, RuleRow
from tests.cast import Cast
from tests.handbooks.grown import load_grown
from tests.page import Page

COMPARE = "/handbooks/uji/compare"


@pytest.fixture
def reader(page: Page, app: Flask, cast: Cast, tmp_path: Path) -> Page:
    """Return Nurul's browser on a handbook with three versions."""
    load_grown(app, tmp_path)
    return page.sign_in(cast.nurul)


def cards(soup: BeautifulSoup) -> list[str]:
    return [str(tag["id"]) for tag in soup.select("article.rule")]


def card(soup: BeautifulSoup, name: str) -> Tag:
    found = soup.find(id=name)
    assert isinstance(found, Tag), name
    return found


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_rules_stand_in_the_order_of_the_newer_version_and_retired_ones_last(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=2.0&to=3.0")
    assert cards(soup) == ["UJ-1.1", "UJ-1.3", "UJ-1.4", "UJ-2.2", "UJ-2.1", "UJ-1.2"]
    assert "Berubah 2, baharu 2, dimansuhkan 1, tidak berubah 1" in words(soup)


def test_unchanged_rules_are_folded_and_changed_ones_are_not(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=2.0&to=3.0")
    folded = card(soup, "UJ-1.1").find_parent("details")
    assert folded
    assert "UJ-1.1 tidak berubah" in words(folded.summary)
    assert card(soup, "UJ-2.1").find_parent("details") is None


def test_several_unchanged_rules_are_one_line(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=2.0&to=2.0")
    assert "Versi yang sama dipilih dua kali" in words(soup)
    rows = [row("UJ-1", rule_id=1), row("UJ-2", rule_id=2)]
    assert counts_of(compared_rules(rows, rows, {}, []))["same"] == 2


def test_what_happened_to_each_rule_is_said(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=2.0&to=3.0")
    moved = words(card(soup, "UJ-2.2"))
    for said in ("UJ-1.5", "Dahulu UJ-2.2", "bab “Borang” ke bab “Kaunter”", "Dipindahkan."):
        assert said in moved
    binding = card(soup, "UJ-2.1")
    facts = binding.select_one(".change-facts")
    assert facts
    assert (facts.find("del").get_text(), facts.find("ins").get_text()) == ("Hendaklah", "Mesti")  # type: ignore[union-attr]
    assert not binding.select(".prose > p ins"), "its words are the same"
    gone = words(card(soup, "UJ-1.2"))
    assert "Dimansuhkan" in gone
    assert "Dipecah dua." in gone
    assert "Baharu" in words(card(soup, "UJ-1.3"))


def test_in_the_text_removed_and_added_words_are_marked_together(reader: Page) -> None:
    rule = card(reader.get(f"{COMPARE}?from=1.0&to=2.0&view=inline"), "UJ-1.2")
    assert (rule.find("del").get_text(), rule.find("ins").get_text()) == ("42", "60")  # type: ignore[union-attr]
    assert not rule.select(".sides")


def test_side_by_side_the_older_shows_what_went_and_the_newer_what_came(reader: Page) -> None:
    rule = card(reader.get(f"{COMPARE}?from=1.0&to=2.0&view=side"), "UJ-1.2")
    left, right = rule.select(".sides > .side")
    assert [words(side).split(" Daftarkan")[0] for side in (left, right)] == [
        "Versi 1.0",
        "Versi 2.0",
    ]
    assert [tag.get_text() for tag in left.find_all(["ins", "del"])] == ["42"]
    assert [tag.get_text() for tag in right.find_all(["ins", "del"])] == ["60"]
    assert left.find("del")
    assert right.find("ins")


def test_a_text_that_did_not_change_is_not_shown_twice(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=2.0&to=3.0&view=side")
    assert words(card(soup, "UJ-2.2")).count("Terima salinan yang disahkan.") == 1
    assert not card(soup, "UJ-2.1").select(".sides")


def test_marks_do_not_hang_on_colour_and_are_said_aloud() -> None:
    style = Path("app/static/css/base.css").read_text(encoding="utf-8")
    for language, added, removed in (("ms", "ditambah", "dibuang"), ("en", "added", "removed")):
        assert f'ins:lang({language})::before {{ content: " [{added}: "' in style
        assert f'del:lang({language})::before {{ content: " [{removed}: "' in style
    assert "line-through" in style


def test_a_swapped_order_is_put_right(reader: Page) -> None:
    swapped = reader.get(f"{COMPARE}?from=3.0&to=1.0")
    assert cards(swapped) == cards(reader.get(f"{COMPARE}?from=1.0&to=3.0"))
    assert "antara versi 1.0 dengan 3.0" in words(swapped)
    chosen = [str(tag["value"]) for tag in swapped.select("option[selected]")]
    assert chosen[:2] == ["1.0", "3.0"]


def test_without_a_choice_the_version_in_force_is_compared_with_the_one_before(
    reader: Page,
) -> None:
    assert "antara versi 2.0 dengan 3.0" in words(reader.get(COMPARE))
    assert "antara versi 1.0 dengan 2.0" in words(reader.get(f"{COMPARE}?to=2.0"))


def test_one_rule_can_be_compared_alone_and_its_versions_chosen(reader: Page) -> None:
    soup = reader.get(f"{COMPARE}?from=1.0&to=3.0&rule=UJ-2.2")
    assert cards(soup) == ["UJ-2.2"]
    assert soup.find("input", attrs={"name": "rule", "value": "UJ-2.2"})
    nowhere = reader.get(f"{COMPARE}?from=1.0&to=2.0&rule=UJ-1.4")
    assert "Peraturan UJ-1.4 tiada dalam kedua-dua versi ini" in words(nowhere)


@pytest.mark.parametrize(
    "query", ["from=9.9", "to=1.0.0", "rule=UJ-9.9", "from=1.0&to=2.0&rule=PK-2.3"]
)
def test_versions_and_rules_that_are_not_there_are_not_found(reader: Page, query: str) -> None:
    reader.get(f"{COMPARE}?{query}", 404)


def test_the_page_is_complete_in_english(reader: Page, cast: Cast) -> None:
    soup = reader.sign_in(cast.nurul, "en").get(f"{COMPARE}?from=1.0&to=3.0&view=side")
    assert "Split in two." in words(soup)
    assert "After that period, ask the supervisor for approval." in words(soup)


def test_a_handbook_leads_to_its_comparison(reader: Page) -> None:
    soup = reader.get("/handbooks/uji")
    assert soup.find("a", href=f"{COMPARE}?from=2.0&to=3.0")


def test_any_string_in_the_address_is_borne(reader: Page, shared: Path) -> None:
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    for text in json.loads(file.read_text(encoding="utf-8")):
        for name in ("from", "rule", "view"):
            answer = reader.client.get(COMPARE, query_string={name: text})
            assert answer.status_code in (200, 404), (name, text)
            assert "<" not in text or text not in answer.text


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert "/sign-in" in client.get(COMPARE).location


ROW = RuleRow(
    rule_id=1, code="A-1", chapter_code="A", chapter="Satu", title="T", body="Teks.", text_hash="x",
    strength="must", categories=(), sources=(), change="", change_note="",
)  # fmt: skip


def row(code: str, **facts: object) -> RuleRow:
    return replace(ROW, code=code, **facts)  # type: ignore[arg-type]


def test_a_chapter_that_is_renamed_or_renumbered_moves_no_rule() -> None:
    assert not Compared(row("A-1"), row("A-1", chapter="Dua")).moved
    assert not Compared(row("A-1"), row("B-1", chapter_code="B")).moved
    assert Compared(row("A-1"), row("B-1", chapter_code="B", chapter="Dua")).moved


def test_formatting_alone_shows_the_text_without_marks() -> None:
    item = Compared(row("A-1", body="Baca *ini*."), row("A-1", body="Baca **ini**.", text_hash="y"))
    assert str(item.inline()) == "<p>Baca <strong>ini</strong>.</p>"


def test_a_rule_changed_and_changed_back_is_the_same() -> None:
    items = compared_rules([row("A-1")], [row("A-1")], {1: Change("material", "Dua kali.")}, [])
    assert items[0].same
    assert items[0].note == ""


def test_a_text_is_shown_as_text_and_never_runs() -> None:
    old, new = (
        row("A-1", body="<b>x</b> lama"),
        row("A-1", body="<img src=x> baharu", text_hash="y"),
    )
    shown = str(Compared(old, new).inline()) + str(Compared(old, new).sides())
    assert "<img" not in shown
    assert "<b>" not in shown
