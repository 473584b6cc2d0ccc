"""Acts on attempts: start, submit, submit what ran out of time, recount."""

import json
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local, local_date
from app.db import Database, local_day
from app.errors import N_, DomainError
from app.people.queries import office_of
from app.people.services import touch_office
from app.quizzes import queries
from app.quizzes.logic import GRACE, Drawn, Marked, attempts_left, draw, grade, passed, wait_until
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade, ResponseCount
from app.quizzes.queries import AttemptRow, QuizRow, SlotRow

NAMES = ("question_version_id", "office_id", "month", "draw", "choice")
COUNT_UP = text(
    "INSERT INTO response_counts (question_version_id, office_id, month, draw, choice, n)"
    " VALUES (:question_version_id, :office_id, :month, :draw, :choice, 1)"
    " ON CONFLICT (question_version_id, office_id, month, draw, choice) DO UPDATE SET n = response_counts.n + 1"
)


def start_attempt(session: Session, actor: Actor, *, quiz: QuizRow, seed: int, at: datetime) -> int:
    """Begin an attempt, or return the one that is open; the drawn questions are fixed by the seed.

    Raises DomainError when no attempt is left, the cool-down is not over, or there is nothing to ask.
    """
    if (
        already := queries.open_attempt_id(session, quiz_id=quiz.id, officer_id=actor.id)
    ) is not None:
        return already
    _refuse_unless_allowed(session, actor, quiz, at)
    candidates = queries.candidates_of(session, quiz=quiz, officer_id=actor.id, on=local_date(at))
    drawn = draw(seed, candidates, quiz.question_count, json.loads(quiz.draw))
    if not drawn or actor.office_id is None:
        raise DomainError(
            N_("Kuiz ini belum mempunyai soalan untuk versi semasa. Cuba lagi kemudian.")
        )
    limit = quiz.time_limit_minutes
    attempt = Attempt(
        officer_id=actor.id,
        quiz_id=quiz.id,
        office_id=actor.office_id,
        seed=seed,
        started_at=at,
        deadline_at=at + timedelta(minutes=limit) if limit else None,
        submitted_by="",
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:  # a second click was quicker: its attempt is the one
        return queries.open_attempt_id(session, quiz_id=quiz.id, officer_id=actor.id) or 0
    session.execute(insert(AttemptQuestion), _places(attempt.id, drawn))
    record(
        session,
        "attempt.started",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        attempt_id=attempt.id,
        quiz=quiz.slug,
    )
    return attempt.id


def _places(attempt_id: int, drawn: list[Drawn]) -> list[dict[str, object]]:
    return [
        {
            "attempt_id": attempt_id,
            "position": position,
            "question_version_id": question.version_id,
            "option_order": question.option_order,
            "multiple": question.multiple,
            "draw": "anchor",
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
    slots = queries.slots_of(session, attempt_id=attempt.id)
    marked = grade({s.version_id: s.key for s in slots}, {s.version_id: s.choice for s in slots})
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
    saved = {slot.version_id: slot.saved_at for slot in slots}
    rows = [
        {
            "attempt_id": attempt.id,
            "officer_id": attempt.officer_id,
            "office_id": attempt.office_id,
            "question_version_id": mark.version_id,
            "choice": mark.choice,
            "correct": mark.correct,
            "counted": bool(mark.choice) and mark.version_id not in counted_before,
            "draw": "anchor",
            "answered_at": saved[mark.version_id] or at,
        }
        for mark in marked
    ]
    session.execute(insert(Answer), rows)
    month = f"{local(at):%Y-%m}"
    counts = [
        {
            "question_version_id": row["question_version_id"],
            "office_id": row["office_id"],
            "month": month,
            "draw": row["draw"],
            "choice": row["choice"],
        }
        for row in rows
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


def recount(session: Session) -> tuple[int, int]:
    """Rebuild the response counts from the answers, in the database; return how many cells there are and were wrong.

    A cell is wrong when its number differs, when it is missing, or when no answer stands behind it.
    """
    month = func.substr(cast(local_day(Attempt.submitted_at), Text), 1, 7)
    cell = (Answer.question_version_id, Answer.office_id, month, Answer.draw, Answer.choice)
    true = (
        select(*cell, func.count().label("n"))
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.counted)
        .group_by(*cell)
    )
    kept = select(
        ResponseCount.question_version_id,
        ResponseCount.office_id,
        ResponseCount.month,
        ResponseCount.draw,
        ResponseCount.choice,
        ResponseCount.n,
    )
    cells = session.scalar(select(func.count()).select_from(true.subquery())) or 0
    missing = session.scalar(select(func.count()).select_from(true.except_(kept).subquery())) or 0
    differing = session.scalar(select(func.count()).select_from(kept.except_(true).subquery())) or 0
    if missing or differing:
        session.execute(delete(ResponseCount))
        session.execute(insert(ResponseCount).from_select([*NAMES, "n"], true))
    return cells, max(missing, differing)
