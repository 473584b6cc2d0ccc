"""Pages of the room."""

from flask import Blueprint

from app.access.guard import requires
from app.access.policy import Permission

bp = Blueprint("handbooks", __name__)


@bp.get("/handbooks")
@requires(Permission.ACCOUNT_OWN)
def shelf() -> str:
    """Page."""
    return ""
