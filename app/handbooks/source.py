"""The source files of a handbook: parsing them, with every fault named by file and line. Pure but for reading files.

A book is Markdown: `# title`, a preface, `## chapter {#PK-1}`, `### rule {#PK-1.1 strength=must …}` and the rule's text.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

STRENGTHS = ("must", "should", "may")
CATEGORIES = (
    "biasa",
    "oku",
    "warga-emas",
    "mengandung",
    "bayi",
    "uzur",
    "berkumpulan",
    "khas",
    "luar-premis",
    "luar-waktu",
)
HEADING_INSIDE = "headings inside a rule are not allowed: use bold text or a list"
RULE_ATTRIBUTES = {"strength", "categories", "sources"}
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*$")
BRACES = re.compile(r"^(.*?)\s*\{\s*(#[^}]*)\}$")
ATTRIBUTE = re.compile(r'([\w-]+)=(?:"([^"]*)"|(\S+))')
RAW_HTML = re.compile(r"<\s*/?\s*[a-zA-Z!]")
LINK = re.compile(r"!?\[[^\]]*\]\s?[(\[]")
UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")  # makes a heading of the line above
# what no page can show, and what turns the order of letters round unseen
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place, and what to write instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Write it as `file:line: sentence`."""
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class RuleSource:
    """A rule as written: its place in the book, attributes and text."""

    code: str
    chapter_code: str
    chapter: str
    title: str
    body: str
    strength: str
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    line: int

    @property
    def text_hash(self) -> str:
        """Return the SHA-256 (hex) of title and text with white space folded."""
        return text_hash(self.title, self.body)


@dataclass(frozen=True)
class BookSource:
    """One language of one version, parsed."""

    title: str
    preface: str
    rules: tuple[RuleSource, ...]
    source: str


@dataclass
class _Reading:
    path: str
    code: str
    faults: list[Fault] = field(default_factory=list)
    title: str = ""
    preface: list[str] = field(default_factory=list)
    rules: list[RuleSource] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    chapter: tuple[str, str] = ("", "")
    open_rule: dict[str, object] | None = None
    body: list[str] = field(default_factory=list)

    def fault(self, line: int, text: str) -> None:
        self.faults.append(Fault(self.path, line, text))


def text_hash(title: str, body: str) -> str:
    """Return the SHA-256 (hex) of a rule's wording: title and text, white space folded."""
    folded = " ".join(title.split()) + "\n" + " ".join(body.split())
    return hashlib.sha256(folded.encode()).hexdigest()


def content_hash(source_ms: bytes, source_en: bytes) -> str:
    """Return the SHA-256 (hex) of both files of a version, each preceded by its length."""
    parts = (f"{len(part)}\n".encode() + part for part in (source_ms, source_en))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def read_text(path: Path, shown: str) -> tuple[str, list[Fault]]:
    """Read a UTF-8 file with plain line ends; return its text and faults."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return "", [Fault(shown, 1, "the file is missing: write it")]
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return "", [Fault(shown, line, "not UTF-8: save the file as UTF-8")]
    except OSError as error:
        return "", [Fault(shown, 1, f"the file cannot be read ({error.strerror})")]
    faults = []
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        faults.append(Fault(shown, line, "save the file with Unix line ends (LF, not CR LF)"))
    for number, line_text in enumerate(text.split("\n"), start=1):
        if found := CONTROL.search(line_text):
            sign = f"U+{ord(found[0]):04X}"
            faults.append(Fault(shown, number, f"the sign {sign} cannot be shown: take it out"))
    return text, faults


def parse_book(
    text: str, path: str, code: str, source_keys: set[str]
) -> tuple[BookSource, list[Fault]]:
    """Parse one language of one version; return it with all its faults.

    `path` names the file in faults, `code` is the handbook's ("PK"), `source_keys` what handbook.yml defines.
    """
    reading = _Reading(path, code)
    for number, line in enumerate(text.split("\n"), start=1):
        heading = HEADING.match(line)
        if heading:
            _heading(reading, number, len(heading[1]), heading[2], source_keys)
        else:
            _plain(reading, number, line)
    _close_rule(reading)
    if not reading.title:
        reading.fault(1, "the book has no title: begin the file with `# Title`")
    if not reading.rules:
        reading.fault(
            1, f"the book has no rules: write `### Title {{#{code}-1.1 strength=must …}}`"
        )
    book = BookSource(reading.title, "\n".join(reading.preface).strip(), tuple(reading.rules), text)
    return book, reading.faults


def _plain(reading: _Reading, number: int, line: str) -> None:
    if RAW_HTML.search(line):
        reading.fault(number, "raw HTML is not shown: write it in plain Markdown")
    if LINK.search(line):
        reading.fault(number, "links and pictures are not shown: name a source in handbook.yml")
    if reading.open_rule is not None:
        _rule_line(reading, number, line)
    elif reading.chapter[0]:
        if line.strip():
            reading.fault(number, "text stands outside any rule: put it under a `### rule`")
    elif reading.title:
        reading.preface.append(line)
    elif line.strip():
        reading.fault(number, "text stands before the title: begin the file with `# Title`")


def _rule_line(reading: _Reading, number: int, line: str) -> None:
    underlined = reading.body and reading.body[-1].strip() and UNDERLINE.match(line)
    if underlined or line.lstrip().startswith("#"):
        reading.fault(number, HEADING_INSIDE)
    reading.body.append(line)


def _heading(reading: _Reading, number: int, level: int, text: str, source_keys: set[str]) -> None:
    _close_rule(reading)
    if level == 1:
        if reading.title:
            reading.fault(number, "a second title: a book has one `#` heading")
        reading.title = text
        return
    if level > 3:
        reading.fault(number, HEADING_INSIDE)
        return
    braces = BRACES.match(text)
    if braces is None:
        kind = "chapter" if level == 2 else "rule"
        number_form = "1" if level == 2 else "1.1"
        reading.fault(
            number,
            f"the {kind} has no id: end the heading with `{{#{reading.code}-{number_form}}}`",
        )
        return
    title, inside = braces[1], braces[2]
    ident, attributes = _attributes(reading, number, inside)
    if level == 2:
        _chapter(reading, number, title, ident, attributes)
    else:
        _rule(reading, number, title, ident, attributes, source_keys)


def _attributes(reading: _Reading, number: int, inside: str) -> tuple[str, dict[str, str]]:
    ident, _, rest = inside[1:].partition(" ")
    found: dict[str, str] = {}
    for name, quoted, bare in ATTRIBUTE.findall(rest):
        if name in found:
            reading.fault(number, f"the attribute {name} stands twice: keep one")
        found[name] = quoted or bare
    left = ATTRIBUTE.sub("", rest).strip()
    if left:
        reading.fault(
            number, f'`{left}` is not an attribute: write name=value or name="several values"'
        )
    if ident in reading.ids:
        reading.fault(
            number, f"the id {ident} stands already in line {reading.ids[ident]}: choose another"
        )
    reading.ids[ident] = number
    return ident, found


def _chapter(
    reading: _Reading, number: int, title: str, ident: str, attributes: dict[str, str]
) -> None:
    if not re.fullmatch(rf"{re.escape(reading.code)}-\d+", ident):
        reading.fault(number, f"the chapter's id {ident} must look like {reading.code}-1")
    for name in attributes:
        reading.fault(number, f"a chapter has no attribute {name}: take it out")
    reading.chapter = (ident, title)


def _rule(
    reading: _Reading,
    number: int,
    title: str,
    ident: str,
    attributes: dict[str, str],
    source_keys: set[str],
) -> None:
    if not re.fullmatch(rf"{re.escape(reading.code)}-\d+\.\d+", ident):
        reading.fault(number, f"the rule's id {ident} must look like {reading.code}-1.1")
    elif not ident.startswith(f"{reading.chapter[0]}."):
        reading.fault(
            number,
            f"the rule {ident} stands in chapter {reading.chapter[0] or '(none)'}: move or renumber it",
        )
    for name in sorted(set(attributes) - RULE_ATTRIBUTES):
        reading.fault(number, f"unknown attribute {name}: use strength, categories or sources")
    _check_words(reading, number, ident, attributes, source_keys)
    reading.open_rule = {
        "code": ident,
        "title": title,
        "strength": attributes.get("strength", ""),
        "categories": tuple(attributes.get("categories", "").split()),
        "sources": tuple(attributes.get("sources", "").split()),
        "line": number,
    }


def _check_words(
    reading: _Reading, number: int, ident: str, attributes: dict[str, str], source_keys: set[str]
) -> None:
    if attributes.get("strength") not in STRENGTHS:
        reading.fault(number, f"the rule {ident} needs strength=must, should or may")
    for word in attributes.get("categories", "").split():
        if word not in CATEGORIES:
            reading.fault(
                number, f"unknown customer category {word}: use one of {', '.join(CATEGORIES)}"
            )
    if not attributes.get("sources", "").split():
        reading.fault(
            number, f'the rule {ident} names no source: add sources="…" with keys of handbook.yml'
        )
    for word in attributes.get("sources", "").split():
        if word not in source_keys:
            reading.fault(
                number, f"unknown source {word}: define it under `sources` in handbook.yml"
            )


def _close_rule(reading: _Reading) -> None:
    if reading.open_rule is None:
        return
    body = "\n".join(reading.body).strip()
    facts, reading.open_rule, reading.body = reading.open_rule, None, []
    if not body:
        reading.fault(
            int(str(facts["line"])),
            f"the rule {facts['code']} has no text: write it below the heading",
        )
    reading.rules.append(
        RuleSource(chapter_code=reading.chapter[0], chapter=reading.chapter[1], body=body, **facts)  # type: ignore[arg-type]
    )
