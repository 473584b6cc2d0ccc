"""Which rule is which from version to version: codes change by renumbering, a rule stays itself. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Naming:
    """What a version calls its rules: its number, the codes in order, and for renumbered ones what they were called."""

    number: str
    codes: tuple[str, ...]
    was: Mapping[str, str] = field(default_factory=dict)


def prior_codes(
    codes: Iterable[str], old: Collection[str], was: Mapping[str, str]
) -> dict[str, str]:
    """Return what each rule was called in the version before, for the rules that were there.

    A rule is the one of the same code, unless that one was renumbered away.
    """
    gone = set(was.values())
    found = {}
    for code in codes:
        before = was.get(code, "" if code in gone else code)
        if before in old:
            found[code] = before
    return found


def permanent_names(
    versions: Sequence[Naming],
    *,
    before: Mapping[str, str] | None = None,
    taken: Collection[str] = (),
) -> list[dict[str, str]]:
    """Return for each version, oldest first, the permanent name of every rule by the code it has there.

    The name is the code under which the rule first appeared; when another rule was ever called so, "@" and the version's
    number stand behind it. `before` are the names in the version before the first of these, `taken` all names ever given.
    """
    found: list[dict[str, str]] = []
    taken, before = set(taken), before or {}
    for version in versions:
        prior = prior_codes(version.codes, before, version.was)
        names = {code: before[prior[code]] for code in version.codes if code in prior}
        for code in version.codes:
            if code not in names:
                names[code] = code if code not in taken else f"{code}@{version.number}"
        taken.update(names.values())
        found.append(names)
        before = names
    return found


def naming_faults(naming: Naming, old: Collection[str]) -> list[tuple[str, str]]:
    """Return what is wrong with the renumberings of a version: (code, sentence)."""
    faults = []
    seen: dict[str, str] = {}
    for code, before in naming.was.items():
        if code not in naming.codes:
            faults.append((code, f"{code} is not in this version, so it cannot have been {before}"))
        elif before not in old:
            faults.append(
                (code, f"there was no rule {before} in the version before: correct `was`")
            )
        elif before in seen:
            faults.append((code, f"{before} cannot have become both {seen[before]} and {code}"))
        seen[before] = code
    return faults
