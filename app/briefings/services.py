"""Acts on briefings: record one as given, take a wrong record back, ask those present afresh, keep their answers once."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.briefings import queries
from app.briefings.logic import LONGEST_AGO, MOST_RULES, follow_up_days, may_be_given_on
from app.briefings.models import Attendance, Briefing, BriefingRule
from app.briefings.outcomes import right_before
from app.clock import local_date
from app.errors import N_, DomainError
from app.handbooks.queries import rules_in_force
from app.people.models import Office
from app.practice.models import FollowUp
from app.practice.queries import AskedRow
from app.practice.services import Review, review_cards
from app.quizzes.bringing import core_rules
from app.quizzes.logic import shown_order
from app.quizzes.marking import mark


@dataclass(frozen=True)
class Given:
    """A briefing as it was given: where, when, on which rules, with which case (question version) by rule, to whom."""

    office_id: int
    given_on: date
    rule_ids: Sequence[int]
    cases: Mapping[int, int]
    officer_ids: Collection[int]


def record_briefing(session: Session, actor: Actor, given: Given, *, at: datetime) -> int:
    """Record a briefing as given; return its id.

    Raises DomainError when the day lies ahead or more than 30 days back, no rule or more than three are named, nobody was
    present, somebody does not serve in the office, or the same was recorded before.
    """
    # one record at a time for an office, so that a button pressed twice records once
    session.execute(select(Office.id).where(Office.id == given.office_id).with_for_update())
    rules = list(dict.fromkeys(given.rule_ids))
    present = sorted(set(given.officer_ids))
    _refuse_unless_sound(session, given, rules, present, local_date(at))
    first, last = follow_up_days(given.given_on)
    briefing = Briefing(
        office_id=given.office_id,
        given_on=given.given_on,
        recorded_by_id=actor.id,
        recorded_at=at,
        follow_up_from=first,
        follow_up_to=last,
    )
    session.add(briefing)
    session.flush()
    _keep_rules(session, briefing.id, given, rules, present)
    session.execute(
        insert(Attendance),
        [{"briefing_id": briefing.id, "officer_id": officer_id} for officer_id in present],
    )
    record(
        session,
        "briefing.recorded",
        actor_id=actor.id,
        office_id=given.office_id,
        at=at,
        briefing_id=briefing.id,
        given_on=given.given_on.isoformat(),
        rules=len(rules),
        officers=len(present),
    )
    return briefing.id


def _keep_rules(
    session: Session, briefing_id: int, given: Given, rules: list[int], present: list[int]
) -> None:
    before = right_before(session, officer_ids=present, rule_ids=rules, before=given.given_on)
    session.execute(
        insert(BriefingRule),
        [
            {
                "briefing_id": briefing_id,
                "rule_id": rule_id,
                "position": position,
                "question_version_id": given.cases.get(rule_id),
                "right_before": before[rule_id][0],
                "answered_before": before[rule_id][1],
            }
            for position, rule_id in enumerate(rules, start=1)
        ],
    )


def _refuse_unless_sound(
    session: Session, given: Given, rules: list[int], present: list[int], today: date
) -> None:
    if not may_be_given_on(given.given_on, today=today):
        raise DomainError(
            N_("Tulis hari taklimat diberi: hari ini, atau tidak lebih %(n)s hari yang lalu."),
            field="given_on",
            n=LONGEST_AGO.days,
        )
    known = rules_in_force(session, on=today, language="ms")
    if not rules or len(rules) > MOST_RULES or not known.keys() >= set(rules):
        raise DomainError(
            N_("Pilih satu hingga tiga peraturan yang berkuat kuasa."), field="rule_1"
        )
    if not present:
        raise DomainError(
            N_("Tandakan siapa yang hadir. Taklimat tanpa kehadiran tidak direkodkan."),
            field="officers",
        )
    people = queries.people_of(session, office_id=given.office_id, today=today)
    if not set(present) <= {person.id for person in people}:
        raise DomainError(
            N_("Senarai pegawai pejabat ini telah berubah. Semak semula siapa yang hadir."),
            field="officers",
        )
    if queries.same_recorded(
        session, office_id=given.office_id, given_on=given.given_on, rule_ids=rules
    ):
        raise DomainError(
            N_("Taklimat tentang peraturan yang sama pada hari itu sudah direkodkan."),
            field="given_on",
        )


def withdraw_briefing(
    session: Session, actor: Actor, briefing: "queries.BriefingRow", *, at: datetime
) -> None:
    """Take back a record made by mistake, once. Raises DomainError when somebody was asked a question after it."""
    # a question asked at the same moment waits for this lock, and then finds no briefing to belong to
    session.execute(select(Briefing.id).where(Briefing.id == briefing.id).with_for_update())
    if session.scalar(select(exists().where(FollowUp.briefing_id == briefing.id))):
        raise DomainError(
            N_("Soalan susulan telah bermula, jadi rekod ini tidak boleh dibatalkan lagi.")
        )
    for table in (Attendance, BriefingRule):
        session.execute(delete(table).where(table.briefing_id == briefing.id))
    done = session.execute(delete(Briefing).where(Briefing.id == briefing.id))
    if done.rowcount != 1:  # type: ignore[attr-defined]  # another tab was quicker
        return
    record(
        session,
        "briefing.withdrawn",
        actor_id=actor.id,
        office_id=briefing.office_id,
        at=at,
        briefing_id=briefing.id,
        given_on=briefing.given_on.isoformat(),
    )


def ask_follow_up(session: Session, actor: Actor, *, seed: int, at: datetime) -> AskedRow | None:
    """Return the question after a briefing that waits for the officer, drawing the next one; None when there is none left.

    It is about the same rule, but one the officer never met, and not the case discussed. Two tabs get the same question.
    """
    day = local_date(at)
    if waiting := queries.open_follow_up(session, officer_id=actor.id, day=day):
        return waiting
    fresh = queries.follow_ups_waiting(session, officer_id=actor.id, day=day)
    if not fresh:
        return None
    chosen, chance = fresh[0], random.Random(seed)  # noqa: S311  # a shuffle, not a secret
    question = chance.choice(chosen.questions)
    facts = {
        "briefing_id": chosen.briefing_id,
        "officer_id": actor.id,
        "rule_id": chosen.rule_id,
        "question_version_id": question.version_id,
        "option_order": shown_order(question.kind, question.alphabet, chance),
        "asked_at": at,
    }
    try:
        with session.begin_nested():
            session.execute(insert(FollowUp).values(**facts))
    except IntegrityError:  # another tab was quicker
        pass
    return queries.open_follow_up(session, officer_id=actor.id, day=day)


def answer_follow_up(
    session: Session, actor: Actor, asked: AskedRow, *, choice: str, algorithm: str, at: datetime
) -> bool:
    """Keep the answer to a question after a briefing, once, and move its card; return False when it was answered before.

    Raises DomainError after the last day: what was told of the briefing would move by this one answer.
    """
    slot = asked.slot
    open_still = select(Briefing.id).where(Briefing.follow_up_to >= local_date(at))
    right = mark(slot.kind, slot.content, slot.key, choice).right
    kept = session.execute(
        update(FollowUp)
        .where(
            FollowUp.id == asked.id,
            FollowUp.officer_id == actor.id,
            FollowUp.answered_at.is_(None),
            FollowUp.briefing_id.in_(open_still),
        )
        .values(choice=choice, correct=right, answered_at=at)
    )
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        _refuse_if_late(session, asked, local_date(at))
        return False
    core = bool(core_rules(session, {slot.rule_id}))
    review = Review(actor.id, slot.rule_id, slot.pinned_hash, core, right, 0, at)
    review_cards(session, [review], algorithm=algorithm)
    return True


def _refuse_if_late(session: Session, asked: AskedRow, day: date) -> None:
    last = session.scalar(
        select(Briefing.follow_up_to)
        .join(FollowUp, FollowUp.briefing_id == Briefing.id)
        .where(FollowUp.id == asked.id, FollowUp.answered_at.is_(None))
    )
    if last is not None and last < day:
        raise DomainError(
            N_(
                "Masa soalan susulan ini telah tamat, jadi jawapan anda tidak disimpan. "
                "Ulang kaji anda tidak terjejas."
            )
        )
