"""Where a page may send the reader on: only to this site."""

from urllib.parse import urlsplit

DOUBTFUL = ("\\", "\n", "\r", "\t", "\x00")


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
