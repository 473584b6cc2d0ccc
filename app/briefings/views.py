"""Pages of briefings: record one as given, those given with what they changed, and the questions after one."""

import secrets

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import require, requires, signed_in_actor
from app.access.policy import Permission, smallest_group
from app.briefings import queries
from app.briefings.forms import RecordForm
from app.briefings.logic import LONGEST_AGO, Outcome, Told, told_of
from app.briefings.queries import BriefingRow
from app.briefings.services import (
    Given,
    answer_follow_up,
    ask_follow_up,
    record_briefing,
    withdraw_briefing,
)
from app.clock import local_date, now
from app.errors import N_, DomainError
from app.handbooks.queries import RuleRow, rule_texts_by_hash, rules_in_force
from app.people.offices import OfficeRow
from app.people.reach import office_or_404
from app.practice.queries import AskedRow, follow_up_row
from app.quizzes.answers import answer_said, places_of
from app.web.database import reading, transaction
from app.web.form_base import choices
from app.web.i18n import language, sentence
from app.web.paths import LARGEST_KEY

bp = Blueprint("briefings", __name__)
BAND = 5
OUTCOMES = {
    "better": N_("Lebih ramai betul selepas taklimat"),
    "worse": N_("Kurang yang betul selepas taklimat"),
    "unclear": N_("Perubahan tidak dapat dipastikan"),
}


@bp.app_template_global()
def outcome_word(word: str) -> str:
    """Return what a briefing is seen to have done, in words."""
    return gettext(OUTCOMES[word])


@bp.app_template_global()
def outcome_told(outcome: Outcome | None, office_path: str) -> Told | None:
    """Return what the reader may be told of how those present answered before and after."""
    return told_of(outcome, smallest=smallest_group(signed_in_actor(), office_path))


@bp.app_template_global()
def answered_band(answered: int) -> str:
    """Say how many answered, in steps of five: "10–14"."""
    low = answered // BAND * BAND
    return f"{low}–{low + BAND - 1}"


def office_asked(permission: Permission) -> OfficeRow:
    """Return the office of the address, or one's own."""
    own = signed_in_actor().office_id or 0
    return office_or_404(request.args.get("office", own, type=int), permission)


def rules_known() -> dict[int, RuleRow]:
    """Return the rules in force by id, in the reader's language."""
    return rules_in_force(reading(), on=local_date(now()), language=language())


def keys_asked(name: str) -> list[int]:
    """Return the keys that the address gives under a name."""
    said = (text for text in request.args.getlist(name) if text.isascii() and text.isdigit())
    return [key for key in (int(text[:11]) for text in said) if key <= LARGEST_KEY]


@bp.get("/briefings")
@requires(Permission.UNIFORMITY_OFFICE)
def index() -> str:
    """List the briefings given in an office and below."""
    office = office_asked(Permission.UNIFORMITY_OFFICE)
    return render_template(
        "briefings/index.html",
        office=office,
        rows=queries.briefings_of(reading(), path=office.path),
        rules=rules_known(),
        today=local_date(now()),
    )


@bp.route("/briefings/new", methods=["GET", "POST"])
@requires(Permission.BRIEFING_GIVE)
def new() -> Response | str | tuple[str, int]:
    """Record a briefing as given: the day, the rules, who was present."""
    office = office_asked(Permission.BRIEFING_GIVE)
    form = filled_form(office)
    if request.method == "POST" and request.form.get("all"):
        form.officers.data = [int(choice.value) for choice in form.officers.choices]
    elif form.validate_on_submit():
        try:
            with transaction() as session:
                made = record_briefing(session, signed_in_actor(), given(office, form), at=now())
            flash(
                gettext("Taklimat direkodkan. Soalan susulan menunggu mereka minggu hadapan."),
                "good",
            )
            return redirect(url_for("briefings.show", briefing_id=made), 303)
        except DomainError as error:
            form.refuse(error)
    page = render_template("briefings/new.html", form=form, office=office, today=local_date(now()))
    return page, 422 if form.errors or form.form_errors else 200


def filled_form(office: OfficeRow) -> RecordForm:
    """Return the form with what can be chosen, and on first sight with the rules of the address."""
    today = local_date(now())
    form = RecordForm()
    form.today = today
    offered = [("", "–")] + [
        (str(rule.rule_id), f"{rule.code} {rule.title}") for rule in rules_known().values()
    ]
    for field in form.rule_fields:
        field.choices = choices(offered)
    people = queries.people_of(reading(), office_id=office.id, today=today)
    form.officers.choices = choices((str(person.id), person.name) for person in people)
    if request.method == "GET":
        form.given_on.data = today
        for field, rule_id in zip(form.rule_fields, keys_asked("rule"), strict=False):
            field.data = str(rule_id)
    return form


def given(office: OfficeRow, form: RecordForm) -> Given:
    """Return the briefing that the form tells of, with the cases of the sheet it was printed from."""
    rule_ids = [int(field.data) for field in form.rule_fields if field.data]
    cases = queries.rules_of_questions(reading(), version_ids=keys_asked("case"))
    return Given(
        office_id=office.id,
        given_on=form.given_on.data,
        rule_ids=rule_ids,
        cases={rule_id: cases[rule_id] for rule_id in rule_ids if rule_id in cases},
        officer_ids=form.officers.data or [],
    )


def briefing_or_404(briefing_id: int, permission: Permission) -> BriefingRow:
    """Return a briefing in the person's reach; 404 for any other."""
    found = queries.briefing_row(reading(), briefing_id=briefing_id) or abort(404)
    require(permission, found.office_path)
    return found


@bp.get("/briefings/<int:briefing_id>")
@requires(Permission.UNIFORMITY_OFFICE)
def show(briefing_id: int) -> str:
    """Show a briefing: what was discussed, who was there, and before and after once the questions are over."""
    briefing = briefing_or_404(briefing_id, Permission.UNIFORMITY_OFFICE)
    return render_template(
        "briefings/show.html",
        briefing=briefing,
        present=queries.attendees_of(reading(), briefing_id=briefing_id),
        rules=rules_known(),
        today=local_date(now()),
        days=LONGEST_AGO.days,
    )


@bp.post("/briefings/<int:briefing_id>/withdrawal")
@requires(Permission.BRIEFING_GIVE)
def withdraw(briefing_id: int) -> Response:
    """Take back a record made by mistake."""
    briefing = briefing_or_404(briefing_id, Permission.BRIEFING_GIVE)
    try:
        with transaction() as session:
            withdraw_briefing(session, signed_in_actor(), briefing, at=now())
    except DomainError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("briefings.show", briefing_id=briefing_id), 303)
    flash(gettext("Rekod taklimat dibatalkan."), "good")
    return redirect(url_for("briefings.index", office=briefing.office_id), 303)


@bp.get("/follow-ups")
@requires(Permission.QUIZ_TAKE)
def follow_ups() -> str:
    """Show which questions wait after briefings, or thank for those answered."""
    progress = queries.follow_up_progress(
        reading(), officer_id=signed_in_actor().id, day=local_date(now())
    )
    return render_template("briefings/follow_ups.html", progress=progress, rules=rules_known())


@bp.post("/follow-ups")
@requires(Permission.QUIZ_TAKE)
def begin() -> Response:
    """Ask the next question after a briefing."""
    with transaction() as session:
        asked = ask_follow_up(session, signed_in_actor(), seed=secrets.randbits(31), at=now())
    if asked is None:
        return redirect(url_for("briefings.follow_ups"), 303)
    return redirect(url_for("briefings.follow_up", follow_up_id=asked.id), 303)


@bp.route("/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.QUIZ_TAKE)
def follow_up(follow_up_id: int) -> Response | str | tuple[str, int]:
    """Ask one question after a briefing; afterwards explain it and quote the rule."""
    actor, fault, status = signed_in_actor(), "", 200
    asked = follow_up_row(reading(), officer_id=actor.id, follow_up_id=follow_up_id) or abort(404)
    if request.method == "POST" and asked.answered_at is None:
        choice = answer_said(asked.slot.kind, dict(request.form.lists()), asked.slot.units)
        if choice:
            schedule = current_app.extensions["config"].practice_algorithm
            try:
                with transaction() as session:
                    answer_follow_up(
                        session, actor, asked, choice=choice, algorithm=schedule, at=now()
                    )
            except DomainError as error:
                return question_page(asked, sentence(error)), 409
            return redirect(url_for("briefings.follow_up", follow_up_id=follow_up_id), 303)
        fault, status = gettext("Pilih atau tulis satu jawapan dahulu."), 422
    return question_page(asked, fault), status


def question_page(asked: AskedRow, fault: str) -> str:
    """Return the page of a question after a briefing, before or after its answer."""
    slot, day = asked.slot, local_date(now())
    texts = rule_texts_by_hash(
        reading(), wanted={(slot.rule_id, slot.pinned_hash)}, language=language()
    )
    return render_template(
        "briefings/follow_up.html",
        asked=asked,
        slot=slot,
        fault=fault,
        rule=texts.get((slot.rule_id, slot.pinned_hash)),
        places=places_of(slot.choice),
        progress=queries.follow_up_progress(reading(), officer_id=signed_in_actor().id, day=day),
    )
