"""Any Markdown as a list of blocks that can be compared: headings, paragraphs, list items, rows, our rules. Pure.

A block without an explicit id is named by the headings above it and a counter: `gifts/cash/p2`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.handbooks.plain import (
    Attributes,
    folded,
    slug,
    split_attributes,
    without_comments,
    without_front_matter,
    words_for_likeness,
)

RULE_ID = re.compile(r"[A-Z]{1,6}-\d+(?:\.\d+)+\Z")
RULE_LEVEL = 3
HTML_BREAK = re.compile(
    r"</?(?:p|div|li|ul|ol|tr|table|thead|tbody|h[1-6]|blockquote|details|summary|section|dl|dt|dd|pre|hr|article"
    r"|aside|header|footer|figure|figcaption|center)\b[^>]*>",
    re.I,
)
HTML_SILENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
HTML_TAG = re.compile(r"</?[a-z!][^>]*>", re.I)
HTML_NEW_LINE = re.compile(r"<br\s*/?>", re.I)
CLOSING = re.compile(r"\s+#+\s*(?=\{[^{}\n]*\}\s*\Z)")  # `## Title ## {#id}`
LONE_BRACES = re.compile(r"\{:[^{}\n]*\}\Z")
FOOTNOTE = re.compile(r"\n(?=\[\^[^\]\n]+\]:)")
OWN_TEXT = {"paragraph_close", "heading_close", "fence", "code_block", "html_block"}


@dataclass(frozen=True)
class Block:
    """A piece of a document: `text` as read, `key` as compared, `words` for likeness, `name` its explicit id or "".

    `section` is the index of the heading above in the same document, -1 without one. `facts` are what a reader does not see in
    the text but follows: targets of links, a rule's strength and categories.
    """

    ident: str
    name: str
    kind: str
    text: str
    facts: tuple[str, ...]
    section: int
    key: str = ""
    words: tuple[str, ...] = ()


@dataclass
class _Rule:
    """A rule being read: its heading and the texts below."""

    title: str
    attributes: Attributes
    parts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass
class _Reading:
    """A document being read."""

    markdown: MarkdownIt
    env: dict[str, object] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    # open headings: level, index of the block, path that names what stands below
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    rule: _Rule | None = None
    lone_title: bool = False
    counters: Counter[tuple[str, str]] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)

    def section(self) -> int:
        return self.headings[-1][1] if self.headings else -1

    def path(self) -> str:
        return self.headings[-1][2] if self.headings else ""


def read_blocks(source: str) -> list[Block]:
    """Return the blocks of a Markdown text in order, each with an id of its own."""
    reading = _Reading(_parser())
    text = without_comments(without_front_matter(source))
    tokens = reading.markdown.parse(text, reading.env)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    reading.lone_title = levels[:1] == [1] and levels.count(1) == 1
    _walk(reading, tokens)
    _close_rule(reading)
    return reading.blocks


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 200}).enable("table")
    # nothing is shown, only compared
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser


def _walk(reading: _Reading, tokens: Sequence[Token]) -> None:
    items: list[bool] = []  # of each open list item: whether its first text has come
    quotes = 0
    for place, token in enumerate(tokens):
        if token.type == "list_item_open":
            items.append(False)
        elif token.type == "list_item_close":
            items.pop()
        elif token.type in ("blockquote_open", "blockquote_close"):
            quotes += token.nesting
        elif token.type == "paragraph_open":
            first = bool(items) and not items[-1]
            _paragraph(reading, tokens[place + 1], "li" if first else "q" if quotes else "p")
        else:
            _other(reading, tokens, place)
        if items and token.type in OWN_TEXT:
            items[-1] = True


def _other(reading: _Reading, tokens: Sequence[Token], place: int) -> None:
    token = tokens[place]
    if token.type == "heading_open":
        _heading(reading, int(token.tag[1]), tokens[place + 1])
    elif token.type == "tr_open":
        _row(reading, tokens, place)
    elif token.type in ("fence", "code_block"):
        _add(reading, "code", "\n".join(map(str.rstrip, token.content.strip("\n").split("\n"))))
    elif token.type == "html_block":
        _html(reading, token.content)


def _row(reading: _Reading, tokens: Sequence[Token], place: int) -> None:
    cells: list[str] = []
    links: list[str] = []
    while tokens[place].type != "tr_close":
        if tokens[place].type == "inline":
            text, found = _inline(tokens[place].children or [])
            cells.append(text)
            links += found
        place += 1
    if any(cells):
        _add(reading, "tr", " | ".join(cells), links)


def _heading(reading: _Reading, level: int, token: Token) -> None:
    content = token.content
    if content.endswith("}"):
        content = CLOSING.sub(" ", content)
    text, links, attributes = _read_inline(reading, content, token.children or [])
    if reading.rule is not None and level > RULE_LEVEL:
        reading.rule.parts.append(text)
        return
    _close_rule(reading)
    if level == RULE_LEVEL and attributes is not None and _is_rule(attributes):
        while reading.headings and reading.headings[-1][0] >= level:
            reading.headings.pop()
        reading.rule = _Rule(text, attributes, links=links)
        return
    while reading.headings and reading.headings[-1][0] >= level:
        reading.headings.pop()
    ident = attributes.ident if attributes else ""
    is_title = reading.lone_title and level == 1
    name = _unique(reading, ident or f"{reading.path()}/{slug(text)}".lstrip("/"))
    section = reading.section()
    _append(reading, Block(name, ident, "h", text, tuple(links), section))
    # a title names nothing below it: ids stay short, and stay when the title changes
    reading.headings.append((level, len(reading.blocks) - 1, "" if is_title else name))


def _is_rule(attributes: Attributes) -> bool:
    return bool(attributes.ident) and (
        "strength" in attributes.pairs or RULE_ID.match(attributes.ident) is not None
    )


def _close_rule(reading: _Reading) -> None:
    rule, reading.rule = reading.rule, None
    if rule is None:
        return
    facts = [
        f"{name}: {' '.join(sorted(rule.attributes.pairs[name].split()))}"
        for name in ("strength", "categories")
        if rule.attributes.pairs.get(name)
    ]
    text = "\n\n".join([rule.title, *rule.parts])
    ident = rule.attributes.ident
    facts += rule.links
    block = Block(_unique(reading, ident), ident, "rule", text, tuple(facts), reading.section())
    _append(reading, block)


def _paragraph(reading: _Reading, token: Token, kind: str) -> None:
    if LONE_BRACES.match(token.content.strip()):
        _name_last(reading, token.content)
        return
    if FOOTNOTE.search(token.content):
        for part in FOOTNOTE.split(token.content):
            children = reading.markdown.parseInline(part, reading.env)[0].children or []
            _add(reading, kind, *_inline(children))
        return
    text, links, attributes = _read_inline(reading, token.content, token.children or [])
    _add(reading, kind, text, links, attributes.ident if attributes else "")


def _name_last(reading: _Reading, content: str) -> None:
    """Give the block above the id that stands alone below it."""
    _, attributes = split_attributes(content)
    if not (attributes and attributes.ident and reading.blocks) or reading.rule is not None:
        return
    last = reading.blocks[-1]
    if not last.name and last.kind in ("p", "q", "code"):
        ident = _unique(reading, attributes.ident)
        reading.blocks[-1] = replace(last, ident=ident, name=ident)


def _html(reading: _Reading, content: str) -> None:
    for piece in HTML_BREAK.split(HTML_SILENT.sub("", content)):
        stripped = HTML_TAG.sub("", HTML_NEW_LINE.sub(" ", piece))
        children = reading.markdown.parseInline(stripped, reading.env)[0].children or []
        text, links = _inline(children)
        _add(reading, "html", text, links)


def _read_inline(
    reading: _Reading, content: str, children: Sequence[Token]
) -> tuple[str, list[str], Attributes | None]:
    bare, attributes = split_attributes(content)
    if attributes is not None:
        children = reading.markdown.parseInline(bare, reading.env)[0].children or []
    text, links = _inline(children)
    return text, links, attributes


def _inline(children: Sequence[Token]) -> tuple[str, list[str]]:
    """Return what a reader sees of inline tokens, on one line, and where its links and pictures lead."""
    text, links = "", []
    opened: list[tuple[str, int]] = []
    for token in children:
        if token.type == "link_open":
            opened.append((str(token.attrGet("href") or ""), len(text)))
        elif token.type == "link_close" and opened:
            href, start = opened.pop()
            if not _says_itself(text[start:], href):
                links.append(href)
        else:
            text += "".join(_seen(token))
            links += [str(token.attrGet("src") or "")] if token.type == "image" else []
    return " ".join(text.split()), [link for link in links if link]


def _says_itself(shown: str, href: str) -> bool:
    return href.removeprefix("mailto:").rstrip("/") == shown.strip().rstrip("/")


def _seen(token: Token) -> Iterator[str]:
    if token.type in ("text", "code_inline", "text_special"):
        yield token.content
    elif token.type in ("softbreak", "hardbreak"):
        yield " "
    elif token.type == "image":
        yield token.content or str(token.attrGet("src") or "")
    elif token.type == "html_inline" and HTML_NEW_LINE.match(token.content):
        yield " "


def _add(
    reading: _Reading, kind: str, text: str, links: Sequence[str] = (), ident: str = ""
) -> None:
    if not text.strip():
        return
    if reading.rule is not None:
        reading.rule.parts.append(text)
        reading.rule.links += links
        return
    path = reading.path()
    reading.counters[path, kind] += 1
    made = f"{path}/{kind}{reading.counters[path, kind]}".lstrip("/")
    name = _unique(reading, ident or made)
    _append(reading, Block(name, ident, kind, text, tuple(links), reading.section()))


def _append(reading: _Reading, block: Block) -> None:
    key = "\n".join([folded(block.text), *block.facts])
    words = words_for_likeness(folded(block.text))
    reading.blocks.append(replace(block, key=key, words=words))


def _unique(reading: _Reading, ident: str) -> str:
    name, number = ident, 1
    while name in reading.taken:
        number += 1
        name = f"{ident}-{number}"
    reading.taken.add(name)
    return name
