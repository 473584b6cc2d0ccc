"""Adding a version to handbook.yml when it is published in the browser: everything else stays byte for byte."""

import json
from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from app.errors import ContentError
from app.handbooks.folder import HandbookShape, SourceShape, VersionShape
from app.handbooks.yaml_files import plain


def amended(manifest: str, version: VersionShape, sources: Mapping[str, SourceShape]) -> str:
    """Return handbook.yml with one more version and further sources, each at the end of its list.

    What is there stays as it is, comments and layout too; a file laid out in a way that cannot be added to by lines is
    written anew as a whole. Raises ContentError when the outcome does not say the old and the new.
    """
    wanted = _added(read_shape_of(manifest), version, sources)
    for made in (_by_lines(manifest, version, sources), _anew(manifest, version, sources)):
        try:
            if made is not None and read_shape_of(made) == wanted:
                return made
        except (YAMLError, ValueError):
            continue
    raise ContentError(
        ["handbook.yml: this file cannot be added to: write its lists as `- number: …`"]
    )


def read_shape_of(manifest: str) -> HandbookShape:
    """Return the shape of a handbook.yml given as text. Raises YAMLError or ValueError for a faulty one."""
    return HandbookShape.model_validate(plain(_yaml().load(StringIO(manifest))))


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    return yaml


def _added(
    shape: HandbookShape, version: VersionShape, sources: Mapping[str, SourceShape]
) -> HandbookShape:
    return shape.model_copy(
        update={
            "versions": [*shape.versions, version],
            "sources": {**shape.sources, **sources},
        }
    )


def _by_lines(
    manifest: str, version: VersionShape, sources: Mapping[str, SourceShape]
) -> str | None:
    """Return the file with lines inserted, or None when its lists are not written in lines."""
    raw = _yaml().load(StringIO(manifest))
    versions, known = raw["versions"], raw["sources"]
    if not _in_lines(versions, CommentedSeq) or (sources and not _in_lines(known, CommentedMap)):
        return None
    lines = manifest.split("\n")
    column = versions.lc.item(0)[1] - 2  # of the dash
    new_version = _version_lines(version, " " * column)
    new_sources = _source_lines(sources, " " * known.lc.col) if sources else []
    places = sorted(
        [
            (_end_of(raw, "versions", lines), new_version),
            (_end_of(raw, "sources", lines), new_sources),
        ],
        reverse=True,
    )
    for place, added in places:
        lines[place:place] = added
    text = "\n".join(lines)
    return text if text.endswith("\n") else text + "\n"


def _in_lines(value: Any, kind: type[Any]) -> bool:
    return isinstance(value, kind) and bool(value) and not value.fa.flow_style()


def _end_of(raw: CommentedMap, key: str, lines: list[str]) -> int:
    """Return the line before which something is added to a list: behind its last line that says something."""
    here = raw.lc.key(key)[0]
    after = [raw.lc.key(other)[0] for other in raw if raw.lc.key(other)[0] > here]
    end = min(after, default=len(lines))
    while end > here + 1 and (
        not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")
    ):
        end -= 1
    return end


def _said(text: str) -> str:
    """Return a text as a double-quoted scalar: JSON is YAML."""
    return (
        json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").replace("\x85", "\\u0085")
    )


def _both(value: Any, indent: str) -> list[str]:
    return [f"{indent}ms: {_said(value.ms)}", f"{indent}en: {_said(value.en)}"]


def _version_lines(version: VersionShape, indent: str) -> list[str]:
    inner = indent + "  "
    found = [
        f'{indent}- number: "{version.number}"',
        f"{inner}effective_on: {version.effective_on.isoformat()}",
        f"{inner}summary:",
        *_both(version.summary, inner + "  "),
    ]
    if version.read_within_days != VersionShape.model_fields["read_within_days"].default:
        found.append(f"{inner}read_within_days: {version.read_within_days}")
    found.append(f'{inner}sha256: "{version.sha256}"')
    if version.changes:
        found.append(f"{inner}changes:")
    for code, change in version.changes.items():
        found += [f"{inner}  {code}:", f"{inner}    kind: {change.kind}"]
        if change.was:
            found.append(f"{inner}    was: {_said(change.was)}")
        if change.origins:
            found.append(f"{inner}    from: [{', '.join(_said(c) for c in change.origins)}]")
        found += [f"{inner}    note:", *_both(change.note, inner + "      ")]
    return found


def _source_lines(sources: Mapping[str, SourceShape], indent: str) -> list[str]:
    found = []
    for key, source in sources.items():
        found += [f"{indent}{_said(key)}:", *_both(source, indent + "  ")]
        found.append(f"{indent}  kind: {source.kind}")
        if source.url:
            found.append(f"{indent}  url: {_said(source.url)}")
    return found


def _anew(manifest: str, version: VersionShape, sources: Mapping[str, SourceShape]) -> str:
    yaml = _yaml()
    raw = yaml.load(StringIO(manifest))
    raw["versions"].append(yaml.load(StringIO("\n".join(_version_lines(version, ""))))[0])
    for key, source in sources.items():
        raw["sources"][key] = source.model_dump()
    out = StringIO()
    yaml.dump(raw, out)
    return out.getvalue()
