"""Rules proposed from a Word document or plain Markdown: nothing of the text is lost, everything guessed is said."""

import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import mammoth
from markdown_it import MarkdownIt

from app.errors import ContentError
from app.handbooks.import_blocks import Block, blocks_of
from app.handbooks.source import CONTROL

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
NUMBERED = re.compile(
    r"^(?:bab|bahagian|chapter|part)?\s*(\d+(?:\.\d+)*)[.):]?\s+(?=\S)", re.IGNORECASE
)
STRENGTH_WORDS = (
    (
        "must",
        re.compile(r"\b(mesti|wajib|dilarang|hendaklah tidak|must|shall|may not)\b", re.IGNORECASE),
    ),
    ("should", re.compile(r"\b(hendaklah|sebaiknya|digalakkan|should)\b", re.IGNORECASE)),
    ("may", re.compile(r"\b(boleh|may|can)\b", re.IGNORECASE)),
)
SOURCE = "sumber-perlu-diisi"


@dataclass(frozen=True)
class ProposedRule:
    """A rule as the document suggests it; `place` is where it begins there."""

    code: str
    chapter_code: str
    chapter: str
    title: str
    body: str
    strength: str
    place: str


@dataclass(frozen=True)
class Proposal:
    """What a document suggests, and everything its author should look at, with places."""

    title: str
    preface: str
    rules: tuple[ProposedRule, ...]
    warnings: tuple[str, ...]


@dataclass
class _Chapter:
    title: str
    number: str
    place: str
    rules: list["_Rule"] = field(default_factory=list)


@dataclass
class _Rule:
    title: str
    number: str
    place: str
    parts: list[str] = field(default_factory=list)


def proposed(data: bytes, filename: str, *, code: str) -> Proposal:
    """Return the chapters and rules a document suggests; `code` is the handbook's ("PK").

    Raises ContentError with one sentence for a file that cannot be read or holds no headings.
    """
    if len(data) > LARGEST:
        raise ContentError([f"{filename}:1: the file is larger than 20 MB: split it"])
    if not data.strip():
        raise ContentError([f"{filename}:1: the file is empty"])
    if filename.lower().endswith(".docx"):
        html, noted = _word_html(data, filename)
    else:
        html, noted = _markdown_html(data, filename), []
    if CONTROL.search(html):
        noted.append("signs that cannot be shown were taken out")
    blocks, warnings = blocks_of(
        CONTROL.sub("", html), "paragraph" if filename.lower().endswith(".docx") else "line"
    )
    if not any(block.level for block in blocks):
        raise ContentError(
            [
                f"{filename}:1: no headings were found: mark chapters and rules as headings (Heading 1, Heading 2)"
            ]
        )
    return _propose(blocks, [*noted, *warnings], code, PurePath(filename).stem)


def _word_html(data: bytes, filename: str) -> tuple[str, list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_UNPACKED:
                raise ContentError(
                    [f"{filename}:1: the document unpacks to more than 200 MB: it is refused"]
                )
            if "word/document.xml" not in archive.namelist():
                raise ContentError([f"{filename}:1: this is not a Word document (.docx)"])
        made = mammoth.convert_to_html(
            io.BytesIO(data),
            convert_image=mammoth.images.img_element(lambda _image: {"src": ""}),
        )
    except ContentError:
        raise
    except Exception as error:  # the library raises whatever the broken parts of a document raise
        raise ContentError(
            [
                f"{filename}:1: this cannot be read as a Word document (.docx), or it is protected by a password"
            ]
        ) from error
    return str(made.value), sorted({f"Word: {message.message}" for message in made.messages})


def _markdown_html(data: bytes, filename: str) -> str:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ContentError([f"{filename}:{line}: not UTF-8: save the file as UTF-8"]) from error
    text = re.sub(
        r"\A---\n.*?\n---\n", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL
    )
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.map and token.nesting >= 0:
            token.attrSet("data-line", str(token.map[0] + 1))
    return str(parser.renderer.render(tokens, parser.options, {}))


def _propose(blocks: list[Block], warnings: list[str], code: str, stem: str) -> Proposal:
    title, blocks = _title(blocks, stem)
    levels = sorted({block.level for block in blocks if block.level})
    chapter_level = levels[0] if len(levels) > 1 else None
    rule_level = levels[1] if len(levels) > 1 else levels[0] if levels else 1
    preface, chapters = _sorted_out(blocks, chapter_level, rule_level, warnings)
    rules = _numbered(chapters, code, warnings)
    return Proposal(title, preface, tuple(rules), tuple(warnings))


def _title(blocks: list[Block], stem: str) -> tuple[str, list[Block]]:
    """Return the document's title and the rest: a first heading that stands alone on its level, else the file's name."""
    first = next((n for n, block in enumerate(blocks) if block.level), None)
    if first is not None:
        level = blocks[first].level
        highest = level == min(block.level for block in blocks if block.level)
        alone = sum(block.level == level for block in blocks) == 1
        if highest and alone and sum(1 for block in blocks if block.level) > 1:
            return blocks[first].text, blocks[:first] + blocks[first + 1 :]
    return stem.replace("-", " ").replace("_", " ").strip() or "Buku", blocks


def _sorted_out(
    blocks: list[Block], chapter_level: int | None, rule_level: int, warnings: list[str]
) -> tuple[str, list[_Chapter]]:
    """Return the opening and the chapters with their rules; text under a bare chapter becomes a rule of its name."""
    preface: list[str] = []
    chapters: list[_Chapter] = []
    for block in blocks:
        number, text = _split_number(block.text) if block.level else ("", block.text)
        if block.level and block.level == chapter_level:
            chapters.append(_Chapter(text, number, block.place))
        elif block.level == rule_level:
            if not chapters:
                chapters.append(_Chapter("Am", "", block.place))
            chapters[-1].rules.append(_Rule(text, number, block.place))
        elif not chapters:
            preface.append(block.text)
        else:
            chapter = chapters[-1]
            if not chapter.rules:
                warnings.append(
                    f"{block.place}: text stands under “{chapter.title}” itself: it became a rule of that name"
                )
                chapter.rules.append(_Rule(chapter.title, "", block.place))
            if block.level:
                warnings.append(
                    f"{block.place}: the heading “{block.text}” is deeper than a rule: it became bold text"
                )
                chapter.rules[-1].parts.append(f"**{block.text.strip('* ')}**")
            else:
                chapter.rules[-1].parts.append(block.text)
    return "\n\n".join(preface), chapters


def _split_number(text: str) -> tuple[str, str]:
    found = NUMBERED.match(text)
    return (found[1], text[found.end() :].strip()) if found else ("", text)


def _numbered(chapters: list[_Chapter], code: str, warnings: list[str]) -> list[ProposedRule]:
    """Return the rules with codes: the document's own numbers when they are consistent, else counted."""
    kept = [chapter for chapter in chapters if chapter.rules]
    warnings += [
        f"{chapter.place}: the chapter “{chapter.title}” holds no rule: it is left out"
        for chapter in chapters
        if not chapter.rules
    ]
    own = _consistent(kept)
    if not own and any(rule.number for chapter in kept for rule in chapter.rules):
        warnings.append(
            "the document's own numbers are not consistent: the rules are numbered in their order"
        )
    found = []
    for place, chapter in enumerate(kept, start=1):
        number = chapter.rules[0].number.split(".")[0] if own else str(place)
        for count, rule in enumerate(chapter.rules, start=1):
            last = rule.number.split(".")[1] if own else str(count)
            made = ProposedRule(
                code=f"{code}-{number}.{last}",
                chapter_code=f"{code}-{number}",
                chapter=_clean(chapter.title),
                title=_clean(rule.title) or "(belum bertajuk)",
                body="\n\n".join(rule.parts).strip(),
                strength="must",
                place=rule.place,
            )
            found.append(_finished(made, warnings))
    return found


def _consistent(chapters: list[_Chapter]) -> bool:
    """Say whether every rule is numbered "chapter.rule", each once, each chapter with one first number."""
    numbers = [rule.number for chapter in chapters for rule in chapter.rules]
    if not all(re.fullmatch(r"[1-9]\d{0,2}\.[1-9]\d{0,2}", number) for number in numbers):
        return False
    firsts = [{rule.number.split(".")[0] for rule in chapter.rules} for chapter in chapters]
    heads = [next(iter(first)) for first in firsts]
    return (
        len(set(numbers)) == len(numbers)
        and all(len(f) == 1 for f in firsts)
        and len(set(heads)) == len(heads)
    )


def _finished(rule: ProposedRule, warnings: list[str]) -> ProposedRule:
    """Return a rule with its strength guessed and an empty text filled, each said."""
    body = rule.body
    if not body:
        warnings.append(f"{rule.place}: {rule.code} “{rule.title}” has no text: write it")
        body = "(belum ditulis)"
    strength = next((name for name, words in STRENGTH_WORDS if words.search(body)), "")
    said = f"guessed {strength}" if strength else "no word says how it binds: must was assumed"
    warnings.append(f"{rule.place}: {rule.code}: strength {said}")
    return replace(rule, body=body, strength=strength or "must")


def _clean(title: str) -> str:
    """Return a title without what a heading line cannot hold."""
    return " ".join(CONTROL.sub("", re.sub(r"[{}]|\*\*|(?<!\w)\*|\*(?!\w)", "", title)).split())


def markdown_of(proposal: Proposal) -> str:
    """Return the proposal as one language of a book, as `handbooks.source.parse_book` reads it."""
    parts = [f"# {_clean(proposal.title)}", proposal.preface]
    chapter = ""
    for rule in proposal.rules:
        if rule.chapter_code != chapter:
            chapter = rule.chapter_code
            parts.append(f"## {rule.chapter} {{#{chapter}}}")
        parts.append(
            f'### {rule.title} {{#{rule.code} strength={rule.strength} sources="{SOURCE}"}}'
        )
        parts.append(rule.body)
    return "\n\n".join(part for part in parts if part) + "\n"


def manifest_of(proposal: Proposal, *, code: str, slug: str) -> str:
    """Return a handbook.yml to begin with; `handbooks check` says what is still to be filled in."""
    said = _clean(proposal.title).replace("\\", "\\\\").replace('"', '\\"')
    return f"""slug: {slug}
code: {code}
position: 99
title: {{ms: "{said}", en: "{said}"}}
about:
  ms: "(tulis satu ayat tentang buku ini)"
  en: "(write one sentence about this book)"
confirmed: false
sources:
  {SOURCE}:
    ms: "(namakan sumber)"
    en: "(name the source)"
    kind: standard
versions:
  - number: "1.0"
    effective_on: 2099-01-01
    summary: {{ms: "Edisi pertama.", en: "First edition."}}
    sha256: ""
"""
