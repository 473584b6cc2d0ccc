"""The receipt as a PDF: the same words and facts as the page, the same bytes every time.

Typeset in a short-lived process, because the typesetter's memory would stay with the web process.
"""

import json
import subprocess
import sys
from pathlib import Path

from app.acknowledgements.queries import AcknowledgementRow
from app.clock import local

HERE = Path(__file__).parent
TEMPLATE = HERE / "receipt.typ"
FONTS = HERE.parent / "pdf_fonts"
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
# PDF/UA-1 refuses a sign that the fonts lack, such as a Chinese one in a name; that receipt is a plain PDF
RUN = """
import sys, typst
data = sys.stdin.buffer.read().decode()
def pdf(standards):
    return typst.compile(sys.argv[1], font_paths=[sys.argv[2]], sys_inputs={"data": data},
        ignore_system_fonts=True, pdf_standards=standards)
try:
    made = pdf(["ua-1"])
except typst.TypstError as error:
    if "could not be displayed" not in str(error):
        raise
    made = pdf([])
sys.stdout.buffer.write(made)
"""


def receipt_pdf(row: AcknowledgementRow) -> bytes:
    """Return the receipt as PDF/UA-1 (plain where a font lacks a sign), in the language shown when it was declared.

    Raises RuntimeError when the typesetter fails.
    """
    done = subprocess.run(  # noqa: S603  # our own interpreter and template; data goes in as JSON text
        [sys.executable, "-c", RUN, str(TEMPLATE), str(FONTS)],
        input=json.dumps(facts_of(row)).encode(),
        capture_output=True,
        timeout=30,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"the receipt could not be typeset: {done.stderr.decode(errors='replace')[-500:]}"
        )
    return done.stdout


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
