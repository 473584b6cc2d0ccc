"""HTML of a document (from Word or Markdown) as blocks of plain Markdown: headings, paragraphs, lists, tables."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.handbooks.source import LINK

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
LEAVES = {"p", "li", "td", "th", "pre", "blockquote", *HEADINGS}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
SPECIAL = re.compile(r"^(#|[-+*]\s|\d+[.)]\s|>|\||=+$|-+$)")


@dataclass(frozen=True)
class Block:
    """A heading (level 1 to 6) or a piece of text (level 0), as Markdown, with its place in the document."""

    level: int
    text: str
    place: str


@dataclass
class _Reader(HTMLParser):
    unit: str
    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    count: int = 0
    line: str = ""
    words: list[str] = field(default_factory=list)
    lists: list[list[int | None]] = field(
        default_factory=list
    )  # of each open list: its next number
    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    in_table: int = 0
    quoted: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def place(self) -> str:
        """Return where the reader is: a line of Markdown, a paragraph of Word."""
        return f"{self.unit} {self.line or self.count}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag in LEAVES:
            self.count += 1
            self.line = facts.get("data-line", "")
        if tag in ("ul", "ol"):
            self._flush_item()
            self.lists.append([int(facts.get("start", "1"))] if tag == "ol" else [None])
        elif tag in ("table", "tr"):
            self.in_table += tag == "table"
            self.rows += [[]] if tag == "tr" else []
        elif tag == "blockquote":
            self.quoted += 1
        else:
            self.words.append(" " if tag == "br" else MARKS.get(tag, ""))
            self._warn(tag, facts)

    def _warn(self, tag: str, facts: dict[str, str]) -> None:
        href = facts.get("href", "")
        if tag == "img":
            self.warnings.append(f"{self.place}: a picture is left out: describe it in words")
        elif tag == "sup" or (tag == "a" and "footnote" in href):
            self.warnings.append(f"{self.place}: a note is put into the text: check it")
        elif tag == "a" and href:
            self.warnings.append(f"{self.place}: a link became plain text: name it as a source")

    def handle_endtag(self, tag: str) -> None:
        ends: dict[str, Callable[[], None]] = {
            "td": self._cell,
            "th": self._cell,
            "table": self._end_table,
            "blockquote": self._end_quote,
            "p": self._end_paragraph,
            "pre": self._end_paragraph,
            "li": self._flush_item,
            "ul": self._end_list,
            "ol": self._end_list,
        }
        if tag in HEADINGS:
            self._heading(HEADINGS[tag])
        elif tag in ends:
            ends[tag]()
        else:
            self.words.append(MARKS.get(tag, ""))

    def _cell(self) -> None:
        self.rows[-1].append(self._said().replace("|", "/"))

    def _end_table(self) -> None:
        self.in_table -= 1
        self._table()

    def _end_quote(self) -> None:
        self._paragraph()
        self.quoted -= 1

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _said(self) -> str:
        text = " ".join("".join(self.words).split())
        self.words = []
        text = re.sub(r"\*\*\s+\*\*|\*{4}|(?<!\*)\*\s+\*(?!\*)", "", text).strip()
        text = text.replace("<", "‹").replace(">", "›")
        return LINK.sub(lambda found: found[0].replace("[", "(").replace("]", ")"), text)

    def _heading(self, level: int) -> None:
        if text := self._said().strip("* "):
            self.blocks.append(Block(level, text, self.place))

    def _end_paragraph(self) -> None:
        if self.in_table or self.lists:
            self.words.append(" ")
        else:
            self._paragraph()

    def _paragraph(self) -> None:
        if text := self._said():
            if SPECIAL.match(text):
                text = (
                    f"\\{text}"
                    if not text[0].isdigit()
                    else re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
                )
            self.blocks.append(Block(0, f"> {text}" if self.quoted else text, self.place))

    def _flush_item(self) -> None:
        if not self.lists or not (text := self._said()):
            return
        number = self.lists[-1][0]
        mark = "-" if number is None else f"{number}."
        if number is not None:
            self.lists[-1][0] = number + 1
        self.items.append(f"{'    ' * (len(self.lists) - 1)}{mark} {text}")

    def _end_list(self) -> None:
        self._flush_item()
        self.lists.pop()
        if not self.lists and self.items:
            self.blocks.append(Block(0, "\n".join(self.items), self.place))
            self.items = []

    def _table(self) -> None:
        rows = [row for row in self.rows if any(row)]
        self.rows = []
        if not rows:
            return
        width = max(len(row) for row in rows)
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        lines.insert(1, f"|{'---|' * width}")
        self.blocks.append(Block(0, "\n".join(lines), self.place))


def blocks_of(html: str, unit: str) -> tuple[list[Block], list[str]]:
    """Return the blocks of a document's HTML in order, and what was left out or changed; `unit` names its places."""
    reader = _Reader(unit)
    reader.feed(html)
    reader.close()
    if any(word.strip() for word in reader.words):
        reader._paragraph()  # the reader is this module's own
    return reader.blocks, list(dict.fromkeys(reader.warnings))
