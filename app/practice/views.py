"""Pages of practice: one question, its explanation, the next; and the door by which an attempt begins with what is due."""

import secrets
from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date, now
from app.handbooks.queries import rule_texts_by_hash
from app.practice import queries
from app.practice.services import answer_practice, ask_next
from app.quizzes.answers import answer_said, places_of
from app.quizzes.queries import quiz_row
from app.quizzes.saving import fits_an_integer
from app.quizzes.services import start_attempt
from app.quizzes.slots import answered_positions
from app.web.database import reading, transaction
from app.web.i18n import language

bp = Blueprint("practice", __name__)
STEADY = timedelta(days=21)


def algorithm() -> str:
    """Return the schedule of the settings."""
    return str(current_app.extensions["config"].practice_algorithm)


@bp.get("/practice")
@requires(Permission.QUIZ_TAKE)
def today() -> str:
    """Show what waits today, and how one stands, in words."""
    actor, at = signed_in_actor(), now()
    day = local_date(at)
    pins = queries.pins_of_all(reading(), on=day)
    waiting = queries.due_rules(reading(), officer_id=actor.id, pins=pins, at=at, day=day)
    return render_template(
        "practice/today.html",
        waiting=len(waiting),
        open_question=queries.asked_row(reading(), officer_id=actor.id, day=day),
        progress=queries.progress_of(reading(), officer_id=actor.id, steady_from=at + STEADY),
    )


@bp.post("/practice")
@requires(Permission.QUIZ_TAKE)
def begin() -> Response:
    """Ask the next question of today."""
    with transaction() as session:
        asked = ask_next(session, signed_in_actor(), seed=secrets.randbits(31), at=now())
    if asked is None:
        flash(gettext("Ulang kaji hari ini selesai. Jumpa lagi esok."), "good")
        return redirect(url_for("practice.today"), 303)
    return redirect(url_for("practice.question", practice_id=asked.id), 303)


def own_question(practice_id: int) -> queries.AskedRow:
    """Return the person's own question of practice; 404 for anybody else's."""
    found = None
    if fits_an_integer(practice_id):
        actor = signed_in_actor()
        found = queries.asked_row(reading(), officer_id=actor.id, practice_id=practice_id)
    return found or abort(404)


@bp.route("/practice/<int:practice_id>", methods=["GET", "POST"])
@requires(Permission.QUIZ_TAKE)
def question(practice_id: int) -> Response | str | tuple[str, int]:
    """Ask one question; afterwards explain it and quote the rule."""
    asked, fault, status = own_question(practice_id), "", 200
    if request.method == "POST" and asked.answered_at is None:
        choice = answer_said(asked.slot.kind, dict(request.form.lists()), asked.slot.units)
        level = request.form.get("certainty", "0")
        if choice and level in ("", "0", "1", "2", "3"):
            with transaction() as session:
                answer_practice(
                    session,
                    signed_in_actor(),
                    asked,
                    choice=choice,
                    certainty=int(level or 0),
                    algorithm=algorithm(),
                    at=now(),
                )
            return redirect(url_for("practice.question", practice_id=practice_id), 303)
        fault, status = gettext("Pilih atau tulis satu jawapan dahulu."), 422
    return page_of(asked, fault), status


def page_of(asked: queries.AskedRow, fault: str) -> str:
    """Return the page of a question, before or after its answer."""
    slot = asked.slot
    texts = rule_texts_by_hash(
        reading(), wanted={(slot.rule_id, slot.pinned_hash)}, language=language()
    )
    return render_template(
        "practice/question.html",
        asked=asked,
        slot=slot,
        fault=fault,
        rule=texts.get((slot.rule_id, slot.pinned_hash)),
        places=places_of(slot.choice),
    )


@bp.post("/quizzes/<slug>/attempts")
@requires(Permission.QUIZ_TAKE)
def start(slug: str) -> Response:
    """Begin an attempt with what is due for this officer, or go on with the open one."""
    quiz, actor, at = quiz_row(reading(), slug=slug) or abort(404), signed_in_actor(), now()
    with transaction() as session:
        wishes = queries.wishes_for(
            session,
            quiz=quiz,
            officer_id=actor.id,
            office_id=actor.office_id or 0,
            at=at,
            day=local_date(at),
        )
        attempt_id = start_attempt(
            session,
            actor,
            quiz=quiz,
            seed=secrets.randbits(31),
            at=at,
            wishes=wishes,
            met=queries.met_versions(session, officer_id=actor.id),
        )
    answered = answered_positions(reading(), attempt_id=attempt_id)
    first = next((place for place, done in answered.items() if not done), max(answered, default=1))
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=first), 303)
