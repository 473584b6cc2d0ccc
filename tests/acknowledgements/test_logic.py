"""The words that are declared, and the numbers of receipts."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.acknowledgements.logic import ALPHABET, declaration, receipt_number

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_words_name_the_book_the_version_its_day_and_how_many_rules(language: str) -> None:
    words = declaration(
        language, title="Buku Ujian", number="2.0", effective_on=date(2026, 9, 1), rules=4
    )
    for fact in ("Buku Ujian", "2.0", "01/09/2026", "4 "):
        assert fact in words


def test_a_title_with_braces_is_only_a_title() -> None:
    words = declaration("ms", title="{rules}", number="1", effective_on=date(2026, 1, 5), rules=3)
    assert "{rules}" in words


@given(st.integers(min_value=0, max_value=2**40 - 1), st.integers(min_value=0, max_value=2**40 - 1))
def test_every_chance_has_a_number_of_its_own_that_can_be_read_aloud(one: int, two: int) -> None:
    numbers = [receipt_number(AT, chance) for chance in (one, two)]
    assert (numbers[0] == numbers[1]) is (one == two)
    for number in numbers:
        assert number.startswith("AK-2026-")
        assert set(number[8:]) <= set(ALPHABET)
        assert len(number) == 16


def test_no_sign_of_a_number_is_taken_for_another() -> None:
    assert not set("01IO") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32
