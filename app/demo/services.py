"""The act of the demonstration: making the whole department in one transaction, so that it is there whole or not at all."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.clock import local_date
from app.compliance.models import Assignment
from app.compliance.services import refresh_all_tallies
from app.db import Database
from app.demo import offices as office_tree
from app.demo.bulk import Bulk
from app.demo.cast import ADMINISTRATOR, AUTHOR, FEWEST_OFFICERS, PASSWORD, PUTRAJAYA, RANAU
from app.demo.chain import Ledger, write_events
from app.demo.content import Content, content_on
from app.demo.duties import DAY, Asking, Duty, morning, write_duties
from app.demo.habits import National
from app.demo.history import MODEST_ABOVE, Historian
from app.demo.offices import MadeOffice, Place
from app.demo.people import HALF_YEAR, Made, Maker
from app.demo.places import STATES
from app.demo.queries import demo_people_exist, officers_exist
from app.demo.talks import hold_briefings
from app.demo.waves import plan_waves, record_waves, write_waves
from app.errors import DomainError
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.passwords import hash_password
from app.uniformity.services import make_batch

WIDE_DAYS = 14  # for how long before now events are kept of all offices
TOP_NAME = "Ibu Pejabat Jabatan Pendaftaran Negara"
STEP = 10_000
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked for: how many officers, from which seed, ending when."""

    officers: int
    seed: int
    at: datetime


@dataclass(frozen=True)
class Loaded:
    """What was made, by table."""

    rows: dict[str, int]
    with_history: bool


def load_department(
    database: Database, wanted: Wanted, *, only_if_empty: bool, tell: Tell
) -> Loaded | None:
    """Make the department with its history; None when demonstration people (or, if so asked, any officers) are there.

    Raises DomainError when it is too small for its cast, or when an office code of it is taken.
    """
    if wanted.officers < FEWEST_OFFICERS:
        raise DomainError(f"A demonstration department has at least {FEWEST_OFFICERS} officers.")
    with database.transaction() as session:
        if demo_people_exist(session) or (only_if_empty and officers_exist(session)):
            return None
        loaded = make_department(session, wanted, tell)
    if loaded.with_history:
        tell("counting who stands where")
        refresh_all_tallies(database, wanted.at)
        tell("measuring uniformity")
        make_batch(database, wanted.at)
        hold_briefings(database, seed=wanted.seed, at=wanted.at)
        record_waves(database, at=wanted.at)
    return loaded


def make_department(session: Session, wanted: Wanted, tell: Tell) -> Loaded:
    """Write the department in the caller's transaction; the same seed, size and moment give the same rows."""
    return _Loading(session, wanted, tell).load()


@dataclass
class Progress:
    """Tells how far the making is, every ten thousand officers."""

    whole: int
    tell: Tell
    made: int = 0

    def more(self, count: int) -> None:
        """Note that so many more officers were made."""
        before, self.made = self.made, self.made + count
        if self.made // STEP > before // STEP or self.made == self.whole:
            self.tell(f"{self.made:,} of {self.whole:,} officers")


class _Loading:
    """One loading: the baskets of people, and the steps."""

    def __init__(self, session: Session, wanted: Wanted, tell: Tell) -> None:
        self.session, self.wanted, self.tell = session, wanted, tell
        self.today = local_date(wanted.at)
        self.bulk = Bulk(session)
        self.password_hash = hash_password(PASSWORD)
        self.offices = self.bulk.basket(
            Office, "id", "code", "name", "kind", "parent_id", "path", "active", "revision"
        )
        self.officers = self.bulk.basket(
            Officer, "id", "staff_number", "name", "email", "grade", "post", "language", "joined_on",
            "active", "password_hash", "session_version", "is_demo", "created_at",
        )  # fmt: skip
        self.postings = self.bulk.basket(Posting, "officer_id", "office_id", "starts_on", "ends_on")
        self.grants = self.bulk.basket(RoleGrant, "officer_id", "role", "office_id", "granted_at")

    def load(self) -> Loaded:
        """Make offices, people and, where there is something to know, their history."""
        top, offices = self._tree()
        by_code = {office.code: office for office in offices} | {"IP": top}
        since = self.today - timedelta(days=HALF_YEAR)
        content = content_on(self.session, since=since, today=self.today)
        ledger = Ledger(
            self.wanted.at - timedelta(days=WIDE_DAYS),
            frozenset(by_code[code].id for code in (PUTRAJAYA, RANAU)),
        )
        maker = Maker(self.wanted.seed, first_id=self.bulk.next_id(Officer), today=self.today)
        hand = self._historian(content, by_code, ledger, offices)
        progress, author = Progress(self.wanted.officers, self.tell), None
        for group in office_tree.neighbourhoods(offices):
            officers = list(maker.officers_of(group))
            for made in officers:
                self._write_officer(made, by_code)
                if hand is not None and made.staff_number == ADMINISTRATOR:
                    write_duties(self.session, self.bulk, hand.duties, created_by_id=made.id)
                    _note_duties(ledger, hand.duties, made)
                if made.staff_number == AUTHOR:
                    author = made
            if hand is not None:
                hand.write_group(group, officers)
            self.bulk.write_when_full()
            progress.more(len(officers))
        if hand is not None and author is not None:
            self.bulk.write()
            write_waves(self.session, self.bulk, ledger, hand.waves, author)
        return self._finish(ledger, len(offices), with_history=hand is not None)

    def _tree(self) -> tuple[MadeOffice, list[MadeOffice]]:
        """Put the tree below the top office that is there, or below a new one."""
        chance = random.Random(f"{self.wanted.seed}:offices")  # noqa: S311  # no secret
        found = office_tree.places(self.wanted.officers, chance)
        taken = set(self.session.scalars(select(Office.code))) & {place.code for place in found}
        if taken:
            raise DomainError(
                f"The office code {min(taken)} is taken; the demonstration needs a database of its own."
            )
        next_id = self.bulk.next_id(Office)
        row = self.session.execute(
            select(Office.id, Office.path, Office.code).where(Office.parent_id.is_(None))
        ).first()
        code = row.code if row else "IP"
        place = Place(code, TOP_NAME, "hq", "", "IP", 0)
        top = MadeOffice(
            row.id if row else next_id, row.path if row else f"/{next_id}/", None, place
        )
        offices = office_tree.tree(found, top=top, first_id=next_id + (row is None))
        for office in offices if row else [top, *offices]:
            self.offices.add((
                office.id, office.code, office.place.name, office.place.kind, office.parent_id,
                office.path, True, 0,
            ))  # fmt: skip
        return top, offices

    def _historian(
        self,
        content: Content,
        by_code: dict[str, MadeOffice],
        ledger: Ledger,
        offices: list[MadeOffice],
    ) -> Historian | None:
        if not content.books:
            return None
        top, state = by_code["IP"], by_code["SBH"]
        asking = Asking(
            first_id=self.bulk.next_id(Assignment),
            top=(top.id, top.path),
            state=(state.id, state.path),
            today=self.today,
        )
        national = National(self.wanted.seed, content.quizzes, [state.code for state in STATES])
        duties = asking.duties(content)
        return Historian(
            self.bulk,
            content,
            duties,
            national,
            plan_waves(offices, duties, national, seed=self.wanted.seed, today=self.today),
            ledger,
            seed=self.wanted.seed,
            at=self.wanted.at,
            modest=self.wanted.officers > MODEST_ABOVE,
        )

    def _write_officer(self, made: Made, by_code: dict[str, MadeOffice]) -> None:
        at = self.wanted.at
        self.officers.add((
            made.id, made.staff_number, made.name, made.email, made.grade, made.post, made.language,
            made.joined_on, True, self.password_hash if made.person else None, 1, True, at,
        ))  # fmt: skip
        starts_on = made.joined_on
        if made.before is not None and made.moved_on is not None:
            last = made.moved_on - timedelta(days=1)
            self.postings.add((made.id, made.before.id, starts_on, last))
            starts_on = made.moved_on
        self.postings.add((made.id, made.office.id, starts_on, None))
        if made.role:
            granted_at = at - timedelta(days=HALF_YEAR)
            self.grants.add((made.id, made.role, by_code[made.role_office].id, granted_at))

    def _finish(self, ledger: Ledger, offices: int, *, with_history: bool) -> Loaded:
        self.tell("chaining the audit")
        write_events(self.session, self.bulk, ledger)
        self.bulk.finish()
        record(
            self.session,
            "demo.loaded",
            actor_id=None,
            office_id=None,
            at=self.wanted.at,
            officers=self.wanted.officers,
            offices=offices,
            seed=self.wanted.seed,
        )
        rows = {name: basket.written for name, basket in self.bulk.baskets.items()}
        return Loaded(rows, with_history)


def _note_duties(ledger: Ledger, duties: list[Duty], created_by: Made) -> None:
    for duty in duties:
        book, quiz = duty.book, duty.quiz
        ledger.keep(
            "assignment.created",
            actor_id=created_by.id,
            office_id=created_by.office.id,
            at=morning(duty.starts_on - 2 * DAY),
            assignment_id=duty.id,
            kind="acknowledge" if book else "pass_quiz",
            target=f"{book.current.version.slug} {book.current.version.number}"
            if book
            else (quiz.row.slug if quiz else ""),
            assigned_office_id=duty.office_id,
            due=duty.due_on.isoformat() if duty.due_on else "",
        )
