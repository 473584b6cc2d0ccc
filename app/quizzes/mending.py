"""Stale questions: those whose rule reads otherwise now; saying that one still holds, or wording it anew."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.errors import N_, NotFoundError
from app.handbooks.models import Rule
from app.handbooks.queries import RuleRow, current_versions, rule_rows, rule_texts_by_hash
from app.quizzes.drafting import Written, pin_of, write_draft
from app.quizzes.logic import is_current
from app.quizzes.models import LIVE, Question, QuestionVersion, Quiz
from app.quizzes.queries import QuizRow, pins_in_force


@dataclass(frozen=True)
class MendRow:
    """A question to be mended: its wording, the rule as it was when pinned and as it reads now (none: retired)."""

    version_id: int
    state: str
    key: str
    rule_id: int
    rule_name: str
    kind: str
    content: dict[str, Any]
    key_choice: str
    then: RuleRow | None
    now: RuleRow | None


@dataclass(frozen=True)
class Mended:
    """What an author says anew: the content as it is stored and the right option ids in order."""

    content: Mapping[str, Any]
    key_choice: str


def stale_rows(session: Session, *, quiz: QuizRow, on: date, language: str) -> list[MendRow]:
    """Return the questions of a quiz that are no longer drawn because their rule changed, by rule."""
    pins = pins_in_force(session, handbook_id=quiz.handbook_id, on=on)
    rows = [
        row
        for row in _questions(session, Question.quiz_id == quiz.id)
        if not is_current(row[5], pins.get(row[2], ()))
    ]
    return _with_rules(session, rows, quiz.handbook_id, on, language)


def stale_counts(session: Session, *, quizzes: Sequence[QuizRow], on: date) -> dict[int, int]:
    """Return how many questions of each quiz are stale."""
    found = {}
    for quiz in quizzes:
        pins = pins_in_force(session, handbook_id=quiz.handbook_id, on=on)
        rows = _questions(session, Question.quiz_id == quiz.id)
        found[quiz.id] = sum(not is_current(row[5], pins.get(row[2], ())) for row in rows)
    return found


def mend_row(session: Session, *, version_id: int, on: date, language: str) -> MendRow | None:
    """Return one unretired question for mending, or None."""
    there = QuestionVersion.retired_at.is_(None)
    rows = _questions(session, QuestionVersion.id == version_id, among=there)
    handbook_id = session.scalar(
        select(Rule.handbook_id)
        .join(QuestionVersion, QuestionVersion.rule_id == Rule.id)
        .where(QuestionVersion.id == version_id)
    )
    found = _with_rules(session, rows, handbook_id or 0, on, language)
    return found[0] if found else None


def _questions(session: Session, *where: Any, among: Any = LIVE) -> list[Any]:
    return list(
        session.execute(
            select(
                QuestionVersion.id,
                Question.key,
                Rule.id,
                Rule.code,
                QuestionVersion.kind,
                QuestionVersion.pinned_hash,
                QuestionVersion.content,
                QuestionVersion.key_choice,
                QuestionVersion.state,
            )
            .join(Question, Question.id == QuestionVersion.question_id)
            .join(Rule, Rule.id == QuestionVersion.rule_id)
            .where(among, *where)
            .order_by(Question.key)
        )
    )


def waiting_draft(session: Session, *, version_id: int) -> int | None:
    """Return the id of the draft that waits beside a question, or None."""
    question_id = session.scalar(
        select(QuestionVersion.question_id).where(QuestionVersion.id == version_id)
    )
    return session.scalar(
        select(QuestionVersion.id).where(
            QuestionVersion.question_id == question_id,
            QuestionVersion.state == "draft",
            QuestionVersion.retired_at.is_(None),
            QuestionVersion.id != version_id,
        )
    )


def _with_rules(
    session: Session, rows: list[Any], handbook_id: int, on: date, language: str
) -> list[MendRow]:
    wanted = {(row[2], row[5]) for row in rows}
    then = rule_texts_by_hash(session, wanted=wanted, language=language)
    version = current_versions(session, on=on).get(handbook_id)
    held = rule_rows(session, version_id=version.id, language=language) if version else []
    now = {rule.rule_id: rule for rule in held}
    return [
        MendRow(
            version_id=version_id,
            state=state,
            key=key,
            rule_id=rule_id,
            rule_name=name,
            kind=kind,
            content=json.loads(content),
            key_choice=right,
            then=then.get((rule_id, pin)),
            now=now.get(rule_id),
        )
        for version_id, key, rule_id, name, kind, pin, content, right, state in rows
    ]


def repin_question(session: Session, actor: Actor, *, version_id: int, at: datetime) -> int:
    """Keep that a question still holds under its rule's wording of today; return the new version's id.

    The old version stays for old results. Raises NotFoundError for a question that was replaced meanwhile, DomainError when
    its rule is retired.
    """
    old = _open_version(session, version_id)
    return _append(session, actor, old, Mended(json.loads(old.content), old.key_choice), at=at)


def reword_question(
    session: Session, actor: Actor, *, version_id: int, said: Mended, at: datetime
) -> int:
    """Word a question anew as a draft, pinned to its rule's wording of today; return the draft's id.

    It is asked once another person has approved it; until then nothing changes. Raises NotFoundError for a question that was
    replaced meanwhile, DomainError when its rule is retired.
    """
    old = _open_version(session, version_id)
    key, quiz_id = session.execute(
        select(Question.key, Question.quiz_id).where(Question.id == old.question_id)
    ).one()
    written = Written(
        key, old.rule_id, old.kind, said.content, said.key_choice, old.alphabet, old.case_key
    )
    return write_draft(session, actor, quiz_id=quiz_id, written=written, at=at)


def _open_version(session: Session, version_id: int) -> QuestionVersion:
    old = session.get(QuestionVersion, version_id, with_for_update=True)
    if old is None or old.retired_at is not None:
        raise NotFoundError(N_("Soalan ini telah diganti oleh orang lain. Buka semula senarai."))
    return old


def _append(
    session: Session,
    actor: Actor,
    old: QuestionVersion,
    said: Mended,
    *,
    at: datetime,
) -> int:
    pin = pin_of(session, rule_id=old.rule_id, at=at)
    newest = session.scalar(
        select(func.max(QuestionVersion.number)).where(
            QuestionVersion.question_id == old.question_id
        )
    )
    content = json.dumps(said.content, ensure_ascii=False, sort_keys=True)
    old.retired_at = at
    session.flush()
    row = QuestionVersion(
        question_id=old.question_id,
        number=(newest or 0) + 1,
        rule_id=old.rule_id,
        pinned_hash=pin,
        kind=old.kind,
        alphabet=old.alphabet,
        case_key=old.case_key,
        content=content,
        key_choice=said.key_choice,
        content_hash=hashlib.sha256(f"{pin}\n{said.key_choice}\n{content}".encode()).hexdigest(),
        created_at=at,
        made_by_id=actor.id,
    )
    session.add(row)
    session.flush()
    _record(session, actor, row)
    return row.id


def _record(session: Session, actor: Actor, row: QuestionVersion) -> None:
    key, slug = session.execute(
        select(Question.key, Quiz.slug)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .where(Question.id == row.question_id)
    ).one()
    record(
        session,
        "question.repinned",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=row.created_at,
        question=key,
        quiz=slug,
        version=row.number,
        pinned_hash=row.pinned_hash,
    )
