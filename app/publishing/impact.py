"""What publishing a draft will ask of whom: counted beforehand, by the very queries that count it afterwards."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app.compliance.columns import status_column
from app.compliance.duties import Scope, facts_select
from app.compliance.logic import Status
from app.handbooks.logic import RuleHistory, asked_since
from app.handbooks.queries import rule_history
from app.people.models import Office
from app.publishing.composing import Composed
from app.publishing.logic import lags, real_change
from app.publishing.queries import DraftRow, DraftRuleRow
from app.quizzes.bank import Stock, stock_of
from app.quizzes.queries import histories_of, pins_of_histories, quiz_rows


@dataclass(frozen=True)
class RuleImpact:
    """A rule that is asked again: its identity, code, what happens to it, how many officers read it anew."""

    rule_id: int | None
    code: str
    kind: str
    officers: int


@dataclass(frozen=True)
class OfficeImpact:
    """An office and how many of its officers are asked again."""

    office_id: int
    name: str
    officers: int


@dataclass(frozen=True)
class QuizImpact:
    """A quiz of the handbook: which questions go stale, and what its blueprint then lacks."""

    slug: str
    title_ms: str
    title_en: str
    stale: tuple[str, ...]
    before: Stock
    after: Stock

    def title(self, language: str) -> str:
        """Return the title in one language."""
        return self.title_en if language == "en" else self.title_ms


@dataclass(frozen=True)
class Impact:
    """What a version asks of whom on its first day. `newcomers` never acknowledged and read the whole anyway."""

    officers: int
    newcomers: int
    rules: tuple[RuleImpact, ...]
    offices: tuple[OfficeImpact, ...]
    quizzes: tuple[QuizImpact, ...]
    lagging: tuple[tuple[str, str], ...]  # (code, language that was left behind)


def impact_of(
    session: Session, draft: DraftRow, rows: list[DraftRuleRow], made: Composed, *, today: date
) -> Impact:
    """Return what publishing the draft asks of whom, on the day it comes into effect."""
    day = made.version.shape.effective_on if draft.effective_on else today
    histories = rule_history(session, handbook_id=draft.handbook_id, on=day)
    after = [*histories, future(day, rows)]
    knowing, newcomers = knowers(session, handbook_id=draft.handbook_id, day=day)
    asked = {known: asked_since(after, known) for _office, known in knowing}
    asking = [version.effective_on for version in after if version.asks_again]
    again = {key: n for key, n in knowing.items() if any(begun > key[1] for begun in asking)}
    return Impact(
        officers=sum(again.values()),
        newcomers=newcomers,
        rules=_rules(rows, again, asked),
        offices=_offices(session, again),
        quizzes=_quizzes(session, draft, rows, day),
        lagging=tuple(
            (row.rule.code, lag) for row in rows if (lag := lags(row.rule, row.known)) != ""
        ),
    )


def future(day: date, rows: list[DraftRuleRow]) -> RuleHistory:
    """Return the draft as one more version in the history; a new rule is known by minus its draft rule's id."""
    changes, retired = {}, {}
    rules = set()
    for row in rows:
        rule = row.rule
        key = rule.rule_id if rule.rule_id is not None else -rule.id
        if rule.retired:
            if row.known:
                retired[key] = rule.change
            continue
        rules.add(key)
        if real_change(rule, row.known):
            changes[key] = rule.change or "material"
    return RuleHistory(day, frozenset(rules), changes, retired)


def knowers(
    session: Session, *, handbook_id: int, day: date
) -> tuple[dict[tuple[int, date], int], int]:
    """Return how many officers of each office know which version (by its first day), and how many know none.

    Only officers of whom the handbook is asked on that day, who are not exempt and whose acknowledgement has not lapsed:
    those, in other words, who can be asked again about changes only.
    """
    facts = facts_select(day, Scope(path="/"))
    status = status_column(facts, day)
    rows = session.execute(
        select(facts.c.office_id, facts.c.known, func.count(distinct(facts.c.officer_id)))
        .where(
            facts.c.handbook_id == handbook_id,
            status.not_in([Status.EXEMPT.value, Status.LAPSED.value]),
        )
        .group_by(facts.c.office_id, facts.c.known)
    ).all()
    found = {(office, _day(known)): n for office, known, n in rows if known is not None}
    return found, sum(n for _office, known, n in rows if known is None)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _rules(
    rows: list[DraftRuleRow],
    again: dict[tuple[int, date], int],
    asked: dict[date, frozenset[int]],
) -> tuple[RuleImpact, ...]:
    by_known: Counter[date] = Counter()
    for (_office, known), n in again.items():
        by_known[known] += n
    found = []
    for row in rows:
        rule = row.rule
        key = rule.rule_id if rule.rule_id is not None else -rule.id
        if real_change(rule, row.known) and rule.change != "editorial":
            officers = sum(n for known, n in by_known.items() if key in asked[known])
            found.append(RuleImpact(rule.rule_id, rule.code, rule.change, officers))
    return tuple(found)


def _offices(session: Session, again: dict[tuple[int, date], int]) -> tuple[OfficeImpact, ...]:
    by_office: Counter[int] = Counter()
    for (office_id, _known), n in again.items():
        by_office[office_id] += n
    names = session.execute(select(Office.id, Office.name).where(Office.id.in_(by_office)))
    found = [OfficeImpact(office_id, name, by_office[office_id]) for office_id, name in names]
    return tuple(sorted(found, key=lambda office: (-office.officers, office.name)))


def _quizzes(
    session: Session, draft: DraftRow, rows: list[DraftRuleRow], day: date
) -> tuple[QuizImpact, ...]:
    histories, in_force = histories_of(session, handbook_id=draft.handbook_id, on=day)
    before = pins_of_histories(histories, in_force)
    later = {rule_id: list(history) for rule_id, history in histories.items()}
    staying = set()
    for row in rows:
        if row.rule.rule_id is None or row.rule.retired:
            continue
        staying.add(row.rule.rule_id)
        kind = row.rule.change if real_change(row.rule, row.known) else ""
        later.setdefault(row.rule.rule_id, []).append((row.rule.ms.hash, kind))
    after = pins_of_histories(later, staying)
    found = []
    for quiz in quiz_rows(session):
        if quiz.handbook_id != draft.handbook_id:
            continue
        was = stock_of(session, quiz=quiz, pins=before)
        will = stock_of(session, quiz=quiz, pins=after)
        stale = tuple(sorted(was.current - will.current))
        found.append(QuizImpact(quiz.slug, quiz.title_ms, quiz.title_en, stale, was, will))
    return tuple(found)
