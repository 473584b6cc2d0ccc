"""What a draft changes around its rules, which an approver must see too: title, opening, what is said of it, chapters, sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from app.errors import N_
from app.handbooks import queries as handbooks
from app.handbooks.logic import difference, plain_text
from app.handbooks.markdown import difference_html
from app.publishing.logic import LANGUAGES
from app.publishing.queries import DraftRow, DraftRuleRow

LABELS = {
    "title_ms": N_("Tajuk buku (BM)"),
    "title_en": N_("Tajuk buku (BI)"),
    "preface_ms": N_("Pembukaan (BM)"),
    "preface_en": N_("Pembukaan (BI)"),
}
SUMMARIES = {
    "summary_ms": N_("Apa yang baharu dalam versi ini (BM)"),
    "summary_en": N_("Apa yang baharu dalam versi ini (BI)"),
}
CHAPTERS = {"ms": N_("Tajuk bab (BM)"), "en": N_("Tajuk bab (BI)")}


@dataclass(frozen=True)
class Around:
    """A change beside the rules: what it is (a Malay sentence), in which language, and the difference."""

    label: str
    language: str
    marked: Markup


def around_of(session: Session, draft: DraftRow, rules: list[DraftRuleRow]) -> list[Around]:
    """Return all that a draft changes or adds around its rules."""
    base = handbooks.version_rows(session, ids=[draft.base_version_id]).get(draft.base_version_id)
    if base is None:
        return []  # withdrawn meanwhile, so that this draft cannot be published
    told = [(label, name, getattr(base, name)) for name, label in LABELS.items()]
    told += [(label, name, "") for name, label in SUMMARIES.items()]
    found = [
        _around(label, name[-2:], before, getattr(draft, name))
        for label, name, before in told
        if getattr(draft, name) != before
    ]
    found += _chapters(session, draft, rules)
    for source in draft.sources.values():
        found += [_around(N_("Sumber"), code, "", source[code]) for code in LANGUAGES]
        found += [_around(N_("Sumber"), "", "", source["url"])] if source.get("url") else []
    return found


def _chapters(session: Session, draft: DraftRow, rules: list[DraftRuleRow]) -> Iterator[Around]:
    for place, code in enumerate(LANGUAGES):
        held = handbooks.rule_rows(session, version_id=draft.base_version_id, language=code)
        before = {row.chapter_code: row.chapter for row in held}
        after = {item.rule.chapter_code: item.rule.chapter[place] for item in rules}
        for chapter, title in after.items():
            if title != before.get(chapter):
                yield _around(CHAPTERS[code], code, before.get(chapter, ""), title)


def _around(label: str, language: str, before: str, after: str) -> Around:
    return Around(
        label, language, difference_html(difference(plain_text(before), plain_text(after)))
    )
