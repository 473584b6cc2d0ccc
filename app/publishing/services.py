"""Acts on drafts as a whole: details, sources, submit, return, approve and publish, withdraw; and bringing into force."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.compliance.services import assignments_changed
from app.db import Database
from app.errors import N_, DomainError, NotFoundError, RefusedError
from app.handbooks.folder import HandbookShape, SourceShape, VersionSource
from app.handbooks.lineage import permanent_names
from app.handbooks.manifest import amended
from app.handbooks.models import Handbook, HandbookVersion
from app.handbooks.services import hold_handbook, load_version
from app.publishing import queries
from app.publishing.composing import (
    Composed,
    composed,
    faults_of,
    manifest_shape,
    sources_of,
)
from app.publishing.logic import one_line, unix_lines
from app.publishing.models import Draft
from app.publishing.queries import DraftRow
from app.publishing.writing import (
    STATE_WORDS,
    OvertakenError,
    check_writable,
    hold_draft,
    note_edit,
    note_event,
)

SECOND_PERSON = N_(
    "Orang yang menulis draf ini tidak boleh meluluskannya. Minta pelulus lain menyemaknya."
)
SHAPED = N_("Draf ini berubah sejak anda membukanya. Baca semula, kemudian luluskan.")


@dataclass(frozen=True)
class Details:
    """What an author says of the next version as a whole."""

    title_ms: str
    title_en: str
    preface_ms: str
    preface_en: str
    summary_ms: str
    summary_en: str
    effective_on: date | None
    read_within_days: int


def change_details(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    revision: int,
    given: Details,
    at: datetime,
) -> None:
    """Keep what is said of the version as a whole. Raises OvertakenError when somebody else saved since."""
    draft = check_writable(session, draft_id)
    values = _as_kept(given)
    if all(getattr(draft, name) == value for name, value in values.items()):
        return
    if draft.revision != revision:
        raise OvertakenError
    for name, value in values.items():
        setattr(draft, name, value)
    draft.revision += 1
    note_edit(session, actor, draft_id, at)


def _as_kept(given: Details) -> dict[str, object]:
    """Return the details with titles on one line and the line ends of the files."""
    values = dict(vars(given))
    for name in ("title_ms", "title_en"):
        values[name] = one_line(values[name])
    for name in ("preface_ms", "preface_en", "summary_ms", "summary_en"):
        values[name] = unix_lines(values[name])
    return values


def add_source(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    key: str,
    source: SourceShape,
    at: datetime,
) -> None:
    """Add a source that the draft's rules may name. Raises DomainError for a key that is taken."""
    draft = check_writable(session, draft_id)
    _manifest, shape = manifest_shape(session, handbook_id=draft.handbook_id)
    added = json.loads(draft.sources)
    if key in shape.sources or key in added:
        raise DomainError(N_("Kunci sumber ini sudah digunakan. Pilih kunci lain."), field="key")
    draft.sources = json.dumps({**added, key: source.model_dump()}, ensure_ascii=False)
    draft.revision += 1
    note_edit(session, actor, draft_id, at)


def submit_draft(
    session: Session, actor: Actor, *, draft_id: int, words: str, at: datetime
) -> None:
    """Hand a draft over for review; from then on nobody edits it. Raises DomainError while something is to be put right."""
    check_writable(session, draft_id)
    _refuse_faulty(session, draft_id, at)
    _turn(session, draft_id, "draft", "in_review")
    note_event(session, actor, draft_id, "submitted", words, at)
    _record(session, "draft.submitted", actor, at, draft_id=draft_id)


def return_draft(
    session: Session, actor: Actor, *, draft_id: int, words: str, at: datetime
) -> None:
    """Give a draft back to its author with words that say why."""
    if not words.strip():
        raise DomainError(N_("Tulis apa yang perlu dibaiki."), field="words")
    _turn(session, draft_id, "in_review", "draft")
    note_event(session, actor, draft_id, "returned", words, at)
    _record(session, "draft.returned", actor, at, draft_id=draft_id)


def withdraw_draft(
    session: Session, actor: Actor, *, draft_id: int, words: str, at: datetime
) -> None:
    """End a draft without publishing it; what was written stays readable."""
    draft = session.get(Draft, draft_id)
    if draft is None or draft.state not in queries.OPEN:
        raise DomainError(STATE_WORDS.get(draft.state if draft else "", STATE_WORDS["withdrawn"]))
    _turn(session, draft_id, draft.state, "withdrawn")
    note_event(session, actor, draft_id, "withdrawn", words, at)
    _record(session, "draft.withdrawn", actor, at, draft_id=draft_id)


def publish_draft(
    session: Session, actor: Actor, *, draft_id: int, seen: str, words: str, at: datetime
) -> int:
    """Approve a draft and publish it as a version, in force from its day on; return the version's id.

    `seen` is the fingerprint of what the approver was shown. No row is written for any officer. Raises RefusedError for
    somebody who wrote on the draft, DomainError when it is not in review, changed since, or has a fault.
    """
    if (held := hold_draft(session, draft_id)) is None:
        raise NotFoundError(N_("Draf ini tidak ditemui."))
    handbook = hold_handbook(session, held.handbook_id)
    draft, shape, made = prepared(session, draft_id, at)
    if actor.id in queries.writers_of(session, draft_id=draft_id):
        raise RefusedError(SECOND_PERSON)
    if made.fingerprint != seen:
        raise DomainError(SHAPED)
    _turn(session, draft_id, "in_review", "published")
    manifest, _ = manifest_shape(session, handbook_id=handbook.id)
    handbook.manifest = amended(manifest, made.version.shape, _added_sources(draft))
    full = shape.model_copy(update={"sources": sources_of(shape, draft)})
    try:
        with session.begin_nested():
            row = load_version(
                session,
                handbook,
                full,
                made.version,
                _names(session, draft, made.version),
                at=at,
                published_by_id=actor.id,
            )
    except IntegrityError as error:
        raise DomainError(
            N_(
                "Buku panduan ini sudah mempunyai versi yang berkuat kuasa pada tarikh itu. Pilih tarikh lain."
            )
        ) from error
    session.execute(
        update(Draft)
        .where(Draft.id == draft_id)
        .values(version_id=row.id, manifest_before=manifest)
    )
    note_event(session, actor, draft_id, "published", words, at)
    assignments_changed(session)
    return row.id


def prepared(
    session: Session, draft_id: int, at: datetime
) -> tuple[DraftRow, HandbookShape, Composed]:
    """Return a faultless draft in review with the version it makes. Raises DomainError for any other."""
    draft = queries.draft_row(session, draft_id=draft_id)
    if draft is None:
        raise NotFoundError(N_("Draf ini tidak ditemui."))
    if draft.state != "in_review":
        raise DomainError(
            STATE_WORDS.get(draft.state, N_("Draf ini belum dihantar untuk semakan."))
        )
    _refuse_faulty(session, draft_id, at)
    _manifest, shape = manifest_shape(session, handbook_id=draft.handbook_id)
    rows = queries.draft_rule_rows(session, draft=draft)
    return draft, shape, composed(session, draft, rows, shape)


def withdraw_version(session: Session, actor: Actor, *, version_id: int, at: datetime) -> None:
    """Take back a published version before its day; its row stays.

    Raises DomainError once it is in force, when a later version stands on it, or when it came from files.
    """
    row = session.get(HandbookVersion, version_id)
    if row is None:
        raise NotFoundError(N_("Versi ini tidak ditemui."))
    handbook = hold_handbook(session, row.handbook_id)
    draft = session.scalar(select(Draft).where(Draft.version_id == version_id))
    if draft is None:
        raise DomainError(
            N_("Versi ini dimuatkan daripada fail, jadi tidak boleh ditarik balik di sini.")
        )
    if queries.newest_version_id(session, handbook_id=row.handbook_id) != version_id:
        raise DomainError(
            N_("Versi yang lebih baharu berasaskan versi ini. Tarik balik versi itu dahulu.")
        )
    done = session.execute(
        update(HandbookVersion)
        .where(
            HandbookVersion.id == version_id,
            HandbookVersion.withdrawn_at.is_(None),
            HandbookVersion.effective_on > local_date(at),
        )
        .values(withdrawn_at=at)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError(
            N_(
                "Versi ini sudah berkuat kuasa, jadi tidak boleh ditarik balik. Terbitkan versi baharu."
            )
        )
    handbook.manifest = draft.manifest_before or handbook.manifest
    _record(
        session, "handbook.version_withdrawn", actor, at, handbook=handbook.slug, version=row.number
    )
    assignments_changed(session)


def bring_into_force(database: Database, at: datetime) -> int:
    """Notice the versions whose day has come, each once however many nodes look; return how many.

    A version is in force by its day alone; this makes every tally old, so that who is asked again is counted at once.
    """
    with database.reading() as session:
        due = session.execute(
            select(HandbookVersion.id, HandbookVersion.number, Handbook.slug)
            .join(Handbook, Handbook.id == HandbookVersion.handbook_id)
            .where(
                HandbookVersion.in_force_at.is_(None),
                HandbookVersion.withdrawn_at.is_(None),
                HandbookVersion.effective_on <= local_date(at),
            )
        ).all()
    return sum(_bring_one(database, row[0], row[1], row[2], at) for row in due)


def _bring_one(database: Database, version_id: int, number: str, slug: str, at: datetime) -> bool:
    with database.transaction() as session:
        done = session.execute(
            update(HandbookVersion)
            .where(HandbookVersion.id == version_id, HandbookVersion.in_force_at.is_(None))
            .values(in_force_at=at)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]  # another node was quicker
            return False
        record(
            session,
            "handbook.version_in_force",
            actor_id=None,
            office_id=None,
            at=at,
            handbook=slug,
            version=number,
        )
        assignments_changed(session)
        return True


def _refuse_faulty(session: Session, draft_id: int, at: datetime) -> None:
    draft = queries.draft_row(session, draft_id=draft_id)
    if draft is None:
        raise NotFoundError(N_("Draf ini tidak ditemui."))
    newest = queries.newest_version_id(session, handbook_id=draft.handbook_id)
    if newest != draft.base_version_id:
        raise DomainError(
            N_(
                "Versi lain diterbitkan selepas draf ini dimulakan. Tarik balik draf ini dan mulakan semula daripada versi itu."
            )
        )
    _manifest, shape = manifest_shape(session, handbook_id=draft.handbook_id)
    rows = queries.draft_rule_rows(session, draft=draft)
    keys = set(sources_of(shape, draft))
    if found := faults_of(draft, rows, keys, today=local_date(at)):
        raise DomainError(
            N_("Ada %(n)s perkara yang perlu dibetulkan dahulu. Lihat senarai dalam draf."),
            n=len(found),
        )


def _turn(session: Session, draft_id: int, before: str, after: str) -> None:
    done = session.execute(
        update(Draft).where(Draft.id == draft_id, Draft.state == before).values(state=after)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError(
            N_("Draf ini telah diproses oleh orang lain. Buka semula untuk melihat keadaannya.")
        )


def _added_sources(draft: DraftRow) -> dict[str, SourceShape]:
    return {key: SourceShape.model_validate(value) for key, value in draft.sources.items()}


def _names(session: Session, draft: DraftRow, version: VersionSource) -> dict[str, str]:
    """Return the permanent names of the version's rules: kept ones keep theirs, new ones take a free one."""
    known = queries.known_rules(session, version_id=draft.base_version_id)
    names = queries.rule_names(session, ids=set(known))
    before = {rule.code: names[rule.rule_id] for rule in known.values()}
    return permanent_names(
        [version.naming],
        before=before,
        taken=queries.taken_names(session, handbook_id=draft.handbook_id),
    )[-1]


def _record(session: Session, act: str, actor: Actor, at: datetime, **facts: object) -> None:
    record(session, act, actor_id=actor.id, office_id=actor.office_id, at=at, **facts)
