"""Reading enquiries: what waits for authors, one's own, and the public answers about a rule, which name nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.enquiries.models import Enquiry
from app.handbooks.models import Handbook, HandbookVersion, Rule, RuleText
from app.people.models import Office, Officer

PAGE = 20
MOST_WAITING = 50  # shown at once, the oldest
Answerer = aliased(Officer)


@dataclass(frozen=True)
class EnquiryRow:
    """An enquiry for authors and for who asked: `code` and `title` are the rule's as it was read."""

    id: int
    rule_id: int
    rule_name: str
    code: str
    title: str
    slug: str
    version_id: int
    version_number: str
    officer_id: int
    officer_name: str
    office_name: str | None
    language: str
    text: str
    asked_at: datetime
    state: str
    question_ms: str
    question_en: str
    answer_ms: str
    answer_en: str
    answered_by: str | None
    answered_at: datetime | None

    def question(self, language: str) -> str:
        """Return the question as it stands in public, in one language."""
        return self.question_en if language == "en" else self.question_ms

    def answer(self, language: str) -> str:
        """Return the public answer in one language."""
        return self.answer_en if language == "en" else self.answer_ms

    @property
    def private_answer(self) -> str:
        """Return what was told to the asker alone, in the language of the enquiry."""
        return self.answer(self.language)


@dataclass(frozen=True)
class PublicAnswer:
    """A question and its answer as everybody reads them; nothing here tells who asked or who answered."""

    question: str
    answer: str
    version_id: int
    version_number: str
    answered_at: datetime


def _enquiries(language: str) -> Select[Any]:
    return (
        select(  # type: ignore[return-value]  # the columns of EnquiryRow, in order
            Enquiry.id,
            Enquiry.rule_id,
            Rule.code,
            RuleText.code,
            RuleText.title,
            Handbook.slug,
            Enquiry.version_id,
            HandbookVersion.number,
            Enquiry.officer_id,
            Officer.name,
            Office.name,
            Enquiry.language,
            Enquiry.text,
            Enquiry.asked_at,
            Enquiry.state,
            Enquiry.question_ms,
            Enquiry.question_en,
            Enquiry.answer_ms,
            Enquiry.answer_en,
            Answerer.name,
            Enquiry.answered_at,
        )
        .join(Rule, Rule.id == Enquiry.rule_id)
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .join(HandbookVersion, HandbookVersion.id == Enquiry.version_id)
        .join(
            RuleText,
            and_(
                RuleText.version_id == Enquiry.version_id,
                RuleText.rule_id == Enquiry.rule_id,
                RuleText.language == language,
            ),
        )
        .join(Officer, Officer.id == Enquiry.officer_id)
        .outerjoin(Office, Office.id == Enquiry.office_id)
        .outerjoin(Answerer, Answerer.id == Enquiry.answered_by_id)
    )


def _rows(session: Session, query: Select[Any]) -> list[EnquiryRow]:
    return [EnquiryRow(*row) for row in session.execute(query)]


def enquiry_row(session: Session, *, enquiry_id: int, language: str) -> EnquiryRow | None:
    """Return one enquiry, or None; the caller asks the policy before showing it."""
    rows = _rows(session, _enquiries(language).where(Enquiry.id == enquiry_id))
    return rows[0] if rows else None


def waiting(session: Session, *, language: str) -> list[EnquiryRow]:
    """Return the open enquiries that have waited longest, oldest first."""
    query = (
        _enquiries(language)
        .where(Enquiry.state == "open")
        .order_by(Enquiry.asked_at, Enquiry.id)
        .limit(MOST_WAITING)
    )
    return _rows(session, query)


def closed(session: Session, *, language: str, page: int) -> list[EnquiryRow]:
    """Return a page of the enquiries that were answered or declined, newest first."""
    query = (
        _enquiries(language)
        .where(Enquiry.state != "open")
        .order_by(Enquiry.answered_at.desc(), Enquiry.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return _rows(session, query)


def count_of(session: Session, *where: ColumnElement[bool]) -> int:
    """Return how many enquiries there are of which all of this is true."""
    return session.scalar(select(func.count()).select_from(Enquiry).where(*where)) or 0


def count_waiting(session: Session) -> int:
    """Return how many enquiries are open."""
    return count_of(session, Enquiry.state == "open")


def count_closed(session: Session) -> int:
    """Return how many enquiries were answered or declined."""
    return count_of(session, Enquiry.state != "open")


def enquiries_of(session: Session, *, officer_id: int, language: str) -> list[EnquiryRow]:
    """Return what an officer asked, newest first."""
    query = (
        _enquiries(language)
        .where(Enquiry.officer_id == officer_id)
        .order_by(Enquiry.asked_at.desc(), Enquiry.id.desc())
    )
    return _rows(session, query)


def asked_about(session: Session, *, rule_id: int, language: str) -> list[EnquiryRow]:
    """Return the newest enquiries about a rule, for authors."""
    query = (
        _enquiries(language)
        .where(Enquiry.rule_id == rule_id)
        .order_by(Enquiry.asked_at.desc(), Enquiry.id.desc())
        .limit(PAGE)
    )
    return _rows(session, query)


def own_waiting(
    session: Session, *, officer_id: int, rule_id: int, language: str
) -> list[EnquiryRow]:
    """Return what an officer asked about a rule and still waits for, oldest first."""
    query = (
        _enquiries(language)
        .where(
            Enquiry.officer_id == officer_id, Enquiry.rule_id == rule_id, Enquiry.state == "open"
        )
        .order_by(Enquiry.asked_at, Enquiry.id)
    )
    return _rows(session, query)


def public_answers(session: Session, *, rule_id: int, language: str) -> list[PublicAnswer]:
    """Return the public questions about a rule with their answers, newest first."""
    question, answer = (
        (Enquiry.question_en, Enquiry.answer_en)
        if language == "en"
        else (Enquiry.question_ms, Enquiry.answer_ms)
    )
    rows = session.execute(
        select(question, answer, Enquiry.version_id, HandbookVersion.number, Enquiry.answered_at)
        .join(HandbookVersion, HandbookVersion.id == Enquiry.version_id)
        .where(Enquiry.rule_id == rule_id, Enquiry.state == "answered")
        .order_by(Enquiry.answered_at.desc(), Enquiry.id.desc())
    )
    return [PublicAnswer(*row) for row in rows]  # type: ignore[arg-type]  # answered, so there is a moment


def rule_as_read(session: Session, *, rule_id: int, version_id: int) -> tuple[str, str, str] | None:
    """Return handbook (slug), permanent name of the rule and version (number), when that version has the rule."""
    row = session.execute(
        select(Handbook.slug, Rule.code, HandbookVersion.number)
        .join(HandbookVersion, HandbookVersion.handbook_id == Handbook.id)
        .join(RuleText, RuleText.version_id == HandbookVersion.id)
        .join(Rule, Rule.id == RuleText.rule_id)
        .where(
            Rule.id == rule_id,
            HandbookVersion.id == version_id,
            HandbookVersion.withdrawn_at.is_(None),
        )
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None
