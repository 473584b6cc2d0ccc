"""Pages of enquiries: a rule with its history and what was asked about it; the authors' list; one's own."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import require, requires, signed_in_actor
from app.access.policy import Permission, may
from app.clock import local_date, now
from app.enquiries import queries, services
from app.enquiries.forms import AnswerForm, AskForm, DeclineForm
from app.enquiries.letters import answer_letter
from app.enquiries.logic import LONGEST, MOST_OPEN, age_in_days
from app.enquiries.queries import EnquiryRow
from app.enquiries.services import ClosedError, PublicWords
from app.errors import DomainError
from app.handbooks import queries as handbooks
from app.handbooks.queries import RuleRow
from app.handbooks.rule_life import RuleLife, rule_life
from app.web.database import reading, transaction
from app.web.i18n import language
from app.web.incoming import asked_page

bp = Blueprint("enquiries", __name__)
Answer = BaseResponse | str | tuple[str, int]


@bp.route("/handbooks/<slug>/rules/<name>", methods=["GET", "POST"])
@requires(Permission.HANDBOOK_READ)
def rule(slug: str, name: str) -> Answer:
    """Show a rule with its history and its questions, and take a new question about it."""
    life = rule_life(reading(), slug=slug, name=name, language=language(), on=local_date(now()))
    if life is None:
        abort(404)
    form = AskForm()
    if form.validate_on_submit():
        try:
            ask(life, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                gettext("Pertanyaan anda telah dihantar. Jawapannya akan dihantar melalui e-mel."),
                "good",
            )
            return redirect(url_for("enquiries.rule", slug=slug, name=name), 303)
    form.version.data = form.version.data or life.version.number
    page = rule_page(life, form)
    return page, 422 if form.errors or form.form_errors else 200


def ask(life: RuleLife, form: AskForm) -> None:
    """Send the question about the version that was on the page."""
    actor = require(Permission.ENQUIRY_ASK)
    read = handbooks.version_row(
        reading(), slug=life.version.slug, number=form.version.data or "", on=local_date(now())
    )
    with transaction() as session:
        services.ask_about_rule(
            session,
            actor,
            rule_id=life.rule_id,
            version_id=(read or life.version).id,
            language=language(),
            text=form.text.data,
            at=now(),
        )


def rule_page(life: RuleLife, form: AskForm) -> str:
    """Render a rule's page."""
    on, actor = local_date(now()), signed_in_actor()
    sees_askers = may(actor, Permission.ENQUIRY_ANSWER)
    return render_template(
        "enquiries/rule.html",
        life=life,
        rule=life.text,
        version=life.version,
        today=on,
        upcoming=life.upcoming(on),
        answers=queries.public_answers(reading(), rule_id=life.rule_id, language=language()),
        own=queries.own_waiting(
            reading(), officer_id=actor.id, rule_id=life.rule_id, language=language()
        ),
        asked=queries.asked_about(reading(), rule_id=life.rule_id, language=language())
        if sees_askers
        else [],
        form=form,
        most=LONGEST,
    )


@bp.get("/enquiries")
@requires(Permission.ENQUIRY_ANSWER)
def inbox() -> str:
    """List what waits for an answer, oldest first, and what was answered."""
    done = queries.count_closed(reading())
    pages = max(1, -(-done // queries.PAGE))
    page = min(asked_page(), pages)
    return render_template(
        "enquiries/inbox.html",
        waiting=queries.waiting(reading(), language=language()),
        count=queries.count_waiting(reading()),
        done=done,
        closed=queries.closed(reading(), language=language(), page=page),
        page=page,
        pages=pages,
    )


@bp.get("/enquiries/mine")
@requires(Permission.ENQUIRY_ASK)
def mine() -> str:
    """List what one asked oneself, with the answers."""
    rows = queries.enquiries_of(reading(), officer_id=signed_in_actor().id, language=language())
    return render_template("enquiries/mine.html", rows=rows, most=MOST_OPEN)


@bp.route("/enquiries/<int:enquiry_id>", methods=["GET", "POST"])
@requires(Permission.ENQUIRY_ANSWER)
def answer(enquiry_id: int) -> Answer:
    """Answer an enquiry in public, or its asker alone."""
    row = queries.enquiry_row(reading(), enquiry_id=enquiry_id, language=language())
    if row is None:
        abort(404)
    declining = request.method == "POST" and request.form.get("act") == "decline"
    form, refusal = AnswerForm(), DeclineForm()
    sent = refusal if declining else form
    status = 200
    if sent.validate_on_submit():
        try:
            act(enquiry_id, form, refusal, declining=declining)
        except ClosedError as error:
            sent.refuse(error)
            status = 409
        except DomainError as error:
            sent.refuse(error)
            status = 422
        else:
            flash(
                gettext("Jawapan anda telah dihantar kepada penanya.")
                if declining
                else gettext("Jawapan anda telah diterbitkan dan dihantar kepada penanya."),
                "good",
            )
            return redirect(url_for("enquiries.inbox"), 303)
    elif request.method == "POST":
        status = 422
    return answer_page(enquiry_id, form, refusal), status


def act(enquiry_id: int, form: AnswerForm, refusal: DeclineForm, *, declining: bool) -> None:
    """Write the answer and its mail in one transaction."""
    actor = signed_in_actor()
    with transaction() as session:
        if declining:
            services.decline_enquiry(
                session,
                actor,
                enquiry_id=enquiry_id,
                reason=refusal.reason.data,
                compose=answer_letter,
                at=now(),
            )
            return
        services.answer_enquiry(
            session,
            actor,
            enquiry_id=enquiry_id,
            words=PublicWords(
                form.question_ms.data,
                form.question_en.data,
                form.answer_ms.data,
                form.answer_en.data,
            ),
            compose=answer_letter,
            at=now(),
        )


def answer_page(enquiry_id: int, form: AnswerForm, refusal: DeclineForm) -> str:
    """Render an enquiry as it is now, with the rule beside it as the asker read it."""
    row = queries.enquiry_row(reading(), enquiry_id=enquiry_id, language=language())
    if row is None:
        abort(404)
    life = rule_life(
        reading(), slug=row.slug, name=row.rule_name, language=language(), on=local_date(now())
    )
    read = rule_as_read(row)
    return render_template(
        "enquiries/answer.html",
        row=row,
        read=read,
        reads_otherwise=life is not None and life.text.text_hash != read.text_hash,
        form=form,
        refusal=refusal,
        days=age_in_days(row.asked_at, now()),
    )


def rule_as_read(row: EnquiryRow) -> RuleRow:
    """Return the rule's text of the version that the asker read."""
    rules = handbooks.rule_rows(reading(), version_id=row.version_id, language=language())
    return next(found for found in rules if found.rule_id == row.rule_id)


@bp.app_template_filter("age_in_days")
def _age(asked_at: object) -> int:
    return age_in_days(asked_at, now())  # type: ignore[arg-type]  # a moment, as all rows have it
