"""Commands that bring handbooks out of the database as files, and documents in as proposals."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.errors import ContentError
from app.handbooks.exporting import DIFFERS, SAME, WRITTEN, exported_files, write_file
from app.handbooks.importing import Proposal, manifest_of, markdown_of, proposed
from app.handbooks.source import parse_book
from app.web.database import database


@click.command("export")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--handbook", "slug", help="Only this handbook, by its slug.")
@click.option("--force", is_flag=True, help="Overwrite files that say something else.")
@with_appcontext
def export(folder: Path | None, slug: str | None, force: bool) -> None:
    """Write the published versions back as files, byte for byte as they were loaded or published."""
    target = folder or Path(current_app.extensions["config"].content_dir)
    with database().reading() as session:
        files, unknown = exported_files(session, slug=slug)
    if slug and not files and not unknown:
        raise click.ClickException(f"There is no handbook {slug} in the database.")
    if unknown:
        names = ", ".join(unknown)
        raise click.ClickException(
            f"handbook.yml of {names} was never kept: run `flask handbooks load` first."
        )
    try:
        done = [(file.path, write_file(target, file, force=force)) for file in files]
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written ({error.strerror}).") from error
    for path, outcome in done:
        if outcome != SAME:
            click.echo(f"{path}: {outcome}")
    counts = {
        word: sum(outcome == word for _path, outcome in done) for word in (WRITTEN, SAME, DIFFERS)
    }
    click.echo(f"{counts[WRITTEN]} written, {counts[SAME]} the same.")
    if counts[DIFFERS]:
        raise click.ClickException(
            f"{counts[DIFFERS]} files say something else and were left alone: look at them, or use --force."
        )


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--code", required=True, help="The handbook's code, such as PK.")
@click.option("--language", type=click.Choice(["ms", "en"]), default="ms", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the proposal.",
)
@click.option("--dry-run", is_flag=True, help="Show the proposal, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the proposal as JSON.")
def import_(
    file: Path, code: str, language: str, output: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Propose rules from a Word document (.docx) or plain Markdown; needs no database."""
    if not code.isalpha() or not code.isupper() or not 2 <= len(code) <= 4:
        raise click.ClickException("The code must be two to four capital letters, such as PK.")
    if output is None and not dry_run:
        raise click.ClickException(
            "Say where to write with --output FOLDER, or look first with --dry-run."
        )
    try:
        found = proposed(file.read_bytes(), file.name, code=code)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
    except ContentError as error:
        raise click.ClickException(error.faults[0]) from error
    show(found, as_json=as_json)
    if not dry_run and output is not None:
        write(found, output, code=code, language=language)


def show(found: Proposal, *, as_json: bool) -> None:
    """Print a proposal."""
    if as_json:
        facts = {
            "title": found.title,
            "rules": [vars(rule) for rule in found.rules],
            "warnings": list(found.warnings),
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    click.echo(found.title)
    chapter = ""
    for rule in found.rules:
        if rule.chapter_code != chapter:
            chapter = rule.chapter_code
            click.echo(f"{chapter} {rule.chapter}")
        begins = " ".join(rule.body.split())[:60]
        click.echo(f"  {rule.code} {rule.title} ({rule.strength}): {begins}")
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{len(found.rules)} rules proposed.")


def write(found: Proposal, output: Path, *, code: str, language: str) -> None:
    """Write a proposal as one language of a version, with a handbook.yml where there is none; all or nothing."""
    text = markdown_of(found)
    _book, faults = parse_book(text, f"{language}.md", code, {"sumber-perlu-diisi"})
    if faults:
        raise click.ClickException(f"The proposal would not be a book: {faults[0]}")
    target, manifest = output / "1.0" / f"{language}.md", output / "handbook.yml"
    if target.exists():
        raise click.ClickException(f"{target} exists already: choose another folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if not manifest.exists():
            slug = output.name.lower().replace("_", "-").replace(" ", "-")
            manifest.write_text(manifest_of(found, code=code, slug=slug), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}).") from error
    click.echo(
        f"{target} is written. Now name the sources and run `flask handbooks check {output}`."
    )
