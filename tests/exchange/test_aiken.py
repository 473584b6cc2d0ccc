"""Aiken: one right letter of several, and a line for every fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import aiken
from app.exchange.items import Choice, Item
from tests.exchange.items_strategy import ONE_LINE

GOOD = "Apa nama borang itu?\nA. JPN.LM01\nB. JPN.KP01\nANSWER: B\n"


@st.composite
def plain_singles(draw: st.DrawFn) -> Item:
    """Return what Aiken holds: a stem and options on one line each, one of them right, nothing more."""
    texts = draw(st.lists(ONE_LINE, min_size=2, max_size=6))
    right = draw(st.integers(0, len(texts) - 1))
    choices = tuple(Choice(text, float(n == right)) for n, text in enumerate(texts))
    return Item("single", draw(ONE_LINE), choices=choices)


@given(st.lists(plain_singles(), max_size=4))
def test_what_is_written_reads_the_same(wanted: list[Item]) -> None:
    held = aiken.write(wanted)
    refused = {refusal.name for refusal in held.refused}
    found = aiken.read(held.data)
    assert not found.refused
    assert list(found.items) == [item for item in wanted if item.stem[:60] not in refused]


def test_what_aiken_cannot_hold_is_named() -> None:
    told = aiken.write([
        Item("multiple", "Pilih", choices=(Choice("a", 0.5), Choice("b", 0.5))),
        Item("single", "Satu", name="N", choices=(Choice("a", 1, "ya"), Choice("b", 0))),
    ])  # fmt: skip
    assert [refusal.name for refusal in told.refused] == ["Pilih"]
    assert [warning.reason for warning in told.warnings] == ["the name", "feedback"]


FAULTS = {
    "no answer": ("Soalan?\nA. satu\nB. dua\n", 6, "no ANSWER"),
    "an unknown letter": ("Soalan?\nA. satu\nB. dua\nANSWER: C\n", 9, "names C"),
    "two letters": ("Soalan?\nA. satu\nB. dua\nANSWER: A, B\n", 9, "one letter"),
    "one option": ("Soalan?\nA. satu\nANSWER: A\n", 6, "only one option"),
    "no option": ("Soalan?\nANSWER: A\n", 6, "no options"),
    "an answer alone": ("ANSWER: A\n", 6, "without a question"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_line_and_loses_no_other_question(name: str) -> None:
    text, line, words = FAULTS[name]
    found = aiken.read(f"{GOOD}\n{text}\n{GOOD}".encode())
    assert len(found.items) == 2
    assert [refusal.line for refusal in found.refused] == [line]
    assert words in found.refused[0].reason


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace(". J", ") J"),
        GOOD.lower().replace("jpn", "JPN"),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace("ANSWER: B", "ANSWER:B."),
        GOOD.replace("Apa nama", "Apa\nnama"),
        GOOD.replace("LM01", "LM01\nyang lama"),
    ],
)
def test_the_mess_of_real_files_comes_through(text: str) -> None:
    found = aiken.read(text.encode())
    assert not found.refused
    (item,) = found.items
    assert [choice.share for choice in item.choices] == [0, 1]


def test_questions_may_follow_without_an_empty_line() -> None:
    assert len(aiken.read((GOOD * 3).encode()).items) == 3
