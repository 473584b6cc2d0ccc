"""Acts on handbooks: loading published versions. A version that is loaded is never changed."""

import json
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.errors import ContentError
from app.handbooks.folder import LANGUAGES, HandbookSource, VersionSource
from app.handbooks.models import Handbook, HandbookVersion, Rule, RuleText


def load_handbook(session: Session, source: HandbookSource, *, at: datetime) -> list[str]:
    """Add the versions that are not there yet; return their numbers.

    Raises ContentError when a version that is there has another text or another day.
    """
    handbook = _handbook(session, source)
    known = {
        version.number: version
        for version in session.scalars(
            select(HandbookVersion).where(HandbookVersion.handbook_id == handbook.id)
        )
    }
    added = []
    for version in source.versions:
        number = version.shape.number
        if number in known:
            _refuse_change(source, version, known[number])
        else:
            _load_version(session, handbook, source, version, at)
            added.append(number)
    return added


def _refuse_change(source: HandbookSource, version: VersionSource, known: HandbookVersion) -> None:
    place = f"{source.shape.slug}/{version.shape.number}"
    if known.content_hash != version.content_hash:
        raise ContentError(
            [
                f"{place}:1: this version is published and its text was edited: undo the edit and write a new version"
            ]
        )
    if known.effective_on != version.shape.effective_on:
        raise ContentError(
            [
                f"{place}:1: this version is published as in effect from {known.effective_on}: write that day again"
            ]
        )


def _handbook(session: Session, source: HandbookSource) -> Handbook:
    shape = source.shape
    handbook = session.scalar(select(Handbook).where(Handbook.slug == shape.slug))
    if handbook is None:
        handbook = Handbook(slug=shape.slug, code=shape.code)
        session.add(handbook)
    handbook.position, handbook.confirmed = shape.position, shape.confirmed
    handbook.about_ms, handbook.about_en = shape.about.ms, shape.about.en
    session.flush()
    return handbook


def _load_version(
    session: Session,
    handbook: Handbook,
    source: HandbookSource,
    version: VersionSource,
    at: datetime,
) -> None:
    ms, en, shape = version.books["ms"], version.books["en"], version.shape
    row = HandbookVersion(
        handbook_id=handbook.id,
        number=shape.number,
        effective_on=shape.effective_on,
        title_ms=ms.title,
        title_en=en.title,
        summary_ms=shape.summary.ms,
        summary_en=shape.summary.en,
        preface_ms=ms.preface,
        preface_en=en.preface,
        source_ms=ms.source,
        source_en=en.source,
        content_hash=version.content_hash,
        loaded_at=at,
    )
    session.add(row)
    session.flush()
    rules = _rules(session, handbook, version)
    session.execute(insert(RuleText), _texts(source, version, row.id, rules))
    record(
        session,
        "handbook.version_loaded",
        actor_id=None,
        office_id=None,
        at=at,
        handbook=source.shape.slug,
        version=shape.number,
        content_hash=version.content_hash,
        rules=len(ms.rules),
    )


def _rules(session: Session, handbook: Handbook, version: VersionSource) -> dict[str, int]:
    known = {
        rule.code: rule.id
        for rule in session.scalars(select(Rule).where(Rule.handbook_id == handbook.id))
    }
    for code in version.rules("ms"):
        if code not in known:
            rule = Rule(handbook_id=handbook.id, code=code)
            session.add(rule)
            session.flush()
            known[code] = rule.id
    return known


def _texts(
    source: HandbookSource, version: VersionSource, version_id: int, rules: dict[str, int]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for language in LANGUAGES:
        for position, rule in enumerate(version.books[language].rules, start=1):
            change = version.shape.changes.get(rule.code)
            named = [source.shape.sources[key] for key in rule.sources]
            rows.append(
                {
                    "version_id": version_id,
                    "rule_id": rules[rule.code],
                    "language": language,
                    "position": position,
                    "code": rule.code,
                    "chapter_code": rule.chapter_code,
                    "chapter": rule.chapter,
                    "title": rule.title,
                    "body": rule.body,
                    "text_hash": rule.text_hash,
                    "strength": rule.strength,
                    "categories": " ".join(rule.categories),
                    "sources": json.dumps(
                        [
                            {
                                "label": item.en if language == "en" else item.ms,
                                "url": item.url,
                                "kind": item.kind,
                            }
                            for item in named
                        ],
                        ensure_ascii=False,
                    ),
                    "change": change.kind if change else "",
                    "change_note": change.note.in_language(language) if change else "",
                }
            )
    return rows
