"""Texts of other systems as plain words: HTML without its tags, paragraphs parted by an empty line. Pure."""

import re
from html.parser import HTMLParser

from app.exchange.items import Markup

BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "table", "pre", "blockquote"}
SILENT = {"script", "style", "template", "head", "title"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag in BLOCKS:
            self.pieces.append("\n\n")
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "img":
            self.pieces.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def plain_words(text: str, markup: Markup) -> str:
    """Return a text as plain words; what is not HTML, or holds none, stays as it is."""
    if markup not in ("html", "moodle") or not re.search(r"<[a-zA-Z!/]|&[#\w]+;", text):
        return text.strip()
    parser = _Words()
    parser.feed(text)
    parser.close()
    parts = re.split(r"\n{2,}", re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parser.pieces)))
    return "\n\n".join(part.strip() for part in parts if part.strip())
