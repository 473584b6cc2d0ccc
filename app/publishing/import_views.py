"""Page that brings a Word or Markdown document into a draft: first the proposal is shown, then it is added."""

import json
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.errors import ContentError, DomainError
from app.handbooks.importing import Proposal, proposed
from app.handbooks.markdown import to_html
from app.handbooks.source import CONTROL
from app.publishing.bringing import Imported, import_rules
from app.publishing.forms import LONGEST_TEXT, ImportForm
from app.publishing.queries import DraftRow
from app.publishing.views import bp, draft_or_404, home_of
from app.web.database import transaction
from app.web.incoming import takes

MOST_RULES = 300


@bp.route("/drafts/<int:draft_id>/import", methods=["GET", "POST"])
@requires(Permission.DRAFT_WRITE)
@takes(24)
def import_document(draft_id: int) -> Response | str | tuple[str, int]:
    """Show what a document proposes; add it to the draft once the author has looked at it."""
    row = draft_or_404(draft_id)
    form = ImportForm()
    found: Proposal | None = None
    if form.validate_on_submit():
        if form.proposal.data:
            return add(row, form)
        found = read(row, form)
    shown = [(rule, to_html(rule.body)) for rule in found.rules] if found else []
    if found:
        form.proposal.data = json.dumps([facts(rule) for rule in found.rules], ensure_ascii=False)
    page = render_template("publishing/import.html", draft=row, form=form, found=found, shown=shown)
    return page, 422 if form.errors or form.form_errors else 200


def read(row: DraftRow, form: ImportForm) -> Proposal | None:
    """Return what the document proposes, or nothing with the reason at the field."""
    uploaded: Any = request.files.get(form.document.name)
    name = secure_filename(uploaded.filename or "") if uploaded else ""
    if not name:
        form.document.errors = [gettext("Pilih fail Word (.docx) atau Markdown.")]
        return None
    try:
        found = proposed(uploaded.read(), name, code=row.code)
    except ContentError as error:
        said = error.faults[0].split(": ", 1)[-1]
        form.document.errors = [gettext("Fail ini tidak dapat dibaca: %(why)s.", why=said)]
        return None
    if len(found.rules) > MOST_RULES:
        form.document.errors = [
            gettext("Fail ini mempunyai terlalu banyak peraturan. Pecahkan fail itu.")
        ]
        return None
    if long := next((rule for rule in found.rules if len(rule.body) > LONGEST_TEXT), None):
        said = gettext("Terlalu panjang. Pendekkan teks ini.")
        form.document.errors = [f"“{long.title}”: {said}"]
        return None
    return found


def facts(rule: Any) -> dict[str, str]:
    """Return what is kept of a proposed rule until the author says yes."""
    return {name: getattr(rule, name) for name in ("chapter", "title", "body", "strength")}


def imported(one: dict[str, object]) -> Imported:
    """Return a rule of a proposal. Raises ValueError or TypeError for one that no reading of a document makes."""
    values = {name: str(value) for name, value in one.items()}
    if any(CONTROL.search(value) or len(value) > LONGEST_TEXT for value in values.values()):
        raise ValueError
    return Imported(**values)


def add(row: DraftRow, form: ImportForm) -> Response | tuple[str, int]:
    """Add the proposal that was shown; what came back changed is refused."""
    try:
        rules = [imported(one) for one in json.loads(form.proposal.data)]
        with transaction() as session:
            n = import_rules(
                session,
                signed_in_actor(),
                draft_id=row.id,
                language=form.spoken.data,
                rules=rules[:MOST_RULES],
                at=now(),
            )
    except (ValueError, TypeError, AttributeError):
        form.form_errors.append(gettext("Cadangan ini tidak lengkap. Muat naik fail sekali lagi."))
    except DomainError as error:
        form.refuse(error)
    else:
        flash(
            gettext(
                "%(n)s peraturan ditambah. Lengkapkan bahasa yang satu lagi dan sumbernya.", n=n
            ),
            "good",
        )
        return home_of(row.id)
    form.proposal.data = ""
    page = render_template("publishing/import.html", draft=row, form=form, found=None, shown=[])
    return page, 422
