"""Pages of a wrong key: put it right with its reason, see first who is affected."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.errors import DomainError
from app.quizzes import mending
from app.quizzes.correcting import affected_by, correct_key
from app.quizzes.forms import PARTS, QuestionForm
from app.quizzes.logic import OPTIONS
from app.quizzes.mending import Mended, MendRow
from app.quizzes.question_views import row_or_404
from app.quizzes.views import bp
from app.web.database import reading, transaction
from app.web.form_base import lazy
from app.web.i18n import LANGUAGES


class CorrectionForm(QuestionForm):
    """The right key with new explanations, and why."""

    why = TextAreaField(
        lazy("Sebab pembetulan"),
        description=lazy("Pegawai yang markahnya berubah akan membaca ayat ini."),
        validators=[InputRequired(lazy("Tulis sebab pembetulan.")), Length(max=1000)],
    )


@bp.route("/questions/<int:version_id>/key", methods=["GET", "POST"])
@requires(Permission.QUESTION_APPROVE)
def correct(version_id: int) -> Response | str | tuple[str, int]:
    """Put a wrong key right: first what it changes, then, when told to, do it."""
    row = row_or_404(version_id)
    if row.kind not in ("single", "multiple") or len(row.content["options"]) != len(OPTIONS):
        abort(404)
    form = CorrectionForm(data=typed(row))
    affected = None
    if form.validate_on_submit():
        said = said_in(form)
        try:
            if faults := mending.option_faults(row.kind, said):
                raise DomainError(faults[0])
            affected = affected_by(reading(), version_id=version_id, key=said.key_choice)
            if request.form.get("act") == "correct":
                return corrected(version_id, said.key_choice, said.content, str(form.why.data))
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "quizzes/correct.html", row=row, form=form, letters=OPTIONS, affected=affected
    )
    return page, 422 if form.errors or form.form_errors else 200


def corrected(version_id: int, key: str, content: Any, reason: str) -> Response:
    """Correct the key and say what follows."""
    with transaction() as session:
        correct_key(
            session,
            signed_in_actor(),
            version_id=version_id,
            key=key,
            options={option["id"]: option for option in content["options"]},
            reason=reason,
            at=now(),
        )
    flash(gettext("Kunci telah dibetulkan. Percubaan yang terlibat sedang digred semula."), "good")
    return redirect(url_for("quizzes.bank"), 303)


def typed(row: MendRow) -> dict[str, Any]:
    """Return a question as the form's fields."""
    found: dict[str, Any] = {
        f"{name}_{spoken}": row.content[name][spoken]
        for name in ("case", "ask")
        for spoken in LANGUAGES
    }
    for option in row.content["options"]:
        found[f"{option['id']}_correct"] = option["correct"]
        for part in PARTS:
            for spoken in LANGUAGES:
                found[f"{option['id']}_{part}_{spoken}"] = (option[part] or {}).get(spoken, "")
    return found


def said_in(form: QuestionForm) -> Mended:
    """Return what the form says, as it is stored."""
    data = form.data

    def both(name: str) -> dict[str, str]:
        return {spoken: " ".join((data[f"{name}_{spoken}"] or "").split()) for spoken in LANGUAGES}

    options: list[dict[str, Any]] = []
    for letter in OPTIONS:
        correct = bool(data[f"{letter}_correct"])
        misread = both(f"{letter}_misconception")
        options.append(
            {
                "id": letter,
                "correct": correct,
                "text": both(f"{letter}_text"),
                "reason": both(f"{letter}_reason"),
                "misconception": None if correct or not all(misread.values()) else misread,
            }
        )
    content = {"case": both("case"), "ask": both("ask"), "options": options}
    return Mended(content, "".join(o["id"] for o in options if o["correct"]))
