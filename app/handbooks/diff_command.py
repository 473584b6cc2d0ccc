"""`flask handbooks diff`: what changed between two Markdown files or folders, ours or anybody's."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from app.handbooks.documents import UnreadableError, pair_documents, read_documents
from app.handbooks.matching import Change, compare_sides
from app.handbooks.pairs import Side

PATH = click.Path(path_type=Path)
KINDS = ("unchanged", "edited", "moved", "split", "merged", "added", "removed")
EXCERPT = 70


@click.command("diff")
@click.argument("old_path", metavar="OLD", type=PATH)
@click.argument("new_path", metavar="NEW", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object per block.")
def diff(old_path: Path, new_path: Path, as_json: bool) -> None:
    """Compare two Markdown files or folders: what was edited, moved, split, merged, added or removed."""
    try:
        before, after = read_documents(old_path), read_documents(new_path)
        old, new = pair_documents(before, after)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from None
    for warning in [*before.warnings, *after.warnings]:
        click.echo(f"Warning: {warning}", err=True)
    changes = compare_sides(old, new)
    entries = [entry(old, new, change) for change in changes]
    if as_json:
        click.echo(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    for found in entries:
        if found["change"] != "unchanged":
            click.echo(line(found))
    counts = Counter(change.kind for change in changes)
    click.echo(", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
    if renumbered := sum(is_renumbered(old, new, change) for change in changes):
        click.echo(f"{renumbered} of the unchanged ones have another id.")


def is_renumbered(old: Side, new: Side, change: Change) -> bool:
    """Say whether only the written id of a block is another."""
    if change.kind != "unchanged":
        return False
    name = old.blocks[change.old[0]].name
    return bool(name) and name != new.blocks[change.new[0]].name


def entry(old: Side, new: Side, change: Change) -> dict[str, Any]:
    """Return a change as it is printed: ids and texts; what differs unseen, such as a link, stands behind the text."""
    were = [old.blocks[i] for i in change.old]
    are = [new.blocks[j] for j in change.new]
    old_text = "\n\n".join(block.text for block in were)
    new_text = "\n\n".join(block.text for block in are)
    if change.kind == "edited" and old_text == new_text:
        old_text = "\n\n".join([old_text, *were[0].facts])
        new_text = "\n\n".join([new_text, *are[0].facts])
    return {
        "change": change.kind,
        "moved": change.moved,
        "old": [block.ident for block in were],
        "new": [block.ident for block in are],
        "old_text": old_text,
        "new_text": new_text,
    }


def line(found: dict[str, Any]) -> str:
    """Return a change as one line for people: what, which, and how the text begins."""
    kind = found["change"]
    word = f"{kind} and moved" if found["moved"] and kind != "moved" else kind
    old, new = " + ".join(found["old"]), " + ".join(found["new"])
    which = old if old == new else " -> ".join(part for part in (old, new) if part)
    text = " ".join((found["new_text"] or found["old_text"]).split())
    shown = text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"
    return f"{word}: {which}: {shown}"
