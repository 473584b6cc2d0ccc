"""Pages of one's own account: signing in and out, passwords, language."""

import secrets
from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale, gettext
from flask_login import login_user
from werkzeug.wrappers import Response

from app import clock, mail
from app.access.guard import current_actor, requires, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date
from app.errors import DomainError
from app.people import passwords, queries, services, sign_in
from app.people.forms import (
    ChangePasswordForm,
    ForgottenForm,
    LanguageForm,
    NewPasswordForm,
    SignInForm,
)
from app.people.logic import identifier_of
from app.people.login import SignedIn
from app.web.database import reading, transaction
from app.web.i18n import LANGUAGES
from app.web.marks import public
from app.web.paths import local_path

bp = Blueprint("people", __name__)


def address() -> str:
    """Return the network address of the request."""
    return request.remote_addr or "unknown"


@bp.route("/sign-in", endpoint="sign_in", methods=["GET", "POST"])
@public
def sign_in_page() -> Response | str | tuple[str, int]:
    """Ask for staff number or e-mail and password, and open a session."""
    if request.method == "GET" and current_actor():
        return redirect(local_path(request.args.get("next")))
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if form.validate_on_submit():
        try:
            if opened := _try_to_sign_in(form):
                return opened
        except DomainError as error:
            form.refuse(error)
            return render_template("people/sign_in.html", form=form), 429
        form.form_errors.append(gettext("Nombor kakitangan, e-mel atau kata laluan tidak tepat."))
    status = 422 if form.errors else 200
    return render_template("people/sign_in.html", form=form), status


def _try_to_sign_in(form: SignInForm) -> Response | None:
    at, identifier = clock.now(), identifier_of(form.identifier.data)
    keys = sign_in.throttle_keys(identifier, address())
    sign_in.check_throttle(reading(), keys=keys, at=at)
    candidate = queries.candidate_of(reading(), identifier=identifier)
    # The hash is checked outside the transaction (it takes its time), and for unknown people as well.
    right = passwords.verify_or_pretend(candidate.password_hash, form.password.data)
    with transaction() as write:
        if not right or candidate.officer_id is None:
            sign_in.refuse_session(write, identifier=identifier, address=address(), at=at)
            return None
        sign_in.open_session(
            write,
            officer_id=candidate.officer_id,
            identifier=identifier,
            password=form.password.data,
            address=address(),
            at=at,
        )
    _begin_session(candidate.officer_id)
    return redirect(local_path(form.next.data), 303)


def _begin_session(officer_id: int) -> None:
    chosen = session.get("language")
    version = queries.session_version_of(reading(), officer_id=officer_id)
    actor = queries.actor_of(
        reading(), officer_id=officer_id, session_version=version, on=local_date(clock.now())
    )
    if actor is None:
        return
    session.clear()
    session.permanent = True
    session["opened"] = session["seen"] = int(clock.now().timestamp())
    session["spoken"] = actor.language
    if chosen in LANGUAGES and chosen != actor.language:
        session["language"] = chosen
    login_user(SignedIn(actor))


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_OWN)
def sign_out() -> Response:
    """End this session."""
    with transaction() as write:
        sign_in.close_session(write, signed_in_actor(), at=clock.now())
    return _signed_out(gettext("Anda telah log keluar."))


@bp.post("/sign-out-everywhere")
@requires(Permission.ACCOUNT_OWN)
def sign_out_everywhere() -> Response:
    """End all sessions of the person, on every device."""
    actor = signed_in_actor()
    with transaction() as write:
        sign_in.close_every_session(write, actor, officer_id=actor.id, at=clock.now())
    return _signed_out(gettext("Anda telah log keluar daripada semua peranti."))


def _signed_out(text: str) -> Response:
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    flash(text, "good")
    return redirect(url_for("people.sign_in"), 303)


@bp.post("/language")
@public
def choose_language() -> Response:
    """Keep the chosen language (for ever, when signed in) and return to the same place."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if actor := current_actor():
            with transaction() as write:
                services.set_language(write, officer_id=actor.id, language=chosen)
    return redirect(local_path(request.form.get("next")), 303)


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def account() -> Response | str:
    """Show one's own account: facts, language, password, sessions."""
    actor = signed_in_actor()
    form = LanguageForm(language=actor.language)
    if form.validate_on_submit():
        with transaction() as write:
            services.set_language(write, officer_id=actor.id, language=form.language.data)
        session["language"] = form.language.data
        return redirect(url_for("people.account"), 303)
    officer = queries.officer_row(reading(), officer_id=actor.id, on=local_date(clock.now()))
    grants = queries.grant_rows(reading(), officer_id=actor.id)
    return render_template("people/account.html", officer=officer, grants=grants, form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def password() -> Response | str | tuple[str, int]:
    """Change one's own password, which signs out everywhere else."""
    actor, form = signed_in_actor(), ChangePasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(actor.id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Kata laluan telah ditukar. Peranti lain telah dilog keluar."), "good")
            return redirect(url_for("people.account"), 303)
    return render_template("people/password.html", form=form), 422 if form.errors else 200


def _change_password(officer_id: int, form: ChangePasswordForm) -> None:
    actor, at = signed_in_actor(), clock.now()
    keys = [f"account:{actor.staff_number}"]
    sign_in.check_throttle(reading(), keys=keys, at=at)
    stored = queries.password_hash_of(reading(), officer_id=officer_id)
    if not passwords.verify(stored, form.current.data):
        with transaction() as write:
            sign_in.count_failure(write, keys=keys, at=at)
        raise DomainError(gettext("Kata laluan semasa tidak tepat."), field="current")
    with transaction() as write:
        sign_in.change_password(write, actor, new=form.password.data, at=at)
    _begin_session(officer_id)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten() -> Response | str | tuple[str, int]:
    """Mail a link to choose a new password; the answer is the same for everybody."""
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            _mail_reset_link(identifier_of(form.identifier.data))
        except DomainError as error:
            form.refuse(error)
            return render_template("people/forgotten.html", form=form), 429
        return render_template("people/forgotten_sent.html")
    return render_template("people/forgotten.html", form=form), 422 if form.errors else 200


def _mail_reset_link(identifier: str) -> None:
    at, token = clock.now(), secrets.token_urlsafe(32)
    keys = [f"reset:{identifier}", f"address:{address()}"]
    sign_in.check_throttle(reading(), keys=keys, at=at)
    officer_id = queries.candidate_of(reading(), identifier=identifier).officer_id
    officer = officer_id and queries.officer_row(
        reading(), officer_id=officer_id, on=local_date(at)
    )
    with transaction() as write:
        sign_in.count_failure(write, keys=keys[:1], at=at)
        if not officer:
            return
        sign_in.request_reset(write, officer_id=officer.id, token=token, address=address(), at=at)
        with force_locale(officer.language):
            mail.send(
                write,
                recipient=officer.email,
                subject=gettext("Pilih kata laluan baharu"),
                body=render_template(
                    "people/reset_mail.txt",
                    officer=officer,
                    url=_public_url() + url_for("people.reset", token=token),
                    minutes=int(sign_in.TOKEN_LIFE / timedelta(minutes=1)),
                ),
                at=at,
            )


def _public_url() -> str:
    return str(current_app.extensions["config"].public_url)


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Response | str | tuple[str, int]:
    """Choose a new password by a mailed link, once."""
    at, form = clock.now(), NewPasswordForm()
    hashed = sign_in.token_hash(token)
    if queries.officer_by_token(reading(), token_hash=hashed, at=at) is None:
        return render_template("people/reset_spent.html"), 410
    if form.validate_on_submit():
        try:
            with transaction() as write:
                sign_in.reset_password(write, token=token, new=form.password.data, at=at)
        except DomainError as error:
            form.refuse(error)
        else:
            return _signed_out(gettext("Kata laluan baharu telah disimpan. Sila log masuk."))
    return render_template("people/reset.html", form=form), 422 if form.errors else 200
