"""Commands of the room."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
