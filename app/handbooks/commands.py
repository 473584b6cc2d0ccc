"""Commands on handbooks: check the files, seal new versions, load them, list what is loaded."""

from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.clock import local_date, now
from app.errors import ContentError
from app.handbooks import queries
from app.handbooks.diff_command import diff
from app.handbooks.exchange_commands import export, import_
from app.handbooks.exporting import unfiled_versions, withdrawn_versions
from app.handbooks.folder import HandbookSource, read_handbooks
from app.handbooks.seal import seal_versions
from app.handbooks.services import load_handbook
from app.web.database import database

handbooks_cli = AppGroup("handbooks", help="Handbooks: check, seal, load and list them.")
handbooks_cli.add_command(diff)
FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))


def content_dir(folder: Path | None) -> Path:
    """Return the folder asked for, or the one of the settings."""
    return folder or Path(current_app.extensions["config"].content_dir)


def faultless(folder: Path) -> list[HandbookSource]:
    """Read the handbooks of a folder; end with every fault, one a line, when there is any."""
    found, faults = read_handbooks(folder)
    if faults:
        for fault in sorted(set(map(str, faults))):
            click.echo(fault, err=True)
        raise click.ClickException(f"{len(set(map(str, faults)))} faults; nothing was changed.")
    return found


@handbooks_cli.command("check")
@FOLDER
@with_appcontext
def check(folder: Path | None) -> None:
    """Check the files of all handbooks, or of one: every fault with file and line."""
    found = faultless(content_dir(folder))
    for handbook in found:
        newest = handbook.versions[-1]
        click.echo(
            f"{handbook.shape.slug}: {len(handbook.versions)} versions, {len(newest.books['ms'].rules)} rules, no fault."
        )


@handbooks_cli.command("seal")
@FOLDER
@with_appcontext
def seal(folder: Path | None) -> None:
    """Write the hash of each new version into handbook.yml, so that a later edit shows."""
    for handbook in faultless(content_dir(folder)):
        for number in seal_versions(handbook):
            click.echo(f"{handbook.shape.slug} {number} is sealed.")


@handbooks_cli.command("load")
@FOLDER
@with_appcontext
def load(folder: Path | None) -> None:
    """Load new versions into the database; published ones are never changed."""
    load_handbooks(content_dir(folder))


def load_handbooks(folder: Path) -> None:
    """Load the handbooks of a folder: all or nothing. Ends the command with all faults when there is any."""
    found = faultless(folder)
    try:
        with database().transaction() as session:
            added = {h.shape.slug: load_handbook(session, h, at=now()) for h in found}
            lacking = {h.shape.slug: unfiled(session, h) for h in found}
            withdrawn = {h.shape.slug: named_withdrawn(session, h) for h in found}
    except ContentError as error:
        raise click.ClickException("; ".join(error.faults)) from None
    for slug, numbers in added.items():
        click.echo(f"{slug}: {'loaded ' + ', '.join(numbers) if numbers else 'nothing new'}.")
        if lacking[slug]:
            click.echo(
                f"{slug}: the database has versions that these files lack ({', '.join(lacking[slug])}):"
                " run `flask handbooks export`.",
                err=True,
            )
        if withdrawn[slug]:
            click.echo(
                f"{slug}: these files name versions that were withdrawn ({', '.join(withdrawn[slug])}):"
                " delete their folders and run `flask handbooks export --force`.",
                err=True,
            )


def unfiled(session: Any, handbook: HandbookSource) -> list[str]:
    """Return the versions of a handbook that stand in the database only."""
    return unfiled_versions(session, slug=handbook.shape.slug, filed=numbers_in(handbook))


def named_withdrawn(session: Any, handbook: HandbookSource) -> list[str]:
    """Return the versions that the files name and that were withdrawn before their day."""
    return withdrawn_versions(session, slug=handbook.shape.slug, filed=numbers_in(handbook))


def numbers_in(handbook: HandbookSource) -> list[str]:
    """Return the numbers of the versions in the files."""
    return [version.shape.number for version in handbook.versions]


@handbooks_cli.command("list")
@with_appcontext
def list_() -> None:
    """List the versions in the database, the current ones marked."""
    with database().reading() as session:
        for current in queries.shelf(session, on=local_date(now())):
            for row in queries.versions_of(session, slug=current.slug, on=local_date(now())):
                mark = "current" if row.is_current else ""
                click.echo(
                    f"{row.slug} {row.number} {row.effective_on} {row.content_hash[:12]} {mark}".rstrip()
                )


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    handbooks_cli.add_command(export)
    handbooks_cli.add_command(import_)
    app.cli.add_command(handbooks_cli)
