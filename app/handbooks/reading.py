"""What a reader asks of a book, and what the page shows: filtered rules, marked changes. Knows no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup, escape

from app.errors import N_
from app.handbooks.logic import difference, plain_text
from app.handbooks.markdown import difference_html, highlight, to_html
from app.handbooks.queries import Change, RuleRow
from app.handbooks.stems import found_in, terms_of

CATEGORY_WORDS = {
    "biasa": N_("Pelanggan biasa"),
    "oku": N_("Orang kurang upaya"),
    "warga-emas": N_("Warga emas"),
    "mengandung": N_("Ibu mengandung"),
    "bayi": N_("Ibu membawa bayi atau anak kecil"),
    "uzur": N_("Pelanggan uzur"),
    "berkumpulan": N_("Kumpulan yang menghadapi kesukaran"),
    "khas": N_("Layanan khas"),
    "luar-premis": N_("Layanan di luar premis"),
    "luar-waktu": N_("Tidak dapat hadir waktu pejabat"),
}
STRENGTH_WORDS = {"must": N_("Mesti"), "should": N_("Hendaklah"), "may": N_("Boleh")}


@dataclass(frozen=True)
class Wanted:
    """What the reader asks for: words, a customer category, a strength; and the language of the text looked in."""

    search: str = ""
    category: str = ""
    strength: str = ""
    language: str = "ms"

    @property
    def any(self) -> bool:
        """Say whether anything is asked."""
        return bool(self.search or self.category or self.strength)


@dataclass(frozen=True)
class ShownRule:
    """A rule on the page: its wording as HTML, and what happened to it since the reader's own version."""

    rule: RuleRow
    title: Markup
    html: Markup
    change: str = ""
    note: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter on the page."""

    code: str
    title: str
    rules: tuple[ShownRule, ...]


def concerns(wanted: Wanted, rule: RuleRow) -> bool:
    """Say whether the rule has the category and strength asked for; one without categories concerns all customers."""
    return (not wanted.category or not rule.categories or wanted.category in rule.categories) and (
        not wanted.strength or rule.strength == wanted.strength
    )


def lets_through(wanted: Wanted, rule: RuleRow) -> bool:
    """Say whether the rule is among those asked for."""
    return concerns(wanted, rule) and (
        not wanted.search or found_in(rule.stems, terms_of(wanted.search), wanted.language)
    )


@dataclass(frozen=True)
class Known:
    """The version the reader knows: its rules by id, and what was done to them since."""

    rules: Mapping[int, RuleRow] = field(default_factory=dict)
    changes: Mapping[int, Change] = field(default_factory=dict)

    def differs(self, rule: RuleRow) -> bool:
        """Say whether the rule is new to the reader, reads otherwise, or binds otherwise."""
        before = self.rules.get(rule.rule_id)
        return before is None or _binding(before) != _binding(rule)

    def retired(self, rules: Iterable[RuleRow]) -> list[RuleRow]:
        """Return the rules the reader knows that are no longer there."""
        left = {rule.rule_id for rule in rules}
        return [rule for rule in self.rules.values() if rule.rule_id not in left]


def _binding(rule: RuleRow) -> tuple[object, ...]:
    return rule.text_hash, rule.strength, rule.categories


def shown(rule: RuleRow, known: Known | None, wanted: Wanted) -> ShownRule:
    """Return a rule as shown; compared with the wording the reader knows, changes are marked in the text."""
    title = highlight(escape(rule.title), wanted.search, wanted.language)
    marked = highlight(to_html(rule.body), wanted.search, wanted.language)
    if known is None or not known.differs(rule):
        return ShownRule(rule, title, marked)
    before = known.rules.get(rule.rule_id)
    if before is None:
        return ShownRule(rule, title, marked, "new")
    change = known.changes.get(rule.rule_id, Change("material", ""))
    old, new = plain_text(before.body), plain_text(rule.body)
    html = to_html(rule.body) if old == new else difference_html(difference(old, new))
    return ShownRule(rule, title, html, change.kind, change.note)


def chapters(rules: Iterable[RuleRow], known: Known | None, wanted: Wanted) -> list[Chapter]:
    """Return the chapters of the page with the rules asked for, compared with what the reader knows."""
    let_through = [rule for rule in rules if lets_through(wanted, rule)]
    return [
        Chapter(
            code,
            title,
            tuple(shown(rule, known, wanted) for rule in group),
        )
        for (code, title), group in groupby(let_through, key=lambda r: (r.chapter_code, r.chapter))
    ]
