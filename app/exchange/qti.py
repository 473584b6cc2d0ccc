"""QTI 2.1, 2.2 and 3.0 items, alone or in a content package; packages of 3.0 are written. https://www.1edtech.org/standards/qti"""

import io
import posixpath
import zipfile
from collections.abc import Sequence

from app.exchange.items import Item, Reading, Refusal, Writing
from app.exchange.qti_items import NotHeldError, read_item
from app.exchange.qti_names import plainly
from app.exchange.qti_writing import write_package
from app.exchange.xml_lines import Element, parse

MOST_FILES = 5000
LARGEST_FILE = 5_000_000
LARGEST_ALL = 100_000_000
OLD = "this is QTI 1.2; only QTI 2.1, 2.2 and 3.0 are read: export it anew from the system it came from"
NOT_QTI = "this is no QTI item: it should begin with <assessmentItem> or <qti-assessment-item>"
Facts = dict[str, tuple[str, tuple[str, ...]]]


def read(data: bytes) -> Reading:
    """Read one item or a package of them; lines are those within each item's file, names tell the file."""
    if data[:4] == b"PK\x03\x04" or data[:4] == b"PK\x05\x06":
        return _package(data)
    return _read_file(data, "", {})


def write(items: Sequence[Item]) -> Writing:
    """Write items as a QTI 3.0 content package (zip), the same bytes for the same items."""
    return write_package(items)


def _read_file(data: bytes, path: str, facts: Facts) -> Reading:
    root, broken = parse(data)
    name = posixpath.basename(path)
    if root is not None:
        plainly(root)
    if broken and (root is None or not root.complete):
        return Reading((), (Refusal(broken.line, name, broken.reason),))
    if root is None or root.name == "questestinterop":
        return Reading((), (Refusal(1, name, OLD if root else "the file is empty"),))
    if root.name != "assessmentitem":
        return Reading((), (Refusal(root.line, name, NOT_QTI),))
    category, tags = facts.get(posixpath.normpath(path), ("", ()))
    title = root.get("title") or name or root.get("identifier")
    try:
        item, said = read_item(root, category, tags)
    except NotHeldError as fault:
        return Reading((), (Refusal(fault.line or root.line, title, str(fault)),))
    return Reading((item,), (), tuple(Refusal(root.line, title, words) for words in said))


def _package(data: bytes) -> Reading:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            files = _files(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return Reading(
            (), (Refusal(1, "", "the package is damaged or locked and cannot be opened"),)
        )
    except NotHeldError as fault:
        return Reading((), (Refusal(1, "", str(fault)),))
    facts, order = _manifest(files)
    readings = [_read_file(files[path], path, facts) for path in order]
    if not readings:
        return Reading((), (Refusal(1, "", "the package holds no QTI item"),))
    return Reading(
        tuple(item for reading in readings for item in reading.items),
        tuple(refusal for reading in readings for refusal in reading.refused),
        tuple(warning for reading in readings for warning in reading.warnings),
    )


def _files(package: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the XML files of a package; raises NotHeldError when it is larger than any bank of questions."""
    infos = [info for info in package.infolist() if info.filename.lower().endswith(".xml")]
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > LARGEST_ALL:
        raise NotHeldError(f"the package holds more than {MOST_FILES} files or 100 MB")
    found = {}
    for info in infos:
        with package.open(info) as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise NotHeldError(f"{posixpath.basename(info.filename)} is larger than 5 MB")
        found[posixpath.normpath(info.filename.replace("\\", "/"))] = content
    return found


def _manifest(files: dict[str, bytes]) -> tuple[Facts, list[str]]:
    """Return category and tags by file, and the item files in the manifest's order; without a manifest all files."""
    at = next((path for path in files if posixpath.basename(path) == "imsmanifest.xml"), None)
    if at is None:
        return {}, sorted(files)
    root, _broken = parse(files[at])
    folder, facts, order = posixpath.dirname(at), {}, []
    for resource in root.walk() if root else []:
        if resource.name != "resource" or "item" not in resource.get("type"):
            continue
        path = posixpath.normpath(posixpath.join(folder, resource.get("href").replace("\\", "/")))
        if path in files and path not in order:
            order.append(path)
            facts[path] = (_first(resource, "coverage"), tuple(_all(resource, "keyword")))
    rest = [p for p in sorted(files) if p not in order and p != at and b"ssessment" in files[p]]
    return facts, order or rest


def _all(resource: Element, name: str) -> list[str]:
    return [" ".join(part.words.split()) for part in resource.walk() if part.name == name]


def _first(resource: Element, name: str) -> str:
    return next(iter(_all(resource, name)), "")
