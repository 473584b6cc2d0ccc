"""Thought about drafts: what a rule's change is, what is wrong with a text, numbers and codes, the book as Markdown. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.errors import N_
from app.handbooks.source import CONTROL, LINK, RAW_HTML, UNDERLINE, text_hash

LANGUAGES = ("ms", "en")
UNSHOWN = N_("Ada aksara yang tidak boleh dipaparkan. Padam dan taip semula.")
BRACE = re.compile(r"[{}]")
BRACES = N_("Tajuk tidak boleh mengandungi kurungan dakap.")
CODE = re.compile(r"^(?P<chapter>[A-Z]{2,4}-\d+)\.(?P<number>\d+)$")


@dataclass(frozen=True)
class Wording:
    """A rule's text in one language."""

    title: str
    body: str

    @property
    def hash(self) -> str:
        """Return the hash of the wording, white space folded."""
        return text_hash(self.title, self.body)


@dataclass(frozen=True)
class RuleDraft:
    """A rule as a draft has it; `id` is the draft rule's, `rule_id` the identity (none: new in this draft).

    `ancestors` are ids of the rules it was split or merged from.
    """

    id: int
    rule_id: int | None
    code: str
    chapter_code: str
    chapter: tuple[str, str]
    ms: Wording
    en: Wording
    strength: str
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    change: str = ""
    note: tuple[str, str] = ("", "")
    ancestors: tuple[int, ...] = ()

    @property
    def retired(self) -> bool:
        """Say whether the draft leaves the rule out."""
        return self.change == "retired"

    def wording(self, language: str) -> Wording:
        """Return the text in one language."""
        return self.en if language == "en" else self.ms


@dataclass(frozen=True)
class Known:
    """A rule as the version before has it."""

    rule_id: int
    code: str
    ms: Wording
    en: Wording
    strength: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class DraftFault:
    """What must be put right before a draft can be submitted: the draft rule's id (none: the draft), and a sentence."""

    rule: int | None
    text: str
    code: str = ""


def one_line(text: str) -> str:
    """Return a title on one line, its white space folded."""
    return " ".join(text.split())


def unix_lines(text: str) -> str:
    """Return a text with the line ends of the files: browsers send two signs for one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def real_change(rule: RuleDraft, known: Known | None) -> str:
    """Return what really happened to a rule: "", new, changed, renumbered or retired.

    A rule that is new and left out again never was.
    """
    if known is None:
        return "" if rule.retired else "new"
    if rule.retired:
        return "retired"
    now = (rule.ms.hash, rule.en.hash, rule.strength, rule.categories)
    if now != (known.ms.hash, known.en.hash, known.strength, known.categories):
        return "changed"
    return "renumbered" if rule.code != known.code else ""


def lags(rule: RuleDraft, known: Known | None) -> str:
    """Return the language whose text was left behind ("ms", "en"), or nothing when both or neither changed."""
    if rule.retired:
        return ""
    for language in LANGUAGES:
        text = rule.wording(language)
        if not text.title.strip() or not text.body.strip():
            return language
    if known is None:
        return ""
    ms, en = rule.ms.hash != known.ms.hash, rule.en.hash != known.en.hash
    if ms == en:
        return ""
    return "en" if ms else "ms"


def kinds_for(real: str) -> tuple[str, ...]:
    """Return the kinds an author may give to what happened to a rule."""
    return {
        "new": ("new",),
        "changed": ("material", "editorial"),
        "renumbered": ("editorial", "material"),
        "retired": ("retired",),
    }.get(real, ())


def rule_faults(rule: RuleDraft, known: Known | None, source_keys: Iterable[str]) -> list[str]:
    """Return what must be put right in one rule, as Malay sentences."""
    real = real_change(rule, known)
    faults: list[str] = []
    if real and rule.change not in kinds_for(real):
        faults.append(
            N_("Nyatakan sama ada perubahan ini mengubah isi atau ejaan dan susunan sahaja.")
        )
    if real and not all(note.strip() for note in rule.note):
        faults.append(N_("Tulis sebab perubahan dalam kedua-dua bahasa."))
    if any(CONTROL.search(note) for note in rule.note):
        faults.append(UNSHOWN)
    return faults if rule.retired else list(dict.fromkeys(faults + _kept_faults(rule, source_keys)))


def _kept_faults(rule: RuleDraft, source_keys: Iterable[str]) -> list[str]:
    faults: list[str] = []
    texts = [rule.wording(language) for language in LANGUAGES]
    if not all(text.title.strip() and text.body.strip() for text in texts):
        faults.append(N_("Isi tajuk dan teks dalam kedua-dua bahasa."))
    for text in texts:
        faults += text_faults(text)
    if not rule.sources:
        faults.append(N_("Pilih sekurang-kurangnya satu sumber."))
    if set(rule.sources) - set(source_keys):
        faults.append(N_("Ada sumber yang tidak dikenali. Pilih semula sumber."))
    return faults


def text_faults(text: Wording) -> list[str]:
    """Return what a text holds that no book shows, as Malay sentences."""
    faults = []
    lines = text.body.split("\n")
    if RAW_HTML.search(text.body) or RAW_HTML.search(text.title):
        faults.append(N_("Kod HTML tidak dipaparkan. Tulis teks biasa atau Markdown."))
    if any(LINK.search(line) for line in lines):
        faults.append(
            N_("Pautan dan gambar tidak dipaparkan. Namakan sumbernya dalam senarai sumber.")
        )
    underlined = any(UNDERLINE.match(line) and before.strip() for before, line in pairwise(lines))
    if underlined or any(line.lstrip().startswith("#") for line in lines):
        faults.append(
            N_("Tajuk di dalam peraturan tidak dibenarkan. Guna huruf tebal atau senarai.")
        )
    if CONTROL.search(text.body) or CONTROL.search(text.title) or "\n" in text.title:
        faults.append(UNSHOWN)
    if BRACE.search(text.title):
        faults.append(BRACES)
    return faults


def title_faults(title: str) -> list[str]:
    """Return what no book shows in the title of a chapter or of the book, as Malay sentences."""
    return text_faults(Wording(title, ""))


def next_number(numbers: Sequence[str], base: str, *, material: bool) -> str:
    """Return the number of the next version: 3.0 after 2.4 when the substance changes, else 2.5; never one that was used."""
    major, minor = (int(part) for part in f"{base}.0".split(".")[:2])
    while True:
        major, minor = (major + 1, 0) if material else (major, minor + 1)
        if (found := f"{major}.{minor}") not in numbers:
            return found


def next_code(chapter_code: str, used: Iterable[str]) -> str:
    """Return the next free code of a chapter."""
    found = [
        int(match["number"])
        for code in used
        if (match := CODE.match(code)) and match["chapter"] == chapter_code
    ]
    return f"{chapter_code}.{max(found, default=0) + 1}"


def next_chapter(code: str, chapters: Iterable[str]) -> str:
    """Return the code of a new chapter of a handbook ("PK" → "PK-8")."""
    numbers = [int(chapter.rsplit("-", 1)[1]) for chapter in chapters]
    return f"{code}-{max(numbers, default=0) + 1}"


def renumbered(rules: Sequence[RuleDraft], reserved: Iterable[str]) -> list[RuleDraft]:
    """Return the rules numbered in their order, chapter by chapter; codes of retired rules are left out.

    `reserved` are codes that may not be given in this version.
    """
    kept = set(reserved)
    counts: dict[str, int] = {}
    found = []
    for rule in rules:
        if rule.retired:
            found.append(rule)
            continue
        number = counts.get(rule.chapter_code, 0) + 1
        while f"{rule.chapter_code}.{number}" in kept:
            number += 1
        counts[rule.chapter_code] = number
        found.append(replace(rule, code=f"{rule.chapter_code}.{number}"))
    return found


def in_book_order(rules: Iterable[RuleDraft]) -> list[RuleDraft]:
    """Return the rules by chapter (in the order chapters first appear), each chapter's in their own order."""
    listed = list(rules)
    chapters = list(dict.fromkeys(rule.chapter_code for rule in listed))
    return sorted(listed, key=lambda rule: chapters.index(rule.chapter_code))


def book_text(title: str, preface: str, rules: Iterable[RuleDraft], language: str) -> str:
    """Return one language of a book as Markdown, as `handbooks.source.parse_book` reads it."""
    parts = [f"# {title.strip()}", preface.strip()]
    chapter = ""
    place = LANGUAGES.index(language)
    for rule in rules:
        if rule.chapter_code != chapter:
            chapter = rule.chapter_code
            parts.append(f"## {rule.chapter[place].strip()} {{#{chapter}}}")
        text = rule.wording(language)
        attributes = [f"#{rule.code}", f"strength={rule.strength}"]
        if rule.categories:
            attributes.append(f'categories="{" ".join(rule.categories)}"')
        attributes.append(f'sources="{" ".join(rule.sources)}"')
        parts.append(f"### {text.title.strip()} {{{' '.join(attributes)}}}")
        parts.append(text.body.strip())
    return "\n\n".join(part for part in parts if part) + "\n"
