"""Pages of the room."""

from flask import Blueprint

from app.access.guard import requires
from app.access.policy import Permission

bp = Blueprint("compliance", __name__)


@bp.get("/")
@requires(Permission.ACCOUNT_OWN)
def home() -> str:
    """Page."""
    return ""


@bp.get("/records")
@requires(Permission.ACCOUNT_OWN)
def record() -> str:
    """Page."""
    return ""


@bp.get("/desk")
@requires(Permission.ACCOUNT_OWN)
def desk() -> str:
    """Page."""
    return ""


@bp.get("/offices")
@requires(Permission.ACCOUNT_OWN)
def offices() -> str:
    """Page."""
    return ""


@bp.get("/assignments")
@requires(Permission.ACCOUNT_OWN)
def assignments() -> str:
    """Page."""
    return ""
