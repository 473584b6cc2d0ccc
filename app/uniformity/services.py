"""The batch of the night: release what may be shown, measure it, store it. Handbook by handbook, a transaction each."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.clock import local_date
from app.db import Database
from app.handbooks.models import Handbook
from app.quizzes.counting import recount_all
from app.uniformity import counted
from app.uniformity.asked import Answered, Place, RuleNow
from app.uniformity.composing import RuleMeasured, Stored, mark_differing, measure_rule
from app.uniformity.handbook_measures import measure_handbook
from app.uniformity.models import Measure, Release, ReleasedCell
from app.uniformity.monthly import keep_months, months_told
from app.uniformity.nights import TakenError, begin_of_night, claim, finish, give_back, hold
from app.uniformity.releasing import Cell, Held, News, Plan, officers_left, plan
from app.uniformity.suspecting import item_reports, keep_suspicions
from app.uniformity.suspicions import consensus_suspects, split_suspects
from app.uniformity.targets import targets_on
from app.uniformity.verdict import Targets

STEP = 5000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """What a batch did: cells of offices and rules with answers, how many were released anew, measures stored."""

    cells: int = 0
    released: int = 0
    measures: int = 0

    def __add__(self, other: "Batch") -> "Batch":
        return Batch(
            self.cells + other.cells, self.released + other.released, self.measures + other.measures
        )


@dataclass(frozen=True)
class _Read:
    """What one handbook's batch reads: its rules, the cells to release, their counts, and what stands released."""

    handbook_id: int
    rules: list[RuleNow]
    places: dict[int, Place]
    news: list[News]
    held: dict[Cell, Held]
    plan: Plan
    counts: dict[tuple[int, int, str], int]
    officers: dict[Cell, int]
    staff: dict[Cell, int]  # of the office when it was released
    targets: Targets


def nightly(database: Database, at: datetime) -> int:
    """Make the batches of the day, each once, after three in the morning; return how many measures were stored.

    A handbook whose batch fails is tried again the next time and keeps none of the others waiting.
    """
    stored = 0
    for handbook_id in _handbooks(database):
        try:
            made = _once(database, handbook_id, at, unless_since=begin_of_night(at))
            stored += made.measures if made else 0
        except Exception:  # one broken handbook must not stop the others
            log.exception("the batch of handbook %s failed", handbook_id)
    return stored


def make_batch(database: Database, at: datetime) -> Batch:
    """Release what may be shown of the counts and measure every rule, handbook by handbook.

    Raises TakenError where a batch is already at work.
    """
    made = Batch()
    for handbook_id in _handbooks(database):
        one = _once(database, handbook_id, at)
        if one is None:
            raise TakenError
        made = made + one
    return made


def _handbooks(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Handbook.id).order_by(Handbook.position)))


def _once(
    database: Database, handbook_id: int, at: datetime, *, unless_since: datetime | None = None
) -> Batch | None:
    """Make a handbook's batch if nobody else does; None where somebody does, or did since."""
    if not claim(database, handbook_id, at, unless_since=unless_since):
        return None
    try:
        return _of_handbook(database, handbook_id, at)
    except BaseException:
        give_back(database, handbook_id, at)
        raise


def recount_answers(database: Database) -> tuple[int, int]:
    """Rebuild the counts of responses from the answers; return how many cells there are and how many were wrong."""
    return recount_all(database)


def _of_handbook(database: Database, handbook_id: int, at: datetime) -> Batch:
    with database.reading() as session:
        read = _read(session, handbook_id, at)
    with database.transaction() as session:
        hold(session, handbook_id, at)
        _release(session, read, at)
    versions = [one.version_id for rule in read.rules for one in rule.asked]
    with database.reading() as session:
        released = counted.released_counts(session, version_ids=versions)
        reports = item_reports(session, version_ids=versions)
        months = months_told(session, handbook_id=handbook_id, at=at)
    measured = measure(
        read.rules,
        read.places,
        released,
        read.officers,
        staff=read.staff,
        seed=handbook_id,
        targets=read.targets,
    )
    stored = [stored for rule in measured for stored in rule.stored]
    whole = measure_handbook(measured, handbook_id)
    suspects = [*consensus_suspects(measured), *split_suspects(measured, reports)]
    with database.transaction() as session:
        hold(session, handbook_id, at)
        session.execute(delete(Measure).where(Measure.handbook_id == handbook_id))
        _store(session, stored, "rule", handbook_id, at)
        _store(session, whole, "handbook", handbook_id, at)
        keep_suspicions(session, suspects, handbook_id=handbook_id, at=at)
        keep_months(session, months, handbook_id=handbook_id)
        finish(session, handbook_id, at)
    return Batch(len(read.news), len(read.plan.released), len(stored) + len(whole))


def _read(session: Session, handbook_id: int, at: datetime) -> _Read:
    if session.get_bind().dialect.name == "postgresql":
        # counts and answers must be of one moment; SQLite reads so anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    today = local_date(at)
    rules = counted.rules_now(session, handbook_id=handbook_id, on=today)
    places = counted.places(session, on=today)
    since = counted.first_month(today)
    ids = [one.version_id for rule in rules for one in rule.asked]
    held = counted.held_releases(session, rule_ids=[rule.rule_id for rule in rules])
    found = counted.news(session, version_ids=ids, since=since)
    asked = {rule.rule_id: {one.version_id for one in rule.asked} for rule in rules}
    states = {office_id: place.state_id for office_id, place in places.items()}
    todo = plan(found, held, asked, states)
    rule_of = {one.version_id: rule.rule_id for rule in rules for one in rule.asked}
    counts = {
        (office, version, choice): n
        for (office, version, choice), n in counted.counts_now(
            session, version_ids=ids, since=since
        ).items()
        if (office, rule_of[version]) in todo.released
    }
    officers = {
        cell: officers_left(last, asked[cell[1]])
        for cell, last in held.items()
        if cell not in todo.void
    }
    staff = {cell: held[cell].staff for cell in officers}
    for one in found:
        cell = (one.office_id, one.rule_id)
        if cell in todo.released:
            officers[cell], staff[cell] = one.officers, places[one.office_id].staff
    return _Read(
        handbook_id,
        rules,
        places,
        found,
        held,
        todo,
        counts,
        officers,
        staff,
        targets_on(session, on=today),
    )


def _release(session: Session, read: _Read, at: datetime) -> None:
    """Replace the released cells of the plan; take away those that are void, but remember up to which answer they went."""
    _take_away(session, read)
    for office_id, rule_ids in _by_office(read.plan.released).items():
        session.execute(
            delete(Release).where(Release.office_id == office_id, Release.rule_id.in_(rule_ids))
        )
    for office_id, rule_ids in _by_office(read.plan.void).items():
        session.execute(
            update(Release)
            .where(Release.office_id == office_id, Release.rule_id.in_(rule_ids))
            .values(officers=0)
        )
    names = {rule.rule_id: rule.versions for rule in read.rules}
    releases = [
        {
            "office_id": one.office_id,
            "rule_id": one.rule_id,
            "officers": one.officers,
            "staff": read.staff[one.office_id, one.rule_id],
            "answers_to": one.newest,
            "versions": names[one.rule_id],
            "released_on": local_date(at),
        }
        for one in read.news
        if (one.office_id, one.rule_id) in read.plan.released
    ]
    _insert(session, Release, releases)
    cells = [
        {"office_id": office, "question_version_id": version, "choice": choice, "n": n}
        for (office, version, choice), n in read.counts.items()
    ]
    _insert(session, ReleasedCell, cells)


def _take_away(session: Session, read: _Read) -> None:
    asked = {rule.rule_id: {one.version_id for one in rule.asked} for rule in read.rules}
    for office_id, rule_ids in _by_office(read.plan.released | read.plan.void).items():
        versions: set[int] = set()
        for rule_id in rule_ids:
            last = read.held.get((office_id, rule_id))
            versions |= asked[rule_id] | (set(last.answered) if last else set())
        session.execute(
            delete(ReleasedCell).where(
                ReleasedCell.office_id == office_id,
                ReleasedCell.question_version_id.in_(versions),
            )
        )


def _by_office(cells: Iterable[Cell]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for office_id, rule_id in sorted(cells):
        found[office_id].append(rule_id)
    return found


def measure(
    rules: Sequence[RuleNow],
    places: Mapping[int, Place],
    released: Mapping[tuple[int, int, str], int],
    officers: Mapping[Cell, int],
    *,
    staff: Mapping[Cell, int] | None = None,
    seed: int,
    targets: Targets = Targets(),  # noqa: B008  # frozen
) -> list[RuleMeasured]:
    """Return the measures of rules from released cells; the seed draws where a test has to redraw.

    staff: of each cell, as it was when that was released; today's where it is not told. With today's for all, a posting would say
    what the one who goes had answered.
    """
    cells: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for (office, version, choice), n in released.items():
        cells[version][office][choice] = n
    by_rule: dict[int, dict[int, int]] = defaultdict(dict)
    staff_then: dict[int, dict[int, int]] = defaultdict(dict)
    for (office, rule_id), n in officers.items():
        by_rule[rule_id][office] = n
    for (office, rule_id), n in (staff or {}).items():
        staff_then[rule_id][office] = n
    chance = np.random.default_rng(seed)
    found = []
    for rule in rules:
        if rule.asked and by_rule.get(rule.rule_id):
            answered: dict[int, Answered] = {
                one.version_id: cells.get(one.version_id, {}) for one in rule.asked
            }
            here, then = by_rule[rule.rule_id], staff_then[rule.rule_id]
            found.append(measure_rule(rule, answered, here, places, then, chance, targets))
    mark_differing(found)
    return found


def _store(
    session: Session, stored: Sequence[Stored], subject: str, handbook_id: int, at: datetime
) -> None:
    rows = [
        {
            "scope": one.scope,
            "scope_id": one.scope_id,
            "subject": subject,
            "subject_id": one.subject_id,
            "handbook_id": handbook_id,
            "seen_from": one.seen_from,
            "content": json.dumps(one.content, ensure_ascii=False),
            "measured_at": at,
        }
        for one in stored
    ]
    _insert(session, Measure, rows)


def _insert(
    session: Session,
    table: type[Measure] | type[Release] | type[ReleasedCell],
    rows: Sequence[Mapping[str, object]],
) -> None:
    for start in range(0, len(rows), STEP):
        session.execute(insert(table), rows[start : start + STEP])
