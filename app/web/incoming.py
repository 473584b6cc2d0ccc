"""What a request may carry: numbers that a key can have, texts that every database can keep, files where a page takes them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, session
from flask_babel import gettext

from app.errors import N_
from app.web.error_pages import error_page
from app.web.paths import DIGITS, LARGEST_KEY

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_PAGE = 10_000
UNKEPT = N_(
    "Alamat ini mengandungi aksara yang tidak boleh digunakan. Buang aksara itu dan cuba lagi."
)


def asked_number(name: str, *, largest: int = LARGEST_KEY) -> int | None:
    """Return the number from 1 that the request asks for by this name, or None for anything else."""
    given = request.values.get(name, "")
    if not (given.isascii() and given.isdecimal()) or len(given) > DIGITS:
        return None
    number = int(given)
    return number if 1 <= number <= largest else None


def asked_page() -> int:
    """Return the page of a list that the address asks for, the first when it makes no sense."""
    return asked_number("page", largest=LARGEST_PAGE) or 1


def check_query() -> Response | None:
    """Refuse the one sign that PostgreSQL cannot keep, wherever it stands behind the question mark."""
    query = request.environ.get("QUERY_STRING", "")
    doubtful = "%00" in query or "\0" in query  # looked at first: reading the pairs costs
    if doubtful and any("\0" in part for pair in request.args.items(multi=True) for part in pair):
        return error_page(400, gettext(UNKEPT))
    return None


def takes(megabytes: int) -> Callable[[View], View]:
    """Mark a view to which who is signed in may send more than a form's text: so many megabytes."""

    def marked(view: View) -> View:
        view.largest = megabytes * 1024 * 1024  # type: ignore[attr-defined]
        return view

    return marked


def widen() -> None:
    """Raise the limit for a page that takes files, before anything reads what was sent; strangers keep the small one."""
    largest = getattr(current_app.view_functions.get(request.endpoint or ""), "largest", 0)
    if largest and "_user_id" in session:
        request.max_content_length = request.max_form_memory_size = largest


def init_app(app: Flask) -> None:
    """Look at every request before a page does."""
    app.before_request(check_query)
    app.before_request(widen)
