"""Pages of the room."""

from flask import Blueprint

bp = Blueprint("audit", __name__)
