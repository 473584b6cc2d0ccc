"""The table of enquiries: what readers did not understand, and what the authors answered in public."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Enquiry(Base):
    """A reader's question about one rule. Personal data: who asked, at which office, and what they wrote.

    `text` is seen by its writer and by authors only. In public stand the question as the author put it (`question_ms`,
    `question_en`) and the answer, in both languages, without a name. `declined` ends an enquiry without a public answer;
    then the answers hold what was told to the writer alone.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        CheckConstraint("language IN ('ms', 'en')", name="language"),
        CheckConstraint("state IN ('open', 'answered', 'declined')", name="state"),
        Index("ix_enquiries_rule_id", "rule_id"),
        Index("ix_enquiries_state_asked_at", "state", "asked_at"),
        Index("ix_enquiries_officer_id", "officer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"))  # as it was read
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))  # of that day
    language: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text, server_default="open")
    question_ms: Mapped[str] = mapped_column(Text, server_default="")
    question_en: Mapped[str] = mapped_column(Text, server_default="")
    answer_ms: Mapped[str] = mapped_column(Text, server_default="")
    answer_en: Mapped[str] = mapped_column(Text, server_default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
