"""Pages of writing questions of every kind: a blank one, or one worded anew; both become drafts."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.errors import N_, DomainError
from app.quizzes import queries
from app.quizzes.answers import KINDS, places_of
from app.quizzes.bringing import draft_of_rule
from app.quizzes.editing import Text, blank, edited, texts_of
from app.quizzes.mending import Mended, reword_question, waiting_draft
from app.quizzes.question_views import changed, row_or_404
from app.quizzes.views import bp
from app.web.database import reading, transaction
from app.web.i18n import sentence

PARTS = {
    "case": N_("Kes"),
    "ask": N_("Soalan yang ditanya"),
    "text": N_("Teks"),
    "reason": N_("Sebab"),
    "misconception": N_("Salah tafsir di sebaliknya"),
    "unit": N_("Unit"),
    "variants": N_("Jawapan yang diterima, satu sebaris"),
    "title": N_("Tajuk borang"),
    "section": N_("Bahagian borang"),
    "label": N_("Nama medan"),
    "value": N_("Isi medan"),
}


@bp.app_template_global()
def part_words(text: Text) -> str:
    """Return what a text of a question is called, with the letter or number of what it belongs to."""
    word = gettext(PARTS[text.part])
    if not text.sign:
        return word
    numbered = "matches" in text.name or "faults" in text.name or "misreadings" in text.name
    sign = str(int(text.sign) + 1) if numbered else "ABCDEFGHIJKLMNOPQRST"[int(text.sign)]
    return f"{sign}. {word}"


@bp.route("/questions/<int:version_id>", methods=["GET", "POST"])
@requires(Permission.QUESTION_WRITE)
def edit_question(version_id: int) -> Response | str | tuple[str, int]:
    """Word a question of any kind anew, as a draft; the old wording stays for old results."""
    row, fault = row_or_404(version_id), ""
    if request.method == "GET" and (draft := waiting_draft(reading(), version_id=version_id)):
        flash(gettext("Soalan ini sudah mempunyai draf. Anda sedang mengubah draf itu."), "warn")
        return redirect(url_for("quizzes.edit_question", version_id=draft), 303)
    content, key = row.content, row.key_choice
    typed = dict(request.form.lists())
    if request.method == "POST":
        try:
            content, key = edited(row.kind, row.content, typed)
            with transaction() as session:
                reword_question(
                    session,
                    signed_in_actor(),
                    version_id=version_id,
                    said=Mended(content, key),
                    at=now(),
                )
            flash(
                gettext("Draf soalan disimpan. Soalan ditanya selepas diluluskan oleh orang lain."),
                "good",
            )
            return redirect(url_for("quizzes.question_drafts"), 303)
        except DomainError as error:
            fault = sentence(error)
    page = render_template(
        "quizzes/question_edit.html",
        row=row,
        texts=texts_of(content),
        typed={name: values[0] for name, values in typed.items() if values},
        chosen=set(typed["correct"]) if "correct" in typed else set(key),
        places=places_of(key),
        fault=fault,
        marked=changed(row),
    )
    return page, 422 if fault else 200


@bp.route("/questions/new", methods=["GET", "POST"])
@requires(Permission.QUESTION_WRITE)
def new_question() -> Response | str | tuple[str, int]:
    """Begin a question: which rule, which kind, how many options."""
    quizzes, fault = queries.quiz_rows(reading()), ""
    quiz = next((q for q in quizzes if q.slug == request.values.get("quiz")), None)
    form = request.form
    if request.method == "POST" and quiz:
        if form.get("kind") not in KINDS or not form.get("count", "").isdecimal():
            abort(422)
        try:
            made = blank(form["kind"], int(form["count"][:2]))
            with transaction() as session:
                version_id = draft_of_rule(
                    session,
                    signed_in_actor(),
                    quiz=quiz.slug,
                    rule=form.get("rule", ""),
                    kind=form["kind"],
                    made=made,
                    at=now(),
                )
            return redirect(url_for("quizzes.edit_question", version_id=version_id), 303)
        except DomainError as error:
            fault = sentence(error)
    rules = queries.rules_of(reading(), handbook_id=quiz.handbook_id) if quiz else []
    page = render_template(
        "quizzes/question_new.html",
        quizzes=quizzes,
        quiz=quiz,
        rules=rules,
        kinds=KINDS,
        fault=fault,
    )
    return page, 422 if fault else 200
