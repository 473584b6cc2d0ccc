"""Keeping one answer: the hot path of the portal, and every reason why an answer was not kept."""

import json
from datetime import datetime
from functools import lru_cache

from flask import Response, current_app, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import current_actor, session_claim
from app.clock import now
from app.errors import N_
from app.people.login import still_open
from app.quizzes.answers import WRITTEN_KINDS, answer_said, fits
from app.quizzes.queries import AttemptRow, QuizRow
from app.quizzes.saving import Said, save_choice
from app.quizzes.slots import SlotRow, answered_positions
from app.quizzes.views import bp, closed, own_attempt, question_page, slots_at
from app.web.answer_token import token_holds
from app.web.database import database, reading
from app.web.error_pages import error_page, wants_json
from app.web.i18n import LANGUAGES, clock_time, language
from app.web.marks import checked_in_statement

IS_SUBMITTED = N_("Percubaan ini telah dihantar. Jawapan tidak lagi boleh diubah.")
TIME_IS_UP = N_(
    "Masa telah tamat, jadi pilihan terakhir ini tidak disimpan. Jawapan yang tersimpan telah dihantar."
)
ANSWERED_ELSEWHERE = N_("Soalan ini telah dijawab lain di tab atau peranti lain.")
NOT_A_NUMBER = N_("Tulis nombor sahaja, misalnya 42 atau 3.5.")
TOO_LONG = N_("Jawapan ini terlalu panjang. Tulis dalam beberapa perkataan.")


@bp.post("/attempts/<int:attempt_id>/answers")
@checked_in_statement
def save_answer(attempt_id: int) -> BaseResponse:
    """Keep one choice; a script gets JSON, a form goes on to where `go` says."""
    at, place = now(), request.form.get("position", "")
    position = int(place) if place.isdecimal() and len(place) < 6 else 0
    claim = session_claim()
    if claim is None or not still_open():
        return not_signed_in(attempt_id, position, said_in_form())
    if not token_holds():
        raise CSRFError
    said = said_in_form(attempt_id, position)
    kept = said is not None and save_choice(
        database(),
        officer_id=claim[0],
        session_version=claim[1],
        attempt_id=attempt_id,
        position=position,
        said=said,
        at=at,
    )
    if not kept:
        return not_kept(attempt_id, position, said)
    if not wants_json():
        return go_on(attempt_id, position)
    shown = request.form.get("language", "")
    shown = shown if shown in LANGUAGES else language()
    body = saved_body(shown, at.replace(second=0, microsecond=0), said.choice if said else "")
    return Response(body, mimetype="application/json")


def said_in_form(attempt_id: int = 0, position: int = 0) -> Said | None:
    """Return the answer of the form, None when it makes no sense; a number is read with its question's unit."""
    form = request.form
    kind = form.get("kind", "single")
    units: list[str] = []
    if kind in WRITTEN_KINDS and attempt_id:
        own_attempt(attempt_id)
        units = slots_at(attempt_id, position)[0].units
    # one choice, by far the most common, is spared the work
    held = {"choice": form.getlist("choice")} if kind == "single" else dict(form.lists())
    choice = answer_said(kind, held, units)
    certainty = form.get("certainty", "0")
    if choice is None or certainty not in ("", "0", "1", "2", "3"):
        return None
    return Said(kind, choice, int(certainty or 0), tuple(form.getlist("known")))


@bp.record_once
def _own_token(state: BlueprintSetupState) -> None:
    # save_answer checks its own, quicker token: see app/web/answer_token.py
    state.app.extensions["csrf"].exempt(save_answer)


@lru_cache(maxsize=4096)
def saved_body(shown: str, minute: datetime, choice: str) -> bytes:
    """Return what a script is told about a choice kept in this minute, in one language."""
    with force_locale(shown):
        facts = {"saved_at": clock_time(minute), "kept": choice}
    return json.dumps(facts, ensure_ascii=False).encode()


def not_kept(attempt_id: int, position: int, said: Said | None) -> BaseResponse:
    """Say why an answer was not kept; nothing is said about attempts of others."""
    actor = current_actor()
    if actor is None:
        return not_signed_in(attempt_id, position, said)
    attempt, quiz = own_attempt(attempt_id)
    slot = slots_at(attempt_id, position)[0]
    if over := closed(attempt, quiz):
        text = gettext(IS_SUBMITTED if attempt.submitted_at else TIME_IS_UP)
        if wants_json():
            return error_page(409, text)
        flash(text, "warn")
        return over
    if said and not said.choice and not slot.choice and not wants_json():
        return go_on(attempt_id, position)  # going on without an answer is allowed
    if said and said.kind == slot.kind and fits(slot.kind, slot.alphabet, said.choice):
        return answered_elsewhere(attempt, slot, said)
    if slot.kind in WRITTEN_KINDS and request.form.get("written", "").strip():
        return not_readable(attempt, quiz, slot)
    text = gettext("Pilihan ini tidak sah untuk soalan ini. Pilih semula.")
    return error_page(422, text)


def answered_elsewhere(attempt: AttemptRow, slot: SlotRow, said: Said) -> BaseResponse:
    """Tell that another tab or device has answered this question otherwise meanwhile; nothing is overwritten."""
    text = gettext(ANSWERED_ELSEWHERE)
    if wants_json():
        facts = {"message": text, "kept": slot.choice}
        return Response(json.dumps(facts), 412, mimetype="application/json")
    place = url_for(
        "quizzes.question", attempt_id=attempt.id, position=slot.position, elsewhere=said.choice
    )
    return redirect(place, 303)


def not_readable(attempt: AttemptRow, quiz: QuizRow, slot: SlotRow) -> BaseResponse:
    """Ask for a number or a shorter text; what was typed stays in its field."""
    sentence = NOT_A_NUMBER if slot.kind == "numeric" else TOO_LONG
    text = gettext(sentence)
    if wants_json():
        return error_page(422, text)
    page = question_page(attempt, quiz, slot, typed=request.form["written"], fault=text)
    return current_app.make_response((page, 422))


def not_signed_in(attempt_id: int, position: int, said: Said | None) -> BaseResponse:
    """Ask for sign-in and come back to the same question, with the answer that could not be saved."""
    if wants_json():
        return error_page(401)
    choice = said.choice if said else None
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
    answered = answered_positions(reading(), attempt_id=attempt_id)
    if go == "check" or position > len(answered):
        return redirect(url_for("quizzes.check", attempt_id=attempt_id), 303)
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=position), 303)
