"""Commands of the room."""

from pathlib import Path

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to `flask`."""


def load_quizzes(folder: Path) -> None:
    """Load the quizzes of a folder."""
