"""The page of targets: what rules should reach, since when, and setting it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import require, requires, signed_in_actor
from app.access.policy import Permission, may
from app.clock import local_date, now
from app.errors import DomainError
from app.people.offices import top_path
from app.uniformity.forms import TargetForm
from app.uniformity.targets import set_targets, target_rows, targets_on
from app.uniformity.verdict import Targets
from app.uniformity.views import bp
from app.web.database import reading, transaction
from app.web.i18n import day


@bp.get("/uniformity/targets")
@requires(Permission.TARGET_READ)
def targets() -> str:
    """Show what rules should reach, and since when."""
    today = local_date(now())
    held = targets_on(reading(), on=today)
    return page(TargetForm(must=held.must, other=held.other, effective_on=today))


@bp.post("/uniformity/targets")
@requires(Permission.TARGET_SET)
def set_target() -> Response | tuple[str, int]:
    """Set what rules should reach from a day on."""
    require(Permission.TARGET_SET, top_path(reading()))
    form = TargetForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                set_targets(
                    session,
                    signed_in_actor(),
                    Targets(form.must.data, form.other.data),
                    effective_on=form.effective_on.data,
                    at=now(),
                )
            flash(
                gettext(
                    "Sasaran disimpan. Kesimpulan mengikutnya mulai malam %(day)s.",
                    day=day(form.effective_on.data),
                ),
                "good",
            )
            return redirect(url_for("uniformity.targets"), 303)
        except DomainError as error:
            form.refuse(error)
    return page(form), 422


def page(form: TargetForm) -> str:
    """Return the page with a form for those who may set targets for the whole department."""
    return render_template(
        "uniformity/targets.html",
        held=targets_on(reading(), on=local_date(now())),
        rows=target_rows(reading()),
        today=local_date(now()),
        form=form if may(signed_in_actor(), Permission.TARGET_SET, top_path(reading())) else None,
    )
