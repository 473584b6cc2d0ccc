"""Addresses: which can be ours, and where a page may send the reader on (only to this site)."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Map, UnicodeConverter

DOUBTFUL = ("\\", "\n", "\r", "\t", "\x00")


class PlainText(UnicodeConverter):
    """A part of an address without control signs: PostgreSQL refuses them, so nothing can bear such a name."""

    def __init__(self, map_: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map_, *args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


def init_app(app: Flask) -> None:
    """Answer 404 to addresses with control signs, on every page."""
    app.url_map.converters["default"] = app.url_map.converters["string"] = PlainText


def local_path(target: str | None) -> str:
    """Return a path on this site to go on to; anything else becomes the front page."""
    wanted = target or ""
    if (
        not wanted.startswith("/")
        or wanted.startswith("//")
        or any(mark in wanted for mark in DOUBTFUL)
    ):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted
