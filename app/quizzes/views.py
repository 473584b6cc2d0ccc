"""Pages of quizzes: the cover, one case at a time, checking, submitting, the result."""

from flask import (
    Blueprint,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date, now
from app.handbooks.queries import rule_texts_by_hash
from app.people.queries import accommodation_of
from app.quizzes import queries
from app.quizzes.answers import fits, places_of
from app.quizzes.correcting import corrections_of
from app.quizzes.logic import attempts_left, past_deadline, wait_until
from app.quizzes.queries import AttemptRow, QuizRow
from app.quizzes.saving import fits_an_integer
from app.quizzes.services import submit_attempt
from app.quizzes.slots import SlotRow, answered_positions, slots_of
from app.web.answer_token import answer_token
from app.web.database import reading, transaction
from app.web.i18n import language

bp = Blueprint("quizzes", __name__)
Answer = BaseResponse | str


def quiz_or_404(slug: str) -> QuizRow:
    """Return the quiz of an address."""
    return queries.quiz_row(reading(), slug=slug) or abort(404)


def own_attempt(attempt_id: int) -> tuple[AttemptRow, QuizRow]:
    """Return the person's own attempt and its quiz; abort with 404 for anybody else's."""
    actor = signed_in_actor()
    if not fits_an_integer(attempt_id):
        abort(404)
    attempt = queries.attempt_of(reading(), officer_id=actor.id, attempt_id=attempt_id)
    if attempt is None:
        abort(404)
    quiz = queries.quiz_row(reading(), quiz_id=attempt.quiz_id)
    return attempt, quiz or abort(404)


@bp.get("/quizzes/<slug>")
@requires(Permission.QUIZ_TAKE)
def cover(slug: str) -> str:
    """Say what the quiz is, and offer to begin or to go on."""
    quiz, actor, at = quiz_or_404(slug), signed_in_actor(), now()
    standing = queries.standing_of(reading(), quiz=quiz, officer_id=actor.id, on=local_date(at))
    until = wait_until(standing, cool_down_hours=quiz.cool_down_hours)
    return render_template(
        "quizzes/cover.html",
        quiz=quiz,
        open_attempt=next(
            (
                a
                for a in queries.open_attempts_of(reading(), officer_id=actor.id)
                if a.quiz_id == quiz.id
            ),
            None,
        ),
        grades=queries.grades_of(reading(), officer_id=actor.id, quiz_id=quiz.id),
        left=attempts_left(standing, allowed=quiz.attempts_allowed),
        standing=standing,
        needs=accommodation_of(reading(), officer_id=actor.id),
        wait_until=until if until and until > at else None,
        questions=len(
            queries.candidates_of(reading(), quiz=quiz, officer_id=actor.id, on=local_date(at))
        ),
    )


def first_open(attempt_id: int) -> int:
    """Return the first position without an answer, else the last."""
    answered = answered_positions(reading(), attempt_id=attempt_id)
    return next(
        (position for position, done in answered.items() if not done), max(answered, default=1)
    )


def closed(attempt: AttemptRow, quiz: QuizRow) -> BaseResponse | None:
    """Send on to the result when the attempt is over; submit it first when its time is up."""
    at = now()
    if attempt.submitted_at is None and past_deadline(attempt.deadline_at, at):
        with transaction() as session:
            submit_attempt(session, attempt, quiz=quiz, by="deadline", at=at)
    elif attempt.submitted_at is None:
        return None
    return redirect(url_for("quizzes.result", attempt_id=attempt.id), 303)


@bp.get("/attempts/<int:attempt_id>/questions/<int:position>")
@requires(Permission.QUIZ_TAKE)
def question(attempt_id: int, position: int) -> Answer:
    """Show one case of an open attempt."""
    attempt, quiz = own_attempt(attempt_id)
    if over := closed(attempt, quiz):
        return over
    return question_page(attempt, quiz, slots_at(attempt_id, position)[0])


def question_page(
    attempt: AttemptRow, quiz: QuizRow, slot: SlotRow, *, typed: str = "", fault: str = ""
) -> str:
    """Return the page of one question; `typed` is a text that could not be read, `fault` why."""
    answered = answered_positions(reading(), attempt_id=attempt.id)
    unsaved = unsaved_choice(slot)
    chosen = unsaved or slot.choice
    return render_template(
        "quizzes/question.html",
        attempt=attempt,
        quiz=quiz,
        slot=slot,
        chosen=chosen,
        places=places_of(chosen),
        written=typed or (chosen[1:] if chosen.startswith("=") else ""),
        fault=fault,
        answered={place for place, done in answered.items() if done},
        total=len(answered),
        handbook_slug=quiz.handbook_slug,
        seconds_left=seconds_left(attempt),
        needs=accommodation_of(reading(), officer_id=attempt.officer_id),
        token=answer_token(),
        unsaved=unsaved,
        elsewhere=elsewhere(slot),
        here=request.path,
        urls=[
            url_for("quizzes.question", attempt_id=attempt.id, position=place) for place in answered
        ],
    )


def unsaved_choice(slot: SlotRow) -> str:
    """Return the choice that a sign-in interrupted, when it fits the question and is not saved yet."""
    sent = request.args.get("choice", "")
    if sent == slot.choice or not fits(slot.kind, slot.alphabet, sent):
        return ""
    return sent


def elsewhere(slot: SlotRow) -> str | None:
    """Return the answer that was not kept because another tab or device had answered otherwise, or None."""
    sent = request.args.get("elsewhere")
    if sent is None or sent == slot.choice or not fits(slot.kind, slot.alphabet, sent):
        return None
    return sent


def slots_at(attempt_id: int, position: int) -> list[SlotRow]:
    """Return the question at a position, alone in a list; abort with 404 where there is none."""
    found = (
        slots_of(reading(), attempt_id=attempt_id, position=position)
        if fits_an_integer(position)
        else []
    )
    return found or abort(404)


def seconds_left(attempt: AttemptRow) -> int | None:
    """Return the seconds until the deadline, or None without one."""
    if attempt.deadline_at is None:
        return None
    return max(0, int((attempt.deadline_at - now()).total_seconds()))


@bp.get("/attempts/<int:attempt_id>/check")
@requires(Permission.QUIZ_TAKE)
def check(attempt_id: int) -> Answer:
    """Show which questions are answered before submitting."""
    attempt, quiz = own_attempt(attempt_id)
    if over := closed(attempt, quiz):
        return over
    slots = slots_of(reading(), attempt_id=attempt_id)
    return render_template(
        "quizzes/check.html",
        attempt=attempt,
        quiz=quiz,
        slots=slots,
        seconds_left=seconds_left(attempt),
    )


@bp.post("/attempts/<int:attempt_id>/submission")
@requires(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> BaseResponse:
    """Submit an attempt; again changes nothing."""
    attempt, quiz = own_attempt(attempt_id)
    at = now()
    by = "deadline" if past_deadline(attempt.deadline_at, at) else "officer"
    with transaction() as session:
        submit_attempt(session, attempt, quiz=quiz, by=by, at=at)
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>/result")
@requires(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> Answer:
    """Explain every option and quote the rule as it stood."""
    attempt, quiz = own_attempt(attempt_id)
    grade = queries.grade_of(reading(), attempt_id=attempt_id)
    if grade is None:
        return closed(attempt, quiz) or redirect(
            url_for("quizzes.question", attempt_id=attempt_id, position=first_open(attempt_id)), 303
        )
    slots = slots_of(reading(), attempt_id=attempt_id)
    rules = rule_texts_by_hash(
        reading(), wanted={(s.rule_id, s.pinned_hash) for s in slots}, language=language()
    )
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        quiz=quiz,
        grade=grade,
        slots=sorted(slots, key=lambda s: s.right or s.certainty != 3 or s.choice in ("", "u")),
        corrections=corrections_of(reading(), attempt_id=attempt_id),
        rules=rules,
        read_again={
            s.rule_code: rules.get((s.rule_id, s.pinned_hash)) for s in slots if not s.right
        },
        handbook_slug=quiz.handbook_slug,
    )
