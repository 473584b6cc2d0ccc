"""Made-up officers of a group of offices: names, posts, dated postings, roles. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo.cast import ASSISTANT, CAST, CLERK, OFFICER, Person
from app.demo.names import made_up_name, mail_name
from app.demo.offices import MadeOffice

DOMAIN = "jpn.example"  # reserved for examples (RFC 2606)
HALF_YEAR = 182
LEADING = ("supervisor", "director")
NEW_SHARE, TRANSFER_SHARE, ENGLISH_SHARE = 0.06, 0.04, 0.08


@dataclass(slots=True)
class Made:
    """A made-up officer; `before` is the office served at until `moved_on`."""

    id: int
    staff_number: str
    name: str
    email: str
    grade: str
    post: str
    language: str
    joined_on: date
    office: MadeOffice
    role: str = ""
    role_office: str = ""
    before: MadeOffice | None = None
    moved_on: date | None = None
    person: Person | None = None

    @property
    def heads_office(self) -> bool:
        """Say whether the officer leads the office served at."""
        return self.role in LEADING and self.role_office == self.office.code

    def office_on(self, day: date) -> int:
        """Return the id of the office served at on a day."""
        if self.before is not None and self.moved_on is not None and day < self.moved_on:
            return self.before.id
        return self.office.id


class Maker:
    """Makes officers one after the other, with the next free id and staff number."""

    def __init__(self, seed: int, *, first_id: int, today: date) -> None:
        self.seed, self.today = seed, today
        self.next_id, self.serial = first_id, 100_001

    def officers_of(self, group: list[MadeOffice]) -> Iterator[Made]:
        """Yield the officers of a group of neighbouring offices, each office's head first."""
        for office in group:
            chance = random.Random(f"{self.seed}:people:{office.code}")  # noqa: S311  # no secret
            cast = [person for person in CAST if person.office == office.code]
            cast.sort(key=lambda person: not person.role)
            led = any(person.role in LEADING for person in cast)
            for place in range(office.place.heads):
                if place < len(cast):
                    yield self._cast(cast[place], office)
                else:
                    others = [other for other in group if other is not office]
                    head = place == len(cast) and not led
                    yield self._made_up(chance, office, others, head=head)

    def _cast(self, person: Person, office: MadeOffice) -> Made:
        made = Made(
            id=self._take_id(),
            staff_number=person.staff_number,
            name=person.name,
            email=f"{mail_name(person.name)}@{DOMAIN}",
            grade=person.grade,
            post=person.post,
            language=person.language,
            joined_on=date(2016, 3, 1),
            office=office,
            person=person,
        )
        made.role, made.role_office = person.role, person.role_office
        return made

    def _made_up(
        self, chance: random.Random, office: MadeOffice, others: list[MadeOffice], *, head: bool
    ) -> Made:
        name = made_up_name(chance, office.state)
        staff_number = f"D{self.serial}"
        self.serial += 1
        post, grade, role = _rank(chance, office.place.kind, head=head)
        joined_on = self._joined(chance, head=head)
        made = Made(
            id=self._take_id(),
            staff_number=staff_number,
            name=name,
            email=f"{mail_name(name)}.{staff_number[1:]}@{DOMAIN}",
            grade=grade,
            post=post,
            language="en" if chance.random() < ENGLISH_SHARE else "ms",
            joined_on=joined_on,
            office=office,
            role=role,
            role_office=office.code if role else "",
        )
        moved_on = self.today - timedelta(days=chance.randrange(3, HALF_YEAR - 5))
        moved = not head and others and chance.random() < TRANSFER_SHARE
        if moved and joined_on < moved_on - timedelta(days=30):
            made.before, made.moved_on = chance.choice(others), moved_on
        return made

    def _joined(self, chance: random.Random, *, head: bool) -> date:
        new = chance.random() < NEW_SHARE and not head
        days = chance.randrange(3, HALF_YEAR) if new else chance.randrange(400, 9000)
        return self.today - timedelta(days=days)

    def _take_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1


def _rank(chance: random.Random, kind: str, *, head: bool) -> tuple[str, str, str]:
    """Return post, grade (after SSPA: 19 became 1, 29 became 5, 41 became 9) and role."""
    if head and kind == "state":
        return "Pengarah Negeri", "KP14", "director"
    if head and kind == "division":
        return "Pengarah Bahagian", "KP13", "director"
    if head:
        return ASSISTANT, chance.choice(("KP5", "KP6", "KP7")), "supervisor"
    at_counter = kind not in ("division", "state")
    drawn = chance.random()
    if drawn < (0.80 if at_counter else 0.50):
        return CLERK, chance.choice(("KP1", "KP1", "KP2", "KP3")), ""
    if drawn < (0.96 if at_counter else 0.75):
        return ASSISTANT, chance.choice(("KP5", "KP6")), ""
    return OFFICER, chance.choice(("KP9", "KP10")), ""
