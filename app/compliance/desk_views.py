"""Pages of those who answer for others: the supervisor's desk, exports, reminders, exemptions, the director's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import requires, signed_in_actor
from app.access.policy import STATUS_ROLES, Permission, Role, may
from app.clock import local_date, now
from app.compliance import queries, tallies
from app.compliance.duties import DutyRow, Scope, Wanted, duty_page, duty_rows
from app.compliance.exporting import Sheet, as_csv, as_xlsx
from app.compliance.forms import ExemptionForm
from app.compliance.logic import WAITING, Status
from app.compliance.queries import AssignmentRow
from app.compliance.services import exempt_officer, record_export, remind, revoke_exemption
from app.compliance.tallies import Tally
from app.compliance.views import bp
from app.compliance.words import STATUS_WORDS, asked_title, letter, reason_words, status_word
from app.errors import DomainError
from app.people import offices as tree
from app.people.offices import OfficeRow
from app.people.queries import officer_row
from app.web.database import close_reading, database, reading, transaction
from app.web.i18n import moment
from app.web.incoming import asked_number, asked_page

PAGE = 50
LARGEST_LIST = 500
WAITING_WORDS = [status.value for status in WAITING]


@dataclass(frozen=True)
class Desk:
    """An office in the person's reach, what is asked of its list, and how it stands."""

    office: OfficeRow
    scope: Scope
    wanted: Wanted
    tally: Tally
    assignments: dict[int, AssignmentRow]


def office_in_reach(permission: Permission, roles: tuple[Role, ...]) -> OfficeRow:
    """Return the office of the address, or the topmost in reach; 404 for one out of reach."""
    actor = signed_in_actor()
    chosen = asked_number("office")
    if chosen is None and request.values.get("office"):
        abort(404)
    if chosen is None:
        tops = tree.top_offices(reading(), paths=actor.paths(*roles))
        return tops[0] if tops else abort(404)
    office = tree.office_row(reading(), office_id=chosen)
    if office is None or not may(actor, permission, office.path):
        abort(404)
    return office


def fresh_tallies(office: OfficeRow) -> date | None:
    """Make the old tallies at and below an office anew; where nothing can be written, return the day to count live."""
    at = now()
    written = tallies.refreshed(database(), path=office.path, at=at)
    close_reading()  # the request's reading began before them
    return None if written else local_date(at)


def desk_of(permission: Permission = Permission.OFFICE_STATUS) -> Desk:
    """Return the desk that the address asks for, its tallies made anew where they were old."""
    office = office_in_reach(permission, STATUS_ROLES)
    live_on = fresh_tallies(office)
    tally = tallies.tally_of(reading(), path=office.path, live_on=live_on)
    alone = tally.officers > LARGEST_LIST  # a whole state is not read as one list
    status = request.values.get("status", "")
    sort = request.values.get("sort", "status")
    wanted = Wanted(
        status=status if status in {*STATUS_WORDS, "waiting"} else "",
        assignment_id=asked_number("assignment"),
        search=request.values.get("q", "").strip()[:100],
        sort=sort if sort in {"status", "name", "office", "due"} else "status",
    )
    return Desk(
        office=office,
        scope=Scope(path=office.path, alone=alone),
        wanted=wanted,
        tally=tally,
        assignments=queries.assignment_rows(reading(), ids=set(tally.counts), on=local_date(now())),
    )


@bp.get("/desk")
@requires(Permission.OFFICE_STATUS)
def desk() -> str:
    """Show who stands where in an office and below, and why."""
    found, today = desk_of(), local_date(now())
    page = asked_page()
    rows, count = duty_page(
        reading(), scope=found.scope, today=today, wanted=found.wanted, page=page, size=PAGE
    )
    return render_template(
        "compliance/desk.html",
        desk=found,
        rows=rows,
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE)),
        arguments={"office": found.office.id, "sort": found.wanted.sort, **found.wanted.facts()},
        late=found.tally.total(Status.OVERDUE, Status.LAPSED),
        waiting=found.tally.total(*WAITING_WORDS),
        reminded=queries.last_reminded(reading(), officer_ids={row.officer_id for row in rows}),
        exemptions=queries.exemption_rows(reading(), path=found.office.path, today=today)
        if not found.scope.alone
        else [],
        branches=tree.branches(reading(), parent_id=found.office.id, on=today),
        above=[
            row
            for row in tree.ancestors(reading(), path=found.office.path)[:-1]
            if may(signed_in_actor(), Permission.OFFICE_STATUS, row.path)
        ],
    )


@bp.get("/desk/export.<any(csv, xlsx):format_>")
@requires(Permission.OFFICE_STATUS)
def export(format_: str) -> BaseResponse:
    """Give the list of the desk, with the same filter, as CSV or XLSX."""
    found, actor, at = desk_of(), signed_in_actor(), now()
    rows = duty_rows(reading(), scope=found.scope, today=local_date(at), wanted=found.wanted)
    with transaction() as session:
        record_export(
            session,
            actor,
            kind="desk",
            format_=format_,
            rows=len(rows),
            filter_facts=told(found),
            at=at,
        )
    sheet = Sheet(
        stamp=[
            gettext("Seragam: %(office)s", office=found.office.name),
            gettext(
                "Dibuat oleh %(name)s (%(number)s) pada %(when)s",
                name=actor.name,
                number=actor.staff_number,
                when=moment(at),
            ),
            gettext(
                "Tapisan: %(filter)s", filter=", ".join(f"{k}={v}" for k, v in told(found).items())
            ),
            *([gettext("Hanya pegawai di pejabat ini sendiri.")] if found.scope.alone else []),
        ],
        headers=[
            gettext("Pegawai"),
            gettext("Nombor kakitangan"),
            gettext("Pejabat"),
            gettext("Tugasan"),
            gettext("Status"),
            gettext("Sebab"),
            gettext("Tarikh akhir"),
        ],
        rows=cells(rows, found.assignments),
    )
    name = f"seragam-{found.office.code}-{at:%Y%m%d}.{format_}"
    return attachment(sheet, format_, name)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(sheet: Sheet, format_: str, name: str) -> BaseResponse:
    """Return a sheet as a file to keep."""
    if format_ == "csv":
        kind, data = "text/csv", "".join(as_csv(sheet)).encode()
    else:
        kind, data = XLSX, as_xlsx(sheet)
    # the code of an office is free text, which a header cannot hold as it is
    return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)


def told(found: Desk) -> dict[str, str]:
    """Return the filter of a desk as it is stamped and recorded."""
    return {"office": found.office.code, **found.wanted.facts()}


def cells(rows: list[DutyRow], assignments: dict[int, AssignmentRow]) -> Iterator[list[str]]:
    """Yield the cells of a list, as the screen says them."""
    for row in rows:
        yield [
            row.officer_name,
            row.staff_number,
            row.office_name,
            asked_title(assignments[row.assignment_id]),
            status_word(row.status.value),
            reason_words(row.reason),
            row.facts.due.isoformat(),
        ]


@bp.post("/desk/reminders")
@requires(Permission.OFFICE_REMIND)
def send_reminders() -> BaseResponse:
    """Remind everybody in the filter whose duties wait, once a day each."""
    found, at = desk_of(Permission.OFFICE_REMIND), now()
    rows = duty_rows(reading(), scope=found.scope, today=local_date(at), wanted=found.wanted)
    waiting = [row for row in rows if row.status in WAITING]
    with transaction() as session:
        sent, skipped = remind(
            session,
            signed_in_actor(),
            duties=waiting,
            office_id=found.office.id,
            filter_facts=told(found),
            compose=lambda duties: letter(duties, found.assignments),
            at=at,
        )
    flash(
        gettext(
            "%(sent)s pegawai diperingatkan; %(skipped)s telah diperingatkan dalam 24 jam lalu.",
            sent=sent,
            skipped=skipped,
        ),
        "good",
    )
    arguments: dict[str, Any] = {"office": found.office.id, **found.wanted.facts()}
    return redirect(url_for("compliance.desk", **arguments), 303)


@bp.route(
    "/desk/officers/<int:officer_id>/assignments/<int:assignment_id>/exemption",
    methods=["GET", "POST"],
)
@requires(Permission.OFFICE_EXEMPT)
def exempt(officer_id: int, assignment_id: int) -> BaseResponse | str | tuple[str, int]:
    """Exempt an officer from an assignment, with a reason."""
    actor, at = signed_in_actor(), now()
    officer = officer_row(reading(), officer_id=officer_id, on=local_date(at))
    office = (
        tree.office_row(reading(), office_id=officer.office_id)
        if officer and officer.office_id
        else None
    )
    assignment = queries.assignment_rows(reading(), ids={assignment_id}, on=local_date(now())).get(
        assignment_id
    )
    if (
        officer is None
        or office is None
        or assignment is None
        or not may(actor, Permission.OFFICE_EXEMPT, office.path)
    ):
        abort(404)
    form = ExemptionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                exempt_officer(
                    session,
                    actor,
                    assignment_id=assignment_id,
                    officer_id=officer_id,
                    until=form.until.data,
                    reason=form.reason.data,
                    at=at,
                )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("%(name)s dikecualikan.", name=officer.name), "good")
            return redirect(url_for("compliance.desk", office=office.id), 303)
    page = render_template(
        "compliance/exempt.html", officer=officer, office=office, assignment=assignment, form=form
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/desk/exemptions/<int:exemption_id>/revocation")
@requires(Permission.OFFICE_EXEMPT)
def revoke(exemption_id: int) -> BaseResponse:
    """Take an exemption back."""
    found, today = desk_of(Permission.OFFICE_EXEMPT), local_date(now())
    in_reach = queries.exemption_rows(reading(), path=found.office.path, today=today)
    if exemption_id not in {row.id for row in in_reach}:
        abort(404)
    with transaction() as session:
        revoke_exemption(session, signed_in_actor(), exemption_id=exemption_id, at=now())
    flash(gettext("Pengecualian telah ditarik balik."), "good")
    return redirect(url_for("compliance.desk", office=found.office.id), 303)


@dataclass(frozen=True)
class Branch:
    """An office below the chosen one, with everything at and below it added up."""

    office: OfficeRow
    tally: Tally
    has_branches: bool


def branches_of(office: OfficeRow, live_on: date | None) -> list[Branch]:
    """Return the offices directly below one, by name, with their tallies."""
    below = tree.branches(reading(), parent_id=office.id, on=local_date(now()))
    held = tallies.tallies_by_child(reading(), path=office.path, live_on=live_on)
    return [Branch(row.office, held.get(row.office.id, Tally()), row.offices > 0) for row in below]


@bp.get("/offices")
@requires(Permission.OFFICE_COMPARE)
def offices() -> str:
    """Show the same numbers office by office, by name: never a league table."""
    office = office_in_reach(Permission.OFFICE_COMPARE, (Role.DIRECTOR, Role.AUDITOR))
    live_on = fresh_tallies(office)
    tally = tallies.tally_of(reading(), path=office.path, live_on=live_on)
    return render_template(
        "compliance/offices.html",
        office=office,
        tally=tally,
        own=tallies.tally_of(reading(), path=office.path, alone=True, live_on=live_on),
        branches=branches_of(office, live_on),
        assignments=queries.assignment_rows(reading(), ids=set(tally.counts), on=local_date(now())),
        late=tally.total(Status.OVERDUE, Status.LAPSED),
        waiting_words=WAITING_WORDS,
        above=[
            row
            for row in tree.ancestors(reading(), path=office.path)[:-1]
            if may(signed_in_actor(), Permission.OFFICE_COMPARE, row.path)
        ],
    )


@bp.get("/offices/export.<any(csv, xlsx):format_>")
@requires(Permission.OFFICE_COMPARE)
def export_offices(format_: str) -> BaseResponse:
    """Give the director's table as CSV or XLSX."""
    office = office_in_reach(Permission.OFFICE_COMPARE, (Role.DIRECTOR, Role.AUDITOR))
    actor, at = signed_in_actor(), now()
    branches = branches_of(office, fresh_tallies(office))
    ids = {key for branch in branches for key in branch.tally.counts}
    assignments = queries.assignment_rows(reading(), ids=ids, on=local_date(at))
    with transaction() as session:
        facts = {"office": office.code}
        record_export(
            session,
            actor,
            kind="offices",
            format_=format_,
            rows=len(branches),
            filter_facts=facts,
            at=at,
        )
    sheet = Sheet(
        stamp=[
            gettext("Seragam: %(office)s", office=office.name),
            gettext(
                "Dibuat oleh %(name)s (%(number)s) pada %(when)s",
                name=actor.name,
                number=actor.staff_number,
                when=moment(at),
            ),
        ],
        headers=[
            gettext("Pejabat"),
            gettext("Tugasan"),
            *(status_word(word) for word in STATUS_WORDS),
        ],
        rows=[
            [
                branch.office.name,
                asked_title(row),
                *(str(branch.tally.of(key, word)) for word in STATUS_WORDS),
            ]
            for branch in branches
            for key, row in assignments.items()
        ],
    )
    return attachment(sheet, format_, f"seragam-{office.code}-{at:%Y%m%d}.{format_}")


@bp.app_template_global()
def desk_crumbs(rows: list[OfficeRow]) -> list[tuple[str, str]]:
    """Return the way down to a desk as links."""
    return [(row.name, url_for("compliance.desk", office=row.id)) for row in rows]


@bp.app_template_global()
def office_crumbs(rows: list[OfficeRow]) -> list[tuple[str, str]]:
    """Return the way down the director's pages as links."""
    return [(row.name, url_for("compliance.offices", office=row.id)) for row in rows]


@bp.app_template_global()
def titles(rows: dict[int, AssignmentRow]) -> list[tuple[str, str]]:
    """Return assignments and their titles, for a select."""
    return [(str(key), asked_title(row)) for key, row in rows.items()]
