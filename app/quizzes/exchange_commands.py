"""Commands that bring questions in from other systems and hand them out."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.clock import now
from app.errors import DomainError
from app.exchange import aiken, gift, moodle_xml, qti
from app.exchange.items import Item, Reading, Refusal
from app.quizzes.bringing import bring_in, rows_to_carry
from app.quizzes.carrying import Carried, UnfitError, from_item, to_item
from app.quizzes.commands import quizzes_cli
from app.web.database import database

FORMATS: dict[str, Any] = {"gift": gift, "aiken": aiken, "moodle-xml": moodle_xml, "qti": qti}
RULE = re.compile(r"\b[A-Z]{2,4}-\d+\.\d+\b")
FORMAT = click.option(
    "--format", "form", required=True, type=click.Choice(list(FORMATS)), help="Format of the file."
)
LANGUAGE = click.option(
    "--language",
    type=click.Choice(["ms", "en"]),
    default="ms",
    show_default=True,
    help="Language of its texts.",
)


@quizzes_cli.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@FORMAT
@LANGUAGE
@click.option("--quiz", help="Slug of the quiz that gets the drafts; needed unless --dry-run.")
@click.option("--rule", help="Rule of questions that name none in their id, category or tags.")
@click.option("--dry-run", is_flag=True, help="Only say what would come in; needs no database.")
@click.option("--skip-refused", is_flag=True, help="Bring in the rest when some are refused.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def import_(
    file: Path,
    form: str,
    language: str,
    quiz: str | None,
    rule: str | None,
    dry_run: bool,
    skip_refused: bool,
    as_json: bool,
) -> None:
    """Bring questions in as drafts, to be completed and approved by people; all or nothing."""
    reading = read_file(file, form)
    fit, refused, warnings = carried(reading, language)
    done = dry_run or not refused or skip_refused
    if not dry_run and done and fit:
        refused += write_drafts(fit, quiz, rule, skip_refused)
        done = not refused or skip_refused
    kept = [item for item, _draft in fit] if done else []
    tell(kept, refused, warnings, as_json=as_json, dry_run=dry_run)
    if not dry_run and (not kept or (refused and not skip_refused)):
        raise click.exceptions.Exit(1)


def read_file(file: Path, form: str) -> Reading:
    """Read a file; ends the command with one line when it cannot be opened."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    reading: Reading = FORMATS[form].read(data)
    if not reading.items and not reading.refused:
        return Reading(
            (), (), (Refusal(1, "", f"there is no question in this file; is it {form}?"),)
        )
    return reading


def carried(
    reading: Reading, language: str
) -> tuple[list[tuple[Item, Carried]], list[Refusal], list[Refusal]]:
    """Return the items that the bank can hold with their drafts, refusals and warnings, in the order of lines."""
    fit, refused, warnings = [], list(reading.refused), list(reading.warnings)
    for item in reading.items:
        name = item.name or item.stem[:60]
        try:
            draft = from_item(item, language)
        except UnfitError as fault:
            refused.append(Refusal(item.line, name, str(fault)))
            continue
        fit.append((item, draft))
        warnings += [Refusal(item.line, name, f"not carried over: {left}") for left in draft.left]
    return fit, sorted(refused, key=lambda r: r.line), sorted(warnings, key=lambda r: r.line)


def write_drafts(
    fit: list[tuple[Item, Carried]], quiz: str | None, rule: str | None, skip: bool
) -> list[Refusal]:
    """Write the drafts in one transaction; return what the bank refuses. Ends the command without a quiz."""
    if not quiz:
        raise click.ClickException("name the quiz that gets the drafts: --quiz SLUG.")
    wanted = [(item, draft, rule_of(item) or rule or "") for item, draft in fit]
    try:
        with database().transaction() as session:
            return bring_in(session, wanted, quiz=quiz, skip=skip, at=now())
    except DomainError as error:
        raise click.ClickException(str(error)) from None


def rule_of(item: Item) -> str:
    """Return the rule that an item names in its id, category or tags, or nothing."""
    for text in (item.code, item.category, *item.tags):
        if found := RULE.search(text):
            return found[0]
    return ""


def tell(
    kept: list[Item],
    refused: list[Refusal],
    warnings: list[Refusal],
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Say what came in, what was refused by line, and what was not carried over."""
    by_type = Counter(item.kind for item in kept)
    if as_json:
        told = {
            "imported": len(kept),
            "by_type": dict(sorted(by_type.items())),
            "refused": [vars(refusal) for refusal in refused],
            "warnings": [vars(warning) for warning in warnings],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    word = "would come in" if dry_run else "came in as drafts"
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(by_type.items()))
    click.echo(f"{len(kept)} questions {word}{': ' + kinds if kinds else ''}.")
    for refusal in refused:
        click.echo(
            f"line {refusal.line}: {refusal.name or '(no name)'}: refused: {refusal.reason}",
            err=True,
        )
    for warning in warnings:
        click.echo(
            f"line {warning.line}: {warning.name or '(no name)'}: {warning.reason}", err=True
        )


@quizzes_cli.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@FORMAT
@LANGUAGE
@click.option("--quiz", required=True, help="Slug of the quiz whose questions go out.")
@with_appcontext
def export(file: Path, form: str, language: str, quiz: str) -> None:
    """Write the questions of a quiz for another system, in one language; says what the format cannot hold."""
    try:
        with database().reading() as session:
            rows = rows_to_carry(session, quiz=quiz)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    items, told = [], []
    for row in rows:
        try:
            item, left = to_item(row, language)
        except UnfitError as fault:
            told.append(f"{row['key']}: refused: {fault}")
            continue
        items.append(item)
        told += [f"{row['key']}: not carried over: {words}" for words in left]
    writing = FORMATS[form].write(items)
    told += [f"{refusal.name}: refused: {refusal.reason}" for refusal in writing.refused]
    told += [f"{w.name}: not carried over: {w.reason}" for w in writing.warnings]
    try:
        file.write_bytes(writing.data)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    for line in told:
        click.echo(line, err=True)
    click.echo(f"{len(items) - len(writing.refused)} questions written to {file}.")
