"""Addresses: which can be ours, and where a page may send the reader on (only to this site)."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

LARGEST_KEY = 2**31 - 1
DIGITS = 10


class PlainText(UnicodeConverter):
    """A part of an address without control signs: PostgreSQL refuses them, so nothing can bear such a name."""

    def __init__(self, map_: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map_, *args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class Key(IntegerConverter):
    """A number in an address that a key can have; a larger one names nothing and is not found."""

    def to_python(self, value: str) -> int:
        """Return the number. Raises ValidationError for one that no key can have."""
        known = value.isascii() and len(value) <= DIGITS  # Python reads no endless numbers
        if not known or int(value) > LARGEST_KEY:
            raise ValidationError
        return int(super().to_python(value))


def init_app(app: Flask) -> None:
    """Answer 404 to addresses with control signs or with numbers that no key can have, on every page."""
    app.url_map.converters["int"] = Key
    app.url_map.converters["default"] = app.url_map.converters["string"] = PlainText


def local_path(target: str | None) -> str:
    """Return a path on this site to go on to; anything else becomes the front page."""
    wanted = target or ""
    if (
        not wanted.startswith("/")
        or wanted.startswith("//")
        or "\\" in wanted
        or not wanted.isprintable()
    ):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted
