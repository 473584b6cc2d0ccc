"""GIFT, first step: a text cut into questions, with their lines, comments and categories. Pure."""

import re
from dataclasses import dataclass, field

CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)")
MARK = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
GOES_ON = "=~}#%"  # how a line within braces may begin after an empty line


@dataclass
class Paragraph:
    """One question as it stands in the file: its first line, its text, and what comments before it say."""

    line: int
    text: str
    category: str
    code: str = ""
    tags: tuple[str, ...] = ()


@dataclass
class _Cutter:
    lines: list[str]
    follows: list[str]  # the first sign of the next line that is not empty, after each line
    found: list[Paragraph] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    first: int = 0
    depth: int = 0
    closed: bool = False  # a set of answers has been closed in what is held
    category: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()

    def end(self) -> None:
        """End the question at hand, if there is one."""
        text = "\n".join(self.held)
        if text.strip():
            self.found.append(Paragraph(self.first, text, self.category, self.code, self.tags))
            self.code, self.tags = "", ()
        self.held, self.depth, self.closed = [], 0, False

    def comment(self, text: str) -> None:
        """Keep the id and the tags that a comment gives to the next question."""
        if not self.held:
            for name, value in MARK.findall(text):
                said = re.sub(r"\\(.)", r"\1", value).strip()
                if name == "id":
                    self.code = said
                else:
                    self.tags += (said,)

    def goes_on(self, number: int) -> bool:
        """Say whether the answers that are open go on after an empty line."""
        return self.depth > 0 and self.follows[number] in GOES_ON

    def take(self, number: int, line: str) -> None:
        """Take one line that is neither empty, comment nor category."""
        if self.closed and self.depth == 0 and self.held:
            begins = line.lstrip().startswith("::") or _opens(line)
            if begins:
                self.end()
        if not any(text.strip() for text in self.held):
            self.first = number
        self.held.append(line)
        before = self.depth
        self.depth, closes = _depth(line, self.depth)
        self.closed = self.closed or closes or (before > 0 and self.depth == 0)


def paragraphs(text: str) -> list[Paragraph]:
    """Return the questions of a GIFT text, each with its first line.

    Questions are parted by empty lines; an empty line among answers parts nothing when an answer follows, and a new title, or
    a second set of answers on a new line, begins a question even without one.
    """
    lines = text.split("\n")
    cutter = _Cutter(lines, _follows(lines))
    for number, line in enumerate(cutter.lines, start=1):
        bare = line.strip()
        if bare.startswith("//"):
            cutter.comment(bare)
        elif not bare:
            if cutter.held and not cutter.goes_on(number):
                cutter.end()
            elif cutter.held:
                cutter.held.append("")
        elif (category := CATEGORY.match(line)) and cutter.depth == 0:
            cutter.end()
            cutter.category, cutter.code, cutter.tags = unescaped(category[1]).strip(), "", ()
        else:
            cutter.take(number, line)
    cutter.end()
    return cutter.found


def _follows(lines: list[str]) -> list[str]:
    """Return for each count of lines read the first sign of the next line that is not empty; a line end for none."""
    found, sign = ["\n"] * (len(lines) + 1), "\n"
    for number in range(len(lines) - 1, -1, -1):
        sign = lines[number].strip()[:1] or sign
        found[number] = sign
    return found


def _opens(line: str) -> bool:
    return re.search(r"(?<!\\)(?:\\\\)*\{", line) is not None


def _depth(line: str, depth: int) -> tuple[int, bool]:
    """Return how deep in braces a line ends, and whether a set of answers was closed in it."""
    closes, at = False, 0
    while at < len(line):
        sign = line[at]
        if sign == "\\":
            at += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            closes = closes or depth == 1
            depth = max(0, depth - 1)
        at += 1
    return depth, closes


def unescaped(text: str) -> str:
    """Return a text without GIFT's escapes: `\\n` is a line end, a backslash before `\\ : # = { } ~` is taken off."""
    return re.sub(r"\\([\\:#={}~n])", lambda found: "\n" if found[1] == "n" else found[1], text)
