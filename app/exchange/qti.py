"""QTI 2.1, 2.2 and 3.0 items, alone or in a content package; packages of 3.0 are written. https://www.1edtech.org/standards/qti"""

import posixpath
from collections.abc import Sequence

from app.exchange.items import Item, Reading, Refusal, Writing
from app.exchange.qti_declared import NotHeldError
from app.exchange.qti_items import read_item
from app.exchange.qti_names import plainly
from app.exchange.qti_package import Listed, Package, PackageError, unpacked
from app.exchange.qti_writing import write_package
from app.exchange.xml_lines import parse

MOST_ELEMENTS = 50_000  # in one item
OLD = "this is QTI 1.2; only QTI 2.1, 2.2 and 3.0 are read: export it anew from the system it came from"
NOT_QTI = "this is no QTI item: it should begin with <assessmentItem> or <qti-assessment-item>"


def read(data: bytes) -> Reading:
    """Read one item or a package of them; lines are those within each item's file, names tell the file."""
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        return _read_file(data, Listed(""))
    try:
        return _read_package(unpacked(data))
    except PackageError as fault:
        return Reading((), (Refusal(1, "", str(fault)),))


def write(items: Sequence[Item]) -> Writing:
    """Write items as a QTI 3.0 content package (zip), the same bytes for the same items."""
    return write_package(items)


def _read_package(package: Package) -> Reading:
    readings = []
    for listed in package.listed:
        data = package.files[listed.path]
        if isinstance(data, str):
            name = posixpath.basename(listed.path)
            readings.append(Reading((), (Refusal(1, name, data),)))
        else:
            readings.append(_read_file(data, listed))
    refused = [refusal for reading in readings for refusal in reading.refused]
    items = tuple(item for reading in readings for item in reading.items)
    warnings = [warning for reading in readings for warning in reading.warnings]
    if (
        not package.certain
    ):  # a zip without a list holds other files too, which nobody meant as questions
        warnings += [_left_out(refusal) for refusal in refused if refusal.reason == NOT_QTI]
        refused = [refusal for refusal in refused if refusal.reason != NOT_QTI]
    if refused and all(refusal.reason == OLD for refusal in refused) and not items:
        refused = [Refusal(1, "", OLD)]
    refused += package.refused
    if not items and not refused:
        return Reading((), (Refusal(1, "", "the package holds no QTI item"),), tuple(warnings))
    return Reading(items, tuple(refused), (*warnings, *package.warnings))


def _left_out(refusal: Refusal) -> Refusal:
    return Refusal(refusal.line, refusal.name, "left out: this file is no QTI item")


def _read_file(data: bytes, listed: Listed) -> Reading:
    root, broken = parse(data, MOST_ELEMENTS)
    file = posixpath.basename(listed.path)
    if broken and (root is None or not root.complete):
        return Reading((), (Refusal(broken.line, file, broken.reason),))
    if root is None:
        return Reading((), (Refusal(1, file, "the file is empty"),))
    plainly(root)
    if root.name != "assessmentitem":
        reason = OLD if root.name == "questestinterop" else NOT_QTI
        return Reading((), (Refusal(root.line, file, reason),))
    title = root.get("title") or root.get("identifier")
    name = f"{file}: {title}" if file and title else file or title
    try:
        item, lost = read_item(root, listed.category, listed.tags)
    except NotHeldError as fault:
        return Reading((), (Refusal(fault.line or root.line, name, str(fault)),))
    return Reading((item,), (), tuple(Refusal(line, name, words) for line, words in lost))
