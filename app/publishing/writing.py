"""Acts of writing a draft: begin it, save a rule, add one. Nothing typed is ever lost."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.errors import N_, DomainError, NotFoundError
from app.handbooks.models import HandbookVersion
from app.handbooks.source import RuleSource, parse_book
from app.people.models import Officer
from app.publishing import queries
from app.publishing.composing import manifest_shape
from app.publishing.logic import RuleDraft, next_chapter, next_code, one_line, unix_lines
from app.publishing.models import Draft, DraftEvent, DraftRule, DraftSave
from app.publishing.queries import draft_of

STATE_WORDS = {
    "in_review": N_(
        "Draf ini sedang disemak, jadi tidak boleh diubah. Minta penyemak memulangkannya dahulu."
    ),
    "published": N_("Draf ini sudah diterbitkan. Mulakan draf baharu."),
    "withdrawn": N_("Draf ini sudah ditarik balik. Mulakan draf baharu."),
}


class OvertakenError(DomainError):
    """Somebody else saved the same details since; nothing was taken, what was typed is still with its author."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Orang lain menyimpan butiran ini selepas anda membukanya. Bandingkan, kemudian simpan semula."
            )
        )


class LateError(DomainError):
    """What was typed came too late; it is kept among the saves, so the caller commits before it tells."""


class ConflictError(LateError):
    """Somebody else saved the rule since; `current` is the rule now."""

    def __init__(self, current: RuleDraft, by: str) -> None:
        super().__init__(
            N_(
                "%(name)s menyimpan peraturan ini selepas anda membukanya. Teks anda disimpan dalam sejarah dan kekal di"
                " bawah. Bandingkan, kemudian simpan semula."
            ),
            name=by,
        )
        self.current = current


@dataclass(frozen=True)
class RuleFields:
    """What an author types for one rule."""

    title_ms: str
    title_en: str
    body_ms: str
    body_en: str
    strength: str
    categories: str
    sources: str
    change: str
    note_ms: str
    note_en: str


NAMES = tuple(field.name for field in fields(RuleFields))


def start_draft(session: Session, actor: Actor, *, handbook_id: int, at: datetime) -> int:
    """Begin the next version of a handbook from its newest one, or return the draft that is open.

    Raises DomainError for a handbook without a version, or loaded before its handbook.yml was kept.
    """
    if (already := queries.open_draft_id(session, handbook_id=handbook_id)) is not None:
        return already
    base_id = queries.newest_version_id(session, handbook_id=handbook_id)
    base = session.get(HandbookVersion, base_id) if base_id else None
    if base is None:
        raise NotFoundError(N_("Buku panduan ini belum mempunyai versi."))
    draft = Draft(
        handbook_id=handbook_id,
        base_version_id=base.id,
        title_ms=base.title_ms,
        title_en=base.title_en,
        preface_ms=base.preface_ms,
        preface_en=base.preface_en,
        started_by_id=actor.id,
        started_at=at,
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:  # another author was quicker
        return queries.open_draft_id(session, handbook_id=handbook_id) or 0
    session.execute(insert(DraftRule), _copied(session, draft, base))
    note_event(session, actor, draft.id, "started", "", at)
    _record(session, "draft.started", actor, at, draft_id=draft.id, base=base.number)
    return draft.id


def _copied(session: Session, draft: Draft, base: HandbookVersion) -> list[dict[str, object]]:
    """Return the rules of a version as rows of a draft; the files tell the keys of their sources."""
    _manifest, shape = manifest_shape(session, handbook_id=draft.handbook_id)
    books = {}
    for language, source in (("ms", base.source_ms), ("en", base.source_en)):
        books[language], _ = parse_book(source, language, shape.code, set(shape.sources))
    english: dict[str, RuleSource] = {rule.code: rule for rule in books["en"].rules}
    ids = {
        known.code: rule_id
        for rule_id, known in queries.known_rules(session, version_id=base.id).items()
    }
    return [
        {
            "draft_id": draft.id,
            "rule_id": ids[rule.code],
            "position": position * 10,
            "code": rule.code,
            "chapter_code": rule.chapter_code,
            "chapter_ms": rule.chapter,
            "chapter_en": english[rule.code].chapter,
            "title_ms": rule.title,
            "title_en": english[rule.code].title,
            "body_ms": rule.body,
            "body_en": english[rule.code].body,
            "strength": rule.strength,
            "categories": " ".join(rule.categories),
            "sources": " ".join(rule.sources),
        }
        for position, rule in enumerate(books["ms"].rules, start=1)
    ]


def save_rule(
    session: Session, actor: Actor, *, rule_id: int, revision: int, given: RuleFields, at: datetime
) -> int:
    """Keep what an author typed for a rule; return its new revision.

    Every text that differs is kept in the rule's history. Raises ConflictError when somebody else saved since `revision`,
    LateError when the draft is not open for writing any more; the typed text is kept all the same: the caller commits.
    """
    row = session.get(DraftRule, rule_id)
    if row is None:
        raise NotFoundError(N_("Peraturan ini tidak ditemui."))
    values = _as_kept(row, given)
    try:
        check_writable(session, row.draft_id)
    except DomainError as error:
        _keep(session, actor, rule_id, revision, values, at=at, kept=False)
        raise LateError(error.text) from error
    session.refresh(row)
    if all(getattr(row, n) == v for n, v in values.items()):
        return row.revision
    done = session.execute(
        update(DraftRule)
        .where(DraftRule.id == rule_id, DraftRule.revision == revision)
        .values(**values, revision=revision + 1, edited_by_id=actor.id, edited_at=at)
    )
    kept = bool(done.rowcount == 1)  # type: ignore[attr-defined]
    _keep(session, actor, rule_id, revision, values, at=at, kept=kept)
    if kept:
        return revision + 1
    session.refresh(row)
    by = session.scalar(select(Officer.name).where(Officer.id == row.edited_by_id))
    raise ConflictError(draft_of(row), by or "?")


def _as_kept(row: DraftRule, given: RuleFields) -> dict[str, Any]:
    """Return what was typed as a rule keeps it: titles on one line, ticked boxes in the order that the rule has."""
    values: dict[str, Any] = {name: unix_lines(getattr(given, name)) for name in NAMES}
    values |= {name: one_line(values[name]) for name in ("title_ms", "title_en")}
    for name in ("categories", "sources"):
        ticked, order = values[name].split(), getattr(row, name).split()
        kept = [word for word in order if word in ticked]
        values[name] = " ".join(dict.fromkeys([*kept, *ticked]))
    return values


def _keep(
    session: Session,
    actor: Actor,
    rule_id: int,
    revision: int,
    values: dict[str, Any],
    *,
    at: datetime,
    kept: bool,
) -> None:
    """Append a text to the rule's history of saves."""
    session.add(
        DraftSave(
            draft_rule_id=rule_id,
            revision=revision,
            saved_by_id=actor.id,
            saved_at=at,
            kept=kept,
            content=json.dumps(values, ensure_ascii=False),
        )
    )
    session.flush()


def keep_save(session: Session, actor: Actor, row: DraftRule, *, at: datetime) -> None:
    """Append a rule's text as an act made it to the rule's history of saves."""
    values = {name: getattr(row, name) for name in NAMES}
    _keep(session, actor, row.id, row.revision, values, at=at, kept=True)


def add_rule(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    chapter_code: str,
    new_chapter: tuple[str, str] | None,
    at: datetime,
) -> int:
    """Add an empty rule at the end of a chapter, or of a new one with its titles; return the draft rule's id."""
    rows = rules_to_write(session, draft_id)
    same = [row for row in rows if row.chapter_code == chapter_code]
    if new_chapter is not None:
        handbook = rows[0].code.split("-")[0]
        chapter_code = next_chapter(handbook, (row.chapter_code for row in rows))
        titles = (one_line(new_chapter[0]), one_line(new_chapter[1]))
        after = rows[-1].position
    elif same:
        titles, after = (same[-1].chapter_ms, same[-1].chapter_en), same[-1].position
    else:
        raise NotFoundError(N_("Bab ini tidak ditemui."))
    row = DraftRule(
        draft_id=draft_id,
        position=room_after(session, rows, after),
        code=next_code(chapter_code, used_codes(rows)),
        chapter_code=chapter_code,
        chapter_ms=titles[0],
        chapter_en=titles[1],
        title_ms="",
        title_en="",
        body_ms="",
        body_en="",
        strength="must",
        categories="",
        sources="",
        change="new",
        edited_by_id=actor.id,
        edited_at=at,
    )
    session.add(row)
    note_edit(session, actor, draft_id, at)
    session.flush()
    return row.id


def note_edit(session: Session, actor: Actor, draft_id: int, at: datetime) -> None:
    """Note that somebody changed the draft as a whole, once in a row: who wrote on a draft never approves it."""
    last = session.scalar(
        select(DraftEvent)
        .where(DraftEvent.draft_id == draft_id)
        .order_by(DraftEvent.id.desc())
        .limit(1)
    )
    if last is None or (last.act, last.officer_id) != ("edited", actor.id):
        note_event(session, actor, draft_id, "edited", "", at)


def note_event(
    session: Session, actor: Actor, draft_id: int, act: str, words: str, at: datetime
) -> None:
    """Append to what happened to a draft."""
    session.add(DraftEvent(draft_id=draft_id, act=act, officer_id=actor.id, at=at, words=words))
    session.flush()


def hold_draft(session: Session, draft_id: int) -> Draft | None:
    """Return a draft as it is now; until the end of the transaction nobody else writes on it. None without any."""
    return session.get(Draft, draft_id, with_for_update={"key_share": True}, populate_existing=True)


def check_writable(session: Session, draft_id: int) -> Draft:
    """Return a draft that may be written on, held until the end of the transaction. Raises DomainError for any other.

    Who writes on a draft waits for who writes or submits it now, so nothing slips into what is being reviewed.
    """
    draft = hold_draft(session, draft_id)
    if draft is None:
        raise NotFoundError(N_("Draf ini tidak ditemui."))
    if draft.state != "draft":
        raise DomainError(STATE_WORDS[draft.state])
    return draft


def rule_to_write(session: Session, rule_id: int) -> DraftRule:
    """Return a rule of a draft that may be written on. Raises DomainError for any other."""
    row = session.get(DraftRule, rule_id)
    if row is None:
        raise NotFoundError(N_("Peraturan ini tidak ditemui."))
    check_writable(session, row.draft_id)
    session.refresh(row)  # as it is now that nobody else can write
    return row


def rules_to_write(session: Session, draft_id: int) -> list[DraftRule]:
    """Return the rules of a draft that may be written on, in order. Raises DomainError for any other."""
    check_writable(session, draft_id)
    return list(
        session.scalars(
            select(DraftRule)
            .where(DraftRule.draft_id == draft_id)
            .order_by(DraftRule.position, DraftRule.id)
            .execution_options(populate_existing=True)
        )
    )


def used_codes(rows: list[DraftRule]) -> list[str]:
    """Return the codes that are taken."""
    return [row.code for row in rows]


def room_after(session: Session, rows: list[DraftRule], position: int) -> int:
    """Return a place right after a position, moving what follows."""
    for row in rows:
        if row.position > position:
            row.position += 10
    session.flush()
    return position + 5


def touched(session: Session, actor: Actor, at: datetime, *rows: DraftRule) -> None:
    """Mark rules of one draft as changed by somebody now, who thereby wrote on the draft."""
    for row in rows:
        row.revision += 1
        row.edited_by_id, row.edited_at = actor.id, at
    if rows:
        note_edit(session, actor, rows[0].draft_id, at)


def _record(session: Session, act: str, actor: Actor, at: datetime, **facts: object) -> None:
    record(session, act, actor_id=actor.id, office_id=actor.office_id, at=at, **facts)
