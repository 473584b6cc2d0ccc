"""Pages of question quality: what to act on, one question with its evidence, disputes of officers and their answers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.errors import N_, DomainError
from app.people.offices import office_names
from app.quality import queries
from app.quality.forms import AnswerForm, DisputeForm
from app.quality.queries import DisputeRow, ItemRow
from app.quality.services import Letter, answer_dispute, dispute_question
from app.quizzes.drafting import quarantine_question, release_question, retire_question
from app.quizzes.queries import attempt_of, quiz_rows
from app.quizzes.saving import fits_an_integer
from app.quizzes.slots import SlotRow, slots_of
from app.web.database import reading, transaction
from app.web.i18n import sentence

bp = Blueprint("quality", __name__)
REASONS = {
    "discrimination_sure": N_(
        "Pegawai yang faham tidak lebih kerap menjawabnya dengan betul. Semak kunci dan kata-katanya."
    ),
    "discrimination": N_(
        "Setakat ini pegawai yang faham tidak lebih kerap menjawabnya dengan betul. Perhatikan."
    ),
    "rival": N_(
        "Sepertiga pegawai yang paling faham lebih kerap memilih satu jawapan salah. Kunci mungkin salah."
    ),
    "language": N_(
        "Soalan ini lebih sukar dalam satu bahasa bagi pegawai yang sama faham. Semak terjemahannya."
    ),
    "state": N_(
        "Soalan ini lebih sukar di satu negeri bagi pegawai yang sama faham. Cari sebabnya."
    ),
    "hard": N_(
        "Kurang daripada 20 peratus menjawab dengan betul. Soalan atau teks peraturan mungkin kabur."
    ),
    "easy": N_("Hampir semua menjawab dengan betul, jadi soalan ini tidak lagi memberi maklumat."),
    "misreading": N_(
        "Soalan ini baik: ramai berkongsi satu salah tafsir sebenar. Pertimbangkan taklimat tentang peraturannya."
    ),
}
ACTS: dict[str, tuple[Callable[..., None], str]] = {
    "quarantine": (
        quarantine_question,
        N_("Soalan dikuarantin dan tidak ditanya sehingga dilepaskan."),
    ),
    "release": (release_question, N_("Soalan dilepaskan dan ditanya semula.")),
    "retire": (retire_question, N_("Soalan dikeluarkan. Keputusan lama kekal.")),
}


@bp.app_template_global()
def reason_words(reason: str) -> str:
    """Return what a reason against a question means, and what to do."""
    return gettext(REASONS[reason])


@bp.app_template_global()
def question_figures(quiz_id: int) -> dict[int, queries.Figures]:
    """Return how the questions of a quiz were answered, by version, as released."""
    return queries.question_figures(reading(), quiz_id=quiz_id)


@bp.get("/questions/quality")
@requires(Permission.QUESTION_READ)
def questions() -> str:
    """List the questions of a quiz, those to act on first, each with a sentence."""
    quizzes = quiz_rows(reading())
    chosen = next(
        (q for q in quizzes if q.slug == request.args.get("quiz")), quizzes[0] if quizzes else None
    )
    rows = queries.item_rows(reading(), quiz_id=chosen.id) if chosen else []
    return render_template(
        "quality/questions.html",
        quizzes=quizzes,
        quiz=chosen,
        rows=rows,
        whole=queries.quiz_statistic(reading(), quiz_id=chosen.id) if chosen else None,
        open_disputes=len(queries.dispute_rows(reading(), state="open")),
    )


def item_or_404(version_id: int) -> ItemRow:
    """Return one question that was ever asked."""
    found = (
        queries.item_rows(reading(), version_id=version_id) if fits_an_integer(version_id) else []
    )
    return found[0] if found else abort(404)


@bp.get("/questions/<int:version_id>/quality")
@requires(Permission.QUESTION_READ)
def question(version_id: int) -> str:
    """Show the evidence on one question, and what can be done."""
    row = item_or_404(version_id)
    states = {
        int(difference["group"].removeprefix("state:"))
        for difference in row.report.get("differences", [])
        if difference["group"].startswith("state:")
    }
    return render_template(
        "quality/question.html",
        row=row,
        states=office_names(reading(), ids=states),
        disputes=queries.dispute_rows(reading(), version_id=version_id),
    )


@bp.post("/questions/<int:version_id>/state")
@requires(Permission.QUESTION_WRITE)
def decide(version_id: int) -> Response:
    """Put a question under examination, release it, or take it out."""
    act = request.form.get("act", "")
    if act not in ACTS:
        abort(422)
    do, words = ACTS[act]
    try:
        with transaction() as session:
            do(session, signed_in_actor(), version_id=version_id, at=now())
        flash(gettext(words), "good")
    except DomainError as error:
        flash(sentence(error), "bad")
    return redirect(url_for("quality.question", version_id=version_id), 303)


def own_slot(attempt_id: int, position: int) -> SlotRow:
    """Return a question of the person's own submitted attempt; 404 for anything else."""
    if not fits_an_integer(attempt_id) or not fits_an_integer(position):
        abort(404)
    actor = signed_in_actor()
    attempt = attempt_of(reading(), officer_id=actor.id, attempt_id=attempt_id)
    if attempt is None or attempt.submitted_at is None:
        abort(404)
    slots = slots_of(reading(), attempt_id=attempt_id, position=position)
    return slots[0] if slots else abort(404)


@bp.route("/attempts/<int:attempt_id>/questions/<int:position>/dispute", methods=["GET", "POST"])
@requires(Permission.QUIZ_TAKE)
def dispute(attempt_id: int, position: int) -> Response | str | tuple[str, int]:
    """Dispute a question of one's own result, or see what was answered."""
    slot, actor, form = own_slot(attempt_id, position), signed_in_actor(), DisputeForm()
    made = queries.own_dispute(
        reading(), officer_id=actor.id, attempt_id=attempt_id, version_id=slot.version_id
    )
    if form.validate_on_submit() and made is None:
        try:
            with transaction() as session:
                dispute_question(
                    session,
                    actor,
                    attempt_id=attempt_id,
                    version_id=slot.version_id,
                    text=str(form.text.data),
                    at=now(),
                )
            flash(gettext("Pertikaian anda telah dihantar kepada penulis soalan."), "good")
            return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "quality/dispute.html", slot=slot, form=form, made=made, attempt_id=attempt_id
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.get("/questions/disputes")
@requires(Permission.QUESTION_READ)
def disputes() -> str:
    """List the disputes that wait for an answer, without names."""
    return render_template(
        "quality/disputes.html", rows=queries.dispute_rows(reading(), state="open")
    )


@bp.route("/questions/disputes/<int:dispute_id>", methods=["GET", "POST"])
@requires(Permission.QUESTION_WRITE)
def answer(dispute_id: int) -> Response | str | tuple[str, int]:
    """Answer a dispute; the officer gets it by mail."""
    rows = (
        queries.dispute_rows(reading(), dispute_id=dispute_id)
        if fits_an_integer(dispute_id)
        else []
    )
    row = rows[0] if rows else abort(404)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                answer_dispute(
                    session,
                    signed_in_actor(),
                    dispute_id=dispute_id,
                    upheld=form.upheld.data == "yes",
                    answer=str(form.answer.data),
                    compose=letter,
                    at=now(),
                )
            flash(gettext("Jawapan telah dihantar kepada pegawai itu."), "good")
            return redirect(url_for("quality.disputes"), 303)
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "quality/answer.html", row=row, form=form, item=item_or_404(row.version_id)
    )
    return page, 422 if form.errors or form.form_errors else 200


def letter(row: DisputeRow) -> Letter:
    """Write the answer to who disputed, in that person's language."""
    root = str(current_app.extensions["config"].public_url).rstrip("/")
    with force_locale(row.language):
        facts: dict[str, Any] = {"key": row.question_key, "answer": row.answer}
        if row.state == "upheld":
            said = gettext("Terima kasih. Soalan %(key)s didapati salah. %(answer)s", **facts)
        else:
            said = gettext("Soalan %(key)s telah disemak dan didapati betul. %(answer)s", **facts)
        subject = gettext("Jawapan tentang soalan %(key)s", key=row.question_key)
    return Letter(subject, f"{said}\n\n{root}/attempts/{row.attempt_id}/result")
