"""Pages of the room."""

from flask import Blueprint

bp = Blueprint("quizzes", __name__)
