"""Books with faults: each is told with its line and what to write instead, all at once."""

from pathlib import Path

import pytest

from app.handbooks.source import parse_book, read_text

BOOK = """# Buku

Notis.

## Kaunter {#UJ-1}

### Sambut {#UJ-1.1 strength=must categories="bayi oku" sources="akta"}

Berdiri dan **beri salam**.

### Tempoh {#UJ-1.2 strength=may sources="akta"}

Enam puluh hari.
"""
RULE = '### Sambut {#UJ-1.1 strength=must categories="bayi oku" sources="akta"}'


def faults_of(text: str) -> list[str]:
    return [str(fault) for fault in parse_book(text, "ms.md", "UJ", {"akta"})[1]]


def test_a_book_is_its_title_preface_and_rules() -> None:
    book, faults = parse_book(BOOK, "ms.md", "UJ", {"akta"})
    assert not faults
    assert (book.title, book.preface, book.source) == ("Buku", "Notis.", BOOK)
    first, second = book.rules
    assert (first.code, first.chapter_code, first.chapter) == ("UJ-1.1", "UJ-1", "Kaunter")
    assert (first.strength, first.categories, first.sources) == ("must", ("bayi", "oku"), ("akta",))
    assert first.body == "Berdiri dan **beri salam**."
    assert second.categories == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        (RULE, RULE.replace("strength=must ", ""), 7, "needs strength=must, should or may"),
        (RULE, RULE.replace("=must", "=shall"), 7, "needs strength=must, should or may"),
        (RULE, RULE.replace("oku", "alien"), 7, "unknown customer category alien"),
        (RULE, RULE.replace('"akta"', '"akta lain"'), 7, "unknown source lain"),
        (RULE, RULE.replace(' sources="akta"', ""), 7, "names no source"),
        (RULE, RULE.replace("sources", "color=red sources"), 7, "unknown attribute color"),
        (RULE, RULE.replace("strength", "!! strength"), 7, "`!!` is not an attribute"),
        (RULE, RULE.replace("=must", "=must strength=may"), 7, "strength stands twice"),
        (RULE, RULE.replace("UJ-1.1", "UJ-1.2"), 11, "stands already in line 7"),
        (RULE, RULE.replace("UJ-1.1", "PK-1.1"), 7, "must look like UJ-1.1"),
        (RULE, RULE.replace("UJ-1.1", "UJ-2.1"), 7, "stands in chapter UJ-1"),
        (RULE, "### Sambut", 7, "the rule has no id"),
        (RULE, "#" + RULE, 7, "headings inside a rule"),
        ("{#UJ-1}", "", 5, "the chapter has no id"),
        ("{#UJ-1}", "{#bab}", 5, "must look like UJ-1"),
        ("{#UJ-1}", "{#UJ-1 strength=must}", 5, "a chapter has no attribute strength"),
        ("Enam puluh hari.\n", "", 11, "the rule UJ-1.2 has no text"),
        ("# Buku\n", "\n", 1, "the book has no title"),
        ("Notis.", "# Buku lagi", 3, "a second title"),
        ("Notis.", "<b>Notis</b>", 3, "raw HTML is not shown"),
        ("Enam", "<!-- x -->", 13, "raw HTML is not shown"),
        ("Enam", "[Enam](https://a.example)", 13, "links and pictures are not shown"),
        ("Enam", "![Enam](a.png)", 13, "links and pictures are not shown"),
        ("Enam", "#Enam", 13, "headings inside a rule"),
        ("Enam puluh hari.", "Enam\n====", 14, "headings inside a rule"),
        (RULE, "Sesat.\n\n" + RULE, 7, "text stands outside any rule"),
        ("# Buku", "Sesat.\n\n# Buku", 1, "text stands before the title"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, sentence: str) -> None:
    text = BOOK.replace(old, new, 1)
    assert text != BOOK
    found = faults_of(text)
    assert any(f.startswith(f"ms.md:{line}: ") and sentence in f for f in found), found


def test_an_empty_book_is_a_fault_and_not_a_crash() -> None:
    assert len(faults_of("")) == 2


def test_all_faults_come_at_once() -> None:
    text = BOOK.replace("oku", "alien").replace("strength=may", "strength=perhaps")
    assert len(faults_of(text)) == 2


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"# Buku\n\xff\xfe", 2, "not UTF-8"),
        (b"# Buku\r\n\r\nNotis", 1, "save the file with Unix line ends"),
        (b"# Buku\n\nNo\x00tis", 3, "U+0000"),
        (b"# Buku\n\nNo\x1btis", 3, "U+001B"),
        ("# Buku\n\nNo\x85tis".encode(), 3, "U+0085"),
        ("\ufeff# Buku".encode(), 1, "U+FEFF"),
        ("# Buku\n\n\u202enotis".encode(), 3, "U+202E"),
    ],
)
def test_signs_that_cannot_be_shown_are_faults(
    tmp_path: Path, content: bytes, line: int, sentence: str
) -> None:
    (tmp_path / "ms.md").write_bytes(content)
    faults = list(map(str, read_text(tmp_path / "ms.md", "ms.md")[1]))
    assert len([f for f in faults if f.startswith(f"ms.md:{line}: ") and sentence in f]) == 1


def test_a_missing_file_and_a_folder_in_its_place_are_faults(tmp_path: Path) -> None:
    (tmp_path / "en.md").mkdir()
    assert "is missing" in str(read_text(tmp_path / "ms.md", "ms.md")[1][0])
    assert "cannot be read" in str(read_text(tmp_path / "en.md", "en.md")[1][0])
