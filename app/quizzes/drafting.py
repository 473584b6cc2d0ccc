"""Acts on the state of questions: written as a draft, approved by another person, put under examination, retired."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.errors import N_, DomainError, NotFoundError
from app.handbooks.models import Rule
from app.quizzes.models import Question, QuestionVersion, Quiz
from app.quizzes.queries import pins_in_force

PIN_LENGTH = 16


@dataclass(frozen=True)
class Written:
    """A question as an author writes it: its kind, content, right answer and alphabet, and the rule it tests."""

    key: str
    rule_id: int
    kind: str
    content: Mapping[str, Any]
    key_choice: str
    alphabet: str
    case_key: str = ""


def write_draft(
    session: Session, actor: Actor | None, *, quiz_id: int, written: Written, at: datetime
) -> int:
    """Write a question as a draft, or its next version where the key is known; return the version's id.

    A draft of the same key that waits already is replaced in place: nobody has been shown it. Raises DomainError when the rule
    is not in force.
    """
    question = session.scalar(
        select(Question).where(Question.quiz_id == quiz_id, Question.key == written.key)
    )
    if question is None:
        question = Question(quiz_id=quiz_id, key=written.key)
        session.add(question)
        session.flush()
    pin = pin_of(session, rule_id=written.rule_id, at=at)
    draft = session.scalar(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id,
            QuestionVersion.state == "draft",
            QuestionVersion.retired_at.is_(None),
        )
    )
    if draft is None:
        draft = QuestionVersion(
            question_id=question.id, number=_next_number(session, question.id), state="draft"
        )
        session.add(draft)
    content = json.dumps(written.content, ensure_ascii=False, sort_keys=True)
    draft.rule_id, draft.pinned_hash = written.rule_id, pin
    draft.kind, draft.alphabet, draft.case_key = written.kind, written.alphabet, written.case_key
    draft.content, draft.key_choice = content, written.key_choice
    draft.content_hash = hashlib.sha256(
        f"{pin}\n{written.key_choice}\n{content}".encode()
    ).hexdigest()
    draft.created_at, draft.made_by_id = at, actor.id if actor else None
    session.flush()
    _record(session, actor, draft, act="question.drafted", at=at)
    return draft.id


def approve_question(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Approve a draft that another person wrote; it is asked from now on, and the version before it no longer.

    Raises NotFoundError when it is no draft any more, DomainError when the approver wrote it, or when it is not complete in both
    languages.
    """
    draft = _version(session, version_id, "draft")
    if draft.made_by_id == actor.id:
        raise DomainError(N_("Soalan diluluskan oleh orang lain, bukan penulisnya."))
    if missing_text(json.loads(draft.content)):
        raise DomainError(N_("Soalan ini belum lengkap dalam kedua-dua bahasa. Lengkapkan dahulu."))
    for old in session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == draft.question_id,
            QuestionVersion.id != draft.id,
            QuestionVersion.retired_at.is_(None),
        )
    ):
        old.retired_at = at
    draft.state, draft.approved_by_id, draft.approved_at = "approved", actor.id, at
    draft.pinned_hash = pin_of(session, rule_id=draft.rule_id, at=at)
    _record(session, actor, draft, act="question.approved", at=at)


def discard_draft(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Retire a draft that is not wanted; raises NotFoundError when it is no draft any more."""
    draft = _version(session, version_id, "draft")
    draft.retired_at = at
    _record(session, actor, draft, act="question.discarded", at=at)


def quarantine_question(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Ask a question no longer while it is examined; raises NotFoundError when it is not asked now."""
    version = _version(session, version_id, "approved")
    version.state = "quarantined"
    _record(session, actor, version, act="question.quarantined", at=at)


def release_question(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Ask a question again after examination; raises NotFoundError when it is not in quarantine."""
    version = _version(session, version_id, "quarantined")
    version.state = "approved"
    _record(session, actor, version, act="question.released", at=at)


def retire_question(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Take a question out of the bank for good; old results keep it. Raises NotFoundError when it is out already."""
    version = _version(session, version_id, "approved", "quarantined")
    version.retired_at = at
    _record(session, actor, version, act="question.retired", at=at)


def pin_of(session: Session, *, rule_id: int, at: datetime) -> str:
    """Return the pin to a rule's wording in force; raises DomainError when the rule is not in force."""
    handbook_id = session.scalar(select(Rule.handbook_id).where(Rule.id == rule_id)) or 0
    pins = pins_in_force(session, handbook_id=handbook_id, on=local_date(at)).get(rule_id)
    if not pins:
        raise DomainError(
            N_("Peraturan soalan ini telah dimansuhkan, jadi soalan ini tidak boleh disematkan.")
        )
    return pins[0][:PIN_LENGTH]


def missing_text(content: object) -> bool:
    """Say whether a text of a question lacks one of its two languages.

    Misconceptions and reasons count too: without them a wrong answer teaches nothing.
    """
    if isinstance(content, dict):
        if set(content) == {"ms", "en"}:
            return not all(content.values())
        return any(missing_text(inner) for inner in content.values())
    return isinstance(content, list) and any(missing_text(inner) for inner in content)


def _next_number(session: Session, question_id: int) -> int:
    newest = session.scalar(
        select(func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question_id)
    )
    return (newest or 0) + 1


def _version(session: Session, version_id: int, *states: str) -> QuestionVersion:
    found = session.get(QuestionVersion, version_id, with_for_update=True)
    if found is None or found.retired_at is not None or found.state not in states:
        raise NotFoundError(N_("Soalan ini telah diganti oleh orang lain. Buka semula senarai."))
    return found


def _record(
    session: Session, actor: Actor | None, row: QuestionVersion, *, act: str, at: datetime
) -> None:
    key, slug = session.execute(
        select(Question.key, Quiz.slug)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .where(Question.id == row.question_id)
    ).one()
    record(
        session,
        act,
        actor_id=actor.id if actor else None,
        office_id=actor.office_id if actor else None,
        at=at,
        question=key,
        quiz=slug,
        version=row.number,
    )
