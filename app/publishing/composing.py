"""A draft made into a version: faults in words for its author, then the version as its files would tell it."""

import hashlib
from dataclasses import dataclass
from datetime import date
from io import StringIO

from pydantic import ValidationError
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import N_, DomainError
from app.handbooks.folder import (
    ChangeShape,
    HandbookShape,
    SourceShape,
    VersionShape,
    VersionSource,
)
from app.handbooks.models import Handbook
from app.handbooks.source import CONTROL, BookSource, content_hash, parse_book
from app.handbooks.yaml_files import Both, plain
from app.publishing import queries
from app.publishing.logic import (
    LANGUAGES,
    UNSHOWN,
    DraftFault,
    RuleDraft,
    Wording,
    book_text,
    in_book_order,
    next_number,
    real_change,
    rule_faults,
    text_faults,
    title_faults,
)
from app.publishing.queries import DraftRow, DraftRuleRow


@dataclass(frozen=True)
class Composed:
    """A draft as a version: its shape and books, and which draft rule stands behind each code."""

    version: VersionSource
    rules: tuple[RuleDraft, ...]  # those it has, in order
    retired: tuple[DraftRuleRow, ...]

    @property
    def fingerprint(self) -> str:
        """Return a short hash of all that would be published, so that who approves approves what was shown."""
        said = self.version.shape.model_dump_json(by_alias=True)
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def manifest_shape(session: Session, *, handbook_id: int) -> tuple[str, HandbookShape]:
    """Return a handbook's handbook.yml, as text and as its shape.

    Raises DomainError for a handbook loaded before the portal kept that file.
    """
    manifest = session.scalar(select(Handbook.manifest).where(Handbook.id == handbook_id)) or ""
    if not manifest:
        raise DomainError(
            N_(
                "Fail buku panduan ini belum disimpan. Minta pentadbir menjalankan `flask handbooks load`."
            )
        )
    return manifest, HandbookShape.model_validate(plain(YAML(typ="rt").load(StringIO(manifest))))


def sources_of(shape: HandbookShape, draft: DraftRow) -> dict[str, SourceShape]:
    """Return the sources a rule of the draft may name: those of the handbook and those the draft adds."""
    added = {key: SourceShape.model_validate(value) for key, value in draft.sources.items()}
    return {**shape.sources, **added}


def faults_of(
    draft: DraftRow, rows: list[DraftRuleRow], source_keys: set[str], *, today: date
) -> list[DraftFault]:
    """Return everything to be put right before the draft can be submitted or published."""
    faults = [
        DraftFault(row.rule.id, text, row.rule.code)
        for row in rows
        for text in rule_faults(row.rule, row.known, source_keys)
    ]
    faults += _book_faults(draft, rows)
    texts = (draft.title_ms, draft.title_en, draft.summary_ms, draft.summary_en)
    if not all(text.strip() for text in texts):
        faults.append(DraftFault(None, N_("Isi tajuk dan ringkasan versi dalam kedua-dua bahasa.")))
    if draft.effective_on is None:
        faults.append(DraftFault(None, N_("Pilih tarikh versi ini berkuat kuasa.")))
    elif draft.effective_on < today or draft.effective_on <= draft.base_effective_on:
        faults.append(
            DraftFault(
                None, N_("Pilih tarikh kuat kuasa yang belum lepas dan selepas versi sebelumnya.")
            )
        )
    if not any(real_change(row.rule, row.known) for row in rows):
        faults.append(DraftFault(None, N_("Belum ada peraturan yang berubah.")))
    if all(row.rule.retired for row in rows):
        faults.append(
            DraftFault(None, N_("Buku panduan mesti mempunyai sekurang-kurangnya satu peraturan."))
        )
    codes = [row.rule.code for row in rows if not row.rule.retired]
    taken = {row.known.code for row in rows if row.known and row.rule.retired}
    doubled = sorted({c for c in codes if codes.count(c) > 1 or c in taken})
    text = N_("Dua peraturan mempunyai kod yang sama. Susun semula nombor.")
    return faults + [DraftFault(None, text, code) for code in doubled]


def _book_faults(draft: DraftRow, rows: list[DraftRuleRow]) -> list[DraftFault]:
    """Return what stands around the rules and could not be read back from the files, each once."""
    chapters = {row.rule.chapter_code: row.rule.chapter for row in rows if not row.rule.retired}
    titled = [("", (draft.title_ms, draft.title_en)), *chapters.items()]
    found = [
        (code, text) for code, both in titled for title in both for text in title_faults(title)
    ]
    found += [
        ("", text)
        for preface in (draft.preface_ms, draft.preface_en)
        for text in text_faults(Wording("", preface))
    ]
    found += [
        (code, N_("Isi tajuk bab dalam kedua-dua bahasa."))
        for code, both in chapters.items()
        if not all(title.strip() for title in both)
    ]
    if CONTROL.search(draft.summary_ms + draft.summary_en):
        found.append(("", UNSHOWN))
    return [DraftFault(None, text, code) for code, text in dict.fromkeys(found)]


def composed(
    session: Session, draft: DraftRow, rows: list[DraftRuleRow], shape: HandbookShape
) -> Composed:
    """Return the draft as a version. The caller has looked for faults.

    Raises DomainError when the book cannot be read back: a fault nobody foresaw is never published.
    """
    rules = in_book_order(row.rule for row in rows if not row.rule.retired)
    texts = {
        "ms": book_text(draft.title_ms, draft.preface_ms, rules, "ms"),
        "en": book_text(draft.title_en, draft.preface_en, rules, "en"),
    }
    keys = set(sources_of(shape, draft))
    books = {}
    for language in LANGUAGES:
        books[language], faults = parse_book(texts[language], f"{language}.md", shape.code, keys)
        if faults:
            raise DomainError(
                N_("Buku tidak dapat disusun (%(fault)s). Betulkan dan cuba lagi."),
                fault=str(faults[0]),
            )
        _refuse_unlike(books[language], draft, rules, language)
    hashed = content_hash(texts["ms"].encode(), texts["en"].encode())
    version = VersionSource(_shape(session, draft, rows, hashed), books, hashed)
    retired = tuple(row for row in rows if row.rule.retired and row.known)
    return Composed(version, tuple(rules), retired)


def _refuse_unlike(
    book: BookSource, draft: DraftRow, rules: list[RuleDraft], language: str
) -> None:
    """Refuse a book that says something else, read back, than what its author wrote."""
    place = LANGUAGES.index(language)
    title = draft.title_en if language == "en" else draft.title_ms
    wrote = [
        (rule.code, rule.chapter[place].strip(), rule.wording(language).hash, rule.categories)
        for rule in rules
    ]
    reads = [(rule.code, rule.chapter, rule.text_hash, rule.categories) for rule in book.rules]
    if book.title != title.strip() or wrote != reads:
        raise DomainError(
            N_("Buku tidak dapat disusun (%(fault)s). Betulkan dan cuba lagi."),
            fault=f"{language}.md",
        )


def _shape(
    session: Session, draft: DraftRow, rows: list[DraftRuleRow], hashed: str
) -> VersionShape:
    changes = changes_of(rows)
    material = any(change.kind != "editorial" for change in changes.values())
    numbers = queries.version_numbers(session, handbook_id=draft.handbook_id)
    try:
        return VersionShape(
            number=next_number(numbers, draft.base_number, material=material),
            effective_on=draft.effective_on or date.max,
            summary=Both(ms=draft.summary_ms or "…", en=draft.summary_en or "…"),
            sha256=hashed,
            read_within_days=draft.read_within_days,
            changes=changes,
        )
    except ValidationError as error:
        raise DomainError(N_("Butiran versi tidak lengkap. Semak semula.")) from error


def changes_of(rows: list[DraftRuleRow]) -> dict[str, ChangeShape]:
    """Return what the draft does to each rule, by code (a retired rule by the code it had)."""
    codes = {row.known.rule_id: row.known.code for row in rows if row.known}
    found = {}
    for row in rows:
        rule, known = row.rule, row.known
        if not real_change(rule, known):
            continue
        renamed = known is not None and not rule.retired and rule.code != known.code
        found[known.code if known and rule.retired else rule.code] = ChangeShape(
            kind=rule.change or "material",  # type: ignore[arg-type]
            note=Both(ms=rule.note[0] or "…", en=rule.note[1] or "…"),
            was=known.code if known and renamed else "",
            **{"from": () if rule.retired else _origins(rule, codes)},
        )
    return found


def _origins(rule: RuleDraft, codes: dict[int, str]) -> tuple[str, ...]:
    """Return the codes that the rule's ancestors had in the version before, each once and none its own."""
    others = dict.fromkeys(a for a in rule.ancestors if a != rule.rule_id)
    return tuple(codes[a] for a in others if a in codes)
