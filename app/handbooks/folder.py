"""A handbook's folder: handbook.yml and its versions, read and checked as a whole."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from app.handbooks.lineage import Naming, naming_faults, permanent_names, prior_codes
from app.handbooks.source import (
    BookSource,
    Fault,
    RuleSource,
    content_hash,
    parse_book,
    read_text,
)
from app.handbooks.yaml_files import Both, Strict, line_of, read_shape

LANGUAGES = ("ms", "en")
# the kinds an author may give to what really happened to a rule
KINDS = {
    "is new": ("new", "material", "editorial"),
    "was changed": ("material", "editorial"),
    "was renumbered": ("material", "editorial"),
    "was retired": ("retired", "material", "editorial"),
}


class SourceShape(Strict):
    """A source that rules name."""

    ms: str = Field(min_length=1)
    en: str = Field(min_length=1)
    kind: Literal["act", "circular", "portal", "report", "standard"]
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")


class ChangeShape(Strict):
    """What a version did to a rule, and why; `was` and `from` name rules by their codes in the version before."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: Literal["new", "material", "editorial", "retired"]
    note: Both
    was: str = ""  # the rule's code in the version before, when it was renumbered
    origins: tuple[str, ...] = Field(default=(), alias="from")  # split from or merged of these


class VersionShape(Strict):
    """A published version."""

    number: str = Field(pattern=r"^\d+(\.\d+)+$")
    effective_on: date
    summary: Both
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    read_within_days: int = Field(default=14, ge=1, le=365)
    changes: dict[str, ChangeShape] = Field(default_factory=dict)


class HandbookShape(Strict):
    """handbook.yml."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    code: str = Field(pattern=r"^[A-Z]{2,4}$")
    position: int
    title: Both
    about: Both
    confirmed: bool = False
    sources: dict[str, SourceShape]
    versions: list[VersionShape] = Field(min_length=1)


@dataclass(frozen=True)
class VersionSource:
    """A version with both its books."""

    shape: VersionShape
    books: dict[str, BookSource]
    content_hash: str

    def rules(self, language: str) -> dict[str, RuleSource]:
        """Return the rules of one language by code."""
        return {rule.code: rule for rule in self.books[language].rules}

    @property
    def naming(self) -> Naming:
        """Return what this version calls its rules."""
        was = {code: change.was for code, change in self.shape.changes.items() if change.was}
        return Naming(self.shape.number, tuple(rule.code for rule in self.books["ms"].rules), was)


@dataclass(frozen=True)
class HandbookSource:
    """A handbook as its folder tells it."""

    shape: HandbookShape
    versions: tuple[VersionSource, ...]
    folder: Path
    raw: Any = field(default=None, repr=False, compare=False)  # handbook.yml with its lines
    manifest: str = field(default="", repr=False)  # handbook.yml byte for byte

    def names(self) -> list[dict[str, str]]:
        """Return the permanent name of every rule by its code, a dict a version, oldest first."""
        return permanent_names([version.naming for version in self.versions])


def handbook_folders(folder: Path) -> list[Path]:
    """List the handbook folders in a folder, or the folder itself when it is one."""
    if (folder / "handbook.yml").exists():
        return [folder]
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def read_handbooks(folder: Path) -> tuple[list[HandbookSource], list[Fault]]:
    """Read all handbooks of a folder with all their faults."""
    found: list[HandbookSource] = []
    faults: list[Fault] = []
    if not (folders := handbook_folders(folder)):
        faults.append(
            Fault(
                str(folder),
                1,
                "there is no handbook here: a handbook is a folder with handbook.yml",
            )
        )
    for path in folders:
        handbook, its = read_handbook(path)
        faults += its
        if handbook:
            faults += _code_faults(found, handbook)
            found.append(handbook)
    return found, faults


def _code_faults(others: list[HandbookSource], handbook: HandbookSource) -> list[Fault]:
    shown = f"{handbook.folder.name}/handbook.yml"
    line = line_of(handbook.raw, ["code"])
    return [
        Fault(
            shown,
            line,
            f"the code {other.shape.code} is already that of {other.shape.slug}: choose another",
        )
        for other in others
        if other.shape.code == handbook.shape.code
    ]


def read_handbook(folder: Path) -> tuple[HandbookSource | None, list[Fault]]:
    """Read one handbook's folder; None when handbook.yml cannot be used."""
    shown = f"{folder.name}/handbook.yml"
    shape, raw, faults = read_shape(folder / "handbook.yml", shown, HandbookShape)
    if shape is None:
        return None, faults
    if shape.slug != folder.name:
        faults.append(
            Fault(shown, line_of(raw, ["slug"]), f"slug must be the folder's name, {folder.name}")
        )
    versions = []
    for number, version in enumerate(shape.versions):
        source, its = _read_version(folder, shape, version)
        faults += its
        versions.append(source)
        faults += _version_faults(shown, raw, shape, versions, number)
    known = {version.number for version in shape.versions}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in known:
            faults.append(
                Fault(
                    shown,
                    line_of(raw, ["versions"]),
                    f"the folder {path.name} is not listed under versions",
                )
            )
    manifest, _ = read_text(folder / "handbook.yml", shown)
    return HandbookSource(shape, tuple(versions), folder, raw, manifest), faults


def _read_version(
    folder: Path, shape: HandbookShape, version: VersionShape
) -> tuple[VersionSource, list[Fault]]:
    books, faults = {}, []
    texts = {}
    for language in LANGUAGES:
        path = folder / version.number / f"{language}.md"
        shown = f"{folder.name}/{version.number}/{language}.md"
        texts[language], its = read_text(path, shown)
        book, more = (
            parse_book(texts[language], shown, shape.code, set(shape.sources))
            if not its
            else (BookSource("", "", (), ""), [])
        )
        books[language] = book
        faults += its + more
    if not faults:
        faults += _language_faults(f"{folder.name}/{version.number}", books["ms"], books["en"])
    hashed = content_hash(texts["ms"].encode(), texts["en"].encode())
    return VersionSource(version, books, hashed), faults


def _language_faults(shown: str, ms: BookSource, en: BookSource) -> list[Fault]:
    faults = []
    in_ms, in_en = {r.code: r for r in ms.rules}, {r.code: r for r in en.rules}
    for here, there, file, other in (
        (in_ms, in_en, "en.md", "ms.md"),
        (in_en, in_ms, "ms.md", "en.md"),
    ):
        faults += [
            Fault(
                f"{shown}/{other}",
                rule.line,
                f"the rule {code} is missing in {file}: write it there too",
            )
            for code, rule in here.items()
            if code not in there
        ]
    if not faults and list(in_ms) != list(in_en):
        first = next(b for a, b in zip(in_ms, in_en, strict=True) if a != b)
        faults.append(
            Fault(
                f"{shown}/en.md",
                in_en[first].line,
                f"the rule {first} stands in another order than in ms.md",
            )
        )
    for code in in_ms.keys() & in_en.keys():
        one, two = in_ms[code], in_en[code]
        for name in ("strength", "categories", "sources"):
            if getattr(one, name) != getattr(two, name):
                faults.append(
                    Fault(
                        f"{shown}/en.md",
                        two.line,
                        f"{name} of {code} differs from ms.md: write the same",
                    )
                )
    return faults


def _version_faults(
    shown: str, raw: Any, shape: HandbookShape, versions: list[VersionSource], number: int
) -> list[Fault]:
    version = versions[number]
    line = line_of(raw, ["versions", number])
    faults = []
    if version.shape.sha256 and version.shape.sha256 != version.content_hash:
        faults.append(
            Fault(
                shown,
                line,
                f"version {version.shape.number} is published and its text was edited: undo the edit and write a new version",
            )
        )
    if version.shape.number in {before.number for before in shape.versions[:number]}:
        faults.append(
            Fault(
                shown, line, f"the number {version.shape.number} stands twice: choose the next one"
            )
        )
    if not number and version.shape.changes:
        place = line_of(raw, ["versions", number, "changes"])
        faults.append(Fault(shown, place, "the first version changes nothing: take changes out"))
    if number and version.shape.effective_on <= shape.versions[number - 1].effective_on:
        faults.append(
            Fault(
                shown,
                line,
                f"version {version.shape.number} must come into effect after the one before",
            )
        )
    if number and version.books["ms"].rules and versions[number - 1].books["ms"].rules:
        faults += _change_faults(shown, raw, versions[number - 1], version, number)
    return faults


def _change_faults(
    shown: str, raw: Any, before: VersionSource, after: VersionSource, number: int
) -> list[Fault]:
    line = line_of(raw, ["versions", number])
    return [
        Fault(shown, line_of(raw, ["versions", number, "changes", code]) if code else line, text)
        for code, text in change_faults(before, after)
    ]


def change_faults(before: VersionSource, after: VersionSource) -> list[tuple[str, str]]:
    """Return what the listed changes of a version get wrong: (listed code or nothing, sentence)."""
    old, listed = before.rules("ms"), after.shape.changes
    if faults := naming_faults(after.naming, old):
        return faults
    kept = set(prior_codes(after.naming.codes, old, after.naming.was).values())
    if reused := [code for code in after.naming.codes if code in old and code not in kept]:
        text = "is retired here, so no other rule may take its code in the same version"
        return [("", f"{code} {text}") for code in reused]
    real = real_changes(before, after)
    number = after.shape.number
    faults = [
        ("", f"{code} {word} in version {number}: list it under changes with its kind and a note")
        for code, word in sorted(real.items())
        if code not in listed
    ]
    for code, change in listed.items():
        if code not in real:
            faults.append(
                (code, f"{code} is listed as changed, but its text is the same: take it out")
            )
        elif change.kind not in KINDS[real[code]]:
            faults.append((code, f"{code} {real[code]}, not {change.kind}: correct its kind"))
        elif change.origins and real[code] == "was retired":
            faults.append((code, f"{code} {real[code]}, so it came from no rule: take `from` out"))
        faults += [
            (code, f"there was no rule {origin} in the version before: correct `from` of {code}")
            for origin in change.origins
            if origin not in old
        ]
    return faults


def real_changes(before: VersionSource, after: VersionSource) -> dict[str, str]:
    """Return the rules that differ between two versions, by code, with a word for how.

    A retired rule stands under the code it had.
    """
    old_codes = before.rules("ms").keys()
    prior = prior_codes(after.rules("ms"), old_codes, after.naming.was)
    found = dict.fromkeys(old_codes - set(prior.values()), "was retired")
    for language in LANGUAGES:
        old, new = before.rules(language), after.rules(language)
        for code, rule in new.items():
            if code not in prior or prior[code] not in old:
                found[code] = "is new"
            elif _differs(old[prior[code]], rule):
                found[code] = "was changed"
            elif prior[code] != code:
                found.setdefault(code, "was renumbered")
    return found


def _differs(old: RuleSource, new: RuleSource) -> bool:
    return (old.text_hash, old.strength, old.categories) != (
        new.text_hash,
        new.strength,
        new.categories,
    )
