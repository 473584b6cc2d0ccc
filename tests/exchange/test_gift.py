"""GIFT: what Moodle's authors write comes through, and what does not is named by its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import gift
from app.exchange.items import Item, Pair, Span
from tests.exchange.items_strategy import items

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "gift"
HELD = ("single", "multiple", "true_false", "matching", "numeric", "short_answer")
KINDS = {
    "MC": ("single", "multiple"),
    "TF": ("true_false",),
    "Short": ("short_answer",),
    "Numerical": ("numeric",),
    "Matching": ("matching",),
}


@given(st.lists(items(kinds=HELD), max_size=4))
def test_what_is_written_reads_the_same(wanted: list[Item]) -> None:
    held = gift.write(wanted)
    told = {refusal.name for refusal in held.refused}
    kept = [item for item in wanted if (item.name or item.stem[:60]) not in told]
    found = gift.read(held.data)
    assert not found.refused
    assert [i for i in found.items if (i.name or i.stem[:60]) not in told] == kept


def test_ordering_is_refused_in_words() -> None:
    told = gift.write([Item("ordering", "Susun", name="S", steps=("a", "b"))])
    assert told.refused[0].reason == "GIFT holds no ordering of steps"


def corpus() -> list[Path]:
    return sorted(CORPUS.glob("*.gift"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of GIFT files is not on this machine")
def test_the_corpus_comes_through_as_others_read_it() -> None:
    for path in corpus():
        wanted: list[dict[str, Any]] = [
            q for q in json.loads(path.with_suffix(".json").read_text()) if q["type"] != "Category"
        ]
        found = gift.read(path.read_bytes())
        held = [q for q in wanted if q["type"] in KINDS]
        assert len(found.items) == len(held), path.name
        assert len(found.refused) == len(wanted) - len(held), path.name
        for question, item in zip(held, found.items, strict=True):
            assert item.kind in KINDS[question["type"]], path.name
            assert item.name == (question["title"] or "")
            assert item.stem.split() == question["stem"]["text"].split()
            assert item.code == (question["id"] or "")


FAULTS = {
    "an essay": ("Mengapa?{}", "essay"),
    "a description": ("Baca ini dahulu.", "description"),
    "an open brace": ("Soalan {=a ~b", "never closed"),
    "a stray brace": ("Soalan } apa", "before any {"),
    "two pairs": ("Satu {=a ~b} dua {=c ~d}", "more than one pair"),
    "no right option": ("Soalan {~a ~b}", "no option is right"),
    "one option": ("Soalan {~%50%a}", "at least two"),
    "no number": ("Soalan {#empat}", "not a number"),
    "a weight beyond all": ("Soalan {=a ~%500%b}", "between -100 and 100"),
    "a pair without match": ("Soalan {=a -> =b -> c}", "nothing to match"),
    "ordering": ("Soalan {>10 a b}", "ordering"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_line_and_loses_no_other_question(name: str) -> None:
    text, words = FAULTS[name]
    found = gift.read(
        f"// dahulu\n\n::Baik::Satu{{=a ~b}}\n\n{text}\n\n::Baik::Dua{{T}}\n".encode()
    )
    assert [item.stem for item in found.items] == ["Satu", "Dua"]
    assert [refusal.line for refusal in found.refused] == [5]
    assert words in found.refused[0].reason


def test_questions_without_an_empty_line_between_are_told_apart() -> None:
    found = gift.read(b"::A::Satu{T}\n::B::Dua{F}\nTiga {=x ~y}\n$CATEGORY: lain\nEmpat{=1 ~2}")
    assert [(i.stem, i.line, i.category) for i in found.items] == [
        ("Satu", 1, ""), ("Dua", 2, ""), ("Tiga", 3, ""), ("Empat", 5, "lain"),
    ]  # fmt: skip


def test_an_empty_line_among_the_answers_parts_nothing() -> None:
    (item,) = gift.read(b"Soalan {\n\n=betul\n\n~salah\n\n}\n").items
    assert [choice.text for choice in item.choices] == ["betul", "salah"]


def test_numbers_come_as_value_and_tolerance() -> None:
    found = gift.read(b"A{#3:0.5}\n\nB{#1..5}\n\nC{#=1822:0\n=%50%1822:2 #dekat\n~#lain}")
    assert [item.spans for item in found.items] == [
        (Span("3", "0.5"),), (Span("3", "2"),), (Span("1822", "0"), Span("1822", "2", 0.5, "dekat")),
    ]  # fmt: skip
    assert [warning.reason for warning in found.warnings] == ["feedback for any other number"]


def test_a_match_that_belongs_to_nothing_stays_in_the_list() -> None:
    (item,) = gift.read(b"Padan{=a -> 1 =b -> 2 = -> 3}").items
    assert item.pairs == (Pair("a", "1"), Pair("b", "2"), Pair("", "3"))


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_of_every_encoding_come_through(code: str) -> None:
    text = "::Café::Où est l’entrée ?{=à gauche ~à droite}\r\n".encode(code)
    (item,) = gift.read(text).items
    assert item.name == "Café"
    assert item.choices[0].text == "à gauche"


@pytest.mark.parametrize("text", ["{", "\\", "}", "{~", "::", "a{=\n\n", "#"])
def test_a_megabyte_of_anything_is_read_or_refused_soon(text: str) -> None:
    found = gift.read((text * (1_000_000 // len(text))).encode())
    assert len(found.items) == 0
