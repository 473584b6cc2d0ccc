"""The page of a wrong key: put it right with its reason, for every kind; see first who is affected."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import now
from app.errors import N_, DomainError
from app.quizzes.answers import places_of
from app.quizzes.correcting import affected_by, correct_key
from app.quizzes.editing import edited, explanations_of
from app.quizzes.question_views import row_or_404
from app.quizzes.views import bp
from app.web.database import reading, transaction
from app.web.i18n import sentence

LONGEST_REASON = 1000


@bp.route("/questions/<int:version_id>/key", methods=["GET", "POST"])
@requires(Permission.QUESTION_APPROVE)
def correct(version_id: int) -> Response | str | tuple[str, int]:
    """Put a wrong key right: first what it changes, then, when told to, do it."""
    row, fault, affected = row_or_404(version_id), "", None
    if row.state == "draft":
        abort(404)
    typed = dict(request.form.lists())
    content, key = row.content, row.key_choice
    if request.method == "POST":
        try:
            content, key = edited(row.kind, row.content, typed)
            reason = request.form.get("why", "").strip()[:LONGEST_REASON]
            if not reason:
                raise DomainError(N_("Tulis sebab pembetulan."))
            affected = affected_by(
                reading(), version_id=version_id, kind=row.kind, content=content, key=key
            )
            if request.form.get("act") == "correct":
                with transaction() as session:
                    correct_key(
                        session,
                        signed_in_actor(),
                        version_id=version_id,
                        key=key,
                        content=content,
                        reason=reason,
                        at=now(),
                    )
                flash(
                    gettext(
                        "Kunci telah dibetulkan. Percubaan yang terlibat sedang digred semula."
                    ),
                    "good",
                )
                return redirect(url_for("quizzes.bank"), 303)
        except DomainError as error:
            fault = sentence(error)
    page = render_template(
        "quizzes/correct.html",
        row=row,
        texts=explanations_of(content),
        typed={name: values[0] for name, values in typed.items() if values},
        chosen=set(typed["correct"]) if "correct" in typed else set(key),
        places=places_of(key),
        fault=fault,
        affected=affected,
    )
    return page, 422 if fault else 200
