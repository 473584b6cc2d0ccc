"""What differs between two wordings, and which rules a search lets through."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.handbooks.logic import difference, plain_text, words_of
from app.handbooks.source import content_hash, text_hash

PROSE = st.text(alphabet="abc é日,.-*\n\t ", max_size=80) | st.text(max_size=60)


@given(PROSE)
@settings(deadline=None)
def test_words_joined_again_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


@given(PROSE, PROSE)
@settings(deadline=None)
def test_a_difference_gives_both_wordings_back(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


@given(PROSE)
@settings(deadline=None)
def test_nothing_differs_between_a_text_and_itself(text: str) -> None:
    assert {piece.kind for piece in difference(text, text)} <= {"same"}


def test_whole_words_are_marked_and_the_rest_is_left_alone() -> None:
    pieces = difference("dalam tempoh 42 hari.", "dalam tempoh 60 hari.")
    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "dalam tempoh "),
        ("removed", "42"),
        ("added", "60"),
        ("same", " hari."),
    ]


def test_a_word_left_alone_between_changes_is_read_with_them() -> None:
    pieces = difference("satu dua tiga empat", "lima dua enam empat")
    assert [(p.kind, p.text) for p in pieces] == [
        ("removed", "satu dua tiga"),
        ("added", "lima dua enam"),
        ("same", " empat"),
    ]


def test_a_line_end_is_never_swallowed_by_a_change() -> None:
    pieces = difference("lama\n\nlagi lama", "baru\n\nlagi baru")
    assert "same" in {piece.kind for piece in pieces}


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Genap 12 tahun** dan *bukan* 13.", "Genap 12 tahun dan bukan 13."),
        ("Semak:\n\n- nama\n- alamat", "Semak:\n\n• nama\n• alamat"),
        ("satu baris\nyang dibalut", "satu baris yang dibalut"),
        ("1. buka\n2. tutup", "1. buka\n2. tutup"),
        ("| a | b |\n|---|---|\n| c | d |", "a · b\nc · d"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("", ""),
    ],
)
def test_marked_changes_are_read_without_the_signs_of_markdown(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


@given(PROSE)
@settings(deadline=None)
def test_no_text_is_too_strange_to_be_read_plainly(text: str) -> None:
    assert isinstance(plain_text(text), str)


def test_common_words_of_a_long_rule_do_not_make_everything_differ() -> None:
    old = " ".join(["pegawai menyemak borang dan"] * 200)
    pieces = difference(old, old + " sijil")
    assert [p.text for p in pieces if p.kind == "added"] == [" sijil"]


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_white_space_alone_is_not_another_wording(title: str, body: str) -> None:
    assert text_hash(title, body) == text_hash(f"  {title} \n", f"\n{body}\n\n")


def test_text_cannot_wander_from_one_language_to_the_other_unseen() -> None:
    assert content_hash(b"ab", b"c") != content_hash(b"a", b"bc")


@given(PROSE, PROSE)
@settings(deadline=None)
def test_a_difference_by_sentences_gives_both_wordings_back_too(old: str, new: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.handbooks.logic.MOST_PAIRS", 20)
        pieces = difference(old, new)
        assert {piece.kind for piece in difference(old, old)} <= {"same"}
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


def test_the_longest_texts_are_compared_while_a_page_waits() -> None:
    chance = random.Random(1)
    old, new = (" ".join(chance.choices("abcdefgh", k=10_000)) for _ in range(2))
    begin = time.perf_counter()
    pieces = difference(f"Sama.\n{old}", f"Sama.\n{new}")
    assert time.perf_counter() - begin < 5, "it took forty seconds"
    assert pieces[0].text.startswith("Sama.")


def test_one_word_in_a_long_text_is_still_found() -> None:
    old = " ".join(f"Ayat nombor {n} tentang kaunter dan borang." for n in range(900))
    pieces = difference(old, old.replace("nombor 450 tentang", "nombor 450 mengenai"))
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [
        ("removed", "tentang"),
        ("added", "mengenai"),
    ]
