"""The one query of compliance: officers × assignments with where each stands. Screen, export, mail and tallies use it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.compliance.columns import (
    changed_due_column,
    done_column,
    due_column,
    exempt_column,
    known_column,
    status_column,
)
from app.compliance.logic import (
    RENEWAL_WINDOW,
    Facts,
    Reason,
    Status,
    reason_of,
    status_of,
)
from app.compliance.models import Assignment
from app.db import add_days, calendar_lapse
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.queries import at_or_below, escape_like, serving_on

ORDER = (Status.OVERDUE, Status.LAPSED, Status.DUE, Status.CURRENT, Status.EXEMPT)
EVERYBODY = ("", "officer")
Target = aliased(Office, name="target")


@dataclass(frozen=True)
class Scope:
    """Whose duties: one officer, or the offices at and below a path; `alone` leaves out what lies below."""

    path: str = ""
    alone: bool = False
    officer_id: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Which duties of the scope: a status ("waiting" for all that wait), one assignment, a name or staff number."""

    status: str = ""
    assignment_id: int | None = None
    search: str = ""
    sort: str = "status"

    def facts(self) -> dict[str, str]:
        """Return what is set, as text, for addresses, stamps and audit events."""
        found = {
            "status": self.status,
            "assignment": str(self.assignment_id or ""),
            "q": self.search,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class DutyRow:
    """One officer and one assignment, and where they stand on the day asked about."""

    officer_id: int
    officer_name: str
    staff_number: str
    email: str
    language: str
    office_id: int
    office_name: str
    assignment_id: int
    kind: str
    handbook_id: int | None
    quiz_id: int | None
    facts: Facts
    status: Status
    reason: Reason

    @property
    def renews(self) -> bool:
        """Say whether the whole is asked again because it lapsed or soon will."""
        return self.facts.done_on is not None and not self.changes_only

    @property
    def changes_only(self) -> bool:
        """Say whether only rules that changed since are asked."""
        return self.facts.changed_due is not None and self.status is not Status.LAPSED


def served_select(today: date, scope: Scope | None, offices: list[int] | None) -> Any:
    """Return who serves where today in a scope or in a list of offices: the small set that everything starts from.

    Materialized, so that no planner begins with the whole department.
    """
    query = (
        select(
            Officer.id.label("officer_id"),
            Office.id.label("office_id"),
            Office.name.label("office_name"),
            Office.path.label("office_path"),
        )
        .select_from(Posting)
        .join(Officer, and_(Officer.id == Posting.officer_id, Officer.active))
        .join(Office, Office.id == Posting.office_id)
        .where(serving_on(today))
    )
    if offices is not None:
        query = query.where(Posting.office_id.in_(offices))
    if scope is not None:
        query = query.where(_within(scope))
    return query.cte("served").prefix_with("MATERIALIZED")


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.officer_id is not None:
        return Posting.officer_id == scope.officer_id
    within = select(Office.id)
    if scope.alone:
        within = within.where(Office.path == scope.path)
    else:
        within = within.where(at_or_below(scope.path))
    return Posting.office_id.in_(within)


def concerned(today: date) -> ColumnElement[bool]:
    """SQL: the assignment is in force and concerns the officer (role, post)."""
    holds_role = (
        select(RoleGrant.id)
        .where(
            RoleGrant.officer_id == Officer.id,
            RoleGrant.role == Assignment.role,
            RoleGrant.revoked_at.is_(None),
        )
        .correlate(Officer, Assignment)
        .exists()
    )
    return and_(
        Assignment.withdrawn_at.is_(None),
        Assignment.starts_on <= today,
        or_(Assignment.role.in_(EVERYBODY), holds_role),
        or_(Assignment.post == "", Assignment.post == Officer.post),
    )


def facts_select(today: date, scope: Scope | None = None, offices: list[int] | None = None) -> Any:
    """Return the facts of every officer and assignment in a scope, or in a list of office ids, computed once a row."""
    served = served_select(today, scope, offices)
    asked = (
        select(
            served,
            Officer.name.label("officer_name"),
            Officer.staff_number.label("staff_number"),
            Officer.email.label("email"),
            Officer.language.label("language"),
            Assignment.id.label("assignment_id"),
            Assignment.kind.label("kind"),
            Assignment.handbook_id.label("handbook_id"),
            Assignment.quiz_id.label("quiz_id"),
            Assignment.valid_days.label("valid_days"),
            Assignment.renew_month.label("renew_month"),
            due_column().label("due"),
            done_column().label("done_on"),
            known_column().label("known"),
            exempt_column().label("exempt_until"),
        )
        .select_from(served)
        .join(Officer, Officer.id == served.c.officer_id)
        .join(Target, cast(served.c.office_path, String).like(Target.path + "%"))
        .join(Assignment, Assignment.office_id == Target.id)
        .where(concerned(today), Target.id.in_(select(Assignment.office_id)))
        .cte("asked")
        .prefix_with("MATERIALIZED")
    )
    lapses = case(
        (asked.c.valid_days.is_not(None), add_days(asked.c.done_on, asked.c.valid_days)),
        (asked.c.renew_month.is_not(None), calendar_lapse(asked.c.done_on, asked.c.renew_month)),
        else_=None,
    )
    timed = select(
        asked, lapses.label("lapses_on"), changed_due_column(asked, today).label("changed_due")
    ).subquery("timed")
    short = timed.c.valid_days < 2 * RENEWAL_WINDOW
    window = case((short, -(timed.c.valid_days // 2)), else_=literal(-RENEWAL_WINDOW))
    renews = case((timed.c.kind == "acknowledge", add_days(timed.c.lapses_on, window)), else_=None)
    return select(timed, renews.label("renew_from")).subquery("facts")


def duties_select(
    today: date, scope: Scope, wanted: Wanted
) -> tuple[Any, Select[*tuple[Any, ...]]]:
    """Return the duties asked for, with the facts they stand on."""
    facts = facts_select(today, scope)
    status = status_column(facts, today).label("status")
    query = select(facts, status)
    if wanted.status == "waiting":
        query = query.where(
            status.in_([s.value for s in (Status.OVERDUE, Status.LAPSED, Status.DUE)])
        )
    elif wanted.status:
        query = query.where(status == wanted.status)
    if wanted.assignment_id is not None:
        query = query.where(facts.c.assignment_id == wanted.assignment_id)
    if wanted.search:
        like = f"%{escape_like(wanted.search.lower())}%"
        query = query.where(
            or_(
                func.lower(facts.c.officer_name).like(like, escape="\\"),
                func.lower(facts.c.staff_number).like(like, escape="\\"),
            )
        )
    return facts, query


def duty_rows(
    session: Session, *, scope: Scope, today: date, wanted: Wanted | None = None
) -> list[DutyRow]:
    """Return all duties asked for: those that wait longest first, or by name, or by office."""
    query = _ordered(today, scope, wanted or Wanted())
    return [_row(row, today) for row in session.execute(query)]


def duty_page(
    session: Session, *, scope: Scope, today: date, wanted: Wanted, page: int, size: int = 50
) -> tuple[list[DutyRow], int]:
    """Return one page of the duties asked for and how many there are in all, in one statement."""
    query = _ordered(today, scope, wanted).add_columns(func.count().over().label("total"))
    rows = session.execute(query.offset((page - 1) * size).limit(size)).all()
    if rows or page == 1:
        return [_row(row, today) for row in rows], rows[0].total if rows else 0
    return [], duty_count(session, scope=scope, today=today, wanted=wanted)


def _ordered(today: date, scope: Scope, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    facts, query = duties_select(today, scope, wanted)
    rank = {status.value: number for number, status in enumerate(ORDER)}
    by_status = case(rank, value=status_column(facts, today), else_=len(rank))
    names = (facts.c.officer_name, facts.c.officer_id, facts.c.assignment_id)
    orders: dict[str, tuple[Any, ...]] = {
        "status": (by_status, facts.c.due, *names),
        "name": names,
        "office": (facts.c.office_name, *names),
        "due": (facts.c.due, *names),
    }
    return query.order_by(*orders.get(wanted.sort, orders["status"]))


def duty_count(session: Session, *, scope: Scope, today: date, wanted: Wanted) -> int:
    """Return how many duties are asked for."""
    _facts, query = duties_select(today, scope, wanted)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def status_counts(
    session: Session, *, today: date, offices: list[int]
) -> dict[tuple[int, int, str], int]:
    """Return how many officers of each office stand where: (office, assignment, status) → n. What tallies are made of."""
    facts = facts_select(today, offices=offices)
    status = status_column(facts, today)
    rows = session.execute(
        select(facts.c.office_id, facts.c.assignment_id, status, func.count()).group_by(
            facts.c.office_id, facts.c.assignment_id, status
        )
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _row(row: Any, today: date) -> DutyRow:
    facts = Facts(
        due=_day(row.due) or today,
        done_on=_day(row.done_on),
        lapses_on=_day(row.lapses_on),
        exempt_until=_day(row.exempt_until),
        renew_from=_day(row.renew_from),
        changed_due=_day(row.changed_due),
    )
    return DutyRow(
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        staff_number=row.staff_number,
        email=row.email,
        language=row.language,
        office_id=row.office_id,
        office_name=row.office_name,
        assignment_id=row.assignment_id,
        kind=row.kind,
        handbook_id=row.handbook_id,
        quiz_id=row.quiz_id,
        facts=facts,
        status=status_of(facts, today),
        reason=reason_of(facts, today, quiz=row.kind == "pass_quiz"),
    )


def _day(value: Any) -> date | None:
    """Return a day; SQLite gives computed days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
