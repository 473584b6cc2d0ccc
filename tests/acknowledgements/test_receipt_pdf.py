"""The receipt as PDF, whatever the names in it are."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.acknowledgements.queries import AcknowledgementRow
from app.acknowledgements.receipt_pdf import LABELS, facts_of, receipt_pdf


def row(**changes: object) -> AcknowledgementRow:
    facts: dict[str, object] = {
        "receipt_number": "AK-2026-7F3K9QXM",
        "officer_id": 1,
        "officer_name": "Nurul Izzah binti Ahmad",
        "staff_number": "K1001",
        "office_name": "JPN Putrajaya",
        "office_path": "/1/2/",
        "version_id": 1,
        "slug": "uji",
        "number": "2.0",
        "title_ms": "Buku Ujian",
        "title_en": "Test Book",
        "content_hash": "ab" * 32,
        "language": "ms",
        "declaration": "Saya mengaku telah membaca Buku Ujian.",
        "acknowledged_at": datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
        "renewal": 0,
        "since": None,
    }
    return AcknowledgementRow(**{**facts, **changes})  # type: ignore[arg-type]


def test_the_pdf_says_what_the_row_says_in_malaysian_time() -> None:
    facts = facts_of(row())
    assert facts["when"] == "24/11/2026, 01:30:00"
    assert facts["declaration"] == row().declaration
    assert facts["hash"] == row().content_hash
    assert facts["title"] == "Buku Ujian"


def test_both_languages_say_the_same_things() -> None:
    assert LABELS["ms"].keys() == LABELS["en"].keys()
    assert facts_of(row(language="en"))["title"] == "Test Book"


@pytest.mark.parametrize(
    "name",
    [
        '#import "x"; #panic("y")',
        "*_`$ #let x = 1 $`_*",
        '"]\\n// </script>',
        "Tan 陈美玲 😀",
        "x" * 500,
        "",
    ],
)
def test_a_name_is_only_a_name(name: str) -> None:
    assert receipt_pdf(row(officer_name=name)).startswith(b"%PDF-")


def test_naughty_strings_make_a_receipt_and_no_fault(shared: Path) -> None:
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    strings = [text for text in json.loads(file.read_text(encoding="utf-8")) if "\x00" not in text]
    assert receipt_pdf(row(declaration="\n".join(strings))).startswith(b"%PDF-")
