"""The request's database: one session for reading, kept for the request; transactions for writing."""

from contextlib import AbstractContextManager

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from app.db import Database


def database() -> Database:
    """Return the database of this application."""
    found: Database = current_app.extensions["database"]
    return found


def reading() -> Session:
    """Return the request's session for reading; it is closed when the request ends."""
    if "reading" not in g:
        g.reading = Session(database().engine, expire_on_commit=False)
    found: Session = g.reading
    return found


def transaction() -> AbstractContextManager[Session]:
    """Open a transaction for writing: `with transaction() as session:`. What was read before is read anew after it."""
    close_reading()
    return database().transaction()


def close_reading(_error: BaseException | None = None) -> None:
    """End the request's reading, so that the next look sees what was written."""
    session = g.pop("reading", None)
    if session is not None:
        session.close()


def init_app(app: Flask, found: Database) -> None:
    """Give the application its database."""
    app.extensions["database"] = found
    app.teardown_appcontext(close_reading)
