"""Markdown of rules as a small tree of plain values, for typesetting: never as source of the typesetter.

A block is {"kind": p | ul | ol | quote | table | hr, …}, a piece of a line {"kind": text | strong | em | code | del | ins |
br, …}. It is read from the HTML that pages show, so that paper and screen never differ.
"""

from html.parser import HTMLParser
from typing import Any

from app.handbooks.markdown import to_html

Node = dict[str, Any]
INLINE = {"strong", "em", "code", "del", "ins"}
# HTML's names for what holds blocks, and ours; tables are looked after on their own
HOLDERS = {"ul": "ul", "ol": "ol", "li": "li", "blockquote": "quote"}
DEEPEST = 12  # blocks within blocks
ROWS, CELLS = "tr", {"th", "td"}


def tree_of(text: str) -> list[Node]:
    """Return a rule's text as blocks."""
    reader = _Reader()
    reader.feed(str(to_html(text)))
    reader.close()
    reader.end_line()
    found: list[Node] = reader.root["body"]
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"kind": "root", "body": []}
        self.open: list[Node] = [self.root]  # blocks that hold blocks or cells
        self.line: list[list[Node]] = []  # the line being read and the marks open in it

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # the parser's
        if tag in INLINE:
            self._open_line()
            mark: Node = {"kind": tag, "body": []}
            self.line[-1].append(mark)
            self.line.append(mark["body"])
        elif tag == "br":
            self._open_line()
            self.line[-1].append({"kind": "br"})
        elif tag == "p":
            self.end_line()
        elif tag in HOLDERS:
            self._open_block({"kind": HOLDERS[tag], "body": []})
        elif tag == "hr":
            self.end_line()
            self.open[-1]["body"].append({"kind": "hr"})
        else:
            self._start_of_table(tag)

    def _start_of_table(self, tag: str) -> None:
        if tag == "table":
            self._open_block({"kind": "table", "body": []})
        elif tag == ROWS:
            self._open_block({"kind": "row", "body": []})
        elif tag in CELLS:
            self._open_block({"kind": "cell", "head": tag == "th", "body": []})

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE:
            if len(self.line) > 1:
                self.line.pop()
        elif tag == "p":
            self.end_line()
        elif tag in HOLDERS or tag == "table" or tag == ROWS or tag in CELLS:
            self.end_line()
            if len(self.open) > 1:
                self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.line and not data.strip():
            return
        self._open_line()
        self.line[-1].append({"kind": "text", "text": data.replace("\n", " ")})

    def _open_line(self) -> None:
        if not self.line:
            self.line = [[]]

    def _open_block(self, block: Node) -> None:
        self.end_line()
        if len(self.open) > DEEPEST:  # the typesetter would refuse a whole book for it
            block = self.open[-1]
        else:
            self.open[-1]["body"].append(block)
        self.open.append(block)

    def end_line(self) -> None:
        if self.line and self.line[0]:
            self.open[-1]["body"].append({"kind": "p", "body": self.line[0]})
        self.line = []
