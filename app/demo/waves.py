"""Briefings in waves that are under way: the lot is drawn before the history, so that offices answer as briefed ones would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.briefings.queries import people_of
from app.briefings.services import Given, record_briefing
from app.clock import first_day, local_date, month_number
from app.db import Database
from app.demo.bulk import Bulk
from app.demo.cast import PUTRAJAYA, RANAU
from app.demo.chain import Ledger
from app.demo.content import QuizPlan
from app.demo.duties import Duty, morning
from app.demo.habits import SPLIT_DESKS, Habit, National
from app.demo.offices import MadeOffice
from app.demo.people import Made
from app.handbooks.models import Rule
from app.people.models import Office
from app.people.queries import actor_of
from app.rollouts.logic import draw_waves
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule
from app.rollouts.reports import Plan

WAVES, BEGUN_AGO = (
    4,
    2,
)  # months: the last wave begins next month, so that an office still waits for its turn
TAUGHT = 0.8  # of what was missing, how much an office knows once it was briefed
MOST_RULES = 3  # a sheet holds no more
MOST_RECORDED = 16  # offices that recorded their briefing, so that loading stays quick
DRAWN_BEFORE, HELD_ON = timedelta(days=20), timedelta(days=3)
FRIDAY = 4


@dataclass(frozen=True)
class Waves:
    """What is brought in where and when: the plan, its lot, the quiz and the rules of it that are talked over."""

    plan: Plan
    seed: int
    path: str
    quiz: QuizPlan | None
    rules: tuple[str, ...]

    def taught(
        self, habits: dict[str, Habit], office_id: int, quiz: QuizPlan, at: datetime
    ) -> dict[str, Habit]:
        """Return an office's habits at a moment: better on these rules from the month in which its wave begins."""
        wave = self.plan.wave_of.get(office_id)
        if quiz is not self.quiz or wave is None:
            return habits
        if month_number(local_date(at)) < self.plan.begins(wave):
            return habits
        return habits | {rule: better(habits[rule]) for rule in self.rules}


def better(habit: Habit) -> Habit:
    """Return a habit after a briefing."""
    missed = 1 - TAUGHT
    return replace(
        habit,
        right=1 - (1 - habit.right) * missed,
        tempting=habit.tempting * missed,
        unsure=habit.unsure * missed,
    )


def plan_waves(
    offices: Sequence[MadeOffice],
    duties: Sequence[Duty],
    national: National,
    *,
    seed: int,
    today: date,
) -> Waves:
    """Draw the offices into waves by a lot in which that of the visitors is among the last."""
    ids = {office.code: office.id for office in offices if office.place.heads}
    mine = ids[PUTRAJAYA]
    lot = next(n for n in count(seed) if draw_waves([*ids.values()], WAVES, n)[mine] == WAVES)
    first = month_number(today) - BEGUN_AGO
    plan = Plan(first, WAVES, 1, draw_waves([*ids.values()], WAVES, lot))
    quiz = _quiz_of_the_months(duties, first_day(month_number(today)))
    top = f"/{offices[0].path.split('/')[1]}/"
    return Waves(plan, lot, top, quiz, _rules_of(quiz, national) if quiz else ())


def _quiz_of_the_months(duties: Sequence[Duty], before: date) -> QuizPlan | None:
    """Return the quiz that everybody was last asked to sit before a month: of it most answers fall into the months compared."""
    asked = [
        (d.starts_on, d.id, d.quiz)
        for d in duties
        if d.quiz is not None and not d.role and not d.post
    ]
    lately = [one for one in asked if one[0] < before] or asked[:1]
    return max(lately)[2] if lately else None


def _rules_of(quiz: QuizPlan, national: National) -> tuple[str, ...]:
    """Return the rule on which desks disagree and those asked in every attempt."""
    mixed = [rule for rule in quiz.rules if national.usual[quiz.row.id, rule] == SPLIT_DESKS]
    always = [rule for rule in quiz.fixed if rule in quiz.rules]
    return tuple(dict.fromkeys([*mixed, *always, *quiz.rules]))[:MOST_RULES]


def write_waves(session: Session, bulk: Bulk, ledger: Ledger, waves: Waves, begun_by: Made) -> None:
    """Write the plan as the act writes it, with ids of our own, which the audit record tells: the same on every run."""
    if waves.quiz is None:
        return
    begins = first_day(waves.plan.first)
    at = morning(begins - DRAWN_BEFORE)
    handbook_id, made = waves.quiz.row.handbook_id, bulk.next_id(Rollout)
    plans = bulk.basket(
        Rollout, "id", "kind", "title", "handbook_id", "path", "waves", "step_months", "starts_on",
        "ends_on", "seed", "begun_by_id", "begun_at",
    )  # fmt: skip
    ends = first_day(waves.plan.last + 1) - timedelta(days=1)
    title = f"Taklimat tentang {', '.join(sorted(waves.rules))}"
    plans.add((
        made, "briefing", title, handbook_id, waves.path, WAVES, waves.plan.step, begins, ends,
        waves.seed, begun_by.id, at,
    ))  # fmt: skip
    rules = bulk.basket(RolloutRule, "rollout_id", "rule_id")
    for rule_id in session.scalars(
        select(Rule.id).where(Rule.handbook_id == handbook_id, Rule.code.in_(waves.rules))
    ):
        rules.add((made, rule_id))
    offices = bulk.basket(RolloutOffice, "rollout_id", "office_id", "wave")
    for office_id, wave in sorted(waves.plan.wave_of.items()):
        offices.add((made, office_id, wave))
    ledger.keep(
        "rollout.begun",
        actor_id=begun_by.id,
        office_id=begun_by.office.id,
        at=at,
        rollout_id=made,
        kind="briefing",
        path=waves.path,
        waves=WAVES,
        seed=waves.seed,
    )


def record_waves(database: Database, *, at: datetime) -> int:
    """Let some of the offices whose turn has come record what they talked over; return how many did."""
    recorded = 0
    with database.transaction() as session:
        for office_id, begins, rule_ids in _turns_over(session, local_date(at)):
            held = morning(begins + HELD_ON)
            held -= timedelta(days=max(0, local_date(held).weekday() - FRIDAY))
            present = [
                p.id for p in people_of(session, office_id=office_id, today=local_date(held))
            ]
            giver = present and actor_of(
                session, officer_id=present[0], session_version=1, on=local_date(held)
            )
            if giver and held < at:
                given = Given(office_id, local_date(held), rule_ids, {}, present)
                record_briefing(session, giver, given, at=held)
                recorded += 1
    return recorded


def _turns_over(session: Session, today: date) -> list[tuple[int, date, list[int]]]:
    """Return offices all over the plan with the first day of their month and the rules; the offices of the cast are left out."""
    rows = session.execute(
        select(
            RolloutOffice.rollout_id, RolloutOffice.office_id, RolloutOffice.wave, Rollout.starts_on
        )
        .join(Rollout, Rollout.id == RolloutOffice.rollout_id)
        .join(Office, Office.id == RolloutOffice.office_id)
        .where(Office.code.not_in((PUTRAJAYA, RANAU)))
        .order_by(RolloutOffice.office_id)
    ).all()
    begun = [
        (rollout_id, office_id, first_day(month_number(starts_on) + wave - 1))
        for rollout_id, office_id, wave, starts_on in rows
        if month_number(starts_on) + wave - 1 <= month_number(today)
    ]
    some = begun[:: max(1, len(begun) // MOST_RECORDED)][:MOST_RECORDED]
    rules = session.execute(
        select(RolloutRule.rollout_id, RolloutRule.rule_id).order_by(RolloutRule.rule_id)
    ).all()
    return [(office, day, [r for i, r in rules if i == rollout]) for rollout, office, day in some]
