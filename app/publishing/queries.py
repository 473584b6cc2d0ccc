"""Reading drafts: their rules beside those of the version they change, what was saved, and what happened."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.handbooks.models import Handbook, HandbookVersion, Rule, RuleText
from app.people.models import Officer
from app.publishing.logic import Known, RuleDraft, Wording
from app.publishing.models import Draft, DraftEvent, DraftRule, DraftSave

OPEN = ("draft", "in_review")


@dataclass(frozen=True)
class DraftRow:
    """A draft with its handbook, the version it changes, and who began it."""

    id: int
    handbook_id: int
    slug: str
    code: str
    base_version_id: int
    base_number: str
    base_effective_on: date
    state: str
    title_ms: str
    title_en: str
    preface_ms: str
    preface_en: str
    summary_ms: str
    summary_en: str
    sources: dict[str, dict[str, str]]
    effective_on: date | None
    read_within_days: int
    revision: int
    started_by: str
    started_at: datetime
    version_id: int | None

    def title(self, language: str) -> str:
        """Return the handbook's title in one language."""
        return self.title_en if language == "en" else self.title_ms


@dataclass(frozen=True)
class DraftRuleRow:
    """A rule of a draft with who edited it last, and the rule as the version before has it."""

    rule: RuleDraft
    position: int
    revision: int
    edited_by: str | None
    edited_at: datetime | None
    known: Known | None


@dataclass(frozen=True)
class EventRow:
    """What happened to a draft, by whom, with the words said."""

    act: str
    officer: str
    at: datetime
    words: str


@dataclass(frozen=True)
class SaveRow:
    """A text that was saved; `kept` when it became the rule's."""

    officer: str
    saved_at: datetime
    kept: bool
    content: dict[str, str]


def _drafts(session: Session, *where: object) -> list[DraftRow]:
    rows = session.execute(
        select(Draft, Handbook.slug, Handbook.code, HandbookVersion, Officer.name)
        .join(Handbook, Handbook.id == Draft.handbook_id)
        .join(HandbookVersion, HandbookVersion.id == Draft.base_version_id)
        .join(Officer, Officer.id == Draft.started_by_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(Draft.started_at.desc(), Draft.id.desc())
    )
    return [
        DraftRow(
            id=draft.id,
            handbook_id=draft.handbook_id,
            slug=slug,
            code=code,
            base_version_id=base.id,
            base_number=base.number,
            base_effective_on=base.effective_on,
            state=draft.state,
            title_ms=draft.title_ms,
            title_en=draft.title_en,
            preface_ms=draft.preface_ms,
            preface_en=draft.preface_en,
            summary_ms=draft.summary_ms,
            summary_en=draft.summary_en,
            sources=json.loads(draft.sources),
            effective_on=draft.effective_on,
            read_within_days=draft.read_within_days,
            revision=draft.revision,
            started_by=name,
            started_at=draft.started_at,
            version_id=draft.version_id,
        )
        for draft, slug, code, base, name in rows
    ]


def draft_row(session: Session, *, draft_id: int) -> DraftRow | None:
    """Return one draft, or None."""
    rows = _drafts(session, Draft.id == draft_id)
    return rows[0] if rows else None


def draft_rows(session: Session, *, most: int = 50) -> list[DraftRow]:
    """Return the newest drafts, open and ended ones."""
    newest = select(Draft.id).order_by(Draft.started_at.desc(), Draft.id.desc()).limit(most)
    return _drafts(session, Draft.id.in_(newest))


def open_draft_id(session: Session, *, handbook_id: int) -> int | None:
    """Return the draft of a handbook that is being written or reviewed, or None."""
    return session.scalar(
        select(Draft.id).where(Draft.handbook_id == handbook_id, Draft.state.in_(OPEN))
    )


def newest_version_id(session: Session, *, handbook_id: int) -> int | None:
    """Return the version of a handbook that begins last, in force or still to come; None without any."""
    return session.scalar(
        select(HandbookVersion.id)
        .where(HandbookVersion.handbook_id == handbook_id, HandbookVersion.withdrawn_at.is_(None))
        .order_by(HandbookVersion.effective_on.desc())
        .limit(1)
    )


def version_numbers(session: Session, *, handbook_id: int) -> list[str]:
    """Return the numbers of all versions of a handbook, withdrawn ones too."""
    return list(
        session.scalars(
            select(HandbookVersion.number).where(HandbookVersion.handbook_id == handbook_id)
        )
    )


def known_rules(session: Session, *, version_id: int) -> dict[int, Known]:
    """Return the rules of a version in both languages, by identity."""
    texts: dict[int, dict[str, RuleText]] = {}
    for text in session.scalars(select(RuleText).where(RuleText.version_id == version_id)):
        texts.setdefault(text.rule_id, {})[text.language] = text
    return {
        rule_id: Known(
            rule_id,
            both["ms"].code,
            Wording(both["ms"].title, both["ms"].body),
            Wording(both["en"].title, both["en"].body),
            both["ms"].strength,
            tuple(both["ms"].categories.split()),
        )
        for rule_id, both in texts.items()
    }


def draft_of(row: DraftRule) -> RuleDraft:
    """Return a row of the table as the thought knows it."""
    return RuleDraft(
        id=row.id,
        rule_id=row.rule_id,
        code=row.code,
        chapter_code=row.chapter_code,
        chapter=(row.chapter_ms, row.chapter_en),
        ms=Wording(row.title_ms, row.body_ms),
        en=Wording(row.title_en, row.body_en),
        strength=row.strength,
        categories=tuple(row.categories.split()),
        sources=tuple(row.sources.split()),
        change=row.change,
        note=(row.note_ms, row.note_en),
        ancestors=tuple(int(part) for part in row.ancestors.split()),
    )


def draft_rule_rows(session: Session, *, draft: DraftRow) -> list[DraftRuleRow]:
    """Return the rules of a draft in order, each beside what the version before has; three statements."""
    known = known_rules(session, version_id=draft.base_version_id)
    rows = session.execute(
        select(DraftRule, Officer.name)
        .outerjoin(Officer, Officer.id == DraftRule.edited_by_id)
        .where(DraftRule.draft_id == draft.id)
        .order_by(DraftRule.position, DraftRule.id)
    )
    return [
        DraftRuleRow(
            rule=draft_of(row),
            position=row.position,
            revision=row.revision,
            edited_by=name,
            edited_at=row.edited_at,
            known=known.get(row.rule_id or 0),
        )
        for row, name in rows
    ]


def event_rows(session: Session, *, draft_id: int) -> list[EventRow]:
    """Return what happened to a draft, oldest first."""
    rows = session.execute(
        select(DraftEvent.act, Officer.name, DraftEvent.at, DraftEvent.words)
        .join(Officer, Officer.id == DraftEvent.officer_id)
        .where(DraftEvent.draft_id == draft_id)
        .order_by(DraftEvent.id)
    )
    return [EventRow(*row) for row in rows]


def save_rows(session: Session, *, draft_rule_id: int, most: int = 50) -> list[SaveRow]:
    """Return the texts saved for a rule, newest first, those that came too late too."""
    rows = session.execute(
        select(Officer.name, DraftSave.saved_at, DraftSave.kept, DraftSave.content)
        .join(Officer, Officer.id == DraftSave.saved_by_id)
        .where(DraftSave.draft_rule_id == draft_rule_id)
        .order_by(DraftSave.id.desc())
        .limit(most)
    )
    return [SaveRow(name, at, kept, json.loads(content)) for name, at, kept, content in rows]


def writers_of(session: Session, *, draft_id: int) -> set[int]:
    """Return everybody who wrote on a draft: who began it, saved a text of it or submitted it."""
    savers = session.scalars(
        select(DraftSave.saved_by_id)
        .join(DraftRule, DraftRule.id == DraftSave.draft_rule_id)
        .where(DraftRule.draft_id == draft_id, DraftSave.kept)
        .distinct()
    )
    editors = session.scalars(
        select(DraftRule.edited_by_id).where(
            DraftRule.draft_id == draft_id, DraftRule.edited_by_id.is_not(None)
        )
    )
    actors = session.scalars(
        select(DraftEvent.officer_id).where(
            DraftEvent.draft_id == draft_id, DraftEvent.act.in_(("started", "edited", "submitted"))
        )
    )
    return {*savers, *(e for e in editors if e is not None), *actors}


def rule_names(session: Session, *, ids: set[int]) -> dict[int, str]:
    """Return the permanent names of rules by id."""
    rows = session.execute(select(Rule.id, Rule.code).where(Rule.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def taken_names(session: Session, *, handbook_id: int) -> list[str]:
    """Return every permanent name that a rule of a handbook has.

    Those that only withdrawn versions knew are free again: the files, which do not name them, give them again too.
    """
    return list(
        session.scalars(
            select(Rule.code)
            .join(RuleText, RuleText.rule_id == Rule.id)
            .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
            .where(Rule.handbook_id == handbook_id, HandbookVersion.withdrawn_at.is_(None))
            .distinct()
        )
    )


def changed_counts(session: Session, *, draft_ids: list[int]) -> dict[int, int]:
    """Return how many rules of each draft the author has said something about."""
    rows = session.execute(
        select(DraftRule.draft_id, func.count())
        .where(DraftRule.draft_id.in_(draft_ids), DraftRule.change != "")
        .group_by(DraftRule.draft_id)
    )
    return {row[0]: row[1] for row in rows}
