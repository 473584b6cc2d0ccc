"""Acts on the shape of a draft: split, merge, retire, restore, move and renumber rules; name chapters."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.errors import N_, DomainError, NotFoundError
from app.publishing.logic import next_code, one_line, renumbered
from app.publishing.models import DraftRule
from app.publishing.queries import draft_of
from app.publishing.writing import (
    NAMES,
    OvertakenError,
    keep_save,
    note_edit,
    room_after,
    rule_to_write,
    rules_to_write,
    touched,
    used_codes,
)


def split_rule(session: Session, actor: Actor, *, rule_id: int, at: datetime) -> int:
    """Add a rule after this one that names it as its ancestor, with the same text to be cut; return its id."""
    row = rule_to_write(session, rule_id)
    rows = rules_to_write(session, row.draft_id)
    copy = DraftRule(
        **{name: getattr(row, name) for name in NAMES},
        draft_id=row.draft_id,
        position=room_after(session, rows, row.position),
        code=next_code(row.chapter_code, used_codes(rows)),
        chapter_code=row.chapter_code,
        chapter_ms=row.chapter_ms,
        chapter_en=row.chapter_en,
        edited_by_id=actor.id,
        edited_at=at,
    )
    copy.change, copy.note_ms, copy.note_en = "new", "", ""
    copy.ancestors = " ".join(filter(None, [str(row.rule_id or ""), row.ancestors]))
    session.add(copy)
    note_edit(session, actor, row.draft_id, at)
    session.flush()
    return copy.id


def merge_rule(session: Session, actor: Actor, *, rule_id: int, into_id: int, at: datetime) -> int:
    """Add a rule's text to another, which then names it as its ancestor, and retire it; return the other's id."""
    row, other = rule_to_write(session, rule_id), rule_to_write(session, into_id)
    if (
        row.id == other.id
        or row.draft_id != other.draft_id
        or "retired" in (row.change, other.change)
    ):
        raise DomainError(N_("Pilih peraturan lain yang masih ada dalam draf ini."), field="into")
    other.body_ms = f"{other.body_ms}\n\n{row.body_ms}".strip()
    other.body_en = f"{other.body_en}\n\n{row.body_en}".strip()
    other.sources = " ".join(dict.fromkeys([*other.sources.split(), *row.sources.split()]))
    lineage = [*other.ancestors.split(), str(row.rule_id or ""), *row.ancestors.split()]
    other.ancestors = " ".join(dict.fromkeys(part for part in lineage if part))
    if other.rule_id is not None:
        other.change = "material"
    row.change = "retired"
    row.note_ms = row.note_ms or f"Digabungkan dengan {other.code}."
    row.note_en = row.note_en or f"Merged into {other.code}."
    touched(session, actor, at, row, other)
    keep_save(session, actor, other, at=at)
    return other.id


def retire_rule(session: Session, actor: Actor, *, rule_id: int, at: datetime) -> None:
    """Leave a rule out of the next version; its note says why."""
    row = rule_to_write(session, rule_id)
    row.change = "retired"
    touched(session, actor, at, row)
    session.flush()


def restore_rule(session: Session, actor: Actor, *, rule_id: int, at: datetime) -> None:
    """Take a retired rule back into the draft, under a free code."""
    row = rule_to_write(session, rule_id)
    others = [r for r in rules_to_write(session, row.draft_id) if r.id != row.id]
    row.change = "" if row.rule_id is not None else "new"
    if row.code in {other.code for other in others}:
        row.code = next_code(row.chapter_code, used_codes(others))
    touched(session, actor, at, row)
    session.flush()


def move_rule(
    session: Session, actor: Actor, *, rule_id: int, after_id: int | None, at: datetime
) -> None:
    """Put a rule after another one, into that one's chapter; without one to the front of its own chapter.

    A rule that changes its chapter takes the next code there; it stays the same rule.
    """
    row = rule_to_write(session, rule_id)
    rows = [r for r in rules_to_write(session, row.draft_id) if r.id != row.id]
    if after_id is None:
        first = min(
            (r.position for r in rows if r.chapter_code == row.chapter_code), default=row.position
        )
        row.position = room_after(session, rows, first - 1)
    else:
        other = next((r for r in rows if r.id == after_id), None)
        if other is None:
            raise NotFoundError(N_("Peraturan ini tidak ditemui."))
        row.position = room_after(session, rows, other.position)
        if other.chapter_code != row.chapter_code:
            row.chapter_code = other.chapter_code
            row.chapter_ms, row.chapter_en = other.chapter_ms, other.chapter_en
            row.code = next_code(row.chapter_code, used_codes(rows))
    touched(session, actor, at, row)
    session.flush()


def renumber_rules(session: Session, actor: Actor, *, draft_id: int, at: datetime) -> int:
    """Number the rules of every chapter in their order; return how many codes changed. Rules stay themselves.

    The code of a rule that the draft retires is given to no other in this version.
    """
    rows = rules_to_write(session, draft_id)
    reserved = [row.code for row in rows if row.change == "retired" and row.rule_id is not None]
    new = {rule.id: rule.code for rule in renumbered([draft_of(row) for row in rows], reserved)}
    changed = [row for row in rows if row.code != new[row.id]]
    for row in changed:
        row.code = new[row.id]
    touched(session, actor, at, *changed)
    session.flush()
    return len(changed)


def rename_chapter(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    chapter_code: str,
    seen: tuple[str, str],
    ms: str,
    en: str,
    at: datetime,
) -> None:
    """Give a chapter other titles; `seen` are those its author was shown, in Malay and in English.

    Raises DomainError when a title is empty or somebody else gave the chapter other titles since.
    """
    if not ms.strip() or not en.strip():
        raise DomainError(N_("Isi tajuk bab dalam kedua-dua bahasa."))
    wanted = (one_line(ms), one_line(en))
    held = [r for r in rules_to_write(session, draft_id) if r.chapter_code == chapter_code]
    if any((row.chapter_ms, row.chapter_en) not in (seen, wanted) for row in held):
        raise OvertakenError
    for row in held:
        row.chapter_ms, row.chapter_en = wanted
    note_edit(session, actor, draft_id, at)
