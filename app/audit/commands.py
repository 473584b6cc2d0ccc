"""Commands of the audit: verify the chains."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.audit import queries
from app.web.database import database

audit_cli = AppGroup("audit", help="The audit: verify its chains.")


@audit_cli.command("verify")
@with_appcontext
def verify() -> None:
    """Check every event: name the first broken, missing or inserted one of each lane."""
    with database().reading() as session:
        faults, checked = queries.first_faults(
            session, key=current_app.extensions["config"].audit_key
        )
    if faults:
        raise click.ClickException("The audit does not hold: " + "; ".join(faults) + ".")
    click.echo(f"The audit holds: {checked} events verified.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(audit_cli)
