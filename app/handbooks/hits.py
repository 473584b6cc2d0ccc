"""What a search found, in the order of what it is worth, with the words around the hits. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from app.handbooks.logic import plain_text
from app.handbooks.markdown import highlight
from app.handbooks.queries import RuleRow
from app.handbooks.reading import Wanted, concerns
from app.handbooks.stems import WORD, Term, as_written, forms, terms_of, words_of

EXCERPT = 220  # letters around the hits
CODE, TITLE, TEXT = 0, 1, 4  # what a word is worth by where it stands; the lower the earlier
EXACT, BY_STEM, BY_BEGINNING = 0, 1, 2


@dataclass(frozen=True)
class Candidate:
    """One language of a rule in force, `found` when the search finds it, with its book and place on the shelf."""

    slug: str
    book: str
    place: tuple[int, int]
    language: str
    found: bool
    rule: RuleRow


@dataclass(frozen=True)
class Hit:
    """A rule found, in the reader's language; `other` is what the other language says where only that was found."""

    slug: str
    book: str
    rule: RuleRow
    title: Markup
    excerpt: Markup
    other_language: str = ""
    other: Markup | None = None


def worth(terms: Iterable[Term], rule: RuleRow, language: str) -> int:
    """Return how early a rule is shown, the lowest first: code, then title, then text; as written, then by stem."""
    code = set(as_written(rule.code))
    title, text = words_of(rule.title), words_of(rule.body)
    total = 0
    for term in terms:
        if term.word in code:
            total += CODE
        elif (how := _how(term, title, language)) is not None:
            total += TITLE + how
        else:
            how = _how(term, text, language)
            total += TEXT + (BY_BEGINNING if how is None else how)
    return total


def _how(term: Term, words: Iterable[str], language: str) -> int | None:
    found = [word for word in words if term.finds(word, language)]
    if not found:
        return None
    if any(term.word in as_written(word) for word in found):
        return EXACT
    equal = term.forms(language)
    by_stem = any(not equal.isdisjoint(forms(word, language)) for word in found)
    return BY_STEM if by_stem else BY_BEGINNING


def ranked(candidates: Sequence[Candidate], wanted: Wanted) -> list[tuple[Candidate, Candidate]]:
    """Return (what is shown, what was found) for each rule that the reader asks for, best first.

    What is shown is in the reader's language (`wanted.language`), as is what was found where both languages were.
    """
    terms = terms_of(wanted.search)
    found = []
    for _rule, group in groupby(candidates, key=lambda c: (c.slug, c.rule.rule_id)):
        languages = {candidate.language: candidate for candidate in group}
        own = languages[wanted.language]
        hit = own if own.found else next(c for c in languages.values() if c.found)
        if concerns(wanted, own.rule):
            order = (worth(terms, hit.rule, hit.language), hit is not own, *own.place)
            found.append((order, own, hit))
    return [(own, hit) for _order, own, hit in sorted(found, key=lambda item: item[0])]


def shown_hit(own: Candidate, hit: Candidate, search: str) -> Hit:
    """Return a rule found as the page shows it."""
    title = highlight(escape(own.rule.title), search, own.language)
    text = excerpt(own.rule.body, search, own.language)
    if hit is own:
        return Hit(own.slug, own.book, own.rule, title, text)
    head = highlight(escape(hit.rule.title), search, hit.language)
    said = excerpt(hit.rule.body, search, hit.language)
    if "<mark>" in head:
        said = Markup("{}. {}").format(head, said)
    return Hit(own.slug, own.book, own.rule, title, text, hit.language, said)


def excerpt(body: str, search: str, language: str) -> Markup:
    """Return the piece of a rule's text (Markdown) that holds most of the words searched for, those marked."""
    text = " ".join(plain_text(body).split())
    start = _best_start(text, terms_of(search), language)
    end = start + EXCERPT
    piece = text[start:end]
    if end < len(text):
        piece = piece.rpartition(" ")[0] or piece
    before, after = "… " if start else "", " …" if start + len(piece) < len(text) else ""
    return Markup("{}{}{}").format(before, highlight(escape(piece), search, language), after)


def _best_start(text: str, terms: Sequence[Term], language: str) -> int:
    """Return where the window begins that holds the most different words searched for."""
    found = [
        (word.start(), term)
        for word in WORD.finditer(text)
        for term in terms
        if term.finds(word[0], language)
    ]
    if not found or (found[0][0] + 20 < EXCERPT and len({term for _at, term in found}) == 1):
        return 0
    best, most = 0, 0
    for at, _term in found:
        start = 0 if at < 60 else text.rfind(" ", 0, at - 40) + 1
        held = {t for other, t in found if start <= other < start + EXCERPT - 20}
        if len(held) > most:
            best, most = start, len(held)
    return best
