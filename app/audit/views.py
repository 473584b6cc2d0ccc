"""The auditor's reading room: events with filters, CSV, verification. Each look and each export is itself recorded."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.audit import queries
from app.audit.forms import FilterForm
from app.audit.queries import EventRow, Filter
from app.audit.services import record
from app.web.csv_cells import safe_cell
from app.web.database import database, reading, transaction
from app.web.incoming import asked_number

bp = Blueprint("audit", __name__)
COLUMNS = ("id", "at", "act", "actor_id", "office_id", "request_id", "facts", "lane", "seq", "hash")


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def events() -> str | tuple[str, int]:
    """Show the newest events that match the filter."""
    form = FilterForm(request.args)
    valid = form.validate()
    wanted = form.wanted() if valid else Filter()
    before = asked_number("before")
    rows, more = queries.event_rows(reading(), wanted=wanted, before_id=before)
    if valid and before is None:
        _record("audit.read", filter=wanted.facts())
    page = render_template(
        "audit/events.html",
        form=form,
        rows=rows,
        chosen=wanted.facts(),
        older=rows[-1].id if more else None,
    )
    return page, 200 if valid else 422


@bp.get("/audit.csv")
@requires(Permission.AUDIT_READ)
def export() -> BaseResponse:
    """Give the matching events as CSV, stamped with who, when and the filter."""
    form = FilterForm(request.args)
    if not form.validate():
        return redirect(
            url_for("audit.events") + "?" + request.query_string.decode(errors="replace"), 303
        )
    wanted, actor, at = form.wanted(), signed_in_actor(), clock.now()
    _record("audit.exported", filter=wanted.facts())
    stamp = [
        f"Seragam audit; {actor.staff_number} {actor.name}; {at.isoformat()}; {wanted.facts()}"
    ]
    return Response(
        _csv(database(), wanted, stamp),
        mimetype="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="seragam-audit-{at:%Y%m%d-%H%M}.csv"'
        },
    )


def _csv(found: Any, wanted: Filter, stamp: list[str]) -> Iterator[str]:
    yield "\ufeff" + _line(stamp) + _line(list(COLUMNS))
    with found.reading() as session:
        for row in queries.every_event(session, wanted=wanted):
            yield _line(_cells(row))


def _cells(row: EventRow) -> list[str]:
    values = (getattr(row, name) for name in COLUMNS)
    return ["" if value is None else str(value) for value in values]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


@bp.post("/audit/verification")
@requires(Permission.AUDIT_READ)
def verify() -> BaseResponse:
    """Check every chain and say the result."""
    key = current_app.extensions["config"].audit_key
    faults, checked = queries.first_faults(reading(), key=key)
    if faults:
        flash(gettext("Rekod audit TIDAK utuh: %(faults)s", faults="; ".join(faults)), "bad")
    else:
        flash(gettext("Rekod audit utuh: %(n)s peristiwa disahkan.", n=checked), "good")
    return redirect(url_for("audit.events"), 303)


def _record(act: str, **facts: object) -> None:
    actor = signed_in_actor()
    with transaction() as session:
        record(session, act, actor_id=actor.id, office_id=actor.office_id, at=clock.now(), **facts)
