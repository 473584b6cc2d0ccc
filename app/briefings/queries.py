"""Reading briefings: who could be present, what was given where, how it went, what waits for an officer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from app.briefings.logic import LONGEST_AGO
from app.briefings.models import Attendance, Briefing, BriefingRule
from app.briefings.outcomes import TaughtRow, taught_in
from app.people.models import Office, Officer, Posting
from app.people.queries import at_or_below, serving_on
from app.practice.models import FollowUp
from app.practice.queries import AskedRow, follow_up_row, met_versions, pins_of_all
from app.quizzes.logic import is_current
from app.quizzes.models import LIVE, Answer, QuestionVersion

MOST_LISTED = 200


@dataclass(frozen=True)
class Person:
    """Somebody who could have been present."""

    id: int
    name: str
    grade: str


def people_of(session: Session, *, office_id: int, today: date) -> list[Person]:
    """Return who served in an office in the last 30 days, by name."""
    served = or_(Posting.ends_on.is_(None), Posting.ends_on >= today - LONGEST_AGO)
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.grade)
        .join(Posting, Posting.officer_id == Officer.id)
        .where(Posting.office_id == office_id, Posting.starts_on <= today, served, Officer.active)
        .distinct()
        .order_by(Officer.name, Officer.id)
    )
    return [Person(*row) for row in rows]


def rules_of_questions(session: Session, *, version_ids: Collection[int]) -> dict[int, int]:
    """Return the live question among these by the rule it is about."""
    rows = session.execute(
        select(QuestionVersion.rule_id, QuestionVersion.id).where(
            QuestionVersion.id.in_(version_ids), LIVE
        )
    )
    return {row[0]: row[1] for row in rows}


def same_recorded(
    session: Session, *, office_id: int, given_on: date, rule_ids: Collection[int]
) -> bool:
    """Say whether a briefing on these rules on that day stands recorded for the office."""
    rows = session.execute(
        select(BriefingRule.briefing_id, BriefingRule.rule_id)
        .join(Briefing, Briefing.id == BriefingRule.briefing_id)
        .where(Briefing.office_id == office_id, Briefing.given_on == given_on)
    )
    held: dict[int, set[int]] = defaultdict(set)
    for briefing_id, rule_id in rows:
        held[briefing_id].add(rule_id)
    return set(rule_ids) in held.values()


@dataclass(frozen=True)
class BriefingRow:
    """A briefing as it was given; `rules` in the order they were discussed; `asked` once anybody was asked a question after it."""

    id: int
    office_id: int
    office_name: str
    office_path: str
    given_on: date
    recorded_by: str
    recorded_at: datetime
    follow_up_from: date
    follow_up_to: date
    officers: int
    asked: bool
    rules: list[TaughtRow] = field(default_factory=list)

    def followed_up(self, today: date) -> bool:
        """Say whether the questions after it are over, so that what they show may be told."""
        return today > self.follow_up_to


def _briefings(
    session: Session, *conditions: ColumnElement[bool], most: int = MOST_LISTED
) -> list[BriefingRow]:
    officers = (
        select(func.count())
        .where(Attendance.briefing_id == Briefing.id)
        .correlate(Briefing)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Briefing.id,
            Briefing.office_id,
            Office.name,
            Office.path,
            Briefing.given_on,
            Officer.name,
            Briefing.recorded_at,
            Briefing.follow_up_from,
            Briefing.follow_up_to,
            officers,
            exists().where(FollowUp.briefing_id == Briefing.id),
        )
        .join(Office, Office.id == Briefing.office_id)
        .join(Officer, Officer.id == Briefing.recorded_by_id)
        .where(*conditions)
        .order_by(Briefing.given_on.desc(), Briefing.id.desc())
        .limit(most)
    )
    found = {row[0]: BriefingRow(*row) for row in rows}
    for briefing_id, taught in taught_in(session, briefing_ids=list(found)):
        found[briefing_id].rules.append(taught)
    return list(found.values())


def briefing_row(session: Session, *, briefing_id: int) -> BriefingRow | None:
    """Return one briefing, or None."""
    return next(iter(_briefings(session, Briefing.id == briefing_id)), None)


def briefings_of(session: Session, *, path: str, most: int = MOST_LISTED) -> list[BriefingRow]:
    """Return the briefings given at an office and those below it, the newest first, 200 or at most so many."""
    return _briefings(session, at_or_below(path), most=most)


def attendees_of(session: Session, *, briefing_id: int) -> list[Person]:
    """Return who was present, by name."""
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.grade)
        .join(Attendance, Attendance.officer_id == Officer.id)
        .where(Attendance.briefing_id == briefing_id)
        .order_by(Officer.name, Officer.id)
    )
    return [Person(*row) for row in rows]


def briefed_days(session: Session, *, rule_id: int) -> list[date]:
    """Return the days on which a rule was discussed in a briefing, one for each briefing, oldest first."""
    return list(
        session.scalars(
            select(Briefing.given_on)
            .join(BriefingRule, BriefingRule.briefing_id == Briefing.id)
            .where(BriefingRule.rule_id == rule_id)
            .order_by(Briefing.given_on)
        )
    )


def lately_briefed(session: Session, *, office_id: int, since: date) -> set[int]:
    """Return the rules that an office discussed in briefings since a day."""
    return set(
        session.scalars(
            select(BriefingRule.rule_id)
            .join(Briefing, Briefing.id == BriefingRule.briefing_id)
            .where(Briefing.office_id == office_id, Briefing.given_on >= since)
        )
    )


@dataclass(frozen=True)
class Offered:
    """A question that could be asked."""

    version_id: int
    kind: str
    alphabet: str


@dataclass(frozen=True)
class Waiting:
    """A rule of a briefing on which the officer is to be asked afresh, and the questions that are fresh to that officer."""

    briefing_id: int
    rule_id: int
    questions: list[Offered]


def follow_ups_waiting(session: Session, *, officer_id: int, day: date) -> list[Waiting]:
    """Return what waits for an officer after briefings, asked but unanswered ones left out.

    One statement where nothing waits. A rule with no question that is fresh to the officer is left out.
    """
    asked = (
        select(FollowUp.id)
        .where(
            FollowUp.briefing_id == Briefing.id,
            FollowUp.officer_id == officer_id,
            FollowUp.rule_id == BriefingRule.rule_id,
        )
        .exists()
    )
    due = session.execute(
        select(Briefing.id, BriefingRule.rule_id, BriefingRule.question_version_id)
        .join(Attendance, Attendance.briefing_id == Briefing.id)
        .join(BriefingRule, BriefingRule.briefing_id == Briefing.id)
        .where(
            Attendance.officer_id == officer_id,
            Briefing.follow_up_from <= day,
            Briefing.follow_up_to >= day,
            ~asked,
        )
        .order_by(Briefing.given_on, Briefing.id, BriefingRule.position)
    ).all()
    if not due:
        return []
    fresh = fresh_questions(
        session, officer_id=officer_id, rule_ids={row[1] for row in due}, day=day
    )
    found = [
        Waiting(briefing_id, rule_id, [q for q in fresh.get(rule_id, []) if q.version_id != case])
        for briefing_id, rule_id, case in due
    ]
    return [one for one in found if one.questions]


def fresh_questions(
    session: Session, *, officer_id: int, rule_ids: Collection[int], day: date
) -> dict[int, list[Offered]]:
    """Return the current questions on rules that the officer never met, by rule."""
    pins = pins_of_all(session, on=day)
    met = met_versions(session, officer_id=officer_id)
    answered = select(Answer.question_version_id).where(Answer.officer_id == officer_id)
    rows = session.execute(
        select(
            QuestionVersion.rule_id,
            QuestionVersion.pinned_hash,
            QuestionVersion.id,
            QuestionVersion.kind,
            QuestionVersion.alphabet,
        )
        .where(QuestionVersion.rule_id.in_(rule_ids), LIVE, QuestionVersion.id.not_in(answered))
        .order_by(QuestionVersion.id)
    )
    found: dict[int, list[Offered]] = defaultdict(list)
    for rule_id, pinned, version_id, kind, alphabet in rows:
        if version_id not in met and is_current(pinned, pins.get(rule_id, ())):
            found[rule_id].append(Offered(version_id, kind, alphabet))
    return found


def open_follow_up(session: Session, *, officer_id: int, day: date) -> AskedRow | None:
    """Return the question after a briefing that was asked, is not answered, and may still be today, or None."""
    open_id = session.scalar(
        select(FollowUp.id)
        .join(Briefing, Briefing.id == FollowUp.briefing_id)
        .where(
            FollowUp.officer_id == officer_id,
            FollowUp.answered_at.is_(None),
            Briefing.follow_up_to >= day,
        )
        .order_by(FollowUp.id)
        .limit(1)
    )
    return follow_up_row(session, officer_id=officer_id, follow_up_id=open_id) if open_id else None


def follow_ups_left(session: Session, *, officer_id: int, day: date) -> int:
    """Return how many questions after briefings wait for the officer, the open one included."""
    waiting = len(follow_ups_waiting(session, officer_id=officer_id, day=day))
    return waiting + (open_follow_up(session, officer_id=officer_id, day=day) is not None)


def serving_names(session: Session, *, office_id: int, on: date) -> list[str]:
    """Return the names of those who serve in an office on a day."""
    return list(
        session.scalars(
            select(Officer.name)
            .join(Posting, Posting.officer_id == Officer.id)
            .where(Posting.office_id == office_id, serving_on(on), Officer.active)
            .order_by(Officer.name, Officer.id)
        )
    )


@dataclass(frozen=True)
class Progress:
    """The questions after briefings that an officer may be asked today, in the order of asking.

    `left` are the rules of those without an answer; `shown_after` is the day after which offices see what those answered show.
    """

    asked: list[int]
    left: list[int]
    total: int
    shown_after: date | None


def follow_up_progress(session: Session, *, officer_id: int, day: date) -> Progress:
    """Return where an officer stands among the questions after briefings."""
    rows = session.execute(
        select(FollowUp.id, FollowUp.rule_id, FollowUp.answered_at, Briefing.follow_up_to)
        .join(Briefing, Briefing.id == FollowUp.briefing_id)
        .where(FollowUp.officer_id == officer_id, Briefing.follow_up_to >= day)
        .order_by(FollowUp.id)
    ).all()
    waiting = [w.rule_id for w in follow_ups_waiting(session, officer_id=officer_id, day=day)]
    return Progress(
        asked=[row[0] for row in rows],
        left=[row[1] for row in rows if row[2] is None] + waiting,
        total=len(rows) + len(waiting),
        shown_after=max((row[3] for row in rows if row[2] is not None), default=None),
    )
