"""Pages of the room."""

from flask import Blueprint

bp = Blueprint("handbooks", __name__)
