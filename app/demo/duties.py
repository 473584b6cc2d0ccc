"""What the made-up department asks of its officers: assignments in the order of its handbooks, and whom they concern."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import HOME
from app.compliance.models import Assignment, AssignmentsRevision
from app.demo.bulk import Bulk
from app.demo.cast import CLERK
from app.demo.content import Book, Content, QuizPlan
from app.demo.people import Made

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """One assignment: a handbook to acknowledge or a quiz to pass; see compliance.models.Assignment for its fields."""

    id: int
    office_id: int
    office_path: str
    starts_on: date
    due_on: date | None
    book: Book | None = None
    quiz: QuizPlan | None = None
    role: str = ""
    post: str = ""
    days_after_joining: int | None = None
    valid_days: int | None = None

    def concerns(self, officer: Made) -> bool:
        """Say whether the officer is asked, today."""
        return (
            officer.office.path.startswith(self.office_path)
            and self.role in ("", officer.role)
            and self.post in ("", officer.post)
        )

    def due_day(self, joined_on: date) -> date:
        """Return the last day on which the duty is in time for an officer who joined on a day."""
        days = [] if self.due_on is None else [self.due_on]
        if self.days_after_joining is not None:
            days.append(max(joined_on, self.starts_on) + self.days_after_joining * DAY)
        return max(days)


class Asking:
    """Makes the assignments; the department's top asks everybody, one state asks its own."""

    def __init__(
        self, *, first_id: int, top: tuple[int, str], state: tuple[int, str], today: date
    ) -> None:
        self.next_id, self.top, self.state, self.today = first_id, top, state, today

    def duties(self, content: Content) -> list[Duty]:
        """Return all assignments, oldest handbook first."""
        found: list[Duty] = []
        for number, book in enumerate(content.books):
            found += self._of_book(book, number, last=number == len(content.books) - 1)
        for number, quiz in enumerate(content.quizzes):
            last = number == len(content.quizzes) - 1 and number > 0
            found += self._of_last_quiz(quiz) if last else self._of_quiz(quiz, number)
        return found

    def _make(
        self, office: tuple[int, str], starts_on: date, due_on: date | None, **rest: Any
    ) -> Duty:
        self.next_id += 1
        return Duty(self.next_id - 1, office[0], office[1], starts_on, due_on, **rest)

    def _of_book(self, book: Book, number: int, *, last: bool) -> Iterator[Duty]:
        first = book.versions[0].version.effective_on
        starts_on = max(self.today - (170 - 45 * number) * DAY, first)
        due_on: date | None = starts_on + 30 * DAY
        if last and number > 0:
            starts_on, due_on = max(self.today - 20 * DAY, first), self.today + 12 * DAY
        if number == 1:  # the second handbook is asked of newcomers, within a month of joining
            yield self._make(self.top, starts_on, None, book=book, days_after_joining=30)
        else:
            yield self._make(self.top, starts_on, due_on, book=book)

    def _of_quiz(self, quiz: QuizPlan, number: int) -> Iterator[Duty]:
        starts_on = max(self.today - (150 - 30 * number) * DAY, quiz.since + 7 * DAY)
        valid_days = 365 if number == 0 else 90
        yield self._make(
            self.top, starts_on, starts_on + 45 * DAY, quiz=quiz, valid_days=valid_days
        )

    def _of_last_quiz(self, quiz: QuizPlan) -> Iterator[Duty]:
        starts_on = max(self.today - 25 * DAY, quiz.since)
        yield self._make(self.top, starts_on, self.today - 2 * DAY, quiz=quiz, role="supervisor")
        yield self._make(self.state, starts_on, self.today + 20 * DAY, quiz=quiz, post=CLERK)


def write_duties(session: Session, bulk: Bulk, duties: list[Duty], *, created_by_id: int) -> None:
    """Write the assignments, made in the morning two days before each starts."""
    rows = bulk.basket(
        Assignment, "id", "kind", "handbook_id", "quiz_id", "office_id", "role", "post", "starts_on",
        "due_on", "days_after_joining", "valid_days", "created_by_id", "created_at",
    )  # fmt: skip
    for duty in duties:
        rows.add((
            duty.id,
            "acknowledge" if duty.book else "pass_quiz",
            duty.book.current.version.handbook_id if duty.book else None,
            duty.quiz.row.id if duty.quiz else None,
            duty.office_id, duty.role, duty.post, duty.starts_on, duty.due_on,
            duty.days_after_joining, duty.valid_days, created_by_id,
            morning(duty.starts_on - 2 * DAY),
        ))  # fmt: skip
    session.execute(update(AssignmentsRevision).values(revision=AssignmentsRevision.revision + 1))


def morning(day: date) -> datetime:
    """Return nine o'clock in Malaysia on a day, in UTC."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=HOME)
    return at.astimezone(UTC)
