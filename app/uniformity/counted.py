"""Reading what the nightly batch is made of: questions asked now, counts, releases, staff. Pages never import this."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.clock import HOME, first_day, month_key, month_number, month_of
from app.handbooks.models import HandbookVersion, Rule, RuleText
from app.handbooks.queries import current_on
from app.people.models import Office, Officer, Posting
from app.people.offices import state_id
from app.people.queries import serving_on
from app.quizzes.keys import CONTENT_NOW, CORRECTION, CORRECTS, COUNTS_NOW, KEY_NOW
from app.quizzes.logic import is_current
from app.quizzes.models import Answer, Question, QuestionVersion, ResponseCount
from app.quizzes.queries import pins_in_force
from app.uniformity.asked import Asked, Place, RuleNow
from app.uniformity.models import Release, ReleasedCell
from app.uniformity.releasing import Cell, Held, News

ANCHOR = "anchor"
MONTHS = 12


def first_month(today: date) -> str:
    """Return the first of the twelve months that count, "2025-12"."""
    return month_key(month_number(today) - (MONTHS - 1))


def begin_of(month: str) -> datetime:
    """Return the moment at which a month begins in Malaysia."""
    return datetime.combine(first_day(month_of(month)), time(), HOME).astimezone(UTC)


def rules_now(session: Session, *, handbook_id: int, on: date) -> list[RuleNow]:
    """Return the rules of a handbook in force, in order, with the questions whose answers count.

    A question counts while it is asked: approved, not retired or under examination, pinned to a wording that holds. One whose
    key was corrected counts as long as the one that corrects it, under the key that holds now.
    """
    pins = pins_in_force(session, handbook_id=handbook_id, on=on)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for pinned_hash, one in _asked(session, handbook_id, COUNTS_NOW):
        if is_current(pinned_hash, pins.get(one.rule_id, ())):
            asked[one.rule_id].append(one)
    return [
        RuleNow(rule_id, chapter, strength, tuple(asked.get(rule_id, ())))
        for rule_id, chapter, strength in _in_force(session, handbook_id, on)
    ]


def _asked(
    session: Session, handbook_id: int, *where: ColumnElement[bool]
) -> Iterator[tuple[str, Asked]]:
    """Yield the question versions of a handbook under the key that holds now, each with the wording it is pinned to."""
    rows = session.execute(
        select(QuestionVersion, Question.key, KEY_NOW, CONTENT_NOW)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .outerjoin(CORRECTION, CORRECTS)
        .where(Rule.handbook_id == handbook_id, QuestionVersion.state != "draft", *where)
        .order_by(QuestionVersion.id)
    )
    for version, question_key, key, content in rows:
        yield (
            version.pinned_hash,
            Asked(
                version.id, question_key, version.rule_id, version.kind, version.alphabet, key,
                json.loads(content),
            ),
        )  # fmt: skip


def _in_force(session: Session, handbook_id: int, on: date) -> list[tuple[int, str, str]]:
    rows = session.execute(
        select(RuleText.rule_id, RuleText.chapter_code, RuleText.strength)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(
            HandbookVersion.handbook_id == handbook_id, RuleText.language == "ms", current_on(on)
        )
        .order_by(RuleText.position)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def places(session: Session, *, on: date) -> dict[int, Place]:
    """Return every office with its state and its staff today; the top office is a state of its own."""
    serving = session.execute(
        select(Posting.office_id, func.count())
        .join(Officer, and_(Officer.id == Posting.officer_id, Officer.active))
        .where(serving_on(on))
        .group_by(Posting.office_id)
    )
    staff = {row[0]: row[1] for row in serving}
    return {
        office_id: Place(office_id, state_id(path), staff.get(office_id, 0))
        for office_id, path in session.execute(select(Office.id, Office.path))
    }


def held_releases(session: Session, *, rule_ids: Collection[int]) -> dict[Cell, Held]:
    """Return what was last released of each office and rule; a void release is of no officers."""
    answered: dict[Cell, dict[int, int]] = defaultdict(dict)
    cells = session.execute(
        select(
            ReleasedCell.office_id,
            QuestionVersion.rule_id,
            ReleasedCell.question_version_id,
            func.sum(ReleasedCell.n),
        )
        .join(QuestionVersion, QuestionVersion.id == ReleasedCell.question_version_id)
        .where(QuestionVersion.rule_id.in_(rule_ids))
        .group_by(ReleasedCell.office_id, QuestionVersion.rule_id, ReleasedCell.question_version_id)
    )
    for office_id, rule_id, version_id, n in cells:
        answered[office_id, rule_id][version_id] = int(n)
    rows = session.execute(
        select(Release.office_id, Release.rule_id, Release.officers, Release.staff).where(
            Release.rule_id.in_(rule_ids)
        )
    )
    return {(row[0], row[1]): Held(row[2], answered[row[0], row[1]], row[3]) for row in rows}


def news(session: Session, *, version_ids: Collection[int], since: str) -> list[News]:
    """Return how many officers answered each office's questions on each rule, and how many since the last release.

    The one statement that reads answers; it runs once a night. Each officer counts once a cell, however many questions.
    """
    known = func.coalesce(Release.answers_to, 0)
    fresh = case((Answer.id > known, Answer.officer_id))
    rows = session.execute(
        select(
            Answer.office_id,
            QuestionVersion.rule_id,
            func.count(Answer.officer_id.distinct()),
            func.count(fresh.distinct()),
            func.max(Answer.id),
        )
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .outerjoin(
            Release,
            and_(Release.office_id == Answer.office_id, Release.rule_id == QuestionVersion.rule_id),
        )
        .where(
            Answer.question_version_id.in_(version_ids),
            Answer.counted,
            Answer.draw == ANCHOR,
            Answer.answered_at >= begin_of(since),
        )
        .group_by(Answer.office_id, QuestionVersion.rule_id)
    )
    return [News(*row) for row in rows]


def counts_now(
    session: Session, *, version_ids: Collection[int], since: str
) -> dict[tuple[int, int, str], int]:
    """Return how many officers of each office first answered so in the months that count: (office, version, choice) → n."""
    rows = session.execute(
        select(
            ResponseCount.office_id,
            ResponseCount.question_version_id,
            ResponseCount.choice,
            func.sum(ResponseCount.n),
        )
        .where(
            ResponseCount.question_version_id.in_(version_ids),
            ResponseCount.draw == ANCHOR,
            ResponseCount.month >= since,
        )
        .group_by(ResponseCount.office_id, ResponseCount.question_version_id, ResponseCount.choice)
    )
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


def released_counts(
    session: Session, *, version_ids: Collection[int]
) -> dict[tuple[int, int, str], int]:
    """Return the released cells: (office, version, choice) → n."""
    rows = session.execute(
        select(
            ReleasedCell.office_id,
            ReleasedCell.question_version_id,
            ReleasedCell.choice,
            ReleasedCell.n,
        ).where(ReleasedCell.question_version_id.in_(version_ids))
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def months_of(
    session: Session, *, handbook_id: int, before: str
) -> list[tuple[int, str, str, int]]:
    """Return (version, month, choice, n) of the whole country in finished months, of every question of a handbook ever asked."""
    rows = session.execute(
        select(
            ResponseCount.question_version_id,
            ResponseCount.month,
            ResponseCount.choice,
            func.sum(ResponseCount.n),
        )
        .join(QuestionVersion, QuestionVersion.id == ResponseCount.question_version_id)
        .join(Rule, Rule.id == QuestionVersion.rule_id)
        .where(
            Rule.handbook_id == handbook_id,
            ResponseCount.draw == ANCHOR,
            ResponseCount.month < before,
        )
        .group_by(ResponseCount.question_version_id, ResponseCount.month, ResponseCount.choice)
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


def asked_ever(session: Session, *, handbook_id: int) -> dict[int, Asked]:
    """Return every question version of a handbook that was ever asked, under the key that holds now."""
    return {one.version_id: one for _pin, one in _asked(session, handbook_id)}
