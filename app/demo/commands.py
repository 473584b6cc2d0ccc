"""Commands of the room."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to `flask`."""


def load_demo(*, officers: int, only_if_empty: bool) -> None:
    """Make the demonstration department."""


def people_to_show() -> str:
    """Return the demonstration people with their passwords, for the terminal."""
    return ""
