"""The author's desk of the tests: what an author and an approver do, in short words."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.clock import local_date
from app.db import Database
from app.handbooks.models import Handbook
from app.publishing import queries, services, writing
from app.publishing.composing import composed, manifest_shape
from app.publishing.impact import Impact, impact_of
from app.publishing.queries import DraftRow, DraftRuleRow
from app.publishing.writing import RuleFields
from tests.cast import Cast


@dataclass
class Desk:
    """One draft of the small handbook, written by Devi and approved by Chong."""

    database: Database
    cast: Cast
    at: datetime
    draft_id: int = 0

    def start(self) -> "Desk":
        """Begin a draft."""
        with self.database.transaction() as session:
            handbook_id = session.scalar(select(Handbook.id).where(Handbook.slug == "uji"))
            self.draft_id = writing.start_draft(
                session, self.cast.devi, handbook_id=handbook_id or 0, at=self.at
            )
        return self

    @property
    def draft(self) -> DraftRow:
        """Return the draft as it is."""
        with self.database.reading() as session:
            found = queries.draft_row(session, draft_id=self.draft_id)
        assert found
        return found

    @property
    def rows(self) -> list[DraftRuleRow]:
        """Return its rules."""
        with self.database.reading() as session:
            return queries.draft_rule_rows(session, draft=self.draft)

    def row(self, code: str) -> DraftRuleRow:
        """Return one rule of the draft by its code."""
        return next(row for row in self.rows if row.rule.code == code)

    def fields(self, code: str) -> RuleFields:
        """Return what the editor shows of a rule."""
        return fields_of(self.row(code))

    def edit(self, code: str, *, revision: int | None = None, **changes: str) -> int:
        """Save a rule with some fields changed; return its new revision."""
        return self.edit_row(self.row(code), revision=revision, **changes)

    def edit_row(self, row: DraftRuleRow, *, revision: int | None = None, **changes: str) -> int:
        """Save a rule that was read before, with some fields changed; return its new revision."""
        with self.database.transaction() as session:
            return writing.save_rule(
                session,
                self.cast.devi,
                rule_id=row.rule.id,
                revision=row.revision if revision is None else revision,
                given=replace(fields_of(row), **changes),
                at=self.at,
            )

    def reword(self, code: str, change: str = "material", more: str = "Ayat baharu.") -> None:
        """Change a rule's text in both languages and say what the change is."""
        old = self.fields(code)
        self.edit(
            code,
            body_ms=f"{old.body_ms}\n\n{more}",
            body_en=f"{old.body_en}\n\n{more}",
            change=change,
            note_ms="Kerana ujian.",
            note_en="Because of a test.",
        )

    def do(self, act: Any, code: str, **facts: Any) -> Any:
        """Do one act of `writing` on a rule."""
        with self.database.transaction() as session:
            return act(session, self.cast.devi, rule_id=self.row(code).rule.id, at=self.at, **facts)

    def fill(self, code: str) -> None:
        """Write a new rule in full."""
        self.edit(
            code,
            title_ms="Peraturan baharu",
            title_en="A new rule",
            body_ms="Lakukan perkara baharu ini.",
            body_en="Do this new thing.",
            sources="akta",
            change="new",
            note_ms="Perlu.",
            note_en="Needed.",
        )

    def day(self, day: date) -> None:
        """Choose the day it comes into effect, with a summary."""
        row = self.draft
        given = services.Details(
            row.title_ms, row.title_en, row.preface_ms, row.preface_en, "Baharu.", "New.", day, 14
        )
        with self.database.transaction() as session:
            services.change_details(
                session,
                self.cast.devi,
                draft_id=self.draft_id,
                revision=row.revision,
                given=given,
                at=self.at,
            )

    def submit(self) -> None:
        """Hand it over."""
        with self.database.transaction() as session:
            services.submit_draft(
                session, self.cast.devi, draft_id=self.draft_id, words="Sila semak.", at=self.at
            )

    def seen(self) -> str:
        """Return the fingerprint of what the approver is shown."""
        with self.database.reading() as session:
            _m, shape = manifest_shape(session, handbook_id=self.draft.handbook_id)
            return composed(session, self.draft, self.rows, shape).fingerprint

    def impact(self) -> Impact:
        """Return what publishing will ask of whom."""
        with self.database.reading() as session:
            _m, shape = manifest_shape(session, handbook_id=self.draft.handbook_id)
            rows = self.rows
            made = composed(session, self.draft, rows, shape)
            return impact_of(session, self.draft, rows, made, today=local_date(self.at))

    def publish(self, seen: str | None = None) -> int:
        """Approve it; return the version's id."""
        with self.database.transaction() as session:
            return services.publish_draft(
                session,
                self.cast.chong,
                draft_id=self.draft_id,
                seen=self.seen() if seen is None else seen,
                words="",
                at=self.at,
            )


def fields_of(row: DraftRuleRow) -> RuleFields:
    """Return what the editor shows of a rule."""
    rule = row.rule
    return RuleFields(
        rule.ms.title, rule.en.title, rule.ms.body, rule.en.body, rule.strength,
        " ".join(rule.categories), " ".join(rule.sources), rule.change, rule.note[0], rule.note[1],
    )  # fmt: skip


def asked(fields: RuleFields) -> dict[str, str]:
    """Return the fields as a form sends them."""
    return {name: str(value) for name, value in asdict(fields).items()}
