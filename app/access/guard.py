"""Deny by default: every endpoint is marked `@requires`, `@public` or `@checked_in_statement`, or it answers 500.

The signed session holds `_user_id` = "<officer id>.<session version>". A page loads the person once; an endpoint marked
`@checked_in_statement` reads only the cookie, because its one statement checks owner and session version itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.access.policy import Actor, Permission, may
from app.web.marks import IN_STATEMENT, MARK, PUBLIC
from app.web.paths import LARGEST_KEY

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as permitted to whom the policy grants the permission."""

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        return view

    return mark


def current_actor() -> Actor | None:
    """Return the signed-in person, or None."""
    user = current_user
    return user.actor if user and user.is_authenticated else None


def signed_in_actor() -> Actor:
    """Return the signed-in person. Aborts with 401 when there is none."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor


def session_claim() -> tuple[int, int] | None:
    """Read officer id and session version from the signed cookie alone, or None."""
    try:
        officer, version = (int(part) for part in str(session.get("_user_id", "")).split("."))
    except ValueError:
        return None
    return (officer, version) if max(officer, version) <= LARGEST_KEY else None


def require(permission: Permission, office_path: str | None = None) -> Actor:
    """Return the actor when permitted for that office; abort with 404 otherwise, never hinting that it exists."""
    actor = signed_in_actor()
    if not may(actor, permission, office_path):
        abort(404)
    return actor


def check_endpoint() -> BaseResponse | None:
    """Let the request pass, ask for sign-in, or refuse it."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return None
    mark = getattr(current_app.view_functions[endpoint], MARK, None)
    if mark in (PUBLIC, IN_STATEMENT):
        return None
    if not isinstance(mark, Permission):
        raise RuntimeError(f"endpoint {endpoint} has no access mark: add @requires(...) or @public")
    actor = current_actor()
    if actor is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if not may(actor, mark):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Put the guard in front of every endpoint and `can` into templates."""
    app.before_request(check_endpoint)

    def can(permission: str, office_path: str | None = None) -> bool:
        return may(current_actor(), Permission(permission), office_path)

    app.jinja_env.globals["can"] = can
