"""Commands of uniformity: measure an answer log from a file, rebuild what is shown, make the batch of the night now."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.clock import now
from app.uniformity.answer_log import LogFaultsError, read_log, read_staff, staff_of
from app.uniformity.log_measures import count, measure
from app.uniformity.nights import TakenError
from app.uniformity.services import Batch, make_batch, recount_answers
from app.web.database import database

Read = TypeVar("Read")
NEVER_RIGHT = (
    'Note: the key of question %s of rule %s is the option for "not sure", which is never right.'
    " Name another with --unsure if it is not."
)
FILE = click.Path(path_type=Path, dir_okay=False)
uniformity_cli = AppGroup("uniformity", help="How alike rules are understood: measure, recount.")


def read_file(path: Path, read: Callable[[Any], Read]) -> Read:
    """Read a CSV file; ends the command with one line for each fault."""
    try:
        data = path.read_bytes()
        return read(io.StringIO(data.decode("utf-8-sig"), newline=""))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise click.ClickException(f"{path}: line {line} is not text in UTF-8.") from None
    except LogFaultsError as faults:
        raise click.ClickException(f"{path}: {faults}") from None


@uniformity_cli.command("measure")
@click.argument("answers", type=FILE)
@click.option("--staff", type=FILE, help="CSV of office, state, staff: adds S by staff.")
@click.option(
    "--unsure",
    type=click.IntRange(min=0),
    help='The option that means "not sure, I would refer"; the highest of the file unless told.',
)
@click.option("--offices", is_flag=True, help="Measure inside each office, too.")
@click.option(
    "--coefficients", is_flag=True, help="Add limits, tests and models for analysts to the JSON."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def measure_log(
    answers: Path,
    staff: Path | None,
    unsure: int | None,
    offices: bool,
    coefficients: bool,
    as_json: bool,
) -> None:
    """Measure an answer log (CSV) for the nation and each state; needs no database.

    Columns: seq, officer, office, state, rule, question, version, option, key. An officer's first answer to the newest version of
    a question counts.
    """
    if coefficients and not as_json:
        raise click.UsageError("--coefficients are told as JSON: add --json.")
    responses = read_file(answers, read_log)
    staffed = read_file(staff, read_staff) if staff else None
    try:
        log = count(responses, unsure)
        weights = None if staffed is None else staff_of(responses, staffed)
    except LogFaultsError as faults:
        raise click.ClickException(f"{answers}: {faults}") from None
    for rule, question in log.never_right:
        click.echo(NEVER_RIGHT % (question, rule), err=True)
    found = measure(log, weights, offices=offices, coefficients=coefficients)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for scope, figures in found.items():
        click.echo(line_of(scope, figures))


def line_of(scope: str, figures: dict[str, Any]) -> str:
    """Return what is said of a rule on one line."""
    answers = sum(question["n"] for question in figures["questions"])
    if "S" not in figures:
        return f"{scope}: {answers} answers are too few to compare."
    shares = ", ".join(
        f"{figures[key]:.0%} {word}"
        for key, word in (
            ("S", "same and right"),
            ("W", "same but wrong"),
            ("U", "both refer"),
            ("D", "different"),
        )
    )
    return f"{scope}: {shares} ({answers} answers to {len(figures['questions'])} questions)"


@uniformity_cli.command("recount")
@with_appcontext
def recount() -> None:
    """Rebuild the counts from the answers, then make the batch of the night."""
    cells, wrong = recount_answers(database())
    click.echo(f"{cells} cells of counts, {wrong} of them were wrong.")
    if wrong:
        click.echo("What was released of them is replaced when ten more officers have answered.")
    click.echo(told(made()))


@uniformity_cli.command("batch")
@with_appcontext
def batch() -> None:
    """Make the batch of the night now: release what may be shown and measure it."""
    click.echo(told(made()))


def made() -> Batch:
    """Make a batch; ends the command with one line where another is at work."""
    try:
        return make_batch(database(), now())
    except TakenError:
        raise click.ClickException("Another batch is at work: try again when it is done.") from None


def told(made: Batch) -> str:
    """Return what a batch did in a sentence."""
    return (
        f"{made.released} of {made.cells} cells of offices and rules released anew;"
        f" {made.measures} measures stored."
    )


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(uniformity_cli)
