"""The marks that say who may reach an endpoint; `access.guard` reads them, doors without a room use `public`."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
MARK = "_access"
PUBLIC = "public"
IN_STATEMENT = "in statement"


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    setattr(view, MARK, PUBLIC)
    return view


def checked_in_statement(view: View) -> View:
    """Mark a view whose single SQL statement checks the person, the owner and the session version."""
    setattr(view, MARK, IN_STATEMENT)
    return view
