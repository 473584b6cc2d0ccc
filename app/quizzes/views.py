"""Pages of quizzes: the cover, one case at a time, checking, submitting, the result; the bank for authors."""

import json
import secrets
from datetime import datetime
from functools import lru_cache

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import current_actor, requires, session_claim, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date, now
from app.errors import N_
from app.handbooks.queries import rule_texts_by_hash
from app.people.login import still_open
from app.quizzes import bank as bank_queries
from app.quizzes import queries
from app.quizzes.logic import attempts_left, normal_choice, past_deadline, wait_until
from app.quizzes.queries import AttemptRow, QuizRow, SlotRow
from app.quizzes.saving import fits_an_integer, save_choice
from app.quizzes.services import start_attempt, submit_attempt
from app.web.answer_token import answer_token, token_holds
from app.web.database import database, reading, transaction
from app.web.error_pages import error_page, wants_json
from app.web.i18n import LANGUAGES, clock_time, language
from app.web.marks import checked_in_statement

bp = Blueprint("quizzes", __name__)
IS_SUBMITTED = N_("Percubaan ini telah dihantar. Jawapan tidak lagi boleh diubah.")
TIME_IS_UP = N_(
    "Masa telah tamat, jadi pilihan terakhir ini tidak disimpan. Jawapan yang tersimpan telah dihantar."
)
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
        wait_until=until if until and until > at else None,
        questions=len(
            queries.candidates_of(reading(), quiz=quiz, officer_id=actor.id, on=local_date(at))
        ),
    )


@bp.post("/quizzes/<slug>/attempts")
@requires(Permission.QUIZ_TAKE)
def start(slug: str) -> BaseResponse:
    """Begin an attempt, or go on with the open one."""
    quiz, actor = quiz_or_404(slug), signed_in_actor()
    with transaction() as session:
        attempt_id = start_attempt(session, actor, quiz=quiz, seed=secrets.randbits(31), at=now())
    return redirect(
        url_for("quizzes.question", attempt_id=attempt_id, position=first_open(attempt_id)), 303
    )


def first_open(attempt_id: int) -> int:
    """Return the first position without an answer, else the last."""
    answered = queries.answered_positions(reading(), attempt_id=attempt_id)
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
    slots = slots_at(attempt_id, position)
    answered = queries.answered_positions(reading(), attempt_id=attempt_id)
    return render_template(
        "quizzes/question.html",
        attempt=attempt,
        quiz=quiz,
        slot=slots[0],
        answered={place for place, done in answered.items() if done},
        total=len(answered),
        handbook_slug=quiz.handbook_slug,
        seconds_left=seconds_left(attempt),
        token=answer_token(),
        unsaved=unsaved_choice(slots[0]),
        here=request.path,
        urls=[
            url_for("quizzes.question", attempt_id=attempt_id, position=place) for place in answered
        ],
    )


def unsaved_choice(slot: SlotRow) -> str:
    """Return the choice that a sign-in interrupted, when it fits the question and is not saved yet."""
    sent = normal_choice(list(request.args.get("choice", "")), multiple=slot.multiple) or ""
    return "" if sent == slot.choice else sent


def slots_at(attempt_id: int, position: int) -> list[SlotRow]:
    """Return the question at a position, alone in a list; abort with 404 where there is none."""
    found = (
        queries.slots_of(reading(), attempt_id=attempt_id, position=position)
        if fits_an_integer(position)
        else []
    )
    return found or abort(404)


def seconds_left(attempt: AttemptRow) -> int | None:
    """Return the seconds until the deadline, or None without one."""
    if attempt.deadline_at is None:
        return None
    return max(0, int((attempt.deadline_at - now()).total_seconds()))


@bp.post("/attempts/<int:attempt_id>/answers")
@checked_in_statement
def save_answer(attempt_id: int) -> BaseResponse:
    """Keep one choice; a script gets JSON, a form goes on to where `go` says."""
    form, at = request.form, now()
    place, choice = form.get("position", ""), normal_choice(form.getlist("choice"), multiple=True)
    position = int(place) if place.isdecimal() and len(place) < 6 else 0
    claim = session_claim()
    if claim is None or not still_open():
        return not_signed_in(attempt_id, position, choice)
    if not token_holds():
        raise CSRFError
    kept = choice is not None and save_choice(
        database(),
        officer_id=claim[0],
        session_version=claim[1],
        attempt_id=attempt_id,
        position=position,
        choice=choice,
        at=at,
    )
    if not kept:
        return not_kept(attempt_id, position, choice)
    if not wants_json():
        return go_on(attempt_id, position)
    shown = form.get("language", "")
    body = saved_body(
        shown if shown in LANGUAGES else language(), at.replace(second=0, microsecond=0)
    )
    return Response(body, mimetype="application/json")


@bp.record_once
def _own_token(state: BlueprintSetupState) -> None:
    # save_answer checks its own, quicker token: see app/web/answer_token.py
    state.app.extensions["csrf"].exempt(save_answer)


@lru_cache(maxsize=4096)
def saved_body(shown: str, minute: datetime) -> bytes:
    """Return what a script is told about a choice kept in this minute, in one language."""
    with force_locale(shown):
        return json.dumps({"saved_at": clock_time(minute)}, ensure_ascii=False).encode()


def not_kept(attempt_id: int, position: int, choice: str | None) -> BaseResponse:
    """Say why a choice was not kept; nothing is said about attempts of others."""
    actor = current_actor()
    if actor is None:
        return not_signed_in(attempt_id, position, choice)
    attempt, quiz = own_attempt(attempt_id)
    slots_at(attempt_id, position)
    if over := closed(attempt, quiz):
        text = gettext(IS_SUBMITTED if attempt.submitted_at else TIME_IS_UP)
        if wants_json():
            return error_page(409, text)
        flash(text, "warn")
        return over
    if not choice and not wants_json():  # nothing chosen: going on without an answer is allowed
        return go_on(attempt_id, position)
    text = gettext("Pilihan ini tidak sah untuk soalan ini. Pilih semula.")
    return error_page(422, text)


def not_signed_in(attempt_id: int, position: int, choice: str | None) -> BaseResponse:
    """Ask for sign-in and come back to the same question, with the choice that could not be saved."""
    if wants_json():
        return error_page(401)
    place = url_for(
        "quizzes.question", attempt_id=attempt_id, position=position or 1, choice=choice or None
    )
    return redirect(url_for("people.sign_in", next=place), 303)


def go_on(attempt_id: int, position: int) -> BaseResponse:
    """Go to the question or page that the pressed button names."""
    go = request.form.get("go", "next")
    if go == "previous":
        position = max(1, position - 1)
    elif go == "next":
        position += 1
    answered = queries.answered_positions(reading(), attempt_id=attempt_id)
    if go == "check" or position > len(answered):
        return redirect(url_for("quizzes.check", attempt_id=attempt_id), 303)
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=position), 303)


@bp.get("/attempts/<int:attempt_id>/check")
@requires(Permission.QUIZ_TAKE)
def check(attempt_id: int) -> Answer:
    """Show which questions are answered before submitting."""
    attempt, quiz = own_attempt(attempt_id)
    if over := closed(attempt, quiz):
        return over
    slots = queries.slots_of(reading(), attempt_id=attempt_id)
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
    slots = queries.slots_of(reading(), attempt_id=attempt_id)
    rules = rule_texts_by_hash(
        reading(), wanted={(s.rule_id, s.pinned_hash) for s in slots}, language=language()
    )
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        quiz=quiz,
        grade=grade,
        slots=slots,
        rules=rules,
        read_again={
            s.rule_code: rules.get((s.rule_id, s.pinned_hash)) for s in slots if s.choice != s.key
        },
        handbook_slug=quiz.handbook_slug,
    )


@bp.get("/questions")
@requires(Permission.QUESTION_READ)
def bank() -> str:
    """Show the bank of questions of one quiz: options, pins, how often right; nobody's answers."""
    quizzes = queries.quiz_rows(reading())
    chosen = next(
        (q for q in quizzes if q.slug == request.args.get("quiz")), quizzes[0] if quizzes else None
    )
    rows = bank_queries.bank_rows(reading(), quiz=chosen, on=local_date(now())) if chosen else []
    rule = request.args.get("rule", "")
    if rule:
        rows = [row for row in rows if row.rule_code == rule]
    return render_template("quizzes/bank.html", quizzes=quizzes, quiz=chosen, rows=rows, rule=rule)
