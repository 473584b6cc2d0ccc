"""XML into a tree that knows the line of each element; refuses document types and entities of its own. Pure.

Expat does the parsing. A file that breaks off gives what was complete before, with the place of the fault.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

from app.exchange.decoding import decoded

XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
DEEPEST = 200


@dataclass
class Element:
    """An element: its name without prefix, attributes (names without prefix), children, and the line it begins in.

    `text` is what stands before the first child, `tail` what stands after the element itself.
    """

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    tail: str = ""
    children: list["Element"] = field(default_factory=list)
    complete: bool = False

    def all(self, *names: str) -> list["Element"]:
        """Return the children of these names."""
        return [child for child in self.children if child.name in names]

    def one(self, *names: str) -> "Element | None":
        """Return the first child of these names, or None."""
        return next(iter(self.all(*names)), None)

    def walk(self) -> Iterator["Element"]:
        """Yield the element and everything below it, in order."""
        waiting = [self]
        while waiting:
            at = waiting.pop()
            yield at
            waiting.extend(reversed(at.children))

    @property
    def words(self) -> str:
        """Return all text within, as it stands."""
        return self.text + "".join(child.words + child.tail for child in self.children)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)


@dataclass(frozen=True)
class Broken:
    """Where a file stops being XML, and why, in one sentence."""

    line: int
    reason: str


class RefusedError(Exception):
    """The file holds something that is never read: a document type, entities, nesting without end."""


def parse(data: bytes) -> tuple[Element | None, Broken | None]:
    """Return the root element (None when nothing could be read) and where the file breaks, if it does.

    Encodings are told by the bytes rather than by the declaration, which real files often get wrong.
    """
    text = _text(data)
    builder = _Builder()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    builder.attach(parser)
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        words = expat.errors.messages[error.code]
        return builder.root, Broken(error.lineno, f"not valid XML here ({words})")
    except RefusedError as error:
        return None, Broken(parser.CurrentLineNumber, str(error))
    return builder.root, None


def _text(data: bytes) -> str:
    """Return the text of a file without its XML declaration, with HTML's names of characters written out."""
    said = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']", data[:200])
    text, found = decoded(data)
    if found == "cp1252" and said:
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            text = data.decode(said[1].decode()).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda m: "\n" * m[0].count("\n"), text, count=1)
    text = re.sub(r"[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    return "".join(
        part if part.startswith("<![CDATA[") else re.sub(r"&(\w+);", _named, part) for part in parts
    )


def _named(found: re.Match[str]) -> str:
    return found[0] if found[1] in XML_NAMES else html5.get(f"{found[1]};", found[0])


class _Builder:
    """Grows the tree from what expat tells."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.parser: expat.XMLParserType | None = None

    def attach(self, parser: expat.XMLParserType) -> None:
        """Listen to a parser."""
        self.parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_facts: object) -> None:
        raise RefusedError("a document type with entities is not read: take <!DOCTYPE …> out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise RefusedError(f"elements are nested more than {DEEPEST} deep")
        line = self.parser.CurrentLineNumber if self.parser else 0
        bare = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], bare, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self.open.pop().complete = True

    def _said(self, text: str) -> None:
        if not self.open:
            return
        at = self.open[-1]
        if at.children:
            at.children[-1].tail += text
        else:
            at.text += text
