"""Small handbooks for tests: written into a folder, then broken on purpose."""

import re
import shutil
from pathlib import Path

from app.handbooks.folder import read_handbooks

UJI = Path(__file__).parents[1] / "content" / "handbooks" / "uji"


def copy_of_uji(folder: Path, *, sealed: bool = True) -> Path:
    """Copy the small handbook of the tests into a folder and return its path."""
    path = folder / "uji"
    shutil.copytree(UJI, path)
    if not sealed:
        edit(path / "handbook.yml", r'(sha256: ")[0-9a-f]*"', r'\1"')
    return path


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace a pattern in a file; the pattern must be there."""
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, replacement, text, flags=re.M)
    assert count, f"{pattern} is not in {path.name}"
    path.write_text(changed, encoding="utf-8")


def edit_both(path: Path, pattern: str, replacement: str, *, version: str = "2.0") -> None:
    """Replace a pattern in both languages of a version."""
    for language in ("ms", "en"):
        edit(path / version / f"{language}.md", pattern, replacement)


def faults_in(path: Path) -> list[str]:
    """Return the faults of a folder as they are printed."""
    return [str(fault) for fault in read_handbooks(path)[1]]


def line_with(path: Path, text: str) -> int:
    """Return the number of the first line that holds a text."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)
