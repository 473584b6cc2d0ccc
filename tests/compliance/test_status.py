"""Promises of the status: one table of cases, the same word from the pure thought and from its SQL twin."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.acknowledgements.models import Acknowledgement
from app.compliance.duties import Scope, Wanted, duty_count, duty_rows
from app.compliance.logic import (
    FOR_GOOD,
    Facts,
    Status,
    Terms,
    due_day,
    last_valid_day,
    renewal_begins,
    status_of,
)
from app.compliance.models import Assignment, Exemption
from app.db import Database
from app.handbooks.queries import shelf, version_row
from app.people.models import Officer
from tests.cast import Cast

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """An assignment, a person, what was done, and where that leaves them today."""

    name: str
    expected: Status
    starts_on: date = TODAY - timedelta(days=90)
    due_on: date | None = TODAY
    days: int | None = None
    valid_days: int | None = None
    joined_on: date = date(2020, 1, 1)
    done_on: date | None = None
    exempt_until: date | None = None
    renew_month: int | None = None
    knew: str = "2.0"  # the version that was acknowledged
    today: date = TODAY

    @property
    def terms(self) -> Terms:
        """Return the assignment's terms."""
        return Terms(self.starts_on, self.due_on, self.days, self.valid_days, self.renew_month)


YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LATE_JOINER = TODAY - timedelta(days=10)
CASES = [
    Case("due today", Status.DUE),
    Case("due yesterday", Status.OVERDUE, due_on=YESTERDAY),
    Case("done", Status.CURRENT, due_on=YESTERDAY, done_on=YESTERDAY),
    Case("done after the day", Status.CURRENT, due_on=YESTERDAY, done_on=TODAY),
    Case("valid long enough", Status.CURRENT, done_on=TODAY - timedelta(days=30), valid_days=61),
    Case("renewing is asked", Status.DUE, done_on=TODAY - timedelta(days=30), valid_days=60),
    Case("renewed today for ten days", Status.CURRENT, done_on=TODAY, valid_days=10),
    Case("half of a short life over", Status.DUE, done_on=TODAY - timedelta(days=6), valid_days=11),
    Case("renewed today for a day", Status.CURRENT, done_on=TODAY, valid_days=1),
    Case("valid to the last day", Status.DUE, done_on=TODAY - timedelta(days=30), valid_days=30),
    Case("every January, in November", Status.CURRENT, done_on=date(2026, 1, 31), renew_month=1),
    Case("every November, this one", Status.CURRENT, done_on=date(2026, 11, 1), renew_month=11),
    Case("every November, last year's", Status.DUE, done_on=date(2025, 11, 30), renew_month=11),
    Case("every November, long ago", Status.LAPSED, done_on=date(2024, 11, 1), renew_month=11),
    Case("every December, last year's", Status.CURRENT, done_on=date(2025, 12, 1), renew_month=12),
    Case("every February", Status.CURRENT, done_on=date(2026, 2, 28), renew_month=2),
    Case("every October missed", Status.LAPSED, done_on=date(2025, 10, 31), renew_month=10),
    Case("the rules changed, long due", Status.OVERDUE, done_on=date(2026, 5, 1), knew="1.0"),
    Case(
        "the rules changed, still time",
        Status.DUE,
        done_on=date(2026, 5, 1),
        knew="1.0",
        today=date(2026, 9, 15),
    ),
    Case(
        "the rules change tomorrow",
        Status.CURRENT,
        done_on=date(2026, 5, 1),
        knew="1.0",
        today=date(2026, 8, 31),
    ),
    Case("changed and lapsed", Status.LAPSED, done_on=date(2026, 5, 1), knew="1.0", valid_days=30),
    Case(
        "changed, but exempt",
        Status.EXEMPT,
        done_on=date(2026, 5, 1),
        knew="1.0",
        exempt_until=TOMORROW,
    ),
    Case("lapsed the day after", Status.LAPSED, done_on=TODAY - timedelta(days=31), valid_days=30),
    Case("exempt to today", Status.EXEMPT, due_on=YESTERDAY, exempt_until=TODAY),
    Case("exemption ended", Status.OVERDUE, due_on=YESTERDAY, exempt_until=YESTERDAY),
    Case("exempt for good", Status.EXEMPT, due_on=YESTERDAY, exempt_until=FOR_GOOD),
    Case("exempt though done", Status.EXEMPT, done_on=YESTERDAY, exempt_until=TOMORROW),
    Case("joined long ago, days only", Status.OVERDUE, due_on=None, days=30),
    Case("joined lately, days only", Status.DUE, due_on=None, days=14, joined_on=LATE_JOINER),
    Case("joined lately, last day today", Status.DUE, due_on=None, days=10, joined_on=LATE_JOINER),
    Case("joined lately, a day late", Status.OVERDUE, due_on=None, days=9, joined_on=LATE_JOINER),
    Case(
        "joined after the fixed day", Status.DUE, due_on=YESTERDAY, days=14, joined_on=LATE_JOINER
    ),
    Case("was there: the fixed day counts", Status.OVERDUE, due_on=YESTERDAY, days=90),
]


def facts_of(case: Case) -> Facts:
    """Return what the pure thought knows of a case."""
    done = case.done_on
    lapses = last_valid_day(case.terms, done) if done else None
    changed = done and case.knew == "1.0" and case.today >= date(2026, 9, 1)
    return Facts(
        due=due_day(case.terms, case.joined_on),
        done_on=done,
        lapses_on=lapses,
        exempt_until=case.exempt_until,
        renew_from=renewal_begins(case.terms, lapses) if lapses else None,
        changed_due=date(2026, 9, 15) if changed else None,
    )


def put(session: Session, cast: Cast, case: Case) -> None:
    """Put a case into the database, about Nurul and the small handbook."""
    version = version_row(session, slug="uji", number=case.knew, on=TODAY)
    assert version
    session.get_one(Officer, cast.nurul.id).joined_on = case.joined_on
    assignment = Assignment(
        kind="acknowledge",
        handbook_id=version.handbook_id,
        office_id=cast.offices.hq,
        starts_on=case.starts_on,
        due_on=case.due_on,
        days_after_joining=case.days,
        valid_days=case.valid_days,
        renew_month=case.renew_month,
        created_at=NOON,
    )
    session.add(assignment)
    session.flush()
    if case.done_on:
        session.add(
            Acknowledgement(
                receipt_number="AK-2026-TEST",
                officer_id=cast.nurul.id,
                version_id=version.id,
                office_id=cast.offices.putrajaya,
                content_hash=version.content_hash,
                language="ms",
                declaration="…",
                # one minute past midnight in Malaysia: still the day before in UTC
                acknowledged_at=datetime.combine(case.done_on, datetime.min.time(), UTC)
                - timedelta(hours=7, minutes=59),
            )
        )
    if case.exempt_until:
        session.add(
            Exemption(
                assignment_id=assignment.id,
                officer_id=cast.nurul.id,
                until=None if case.exempt_until == FOR_GOOD else case.exempt_until,
                reason="Ujian",
                granted_by_id=cast.farid.id,
                granted_at=NOON,
            )
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_thought_and_the_statement_say_the_same_word(
    database: Database, cast: Cast, case: Case
) -> None:
    assert status_of(facts_of(case), case.today) is case.expected
    with database.transaction() as session:
        put(session, cast, case)
    scope = Scope(officer_id=cast.nurul.id)
    with database.reading() as session:
        (row,) = duty_rows(session, scope=scope, today=case.today)
        assert row.facts == facts_of(case)
        assert row.status is case.expected
        for status in Status:
            wanted = Wanted(status=status.value)
            counted = duty_count(session, scope=scope, today=case.today, wanted=wanted)
            assert counted == (status is case.expected), f"the statement says otherwise: {status}"


def test_somebody_never_asked_is_said_to_be_never_asked() -> None:
    assert status_of(None, TODAY) is Status.NEVER


def test_an_assignment_that_begins_tomorrow_or_was_withdrawn_asks_nobody(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        put(session, cast, Case("later", Status.DUE, starts_on=TOMORROW))
        withdrawn = Case("withdrawn", Status.DUE)
        put(session, cast, withdrawn)
        session.flush()
        for row in session.query(Assignment).filter(Assignment.starts_on <= TODAY):
            row.withdrawn_at = NOON
    with database.reading() as session:
        assert duty_rows(session, scope=Scope(path="/"), today=TODAY) == []


@pytest.mark.parametrize(
    ("role", "post", "expected"),
    [
        ("", "", {"nurul", "aina", "farid"}),
        ("officer", "", {"nurul", "aina", "farid"}),
        ("supervisor", "", {"farid"}),
        ("auditor", "", set()),
        ("", "Pembantu Pendaftaran", {"nurul", "aina", "farid"}),
        ("", "Pengarah", set()),
    ],
)
def test_role_and_post_narrow_whom_it_concerns(
    database: Database, cast: Cast, role: str, post: str, expected: set[str]
) -> None:
    with database.transaction() as session:
        session.add(
            Assignment(
                kind="acknowledge",
                handbook_id=shelf(session, on=TODAY)[0].handbook_id,
                office_id=cast.offices.putrajaya,
                role=role,
                post=post,
                starts_on=TODAY,
                due_on=TODAY,
                created_at=NOON,
            )
        )
    with database.reading() as session:
        rows = duty_rows(session, scope=Scope(path="/"), today=TODAY)
    assert {row.officer_id for row in rows} == {getattr(cast, name).id for name in expected}
