"""Doors without a room: is the process alive, is it ready."""

from flask import Blueprint, Response, jsonify

from app.web.database import database
from app.web.marks import public

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Say whether the database can be read and written: 200, else 503."""
    try:
        database().check()
    except Exception:  # whatever is wrong, this node must not get requests
        response = jsonify(status="unavailable")
        response.status_code = 503
        return response
    return jsonify(status="ok")
