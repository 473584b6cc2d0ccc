"""Commands on the demonstration: make the department, show who can sign in."""

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.clock import now
from app.demo.cast import FEWEST_OFFICERS, table_of
from app.demo.queries import cast_here
from app.demo.services import Wanted, load_department
from app.errors import DomainError
from app.web.database import database

SEED = 1948  # the year in which the department began

demo_cli = AppGroup("demo", help="The demonstration department: make it, show who can sign in.")


@demo_cli.command("load")
@click.option(
    "--officers",
    type=click.IntRange(min=FEWEST_OFFICERS),
    default=1200,
    show_default=True,
    help="How many officers.",
)
@click.option(
    "--seed",
    default=SEED,
    show_default=True,
    help="Another seed makes another department of the same size.",
)
@click.option("--only-if-empty", is_flag=True, help="Do nothing when there are any officers.")
@with_appcontext
def load(officers: int, seed: int, only_if_empty: bool) -> None:
    """Make a department with six months of history; never in a production configuration."""
    load_demo(officers=officers, only_if_empty=only_if_empty, seed=seed)


@demo_cli.command("people")
@with_appcontext
def people() -> None:
    """Show who can sign in, with the password."""
    click.echo(people_to_show() or "There are no demonstration people here.")


def load_demo(*, officers: int, only_if_empty: bool, seed: int = SEED) -> None:
    """Make the demonstration department, unless it is there. Ends the command in a production configuration."""
    if current_app.extensions["config"].production:
        raise click.ClickException(
            "Demonstration people can never exist in a production configuration; nothing was made."
        )
    began = time.perf_counter()
    wanted = Wanted(officers, seed, now())
    try:
        loaded = load_department(
            database(),
            wanted,
            only_if_empty=only_if_empty,
            tell=lambda text: click.echo(f"  {text}"),
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    if loaded is None:
        click.echo("The department is already there; nothing was made.")
        return
    if not loaded.with_history:
        click.echo("No handbook is loaded yet: people were made, without a history.")
    told = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in loaded.rows.items() if n)
    click.echo(f"The department was made in {time.perf_counter() - began:.1f} s: {told}.")


def people_to_show() -> str:
    """Return the demonstration people with their passwords, for the terminal; empty when there are none."""
    with database().reading() as session:
        return table_of(cast_here(session))


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(demo_cli)
