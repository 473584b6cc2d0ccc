"""Commands on quizzes: check the files, pin new questions, load them, rebuild the counts."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.clock import local_date, now
from app.errors import ContentError
from app.handbooks.folder import HandbookSource, read_handbooks
from app.handbooks.source import Fault
from app.quizzes.counting import recount_all
from app.quizzes.loading import load_quiz
from app.quizzes.source import QuizSource, pin, read_quizzes, rule_faults
from app.web.database import database

quizzes_cli = AppGroup("quizzes", help="Quizzes: check, pin and load them, rebuild the counts.")
FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))
HANDBOOKS = click.option(
    "--handbooks",
    type=click.Path(path_type=Path),
    help="Folder of the handbooks, if not the settings'.",
)


def quizzes_dir(folder: Path | None) -> Path:
    """Return the folder asked for, or the one of the settings."""
    return folder or Path(current_app.extensions["config"].quizzes_dir)


def handbook_sources(folder: Path | None) -> list[HandbookSource]:
    """Read the handbooks that questions are pinned to; their own faults are for `flask handbooks check`."""
    return read_handbooks(folder or Path(current_app.extensions["config"].content_dir))[0]


def refuse(faults: list[Fault]) -> None:
    """End the command with every fault, one a line, when there is any."""
    if not faults:
        return
    for fault in sorted(faults, key=lambda f: (f.path, f.line)):
        click.echo(fault, err=True)
    raise click.ClickException(f"{len(faults)} faults; nothing was changed.")


def faultless(
    folder: Path, handbooks: list[HandbookSource]
) -> tuple[list[QuizSource], list[Fault]]:
    """Read the quizzes of a folder; end with all faults when there is any; return them with their warnings."""
    found, faults = read_quizzes(folder)
    warnings: list[Fault] = []
    for source in found:
        wrong, doubtful = rule_faults(source, handbooks, local_date(now()))
        faults += wrong
        warnings += doubtful
    refuse(faults)
    return found, warnings


@quizzes_cli.command("check")
@FOLDER
@HANDBOOKS
@click.option("--strict", is_flag=True, help="Treat warnings as faults.")
@with_appcontext
def check(folder: Path | None, handbooks: Path | None, strict: bool) -> None:
    """Check all quiz files against the handbooks: every fault with file and line."""
    found, warnings = faultless(quizzes_dir(folder), handbook_sources(handbooks))
    refuse(warnings if strict else [])
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    for source in found:
        click.echo(f"{source.shape.slug}: {len(source.shape.questions)} questions, no fault.")


@quizzes_cli.command("pin")
@FOLDER
@HANDBOOKS
@with_appcontext
def pin_(folder: Path | None, handbooks: Path | None) -> None:
    """Pin new questions to the current wording of their rules; pins that are set stay."""
    found, faults = read_quizzes(quizzes_dir(folder))
    refuse(faults)
    books = handbook_sources(handbooks)
    for source in found:
        click.echo(
            f"{source.shape.slug}: {pin(source, books, local_date(now()))} questions pinned."
        )


@quizzes_cli.command("load")
@FOLDER
@HANDBOOKS
@with_appcontext
def load(folder: Path | None, handbooks: Path | None) -> None:
    """Load the quizzes: changed questions become new versions, missing ones are retired."""
    load_quizzes(quizzes_dir(folder), handbooks)


def load_quizzes(folder: Path, handbooks: Path | None = None) -> None:
    """Load the quizzes of a folder: all or nothing. Ends the command with all faults when there is any."""
    found, _warnings = faultless(folder, handbook_sources(handbooks))
    try:
        with database().transaction() as session:
            done = {s.shape.slug: load_quiz(session, s, at=now()) for s in found}
    except ContentError as error:
        raise click.ClickException("; ".join(error.faults)) from None
    for slug, counts in done.items():
        told = ", ".join(f"{n} {word}" for word, n in counts.items() if n)
        click.echo(f"{slug}: {told or 'nothing new'}.")


@quizzes_cli.command("recount")
@with_appcontext
def recount_() -> None:
    """Rebuild the counts of responses from the answers."""
    cells, wrong = recount_all(database())
    click.echo(f"{cells} cells counted, {wrong} of them were wrong.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(quizzes_cli)
