"""Pages of acknowledgements: declare, and the receipt."""

import secrets

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission, may
from app.acknowledgements import queries
from app.acknowledgements.asking import Asked, asked_of, words_of
from app.acknowledgements.forms import DeclareForm
from app.acknowledgements.queries import AcknowledgementRow
from app.acknowledgements.receipt_pdf import receipt_pdf
from app.acknowledgements.services import acknowledge_version
from app.clock import local_date, now
from app.errors import N_, DomainError
from app.handbooks import queries as handbooks
from app.handbooks.queries import VersionRow
from app.people import passwords, sign_in
from app.people.queries import password_hash_of
from app.web.database import reading, transaction
from app.web.i18n import LANGUAGES, language

bp = Blueprint("acknowledgements", __name__)


@bp.route("/handbooks/<slug>/versions/<number>/acknowledgement", methods=["GET", "POST"])
@requires(Permission.ACKNOWLEDGEMENT_MAKE)
def declare(slug: str, number: str) -> BaseResponse | str | tuple[str, int]:
    """Show exactly what is declared, and keep it once the password was given again."""
    actor = signed_in_actor()
    version = handbooks.version_row(reading(), slug=slug, number=number, on=local_date(now()))
    if version is None:
        abort(404)
    renew = request.args.get("renew") == "1"
    done = queries.acknowledgement_of(reading(), officer_id=actor.id, version_id=version.id)
    if done and not (renew and local_date(done.acknowledged_at) < local_date(now())):
        return redirect(
            url_for("acknowledgements.receipt", receipt_number=done.receipt_number), 303
        )
    form = DeclareForm()
    # the words are those of the page that was shown, though the language may have been changed in another tab since
    shown_in = form.shown_in.data if form.shown_in.data in LANGUAGES else language()
    form.shown_in.data = shown_in
    asked = asked_of(
        reading(), officer_id=actor.id, version=version, language=shown_in, whole=renew
    )
    words = words_of(reading(), asked, version=version, language=shown_in)
    if form.validate_on_submit():
        try:
            receipt_number = act(version, asked, words, form, renew=renew)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Pengakuan anda telah disimpan."), "good")
            return redirect(url_for("acknowledgements.receipt", receipt_number=receipt_number), 303)
    page = render_template(
        "acknowledgements/declare.html",
        version=version,
        words=words,
        form=form,
        asked=asked,
        renew=renew,
    )
    return page, 422 if form.errors or form.form_errors else 200


def act(version: VersionRow, asked: Asked, words: str, form: DeclareForm, *, renew: bool) -> str:
    """Check the password, throttled like a sign-in, and acknowledge; return the receipt's number."""
    actor, at = signed_in_actor(), now()
    keys = [f"account:{actor.staff_number}"]
    sign_in.check_throttle(reading(), keys=keys, at=at)
    stored = password_hash_of(reading(), officer_id=actor.id)
    if not passwords.verify(stored, form.password.data):
        with transaction() as session:
            sign_in.count_failure(session, keys=keys, at=at)
        raise DomainError(N_("Kata laluan tidak tepat. Cuba lagi."), field="password")
    with transaction() as session:
        sign_in.forget_failures(session, key=keys[0])
        return acknowledge_version(
            session,
            actor,
            version=version,
            language=form.shown_in.data,
            declaration=words,
            chance=secrets.randbits(40),
            at=at,
            since_version_id=asked.since.id if asked.since else None,
            renew=renew,
        )


def visible(receipt_number: str) -> AcknowledgementRow:
    """Return a receipt to its officer, the supervisors of the office of that day and auditors; 404 to others."""
    actor = signed_in_actor()
    row = queries.by_receipt(reading(), receipt_number=receipt_number)
    if row is None:
        abort(404)
    if row.officer_id != actor.id and not may(actor, Permission.OFFICE_STATUS, row.office_path):
        abort(404)
    return row


@bp.get("/acknowledgements/<receipt_number>")
@requires(Permission.ACCOUNT_OWN)
def receipt(receipt_number: str) -> str:
    """Show a receipt."""
    return render_template("acknowledgements/receipt.html", row=visible(receipt_number))


@bp.get("/acknowledgements/<receipt_number>.pdf", endpoint="receipt_pdf")
@requires(Permission.ACCOUNT_OWN)
def receipt_pdf_file(receipt_number: str) -> Response:
    """Give a receipt as PDF."""
    row = visible(receipt_number)
    return Response(
        receipt_pdf(row),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.receipt_number}.pdf"'},
    )
