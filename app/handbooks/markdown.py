"""Markdown of rules as HTML: a small dialect, sanitised after rendering, remembered by text."""

import re
from collections.abc import Iterable
from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup

from app.handbooks.logic import Piece
from app.handbooks.stems import WORD, terms_of

# a link or a picture with its words, of which the words alone are shown
LINKED = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
TAG = re.compile(r"(<[^>]*>|&[#\w]+;)")

LINKS = (
    "reference",
    "link",
    "image_link",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "autolink",
    "automail",
)
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
    """Return safe HTML of a rule's text: paragraphs, lists, tables, emphasis; nothing else survives.

    A text nested deeper than any rule is shown as it was typed.
    """
    try:
        html = _converter().convert(LINKED.sub(r"\1", text))
    except RecursionError:
        return Markup("<p>{}</p>").format(text)
    clean = nh3.clean(html, tags=TAGS, attributes={}, link_rel=None)
    # a wide table scrolls by itself, so the keyboard must reach it
    return Markup(clean.replace("<table>", '<table tabindex="0">'))  # noqa: S704  # just sanitised


def _converter() -> Markdown:
    """Return a reader of the dialect. It looks for no links: none is left, and a thousand brackets would take it minutes."""
    made = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    for name in LINKS:
        made.inlinePatterns.deregister(name)
    made.parser.blockprocessors.deregister("reference")
    return made


def highlight(html: Markup, search: str, language: str) -> Markup:
    """Return the HTML with each word that the search finds inside `<mark>`; tags themselves are left alone."""
    terms = terms_of(search)
    if not terms:
        return html

    def marked(word: re.Match[str]) -> str:
        found = any(term.finds(word[0], language) for term in terms)
        return f"<mark>{word[0]}</mark>" if found else word[0]

    parts = TAG.split(str(html))
    return Markup(  # noqa: S704  # built from sanitised HTML
        "".join(part if number % 2 else WORD.sub(marked, part) for number, part in enumerate(parts))
    )


def difference_words(pieces: Iterable[Piece]) -> Markup:
    """Return a difference as words with `<ins>` and `<del>`, line ends as breaks."""
    wraps = {
        "same": Markup("{}"),
        "added": Markup("<ins>{}</ins>"),
        "removed": Markup("<del>{}</del>"),
    }
    marked = Markup("").join(wraps[piece.kind].format(piece.text) for piece in pieces)
    return marked.replace("\n", Markup("<br>"))


def difference_html(pieces: Iterable[Piece]) -> Markup:
    """Return a difference as one paragraph with `<ins>` and `<del>`."""
    return Markup("<p>{}</p>").format(difference_words(pieces))
