"""Reading handbooks: versions, rules, wordings."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.handbooks.logic import RuleHistory
from app.handbooks.models import Handbook, HandbookVersion, Rule, RuleRetirement, RuleText


@dataclass(frozen=True)
class VersionRow:
    """A version with its handbook; `is_current` on the day asked about."""

    id: int
    handbook_id: int
    slug: str
    code: str
    number: str
    effective_on: date
    title_ms: str
    title_en: str
    summary_ms: str
    summary_en: str
    preface_ms: str
    preface_en: str
    about_ms: str
    about_en: str
    content_hash: str
    confirmed: bool
    position: int
    asks_again: bool
    read_within_days: int
    is_current: bool

    def title(self, language: str) -> str:
        """Return the title in one language."""
        return self.title_en if language == "en" else self.title_ms

    def summary(self, language: str) -> str:
        """Return what is new in this version, in one language."""
        return self.summary_en if language == "en" else self.summary_ms

    def preface(self, language: str) -> str:
        """Return the opening (Markdown) in one language."""
        return self.preface_en if language == "en" else self.preface_ms

    def about(self, language: str) -> str:
        """Return what the handbook is about, in one language."""
        return self.about_en if language == "en" else self.about_ms


@dataclass(frozen=True)
class Source:
    """Where a rule comes from; `kind` standard means the department's own."""

    label: str
    url: str
    kind: str


@dataclass(frozen=True)
class RuleRow:
    """A rule as it stands in one version and language."""

    rule_id: int
    code: str
    chapter_code: str
    chapter: str
    title: str
    body: str
    text_hash: str
    strength: str
    categories: tuple[str, ...]
    sources: tuple[Source, ...]
    change: str
    change_note: str
    stems: str = ""  # as search looks for them


@dataclass(frozen=True)
class Change:
    """What one or several versions did to a rule (new, material, editorial), and why."""

    kind: str
    note: str


COLUMNS = (
    HandbookVersion.id,
    HandbookVersion.handbook_id,
    Handbook.slug,
    Handbook.code,
    HandbookVersion.number,
    HandbookVersion.effective_on,
    HandbookVersion.title_ms,
    HandbookVersion.title_en,
    HandbookVersion.summary_ms,
    HandbookVersion.summary_en,
    HandbookVersion.preface_ms,
    HandbookVersion.preface_en,
    Handbook.about_ms,
    Handbook.about_en,
    HandbookVersion.content_hash,
    Handbook.confirmed,
    Handbook.position,
    HandbookVersion.asks_again,
    HandbookVersion.read_within_days,
)


OTHER = aliased(HandbookVersion)


def current_on(on: date) -> ColumnElement[bool]:
    """SQL: the version is the newest of its handbook that is in effect on that day."""
    newest = (
        select(func.max(OTHER.effective_on))
        .where(
            OTHER.handbook_id == HandbookVersion.handbook_id,
            OTHER.effective_on <= on,
            OTHER.withdrawn_at.is_(None),
        )
        .correlate(HandbookVersion)
        .scalar_subquery()
    )
    return and_(HandbookVersion.effective_on == newest, HandbookVersion.withdrawn_at.is_(None))


def _versions(session: Session, on: date | None, *where: ColumnElement[bool]) -> list[VersionRow]:
    current = current_on(on or date.max)
    rows = session.execute(
        select(*COLUMNS, current)
        .join(Handbook, Handbook.id == HandbookVersion.handbook_id)
        .where(HandbookVersion.withdrawn_at.is_(None), *where)
        .order_by(Handbook.position, HandbookVersion.effective_on.desc())
    )
    return [VersionRow(*row) for row in rows]  # type: ignore[call-arg]  # the columns of COLUMNS, in order


def version_row(
    session: Session, *, slug: str, number: str | None = None, on: date
) -> VersionRow | None:
    """Return one version by its number, or the one current on that day; None when there is none."""
    wanted = current_on(on) if number is None else HandbookVersion.number == number
    rows = _versions(session, on, Handbook.slug == slug, wanted)
    return rows[0] if rows else None


def version_rows(
    session: Session, *, ids: Iterable[int], on: date | None = None
) -> dict[int, VersionRow]:
    """Return versions by id; without a day `is_current` counts versions to come as well."""
    return {row.id: row for row in _versions(session, on, HandbookVersion.id.in_(set(ids)))}


def versions_of(session: Session, *, slug: str, on: date) -> list[VersionRow]:
    """Return all versions of a handbook, newest first."""
    return _versions(session, on, Handbook.slug == slug)


def shelf(session: Session, *, on: date) -> list[VersionRow]:
    """Return the current version of every handbook, in the department's order."""
    return _versions(session, on, current_on(on))


def current_versions(session: Session, *, on: date) -> dict[int, VersionRow]:
    """Return the version of every handbook in force on a day, by the handbook's id.

    A handbook whose first version is still to come gives that one, so that it has a name.
    """
    found: dict[int, VersionRow] = {}
    for row in reversed(_versions(session, on)):
        if row.effective_on <= on or row.handbook_id not in found:
            found[row.handbook_id] = row
    return found


def rule_counts(session: Session, *, version_ids: Iterable[int]) -> dict[int, int]:
    """Return how many rules each version has."""
    rows = session.execute(
        select(RuleText.version_id, func.count())
        .where(RuleText.version_id.in_(set(version_ids)), RuleText.language == "ms")
        .group_by(RuleText.version_id)
    )
    return {row[0]: row[1] for row in rows}


def rule_row(text: RuleText) -> RuleRow:
    """Return a rule's wording as a frozen row."""
    return RuleRow(
        rule_id=text.rule_id,
        code=text.code,
        chapter_code=text.chapter_code,
        chapter=text.chapter,
        title=text.title,
        body=text.body,
        text_hash=text.text_hash,
        strength=text.strength,
        categories=tuple(text.categories.split()),
        sources=tuple(Source(**source) for source in json.loads(text.sources)),
        change=text.change,
        change_note=text.change_note,
        stems=text.stems,
    )


def rule_rows(session: Session, *, version_id: int, language: str) -> list[RuleRow]:
    """Return the rules of a version in order, in one language."""
    texts = session.scalars(
        select(RuleText)
        .where(RuleText.version_id == version_id, RuleText.language == language)
        .order_by(RuleText.position)
    )
    return [rule_row(text) for text in texts]


def rules_in_force(session: Session, *, on: date, language: str) -> dict[int, RuleRow]:
    """Return the rules of all handbooks as in force on a day, by id, in the department's order, in one language."""
    versions = [row.id for row in current_versions(session, on=on).values()]
    texts = session.scalars(
        select(RuleText)
        .join(Rule, Rule.id == RuleText.rule_id)
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .where(RuleText.version_id.in_(versions), RuleText.language == language)
        .order_by(Handbook.position, RuleText.position)
    )
    return {text.rule_id: rule_row(text) for text in texts}


def changes_between(
    session: Session, *, handbook_id: int, after: date, until: date, language: str
) -> dict[int, Change]:
    """Return what the versions after one day, up to another, did to each rule they changed, by rule id."""
    rows = session.execute(
        select(RuleText.rule_id, RuleText.change, RuleText.change_note)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            HandbookVersion.withdrawn_at.is_(None),
            HandbookVersion.effective_on > after,
            HandbookVersion.effective_on <= until,
            RuleText.language == language,
            RuleText.change != "",
        )
        .order_by(HandbookVersion.effective_on)
    )
    found: dict[int, Change] = {}
    for rule_id, kind, note in rows:
        before = found.get(rule_id)
        if before is None:
            found[rule_id] = Change(kind, note)
        else:  # one material change among several makes all of it material
            kept = before.kind if kind == "editorial" else kind
            found[rule_id] = Change(kept, f"{before.note} {note}")
    return found


@dataclass(frozen=True)
class Retired:
    """A rule that is no longer there: its permanent name, the kind of its retirement, and why."""

    rule_id: int
    code: str
    kind: str
    note: str


def retirements_between(
    session: Session, *, handbook_id: int, after: date, until: date, language: str
) -> list[Retired]:
    """Return the rules that versions after one day, up to another, retired."""
    note = RuleRetirement.note_en if language == "en" else RuleRetirement.note_ms
    rows = session.execute(
        select(Rule.id, Rule.code, RuleRetirement.kind, note)
        .join(Rule, Rule.id == RuleRetirement.rule_id)
        .join(HandbookVersion, HandbookVersion.id == RuleRetirement.version_id)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            HandbookVersion.withdrawn_at.is_(None),
            HandbookVersion.effective_on > after,
            HandbookVersion.effective_on <= until,
        )
        .order_by(HandbookVersion.effective_on, Rule.code)
    )
    return [Retired(*row) for row in rows]


def rule_history(session: Session, *, handbook_id: int, on: date) -> list[RuleHistory]:
    """Return what each version of a handbook up to a day did to its rules, oldest first; three statements."""
    versions = session.execute(
        select(HandbookVersion.id, HandbookVersion.effective_on)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            HandbookVersion.withdrawn_at.is_(None),
            HandbookVersion.effective_on <= on,
        )
        .order_by(HandbookVersion.effective_on)
    ).all()
    ids = [version_id for version_id, _day in versions]
    rules: dict[int, dict[int, str]] = {version_id: {} for version_id in ids}
    retired: dict[int, dict[int, str]] = {version_id: {} for version_id in ids}
    for version_id, rule_id, change in session.execute(
        select(RuleText.version_id, RuleText.rule_id, RuleText.change).where(
            RuleText.version_id.in_(ids), RuleText.language == "ms"
        )
    ):
        rules[version_id][rule_id] = change
    for version_id, rule_id, kind in session.execute(
        select(RuleRetirement.version_id, RuleRetirement.rule_id, RuleRetirement.kind).where(
            RuleRetirement.version_id.in_(ids)
        )
    ):
        retired[version_id][rule_id] = kind
    return [
        RuleHistory(
            day,
            frozenset(rules[version_id]),
            {rule_id: change for rule_id, change in rules[version_id].items() if change},
            retired[version_id],
        )
        for version_id, day in versions
    ]


def current_hashes(session: Session, *, handbook_id: int, on: date) -> dict[str, tuple[int, str]]:
    """Return rule id and Malay text hash of every rule in force on that day, by code."""
    rows = session.execute(
        select(RuleText.code, RuleText.rule_id, RuleText.text_hash)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            RuleText.language == "ms",
            current_on(on),
        )
        .order_by(RuleText.position)
    )
    return {code: (rule_id, text_hash) for code, rule_id, text_hash in rows}


def rule_texts_by_hash(
    session: Session, *, wanted: set[tuple[int, str]], language: str
) -> dict[tuple[int, str], RuleRow]:
    """Return each rule's wording at the time of a Malay text hash (or its beginning), in the language asked.

    Where several versions carry the same wording, the newest speaks.
    """
    malay, shown = aliased(RuleText), aliased(RuleText)
    rows = session.execute(
        select(malay.rule_id, malay.text_hash, shown)
        .join(
            shown,
            and_(
                shown.version_id == malay.version_id,
                shown.rule_id == malay.rule_id,
                shown.language == language,
            ),
        )
        .join(HandbookVersion, HandbookVersion.id == malay.version_id)
        .where(malay.language == "ms", malay.rule_id.in_({rule_id for rule_id, _hash in wanted}))
        .order_by(HandbookVersion.effective_on)
    ).all()
    return {
        (rule_id, pin): rule_row(text)
        for rule_id, full_hash, text in rows
        for wanted_id, pin in wanted
        if wanted_id == rule_id and full_hash.startswith(pin)
    }


def rule_codes(session: Session, *, ids: Iterable[int]) -> dict[int, str]:
    """Return the codes of rules by id."""
    rows = session.execute(select(Rule.id, Rule.code).where(Rule.id.in_(set(ids))))
    return {row[0]: row[1] for row in rows}


def handbook_rule(session: Session, *, handbook_id: int, name: str) -> int | None:
    """Return the id of a handbook's rule by its permanent name, or None."""
    return session.scalar(select(Rule.id).where(Rule.handbook_id == handbook_id, Rule.code == name))
