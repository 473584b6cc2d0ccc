"""Pages of assignments: what is asked of whom by when; make one, see whom it concerns first, withdraw it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission, Role, may
from app.clock import local_date, now
from app.compliance import queries
from app.compliance.forms import AssignmentForm
from app.compliance.queries import AssignmentFacts, AssignmentRow
from app.compliance.services import create_assignment, withdraw_assignment
from app.compliance.views import bp
from app.errors import N_, DomainError
from app.handbooks.queries import shelf
from app.people import offices as tree
from app.people.offices import OfficeRow
from app.quizzes.queries import quiz_rows
from app.web.database import reading, transaction
from app.web.form_base import choices
from app.web.i18n import language

ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR)


def in_reach(path: str) -> bool:
    """Say whether the person may manage assignments of the office at this path."""
    return may(signed_in_actor(), Permission.ASSIGNMENT_MANAGE, path)


@bp.get("/assignments")
@requires(Permission.ASSIGNMENT_MANAGE)
def assignments() -> str:
    """List the assignments that reach into the person's offices, those in force first."""
    tops = signed_in_actor().paths(*ROLES)
    rows = [
        row
        for row in queries.assignment_rows(reading(), on=local_date(now())).values()
        if any(row.office_path.startswith(top) or top.startswith(row.office_path) for top in tops)
    ]
    return render_template(
        "compliance/assignments.html",
        rows=rows,
        mine={row.id for row in rows if in_reach(row.office_path)},
    )


@bp.route("/assignments/new", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_MANAGE)
def new_assignment() -> Response | str | tuple[str, int]:
    """Make an assignment: first show how many officers it concerns, then confirm."""
    form, concerned = filled_form(), None
    if form.validate_on_submit():
        try:
            facts = facts_of(form)
            if request.form.get("confirmed") == "1":
                with transaction() as session:
                    create_assignment(session, signed_in_actor(), facts, at=now())
                flash(gettext("Tugasan telah dibuat."), "good")
                return redirect(url_for("compliance.assignments"), 303)
            concerned = queries.officers_concerned(reading(), facts=facts, today=local_date(now()))
        except DomainError as error:
            form.refuse(error)
    page = render_template("compliance/assignment_form.html", form=form, concerned=concerned)
    return page, 422 if form.errors or form.form_errors else 200


def filled_form() -> AssignmentForm:
    """Return the form with what can be asked for."""
    form, spoken = AssignmentForm(), language()
    books = shelf(reading(), on=local_date(now()))
    form.target.choices = choices(
        [
            *(
                (
                    f"acknowledge:{row.handbook_id}",
                    gettext("Akui %(title)s", title=row.title(spoken)),
                )
                for row in books
            ),
            *(
                (f"pass_quiz:{row.id}", gettext("Lulus %(title)s", title=row.title(spoken)))
                for row in quiz_rows(reading())
            ),
        ]
    )
    return form


def office_of_code(code: str) -> OfficeRow:
    """Return an office in reach by its code. Raises DomainError (field `office_code`) for any other."""
    office = tree.office_by_code(reading(), code=code)
    if office is None or not in_reach(office.path):
        raise DomainError(
            N_("Kod pejabat ini tidak ditemui. Semak dalam senarai Pejabat."), field="office_code"
        )
    return office


def facts_of(form: AssignmentForm) -> AssignmentFacts:
    """Return what the form asks. Raises DomainError for an office out of reach or no due day."""
    if form.due_on.data is None and form.days_after_joining.data is None:
        raise DomainError(
            N_("Isi tarikh akhir, atau bilangan hari selepas mula berkhidmat."), field="due_on"
        )
    kind, _, target = form.target.data.partition(":")
    return AssignmentFacts(
        kind=kind,
        target_id=int(target),
        office_id=office_of_code(form.office_code.data).id,
        role=form.role.data or "",
        post=form.post.data or "",
        starts_on=local_date(now()),
        due_on=form.due_on.data,
        days_after_joining=form.days_after_joining.data,
        valid_days=form.valid_days.data,
        renew_month=int(form.renew_month.data) if form.renew_month.data else None,
    )


@bp.post("/assignments/<int:assignment_id>/withdrawal")
@requires(Permission.ASSIGNMENT_MANAGE)
def withdraw(assignment_id: int) -> Response:
    """Stop asking; what was done stays."""
    row: AssignmentRow | None = queries.assignment_rows(
        reading(), ids={assignment_id}, on=local_date(now())
    ).get(assignment_id)
    if row is None or not in_reach(row.office_path):
        abort(404)
    with transaction() as session:
        withdraw_assignment(session, signed_in_actor(), assignment_id=assignment_id, at=now())
    flash(gettext("Tugasan telah ditarik balik. Apa yang telah dibuat kekal."), "good")
    return redirect(url_for("compliance.assignments"), 303)
