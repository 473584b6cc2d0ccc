"""Reading assignments and exemptions, with the titles that pages show."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.clock import local_date
from app.compliance.models import Assignment, Exemption, Reminder
from app.handbooks.queries import current_versions
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.offices import below
from app.people.queries import at_or_below, serving_on
from app.quizzes.queries import quiz_rows


@dataclass(frozen=True)
class AssignmentFacts:
    """What is asked of whom by when."""

    kind: str
    target_id: int
    office_id: int
    role: str
    post: str
    starts_on: date
    due_on: date | None
    days_after_joining: int | None
    valid_days: int | None
    renew_month: int | None = None


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment with what it asks for, in both languages; `number` is the handbook's version in force."""

    id: int
    kind: str
    title_ms: str
    title_en: str
    slug: str
    number: str
    office_id: int
    office_name: str
    office_path: str
    role: str
    post: str
    starts_on: date
    due_on: date | None
    days_after_joining: int | None
    valid_days: int | None
    renew_month: int | None
    withdrawn_at: datetime | None

    def title(self, language: str) -> str:
        """Return what is asked for, in one language."""
        return self.title_en if language == "en" else self.title_ms


@dataclass(frozen=True)
class ExemptionRow:
    """An officer's exemption in force."""

    id: int
    assignment_id: int
    officer_id: int
    officer_name: str
    until: date | None
    reason: str


def assignment_rows(
    session: Session, *, on: date, ids: set[int] | None = None
) -> dict[int, AssignmentRow]:
    """Return assignments by id, those in force before withdrawn ones; all, or those asked for."""
    query = (
        select(Assignment, Office.name, Office.path)
        .join(Office, Office.id == Assignment.office_id)
        .order_by(Assignment.withdrawn_at.is_not(None), Assignment.kind, Assignment.id)
    )
    if ids is not None:
        query = query.where(Assignment.id.in_(ids))
    found = session.execute(query).all()
    versions = current_versions(session, on=on)
    quizzes = {quiz.id: quiz for quiz in quiz_rows(session)}
    rows = {}
    for assignment, office_name, office_path in found:
        version = versions.get(assignment.handbook_id or 0)
        quiz = quizzes.get(assignment.quiz_id or 0)
        rows[assignment.id] = AssignmentRow(
            id=assignment.id,
            kind=assignment.kind,
            title_ms=version.title_ms if version else quiz.title_ms if quiz else "",
            title_en=version.title_en if version else quiz.title_en if quiz else "",
            slug=version.slug if version else quiz.slug if quiz else "",
            number=version.number if version else "",
            office_id=assignment.office_id,
            office_name=office_name,
            office_path=office_path,
            role=assignment.role,
            post=assignment.post,
            starts_on=assignment.starts_on,
            due_on=assignment.due_on,
            days_after_joining=assignment.days_after_joining,
            valid_days=assignment.valid_days,
            renew_month=assignment.renew_month,
            withdrawn_at=assignment.withdrawn_at,
        )
    return rows


def exemption_rows(session: Session, *, path: str, today: date) -> list[ExemptionRow]:
    """Return the exemptions in force of the officers who serve at and below a path."""
    rows = session.execute(
        select(
            Exemption.id,
            Exemption.assignment_id,
            Exemption.officer_id,
            Officer.name,
            Exemption.until,
            Exemption.reason,
        )
        .select_from(Posting)
        .join(Exemption, Exemption.officer_id == Posting.officer_id)
        .join(Officer, Officer.id == Exemption.officer_id)
        .where(
            Posting.office_id.in_(below(path)),
            serving_on(today),
            Exemption.revoked_at.is_(None),
            (Exemption.until.is_(None)) | (Exemption.until >= today),
        )
        .order_by(Officer.name)
    )
    return [ExemptionRow(*row) for row in rows]


def reminded_since(session: Session, *, officer_ids: set[int], since: datetime) -> set[int]:
    """Return which of these officers were reminded since a moment."""
    rows = session.scalars(
        select(Reminder.officer_id)
        .where(and_(Reminder.officer_id.in_(officer_ids), Reminder.sent_at >= since))
        .distinct()
    )
    return set(rows)


def last_reminded(session: Session, *, officer_ids: set[int]) -> dict[int, date]:
    """Return the day on which each officer was last reminded."""
    rows = session.execute(
        select(Reminder.officer_id, func.max(Reminder.sent_at))
        .where(Reminder.officer_id.in_(officer_ids))
        .group_by(Reminder.officer_id)
    )
    return {officer_id: local_date(sent_at) for officer_id, sent_at in rows}


def officers_concerned(session: Session, *, facts: AssignmentFacts, today: date) -> int:
    """Return how many officers an assignment would concern today."""
    path = session.scalar(select(Office.path).where(Office.id == facts.office_id)) or "/"
    query = (
        select(func.count(Officer.id.distinct()))
        .join(Posting, Posting.officer_id == Officer.id)
        .join(Office, Office.id == Posting.office_id)
        .where(Officer.active, serving_on(today), at_or_below(path))
    )
    if facts.post:
        query = query.where(Officer.post == facts.post)
    if facts.role not in ("", "officer"):
        holds = select(RoleGrant.officer_id).where(
            RoleGrant.role == facts.role, RoleGrant.revoked_at.is_(None)
        )
        query = query.where(Officer.id.in_(holds))
    return session.scalar(query) or 0
