"""Markdown of rules as HTML: a small dialect, sanitised after rendering, remembered by text."""

import re
from collections.abc import Iterable
from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup, escape

from app.handbooks.logic import Piece

TAG = re.compile(r"(<[^>]*>|&[#\w]+;)")

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "del",
    "ins",
    "hr",
}


@lru_cache(maxsize=1024)
def to_html(text: str) -> Markup:
    """Return safe HTML of a rule's text: paragraphs, lists, tables, emphasis; nothing else survives."""
    html = Markdown(extensions=["tables", "sane_lists"], output_format="html").convert(text)
    return Markup(nh3.clean(html, tags=TAGS, attributes={}, link_rel=None))  # noqa: S704  # just sanitised


def highlight(html: Markup, search: str) -> Markup:
    """Return the HTML with each word searched for inside `<mark>`; tags themselves are left alone."""
    words = sorted({word for word in search.split() if word}, key=len, reverse=True)
    if not words:
        return html
    wanted = re.compile("|".join(re.escape(str(escape(word))) for word in words), re.IGNORECASE)
    parts = TAG.split(str(html))
    marked = (
        part if number % 2 else wanted.sub(lambda hit: f"<mark>{hit[0]}</mark>", part)
        for number, part in enumerate(parts)
    )
    return Markup("".join(marked))  # noqa: S704  # built from sanitised HTML and escaped words


def difference_html(pieces: Iterable[Piece]) -> Markup:
    """Return a difference as one paragraph with `<ins>` and `<del>`, line ends as breaks."""
    wraps = {
        "same": Markup("{}"),
        "added": Markup("<ins>{}</ins>"),
        "removed": Markup("<del>{}</del>"),
    }
    marked = Markup("").join(wraps[piece.kind].format(piece.text) for piece in pieces)
    return Markup("<p>{}</p>").format(marked.replace("\n", Markup("<br>")))
