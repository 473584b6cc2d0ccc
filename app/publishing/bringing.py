"""Rules that a document proposes, brought into a draft in one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.publishing.logic import next_chapter, next_code, one_line, unix_lines
from app.publishing.models import DraftRule
from app.publishing.writing import note_edit, rules_to_write, used_codes


@dataclass(frozen=True)
class Imported:
    """A rule that a document proposes, in one language."""

    chapter: str
    title: str
    body: str
    strength: str


def import_rules(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    language: str,
    rules: Sequence[Imported],
    at: datetime,
) -> int:
    """Add rules that a document proposes, in one language; return how many. The other language stays to be written.

    A rule goes to the chapter of the same title, or to a new one. Raises DomainError when the draft is not open for writing.
    """
    rows = rules_to_write(session, draft_id)
    handbook = rows[0].code.split("-")[0]
    for rule in rules:
        same = [
            r for r in rows if _folded(getattr(r, f"chapter_{language}")) == _folded(rule.chapter)
        ]
        chapter = (
            same[0].chapter_code if same else next_chapter(handbook, (r.chapter_code for r in rows))
        )
        named = one_line(rule.chapter)
        titles = (same[0].chapter_ms, same[0].chapter_en) if same else (named, named)
        empty = dict.fromkeys(("title_ms", "title_en", "body_ms", "body_en"), "")
        said = {
            f"title_{language}": one_line(rule.title)[:300],
            f"body_{language}": unix_lines(rule.body),
        }
        row = DraftRule(
            draft_id=draft_id,
            position=max(r.position for r in same or rows) + (1 if same else 10),
            code=next_code(chapter, used_codes(rows)),
            chapter_code=chapter,
            chapter_ms=titles[0],
            chapter_en=titles[1],
            strength=rule.strength if rule.strength in ("must", "should", "may") else "must",
            categories="",
            sources="",
            change="new",
            edited_by_id=actor.id,
            edited_at=at,
            **{**empty, **said},
        )
        session.add(row)
        rows.append(row)
    note_edit(session, actor, draft_id, at)
    session.flush()
    return len(rules)


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
