"""The administrator's page of an officer's standing accommodation."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.people.accommodations import grant_accommodation
from app.people.forms import AccommodationForm
from app.people.queries import AccommodationRow, accommodation_of
from app.people.roster_views import officer_in_reach
from app.people.views import bp
from app.web.database import reading, transaction


@bp.route("/officers/<int:officer_id>/accommodation", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def accommodation(officer_id: int) -> Response | str | tuple[str, int]:
    """Show and change what stands for an officer; it follows the officer to every quiz."""
    officer = officer_in_reach(officer_id)
    form = AccommodationForm(obj=accommodation_of(reading(), officer_id=officer_id))
    if form.validate_on_submit():
        needs = AccommodationRow(
            int(form.extra_time.data or 0), bool(form.large_print.data), bool(form.reader.data)
        )
        with transaction() as session:
            grant_accommodation(
                session, signed_in_actor(), officer_id=officer_id, needs=needs, at=now()
            )
        flash(
            gettext("Kemudahan disimpan dan terpakai bagi kuiz yang dimulakan selepas ini."), "good"
        )
        return redirect(url_for("people.officer", officer_id=officer_id), 303)
    page = render_template("people/accommodation.html", officer=officer, form=form)
    return page, 422 if form.errors else 200
