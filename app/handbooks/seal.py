"""Sealing: the hash of a version's text written into handbook.yml, the file's layout kept."""

from ruamel.yaml.comments import CommentedMap

from app.handbooks.folder import HandbookSource


def seal_versions(handbook: HandbookSource) -> list[str]:
    """Write the hash of every version that has none yet; return their numbers.

    The file is edited at the places its parser names, so that comments and layout stay. The caller has checked the
    folder.
    """
    path = handbook.folder / "handbook.yml"
    lines = path.read_text(encoding="utf-8").split("\n")
    sealed = []
    # from the last to the first, so that an inserted line moves no place still to come
    for number in reversed(range(len(handbook.versions))):
        version = handbook.versions[number]
        if not version.shape.sha256:
            _write(lines, handbook.raw["versions"][number], version.content_hash)
            sealed.append(version.shape.number)
    if sealed:
        path.write_text("\n".join(lines), encoding="utf-8")
    return sealed[::-1]


def _write(lines: list[str], entry: CommentedMap, content_hash: str) -> None:
    if "sha256" in entry:
        line, column = entry.lc.value("sha256")
        rest = lines[line][column:].removeprefix('""').removeprefix("''")
        lines[line] = f'{lines[line][:column]}"{content_hash}"{rest}'
        return
    line, column = entry.lc.key("number")
    if entry.fa.flow_style():
        lines[line] = f'{lines[line][:column]}sha256: "{content_hash}", {lines[line][column:]}'
    else:
        lines.insert(line + 1, f'{" " * column}sha256: "{content_hash}"')
