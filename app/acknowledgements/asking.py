"""What an officer is asked to declare about a version: the whole, or what changed since the version known before."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.acknowledgements import queries
from app.acknowledgements.logic import RETIRED_WORDS, changed_declaration, declaration
from app.handbooks.queries import (
    Retired,
    VersionRow,
    changes_between,
    retirements_between,
    rule_counts,
    rule_rows,
    version_row,
)
from app.handbooks.reading import Known, ShownRule, Wanted, shown


@dataclass(frozen=True)
class Asked:
    """What is asked: the version known before (none: the whole), the changed rules marked, the retired ones."""

    since: VersionRow | None = None
    rules: tuple[ShownRule, ...] = ()
    retired: tuple[Retired, ...] = ()  # by the code they had in the version known

    def codes(self, language: str) -> list[str]:
        """Return the codes of what is asked, in the order of the book, retired rules last and said to be so."""
        gone = RETIRED_WORDS[language]
        kept = [item.rule.code for item in self.rules]
        return kept + [f"{rule.code} ({gone})" for rule in self.retired]

    @property
    def count(self) -> int:
        """Return how many rules are to be read."""
        return len(self.rules) + len(self.retired)


def asked_of(
    session: Session, *, officer_id: int, version: VersionRow, language: str, whole: bool = False
) -> Asked:
    """Return what an officer is asked about a version; `whole` for a renewal, which forgets what was known."""
    number = queries.newest_known(session, officer_id=officer_id, handbook_id=version.handbook_id)
    since = (
        version_row(session, slug=version.slug, number=number, on=version.effective_on)
        if number and not whole
        else None
    )
    if since is None or since.effective_on >= version.effective_on:
        return Asked()
    return changes_of(session, since=since, version=version, language=language)


def changes_of(session: Session, *, since: VersionRow, version: VersionRow, language: str) -> Asked:
    """Return what is asked of whoever knows an older version: what changed materially since, and what is gone."""
    span = {
        "handbook_id": version.handbook_id,
        "after": since.effective_on,
        "until": version.effective_on,
        "language": language,
    }
    changes = changes_between(session, **span)  # type: ignore[arg-type]
    before = rule_rows(session, version_id=since.id, language=language)
    known = Known({rule.rule_id: rule for rule in before}, changes)
    rules = [
        shown(rule, known, Wanted())
        for rule in rule_rows(session, version_id=version.id, language=language)
        if rule.rule_id in changes and changes[rule.rule_id].kind != "editorial"
    ]
    retired = [
        replace(rule, code=known.rules[rule.rule_id].code)
        for rule in retirements_between(session, **span)  # type: ignore[arg-type]
        if rule.kind != "editorial" and rule.rule_id in known.rules
    ]
    return Asked(since, tuple(rules), tuple(retired))


def words_of(session: Session, asked: Asked, *, version: VersionRow, language: str) -> str:
    """Return the exact words declared, in the language the page was shown in."""
    facts = {
        "title": version.title(language),
        "number": version.number,
        "effective_on": version.effective_on,
    }
    if asked.since is not None:
        return changed_declaration(
            language,
            since=asked.since.number,
            codes=asked.codes(language),
            **facts,  # type: ignore[arg-type]
        )
    counts = rule_counts(session, version_ids=[version.id])
    return declaration(language, rules=counts.get(version.id, 0), **facts)  # type: ignore[arg-type]
