"""A wrong key put right: who is affected, the corrected version, and regrading that appends and never rewrites."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app import mail
from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.db import Database
from app.disclosure import EVERYBODY
from app.errors import N_, DomainError
from app.people.models import Officer
from app.people.queries import office_of
from app.people.services import touch_office
from app.quizzes.drafting import Written, missing_text, write_draft
from app.quizzes.logic import Response, grade, passed
from app.quizzes.marking import mark
from app.quizzes.models import (
    Answer,
    Attempt,
    Grade,
    KeyCorrection,
    Question,
    QuestionVersion,
    Quiz,
)
from app.quizzes.shares import share_told, tens
from app.quizzes.slots import slots_of

BATCH, MOST_BATCHES = 200, 25
AFTERWARDS = ("correct", "reason", "misconception", "misreadings", "variants")


@dataclass(frozen=True)
class Affected:
    """What a correction changes: attempts that had the question in tens, the shares of answers that become right or wrong.

    Shares are in per cent as they may be told, and "" of fewer than ten attempts.
    """

    attempts: int
    gains: str
    losses: str


@dataclass(frozen=True)
class Letter:
    """The mail to somebody whose grade changed."""

    subject: str
    body: str


@dataclass(frozen=True)
class Regraded:
    """A grade that was replaced: whose, for which quiz, before and now."""

    name: str
    language: str
    quiz_ms: str
    quiz_en: str
    attempt_id: int
    before: int
    now: int
    maximum: int
    passed: bool


Compose = Callable[[Regraded], Letter]


def affected_by(
    session: Session, *, version_id: int, kind: str, content: Mapping[str, Any], key: str
) -> Affected:
    """Return what happens when another answer is the right one, told of the oldest answers in whole tens.

    Who looks at each key again after every attempt must see the same until ten more have answered: what changed with one would
    tell that one's answer. The correction itself regrades all.
    """
    held = select(func.count()).where(Answer.question_version_id == version_id)
    attempts = tens(session.scalar(held.select_from(Answer)) or 0)
    if attempts < EVERYBODY:
        return Affected(0, "", "")
    oldest = (
        select(Answer.choice, Answer.correct)
        .where(Answer.question_version_id == version_id)
        .order_by(Answer.id)
        .limit(attempts)
        .subquery()
    )
    gains = losses = 0
    for choice, correct, n in session.execute(
        select(oldest.c.choice, oldest.c.correct, func.count()).group_by(*oldest.c)
    ):
        right = mark(kind, content, key, choice).right
        gains += n * (right and not correct)
        losses += n * (correct and not right)
    return Affected(
        attempts, share_told(gains / attempts, attempts), share_told(losses / attempts, attempts)
    )


def correct_key(
    session: Session,
    actor: Actor,
    *,
    version_id: int,
    key: str,
    content: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> int:
    """Put a wrong key right; return the correction's id. Regrading follows in the background.

    `content` explains anew: what was explained wrongly is not shown again. What is shown before answering must stay, or the
    answers would be answers to another question. The corrected version replaces the old one, also where an older one
    pointed. Raises DomainError when the key stays the same, no reason is told, an explanation is missing, or the question itself
    would change.
    """
    old = session.get(QuestionVersion, version_id, with_for_update=True)
    if old is None or old.state == "draft":
        raise DomainError(N_("Kunci soalan ini tidak boleh dibetulkan di sini."))
    _refuse_unless_correcting(old, key, reason)
    if asked_part(json.loads(old.content)) != asked_part(content):
        raise DomainError(N_("Kes dan pilihan tidak boleh berubah dalam pembetulan kunci."))
    if missing_text(content):
        raise DomainError(N_("Tulis semua sebab dan salah tafsir dalam kedua-dua bahasa."))
    new_id = _corrected(session, actor, old, key, content, at)
    for told in session.scalars(
        select(QuestionVersion).where(QuestionVersion.corrected_by_id == old.id)
    ):
        told.corrected_by_id = new_id
    old.corrected_by_id = new_id
    made = KeyCorrection(
        question_version_id=old.id,
        new_version_id=new_id,
        reason=reason,
        made_by_id=actor.id,
        made_at=at,
    )
    session.add(made)
    session.flush()
    _record_correction(session, actor, old, reason, at)
    return made.id


def asked_part(content: Any) -> Any:
    """Return what is shown before answering: a question without its key and its explanations."""
    if isinstance(content, Mapping):
        hidden = (*AFTERWARDS, "value", "tolerance") if "tolerance" in content else AFTERWARDS
        return {name: asked_part(value) for name, value in content.items() if name not in hidden}
    return [asked_part(part) for part in content] if isinstance(content, list) else content


def _refuse_unless_correcting(old: QuestionVersion, key: str, reason: str) -> None:
    if old.corrected_by_id is not None:
        raise DomainError(N_("Kunci soalan ini telah dibetulkan. Buka versi terkini."))
    if key == old.key_choice:
        raise DomainError(N_("Jawapan betul belum diubah. Pilih jawapan yang sebenarnya betul."))
    if not reason:
        raise DomainError(N_("Tulis sebab pembetulan. Pegawai yang terlibat akan membacanya."))


def _record_correction(
    session: Session, actor: Actor, old: QuestionVersion, reason: str, at: datetime
) -> None:
    question, quiz = session.execute(
        select(Question.key, Quiz.slug)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .where(Question.id == old.question_id)
    ).one()
    record(
        session,
        "question.corrected",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        question=question,
        quiz=quiz,
        version=old.number,
        reason=reason,
    )


def _corrected(
    session: Session,
    actor: Actor,
    old: QuestionVersion,
    key: str,
    content: Mapping[str, Any],
    at: datetime,
) -> int:
    """Write the corrected version and let it replace the old one, pinned and asked as that was."""
    name, quiz_id = session.execute(
        select(Question.key, Question.quiz_id).where(Question.id == old.question_id)
    ).one()
    written = Written(name, old.rule_id, old.kind, content, key, old.alphabet, old.case_key)
    new_id = write_draft(session, actor, quiz_id=quiz_id, written=written, at=at)
    new = session.get_one(QuestionVersion, new_id)
    new.state, new.approved_by_id, new.approved_at = "approved", actor.id, at
    new.pinned_hash, new.retired_at = old.pinned_hash, old.retired_at
    if old.retired_at is None:
        old.retired_at = at
    session.flush()
    return new_id


def regrade_affected(database: Database, at: datetime, compose: Compose) -> int:
    """Regrade attempts of corrections that are not finished, a batch in a transaction; return how many grades changed.

    One run regrades no more than its share, so that mail and deadlines never wait long behind it; the next run goes on.
    """
    changed, left = 0, MOST_BATCHES
    with database.reading() as session:
        waiting = list(
            session.scalars(select(KeyCorrection.id).where(KeyCorrection.finished_at.is_(None)))
        )
    for correction_id in waiting:
        more = True
        while more and left:
            with database.transaction() as session:
                done, more = _regrade_batch(session, correction_id, at, compose)
            changed, left = changed + done, left - 1
    return changed


def _regrade_batch(
    session: Session, correction_id: int, at: datetime, compose: Compose
) -> tuple[int, bool]:
    """Regrade the next attempts of a correction; return how many grades changed and whether more wait."""
    made = session.get_one(KeyCorrection, correction_id, with_for_update=True)
    attempt_ids = session.scalars(
        select(Answer.attempt_id)
        .where(
            Answer.question_version_id == made.question_version_id,
            Answer.attempt_id > made.regraded_to,
        )
        .order_by(Answer.attempt_id)
        .limit(BATCH)
    ).all()
    changed = sum(_regrade(session, made, attempt_id, at, compose) for attempt_id in attempt_ids)
    made.regraded += changed
    if attempt_ids:
        made.regraded_to = attempt_ids[-1]
    else:
        made.finished_at = at
    return changed, bool(attempt_ids)


def _regrade(
    session: Session, made: KeyCorrection, attempt_id: int, at: datetime, compose: Compose
) -> bool:
    """Append a grade where the corrected key changes the score; the old grade stays with the day it was replaced."""
    slots = slots_of(session, attempt_id=attempt_id)
    marked = grade([Response(s.version_id, s.kind, s.content, s.key, s.choice) for s in slots])
    score = sum(mark.correct for mark in marked)
    before, quiz = session.execute(
        select(Grade, Quiz)
        .join(Quiz, Quiz.id == Grade.quiz_id)
        .where(Grade.attempt_id == attempt_id, Grade.replaced_at.is_(None))
    ).one()
    if before.score == score:
        return False
    did_pass = passed(score, before.maximum, quiz.pass_mark)
    _append_grade(session, made, before, score, did_pass, at)
    office_id = session.scalar(select(Attempt.office_id).where(Attempt.id == attempt_id))
    record(
        session,
        "attempt.regraded",
        actor_id=made.made_by_id,
        office_id=office_id,
        at=at,
        attempt_id=attempt_id,
        quiz=quiz.slug,
        score=score,
        maximum=before.maximum,
        passed=did_pass,
        correction_id=made.id,
    )
    _touch_office_of(session, before.officer_id, office_id, at)
    officer = session.get_one(Officer, before.officer_id)
    letter = compose(
        Regraded(
            officer.name,
            officer.language,
            quiz.title_ms,
            quiz.title_en,
            attempt_id,
            before.score,
            score,
            before.maximum,
            did_pass,
        )
    )
    mail.send(session, recipient=officer.email, subject=letter.subject, body=letter.body, at=at)
    return True


def _append_grade(
    session: Session, made: KeyCorrection, before: Grade, score: int, did_pass: bool, at: datetime
) -> None:
    session.execute(
        update(Grade)
        .where(Grade.attempt_id == before.attempt_id, Grade.number == before.number)
        .values(replaced_at=at)
    )
    session.execute(
        insert(Grade).values(
            attempt_id=before.attempt_id,
            number=before.number + 1,
            officer_id=before.officer_id,
            quiz_id=before.quiz_id,
            score=score,
            maximum=before.maximum,
            passed=did_pass,
            graded_at=before.graded_at,
            correction_id=made.id,
        )
    )


def _touch_office_of(
    session: Session, officer_id: int, office_id: int | None, at: datetime
) -> None:
    """Let the compliance of the office where the officer serves today be counted anew."""
    today = office_of(session, officer_id=officer_id, on=local_date(at)) or office_id
    if today is not None:
        touch_office(session, office_id=today)


@dataclass(frozen=True)
class CorrectionRow:
    """A correction as the officer concerned reads it: of which question, why, when, and the score before."""

    question_key: str
    reason: str
    made_at: datetime
    score_before: int


def corrections_of(session: Session, *, attempt_id: int) -> list[CorrectionRow]:
    """Return the corrections that changed an attempt's grade, the oldest first."""
    rows = session.execute(
        select(Grade.number, Grade.score, Question.key, KeyCorrection.reason, KeyCorrection.made_at)
        .outerjoin(KeyCorrection, KeyCorrection.id == Grade.correction_id)
        .outerjoin(QuestionVersion, QuestionVersion.id == KeyCorrection.question_version_id)
        .outerjoin(Question, Question.id == QuestionVersion.question_id)
        .where(Grade.attempt_id == attempt_id)
        .order_by(Grade.number)
    ).all()
    return [CorrectionRow(row[2], row[3], row[4], before[1]) for before, row in pairwise(rows)]
