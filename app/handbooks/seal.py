"""Sealing: the hash of a version's text written into handbook.yml, the file's layout kept."""

from app.handbooks.folder import HandbookSource


def seal_versions(handbook: HandbookSource) -> list[str]:
    """Write the hash of every version that has none yet; return their numbers.

    The file is edited line by line, so that comments and layout stay. The caller has checked the folder.
    """
    path = handbook.folder / "handbook.yml"
    lines = path.read_text(encoding="utf-8").split("\n")
    sealed = []
    for version in handbook.versions:
        if not version.shape.sha256:
            _write(lines, version.shape.number, version.content_hash)
            sealed.append(version.shape.number)
    if sealed:
        path.write_text("\n".join(lines), encoding="utf-8")
    return sealed


def _write(lines: list[str], number: str, content_hash: str) -> None:
    start = next(
        i
        for i, line in enumerate(lines)
        if line.strip().lstrip("- ").replace("'", '"') == f'number: "{number}"'
    )
    indent = " " * (len(lines[start]) - len(lines[start].lstrip("- ")))
    for i in range(start + 1, len(lines)):
        if lines[i].strip().startswith("sha256:"):
            lines[i] = f'{indent}sha256: "{content_hash}"'
            return
        if lines[i].strip().lstrip("- ").startswith("number:") or (
            lines[i] and not lines[i].startswith(" ")
        ):
            break
    lines.insert(start + 1, f'{indent}sha256: "{content_hash}"')
