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

# the declared encodings that are believed where the bytes are neither UTF-8 nor UTF-16
CODE_PAGES = re.compile(
    r"(iso[-_]?8859|latin|windows|cp\d|koi8|gb|big5|euc|shift|mac)", re.IGNORECASE
)
DEEPEST = 200
MOST_ELEMENTS = 1_000_000


@dataclass(slots=True)
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


class UnknownNameError(Exception):
    """A character is called by a name that neither XML nor HTML knows; holds the place and the sentence."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.reason)
        self.broken = broken


def parse(data: bytes, most: int = MOST_ELEMENTS) -> tuple[Element | None, Broken | None]:
    """Return the root element (None when nothing could be read) and where the file breaks, if it does.

    Encodings are told by the bytes rather than by the declaration, which real files often get wrong. A file of more than
    `most` elements is refused: each takes many times more memory than room in the file.
    """
    text = _text(data)
    builder = _Builder(most)
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    # HTML's names of characters are then told instead of being faults; nothing outside is ever fetched
    parser.UseForeignDTD(True)
    builder.attach(parser)
    try:
        parser.Parse(text.encode(errors="replace"), True)
    except expat.ExpatError as error:
        words = expat.errors.messages[error.code]
        return builder.root, _broken(error.lineno, error.offset, words)
    except UnknownNameError as error:
        return builder.root, error.broken
    except RefusedError as error:
        return None, Broken(parser.CurrentLineNumber, str(error))
    return builder.root, None


def _broken(line: int, offset: int, words: str) -> Broken:
    return Broken(line, f"not valid XML at column {offset + 1} ({words})")


def _text(data: bytes) -> str:
    """Return the text of a file, its XML declaration blanked out so that every line and column stays."""
    said = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']", data[:200])
    text, found = decoded(data)
    if found == "cp1252" and said and CODE_PAGES.match(said[1].decode()):
        with contextlib.suppress(LookupError, UnicodeError):
            text = data.decode(said[1].decode()).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda m: re.sub(r"\S", " ", m[0]), text, count=1)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


class _Builder:
    """Grows the tree from what expat tells."""

    def __init__(self, most: int) -> None:
        self.left = most
        self.root: Element | None = None
        self.open: list[Element] = []
        self.pieces: list[str] = []
        self.parser: expat.XMLParserType | None = None

    def attach(self, parser: expat.XMLParserType) -> None:
        """Listen to a parser."""
        self.parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.SkippedEntityHandler = self._named
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_facts: object) -> None:
        raise RefusedError("a document type with entities is not read: take <!DOCTYPE …> out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise RefusedError(f"elements are nested more than {DEEPEST} deep")
        self.left -= 1
        if self.left < 0:
            raise RefusedError("there are more elements than any honest file of this kind holds")
        self._settle()
        line = self.parser.CurrentLineNumber if self.parser else 0
        bare = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], bare, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self._settle()
        self.open.pop().complete = True

    def _said(self, text: str) -> None:
        self.pieces.append(text)

    def _named(self, name: str, _parameter: bool) -> None:
        character = html5.get(f"{name};")
        if character is None and self.parser:
            place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
            raise UnknownNameError(_broken(*place, f"no character has the name &{name[:30]};"))
        self.pieces.append(character or "")

    def _settle(self) -> None:
        """Hand the text since the last tag to its element; at once, for piece by piece takes ever longer."""
        text = "".join(self.pieces)
        self.pieces.clear()
        if not (text and self.open):
            return
        at = self.open[-1]
        if at.children:
            at.children[-1].tail += text
        else:
            at.text += text
