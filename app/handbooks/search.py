"""Finding rules in force by words, in both languages at once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.handbooks.folder import LANGUAGES
from app.handbooks.hits import Candidate
from app.handbooks.models import Handbook, HandbookVersion, RuleText
from app.handbooks.queries import current_on, rule_row
from app.handbooks.stems import Term


def rules_found(
    session: Session, *, terms: Sequence[Term], on: date, language: str, slug: str = ""
) -> list[Candidate]:
    """Return both languages of every rule in force on a day of which one holds all the words.

    They come rule by rule in the order of the shelf; `language` is that of the books' titles, `slug` one handbook alone.
    """
    if not terms:
        return []
    text, other = aliased(RuleText), aliased(RuleText)
    rows = session.execute(
        select(
            Handbook.slug,
            HandbookVersion.title_en if language == "en" else HandbookVersion.title_ms,
            Handbook.position,
            text,
            _holds_all(text, terms),
        )
        .join(HandbookVersion, HandbookVersion.handbook_id == Handbook.id)
        .join(text, text.version_id == HandbookVersion.id)
        .join(
            other,
            and_(
                other.version_id == text.version_id,
                other.rule_id == text.rule_id,
                other.language != text.language,
            ),
        )
        .where(
            current_on(on),
            or_(_holds_all(text, terms), _holds_all(other, terms)),
            *([Handbook.slug == slug] if slug else []),
        )
        .order_by(Handbook.position, Handbook.slug, text.rule_id, text.language)
    )
    return [
        Candidate(slug, book, (place, row.position), row.language, bool(found), rule_row(row))
        for slug, book, place, row, found in rows
    ]


def _holds_all(text: type[RuleText], terms: Sequence[Term]) -> ColumnElement[bool]:
    """SQL: all words stand among the stems of the text, in the way of its language (`stems.found_in`)."""
    return or_(
        *(
            and_(text.language == language, *(_holds(text, term, language) for term in terms))
            for language in LANGUAGES
        )
    )


def _holds(text: type[RuleText], term: Term, language: str) -> ColumnElement[bool]:
    equal = (text.stems.contains(f" {form} ", autoescape=True) for form in term.forms(language))
    begins = text.stems.contains(f" {term.word}", autoescape=True)
    return or_(begins, *equal) if term.may_begin else or_(*equal)
