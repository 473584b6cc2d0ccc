"""Reading one rule through all versions: where it stood, what each version did to it, from what it came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.handbooks.comparing import Compared, step
from app.handbooks.models import (
    Handbook,
    HandbookVersion,
    Rule,
    RuleAncestor,
    RuleRetirement,
    RuleText,
)
from app.handbooks.queries import Change, RuleRow, VersionRow, rule_row, versions_of

BY_SPLIT = aliased(HandbookVersion)


@dataclass(frozen=True)
class Relative:
    """Another rule that this one came from or became: its permanent name, what it is called last, and since when."""

    name: str
    code: str
    title: str
    number: str


@dataclass(frozen=True)
class Event:
    """What a version did to the rule."""

    version: VersionRow
    item: Compared


@dataclass(frozen=True)
class RuleLife:
    """A rule with its history, newest first, seen from a day.

    `version` and `text` are in force on that day; else, for a rule to come, those with which it begins, and for a retired
    one the last. `retired` is the event that ended it, on or before that day; `to_come` begins later.
    """

    rule_id: int
    name: str
    version: VersionRow
    text: RuleRow
    events: tuple[Event, ...]
    hashes: dict[int, str]
    retired: Event | None
    to_come: bool
    ancestors: tuple[Relative, ...]
    descendants: tuple[Relative, ...]

    @property
    def in_force(self) -> bool:
        """Say whether the rule binds on the day asked about."""
        return not self.to_come and self.retired is None

    def upcoming(self, on: date) -> list[Event]:
        """Return what published versions will do to it after a day, soonest first."""
        return [event for event in reversed(self.events) if event.version.effective_on > on]


def rule_life(
    session: Session, *, slug: str, name: str, language: str, on: date
) -> RuleLife | None:
    """Return a rule's life by its handbook and permanent name; None for one that no published version has."""
    rule_id = session.scalar(
        select(Rule.id)
        .join(Handbook, Handbook.id == Rule.handbook_id)
        .where(Handbook.slug == slug, Rule.code == name)
    )
    if rule_id is None:
        return None
    versions = versions_of(session, slug=slug, on=on)[::-1]
    texts = _texts(session, rule_id, language)
    standing = [version for version in versions if version.id in texts]
    if not standing:
        return None
    events = _events(versions, texts, _retirements(session, rule_id, language))
    begun = [version for version in standing if version.effective_on <= on]
    shown = begun[-1] if begun else standing[0]
    ended = [event for event in events if event.item.after is None]
    return RuleLife(
        rule_id=rule_id,
        name=name,
        version=shown,
        text=texts[shown.id],
        events=tuple(reversed(events)),
        hashes={version_id: text.text_hash for version_id, text in texts.items()},
        retired=next((event for event in ended if event.version.effective_on <= on), None),
        to_come=not begun,
        ancestors=_relatives(session, rule_id, language, forward=False),
        descendants=_relatives(session, rule_id, language, forward=True),
    )


def _texts(session: Session, rule_id: int, language: str) -> dict[int, RuleRow]:
    found = session.scalars(
        select(RuleText).where(RuleText.rule_id == rule_id, RuleText.language == language)
    )
    return {text.version_id: rule_row(text) for text in found}


def _retirements(session: Session, rule_id: int, language: str) -> dict[int, str]:
    note = RuleRetirement.note_en if language == "en" else RuleRetirement.note_ms
    rows = session.execute(
        select(RuleRetirement.version_id, note).where(RuleRetirement.rule_id == rule_id)
    )
    return {row[0]: row[1] for row in rows}


def _events(
    versions: Iterable[VersionRow], texts: dict[int, RuleRow], retirements: dict[int, str]
) -> list[Event]:
    """Return what each version, oldest first, did to the rule; versions that left it alone are left out."""
    events: list[Event] = []
    before: RuleRow | None = None
    for version in versions:
        after = texts.get(version.id)
        if after is not None:
            said = Change(after.change, after.change_note) if after.change else None
            item = step(before, after, said)
            if not item.same:
                events.append(Event(version, item))
        elif before is not None:
            note = retirements.get(version.id, "")
            events.append(Event(version, Compared(before, None, "retired", note)))
        before = after
    return events


def _relatives(
    session: Session, rule_id: int, language: str, *, forward: bool
) -> tuple[Relative, ...]:
    mine, other = RuleAncestor.rule_id, RuleAncestor.ancestor_id
    if forward:
        mine, other = other, mine
    rows = session.execute(
        select(Rule.code, RuleText.code, RuleText.title, BY_SPLIT.number)
        .select_from(RuleAncestor)
        .join(BY_SPLIT, BY_SPLIT.id == RuleAncestor.version_id)
        .join(Rule, Rule.id == other)
        .join(RuleText, RuleText.rule_id == Rule.id)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(
            mine == rule_id,
            RuleText.language == language,
            BY_SPLIT.withdrawn_at.is_(None),
            HandbookVersion.withdrawn_at.is_(None),
        )
        .order_by(Rule.code, HandbookVersion.effective_on)
    )
    newest = {row[0]: Relative(*row) for row in rows}
    return tuple(newest[name] for name in sorted(newest))
