"""Pages of questions for authors: the bank, the stale ones with what changed, the drafts, one click to say that a stale one holds."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date, now
from app.errors import N_, DomainError
from app.handbooks.logic import difference, plain_text
from app.handbooks.markdown import difference_html, to_html
from app.quizzes import bank as bank_queries
from app.quizzes import mending, queries
from app.quizzes.drafting import approve_question, discard_draft
from app.quizzes.mending import MendRow
from app.quizzes.views import bp
from app.web.database import reading, transaction
from app.web.i18n import language, sentence

KIND_WORDS = {
    "single": N_("Satu jawapan"),
    "multiple": N_("Beberapa jawapan"),
    "true_false": N_("Betul atau salah"),
    "matching": N_("Padanan"),
    "ordering": N_("Susunan langkah"),
    "form_check": N_("Semakan borang"),
    "numeric": N_("Nombor"),
    "short_answer": N_("Jawapan pendek"),
}


@bp.app_template_global()
def kind_words(kind: str) -> str:
    """Return what a kind of question is called."""
    return gettext(KIND_WORDS[kind])


@bp.get("/questions")
@requires(Permission.QUESTION_READ)
def bank() -> str:
    """Show the bank of questions of one quiz: options, pins, how often right; nobody's answers."""
    quizzes = queries.quiz_rows(reading())
    chosen = next(
        (q for q in quizzes if q.slug == request.args.get("quiz")), quizzes[0] if quizzes else None
    )
    rows = bank_queries.bank_rows(reading(), quiz=chosen, on=local_date(now())) if chosen else []
    stock = stock_on(chosen) if chosen else None
    rule = request.args.get("rule", "")
    if rule:
        rows = [row for row in rows if row.rule_code == rule]
    return render_template(
        "quizzes/bank.html", quizzes=quizzes, quiz=chosen, rows=rows, rule=rule, stock=stock
    )


def stock_on(quiz: queries.QuizRow) -> bank_queries.Stock:
    """Return what a quiz can draw from today, and where its blueprint falls short."""
    pins = queries.pins_in_force(reading(), handbook_id=quiz.handbook_id, on=local_date(now()))
    return bank_queries.stock_of(reading(), quiz=quiz, pins=pins)


@bp.get("/questions/stale")
@requires(Permission.QUESTION_READ)
def stale() -> str:
    """List the questions that are no longer asked because their rule changed, with the difference."""
    quizzes = queries.quiz_rows(reading())
    on = local_date(now())
    chosen = next((q for q in quizzes if q.slug == request.args.get("quiz")), None)
    counts = mending.stale_counts(reading(), quizzes=quizzes, on=on)
    if chosen is None:
        chosen = next((q for q in quizzes if counts[q.id]), quizzes[0] if quizzes else None)
    rows = mending.stale_rows(reading(), quiz=chosen, on=on, language=language()) if chosen else []
    return render_template(
        "quizzes/stale.html",
        quizzes=quizzes,
        counts=counts,
        quiz=chosen,
        rows=[(row, changed(row)) for row in rows],
    )


@bp.get("/questions/drafts")
@requires(Permission.QUESTION_READ)
def question_drafts() -> str:
    """List the drafts of questions that wait for another person's approval."""
    return render_template("quizzes/drafts.html", rows=bank_queries.draft_rows(reading()))


@bp.post("/questions/<int:version_id>/approval")
@requires(Permission.QUESTION_APPROVE)
def approve(version_id: int) -> Response:
    """Approve a draft that another person wrote."""
    return decided(
        lambda session: approve_question(
            session, signed_in_actor(), version_id=version_id, at=now()
        ),
        gettext("Soalan diluluskan dan akan ditanya mulai sekarang."),
    )


@bp.post("/questions/<int:version_id>/removal")
@requires(Permission.QUESTION_WRITE)
def discard(version_id: int) -> Response:
    """Put a draft away."""
    return decided(
        lambda session: discard_draft(session, signed_in_actor(), version_id=version_id, at=now()),
        gettext("Draf soalan telah dibuang."),
    )


def decided(act: Callable[[Any], object], words: str) -> Response:
    """Do an act on a draft, say how it went, and go back to the drafts."""
    try:
        with transaction() as session:
            act(session)
        flash(words, "good")
    except DomainError as error:
        flash(sentence(error), "bad")
    return redirect(url_for("quizzes.question_drafts"), 303)


def changed(row: MendRow) -> Any:
    """Return how a question's rule became what it is now, marked; the text of then when the rule is retired."""
    if row.then is None:
        return to_html(row.now.body) if row.now else ""
    if row.now is None:
        return to_html(row.then.body)
    return difference_html(difference(plain_text(row.then.body), plain_text(row.now.body)))


def row_or_404(version_id: int) -> MendRow:
    """Return a question to be mended; 404 for none or a replaced one."""
    on = local_date(now())
    found = mending.mend_row(reading(), version_id=version_id, on=on, language=language())
    return found or abort(404)


@bp.post("/questions/<int:version_id>/pin")
@requires(Permission.QUESTION_WRITE)
def repin(version_id: int) -> Response:
    """Keep that a question still holds."""
    try:
        with transaction() as session:
            mending.repin_question(session, signed_in_actor(), version_id=version_id, at=now())
        flash(
            gettext("Soalan disematkan semula dan akan ditanya lagi. Pengesahan anda direkodkan."),
            "good",
        )
    except DomainError as error:
        flash(sentence(error), "bad")
    return redirect(url_for("quizzes.stale", quiz=request.form.get("quiz", "")), 303)
