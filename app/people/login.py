"""Flask-Login for the portal: who the signed session speaks of."""

from dataclasses import dataclass

from flask import current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from app.access.guard import session_claim
from app.access.policy import Actor
from app.clock import local_date, now
from app.people import queries
from app.web.database import reading
from app.web.error_pages import error_page, wants_json

RENEW_SECONDS = 300


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Flask-Login's user: the person as facts."""

    actor: Actor

    def get_id(self) -> str:
        """Return what the session keeps: officer id and session version."""
        return f"{self.actor.id}.{self.actor.session_version}"


def load(claim: str) -> SignedIn | None:
    """Return the person of a session claim, or None when it no longer holds."""
    known = session_claim()
    if known is None or claim != f"{known[0]}.{known[1]}":
        return None
    actor = queries.actor_of(
        reading(), officer_id=known[0], session_version=known[1], on=local_date(now())
    )
    if actor is None or not still_open():
        return None
    g.language = actor.language
    return SignedIn(actor)


def still_open() -> bool:
    """Say whether the session is within its longest life; renew the signed cookie every few minutes of use.

    The cookie's own time stamp ends an idle session, so it must be signed anew while the person works.
    """
    at, hours = int(now().timestamp()), current_app.extensions["config"].session_hours
    if at - int(session.get("opened", at)) > hours * 3600:
        return False
    if at - int(session.get("seen", 0)) > RENEW_SECONDS:
        session["seen"] = at
        session.setdefault("opened", at)
    return True


def ask_to_sign_in() -> Response:
    """Send a stranger to sign-in and remember where they wanted to go."""
    if wants_json():
        return error_page(401)
    wanted = (
        request.full_path.rstrip("?") if request.method == "GET" else request.form.get("next", "")
    )
    session.pop("_user_id", None)
    return redirect(url_for("people.sign_in", next=wanted or None), 303)


def init_login(manager: LoginManager) -> None:
    """Connect Flask-Login with the people of the portal."""
    manager.user_loader(load)
    manager.unauthorized_handler(ask_to_sign_in)
