"""Tables of question quality: computed statistics, and questions disputed by officers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class ItemStatistic(Base):
    """The statistics of one question version, rebuilt by a job. Personal data: none.

    `n` is how many counted answers they rest on, `answers_to` the newest of them; `content` is JSON in the shape of
    `quality.reports.ItemReport`, exact: pages read it through `quality.shown`. `flag` is '' (nothing to do), 'watch' or
    'quarantine' (a proposal).
    """

    __tablename__ = "item_statistics"
    __table_args__ = (
        CheckConstraint("flag IN ('', 'watch', 'quarantine')", name="flag"),
        Index("ix_item_statistics_flag", "flag"),
    )

    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("question_versions.id"), primary_key=True
    )
    n: Mapped[int]
    answers_to: Mapped[int] = mapped_column(server_default=text("0"))
    content: Mapped[str] = mapped_column(Text)
    flag: Mapped[str] = mapped_column(Text)
    computed_at: Mapped[datetime] = mapped_column(Moment)


class QuizStatistic(Base):
    """The statistics of a whole quiz (alpha, standard error of measurement), rebuilt by a job. Personal data: none.

    `answers_to` is the newest answer that they rest on.
    """

    __tablename__ = "quiz_statistics"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), primary_key=True)
    n: Mapped[int]
    answers_to: Mapped[int] = mapped_column(server_default=text("0"))
    content: Mapped[str] = mapped_column(Text)
    computed_at: Mapped[datetime] = mapped_column(Moment)


class Dispute(Base):
    """A question an officer disputes after the result, and the author's answer. Personal data: the officer and the words."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'upheld', 'declined')", name="state"),
        Index("ix_disputes_question_version_id", "question_version_id"),
        Index("ix_disputes_officer_id", "officer_id"),
        Index("ix_disputes_state_made_at", "state", "made_at"),
        Index(
            "uq_disputes_attempt_id_question_version_id",
            "attempt_id",
            "question_version_id",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text, server_default="open")
    answer: Mapped[str] = mapped_column(Text, server_default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
