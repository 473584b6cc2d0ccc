"""Pages of rollouts: those in reach, begin one by lot, the plan with what it has shown so far, stop it."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import require, requires, signed_in_actor
from app.access.policy import Permission, Role, may
from app.clock import first_day, local_date, month_number, now
from app.errors import DomainError
from app.handbooks.queries import VersionRow, shelf
from app.rollouts import queries
from app.rollouts.forms import KIND_WORDS, RolloutForm
from app.rollouts.logic import draw_waves, wave_sizes
from app.rollouts.queries import PlanRow, RolloutRow, TurnRow
from app.rollouts.reports import BASELINE_MONTHS, Plan, Report, drawing_of, foretold, report_on
from app.rollouts.services import Wanted, begin_rollout, check_rollout, stop_rollout
from app.web.database import reading, transaction
from app.web.form_base import choices
from app.web.i18n import MONTHS, language, sentence

bp = Blueprint("rollouts", __name__)
READERS = (Role.DIRECTOR, Role.AUTHOR, Role.APPROVER, Role.AUDITOR)
MANAGERS = (Role.DIRECTOR, Role.AUTHOR)
MONTHS_AHEAD = 12
NEEDED = {"kind", "path", "rules", "waves", "step_months", "starts_on"}  # to look whether it can be


@bp.app_template_filter("in_month")
def in_month(month: int | date, with_year: bool = True) -> str:
    """Write a month (its number, or a day in it) as "Nov 2026"."""
    day = first_day(month) if isinstance(month, int) else month
    return (
        f"{gettext(MONTHS[day.month - 1])} {day.year}"
        if with_year
        else gettext(MONTHS[day.month - 1])
    )


@bp.app_template_global()
def rollout_kind(kind: str) -> str:
    """Return what a rollout brings in, in words."""
    return gettext(KIND_WORDS[kind])


@bp.app_template_global()
def office_turns(office_id: int, office_path: str) -> list[TurnRow]:
    """Return when an office is to be briefed by lot, as far as the reader may know; for pages of rooms below."""
    if not may(signed_in_actor(), Permission.ROLLOUT_JOIN, office_path):
        return []
    return [turn for turn in turns_below((office_path,)) if turn.office_id == office_id]


def turns_below(paths: tuple[str, ...]) -> list[TurnRow]:
    """Return the turns to come of the offices at and below the paths."""
    today = local_date(now())
    return queries.turns_to_come(reading(), paths=paths, language=language(), on=today)


def books() -> dict[int, VersionRow]:
    """Return the handbooks in force by id."""
    return {row.handbook_id: row for row in shelf(reading(), on=local_date(now()))}


@bp.get("/rollouts")
@requires(Permission.ROLLOUT_JOIN)
def index() -> str:
    """Tell a head of office when it is the office's turn; list the rollouts in reach, the newest first."""
    actor = signed_in_actor()
    return render_template(
        "rollouts/index.html",
        turns=turns_below(actor.paths(Role.SUPERVISOR)),
        supervises=bool(actor.paths(Role.SUPERVISOR)),
        rows=queries.rollout_rows(reading(), reach=actor.paths(*READERS)),
        books=books(),
        today=local_date(now()),
    )


@dataclass(frozen=True)
class Preview:
    """What a rollout would be: offices in each wave by its first month, months compared, the smallest effect likely seen."""

    offices: int
    waves: list[tuple[int, int, int]]  # number, month, offices
    first: int
    last: int
    months: int
    smallest: int | None


@bp.route("/rollouts/new", methods=["GET", "POST"])
@requires(Permission.ROLLOUT_MANAGE)
def new() -> Response | str | tuple[str, int]:
    """Begin a rollout: first show how many offices fall in each wave, then draw the lot."""
    held = list(books().values())
    slug = request.args.get("handbook")
    book = next((row for row in held if row.slug == slug), held[0] if held else None)
    form, preview = filled_form(book), None
    if book and form.is_submitted():
        form.validate()
        wanted, offices = checked(form, book)
        if wanted and not form.errors and request.form.get("confirmed") == "1":
            if made := drawn(form, wanted):
                return redirect(url_for("rollouts.show", rollout_id=made), 303)
        elif wanted and not form.errors:
            preview = preview_of(wanted, offices)
    page = render_template("rollouts/new.html", form=form, books=held, book=book, preview=preview)
    return page, 422 if form.errors or form.form_errors else 200


def checked(form: RolloutForm, book: VersionRow) -> tuple[Wanted | None, list[int]]:
    """Return what the form asks and over which offices; note all that cannot be at its fields, whatever else is wrong."""
    if not NEEDED.isdisjoint(form.errors):
        return None, []
    wanted = wanted_of(form, book)
    try:
        return wanted, check_rollout(reading(), wanted, at=now())
    except DomainError as error:
        form.refuse(error)
        if error.field != "waves":
            return None, []
    try:  # with as few waves as can be: what else is in the way?
        check_rollout(reading(), replace(wanted, waves=2), at=now())
    except DomainError as error:
        if error.field != "waves":
            form.refuse(error)
    return None, []


def drawn(form: RolloutForm, wanted: Wanted) -> int | None:
    """Draw the lot and return the rollout, or None with the refusal on the form."""
    try:
        with transaction() as session:
            made = begin_rollout(
                session, signed_in_actor(), wanted, seed=secrets.randbits(31), at=now()
            )
    except DomainError as error:
        form.refuse(error)
        return None
    flash(gettext("Cabutan undi telah dibuat dan pelan disimpan."), "good")
    return made


def filled_form(book: VersionRow | None) -> RolloutForm:
    """Return the form with what this person may choose."""
    form, today = RolloutForm(), local_date(now())
    reach = signed_in_actor().paths(*MANAGERS)
    found = queries.places(reading(), reach=reach)
    form.path.choices = choices((row.path, row.name) for row in found)
    rules = (
        queries.rules_to_choose(
            reading(), handbook_id=book.handbook_id, language=language(), on=today
        )
        if book
        else []
    )
    form.rules.choices = [(rule.id, f"{rule.code} {rule.title}") for rule in rules]
    coming = [month_number(today) + n for n in range(1, MONTHS_AHEAD + 1)]
    form.starts_on.choices = choices(
        (first_day(month).isoformat(), in_month(month)) for month in coming
    )
    return form


def wanted_of(form: RolloutForm, book: VersionRow) -> Wanted:
    """Return what the form asks; 404 for an office out of reach."""
    require(Permission.ROLLOUT_MANAGE, form.path.data)
    return Wanted(
        kind=form.kind.data,
        title=str(form.title.data),
        handbook_id=book.handbook_id,
        rule_ids=tuple(form.rules.data or ()),
        path=str(form.path.data),
        waves=int(form.waves.data),
        step_months=int(form.step_months.data),
        starts_on=date.fromisoformat(form.starts_on.data),
    )


def preview_of(wanted: Wanted, offices: list[int]) -> Preview:
    """Return what the rollout would be, with the answers of the last year as a guide; no lot is drawn yet."""
    first, today = month_number(wanted.starts_on), month_number(local_date(now()))
    # whichever office falls into which wave, the sizes are the same
    plan = Plan(first, wanted.waves, wanted.step_months, draw_waves(offices, wanted.waves, 0))
    cells = queries.counts_below(
        reading(),
        path=wanted.path,
        rule_ids=wanted.rule_ids,
        first=today - BASELINE_MONTHS,
        last=today - 1,
    )
    sizes = wave_sizes(len(offices), wanted.waves)
    return Preview(
        offices=len(offices),
        waves=[(n, plan.begins(n), size) for n, size in enumerate(sizes, start=1)],
        first=first,
        last=plan.last,
        months=plan.comparable,
        smallest=foretold(plan, cells, before=today),
    )


def row_or_404(rollout_id: int) -> RolloutRow:
    """Return a rollout that the person may read."""
    reach = signed_in_actor().paths(*READERS)
    found = queries.rollout_rows(reading(), reach=reach, rollout_id=rollout_id)
    return found[0] if found else abort(404)


@bp.get("/rollouts/<int:rollout_id>")
@requires(Permission.ROLLOUT_READ)
def show(rollout_id: int) -> str:
    """Show the plan, whom to brief this month, and in words whether it helps."""
    row, today = row_or_404(rollout_id), local_date(now())
    offices = queries.plan_rows(reading(), rollout_id=row.id)
    plan = queries.plan_of(row, offices, stopped_on=stopped_on(row))
    report = report_of(row, plan, today)
    mine = [
        office for office in offices if may(signed_in_actor(), Permission.ROLLOUT_READ, office.path)
    ]
    return render_template(
        "rollouts/show.html",
        row=row,
        state=row.state(today),
        plan=plan,
        offices=mine,
        everywhere=len(mine) == len(offices),
        total=len(offices),
        turn=turn_of(plan, mine, today),
        rules=queries.rules_of(reading(), rollout_id=row.id, language=language(), on=today),
        book=books().get(row.handbook_id),
        report=report,
        drawing=drawing_of(report.points),
        manages=may(signed_in_actor(), Permission.ROLLOUT_MANAGE, row.path),
    )


def stopped_on(row: RolloutRow) -> date | None:
    """Return the day of the stop, or None."""
    at: datetime | None = row.stopped_at
    return None if at is None else local_date(at)


def report_of(row: RolloutRow, plan: Plan, today: date) -> Report:
    """Return the report on the months that are finished; reads no counts before there is one."""
    last = plan.closed(today)
    cells = (
        queries.counts_of(
            reading(), rollout_id=row.id, first=plan.first - BASELINE_MONTHS, last=last
        )
        if last >= plan.first
        else {}
    )
    return report_on(plan, cells, today=today, seed=row.seed)


@dataclass(frozen=True)
class Turn:
    """The wave whose turn it is in a month, and its offices."""

    wave: int
    month: int
    now: bool
    offices: list[PlanRow]


def turn_of(plan: Plan, offices: list[PlanRow], today: date) -> Turn | None:
    """Return the wave that begins this month, else the next one; None when all have begun or it was stopped."""
    this = month_number(today)
    coming = [wave for wave in range(1, plan.waves + 1) if plan.begins(wave) >= this]
    if not coming or plan.stopped is not None:
        return None
    wave, month = coming[0], plan.begins(coming[0])
    return Turn(wave, month, month == this, [row for row in offices if row.wave == wave])


@bp.post("/rollouts/<int:rollout_id>/stop")
@requires(Permission.ROLLOUT_MANAGE)
def stop(rollout_id: int) -> Response:
    """Stop a rollout; what was seen stays."""
    row = row_or_404(rollout_id)
    require(Permission.ROLLOUT_MANAGE, row.path)
    try:
        with transaction() as session:
            stop_rollout(session, signed_in_actor(), rollout_id=row.id, at=now())
        flash(
            gettext("Taklimat berperingkat telah dihentikan. Bulan yang sudah dibandingkan kekal."),
            "good",
        )
    except DomainError as error:
        flash(sentence(error), "bad")
    return redirect(url_for("rollouts.show", rollout_id=row.id), 303)
