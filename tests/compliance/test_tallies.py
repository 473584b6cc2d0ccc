"""Promises of the tallies: after any history they say what the live query says; no page's cost grows with officers."""

import random
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.access.policy import Actor, Role
from app.acknowledgements.services import acknowledge_version
from app.compliance.duties import status_counts
from app.compliance.models import Assignment, DutyTally, Exemption
from app.compliance.queries import AssignmentFacts
from app.compliance.services import (
    create_assignment,
    exempt_officer,
    revoke_exemption,
    withdraw_assignment,
)
from app.compliance.tallies import old_offices, refresh, tallies_by_child, tally_of
from app.db import Database
from app.handbooks.queries import shelf
from app.people import services as people
from app.people.models import Office
from app.people.services import OfficerFacts
from tests.cast import Cast
from tests.page import Page

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def live(database: Database, today: date) -> dict[tuple[int, int, str], int]:
    with database.reading() as session:
        offices = list(session.scalars(select(Office.id)))
        return status_counts(session, today=today, offices=offices)


def tallied(database: Database, at: datetime) -> dict[tuple[int, int, str], int]:
    refresh(database, path="/", at=at)
    with database.reading() as session:
        rows = session.execute(
            select(DutyTally.office_id, DutyTally.assignment_id, DutyTally.status, DutyTally.n)
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}


class History:
    """Acts of chance on the cast, through the services that pages use."""

    def __init__(self, database: Database, cast: Cast, seed: int) -> None:
        self.database, self.cast, self.chance = database, cast, random.Random(seed)
        self.at = START
        self.joined = 0

    def someone(self) -> Actor:
        return self.chance.choice(self.cast.everybody())

    def office(self) -> int:
        return self.chance.choice(
            [self.cast.offices.putrajaya, self.cast.offices.tawau, self.cast.offices.hq]
        )

    def act(self) -> None:
        """Do one thing of chance."""
        acts = [self.assign, self.acknowledge, self.exempt, self.revoke, self.withdraw, self.move]
        acts += [self.grant, self.join, self.sleep, self.close]
        self.chance.choice(acts)()

    def assign(self) -> None:
        with self.database.transaction() as session:
            facts = AssignmentFacts(
                kind="acknowledge",
                target_id=shelf(session, on=self.at.date())[0].id,
                office_id=self.office(),
                role=self.chance.choice(["", "supervisor", "officer"]),
                post="",
                starts_on=self.at.date() - timedelta(days=self.chance.randint(0, 5)),
                due_on=self.at.date() + timedelta(days=self.chance.randint(-3, 3)),
                days_after_joining=self.chance.choice([None, 5]),
                valid_days=None,
            )
            try:
                made = create_assignment(session, self.cast.hamid, facts, at=self.at)
                # only quizzes lapse for people; the counting must not depend on what is asked
                session.get_one(Assignment, made).valid_days = self.chance.choice([None, 2])
            except Exception:  # the same asked twice: refused, as it should be
                session.rollback()

    def acknowledge(self) -> None:
        with self.database.transaction() as session:
            acknowledge_version(
                session,
                self.someone(),
                version=shelf(session, on=self.at.date())[0],
                language="ms",
                declaration="…",
                chance=self.chance.getrandbits(40),
                at=self.at,
            )

    def _assignment(self) -> int | None:
        with self.database.reading() as session:
            ids = list(session.scalars(select(Assignment.id)))
        return self.chance.choice(ids) if ids else None

    def exempt(self) -> None:
        if (assignment := self._assignment()) is None:
            return
        until = self.chance.choice([None, self.at.date() + timedelta(days=1)])
        with self.database.transaction() as session:
            exempt_officer(
                session,
                self.cast.farid,
                assignment_id=assignment,
                officer_id=self.someone().id,
                until=until,
                reason="Ujian",
                at=self.at,
            )

    def revoke(self) -> None:
        with self.database.transaction() as session:
            found = session.scalar(select(Exemption.id).where(Exemption.revoked_at.is_(None)))
            if found:
                revoke_exemption(session, self.cast.farid, exemption_id=found, at=self.at)

    def withdraw(self) -> None:
        if assignment := self._assignment():
            with self.database.transaction() as session:
                withdraw_assignment(session, self.cast.hamid, assignment_id=assignment, at=self.at)

    def move(self) -> None:
        with self.database.transaction() as session:
            try:
                people.post_officer(
                    session,
                    self.cast.hamid,
                    officer_id=self.someone().id,
                    office_id=self.office(),
                    starts_on=self.at.date() + timedelta(days=self.chance.randint(0, 1)),
                    at=self.at,
                )
            except Exception:  # posted again on the same day: refused
                session.rollback()

    def grant(self) -> None:
        with self.database.transaction() as session:
            try:
                people.grant_role(
                    session,
                    self.cast.hamid,
                    officer_id=self.someone().id,
                    role=Role.SUPERVISOR,
                    office_id=self.office(),
                    at=self.at,
                )
            except Exception:  # held already: refused
                session.rollback()

    def join(self) -> None:
        self.joined += 1
        number = f"N{self.joined}"
        facts = OfficerFacts(
            number, "Pegawai Baharu", f"{number}@jpn.example", "", "", "ms", self.at.date()
        )
        with self.database.transaction() as session:
            people.create_officer(
                session, self.cast.hamid, facts, office_id=self.office(), at=self.at
            )

    def close(self) -> None:
        person = self.someone()
        if person.id != self.cast.hamid.id:
            with self.database.transaction() as session:
                people.set_active(
                    session,
                    self.cast.hamid,
                    officer_id=person.id,
                    active=self.chance.random() < 0.5,
                    at=self.at,
                )

    def sleep(self) -> None:
        self.at += timedelta(days=1)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history_the_tallies_are_the_live_counts(
    database: Database, cast: Cast, seed: int
) -> None:
    history = History(database, cast, seed)
    history.assign()
    for _ in range(12):
        history.act()
        assert tallied(database, history.at) == live(database, history.at.date())


def test_what_lies_below_adds_up_to_the_whole(database: Database, cast: Cast) -> None:
    history = History(database, cast, 3)
    for _ in range(4):
        history.assign()
    refresh(database, path="/", at=history.at)
    with database.reading() as session:
        top = session.scalar(select(Office.path).where(Office.id == cast.offices.hq)) or ""
        whole = tally_of(session, path=top)
        own = tally_of(session, path=top, alone=True)
        below = tallies_by_child(session, path=top).values()
    assert whole.officers == own.officers + sum(tally.officers for tally in below)
    assert whole.total() == own.total() + sum(tally.total() for tally in below)


def test_nothing_is_counted_again_while_nothing_happens(database: Database, cast: Cast) -> None:
    history = History(database, cast, 1)
    history.assign()
    assert refresh(database, path="/", at=history.at) > 0
    assert refresh(database, path="/", at=history.at) == 0
    history.acknowledge()
    with database.reading() as session:
        assert len(old_offices(session, path="/", today=history.at.date())) == 1


def test_two_that_tally_at_once_do_no_harm(database: Database, cast: Cast) -> None:
    history = History(database, cast, 2)
    history.assign()
    faults: list[Exception] = []

    def work() -> None:
        try:
            refresh(database, path="/", at=history.at)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert tallied(database, history.at) == live(database, history.at.date())


@pytest.mark.parametrize(
    ("person", "url"),
    [
        ("nurul", "/"),
        ("nurul", "/records"),
        ("farid", "/desk"),
        ("osman", "/offices"),
        ("hamid", "/assignments"),
    ],
)
def test_a_page_sends_as_many_statements_for_three_officers_as_for_sixty(
    page: Page, cast: Cast, database: Database, count_statements, person: str, url: str
) -> None:  # type: ignore[no-untyped-def]
    history = History(database, cast, 5)
    history.at = datetime.now(UTC)
    history.assign()
    page.sign_in(getattr(cast, person))
    page.get(url)
    with count_statements() as few:
        page.get(url)
    for _ in range(57):
        history.joined += 1
        number = f"S{history.joined}"
        facts = OfficerFacts(
            number, "Pegawai", f"{number}@jpn.example", "", "", "ms", date(2026, 1, 5)
        )
        with database.transaction() as session:
            people.create_officer(
                session, cast.hamid, facts, office_id=cast.offices.putrajaya, at=history.at
            )
    page.get(url)
    with count_statements() as many:
        page.get(url)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DutyTally)) is not None
    assert len(few) == len(many)
