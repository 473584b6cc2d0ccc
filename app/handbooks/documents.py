"""Markdown files and folders read for comparison: decoded, parsed, and paired old with new."""

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.handbooks.blocks import Block, read_blocks
from app.handbooks.pairs import Side

SUFFIXES = (".md", ".markdown", ".mdown", ".mdx")
RENAMED = 0.4  # part of the text that a renamed file keeps, at least


class UnreadableError(Exception):
    """An input that cannot be compared, with a sentence that says why."""


@dataclass
class Documents:
    """One side: its files by name ("" for a single file) and what was odd about them."""

    files: dict[str, list[Block]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_documents(path: Path) -> Documents:
    """Read a Markdown file, or all Markdown files of a folder.

    Raises UnreadableError when there is nothing to read.
    """
    found = Documents()
    if not path.is_dir():
        found.files[""] = _read(path, found)
        return found
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if name.lower().endswith(SUFFIXES) and file.is_file():
                found.files[file.relative_to(path).as_posix()] = _read(file, found)
    return found


def _read(path: Path, found: Documents) -> list[Block]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(f"{path} does not exist.") from None
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}).") from None
    try:
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        text = content.decode(encoding)
    except UnicodeDecodeError:
        found.warnings.append(f"{path} is not UTF-8: it was read as Latin-1.")
        text = content.decode("latin-1")
    return read_blocks(text)


def pair_documents(old: Documents, new: Documents) -> tuple[Side, Side]:
    """Return both sides as one list of blocks each, files paired by name, then by content."""
    if ("" in old.files) != ("" in new.files):
        raise UnreadableError("A file can be compared with a file, a folder with a folder.")
    partners = {name: name for name in old.files if name in new.files}
    lost = {name: blocks for name, blocks in old.files.items() if name not in partners}
    fresh = {name: blocks for name, blocks in new.files.items() if name not in old.files}
    partners.update(_renamed(lost, fresh))
    number = {name: place for place, name in enumerate(new.files)}
    named = {name: number[partner] for name, partner in partners.items()}
    gone = {name: len(number) + place for place, name in enumerate(lost)}
    order = sorted(old.files, key=lambda name: named.get(name, gone.get(name, 0)))
    one = _side({name: old.files[name] for name in order}, {**gone, **named})
    return one, _side(new.files, number)


def _side(files: dict[str, list[Block]], numbers: dict[str, int]) -> Side:
    side = Side([], [])
    for name, blocks in files.items():
        start = len(side.blocks)
        side.files.extend([numbers[name]] * len(blocks))
        side.blocks.extend(
            replace(
                block,
                ident=f"{name}#{block.ident}" if name else block.ident,
                section=block.section + start if block.section >= 0 else -1,
            )
            for block in blocks
        )
    return side


def _renamed(lost: dict[str, list[Block]], fresh: dict[str, list[Block]]) -> dict[str, str]:
    """Return which lost file became which fresh one: those that share the most text, best first."""
    prints = {name: _fingerprint(blocks) for name, blocks in fresh.items()}
    holders: dict[str, list[str]] = {}
    for name, runs in prints.items():
        for run in runs:
            holders.setdefault(run, []).append(name)
    ranked = []
    for name, blocks in lost.items():
        runs = _fingerprint(blocks)
        shared: Counter[str] = Counter()
        for run, count in runs.items():
            shared.update({other: min(count, prints[other][run]) for other in holders.get(run, ())})
        ranked += [
            (2 * count / (runs.total() + prints[other].total()), name, other)
            for other, count in shared.items()
        ]
    found: dict[str, str] = {}
    for value, name, other in sorted(ranked, reverse=True):
        if value >= RENAMED and name not in found and other not in found.values():
            found[name] = other
    return found


def _fingerprint(blocks: list[Block]) -> Counter[str]:
    """Return the runs of three words of a file, counted."""
    found: Counter[str] = Counter()
    for block in blocks:
        words = block.words
        found.update(" ".join(words[k : k + 3]) for k in range(max(1, len(words) - 2)))
    return found
