"""Lists that leave the portal: CSV and XLSX, stamped with who, when and which filter."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xlsxwriter import Workbook

from app.web.csv_cells import safe_cell


@dataclass(frozen=True)
class Sheet:
    """A list with its stamp: lines above the headers, headers, rows of texts."""

    stamp: list[str]
    headers: list[str]
    rows: Iterable[list[str]]


def as_csv(sheet: Sheet) -> Iterator[str]:
    """Yield the sheet as CSV in UTF-8 with a mark, so that spreadsheets read the Malay right."""
    yield "\ufeff"
    for line in sheet.stamp:
        yield _line([line])
    yield _line(sheet.headers)
    for row in sheet.rows:
        yield _line(row)


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def as_xlsx(sheet: Sheet) -> bytes:
    """Return the sheet as XLSX; texts stay texts, nothing is taken for a formula or a link."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = Workbook(out, options)
    page = book.add_worksheet("Seragam")
    bold = book.add_format({"bold": True})
    page.set_column(0, len(sheet.headers), 24)
    number = 0
    for line in sheet.stamp:
        page.write_string(number, 0, line)
        number += 1
    for column, header in enumerate(sheet.headers):
        page.write_string(number, column, header, bold)
    for row in sheet.rows:
        number += 1
        for column, cell in enumerate(row):
            page.write_string(number, column, cell)
    book.close()
    return out.getvalue()
