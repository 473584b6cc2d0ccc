"""Reading how briefings went: the answers before and after that count, and the outcomes that may not be told of one person."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.briefings.logic import APART_WITHIN, Group, Outcome, differ_by_few, few
from app.briefings.models import Attendance, Briefing, BriefingRule
from app.clock import HOME, local_date
from app.db import add_days, local_day
from app.handbooks.models import Handbook, Rule
from app.practice.models import FollowUp
from app.quizzes.models import Answer, Attempt, KeyCorrection, QuestionVersion

Pair = tuple[int, int]  # a briefing and a rule of it


@dataclass(frozen=True)
class TaughtRow:
    """A rule of a briefing: its permanent name, its handbook, the case discussed, how those present answered.

    `outcome` is None where it would tell of one to four people, whoever asks.
    """

    rule_id: int
    name: str
    handbook_slug: str
    case_version: int | None
    outcome: Outcome | None


def taught_in(session: Session, *, briefing_ids: Collection[int]) -> list[tuple[int, TaughtRow]]:
    """Return (briefing, rule) in the order discussed, with the answers to sound questions up to the last day.

    None is told where one to four answers after it were to questions whose key was corrected later: they moved the figure.
    """
    doubts = _doubts(session, briefing_ids)
    corrected = FollowUp.question_version_id.in_(select(KeyCorrection.question_version_id))
    told_wrong = FollowUp.question_version_id.in_(
        select(KeyCorrection.question_version_id)
        .where(local_day(KeyCorrection.made_at) > Briefing.follow_up_to)
        .correlate(Briefing)
    )
    rows = session.execute(
        select(
            BriefingRule.briefing_id,
            BriefingRule.rule_id,
            Rule.code,
            Handbook.slug,
            BriefingRule.question_version_id,
            BriefingRule.right_before,
            BriefingRule.answered_before,
            func.count(FollowUp.id).filter(FollowUp.correct.is_(True), ~corrected),
            func.count(FollowUp.id).filter(~corrected),
            func.count(FollowUp.id).filter(told_wrong),
        )
        .join(Briefing, Briefing.id == BriefingRule.briefing_id)
        .join(Rule, Rule.id == BriefingRule.rule_id)
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .outerjoin(FollowUp, _in_time())
        .where(BriefingRule.briefing_id.in_(briefing_ids))
        .group_by(BriefingRule.briefing_id, BriefingRule.rule_id, Rule.code, Handbook.slug)
        .order_by(BriefingRule.briefing_id, BriefingRule.position)
    )
    found = []
    for row in rows:
        before = doubts.get((row[0], row[1]), (row[5], row[6]))
        outcome = None if before is None or few(row[9]) else Outcome(*before, row[7], row[8])
        found.append((row[0], TaughtRow(*row[1:5], outcome)))
    return found


def _in_time() -> ColumnElement[bool]:
    """Say which follow-ups count: those answered on the last day at the latest, so that what was told never moves."""
    return and_(
        FollowUp.briefing_id == BriefingRule.briefing_id,
        FollowUp.rule_id == BriefingRule.rule_id,
        local_day(FollowUp.answered_at) <= Briefing.follow_up_to,
    )


def right_before(
    session: Session, *, officer_ids: Collection[int], rule_ids: Collection[int], before: date
) -> dict[int, tuple[int, int]]:
    """Return (right, answered) in officers by rule: each one's newest first answer to a sound question on it before that day."""
    given = _answers(session, Answer.officer_id.in_(officer_ids), rule_ids)
    found = {}
    for rule_id in rule_ids:
        newest = [
            _newest(given[rule_id, officer_id], day=before)
            for officer_id in officer_ids
            if (rule_id, officer_id) in given
        ]
        sound = [one.correct for one in newest if one]
        found[rule_id] = (sum(sound), len(sound))
    return found


@dataclass(frozen=True)
class _Answer:
    """A first answer to a question, when it was given and handed in, and when its key was found wrong."""

    id: int
    correct: bool
    given_at: datetime
    submitted_at: datetime
    corrected_at: datetime | None


def _answers(
    session: Session, whose: ColumnElement[bool], rule_ids: Collection[int]
) -> dict[Pair, list[_Answer]]:
    """Return the first answers on rules by (rule, officer), oldest first."""
    rows = session.execute(
        select(
            QuestionVersion.rule_id,
            Answer.officer_id,
            Answer.id,
            Answer.correct,
            Answer.answered_at,
            Attempt.submitted_at,
            KeyCorrection.made_at,
        )
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .outerjoin(KeyCorrection, KeyCorrection.question_version_id == QuestionVersion.id)
        .where(whose, QuestionVersion.rule_id.in_(rule_ids), Answer.counted)
        .order_by(Answer.answered_at, Answer.id)
    )
    found: dict[Pair, list[_Answer]] = defaultdict(list)
    for row in rows:
        # answers are written when the attempt is handed in, so that every one has that moment
        found[row[0], row[1]].append(_Answer(*row[2:]))  # type: ignore[arg-type]
    return found


def _newest(
    answers: Sequence[_Answer],
    *,
    day: date,
    known_at: datetime | None = None,
    corrected_to: date | None = None,
) -> _Answer | None:
    """Return the newest sound answer before a day: of those handed in by `known_at`, by the keys as of `corrected_to`."""
    midnight = datetime.combine(day, time(), tzinfo=HOME)
    counting = [
        one
        for one in answers
        if one.given_at < midnight
        and (known_at is None or one.submitted_at <= known_at)
        and not _unsound(one.corrected_at, corrected_to)
    ]
    return counting[-1] if counting else None


def _unsound(corrected_at: datetime | None, corrected_to: date | None) -> bool:
    """Say whether a key was known to be wrong on a day, or is now."""
    if corrected_at is None:
        return False
    return corrected_to is None or local_date(corrected_at) <= corrected_to


def _doubts(session: Session, briefing_ids: Collection[int]) -> dict[Pair, tuple[int, int] | None]:
    """Return what stands in for the kept figures before a briefing where something happened since; None where none may be told.

    An earlier record of nearly the same people, or a key corrected after the last day, would tell of those few in between.
    """
    earlier, corrected = _earlier(session, briefing_ids), _corrected_since(session, briefing_ids)
    pairs = earlier.keys() | corrected
    if not pairs:
        return {}
    seen = _Seen.of(session, pairs, earlier)
    found: dict[Pair, tuple[int, int] | None] = {}
    for pair in pairs:
        briefing_id, rule_id = pair
        group = seen.group(briefing_id, rule_id)
        others = [seen.group(other, rule_id) for other in earlier.get(pair, ())]
        others.append(seen.group(briefing_id, rule_id, as_told=True))
        if any(differ_by_few(group, other) for other in others):
            found[pair] = None
        elif pair in corrected:
            found[pair] = seen.right(briefing_id, rule_id)
    return found


def _earlier(session: Session, briefing_ids: Collection[int]) -> dict[Pair, list[int]]:
    """Return, for each rule of these briefings, those recorded earlier on it in the office, of twelve months.

    In the order of recording, not of days: an outcome that was told cannot be taken back by a record of a day before it.
    """
    other, other_rule = aliased(Briefing), aliased(BriefingRule)
    rows = session.execute(
        select(BriefingRule.briefing_id, BriefingRule.rule_id, other.id)
        .join(Briefing, Briefing.id == BriefingRule.briefing_id)
        .join(other_rule, other_rule.rule_id == BriefingRule.rule_id)
        .join(other, other.id == other_rule.briefing_id)
        .where(
            BriefingRule.briefing_id.in_(briefing_ids),
            other.office_id == Briefing.office_id,
            other.id < Briefing.id,
            other.given_on >= add_days(Briefing.given_on, -APART_WITHIN.days),
        )
    )
    found: dict[Pair, list[int]] = defaultdict(list)
    for briefing_id, rule_id, other_id in rows:
        found[briefing_id, rule_id].append(other_id)
    return found


def _corrected_since(session: Session, briefing_ids: Collection[int]) -> set[Pair]:
    """Return the rules of these briefings with a question whose key was corrected after the briefing was recorded."""
    rows = session.execute(
        select(BriefingRule.briefing_id, BriefingRule.rule_id)
        .join(Briefing, Briefing.id == BriefingRule.briefing_id)
        .join(QuestionVersion, QuestionVersion.rule_id == BriefingRule.rule_id)
        .join(KeyCorrection, KeyCorrection.question_version_id == QuestionVersion.id)
        .where(
            BriefingRule.briefing_id.in_(briefing_ids),
            KeyCorrection.made_at > Briefing.recorded_at,
        )
        .distinct()
    )
    return {(row[0], row[1]) for row in rows}


@dataclass(frozen=True)
class _Seen:
    """Briefings by id with who was present, and everybody's first answers."""

    briefings: dict[int, Briefing]
    present: dict[int, set[int]]
    answers: dict[Pair, list[_Answer]]

    @classmethod
    def of(cls, session: Session, pairs: Collection[Pair], earlier: dict[Pair, list[int]]) -> Self:
        """Read what is needed to compare these with the earlier ones."""
        ids = {pair[0] for pair in pairs} | {one for held in earlier.values() for one in held}
        present = defaultdict(set)
        there = Attendance.briefing_id.in_(ids)
        for briefing_id, officer_id in session.execute(
            select(Attendance.briefing_id, Attendance.officer_id).where(there)
        ):
            present[briefing_id].add(officer_id)
        whose = Answer.officer_id.in_(select(Attendance.officer_id).where(there))
        briefings = session.scalars(select(Briefing).where(Briefing.id.in_(ids)))
        return cls(
            {one.id: one for one in briefings},
            present,
            _answers(session, whose, {pair[1] for pair in pairs}),
        )

    def _counted(self, briefing_id: int, rule_id: int, as_told: bool) -> dict[int, _Answer]:
        held = self.briefings[briefing_id]
        newest = {
            officer_id: _newest(
                self.answers.get((rule_id, officer_id), ()),
                day=held.given_on,
                known_at=held.recorded_at,
                corrected_to=held.follow_up_to if as_told else None,
            )
            for officer_id in self.present[briefing_id]
        }
        return {officer_id: one for officer_id, one in newest.items() if one}

    def group(self, briefing_id: int, rule_id: int, *, as_told: bool = False) -> Group:
        """Return who was present and which answer of each counts before, by the keys of today or those of the last day."""
        counted = self._counted(briefing_id, rule_id, as_told)
        present = frozenset(self.present[briefing_id])
        return Group(present, {officer_id: one.id for officer_id, one in counted.items()})

    def right(self, briefing_id: int, rule_id: int) -> tuple[int, int]:
        """Return (right, answered) in officers before a briefing, by the keys of today."""
        counted = self._counted(briefing_id, rule_id, as_told=False).values()
        return sum(one.correct for one in counted), len(counted)
