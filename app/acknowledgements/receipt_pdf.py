"""The receipt as a PDF: the same words and facts as the page, the same bytes every time."""

from pathlib import Path

from app.acknowledgements.queries import AcknowledgementRow
from app.clock import local
from app.typesetter import typeset

TEMPLATE = Path(__file__).parent / "receipt.typ"
LABELS = {
    "ms": {
        "heading": "Resit pengakuan",
        "number": "No. resit",
        "officer": "Pegawai",
        "staff": "No. kakitangan",
        "office": "Pejabat pada hari itu",
        "version": "Versi",
        "when": "Masa pengakuan (waktu Malaysia)",
        "hash": "Cap jari kandungan (SHA-256)",
        "declared": "Yang diakui, perkataan demi perkataan",
        "proof": "Cap jari dikira daripada teks penuh versi ini dalam kedua-dua bahasa. Sesiapa yang memegang teks itu"
        " boleh mengiranya semula.",
    },
    "en": {
        "heading": "Receipt of acknowledgement",
        "number": "Receipt no.",
        "officer": "Officer",
        "staff": "Staff no.",
        "office": "Office on that day",
        "version": "Version",
        "when": "Acknowledged at (Malaysian time)",
        "hash": "Fingerprint of the content (SHA-256)",
        "declared": "What was declared, word for word",
        "proof": "The fingerprint is computed from the full text of this version in both languages. Whoever holds that"
        " text can compute it again.",
    },
}


def receipt_pdf(row: AcknowledgementRow) -> bytes:
    """Return the receipt as PDF/UA-1 (plain where a font lacks a sign), in the language shown when it was declared.

    Raises RuntimeError when the typesetter fails.
    """
    return typeset(TEMPLATE, facts_of(row))


def facts_of(row: AcknowledgementRow) -> dict[str, object]:
    """Return what the receipt says."""
    at = local(row.acknowledged_at)
    return {
        "labels": LABELS[row.language],
        "language": row.language,
        "number": row.receipt_number,
        "title": row.title(row.language),
        "version": row.number,
        "officer": row.officer_name,
        "staff_number": row.staff_number,
        "office": row.office_name,
        "when": f"{at:%d/%m/%Y, %H:%M:%S}",
        "day": [at.year, at.month, at.day],
        "hash": row.content_hash,
        "declaration": row.declaration,
    }
