"""Reading measures for pages, exports and the JSON interface. What a reader may not see is left out here, by `smallest`.

No statement here reads answers, counts or released cells: the tables of measures hold nothing that has not been rounded,
coded and suppressed by the nightly batch (`composing.py`).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.disclosure import EVERYBODY
from app.handbooks.models import Handbook, Rule, RuleText
from app.people.models import Office
from app.quizzes.models import LIVE, Question, QuestionVersion, Quiz
from app.uniformity.models import Measure, RuleMonth, Suspicion

NATION, STATE, OFFICE = "nation", "state", "office"
RULE, HANDBOOK = "rule", "handbook"


@dataclass(frozen=True)
class MeasureRow:
    """A measure that the reader may see: whose, of what, and what it says."""

    scope: str
    scope_id: int
    subject_id: int
    handbook_id: int
    seen_from: int
    content: dict[str, Any]
    measured_at: datetime


def measure_rows(
    session: Session,
    *,
    scope: str,
    subject: str,
    smallest: int,
    scope_ids: Collection[int] | None = None,
    subject_id: int | None = None,
    handbook_id: int | None = None,
) -> list[MeasureRow]:
    """Return the measures of a kind that the reader may see, of some offices or states, one subject or one handbook."""
    query = select(
        Measure.scope,
        Measure.scope_id,
        Measure.subject_id,
        Measure.handbook_id,
        Measure.seen_from,
        Measure.content,
        Measure.measured_at,
    ).where(Measure.scope == scope, Measure.subject == subject, Measure.seen_from >= smallest)
    if scope_ids is not None:
        query = query.where(Measure.scope_id.in_(scope_ids))
    if subject_id is not None:
        query = query.where(Measure.subject_id == subject_id)
    if handbook_id is not None:
        query = query.where(Measure.handbook_id == handbook_id)
    rows = session.execute(query.order_by(Measure.scope_id, Measure.subject_id))
    return [MeasureRow(*row[:5], json.loads(row[5]), row[6]) for row in rows]


def rules_below(
    session: Session, *, office_ids: Collection[int], smallest: int
) -> dict[int, list[int]]:
    """Return the ids of the rules on which offices lie below the funnel, by office; other offices are not even read."""
    rows = session.execute(
        select(Measure.scope_id, Measure.subject_id)
        .where(
            Measure.scope == OFFICE,
            Measure.subject == RULE,
            Measure.scope_id.in_(office_ids),
            Measure.seen_from >= smallest,
            Measure.content.contains('"outside": "below"'),
        )
        .order_by(Measure.scope_id, Measure.subject_id)
    )
    found: dict[int, list[int]] = {}
    for office_id, rule_id in rows:
        found.setdefault(office_id, []).append(rule_id)
    return found


def nation_row(session: Session, *, rule_id: int) -> MeasureRow | None:
    """Return what is said of a rule in the whole country, or None before there is enough."""
    rows = measure_rows(session, scope=NATION, subject=RULE, smallest=EVERYBODY, subject_id=rule_id)
    return rows[0] if rows else None


def measured_at(session: Session) -> datetime | None:
    """Return when the last batch was made, or None before the first."""
    return session.scalar(select(func.max(Measure.measured_at)).where(Measure.scope == NATION))


@dataclass(frozen=True)
class MonthRow:
    """A finished month of a rule in the whole country."""

    month: str
    right: int
    n: int


def month_rows(session: Session, *, rule_id: int) -> list[MonthRow]:
    """Return the finished months of a rule, oldest first."""
    rows = session.execute(
        select(RuleMonth.month, RuleMonth.right, RuleMonth.n)
        .where(RuleMonth.rule_id == rule_id)
        .order_by(RuleMonth.month)
    )
    return [MonthRow(*row) for row in rows]


@dataclass(frozen=True)
class Near:
    """An office as a name on a picture or in a list."""

    id: int
    name: str
    path: str
    kind: str


def offices_named(session: Session, *, ids: Collection[int]) -> dict[int, Near]:
    """Return offices by id."""
    rows = session.execute(
        select(Office.id, Office.name, Office.path, Office.kind).where(Office.id.in_(ids))
    )
    return {row[0]: Near(*row) for row in rows}


def states_of(session: Session) -> list[Near]:
    """Return the offices right below the top, by name: states and divisions."""
    top = select(Office.id).where(Office.parent_id.is_(None))
    rows = session.execute(
        select(Office.id, Office.name, Office.path, Office.kind)
        .where(Office.parent_id.in_(top))
        .order_by(Office.name)
    )
    return [Near(*row) for row in rows]


def quiz_asking(session: Session, *, rule_id: int) -> str | None:
    """Return the short name of the quiz that asks about a rule, or None."""
    return session.scalar(
        select(Quiz.slug)
        .join(Question, Question.quiz_id == Quiz.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.rule_id == rule_id, LIVE)
        .order_by(Quiz.id)
        .limit(1)
    )


@dataclass(frozen=True)
class SuspicionRow:
    """A question whose text or key may be at fault, with the evidence."""

    version_id: int
    question_key: str
    reason: str
    rule_code: str
    rule_id: int
    handbook_slug: str
    quiz_slug: str
    evidence: dict[str, Any]
    found_at: datetime


def suspicion_rows(session: Session, *, rule_id: int | None = None) -> list[SuspicionRow]:
    """Return the questions to look at, by handbook and rule; of one rule or of all."""
    query = (
        select(
            Suspicion.question_version_id,
            Question.key,
            Suspicion.reason,
            Rule.code,
            Rule.id,
            Handbook.slug,
            Quiz.slug,
            Suspicion.content,
            Suspicion.found_at,
        )
        .join(QuestionVersion, QuestionVersion.id == Suspicion.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .join(Rule, Rule.id == Suspicion.rule_id)
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .order_by(Handbook.position, Rule.id, Question.key, Suspicion.reason)
    )
    if rule_id is not None:
        query = query.where(Suspicion.rule_id == rule_id)
    return [SuspicionRow(*row[:7], json.loads(row[7]), row[8]) for row in session.execute(query)]


def suspicion_count(session: Session) -> int:
    """Return how many questions there are to look at, each counted once."""
    return session.scalar(select(func.count(Suspicion.question_version_id.distinct()))) or 0


@dataclass(frozen=True)
class RuleTitle:
    """A rule in force as a line: its code now, permanent name, title, chapter, strength and handbook."""

    rule_id: int
    code: str
    name: str
    title: str
    chapter_code: str
    chapter: str
    strength: str
    handbook_slug: str
    handbook_id: int


def rule_titles(
    session: Session, *, version_ids: Collection[int], language: str
) -> dict[int, RuleTitle]:
    """Return the rules of versions by id, in order, in one language."""
    rows = session.execute(
        select(
            RuleText.rule_id,
            RuleText.code,
            Rule.code,
            RuleText.title,
            RuleText.chapter_code,
            RuleText.chapter,
            RuleText.strength,
            Handbook.slug,
            Handbook.id,
        )
        .join(Rule, and_(Rule.id == RuleText.rule_id))
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .where(RuleText.version_id.in_(version_ids), RuleText.language == language)
        .order_by(Handbook.position, RuleText.position)
    )
    return {row[0]: RuleTitle(*row) for row in rows}
