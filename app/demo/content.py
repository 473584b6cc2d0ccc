"""What there is to know: versions and quizzes as loaded, read once before the history is made."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acknowledgements.logic import declaration
from app.handbooks.queries import VersionRow, rule_counts, shelf, versions_of
from app.quizzes.logic import REFER, Candidate
from app.quizzes.models import QuestionVersion
from app.quizzes.queries import QuizRow, candidates_of, quiz_rows

LANGUAGES = ("ms", "en")
LETTERS = "abcd"


@dataclass(frozen=True)
class Text:
    """A version and what is declared about it, by language."""

    version: VersionRow
    declarations: dict[str, str]


@dataclass(frozen=True)
class Book:
    """A handbook: the current version, and the one before it when that was current within the half year."""

    current: Text
    former: Text | None


@dataclass(frozen=True)
class Asked:
    """A question as the history needs it: its rule, the right choice, and wrong ones, the most tempting first."""

    rule: str
    key: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class QuizPlan:
    """A quiz with the questions that may be drawn today."""

    row: QuizRow
    fixed: dict[str, int]
    candidates: tuple[Candidate, ...]
    asked: dict[int, Asked]
    rules: tuple[str, ...]
    since: date  # the day from which its handbook's current wording is in effect


@dataclass(frozen=True)
class Content:
    """Everything the history is about; empty when no handbook is loaded."""

    books: tuple[Book, ...]
    quizzes: tuple[QuizPlan, ...]


def content_on(session: Session, *, since: date, today: date) -> Content:
    """Return the current versions, those that were current since a day, and the quizzes that can be drawn."""
    current = shelf(session, on=today)
    books = tuple(_book(session, version, since, today) for version in current)
    effective = {version.handbook_id: version.effective_on for version in current}
    plans = [
        _quiz(session, row, effective[row.handbook_id], today)
        for row in quiz_rows(session)
        if row.handbook_id in effective
    ]
    return Content(books, tuple(plan for plan in plans if plan.candidates))


def _book(session: Session, version: VersionRow, since: date, today: date) -> Book:
    older = [
        row
        for row in versions_of(session, slug=version.slug, on=today)
        if row.effective_on < version.effective_on
    ]
    was_current = older and version.effective_on > since + timedelta(days=14)
    former = _text(session, older[0]) if was_current else None
    return Book(_text(session, version), former)


def _text(session: Session, version: VersionRow) -> Text:
    rules = rule_counts(session, version_ids=[version.id]).get(version.id, 0)
    words = {
        language: declaration(
            language,
            title=version.title(language),
            number=version.number,
            effective_on=version.effective_on,
            rules=rules,
        )
        for language in LANGUAGES
    }
    return Text(version, words)


def _quiz(session: Session, row: QuizRow, since: date, today: date) -> QuizPlan:
    candidates = candidates_of(session, quiz=row, officer_id=0, on=today)
    ids = [candidate.version_id for candidate in candidates]
    keys = {
        version_id: (key, kind)
        for version_id, key, kind in session.execute(
            select(QuestionVersion.id, QuestionVersion.key_choice, QuestionVersion.kind).where(
                QuestionVersion.id.in_(ids)
            )
        )
    }
    asked = {
        candidate.version_id: Asked(
            candidate.rule,
            keys[candidate.version_id][0],
            wrong_choices(*keys[candidate.version_id], number=candidate.version_id),
        )
        for candidate in candidates
    }
    rules = tuple(sorted({candidate.rule for candidate in candidates}))
    return QuizPlan(row, json.loads(row.draw), tuple(candidates), asked, rules, since)


def wrong_choices(key: str, kind: str, *, number: int) -> tuple[str, ...]:
    """Return wrong choices of a question, the most tempting first; "not sure" is none of them.

    Which wrong option tempts is the same for everybody: `number` (the question's id) decides.
    """
    others = [letter for letter in LETTERS if letter not in key]
    turn = number % len(others)
    others = others[turn:] + others[:turn]
    if kind == "single":
        return tuple(others)
    one_less = key[:-1] if number % 2 else key[1:]
    return ("".join(sorted(one_less + others[0])), one_less, "".join(sorted(key + others[0])))


__all__ = ["REFER", "Asked", "Book", "Content", "QuizPlan", "Text", "content_on", "wrong_choices"]
