"""Commands of compliance: make the tallies anew, show how an office stands."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.clock import local_date, now
from app.compliance import tallies
from app.compliance.queries import assignment_rows
from app.people.offices import office_by_code
from app.web.database import database

compliance_cli = AppGroup("compliance", help="Compliance: tallies, and how an office stands.")


@compliance_cli.command("retally")
@with_appcontext
def retally() -> None:
    """Make the tallies of all offices anew where they are old."""
    click.echo(f"{tallies.refresh(database(), path='/', at=now())} offices were tallied anew.")


@compliance_cli.command("status")
@click.argument("office_code")
@with_appcontext
def status(office_code: str) -> None:
    """Show how an office and those below it stand, assignment by assignment."""
    with database().reading() as session:
        office = office_by_code(session, code=office_code)
    if office is None:
        raise click.ClickException(f"There is no office with the code {office_code}.")
    tallies.refresh(database(), path=office.path, at=now())
    with database().reading() as session:
        tally = tallies.tally_of(session, path=office.path)
        rows = assignment_rows(session, ids=set(tally.counts), on=local_date(now()))
    click.echo(f"{office.name}: {tally.officers} officers")
    for key, row in rows.items():
        counts = ", ".join(f"{n} {word}" for word, n in sorted(tally.counts[key].items()))
        click.echo(f"  {row.title_en} {row.number}: {counts}".rstrip())


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(compliance_cli)
