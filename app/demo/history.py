"""Six months of an officer: what was read and declared, which quizzes were sat, what stayed undone and who reminded."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from app.acknowledgements.logic import receipt_number
from app.acknowledgements.models import Acknowledgement
from app.clock import local_date
from app.compliance.models import Exemption, Reminder
from app.demo.bulk import Bulk
from app.demo.cast import OPEN_HANDED, PUTRAJAYA, RANAU
from app.demo.chain import Ledger
from app.demo.content import Book, Content, QuizPlan, Text
from app.demo.duties import DAY, Duty
from app.demo.habits import Habit, National
from app.demo.offices import MadeOffice
from app.demo.people import Made
from app.demo.quiz_days import QuizDesk, Sat, Sitting
from app.demo.waves import Waves

MODEST_ABOVE = 5_000  # officers: above, fewer sit a quiz, and only when asked
MODEST_SHARE, VOLUNTARY_SHARE = 0.45, 0.25
ROOM_FOR_AN_ATTEMPT = timedelta(minutes=45)
EAGER = 0.97
EARLIER_SHARE = 0.45  # of those with care who sat a quiz under an older version already
CARE = {PUTRAJAYA: 0.62, RANAU: 0.75}
REASONS = (
    "Cuti bersalin",
    "Cuti belajar",
    "Cuti sakit berpanjangan",
    "Dipinjamkan ke agensi lain",
    "Cuti haji",
)
RECEIPT_STEP = 0x9E3779B97F | 1  # odd: walks through all 2**40 numbers before one comes again


class Historian:
    """Writes the half year of one group of offices after the other."""

    def __init__(
        self,
        bulk: Bulk,
        content: Content,
        duties: list[Duty],
        national: National,
        waves: Waves,
        ledger: Ledger,
        *,
        seed: int,
        at: datetime,
        modest: bool,
    ) -> None:
        self.content, self.duties, self.national, self.ledger = content, duties, national, ledger
        self.waves = waves
        self.seed, self.at, self.modest, self.today = seed, at, modest, local_date(at)
        self.desk = QuizDesk(bulk)
        self.habits: dict[tuple[int, int], dict[str, Habit]] = {}
        self.next_receipt = seed * 1_000_003 % 2**40
        self.next_acknowledgement = bulk.next_id(Acknowledgement)
        self.next_exemption = bulk.next_id(Exemption)
        self.acknowledgements = bulk.basket(
            Acknowledgement, "id", "receipt_number", "officer_id", "version_id", "office_id",
            "content_hash", "language", "declaration", "acknowledged_at", "since_version_id",
        )  # fmt: skip
        self.exemptions = bulk.basket(
            Exemption, "id", "assignment_id", "officer_id", "until", "reason", "granted_by_id", "granted_at"
        )  # fmt: skip
        self.reminders = bulk.basket(Reminder, "officer_id", "sent_by_id", "sent_at", "duties")

    def write_group(self, group: Sequence[MadeOffice], officers: list[Made]) -> None:
        """Write what the officers of neighbouring offices did."""
        self.habits = {
            (office.id, quiz.row.id): self.national.of_office(office, quiz)
            for office in group
            for quiz in self.content.quizzes
        }
        care = {office.id: self._care(office) for office in group}
        heads = {made.office.id: made.id for made in reversed(officers) if made.heads_office}
        for made in officers:
            chance = random.Random(f"{self.seed}:history:{made.staff_number}")  # noqa: S311  # no secret
            mine = 1.0 if made.person else min(0.99, care[made.office.id] + chance.gauss(0, 0.1))
            Half(self, made, chance, mine).write(heads.get(made.office.id))
        self.desk.close_group()

    def _care(self, office: MadeOffice) -> float:
        chance = random.Random(f"{self.seed}:care:{office.code}")  # noqa: S311  # no secret
        return CARE.get(office.code, 0.6 + 0.38 * chance.betavariate(4, 2))

    def acknowledge(self, made: Made, text: Text, at: datetime, *, known: Text | None) -> None:
        """Write one acknowledgement as the act writes it: the whole, or what changed since the version known."""
        since = known.version.id if known else None
        words = text.declarations if since is None else text.changed[since]
        office_id, version = made.office_on(local_date(at)), text.version
        self.next_receipt = (self.next_receipt + RECEIPT_STEP) % 2**40
        number, id_ = receipt_number(at, self.next_receipt), self.next_acknowledgement
        self.next_acknowledgement += 1
        self.acknowledgements.add((
            id_, number, made.id, version.id, office_id, version.content_hash, made.language,
            words[made.language], at, since,
        ))  # fmt: skip
        self._sign_in(made, office_id, at)
        self.ledger.note(
            "acknowledgement.made", actor_id=made.id, office_id=office_id, at=at,
            acknowledgement_id=id_, handbook=version.slug, version=version.number,
            content_hash=version.content_hash, language=made.language, since_version_id=since,
            renewal=0,
        )  # fmt: skip

    def note_start(self, made: Made, sitting: Sitting, attempt_id: int) -> None:
        """Note that an attempt was begun."""
        self._sign_in(made, sitting.office_id, sitting.started_at)
        self.ledger.note(
            "attempt.started", actor_id=made.id, office_id=sitting.office_id, at=sitting.started_at,
            attempt_id=attempt_id, quiz=sitting.quiz.row.slug,
        )  # fmt: skip

    def note_end(self, made: Made, sitting: Sitting, sat: Sat) -> None:
        """Note that an attempt was submitted."""
        self.ledger.note(
            "attempt.submitted", actor_id=made.id, office_id=sitting.office_id, at=sat.submitted_at,
            attempt_id=sat.attempt_id, quiz=sitting.quiz.row.slug, score=sat.score, maximum=sat.maximum,
            passed=sat.passed, by=sat.by,
        )  # fmt: skip

    def _sign_in(self, made: Made, office_id: int, at: datetime) -> None:
        self.ledger.note(
            "session.opened", actor_id=made.id, office_id=office_id,
            at=at - timedelta(seconds=90 + made.id % 400),
            address=f"10.{office_id // 250 % 250}.{office_id % 250}.{made.id % 250 + 1}",
        )  # fmt: skip


class Half:
    """One officer's half year."""

    def __init__(self, hand: Historian, made: Made, chance: random.Random, care: float) -> None:
        self.hand, self.made, self.chance, self.care = hand, made, chance, care
        self.open_handed = made.staff_number == OPEN_HANDED
        self.known: dict[int, Text] = {}  # by handbook: the newest version declared
        self.passed: set[int] = set()  # quiz ids

    def write(self, head_id: int | None) -> None:
        """Write everything; `head_id` is who reminds and exempts at this office."""
        for duty in self.hand.duties:
            if duty.book is not None and self._will(duty):
                self._read(duty, duty.book)
        for number, quiz in enumerate(self.hand.content.quizzes):
            starts_on = self._quiz_from(number, quiz)
            seen = self._sit_earlier(quiz)
            if starts_on is not None:
                self._sit(quiz, starts_on, seen)
        if self.open_handed and self.hand.content.quizzes:
            self._leave_open()
        elif head_id is not None and head_id != self.made.id:
            self._follow_up(head_id)

    def _will(self, duty: Duty) -> bool:
        if self.open_handed:  # the first two handbooks, so that a change and a duty wait
            return duty.book in self.hand.content.books[:2]
        return self.chance.random() < self.care

    def _read(self, duty: Duty, book: Book) -> None:
        """Read what was in force, and later what changed, each time with the same care."""
        begin = max(duty.starts_on, self.made.joined_on, book.versions[0].version.effective_on)
        at = self._moment(begin + timedelta(days=self._days_later(12)))
        if at >= self.hand.at:
            return
        known = book.on(local_date(at))
        self._declare(known, at, known=None)
        for text in book.missed(known):
            if not self._will_follow(text):
                continue
            later = max(text.version.effective_on, local_date(at) + DAY)
            at = self._moment(later + timedelta(days=self._days_later(6)))
            if at >= self.hand.at or book.on(local_date(at)) is not text:
                return
            self._declare(text, at, known=known)
            known = text

    def _will_follow(self, text: Text) -> bool:
        if self.open_handed:
            return text is not self.hand.content.books[0].current
        return self.chance.random() < (self.care * 0.5 if self.hand.modest else self.care)

    def _declare(self, text: Text, at: datetime, *, known: Text | None) -> None:
        self.hand.acknowledge(self.made, text, at, known=known)
        self.known[text.version.handbook_id] = text

    def _quiz_from(self, number: int, quiz: QuizPlan) -> date | None:
        """Return the day from which the officer means to sit a quiz, or None for not at all."""
        asked = [
            duty.starts_on
            for duty in self.hand.duties
            if duty.quiz is quiz and duty.concerns(self.made)
        ]
        share = self.care if asked else VOLUNTARY_SHARE
        if self.hand.modest and self.made.person is None:
            share = self.care * MODEST_SHARE if asked else 0.0
        if self.made.office.code == PUTRAJAYA:
            share = EAGER  # so that visitors see what an office of a dozen can be told about itself
        willing = self.chance.random() < share
        if self.open_handed:
            willing = number == 1
        starts_on = min(asked, default=self.hand.today - 120 * DAY)
        return max(starts_on, self.made.joined_on, quiz.since) if willing else None

    def _sit_earlier(self, quiz: QuizPlan) -> set[int]:
        """Sit once under an older version, perhaps; return the questions met. Chance of its own, so that the rest stays as it is."""
        seen: set[int] = set()
        name = f"{self.hand.seed}:earlier:{quiz.row.slug}:{self.made.staff_number}"
        chance = random.Random(name)  # noqa: S311  # no secret
        days = [
            (day, one) for one in quiz.earlier for day in one.workdays if day >= self.made.joined_on
        ]
        if not days or self.open_handed or self.hand.modest:
            return seen
        share = EAGER if self.made.office.code == PUTRAJAYA else self.care * EARLIER_SHARE
        if chance.random() < share:
            day, drawn_from = chance.choice(days)
            at = self._moment(day, chance)
            sitting = self._sitting(quiz, at, seen)._replace(candidates=drawn_from.candidates)
            self._take_part(sitting, chance)
        return seen

    def _sit(self, quiz: QuizPlan, starts_on: date, seen: set[int]) -> None:
        day = starts_on + timedelta(days=self._days_later(20))
        for attempt in range(quiz.row.attempts_allowed or 4):
            at = self._moment(day)
            if at >= self.hand.at - ROOM_FOR_AN_ATTEMPT:
                return
            sitting = self._sitting(quiz, at, seen)._replace(explained=attempt > 0)
            sat = self._take_part(sitting, self.chance)
            if self.made.office.code == PUTRAJAYA:
                day = local_date(sat.submitted_at) + timedelta(days=3)
                continue
            if sat.passed or self.chance.random() > self.care:
                return
            wait = quiz.row.cool_down_hours // 24 + 1
            day = local_date(sat.submitted_at) + timedelta(days=wait + self.chance.randrange(6))

    def _take_part(self, sitting: Sitting, chance: random.Random) -> Sat:
        sat = self.hand.desk.sit(chance, sitting)
        self.hand.note_start(self.made, sitting, sat.attempt_id)
        self.hand.note_end(self.made, sitting, sat)
        if sat.passed and self._holds(sitting.quiz, local_date(sat.submitted_at)):
            self.passed.add(sitting.quiz.row.id)
        return sat

    def _holds(self, quiz: QuizPlan, day: date) -> bool:
        """Say whether a pass of that day still counts today."""
        spans = [duty.valid_days for duty in self.hand.duties if duty.quiz is quiz]
        return all(day + span * DAY >= self.hand.today for span in spans if span)

    def _sitting(self, quiz: QuizPlan, at: datetime, seen: set[int]) -> Sitting:
        office_id = self.made.office_on(local_date(at))
        usual = self.hand.habits[office_id, quiz.row.id]
        habits = self.hand.waves.taught(usual, office_id, quiz, at)
        return Sitting(self.made.id, office_id, quiz, habits, at, seen, quiz.candidates, False)

    def _leave_open(self) -> None:
        """Leave a quiz half done a few minutes ago: one without a time limit where there is one."""
        free = [q for q in self.hand.content.quizzes if q.row.id not in self.passed]
        if not free:
            return
        quiz = min(free, key=lambda q: bool(q.row.time_limit_minutes))
        sitting = self._sitting(quiz, self.hand.at - timedelta(minutes=6), set())
        attempt_id = self.hand.desk.leave_open(self.chance, sitting, answered=4)
        self.hand.note_start(self.made, sitting, attempt_id)

    def _follow_up(self, head_id: int) -> None:
        """Exempt a few of those who are late, remind some of the others."""
        late = [duty for duty in self.hand.duties if self._is_late(duty)]
        if not late:
            return
        if self.chance.random() < 0.05:
            self._exempt(late[0], head_id)
        elif self.chance.random() < 0.3:
            at = self._moment(self.hand.today - timedelta(days=self.chance.randrange(1, 25)))
            count = sum(self._since(d) < local_date(at) for d in late)
            if count and at < self.hand.at:
                self._remind(head_id, at, count)

    def _is_late(self, duty: Duty) -> bool:
        return self._since(duty) < self.hand.today and duty.concerns(self.made)

    def _since(self, duty: Duty) -> date:
        """Return the last day in time for what is not done, or a day to come when nothing is missing."""
        never = self.hand.today + DAY
        if duty.book is None:
            done = duty.quiz is not None and duty.quiz.row.id in self.passed
            return never if done else duty.due_day(self.made.joined_on)
        known = self.known.get(duty.book.current.version.handbook_id)
        if known is None:
            return duty.due_day(self.made.joined_on)
        missed = [text.version for text in duty.book.missed(known)]
        days = [row.effective_on + timedelta(days=row.read_within_days) for row in missed]
        return min(days, default=never)

    def _exempt(self, duty: Duty, head_id: int) -> None:
        hand, made = self.hand, self.made
        at = self._moment(hand.today - timedelta(days=self.chance.randrange(4, 20)))
        until = hand.today + timedelta(days=self.chance.randrange(10, 90))
        reason, id_ = self.chance.choice(REASONS), hand.next_exemption
        hand.next_exemption += 1
        hand.exemptions.add((id_, duty.id, made.id, until, reason, head_id, at))
        hand.ledger.note(
            "exemption.granted", actor_id=head_id, office_id=made.office.id, at=at, exemption_id=id_,
            assignment_id=duty.id, officer_id=made.id, until=until.isoformat(), reason=reason,
        )  # fmt: skip

    def _remind(self, head_id: int, at: datetime, count: int) -> None:
        office_id = self.made.office.id
        self.hand.reminders.add((self.made.id, head_id, at, count))
        self.hand.ledger.note(
            "reminder.sent", actor_id=head_id, office_id=office_id, at=at, officers=1,
            reminded_office_id=office_id, filter="",
        )  # fmt: skip

    def _days_later(self, mean: int) -> int:
        """Return after how many days somebody comes to it; those whom visitors play are quick."""
        return int(self.chance.expovariate(1 / (3 if self.made.person else mean)))

    def _moment(self, day: date, chance: random.Random | None = None) -> datetime:
        """Return a moment of the working day, 08.10 to 16.30 in Malaysia; a weekend becomes Monday."""
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday())
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)  # 08.00 in Malaysia
        return midnight + timedelta(seconds=(chance or self.chance).randrange(600, 30_600))
