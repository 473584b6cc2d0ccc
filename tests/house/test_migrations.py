"""The house: the migrations make exactly the tables of the models, on both databases, forwards and backwards."""

import re
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.commands import alembic_config
from app.db import Base, Database


def test_there_is_one_line_of_migrations_with_serial_numbers() -> None:
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(script.get_heads()) == 1
    names = sorted(path.stem for path in Path("migrations/versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in names)


def test_models_and_migrations_say_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    assert not found, f"write a migration for {found}"


def test_the_first_migration_can_be_taken_back_and_made_again(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    database.dispose()
    with database.transaction() as session:
        if not database.is_sqlite:
            session.execute(text("SET session_replication_role = replica"))
    command.downgrade(alembic_config(url), "base")
    command.upgrade(alembic_config(url), "head")
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_lanes")) == 64
