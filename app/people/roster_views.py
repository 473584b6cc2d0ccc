"""The administrator's pages: officers, their postings and roles, the tree of offices."""

from collections.abc import Callable, Iterable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.access.guard import requires, signed_in_actor
from app.access.policy import Actor, Permission, Role, may
from app.clock import local_date
from app.errors import N_, DomainError
from app.people import offices as tree
from app.people import queries, services
from app.people.forms import (
    KIND_WORDS,
    ROLE_WORDS,
    NewOfficeForm,
    NewOfficerForm,
    OfficeForm,
    OfficerForm,
    PostingForm,
    RoleForm,
)
from app.people.logic import is_top
from app.people.offices import OfficeRow
from app.people.queries import OfficerRow
from app.people.services import OfficerFacts
from app.people.views import bp
from app.web.database import reading, transaction
from app.web.form_base import Form
from app.web.incoming import asked_number, asked_page

Answer = Response | str | tuple[str, int]


@bp.app_template_global()
def role_word(role: str) -> str:
    """Return a role's name in the reader's language."""
    return str(gettext(ROLE_WORDS.get(role, N_("Pegawai"))))


@bp.app_template_global()
def names_of_officers(ids: Iterable[int | None]) -> dict[int, str]:
    """Return name and staff number of officers by id; rooms below ask for it by name, as they link to pages above."""
    return queries.officer_names(reading(), ids={found for found in ids if found is not None})


@bp.app_template_global()
def names_of_offices(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of offices by id."""
    return tree.office_names(reading(), ids={found for found in ids if found is not None})


@bp.app_template_global()
def crumbs(rows: list[OfficeRow]) -> list[tuple[str, str]]:
    """Return the way down the tree as links."""
    return [(row.name, url_for("people.offices", office=row.id)) for row in rows]


def reach() -> tuple[str, ...]:
    """Return the office paths that the administrator may manage."""
    return signed_in_actor().paths(Role.ADMINISTRATOR)


def officer_in_reach(officer_id: int) -> OfficerRow:
    """Return an officer whom the administrator may manage; abort with 404 otherwise."""
    officer = queries.officer_row(reading(), officer_id=officer_id, on=local_date(clock.now()))
    if officer is None:
        abort(404)
    if officer.office_id is not None:
        office_in_reach(officer.office_id)
    elif not any(is_top(path) for path in reach()):
        abort(404)  # who serves nowhere yet belongs to the administrator of the whole tree
    return officer


def office_in_reach(office_id: int) -> OfficeRow:
    """Return an office that the administrator may manage; abort with 404 otherwise."""
    office = tree.office_row(reading(), office_id=office_id)
    if office is None or not may(signed_in_actor(), Permission.PEOPLE_MANAGE, office.path):
        abort(404)
    return office


def office_of_code(code: str) -> OfficeRow:
    """Return the manageable office of a code. Raises DomainError (field `office_code`) for any other."""
    office = tree.office_by_code(reading(), code=code)
    if office is None or not may(signed_in_actor(), Permission.PEOPLE_MANAGE, office.path):
        raise DomainError(
            N_("Kod pejabat ini tidak ditemui. Semak dalam senarai Pejabat."), field="office_code"
        )
    return office


def attempt(form: Form, act: Callable[[Actor], str], text: str) -> Response | None:
    """Do what a valid form asks and go on; put a refusal into the form and return None otherwise."""
    try:
        target = act(signed_in_actor())
    except DomainError as error:
        form.refuse(error)
        return None
    flash(text, "good")
    return redirect(target, 303)


@bp.get("/officers")
@requires(Permission.PEOPLE_MANAGE)
def officers() -> str:
    """List officers by name."""
    page = asked_page()
    search = request.args.get("q", "").strip()[:100]
    rows, more = queries.officer_rows(
        reading(), search=search, reach=reach(), on=local_date(clock.now()), page=page
    )
    return render_template("people/officers.html", rows=rows, more=more, page=page, search=search)


@bp.route("/officers/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def new_officer() -> Answer:
    """Add an officer."""
    form = NewOfficerForm(office_code=request.args.get("office", ""))
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            office = office_of_code(form.office_code.data)
            with transaction() as session:
                officer_id = services.create_officer(
                    session, actor, facts_of(form), office_id=office.id, at=clock.now()
                )
            return url_for("people.officer", officer_id=officer_id)

        if answer := attempt(form, act, gettext("Pegawai telah ditambah.")):
            return answer
    return render_template("people/officer_form.html", form=form, officer=None), status_of(form)


def facts_of(form: OfficerForm) -> OfficerFacts:
    """Return what the form says about an officer."""
    return OfficerFacts(
        staff_number=form.staff_number.data,
        name=" ".join(form.name.data.split()),
        email=form.email.data,
        grade=form.grade.data or "",
        post=form.post.data or "",
        language=form.language.data,
        joined_on=form.joined_on.data,
    )


def status_of(form: Form) -> int:
    """Return 422 for a form with errors, else 200."""
    return 422 if form.errors or form.form_errors else 200


@bp.get("/officers/<int:officer_id>")
@requires(Permission.PEOPLE_MANAGE)
def officer(officer_id: int) -> str:
    """Show one officer: facts, postings, roles."""
    found = officer_in_reach(officer_id)
    return officer_page(found, PostingForm(), RoleForm(prefix="role"))


def officer_page(found: OfficerRow, posting: PostingForm, role: RoleForm) -> str:
    """Render one officer's page with its two forms."""
    return render_template(
        "people/officer.html",
        officer=found,
        postings=queries.posting_rows(reading(), officer_id=found.id),
        grants=queries.grant_rows(reading(), officer_id=found.id),
        posting_form=posting,
        role_form=role,
    )


@bp.route("/officers/<int:officer_id>/facts", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def edit_officer(officer_id: int) -> Answer:
    """Change what is written about an officer."""
    found = officer_in_reach(officer_id)
    form = OfficerForm(obj=found)
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            with transaction() as session:
                services.change_officer(
                    session, actor, facts_of(form), officer_id=officer_id, at=clock.now()
                )
            return url_for("people.officer", officer_id=officer_id)

        if answer := attempt(form, act, gettext("Butiran pegawai telah disimpan.")):
            return answer
    return render_template("people/officer_form.html", form=form, officer=found), status_of(form)


@bp.post("/officers/<int:officer_id>/postings")
@requires(Permission.PEOPLE_MANAGE)
def post_officer(officer_id: int) -> Answer:
    """Post an officer to another office from a day on."""
    found, form = officer_in_reach(officer_id), PostingForm()
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            office = office_of_code(form.office_code.data)
            with transaction() as session:
                services.post_officer(
                    session,
                    actor,
                    officer_id=officer_id,
                    office_id=office.id,
                    starts_on=form.starts_on.data,
                    at=clock.now(),
                )
            return url_for("people.officer", officer_id=officer_id)

        if answer := attempt(form, act, gettext("Penempatan baharu telah disimpan.")):
            return answer
    return officer_page(found, form, RoleForm(formdata=None, prefix="role")), 422


@bp.post("/officers/<int:officer_id>/roles")
@requires(Permission.ROLE_GRANT)
def grant_role(officer_id: int) -> Answer:
    """Give an officer a role."""
    found, form = officer_in_reach(officer_id), RoleForm(prefix="role")
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            office = office_of_code(form.office_code.data)
            with transaction() as session:
                services.grant_role(
                    session,
                    actor,
                    officer_id=officer_id,
                    role=Role(form.role.data),
                    office_id=office.id,
                    at=clock.now(),
                )
            return url_for("people.officer", officer_id=officer_id)

        if answer := attempt(form, act, gettext("Peranan telah diberikan.")):
            return answer
    return officer_page(found, PostingForm(formdata=None), form), 422


@bp.post("/officers/<int:officer_id>/roles/<int:grant_id>/revocation")
@requires(Permission.ROLE_GRANT)
def revoke_role(officer_id: int, grant_id: int) -> Response:
    """Take a role back."""
    officer_in_reach(officer_id)
    with transaction() as session:
        services.revoke_role(
            session, signed_in_actor(), officer_id=officer_id, grant_id=grant_id, at=clock.now()
        )
    flash(gettext("Peranan telah ditarik balik."), "good")
    return redirect(url_for("people.officer", officer_id=officer_id), 303)


@bp.post("/officers/<int:officer_id>/activity")
@requires(Permission.PEOPLE_MANAGE)
def set_active(officer_id: int) -> Response:
    """Close or open an officer's account."""
    officer_in_reach(officer_id)
    active = request.form.get("active") == "1"
    with transaction() as session:
        services.set_active(
            session, signed_in_actor(), officer_id=officer_id, active=active, at=clock.now()
        )
    flash(
        gettext("Akaun telah diaktifkan.") if active else gettext("Akaun telah dinyahaktifkan."),
        "good",
    )
    return redirect(url_for("people.officer", officer_id=officer_id), 303)


@bp.get("/office-tree")
@requires(Permission.PEOPLE_MANAGE)
def offices() -> str:
    """Show an office and those below it, or search the tree."""
    search = request.args.get("q", "").strip()[:100]
    chosen = asked_number("office")
    office = office_in_reach(chosen) if chosen else tree.top_offices(reading(), paths=reach())[0]
    on = local_date(clock.now())
    return render_template(
        "people/offices.html",
        office=office,
        above=[row for row in tree.ancestors(reading(), path=office.path) if in_reach(row.path)],
        branches=tree.branches(reading(), parent_id=office.id, on=on),
        found=tree.matching_offices(reading(), search=search, reach=reach()) if search else [],
        search=search,
        kind_words=KIND_WORDS,
    )


def in_reach(path: str) -> bool:
    """Say whether the administrator may manage the office at this path."""
    return may(signed_in_actor(), Permission.PEOPLE_MANAGE, path)


@bp.route("/office-tree/<int:parent_id>/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def new_office(parent_id: int) -> Answer:
    """Add an office below another."""
    above, form = office_in_reach(parent_id), NewOfficeForm()
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            with transaction() as session:
                office_id = services.create_office(
                    session,
                    actor,
                    code=form.code.data,
                    name=form.name.data,
                    kind=form.kind.data,
                    parent_id=above.id,
                    at=clock.now(),
                )
            return url_for("people.offices", office=office_id)

        if answer := attempt(form, act, gettext("Pejabat telah ditambah.")):
            return answer
    return render_template(
        "people/office_form.html", form=form, office=None, above=above
    ), status_of(form)


@bp.route("/office-tree/<int:office_id>/facts", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def edit_office(office_id: int) -> Answer:
    """Change an office; its code stays, because lists and mails refer to it."""
    office = office_in_reach(office_id)
    form = OfficeForm(obj=office)
    if form.validate_on_submit():

        def act(actor: Actor) -> str:
            with transaction() as session:
                services.change_office(
                    session,
                    actor,
                    office_id=office_id,
                    name=form.name.data,
                    kind=form.kind.data,
                    active=form.active.data,
                    at=clock.now(),
                )
            return url_for("people.offices", office=office_id)

        if answer := attempt(form, act, gettext("Pejabat telah disimpan.")):
            return answer
    return render_template(
        "people/office_form.html", form=form, office=office, above=None
    ), status_of(form)
