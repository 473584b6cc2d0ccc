"""Pages of the room."""

from flask import Blueprint

bp = Blueprint("acknowledgements", __name__)
