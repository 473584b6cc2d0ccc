"""Acts on handbooks: loading published versions. A version that is loaded is never changed."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.errors import ContentError
from app.handbooks.folder import LANGUAGES, HandbookShape, HandbookSource, VersionSource
from app.handbooks.models import (
    Handbook,
    HandbookVersion,
    Rule,
    RuleAncestor,
    RuleRetirement,
    RuleText,
)
from app.handbooks.source import RuleSource
from app.handbooks.stems import stems_of


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
    names = source.names()
    added = []
    for version, named in zip(source.versions, names, strict=True):
        number = version.shape.number
        if number in known:
            _refuse_change(source, version, known[number])
        else:
            load_version(session, handbook, source.shape, version, named, at=at)
            added.append(number)
    filed = {version.shape.number for version in source.versions}
    published = {number for number, version in known.items() if version.withdrawn_at is None}
    if not published - filed and not (known.keys() - published) & filed:
        # the files know every version and none that was withdrawn, so they speak for the whole handbook
        handbook.manifest = source.manifest
    _fill_missing_stems(session, handbook)
    return added


def _fill_missing_stems(session: Session, handbook: Handbook) -> None:
    """Make findable what was loaded before there was a search."""
    for text in session.scalars(
        select(RuleText)
        .join(HandbookVersion, HandbookVersion.id == RuleText.version_id)
        .where(HandbookVersion.handbook_id == handbook.id, RuleText.stems == "")
    ):
        text.stems = stems_of(f"{text.code} {text.title}\n{text.body}", text.language)


def load_version(
    session: Session,
    handbook: Handbook,
    shape: HandbookShape,
    version: VersionSource,
    named: Mapping[str, str],
    *,
    at: datetime,
    published_by_id: int | None = None,
) -> HandbookVersion:
    """Write one version with its rules; the only way a version comes to be. Its content has been checked.

    `named` are the permanent names of its rules by code.
    """
    row = _version_row(handbook, version, at=at, published_by_id=published_by_id)
    before = _texts_in_force_before(session, handbook.id, version.shape.effective_on)
    session.add(row)
    session.flush()
    rules = _rules(session, handbook, named)
    ids = {code: rules[name] for code, name in named.items()}
    session.execute(insert(RuleText), _texts(shape, version, row.id, ids))
    _write_lineage(session, version, row.id, ids, before)
    retired = {code: before[code] for code in before if before[code] not in ids.values()}
    row.asks_again = _asks_again(version, bool(before), retired)
    record(
        session,
        "handbook.version_loaded" if published_by_id is None else "handbook.version_published",
        actor_id=published_by_id,
        office_id=None,
        at=at,
        handbook=shape.slug,
        version=version.shape.number,
        content_hash=version.content_hash,
        rules=len(version.books["ms"].rules),
    )
    return row


def _asks_again(version: VersionSource, follows: bool, retired: Mapping[str, int]) -> bool:
    """Say whether who knew the version before must read anything anew."""
    changes = version.shape.changes
    asking = any(change.kind != "editorial" for change in changes.values())
    unlisted = any(code not in changes for code in retired)  # versions older than the listing
    return not follows or asking or unlisted


def _version_row(
    handbook: Handbook, version: VersionSource, *, at: datetime, published_by_id: int | None
) -> HandbookVersion:
    ms, en, shape = version.books["ms"], version.books["en"], version.shape
    return HandbookVersion(
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
        read_within_days=shape.read_within_days,
        published_by_id=published_by_id,
    )


def _texts_in_force_before(session: Session, handbook_id: int, day: date) -> dict[str, int]:
    """Return the rules, by code, of the newest version that begins before a day."""
    newest = session.scalar(
        select(HandbookVersion.id)
        .where(
            HandbookVersion.handbook_id == handbook_id,
            HandbookVersion.withdrawn_at.is_(None),
            HandbookVersion.effective_on < day,
        )
        .order_by(HandbookVersion.effective_on.desc())
        .limit(1)
    )
    rows = session.execute(
        select(RuleText.code, RuleText.rule_id).where(
            RuleText.version_id == newest, RuleText.language == "ms"
        )
    )
    return {row[0]: row[1] for row in rows}


def _write_lineage(
    session: Session,
    version: VersionSource,
    version_id: int,
    ids: Mapping[str, int],
    before: Mapping[str, int],
) -> None:
    for code, change in version.shape.changes.items():
        for origin in dict.fromkeys(change.origins):
            session.add(
                RuleAncestor(rule_id=ids[code], ancestor_id=before[origin], version_id=version_id)
            )
        if code not in ids and code in before:
            session.add(
                RuleRetirement(
                    version_id=version_id,
                    rule_id=before[code],
                    kind="retired" if change.kind == "new" else change.kind,
                    note_ms=change.note.ms,
                    note_en=change.note.en,
                )
            )


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


def hold_handbook(session: Session, handbook_id: int) -> Handbook:
    """Return a handbook as it is now; until the end of the transaction nobody else adds or takes back a version."""
    return session.get_one(
        Handbook, handbook_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _handbook(session: Session, source: HandbookSource) -> Handbook:
    shape = source.shape
    handbook = session.scalar(
        select(Handbook).where(Handbook.slug == shape.slug).with_for_update(key_share=True)
    )
    if handbook is None:
        handbook = Handbook(slug=shape.slug, code=shape.code)
        session.add(handbook)
    handbook.position, handbook.confirmed = shape.position, shape.confirmed
    handbook.about_ms, handbook.about_en = shape.about.ms, shape.about.en
    session.flush()
    return handbook


def _rules(session: Session, handbook: Handbook, named: Mapping[str, str]) -> dict[str, int]:
    """Return the ids of rules by permanent name, making those that are new."""
    known = {
        rule.code: rule.id
        for rule in session.scalars(select(Rule).where(Rule.handbook_id == handbook.id))
    }
    for name in named.values():
        if name not in known:
            rule = Rule(handbook_id=handbook.id, code=name)
            session.add(rule)
            session.flush()
            known[name] = rule.id
    return known


def _texts(
    shape: HandbookShape, version: VersionSource, version_id: int, ids: Mapping[str, int]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for language in LANGUAGES:
        for position, rule in enumerate(version.books[language].rules, start=1):
            change = version.shape.changes.get(rule.code)
            rows.append(
                {
                    "version_id": version_id,
                    "rule_id": ids[rule.code],
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
                    "sources": _sources(shape, rule, language),
                    "change": change.kind if change else "",
                    "change_note": change.note.in_language(language) if change else "",
                    "stems": stems_of(f"{rule.code} {rule.title}\n{rule.body}", language),
                }
            )
    return rows


def _sources(shape: HandbookShape, rule: RuleSource, language: str) -> str:
    named = [shape.sources[key] for key in rule.sources]
    rows = [
        {"label": item.en if language == "en" else item.ms, "url": item.url, "kind": item.kind}
        for item in named
    ]
    return json.dumps(rows, ensure_ascii=False)
