"""Tables of practice: one card per officer and rule, and what was asked and answered day by day or after a briefing."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class ReviewCard(Base):
    """What is known of an officer's memory of a rule. Personal data: the officer's memory, for the officer alone.

    `due_at` is when it wants review; `stability` (days) and `difficulty` (1 to 10) are those of FSRS, `box` that of Leitner;
    `algorithm` says which one wrote them. `rule_hash` is the wording reviewed: another one in substance resets the card.
    """

    __tablename__ = "review_cards"
    __table_args__ = (
        CheckConstraint("algorithm IN ('fsrs', 'leitner')", name="algorithm"),
        Index("ix_review_cards_officer_id_due_at", "officer_id", "due_at"),
        Index("ix_review_cards_rule_id", "rule_id"),
    )

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    algorithm: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Moment)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    stability: Mapped[float] = mapped_column(Float, server_default=text("0"))
    difficulty: Mapped[float] = mapped_column(Float, server_default=text("0"))
    box: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    reviews: Mapped[int] = mapped_column(server_default=text("0"))
    lapses: Mapped[int] = mapped_column(server_default=text("0"))
    last_right: Mapped[bool | None]
    rule_hash: Mapped[str] = mapped_column(Text, server_default="")


class PracticeAnswer(Base):
    """A question asked in practice and what was answered, once. Personal data: officer, office and answer."""

    __tablename__ = "practice_answers"
    __table_args__ = (
        UniqueConstraint("officer_id", "day", "rule_id"),
        Index(
            "ix_practice_answers_officer_id_question_version_id",
            "officer_id",
            "question_version_id",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))  # the office of that day
    day: Mapped[date]  # Malaysian calendar
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    choice: Mapped[str] = mapped_column(Text, server_default="")
    certainty: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    correct: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class FollowUp(Base):
    """A fresh question after a briefing and what was answered to it, once. Personal data: officer and answer."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("briefing_id", "officer_id", "rule_id"),
        Index("ix_follow_ups_officer_id", "officer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    choice: Mapped[str] = mapped_column(Text, server_default="")
    correct: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class PracticeCursor(Base):
    """How far the answers of quizzes have been taken as reviews. Personal data: none."""

    __tablename__ = "practice_cursors"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last_id: Mapped[int] = mapped_column(server_default=text("0"))
