"""What the department wants its rules to reach: reading it, and setting it from a day on. Knows no Flask."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import local_date
from app.errors import N_, DomainError
from app.people.models import Officer
from app.uniformity.models import Target
from app.uniformity.verdict import Targets

LEAST, MOST = 25, 99
MOST_LISTED = 50


@dataclass(frozen=True)
class TargetRow:
    """Targets as they were set: from which day on, who, when."""

    effective_on: date
    targets: Targets
    set_by: str
    set_at: datetime


def target_rows(session: Session) -> list[TargetRow]:
    """Return the targets ever set, the last to hold first, at most fifty."""
    rows = session.execute(
        select(Target.effective_on, Target.must, Target.other, Officer.name, Target.set_at)
        .join(Officer, Officer.id == Target.set_by_id)
        .order_by(Target.effective_on.desc(), Target.id.desc())
        .limit(MOST_LISTED)
    )
    return [TargetRow(row[0], Targets(row[1], row[2]), row[3], row[4]) for row in rows]


def targets_on(session: Session, *, on: date) -> Targets:
    """Return the targets that hold on a day."""
    row = session.execute(
        select(Target.must, Target.other)
        .where(Target.effective_on <= on)
        .order_by(Target.effective_on.desc(), Target.id.desc())
        .limit(1)
    ).first()
    return Targets(row[0], row[1]) if row else Targets()


def set_targets(
    session: Session, actor: Actor, targets: Targets, *, effective_on: date, at: datetime
) -> None:
    """Set the targets from a day on; verdicts follow with the next nightly batch.

    Raises DomainError for a day that has passed, a target out of range, or binding rules that should reach less than others.
    """
    if effective_on < local_date(at):
        raise DomainError(N_("Pilih hari ini atau hari yang akan datang."), field="effective_on")
    for name, value in (("must", targets.must), ("other", targets.other)):
        if not LEAST <= value <= MOST:
            raise DomainError(
                N_("Tulis nombor dari %(least)s hingga %(most)s."),
                field=name,
                least=LEAST,
                most=MOST,
            )
    if targets.other > targets.must:
        raise DomainError(
            N_("Peraturan lain tidak boleh bersasaran lebih tinggi daripada yang wajib."),
            field="other",
        )
    session.add(
        Target(
            effective_on=effective_on,
            must=targets.must,
            other=targets.other,
            set_by_id=actor.id,
            set_at=at,
        )
    )
    record(
        session,
        "targets.set",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        must=targets.must,
        other=targets.other,
        effective_on=effective_on.isoformat(),
    )
