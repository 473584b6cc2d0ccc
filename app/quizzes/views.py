"""Pages of the room."""

from flask import Blueprint

from app.access.guard import requires
from app.access.policy import Permission

bp = Blueprint("quizzes", __name__)


@bp.get("/questions")
@requires(Permission.ACCOUNT_OWN)
def bank() -> str:
    """Page."""
    return ""
