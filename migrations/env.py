"""Run the migrations: the same on SQLite and PostgreSQL, one at a time even when two nodes start together."""

from alembic import context
from sqlalchemy import Connection, text

import app.acknowledgements.models
import app.audit.models
import app.briefings.models
import app.compliance.models
import app.enquiries.models
import app.handbooks.models
import app.jobs
import app.mail
import app.people.models
import app.practice.models
import app.publishing.models
import app.quality.models
import app.quizzes.models
import app.rollouts.models
import app.uniformity.models  # noqa: F401  # the tables of all rooms must be known
from app.db import Base, Database, Moment

ADVISORY_LOCK = 5_377_201


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write the portal's time type as plain SQLAlchemy, so that migrations import nothing of the app."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Migrate over one connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # a second node waits for the first one's migration however long it takes
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        context.run_migrations()


def allow_rebuilding(connection: Connection) -> None:
    """Let SQLite rebuild a table that others refer to; must be said before the transaction begins."""
    connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]


def check_references(connection: Connection) -> None:
    """Raise RuntimeError when a rebuilt table left a reference to nothing; nothing is committed then."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise RuntimeError(f"the migration would leave {len(broken)} references to nothing")


def main() -> None:
    """Open the database named by the caller and migrate it."""
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    database = Database(context.config.attributes["url"])
    try:
        with database.writing_engine.connect() as connection:
            if database.is_sqlite:
                allow_rebuilding(connection)
            run(connection)
            if database.is_sqlite:
                check_references(connection)
            connection.commit()
    finally:
        database.dispose()


main()
