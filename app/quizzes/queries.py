"""Reading quizzes: quizzes, an officer's own attempts and grades, what a page of an attempt shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.clock import HOME
from app.handbooks.models import Handbook, HandbookVersion, Rule, RuleText
from app.handbooks.queries import current_on
from app.quizzes.logic import Candidate, Standing, is_current, valid_pins
from app.quizzes.models import (
    LIVE,
    Answer,
    Attempt,
    AttemptQuestion,
    Grade,
    Question,
    QuestionVersion,
    Quiz,
)


@dataclass(frozen=True)
class QuizRow:
    """A quiz and its blueprint."""

    id: int
    slug: str
    handbook_id: int
    title_ms: str
    title_en: str
    question_count: int
    pass_mark: int
    attempts_allowed: int
    cool_down_hours: int
    time_limit_minutes: int
    draw: str
    review_share: int
    adaptive_share: int
    open_book: bool
    certainty: bool
    handbook_slug: str

    def title(self, language: str) -> str:
        """Return the title in one language."""
        return self.title_en if language == "en" else self.title_ms


@dataclass(frozen=True)
class GradeRow:
    """How an attempt ended."""

    attempt_id: int
    quiz_id: int
    score: int
    maximum: int
    passed: bool
    graded_at: datetime


@dataclass(frozen=True)
class OpenAttemptRow:
    """An attempt not yet submitted."""

    id: int
    quiz_id: int
    answered: int
    total: int
    saved_at: datetime | None
    deadline_at: datetime | None


@dataclass(frozen=True)
class AttemptRow:
    """One attempt of the officer who asks."""

    id: int
    quiz_id: int
    officer_id: int
    office_id: int
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str


QUIZ = (
    Quiz.id,
    Quiz.slug,
    Quiz.handbook_id,
    Quiz.title_ms,
    Quiz.title_en,
    Quiz.question_count,
    Quiz.pass_mark,
    Quiz.attempts_allowed,
    Quiz.cool_down_hours,
    Quiz.time_limit_minutes,
    Quiz.draw,
    Quiz.review_share,
    Quiz.adaptive_share,
    Quiz.open_book,
    Quiz.certainty,
    Handbook.slug,
)
ATTEMPT = (
    Attempt.id,
    Attempt.quiz_id,
    Attempt.officer_id,
    Attempt.office_id,
    Attempt.started_at,
    Attempt.deadline_at,
    Attempt.submitted_at,
    Attempt.submitted_by,
)


def quiz_rows(session: Session) -> list[QuizRow]:
    """Return all quizzes in the order of their handbooks."""
    rows = session.execute(
        select(*QUIZ).join(Handbook, Handbook.id == Quiz.handbook_id).order_by(Handbook.position)
    )
    return [QuizRow(*row) for row in rows]  # type: ignore[call-arg]  # the columns of QUIZ, in order


def quiz_row(
    session: Session, *, slug: str | None = None, quiz_id: int | None = None
) -> QuizRow | None:
    """Return one quiz by its slug or id, or None."""
    wanted = Quiz.slug == slug if slug is not None else Quiz.id == quiz_id
    row = session.execute(
        select(*QUIZ).join(Handbook, Handbook.id == Quiz.handbook_id).where(wanted)
    ).first()
    return QuizRow(*row) if row else None  # type: ignore[call-arg]  # the columns of QUIZ, in order


History = list[tuple[str, str]]


def pins_in_force(session: Session, *, handbook_id: int, on: date) -> dict[int, tuple[str, ...]]:
    """Return the text hashes (Malay) under which a question is current, by id of each rule in force on a day."""
    histories, in_force = histories_of(session, handbook_id=handbook_id, on=on)
    return pins_of_histories(histories, in_force)


def pins_of_histories(
    histories: Mapping[int, History], in_force: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Return the text hashes under which a question is current, of the rules in force."""
    return {rule_id: valid_pins(histories[rule_id]) for rule_id in in_force}


def histories_of(
    session: Session, *, handbook_id: int, on: date
) -> tuple[dict[int, History], set[int]]:
    """Return each rule's wordings up to a day, (text hash, what that version did), and the rules in force that day."""
    rows = session.execute(
        select(HandbookVersion.id, RuleText.rule_id, RuleText.text_hash, RuleText.change)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            HandbookVersion.effective_on <= on,
            HandbookVersion.withdrawn_at.is_(None),
            RuleText.language == "ms",
        )
        .order_by(HandbookVersion.effective_on)
    ).all()
    histories: dict[int, History] = {}
    for _version, rule_id, text_hash, change in rows:
        histories.setdefault(rule_id, []).append((text_hash, change))
    return histories, {rule_id for version, rule_id, *_rest in rows if version == rows[-1][0]}


def candidates_of(session: Session, *, quiz: QuizRow, officer_id: int, on: date) -> list[Candidate]:
    """Return the questions that may be drawn: current wording only, marked where the officer had them before."""
    pins = pins_in_force(session, handbook_id=quiz.handbook_id, on=on)
    seen = (
        select(Answer.question_version_id)
        .where(Answer.officer_id == officer_id)
        .distinct()
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            QuestionVersion.id,
            Rule.id,
            Rule.code,
            QuestionVersion.pinned_hash,
            QuestionVersion.kind,
            QuestionVersion.alphabet,
            QuestionVersion.id.in_(seen),
            QuestionVersion.case_key,
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(Question.quiz_id == quiz.id, LIVE)
    )
    return [
        Candidate(version_id, rule, kind, alphabet, bool(had), case_key)
        for version_id, rule_id, rule, pinned, kind, alphabet, had, case_key in rows
        if is_current(pinned, pins.get(rule_id, ()))
    ]


def standing_of(session: Session, *, quiz: QuizRow, officer_id: int, on: date) -> Standing:
    """Return how many attempts the officer made, when the last ended and whether one passed.

    Counted since the handbook's version in force began: a new version opens the attempts anew.
    """
    began = session.scalar(
        select(HandbookVersion.effective_on).where(
            HandbookVersion.handbook_id == quiz.handbook_id, current_on(on)
        )
    )
    since = datetime.combine(began or date(2000, 1, 1), time(), HOME).astimezone(UTC)
    count, last, passed = session.execute(
        select(
            func.count(),
            func.max(Grade.graded_at),
            func.max(case((Grade.passed, 1), else_=0)),
        ).where(
            Grade.quiz_id == quiz.id,
            Grade.officer_id == officer_id,
            Grade.graded_at >= since,
            Grade.replaced_at.is_(None),
        )
    ).one()
    return Standing(count, last, bool(passed))


def open_attempt_id(session: Session, *, quiz_id: int, officer_id: int) -> int | None:
    """Return the officer's open attempt at a quiz, or None."""
    return session.scalar(
        select(Attempt.id).where(
            Attempt.quiz_id == quiz_id,
            Attempt.officer_id == officer_id,
            Attempt.submitted_at.is_(None),
        )
    )


def attempt_of(session: Session, *, officer_id: int, attempt_id: int) -> AttemptRow | None:
    """Return the officer's own attempt; None for anybody else's, as for one that does not exist."""
    row = session.execute(
        select(*ATTEMPT).where(Attempt.id == attempt_id, Attempt.officer_id == officer_id)
    ).first()
    return AttemptRow(*row) if row else None


def grade_of(session: Session, *, attempt_id: int) -> GradeRow | None:
    """Return the grade of an attempt, or None while it is open."""
    row = session.execute(_grades().where(Grade.attempt_id == attempt_id)).first()
    return GradeRow(*row) if row else None


def grades_of(session: Session, *, officer_id: int, quiz_id: int | None = None) -> list[GradeRow]:
    """Return an officer's grades, newest first, of one quiz or of all."""
    query = _grades().where(Grade.officer_id == officer_id)
    if quiz_id is not None:
        query = query.where(Grade.quiz_id == quiz_id)
    return [GradeRow(*row) for row in session.execute(query.order_by(Grade.graded_at.desc()))]


def _grades() -> Any:
    return select(
        Grade.attempt_id,
        Grade.quiz_id,
        Grade.score,
        Grade.maximum,
        Grade.passed,
        Grade.graded_at,
    ).where(Grade.replaced_at.is_(None))


def open_attempts_of(session: Session, *, officer_id: int) -> list[OpenAttemptRow]:
    """Return an officer's open attempts with how far each is."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.quiz_id,
            func.sum(case((AttemptQuestion.choice != "", 1), else_=0)),
            func.count(),
            func.max(AttemptQuestion.saved_at),
            Attempt.deadline_at,
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .where(Attempt.officer_id == officer_id, Attempt.submitted_at.is_(None))
        .group_by(Attempt.id, Attempt.quiz_id, Attempt.deadline_at)
        .order_by(Attempt.id)
    )
    return [OpenAttemptRow(*row) for row in rows]


def expired_attempts(session: Session, *, before: datetime, most: int) -> list[AttemptRow]:
    """Return open attempts whose deadline lies before a moment, oldest first."""
    rows = session.execute(
        select(*ATTEMPT)
        .where(and_(Attempt.submitted_at.is_(None), Attempt.deadline_at < before))
        .order_by(Attempt.deadline_at)
        .limit(most)
    )
    return [AttemptRow(*row) for row in rows]


def rules_of(session: Session, *, handbook_id: int) -> list[str]:
    """Return the permanent names of a handbook's rules, in order."""
    return list(
        session.scalars(select(Rule.code).where(Rule.handbook_id == handbook_id).order_by(Rule.id))
    )
