"""Reading rollouts: those in reach, their plan, and the counts of first answers behind a report."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.clock import month_key, month_number, month_of
from app.handbooks.models import HandbookVersion, Rule, RuleText
from app.handbooks.queries import current_on
from app.people.models import Office, Posting
from app.people.offices import COLUMNS, OfficeRow
from app.people.queries import at_or_below, serving_on
from app.quizzes.answers import WRITTEN_KINDS
from app.quizzes.keys import CONTENT_NOW, CORRECTION, CORRECTS, KEY_NOW
from app.quizzes.marking import is_right
from app.quizzes.models import LIVE, QuestionVersion, ResponseCount
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule
from app.rollouts.reports import Plan

Found = dict[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class RolloutRow:
    """A rollout; `path` and `office_name` are the office at and below which it runs."""

    id: int
    kind: str
    title: str
    handbook_id: int
    path: str
    office_name: str
    waves: int
    step_months: int
    starts_on: date
    ends_on: date
    seed: int
    begun_at: datetime
    stopped_at: datetime | None

    def state(self, today: date) -> str:
        """Return stopped, planned, running or finished (the last wave has begun, nothing is left to compare)."""
        if self.stopped_at is not None:
            return "stopped"
        if today < self.starts_on:
            return "planned"
        return "running" if today <= self.ends_on else "finished"


@dataclass(frozen=True)
class PlanRow:
    """An office in the plan and its wave."""

    office_id: int
    code: str
    name: str
    path: str
    wave: int


@dataclass(frozen=True)
class RuleChoice:
    """A rule, with how many questions ask about it."""

    id: int
    code: str
    title: str
    questions: int


ROLLOUT = (
    Rollout.id,
    Rollout.kind,
    Rollout.title,
    Rollout.handbook_id,
    Rollout.path,
    Office.name,
    Rollout.waves,
    Rollout.step_months,
    Rollout.starts_on,
    Rollout.ends_on,
    Rollout.seed,
    Rollout.begun_at,
    Rollout.stopped_at,
)


def _prefixes(path: str) -> list[str]:
    """List a path and all above it."""
    ids = [part for part in path.split("/") if part]
    return [f"/{'/'.join(ids[: n + 1])}/" for n in range(len(ids))]


def rollout_rows(
    session: Session, *, reach: tuple[str, ...], rollout_id: int | None = None
) -> list[RolloutRow]:
    """Return the rollouts that touch the reach (or the one asked for), the newest first."""
    if not reach:
        return []
    above = {prefix for path in reach for prefix in _prefixes(path)}
    query = (
        select(*ROLLOUT)
        .join(Office, Office.path == Rollout.path)
        .where(or_(Rollout.path.in_(above), *(Rollout.path.like(f"{path}%") for path in reach)))
    )
    if rollout_id is not None:
        query = query.where(Rollout.id == rollout_id)
    rows = session.execute(query.order_by(Rollout.starts_on.desc(), Rollout.id.desc()))
    return [RolloutRow(*row) for row in rows]  # type: ignore[call-arg]  # the columns of ROLLOUT, in order


def plan_rows(session: Session, *, rollout_id: int) -> list[PlanRow]:
    """Return the offices of a rollout by wave and name."""
    rows = session.execute(
        select(Office.id, Office.code, Office.name, Office.path, RolloutOffice.wave)
        .join(RolloutOffice, RolloutOffice.office_id == Office.id)
        .where(RolloutOffice.rollout_id == rollout_id)
        .order_by(RolloutOffice.wave, Office.name)
    )
    return [PlanRow(*row) for row in rows]


def plan_of(row: RolloutRow, offices: Iterable[PlanRow], *, stopped_on: date | None) -> Plan:
    """Return the plan of a rollout in months."""
    return Plan(
        first=month_number(row.starts_on),
        waves=row.waves,
        step=row.step_months,
        wave_of={office.office_id: office.wave for office in offices},
        stopped=None if stopped_on is None else month_number(stopped_on),
    )


def rules_of(session: Session, *, rollout_id: int, language: str, on: date) -> list[RuleChoice]:
    """Return the rules of a rollout, by code; the title is empty for a rule no longer in force."""
    wanted = select(RolloutRule.rule_id).where(RolloutRule.rollout_id == rollout_id)
    return _rules(session, Rule.id.in_(wanted), language, on)


def rules_to_choose(
    session: Session, *, handbook_id: int, language: str, on: date
) -> list[RuleChoice]:
    """Return the rules in force of a handbook about which at least one question is asked, by code."""
    rows = _rules(session, Rule.handbook_id == handbook_id, language, on)
    return [row for row in rows if row.title and row.questions]


def _rules(
    session: Session, wanted: ColumnElement[bool], language: str, on: date
) -> list[RuleChoice]:
    current = select(HandbookVersion.id).where(current_on(on))
    questions = (
        select(func.count())
        .select_from(QuestionVersion)
        .where(QuestionVersion.rule_id == Rule.id, LIVE)
        .correlate(Rule)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Rule.id, Rule.code, func.coalesce(RuleText.title, ""), questions)
        .outerjoin(
            RuleText,
            and_(
                RuleText.rule_id == Rule.id,
                RuleText.language == language,
                RuleText.version_id.in_(current),
            ),
        )
        .where(wanted)
        .order_by(RuleText.position, Rule.code)
    )
    return [RuleChoice(*row) for row in rows]


def places(session: Session, *, reach: tuple[str, ...]) -> list[OfficeRow]:
    """Return where a rollout may run: the topmost offices of the reach, and states and divisions below them."""
    if not reach:
        return []
    rows = session.execute(
        select(*COLUMNS)
        .where(
            Office.active,
            or_(*(at_or_below(path) for path in reach)),
            or_(Office.path.in_(reach), Office.kind.in_(("state", "division"))),
        )
        .order_by(func.length(Office.path), Office.name)
    )
    found = [OfficeRow(*row) for row in rows]
    return sorted(found, key=lambda row: row.path not in reach)


def serving_offices(session: Session, *, path: str, on: date) -> list[int]:
    """Return the ids of active offices at and below a path in which somebody serves on that day."""
    staffed = exists().where(Posting.office_id == Office.id, serving_on(on))
    rows = session.scalars(
        select(Office.id).where(at_or_below(path), Office.active, staffed).order_by(Office.id)
    )
    return list(rows)


def clashes(
    session: Session, *, rule_ids: Iterable[int], path: str, starts_on: date, ends_on: date
) -> list[str]:
    """Return the titles of rollouts of any of these rules over the same offices at the same time."""
    same_place = or_(Rollout.path.like(f"{path}%"), Rollout.path.in_(_prefixes(path)))
    rows = session.scalars(
        select(Rollout.title)
        .where(
            Rollout.id.in_(
                select(RolloutRule.rollout_id).where(RolloutRule.rule_id.in_(set(rule_ids)))
            ),
            same_place,
            Rollout.stopped_at.is_(None),
            Rollout.starts_on <= ends_on,
            Rollout.ends_on >= starts_on,
        )
        .order_by(Rollout.id)
    )
    return list(rows)


def counts_of(session: Session, *, rollout_id: int, first: int, last: int) -> Found:
    """Return {(office, month): (right, answered)} of the first answers to anchor draws in a rollout, months both included."""
    return _counts(
        session,
        select(RolloutRule.rule_id).where(RolloutRule.rollout_id == rollout_id),
        select(RolloutOffice.office_id).where(RolloutOffice.rollout_id == rollout_id),
        first,
        last,
    )


def counts_below(
    session: Session, *, path: str, rule_ids: Iterable[int], first: int, last: int
) -> Found:
    """Return the same for rules and offices that are only planned."""
    offices = select(Office.id).where(at_or_below(path))
    return _counts(session, select(Rule.id).where(Rule.id.in_(set(rule_ids))), offices, first, last)


def _counts(
    session: Session, rules: Select[int], offices: Select[int], first: int, last: int
) -> Found:
    written = case((QuestionVersion.kind.in_(WRITTEN_KINDS), CONTENT_NOW), else_="{}")
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.kind, written, KEY_NOW)
        .outerjoin(CORRECTION, CORRECTS)
        .where(QuestionVersion.rule_id.in_(rules))
    )
    keys = {row[0]: (row[1], json.loads(row[2]), row[3]) for row in rows}
    answers = session.execute(
        select(
            ResponseCount.question_version_id,
            ResponseCount.office_id,
            ResponseCount.month,
            ResponseCount.choice,
            func.sum(ResponseCount.n),
        )
        .where(
            ResponseCount.question_version_id.in_(
                select(QuestionVersion.id).where(QuestionVersion.rule_id.in_(rules))
            ),
            ResponseCount.office_id.in_(offices),
            ResponseCount.draw == "anchor",
            ResponseCount.month.between(month_key(first), month_key(last)),
        )
        .group_by(
            ResponseCount.question_version_id,
            ResponseCount.office_id,
            ResponseCount.month,
            ResponseCount.choice,
        )
    )
    found: Found = {}
    known: dict[tuple[int, str], bool] = {}
    for version_id, office_id, month, choice, n in answers:
        if (version_id, choice) not in known:
            known[version_id, choice] = is_right(*keys[version_id], choice)
        place = (office_id, month_of(month))
        right, answered = found.get(place, (0, 0))
        found[place] = (right + int(n) * known[version_id, choice], answered + int(n))
    return found


@dataclass(frozen=True)
class TurnRow:
    """When an office is to be briefed in a rollout (the number of the month), and on which rules."""

    rollout_id: int
    office_id: int
    office_name: str
    month: int
    rules: list[RuleChoice]


def turns_to_come(
    session: Session, *, paths: Iterable[str], language: str, on: date
) -> list[TurnRow]:
    """Return the turns of this month and later of the offices at and below the paths, the next one first; none of a stopped rollout."""
    reach = [at_or_below(path) for path in paths]
    found = _turns(session, or_(*reach), on) if reach else []
    ids = {row[0] for row in found}
    pairs = session.execute(
        select(RolloutRule.rollout_id, RolloutRule.rule_id).where(RolloutRule.rollout_id.in_(ids))
    ).all()
    known = _rules(session, Rule.id.in_({pair[1] for pair in pairs}), language, on)
    held = {i: [rule for rule in known if (i, rule.id) in set(map(tuple, pairs))] for i in ids}
    return [TurnRow(*row, held[row[0]]) for row in found]


def _turns(
    session: Session, offices: ColumnElement[bool], on: date
) -> list[tuple[int, int, str, int]]:
    """Return (rollout, office, its name, month) of the turns that are not over, the next one first."""
    rows = session.execute(
        select(
            Rollout.id,
            Office.id,
            Office.name,
            Rollout.starts_on,
            Rollout.step_months * (RolloutOffice.wave - 1),
        )
        .join(RolloutOffice, RolloutOffice.rollout_id == Rollout.id)
        .join(Office, Office.id == RolloutOffice.office_id)
        .where(offices, Rollout.stopped_at.is_(None))
    )
    found = [(row[0], row[1], row[2], month_number(row[3]) + row[4]) for row in rows]
    return sorted((t for t in found if t[3] >= month_number(on)), key=lambda t: (t[3], t[2], t[0]))
