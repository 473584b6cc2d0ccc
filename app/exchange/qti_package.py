"""QTI: the files of a content package and what its manifest says of them. Nothing is unpacked onto a disk. Pure."""

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from app.exchange.items import Refusal
from app.exchange.qti_names import plainly
from app.exchange.xml_lines import Element, parse

MOST_FILES = 5000
LARGEST_FILE = 5_000_000
LARGEST_ALL = 100_000_000
TIGHTEST = 200  # times; what is packed tighter is no text that people wrote
SMALL = 1_000_000  # below it nobody is hurt, however tightly it is packed
DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError,
)  # fmt: skip


class PackageError(Exception):
    """A package that is not read at all; says why, in one sentence."""


@dataclass(frozen=True)
class Listed:
    """A file that should hold an item, and what the manifest says of it."""

    path: str
    category: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Package:
    """The XML files of a package by path (words instead where one cannot be read) and those that should hold items.

    `certain` when the manifest named them; otherwise every XML file is tried.
    """

    files: dict[str, bytes | str]
    listed: tuple[Listed, ...]
    certain: bool
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


def unpacked(data: bytes) -> Package:
    """Return what a package holds; raises PackageError when it is damaged or larger than any bank of questions."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            files = _files(package)
    except DAMAGED as fault:
        raise PackageError("the package is damaged and cannot be opened") from fault
    manifests = [path for path in files if posixpath.basename(path).lower() == "imsmanifest.xml"]
    at = min(manifests, key=len, default=None)
    held = files.get(at, "") if at else ""
    root = parse(held)[0] if isinstance(held, bytes) else None
    if at and root:
        plainly(root)
        found = _listed(root, posixpath.dirname(at), files)
        if found.listed or found.refused:
            return found
    rest = tuple(Listed(path) for path in sorted(files) if path != at)
    return Package(files, rest, certain=False)


def _files(package: zipfile.ZipFile) -> dict[str, bytes | str]:
    infos = [info for info in package.infolist() if _wanted(info.filename)]
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > LARGEST_ALL:
        raise PackageError(f"the package holds more than {MOST_FILES} files or 100 MB")
    return {
        posixpath.normpath(info.filename.replace("\\", "/")): _file(package, info) for info in infos
    }


def _wanted(path: str) -> bool:
    """Return whether a file may be an item; macOS adds shadows of files, which are none."""
    name = posixpath.basename(path.replace("\\", "/"))
    return name.lower().endswith(".xml") and not name.startswith("._")


def _file(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | str:
    if info.flag_bits & 1:
        return "the file is locked with a password"
    if info.file_size > SMALL and info.file_size > TIGHTEST * info.compress_size:
        return "the file is packed tighter than any text is, so it is not opened"
    try:
        with package.open(info) as file:
            content = file.read(LARGEST_FILE + 1)
    except DAMAGED:
        return "the file is damaged and cannot be unpacked"
    return content if len(content) <= LARGEST_FILE else "the file is larger than 5 MB"


def _listed(root: Element, folder: str, files: dict[str, bytes | str]) -> Package:
    found: dict[str, Listed] = {}
    refused, warnings = [], []
    for resource in (part for part in root.walk() if part.name == "resource"):
        kind, href = resource.get("type").lower(), resource.get("href")
        if "test" in kind and "qti" in kind:
            words = f"the test {posixpath.basename(href)}: only its questions come over"
            warnings.append(Refusal(resource.line, "imsmanifest.xml", words))
        if "item" not in kind:
            continue
        path = _path(folder, href, files)
        if path is None:
            name = posixpath.basename(href) or resource.get("identifier")
            words = "the manifest names this file, but the package does not hold it"
            refused.append(Refusal(resource.line, name, words))
        else:
            tags = tuple(tag for tag in _all(resource, "keyword") if tag)
            found[path] = Listed(path, next(iter(_all(resource, "coverage")), ""), tags)
    return Package(files, tuple(found.values()), True, tuple(refused), tuple(warnings))


def _path(folder: str, href: str, files: dict[str, bytes | str]) -> str | None:
    for said in (href, unquote(href)):
        path = posixpath.normpath(posixpath.join(folder, said.replace("\\", "/")))
        if path in files:
            return path
    return None


def _all(resource: Element, name: str) -> list[str]:
    return [" ".join(part.words.split()) for part in resource.walk() if part.name == name]
