"""What publishing one changed rule costs as the department grows: seconds, statements, and rows written for officers."""

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.acknowledgements.models import Acknowledgement
from app.clock import local_date, now
from app.compliance.models import Exemption, Reminder
from app.compliance.tallies import refresh
from app.db import Database
from app.handbooks.models import Handbook
from app.people.models import Officer, RoleGrant
from app.people.queries import actor_of
from app.publishing import queries, services, writing
from app.publishing.composing import composed, manifest_shape
from app.publishing.impact import impact_of
from app.quizzes.models import Attempt, Grade
from bench.sizes import department, milliseconds

SIZES = (1_200, 10_000, 100_000)
QUICK = (1_200, 5_000)
PERSONAL = (Acknowledgement, Exemption, Reminder, Grade, Attempt)


@dataclass(frozen=True)
class Line:
    """One size: seconds for counting the impact, publishing and counting who stands where anew; what was written."""

    officers: int
    asked: int
    impact: float
    publish: float
    statements: int
    personal_rows: int
    tallies: float
    home_ms: float


def actor_with(session: Session, role: str) -> Actor:
    """Return somebody who holds a role."""
    officer_id = session.scalar(
        select(RoleGrant.officer_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
    )
    version = session.get_one(Officer, officer_id or 0).session_version
    actor = actor_of(
        session, officer_id=officer_id or 0, session_version=version, on=local_date(now())
    )
    assert actor, f"nobody is {role}"
    return actor


def drafted(database: Database, at: datetime) -> int:
    """Return a draft of the first handbook with one rule changed in substance, in review."""
    with database.transaction() as session:
        author = actor_with(session, "author")
        handbook_id = session.scalar(select(Handbook.id).order_by(Handbook.position)) or 0
        draft_id = writing.start_draft(session, author, handbook_id=handbook_id, at=at)
        draft = queries.draft_row(session, draft_id=draft_id)
        assert draft
        row = queries.draft_rule_rows(session, draft=draft)[0]
        rule = row.rule
        given = writing.RuleFields(
            rule.ms.title, rule.en.title, f"{rule.ms.body}\n\nAyat baharu.", f"{rule.en.body}\n\nNew.",
            rule.strength, " ".join(rule.categories), " ".join(rule.sources), "material", "Ukuran.", "Bench.",
        )  # fmt: skip
        writing.save_rule(
            session, author, rule_id=rule.id, revision=row.revision, given=given, at=at
        )
        details = services.Details(
            draft.title_ms, draft.title_en, draft.preface_ms, draft.preface_en, "Baharu.", "New.", local_date(at), 14
        )  # fmt: skip
        services.change_details(
            session, author, draft_id=draft_id, revision=draft.revision, given=details, at=at
        )
        services.submit_draft(session, author, draft_id=draft_id, words="", at=at)
    return draft_id


def personal_rows(database: Database) -> int:
    """Return how many rows there are that belong to officers."""
    with database.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(model)) or 0 for model in PERSONAL
        )


def counted(database: Database, draft_id: int, at: datetime) -> tuple[int, str, float]:
    """Return how many officers publishing would ask again, the draft's fingerprint, and the seconds of counting."""
    with database.reading() as session:
        draft = queries.draft_row(session, draft_id=draft_id)
        assert draft
        rows = queries.draft_rule_rows(session, draft=draft)
        _manifest, shape = manifest_shape(session, handbook_id=draft.handbook_id)
        made = composed(session, draft, rows, shape)
        began = time.perf_counter()
        impact = impact_of(session, draft, rows, made, today=local_date(at))
        return impact.officers, made.fingerprint, time.perf_counter() - began


def published(database: Database, draft_id: int, seen: str, at: datetime) -> tuple[float, int]:
    """Publish the draft; return the seconds and the statements it took."""
    statements = 0

    def note(*_facts: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(database.engine, "before_cursor_execute", note)
    began = time.perf_counter()
    with database.transaction() as session:
        approver = actor_with(session, "approver")
        services.publish_draft(session, approver, draft_id=draft_id, seen=seen, words="", at=at)
    took = time.perf_counter() - began
    event.remove(database.engine, "before_cursor_execute", note)
    return took, statements


def measured(officers: int) -> Line:
    """Make a department, publish one changed rule, and say what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        app, database, _took = department(f"sqlite:///{Path(folder) / 'bench.db'}", officers)
        at = now()
        draft_id = drafted(database, at)
        asked, seen, counting = counted(database, draft_id, at)
        before = personal_rows(database)
        publishing, statements = published(database, draft_id, seen, at)
        written = personal_rows(database) - before
        began = time.perf_counter()
        refresh(database, path="/", at=at)
        tallying = time.perf_counter() - began
        home = milliseconds(app, database, "/", "D1001", 7)
        database.dispose()
    return Line(officers, asked, counting, publishing, statements, written, tallying, home)


def main(*, quick: bool) -> bool:
    """Print a line a size; return whether publishing wrote no row of any officer and no more statements as it grew."""
    lines = [measured(size) for size in sizes_of(quick)]
    print(f"{'officers':>10}{'asked again':>13}{'impact s':>10}{'publish s':>11}{'statements':>12}"
          f"{'officer rows':>14}{'tallies s':>11}{'home ms':>9}")  # fmt: skip
    for line in lines:
        print(
            f"{line.officers:>10,}{line.asked:>13,}{line.impact:>10.2f}{line.publish:>11.2f}{line.statements:>12}"
            f"{line.personal_rows:>14}{line.tallies:>11.1f}{line.home_ms:>9.0f}"
        )
    return (
        all(line.personal_rows == 0 for line in lines)
        and len({line.statements for line in lines}) == 1
    )


def sizes_of(quick: bool) -> Iterable[int]:
    """Return the sizes to measure."""
    return QUICK if quick else SIZES
