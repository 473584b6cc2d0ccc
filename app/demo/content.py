"""What there is to know: versions and quizzes as loaded, read once before the history is made."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acknowledgements.asking import Asked as WholeOrChanges
from app.acknowledgements.asking import changes_of, words_of
from app.handbooks.queries import VersionRow, shelf, versions_of
from app.quizzes.answers import NO_FAULT, PLACING_KINDS, REFER
from app.quizzes.logic import Candidate
from app.quizzes.models import QuestionVersion
from app.quizzes.queries import QuizRow, candidates_of, quiz_rows

LANGUAGES = ("ms", "en")
LETTERS = "abcd"
SATURDAY = 5


@dataclass(frozen=True)
class Text:
    """A version and what is declared about it, by language: the whole, or by id what changed since an older version."""

    version: VersionRow
    declarations: dict[str, str]
    changed: dict[int, dict[str, str]]


@dataclass(frozen=True)
class Book:
    """A handbook: its versions in force within the half year, oldest first, the current one last."""

    versions: tuple[Text, ...]

    @property
    def current(self) -> Text:
        """Return the version in force today."""
        return self.versions[-1]

    def on(self, day: date) -> Text:
        """Return the version in force on a day, or the oldest."""
        in_force = [text for text in self.versions if text.version.effective_on <= day]
        return in_force[-1] if in_force else self.versions[0]

    def missed(self, known: Text) -> list[Text]:
        """Return the later versions that ask again whoever knows one."""
        since = known.version.effective_on
        return [t for t in self.versions if t.version.asks_again and t.version.effective_on > since]


@dataclass(frozen=True)
class Asked:
    """A question as the history needs it: its rule, the right choice, and wrong ones, the most tempting first."""

    rule: str
    key: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """The days on which an older version was in force, and the questions that could be drawn then."""

    first: date
    last: date
    candidates: tuple[Candidate, ...]

    @property
    def workdays(self) -> list[date]:
        """Return the days from Monday to Friday."""
        days = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        return [day for day in days if day.weekday() < SATURDAY]


@dataclass(frozen=True)
class QuizPlan:
    """A quiz with the questions that may be drawn today."""

    row: QuizRow
    fixed: dict[str, int]
    candidates: tuple[Candidate, ...]
    asked: dict[int, Asked]
    rules: tuple[str, ...]
    since: date  # the day from which its handbook's current wording is in effect
    earlier: tuple[Round, ...]


@dataclass(frozen=True)
class Content:
    """Everything the history is about; empty when no handbook is loaded."""

    books: tuple[Book, ...]
    quizzes: tuple[QuizPlan, ...]


def content_on(session: Session, *, since: date, today: date) -> Content:
    """Return the current versions, those that were current since a day, and the quizzes that can be drawn."""
    current = shelf(session, on=today)
    books = tuple(_book(session, version, since, today) for version in current)
    by_handbook = {book.current.version.handbook_id: book for book in books}
    plans = [
        _quiz(session, row, by_handbook[row.handbook_id], since, today)
        for row in quiz_rows(session)
        if row.handbook_id in by_handbook
    ]
    return Content(books, tuple(plan for plan in plans if plan.candidates))


def _book(session: Session, version: VersionRow, since: date, today: date) -> Book:
    rows = [
        row
        for row in reversed(versions_of(session, slug=version.slug, on=today))
        if row.effective_on <= version.effective_on
    ]
    before = [row for row in rows if row.effective_on <= since]
    shown = before[-1:] + [row for row in rows if row.effective_on > since]
    return Book(tuple(_text(session, row, shown[:n]) for n, row in enumerate(shown)))


def _text(session: Session, version: VersionRow, older: list[VersionRow]) -> Text:
    return Text(
        version,
        {
            spoken: words_of(session, WholeOrChanges(), version=version, language=spoken)
            for spoken in LANGUAGES
        },
        {
            known.id: {
                spoken: words_of(
                    session,
                    changes_of(session, since=known, version=version, language=spoken),
                    version=version,
                    language=spoken,
                )
                for spoken in LANGUAGES
            }
            for known in older
        },
    )


def _quiz(session: Session, row: QuizRow, book: Book, since: date, today: date) -> QuizPlan:
    candidates = tuple(candidates_of(session, quiz=row, officer_id=0, on=today))
    rules = tuple(sorted({candidate.rule for candidate in candidates}))
    earlier = tuple(_rounds(session, row, book, since, rules))
    every = {
        c.version_id: c for part in (candidates, *(e.candidates for e in earlier)) for c in part
    }
    rows = {
        version_id: (key, content)
        for version_id, key, content in session.execute(
            select(QuestionVersion.id, QuestionVersion.key_choice, QuestionVersion.content).where(
                QuestionVersion.id.in_(every)
            )
        )
    }
    asked = {
        version_id: Asked(
            candidate.rule, rows[version_id][0], wrong_answers(candidate, *rows[version_id])
        )
        for version_id, candidate in every.items()
    }
    effective = book.current.version.effective_on
    return QuizPlan(row, json.loads(row.draw), candidates, asked, rules, effective, earlier)


def _rounds(
    session: Session, row: QuizRow, book: Book, since: date, rules: tuple[str, ...]
) -> Iterator[Round]:
    """Yield the older versions of the half year in which a whole quiz could be drawn."""
    for text, later in pairwise(book.versions):
        first = max(since, text.version.effective_on)
        last = later.version.effective_on - timedelta(days=1)
        drawn = candidates_of(session, quiz=row, officer_id=0, on=last)
        drawn = [candidate for candidate in drawn if candidate.rule in rules]
        if first <= last and len(drawn) >= row.question_count:
            yield Round(first, last, tuple(drawn))


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


def wrong_answers(question: Candidate, key: str, content: str) -> tuple[str, ...]:
    """Return wrong answers to a question of any kind, the most tempting first; "not sure" is none of them."""
    if question.kind == "single":
        return by_misreading(json.loads(content), key)
    if question.kind == "multiple":
        return wrong_choices(key, question.kind, number=question.version_id)
    if question.kind == "true_false":
        return ("b" if key == "a" else "a",)
    if question.kind in PLACING_KINDS:
        return wrong_placings(key, question.kind, number=question.version_id)
    return wrong_texts(json.loads(content), key)


def by_misreading(content: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the wrong options of a question, those first whose misreading tempts most: the same in all questions on a rule."""
    wrong = [option for option in content["options"] if option["id"] not in key]
    told = {one["id"]: (one.get("misconception") or {}).get("ms", "") for one in wrong}
    return tuple(sorted(told, key=lambda letter: (crc32(told[letter].encode()), letter)))


def wrong_placings(key: str, kind: str, *, number: int) -> tuple[str, ...]:
    """Return placings with two things exchanged, or a form with a fault missed, or with a sound field called faulty."""
    pairs = [key[at : at + 2] for at in range(0, len(key) - 1, 2)]
    if kind == "form_check":
        missed = pairs[1:] if number % 2 else pairs[:-1]
        free = next(letter for letter in LETTERS if letter not in key)
        alarmed = sorted([*pairs, free + "1"])
        return tuple("".join(answer) or NO_FAULT for answer in (missed, alarmed) if answer != pairs)
    turn = number % (len(pairs) - 1)
    one, other = pairs[turn], pairs[turn + 1]
    pairs[turn : turn + 2] = [one[0] + other[1], other[0] + one[1]]
    return ("".join(pairs),)


def wrong_texts(content: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the foreseen misreadings of a number or a short text, or something that is not the key."""
    foreseen = tuple(
        "=" + (misreading["value"] if "value" in misreading else misreading["variants"]["ms"][0])
        for misreading in content["misreadings"]
    )
    return foreseen or ((key + "0") if "number" in content else "=lain",)


__all__ = [
    "REFER",
    "Asked",
    "Book",
    "Content",
    "QuizPlan",
    "Round",
    "Text",
    "content_on",
    "wrong_choices",
]
