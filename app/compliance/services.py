"""Acts of compliance: assign, withdraw, exempt, remind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import mail
from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.compliance import queries
from app.compliance.duties import DutyRow
from app.compliance.models import Assignment, AssignmentsRevision, Exemption, Reminder
from app.compliance.queries import AssignmentFacts
from app.compliance.tallies import refresh
from app.db import Database
from app.errors import N_, DomainError, NotFoundError
from app.people.queries import office_of
from app.people.services import touch_office

REMIND_AGAIN = timedelta(hours=24)


@dataclass(frozen=True)
class Letter:
    """A mail's subject and text."""

    subject: str
    body: str


def create_assignment(
    session: Session, actor: Actor, facts: AssignmentFacts, *, at: datetime
) -> int:
    """Ask something of everybody concerned at an office and below; return the assignment's id.

    Raises DomainError without a due day, for two ways to lapse, or when the same is asked there already.
    """
    _refuse_impossible(facts)
    _refuse_double(session, facts)
    is_handbook = facts.kind == "acknowledge"
    row = Assignment(
        kind=facts.kind,
        handbook_id=facts.target_id if is_handbook else None,
        quiz_id=None if is_handbook else facts.target_id,
        office_id=facts.office_id,
        role=facts.role,
        post=facts.post,
        starts_on=facts.starts_on,
        due_on=facts.due_on,
        days_after_joining=facts.days_after_joining,
        valid_days=facts.valid_days,
        renew_month=facts.renew_month,
        created_by_id=actor.id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    assignments_changed(session)
    due = (
        facts.due_on.isoformat()
        if facts.due_on
        else f"{facts.days_after_joining} days after joining"
    )
    _record(
        session,
        "assignment.created",
        actor,
        at,
        assignment_id=row.id,
        kind=facts.kind,
        target=facts.target_id,
        assigned_office_id=facts.office_id,
        due=due,
    )
    return row.id


def _refuse_impossible(facts: AssignmentFacts) -> None:
    if facts.due_on is None and facts.days_after_joining is None:
        raise DomainError(
            N_("Isi tarikh akhir, atau bilangan hari selepas mula berkhidmat."), field="due_on"
        )
    if facts.renew_month is not None and facts.valid_days is not None:
        raise DomainError(
            N_("Pilih satu sahaja: sah selama beberapa hari, atau diperbaharui setiap tahun."),
            field="valid_days",
        )


def _refuse_double(session: Session, facts: AssignmentFacts) -> None:
    target = Assignment.handbook_id if facts.kind == "acknowledge" else Assignment.quiz_id
    same = session.scalar(
        select(Assignment.id).where(
            Assignment.withdrawn_at.is_(None),
            Assignment.office_id == facts.office_id,
            Assignment.role == facts.role,
            Assignment.post == facts.post,
            target == facts.target_id,
        )
    )
    if same is not None:
        raise DomainError(
            N_("Tugasan yang sama sudah ada untuk pejabat dan peranan ini."), field="target"
        )


def withdraw_assignment(
    session: Session, actor: Actor, *, assignment_id: int, at: datetime
) -> None:
    """Stop asking; what was done stays."""
    done = session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return
    assignments_changed(session)
    _record(session, "assignment.withdrawn", actor, at, assignment_id=assignment_id)


def assignments_changed(session: Session) -> None:
    """Make every tally old: what is asked changed for everybody."""
    session.execute(update(AssignmentsRevision).values(revision=AssignmentsRevision.revision + 1))


def exempt_officer(
    session: Session,
    actor: Actor,
    *,
    assignment_id: int,
    officer_id: int,
    until: date | None,
    reason: str,
    at: datetime,
) -> int:
    """Free an officer from an assignment until a day or for good; return the exemption's id.

    Raises DomainError for a day that is past.
    """
    if until is not None and until < local_date(at):
        raise DomainError(N_("Tarikh akhir pengecualian sudah lepas."), field="until")
    row = Exemption(
        assignment_id=assignment_id,
        officer_id=officer_id,
        until=until,
        reason=reason,
        granted_by_id=actor.id,
        granted_at=at,
    )
    session.add(row)
    session.flush()
    _touch(session, officer_id, at)
    _record(
        session,
        "exemption.granted",
        actor,
        at,
        exemption_id=row.id,
        assignment_id=assignment_id,
        officer_id=officer_id,
        until=until.isoformat() if until else "",
        reason=reason,
    )
    return row.id


def revoke_exemption(session: Session, actor: Actor, *, exemption_id: int, at: datetime) -> None:
    """Take an exemption back; the row stays as history."""
    exemption = session.get(Exemption, exemption_id)
    if exemption is None or exemption.revoked_at is not None:
        raise NotFoundError(N_("Pengecualian ini tidak ditemui."))
    exemption.revoked_at = at
    _touch(session, exemption.officer_id, at)
    _record(session, "exemption.revoked", actor, at, exemption_id=exemption_id)


def remind(
    session: Session,
    actor: Actor,
    *,
    duties: list[DutyRow],
    office_id: int,
    filter_facts: dict[str, str],
    compose: Callable[[list[DutyRow]], Letter],
    at: datetime,
) -> tuple[int, int]:
    """Mail each officer once about all duties that wait; return how many were mailed and how many had been today.

    `compose` writes the letter for one officer's duties, in the officer's language.
    """
    by_officer: dict[int, list[DutyRow]] = {}
    for duty in duties:
        by_officer.setdefault(duty.officer_id, []).append(duty)
    # the second of two clicks waits here until the first is done, and then finds everybody reminded
    touch_office(session, office_id=office_id)
    already = queries.reminded_since(session, officer_ids=set(by_officer), since=at - REMIND_AGAIN)
    mailed = []
    for officer_id, own in by_officer.items():
        if officer_id in already:
            continue
        letter = compose(own)
        mail.send(session, recipient=own[0].email, subject=letter.subject, body=letter.body, at=at)
        session.add(
            Reminder(officer_id=officer_id, sent_by_id=actor.id, sent_at=at, duties=len(own))
        )
        mailed.append(officer_id)
    if mailed:
        _record(
            session,
            "reminder.sent",
            actor,
            at,
            officers=sorted(mailed),
            reminded_office_id=office_id,
            filter=filter_facts,
        )
    return len(mailed), len(already)


def record_export(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    format_: str,
    rows: int,
    filter_facts: dict[str, str],
    at: datetime,
) -> None:
    """Record that a list left the portal."""
    _record(
        session,
        "list.exported",
        actor,
        at,
        kind=kind,
        format=format_,
        rows=rows,
        filter=filter_facts,
    )


def refresh_all_tallies(database: Database, at: datetime) -> int:
    """Bring the tallies of every office up to date; return how many offices were old."""
    return refresh(database, path="/", at=at)


def _touch(session: Session, officer_id: int, at: datetime) -> None:
    office_id = office_of(session, officer_id=officer_id, on=local_date(at))
    if office_id is not None:
        touch_office(session, office_id=office_id)


def _record(session: Session, act: str, actor: Actor, at: datetime, **facts: object) -> None:
    record(session, act, actor_id=actor.id, office_id=actor.office_id, at=at, **facts)
