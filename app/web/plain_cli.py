"""Commands say in one sentence what is wrong with the database, a file or an address; no trace reaches the terminal."""

import functools
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from app.web.error_pages import database_fault


def speak_plainly(command: click.Command) -> None:
    """Let a command, and all below a group, end with a sentence where the database or the system refuses."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            speak_plainly(inner)
    if command.callback is not None:
        command.callback = plainly(command.callback)


def plainly(act: Callable[..., Any]) -> Callable[..., Any]:
    """Return the act, whose refusals by the database or the system become click's own."""

    @functools.wraps(act)
    def acting(*args: Any, **kwargs: Any) -> Any:
        try:
            return act(*args, **kwargs)
        except DBAPIError as error:
            if not database_fault(error):
                raise
            reason = " ".join(str(error.orig).split())
            raise click.ClickException(
                f"The database cannot do this now: {reason}."
                " Is it there (flask database upgrade makes it), is it running, may it be written?"
            ) from None
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise click.ClickException(
                f"The system refuses: {error.strerror or error}{place}."
            ) from None

    return acting
