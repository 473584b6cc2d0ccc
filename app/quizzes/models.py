"""Tables of quizzes: identity apart from immutable versions; answers written once; counts that can be rebuilt."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment
from app.quizzes.answers import KINDS


class Quiz(Base):
    """A quiz and its blueprint. Personal data: none."""

    __tablename__ = "quizzes"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text)
    handbook_id: Mapped[int] = mapped_column(ForeignKey("handbooks.id"))
    title_ms: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    question_count: Mapped[int]
    pass_mark: Mapped[int]  # per cent
    attempts_allowed: Mapped[int]  # 0 = no limit
    cool_down_hours: Mapped[int]
    time_limit_minutes: Mapped[int]  # 0 = none
    draw: Mapped[str] = mapped_column(Text)  # JSON {rule code: how many}
    review_share: Mapped[int] = mapped_column(server_default=text("30"))  # per cent of a draw
    adaptive_share: Mapped[int] = mapped_column(server_default=text("30"))
    open_book: Mapped[bool] = mapped_column(server_default=text("true"))
    certainty: Mapped[bool] = mapped_column(server_default=text("false"))  # every question asks
    source_hash: Mapped[str] = mapped_column(Text)


class Question(Base):
    """A question: its identity. Personal data: none."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("quiz_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    key: Mapped[str] = mapped_column(Text)  # "PK-2.3-a"


class QuestionVersion(Base):
    """The wording of a question, never changed once approved; the newest is drawn. Personal data: who wrote and approved it.

    `pinned_hash` is the text hash (Malay) of the rule text it tests; `content` is JSON in the shape that `content.py` tells;
    `key_choice` the right answer as `answers.py` writes answers ("b", "ac", "a2b1"); `alphabet` the signs an answer may hold.
    Its state is draft (being written), approved (drawn while its pin holds), quarantined (approved, but under examination);
    `retired_at` ends each of them. `corrected_by_id` names the version that says what its key should have been.
    `made_by_id` is the author who wrote it on a page, empty for one from a file.
    """

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("state IN ('draft', 'approved', 'quarantined')", name="state"),
        Index("ix_question_versions_rule_id", "rule_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    number: Mapped[int]
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    pinned_hash: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    key_choice: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))  # empty: from a file
    alphabet: Mapped[str] = mapped_column(Text, server_default="abcdu")
    case_key: Mapped[str] = mapped_column(Text, server_default="")  # questions of one case share it
    state: Mapped[str] = mapped_column(Text, server_default="approved")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("question_versions.id"))


class KeyCorrection(Base):
    """A wrong key put right: the version that had it, the one that corrects it, why, and how far regrading is.

    Personal data: who corrected it. `regraded_to` is the last attempt looked at; `finished_at` ends the work.
    """

    __tablename__ = "key_corrections"
    __table_args__ = (Index("ix_key_corrections_finished_at", "finished_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    new_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    regraded_to: Mapped[int] = mapped_column(server_default=text("0"))
    regraded: Mapped[int] = mapped_column(server_default=text("0"))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """One sitting of one officer; open until submitted. Personal data: officer id and office."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("submitted_by IN ('', 'officer', 'deadline')", name="submitted_by"),
        Index(
            "uq_attempts_open",
            "officer_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_attempts_officer_id_quiz_id", "officer_id", "quiz_id"),
        Index(
            "ix_attempts_open_deadline_at",
            "deadline_at",
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))  # the office of that day
    seed: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    deadline_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_by: Mapped[str] = mapped_column(Text, server_default="")


class AttemptQuestion(Base):
    """A drawn question with its order of options and the choice kept so far. Personal data: the choice.

    `option_order` lists option ids as shown ("cabdu", "u" is "not sure, I would refer"); `choice` is the answer so far as
    `answers.py` writes it ("" while unanswered), made of the signs of `alphabet`; `certainty` 1 to 3, 0 while not told.
    `saved_at` is when either last changed. The save of a choice is one UPDATE here: the hot path of the portal.
    """

    __tablename__ = "attempt_questions"
    __table_args__ = (UniqueConstraint("attempt_id", "question_version_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default="single")
    alphabet: Mapped[str] = mapped_column(Text, server_default="abcdu")
    draw: Mapped[str] = mapped_column(Text, server_default="anchor")
    choice: Mapped[str] = mapped_column(Text, server_default="")
    certainty: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    saved_at: Mapped[datetime | None] = mapped_column(Moment)


class Answer(Base):
    """An observation: what was chosen, under which wording, in which office. Written once at submission.

    `counted` marks the officer's first answer to that question version: only these are counted as responses.
    Personal data: officer id and office.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_version_id"),
        Index("ix_answers_officer_id_question_version_id", "officer_id", "question_version_id"),
        Index("ix_answers_question_version_id", "question_version_id"),
        Index(
            "uq_answers_counted",
            "officer_id",
            "question_version_id",
            unique=True,
            sqlite_where=text("counted"),
            postgresql_where=text("counted"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    choice: Mapped[str] = mapped_column(Text)
    correct: Mapped[bool]
    share: Mapped[int] = mapped_column(
        SmallInteger, server_default=text("0")
    )  # thousandths of the mark, for item quality
    certainty: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    counted: Mapped[bool]
    draw: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(Moment)


class Grade(Base):
    """A grade of one attempt; a corrected key appends another, and only the newest stands. Personal data: through the attempt.

    `replaced_at` is empty for the grade that stands; nothing else of a grade ever changes.
    """

    __tablename__ = "grades"
    __table_args__ = (
        Index("ix_grades_officer_id_quiz_id", "officer_id", "quiz_id"),
        Index(
            "uq_grades_standing",
            "attempt_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, server_default=text("1"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    score: Mapped[int]
    maximum: Mapped[int]
    passed: Mapped[bool]
    graded_at: Mapped[datetime] = mapped_column(Moment)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("key_corrections.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)


class ResponseCount(Base):
    """How many officers of an office first answered so, per month: a cache of counted answers. Personal data: none.

    `choice` is the category of the answer (`answers.category`), `certainty` as told with it (0: not asked).
    """

    __tablename__ = "response_counts"

    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("question_versions.id"), primary_key=True
    )
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    month: Mapped[str] = mapped_column(Text, primary_key=True)  # "2026-11", Malaysian calendar
    draw: Mapped[str] = mapped_column(Text, primary_key=True)
    choice: Mapped[str] = mapped_column(Text, primary_key=True)
    certainty: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("0"))
    n: Mapped[int]


# what a quiz asks: approved, not replaced or retired since
LIVE = and_(QuestionVersion.retired_at.is_(None), QuestionVersion.state == "approved")
