"""Two briefings in the office that visitors see: one that has been followed up, one whose questions wait today."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.briefings.outcomes import right_before
from app.briefings.queries import fresh_questions, people_of
from app.briefings.services import Given, answer_follow_up, ask_follow_up, record_briefing
from app.clock import local_date
from app.db import Database
from app.demo.cast import PUTRAJAYA
from app.disclosure import EVERYBODY
from app.people.models import Office, Officer
from app.people.queries import actor_of
from app.practice.queries import AskedRow
from app.quizzes.models import LIVE, QuestionVersion

GIVER, WAITING = "D1002", "D1001"
LONG_AGO, LATELY, ANSWERED_AFTER = timedelta(days=16), timedelta(days=9), timedelta(days=9)
UNDERSTOOD = 0.9
FRIDAY = 4
RULES_EACH = 2


def hold_briefings(database: Database, *, seed: int, at: datetime) -> int:
    """Let the supervisor of Putrajaya give two briefings on what the office understands least; return how many."""
    with database.transaction() as session:
        office_id = session.scalar(select(Office.id).where(Office.code == PUTRAJAYA))
        giver = _actor(session, GIVER, at)
        if office_id is None or giver is None:
            return 0
        present = [one.id for one in people_of(session, office_id=office_id, today=local_date(at))]
        rules = _least_understood(session, present, local_date(workday(at - LONG_AGO)))
        for number, ago in enumerate((LONG_AGO, LATELY)):
            held = workday(at - ago)
            given = Given(
                office_id,
                local_date(held),
                rules[number * RULES_EACH : (number + 1) * RULES_EACH],
                {},
                present,
            )
            record_briefing(session, giver, given, at=held)
        chance = random.Random(f"{seed}:talks")  # noqa: S311  # no secret
        for officer_id in present:
            _answer(session, officer_id, chance, at - LONG_AGO + ANSWERED_AFTER)
    return 2


def workday(at: datetime) -> datetime:
    """Return the same hour on that day or, at a weekend, on the Friday before."""
    return at - timedelta(days=max(0, local_date(at).weekday() - FRIDAY))


def _least_understood(session: Session, present: list[int], before: date) -> list[int]:
    """Return the rules that are asked about by the share of those present who were right before a day.

    Those come first that ten answered then and ten can be asked afresh, besides the one whom visitors play.
    """
    asked = session.scalars(select(QuestionVersion.rule_id).where(LIVE).distinct()).all()
    known = right_before(session, officer_ids=present, rule_ids=asked, before=before)
    askable = Counter(
        rule_id
        for officer_id in present
        for rule_id in fresh_questions(
            session, officer_id=officer_id, rule_ids=asked, day=before + ANSWERED_AFTER
        )
    )
    held = sorted(
        (min(answered, askable[rule_id] - 1) < EVERYBODY, right / max(answered, 1), rule_id)
        for rule_id, (right, answered) in known.items()
    )
    return [rule_id for _few, _share, rule_id in held]


def _actor(session: Session, staff_number: str, at: datetime) -> Actor | None:
    officer_id = session.scalar(select(Officer.id).where(Officer.staff_number == staff_number))
    if officer_id is None:
        return None
    return actor_of(session, officer_id=officer_id, session_version=1, on=local_date(at))


def _answer(session: Session, officer_id: int, chance: random.Random, at: datetime) -> None:
    """Answer what waits after the briefing, mostly rightly; the officer whom visitors play answers nothing."""
    actor = actor_of(session, officer_id=officer_id, session_version=1, on=local_date(at))
    if actor is None or actor.staff_number == WAITING:
        return
    while asked := ask_follow_up(session, actor, seed=chance.randrange(2**31), at=at):
        choice = asked.slot.key if chance.random() < UNDERSTOOD else _another(asked)
        answer_follow_up(session, actor, asked, choice=choice, algorithm="fsrs", at=at)


def _another(asked: AskedRow) -> str:
    return next((sign for sign in asked.slot.option_order if sign != asked.slot.key), "u")
