"""Markdown cleaned of what no reader sees: front matter, comments, attributes, typography. Pure."""

import re
import unicodedata
from dataclasses import dataclass

FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
FRONT_LINE = re.compile(r"\s*(#|- |[\w\"'.-][^\n]*?\s*[:=])")
FENCE = re.compile(r"^[ >\t]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})")
BRACES = re.compile(r"\s*\{(:?)[ \t]*([^{}\n]*)\}\s*\Z")
PAIR = r"""[\w:-]+=(?:"[^"]*"|'[^']*'|[^\s"']+)"""
ATTRIBUTES = re.compile(rf"(?:[#.][^\s{{}}#]+|{PAIR}|-)(?:\s+(?:[#.][^\s{{}}#]+|{PAIR}|-))*\s*\Z")
IDENT = re.compile(r"#([^\s{}#]+)")
PAIRS = re.compile(r"""([\w:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
NUMBERING = re.compile(
    r"\A\s*(?:\(?[0-9]{1,3}[.)]|\([a-z]{1,5}\)|[a-z][.)]|[ivxlc]{1,6}[.)]|§?\s?\d+(?:\.\d+)+\.?)\s+",
    re.I,
)
# scripts written without spaces between words: every sign counts as a word
DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
BETWEEN_DENSE = re.compile(rf"(?<=[{DENSE}]) (?=[{DENSE}])")
WORD = re.compile(rf"[{DENSE}]|[^\W{DENSE}]+")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "•": "-",
    }
)
DASHES = re.compile(r"-{2,}")
QUOTES = re.compile(r"''")


@dataclass(frozen=True)
class Attributes:
    """What stands in braces behind a block: its id ("" without one) and its pairs."""

    ident: str
    pairs: dict[str, str]


def without_front_matter(text: str) -> str:
    """Return the text with one kind of line end, without byte order mark and YAML or TOML front matter."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = FRONT.match(text)
    if not found:
        return text
    first = next((line for line in found[2].split("\n") if line.strip()), "")
    return text[found.end() :] if not first or FRONT_LINE.match(first) else text


def without_comments(text: str) -> str:
    """Return the text without HTML comments, but for code in fences; a line that was all comment is gone."""
    if "<!--" not in text:
        return text
    lines = text.split("\n")
    last = max((number for number, line in enumerate(lines) if "-->" in line), default=-1)
    kept: list[str] = []
    fence, inside = "", False
    for number, line in enumerate(lines):
        found = FENCE.match(line)
        if not inside and found and (not fence or _closes(found[1], fence)):
            fence = "" if fence else found[1]
        if fence or (number > last and not inside):
            kept.append(line)
            continue
        rest, inside, touched = _outside(line, inside, ends_later=number < last)
        if rest.strip() or not touched:
            kept.append(rest)
    return "\n".join(kept)


def _closes(mark: str, fence: str) -> bool:
    return mark[0] == fence[0] and len(mark) >= len(fence)


def _outside(line: str, inside: bool, *, ends_later: bool) -> tuple[str, bool, bool]:
    """Return what of a line stands outside comments, whether one goes on, and whether there was one."""
    rest, touched = "", inside
    while line:
        if inside:
            _, end, line = line.partition("-->")
            inside = not end
        else:
            before, start, line = line.partition("<!--")
            shown = before.count("`") % 2 or not ("-->" in line or ends_later)
            if start and shown:  # as code, or for want of an end
                rest, line = rest + before + start + line, ""
                break
            rest += before
            inside = bool(start)
            touched = touched or inside
    return rest, inside, touched


def split_attributes(text: str) -> tuple[str, Attributes | None]:
    """Split a block's source into its text and the attributes in braces behind it (None when there are none)."""
    text = text.rstrip()
    found = BRACES.search(text, max(text.rfind("{") - 1, 0)) if text.endswith("}") else None
    if not found:
        return text, None
    inside = found[2].strip()
    rule_like = inside.startswith("#") and not found[1]
    if not (found[1] or rule_like or ATTRIBUTES.match(inside)):
        return text, None
    ident = IDENT.match(inside) if rule_like else IDENT.search(inside)
    pairs = {name: a or b or c for name, a, b, c in PAIRS.findall(inside)}
    return text[: found.start()].rstrip(), Attributes(ident[1] if ident else "", pairs)


def folded(text: str) -> str:
    """Return a text as it is compared: one kind of quotes, dashes and spaces, nothing invisible."""
    text = UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(SAME_SIGN)
    return BETWEEN_DENSE.sub("", " ".join(QUOTES.sub('"', DASHES.sub("-", text)).split()))


def words_for_likeness(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, without the number that leads it unless that is all."""
    lowered = text.casefold()
    bare = WORD.findall(NUMBERING.sub("", lowered))
    return tuple(bare or WORD.findall(lowered))


def slug(text: str, longest: int = 48) -> str:
    """Return a readable id made of a heading's words."""
    words = re.sub(r"[^\w]+", "-", folded(text).casefold()).strip("-_")
    if len(words) > longest:
        words = words[: longest + 1].rpartition("-")[0] or words[:longest]
    return words or "section"
