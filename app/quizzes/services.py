"""Acts on attempts: start, submit, submit what ran out of time."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local, local_date
from app.db import Database
from app.errors import N_, DomainError
from app.people.queries import accommodation_of, office_of
from app.people.services import touch_office
from app.quizzes import queries
from app.quizzes.answers import category
from app.quizzes.logic import (
    GRACE,
    Drawn,
    Marked,
    Response,
    Wishes,
    attempts_left,
    deadline,
    draw,
    grade,
    passed,
    wait_until,
)
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade
from app.quizzes.queries import AttemptRow, QuizRow
from app.quizzes.slots import SlotRow, slots_of

COUNT_UP = text(
    "INSERT INTO response_counts (question_version_id, office_id, month, draw, choice, certainty, n)"
    " VALUES (:question_version_id, :office_id, :month, :draw, :choice, :certainty, 1)"
    " ON CONFLICT (question_version_id, office_id, month, draw, choice, certainty)"
    " DO UPDATE SET n = response_counts.n + 1"
)


def start_attempt(
    session: Session,
    actor: Actor,
    *,
    quiz: QuizRow,
    seed: int,
    at: datetime,
    wishes: Wishes | None = None,
    met: frozenset[int] = frozenset(),
) -> int:
    """Begin an attempt, or return the one that is open; the drawn questions are fixed by the seed and the wishes.

    `met` are question versions the officer had elsewhere (in practice): others are preferred. The time limit is lengthened by
    the officer's standing accommodation.

    Raises DomainError when no attempt is left, the cool-down is not over, or there is nothing to ask.
    """
    if (
        already := queries.open_attempt_id(session, quiz_id=quiz.id, officer_id=actor.id)
    ) is not None:
        return already
    _refuse_unless_allowed(session, actor, quiz, at)
    candidates = queries.candidates_of(session, quiz=quiz, officer_id=actor.id, on=local_date(at))
    candidates = [replace(c, seen=True) if c.version_id in met else c for c in candidates]
    drawn = draw(seed, candidates, quiz.question_count, json.loads(quiz.draw), wishes)
    if not drawn or actor.office_id is None:
        raise DomainError(
            N_("Kuiz ini belum mempunyai soalan untuk versi semasa. Cuba lagi kemudian.")
        )
    attempt_id, is_new = _open_attempt(session, actor, actor.office_id, quiz, seed, at)
    if not is_new:
        return attempt_id
    session.execute(insert(AttemptQuestion), _places(attempt_id, drawn))
    record(
        session,
        "attempt.started",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        attempt_id=attempt_id,
        quiz=quiz.slug,
    )
    return attempt_id


def _open_attempt(
    session: Session, actor: Actor, office_id: int, quiz: QuizRow, seed: int, at: datetime
) -> tuple[int, bool]:
    """Write an open attempt; return its id and that it is new, or the id of the one a second click made first."""
    needs = accommodation_of(session, officer_id=actor.id)
    attempt = Attempt(
        officer_id=actor.id,
        quiz_id=quiz.id,
        office_id=office_id,
        seed=seed,
        started_at=at,
        deadline_at=deadline(at, quiz.time_limit_minutes, needs.extra_time),
        submitted_by="",
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return queries.open_attempt_id(session, quiz_id=quiz.id, officer_id=actor.id) or 0, False
    return attempt.id, True


def _places(attempt_id: int, drawn: list[Drawn]) -> list[dict[str, object]]:
    return [
        {
            "attempt_id": attempt_id,
            "position": position,
            "question_version_id": question.version_id,
            "option_order": question.option_order,
            "kind": question.kind,
            "alphabet": question.alphabet,
            "draw": question.draw,
            "choice": "",
        }
        for position, question in enumerate(drawn, start=1)
    ]


def _refuse_unless_allowed(session: Session, actor: Actor, quiz: QuizRow, at: datetime) -> None:
    standing = queries.standing_of(session, quiz=quiz, officer_id=actor.id, on=local_date(at))
    if attempts_left(standing, allowed=quiz.attempts_allowed) == 0 and not standing.passed:
        raise DomainError(
            N_("Semua %(n)s percubaan telah digunakan. Bincang dengan penyelia anda."),
            n=quiz.attempts_allowed,
        )
    until = wait_until(standing, cool_down_hours=quiz.cool_down_hours)
    if until is not None and at < until:
        hours = -(-int((until - at).total_seconds()) // 3600)
        raise DomainError(
            N_(
                "Percubaan seterusnya dibuka dalam %(n)s jam. Gunakan masa ini untuk membaca semula peraturannya."
            ),
            n=hours,
        )


def submit_attempt(
    session: Session, attempt: AttemptRow, *, quiz: QuizRow, by: str, at: datetime
) -> bool:
    """Submit an attempt with what is saved and grade it; return False when it was submitted before.

    Writes answers, grade, response counts and the audit event together. `by` is officer or deadline.
    """
    claimed = session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(submitted_at=at, submitted_by=by)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    slots = slots_of(session, attempt_id=attempt.id)
    marked = grade([Response(s.version_id, s.kind, s.content, s.key, s.choice) for s in slots])
    score = sum(mark.correct for mark in marked)
    did_pass = passed(score, len(marked), quiz.pass_mark)
    _write_answers(session, attempt, slots, marked, at)
    session.execute(
        insert(Grade).values(
            attempt_id=attempt.id,
            officer_id=attempt.officer_id,
            quiz_id=attempt.quiz_id,
            score=score,
            maximum=len(marked),
            passed=did_pass,
            graded_at=at,
        )
    )
    record(
        session,
        "attempt.submitted",
        actor_id=attempt.officer_id,
        office_id=attempt.office_id,
        at=at,
        attempt_id=attempt.id,
        quiz=quiz.slug,
        score=score,
        maximum=len(marked),
        passed=did_pass,
        by=by,
    )
    # the grade counts where the officer serves today, the answers stay with the office of that day
    today = office_of(session, officer_id=attempt.officer_id, on=local_date(at))
    touch_office(session, office_id=today or attempt.office_id)
    return True


def _write_answers(
    session: Session, attempt: AttemptRow, slots: list[SlotRow], marked: list[Marked], at: datetime
) -> None:
    """Write the answers once; only an officer's first answer to a question version is counted."""
    versions = [slot.version_id for slot in slots]
    counted_before = set(
        session.scalars(
            select(Answer.question_version_id).where(
                Answer.officer_id == attempt.officer_id,
                Answer.question_version_id.in_(versions),
                Answer.counted,
            )
        )
    )
    rows = [
        {
            "attempt_id": attempt.id,
            "officer_id": attempt.officer_id,
            "office_id": attempt.office_id,
            "question_version_id": mark.version_id,
            "choice": mark.choice,
            "correct": mark.correct,
            "share": mark.share,
            "certainty": slot.certainty,
            "counted": bool(mark.choice) and mark.version_id not in counted_before,
            "draw": slot.draw,
            "answered_at": slot.saved_at or at,
        }
        for mark, slot in zip(marked, slots, strict=True)
    ]
    session.execute(insert(Answer), rows)
    month = f"{local(at):%Y-%m}"
    counts = [
        {
            "question_version_id": row["question_version_id"],
            "office_id": row["office_id"],
            "month": month,
            "draw": row["draw"],
            "choice": category(slot.kind, str(row["choice"])),
            "certainty": row["certainty"],
        }
        for row, slot in zip(rows, slots, strict=True)
        if row["counted"]
    ]
    # in one order for everybody, so that two submissions never wait for each other in a circle
    for count in sorted(counts, key=lambda c: (c["question_version_id"], c["choice"])):
        session.execute(COUNT_UP, count)


def submit_expired_attempts(database: Database, at: datetime) -> int:
    """Submit open attempts past their deadline with what is saved, one transaction each; return how many."""
    done = 0
    with database.reading() as session:
        expired = queries.expired_attempts(session, before=at - GRACE, most=500)
    for attempt in expired:
        with database.transaction() as session:
            quiz = queries.quiz_row(session, quiz_id=attempt.quiz_id)
            if quiz and submit_attempt(session, attempt, quiz=quiz, by="deadline", at=at):
                done += 1
    return done
