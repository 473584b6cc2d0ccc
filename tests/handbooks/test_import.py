"""Promises of bringing documents in: nothing of the text is lost, what is guessed is said, what cannot be read is refused."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ContentError
from app.handbooks.importing import LARGEST, SOURCE, Proposal, markdown_of, proposed
from app.handbooks.source import parse_book

MARKDOWN = """---
title: lain
---
# Panduan Kaunter

Pembukaan buku.

## 1. Giliran

### 1.1 Nombor giliran

Pegawai **mesti** memanggil nombor mengikut giliran.

- satu
    - di dalam
- dua

### 1.2 Keutamaan

Warga emas hendaklah didahulukan. Lihat [pekeliling](http://a.my).

| Siapa | Kaunter |
|---|---|
| OKU | 1 |

## 2. Aduan

Terima setiap aduan.

#### Nota

Jangan berdebat <segera>.
"""
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
PARTS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = (
    f'<?xml version="1.0"?><w:styles {W}>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>'
        for n in (1, 2, 3)
    )
    + "</w:styles>"
)


def paragraph(text: str, style: str = "", *, bold: bool = False) -> str:
    props = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p>{props}<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def word(*body: str) -> bytes:
    """Return a small Word document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("word/_rels/document.xml.rels", PARTS)
        archive.writestr("word/styles.xml", STYLES)
        document = (
            f'<?xml version="1.0"?><w:document {W}><w:body>{"".join(body)}</w:body></w:document>'
        )
        archive.writestr("word/document.xml", document)
    return made.getvalue()


def is_a_book(found: Proposal) -> None:
    """Assert that the proposal is a book without faults that says the same."""
    book, faults = parse_book(markdown_of(found), "ms.md", "PK", {SOURCE})
    assert not faults, faults
    assert [(rule.code, rule.body) for rule in book.rules] == [
        (r.code, r.body) for r in found.rules
    ]


def test_markdown_becomes_chapters_and_rules_with_their_own_numbers() -> None:
    found = proposed(MARKDOWN.encode(), "kaunter.md", code="PK")
    assert (found.title, found.preface) == ("Panduan Kaunter", "Pembukaan buku.")
    assert [(r.code, r.chapter, r.title, r.strength) for r in found.rules] == [
        ("PK-1.1", "Giliran", "Nombor giliran", "must"),
        ("PK-1.2", "Giliran", "Keutamaan", "should"),
        ("PK-2.1", "Aduan", "Aduan", "must"),
    ]
    assert "- satu\n    - di dalam\n- dua" in found.rules[0].body
    assert "| OKU | 1 |" in found.rules[1].body
    assert found.rules[2].body == "Terima setiap aduan.\n\n**Nota**\n\nJangan berdebat ‹segera›."
    is_a_book(found)


def test_what_is_changed_or_guessed_is_said_with_its_line() -> None:
    said = proposed(MARKDOWN.encode(), "kaunter.md", code="PK").warnings
    assert "line 20: a link became plain text: name it as a source" in said
    assert any(s.startswith("line 30: the heading “Nota” is deeper") for s in said)
    assert any("became a rule of that name" in s for s in said)
    assert any("PK-1.2: strength guessed should" in s for s in said)


def test_a_word_document_becomes_the_same_kind_of_proposal() -> None:
    data = word(
        paragraph("Buku Panduan", "Heading1"),
        paragraph("Pembukaan."),
        paragraph("Menerima pelanggan", "Heading2"),
        paragraph("Salam", "Heading3"),
        paragraph("Pegawai mesti memberi salam.", bold=True),
        table(("Masa", "Salam"), ("Pagi", "Selamat pagi")),
        paragraph("Pakaian", "Heading3"),
        paragraph("Pegawai boleh memakai batik."),
    )
    found = proposed(data, "panduan.docx", code="PK")
    assert found.title == "Buku Panduan"
    assert [(r.code, r.title, r.strength) for r in found.rules] == [
        ("PK-1.1", "Salam", "must"),
        ("PK-1.2", "Pakaian", "may"),
    ]
    assert found.rules[0].body.startswith("**Pegawai mesti memberi salam.**")
    assert "| Pagi | Selamat pagi |" in found.rules[0].body
    is_a_book(found)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.md", "empty"),
        (b"Hanya teks.", "a.md", "no headings"),
        (b"\xff\xfe\x00", "a.md", "not UTF-8"),
        (b"PK\x03\x04 broken", "a.docx", "cannot be read as a Word document"),
        (b"\xd0\xcf\x11\xe0 locked", "a.docx", "protected by a password"),
        (word(paragraph("Hanya teks.")), "a.docx", "no headings"),
        (b"#" * (LARGEST + 1), "a.md", "larger than 20 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    data: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(ContentError) as refused:
        proposed(data, name, code="PK")
    assert len(refused.value.faults) == 1
    assert sentence in refused.value.faults[0]


def test_a_zip_that_is_no_word_document_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ContentError, match="not a Word document"):
        proposed(made.getvalue(), "a.docx", code="PK")


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)


@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=4)), min_size=1, max_size=6))
def test_any_markdown_with_headings_becomes_a_book_without_faults(
    sections: list[tuple[str, list[str]]],
) -> None:
    text = "# Buku\n\n## Bab\n\n" + "\n\n".join(
        f"### Tajuk {' '.join(title.split())}\n\n" + "\n\n".join(parts) for title, parts in sections
    )
    is_a_book(proposed(text.encode(), "a.md", code="PK"))


def test_a_dry_run_writes_nothing_and_the_real_run_writes_a_book(
    app: Flask, tmp_path: Path
) -> None:
    source = tmp_path / "kaunter.md"
    source.write_text(MARKDOWN, encoding="utf-8")
    out = tmp_path / "kaunter-baharu"
    args = ["handbooks", "import", str(source), "--code", "PK", "--output", str(out)]
    runner = app.test_cli_runner()
    dry = runner.invoke(args=[*args, "--dry-run", "--json"])
    assert (dry.exit_code, out.exists()) == (0, False)
    assert [rule["code"] for rule in json.loads(dry.stdout)["rules"]] == [
        "PK-1.1",
        "PK-1.2",
        "PK-2.1",
    ]
    assert runner.invoke(args=args).exit_code == 0
    assert (out / "handbook.yml").exists()
    again = runner.invoke(args=args)
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)
    checked = runner.invoke(args=["handbooks", "check", str(out)])
    assert "en.md:1: the file is missing" in checked.stderr
