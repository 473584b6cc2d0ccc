"""The form token of the hot path: as strong as the ordinary one, a few microseconds instead of a signed time stamp.

The session holds a random secret that only its owner's signed cookie carries; the token is an HMAC of it under a key
derived from the portal's. A page of another site can read neither. Forms of other pages keep Flask-WTF's token.
"""

import hmac

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

FIELD = "csrf_token"
SECRET = "csrf_token"  # noqa: S105  # where Flask-WTF keeps the session's secret


def token_for(secret: str) -> str:
    """Return the token that belongs to a session's secret."""
    key = f"answers:{current_app.secret_key!s}".encode()
    return hmac.digest(key, secret.encode(), "sha256").hex()


def answer_token() -> str:
    """Return this session's token for a form of the hot path."""
    generate_csrf()  # sees to it that the session has a secret
    return token_for(session[SECRET])


def token_holds() -> bool:
    """Say whether the request carries the token of its own session; the ordinary token is good too."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    sent, secret = request.form.get(FIELD, ""), session.get(SECRET)
    if secret and hmac.compare_digest(sent.encode(), token_for(secret).encode()):
        return True
    try:
        validate_csrf(sent)
    except ValidationError:
        return False
    return True
