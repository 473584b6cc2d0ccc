"""Acts on rollouts: begin one by drawing the lot, stop it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.audit.services import record
from app.clock import first_day, local_date, month_number
from app.errors import N_, DomainError
from app.people.models import Office
from app.rollouts import queries
from app.rollouts.logic import draw_waves
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule

MOST_WAVES = 6


@dataclass(frozen=True)
class Wanted:
    """What a rollout should be; `starts_on` the first of a month, `path` the office at and below which it runs."""

    kind: str
    title: str
    handbook_id: int
    rule_ids: tuple[int, ...]
    path: str
    waves: int
    step_months: int
    starts_on: date

    @property
    def ends_on(self) -> date:
        """Return the last day that counts: the one before the last wave begins."""
        months = self.step_months * (self.waves - 1)
        return first_day(month_number(self.starts_on) + months) - timedelta(days=1)


def check_rollout(session: Session, wanted: Wanted, *, at: datetime) -> list[int]:
    """Return the offices over which a rollout would run.

    Raises DomainError when there are fewer offices than waves, the first month has begun, a rule has no question or is not of
    the handbook, or the same rule is brought in at the same time in the same offices.
    """
    today = local_date(at)
    offices = queries.serving_offices(session, path=wanted.path, on=today)
    if not 2 <= wanted.waves <= MOST_WAVES or len(offices) < wanted.waves:
        raise DomainError(
            N_("Hanya %(n)s pejabat mempunyai pegawai di sini. Kurangkan bilangan peringkat."),
            field="waves",
            n=len(offices),
        )
    if wanted.starts_on.day != 1 or month_number(wanted.starts_on) <= month_number(today):
        raise DomainError(N_("Mulakan pada bulan yang belum bermula."), field="starts_on")
    known = queries.rules_to_choose(
        session, handbook_id=wanted.handbook_id, language="ms", on=today
    )
    if not wanted.rule_ids or not set(wanted.rule_ids) <= {rule.id for rule in known}:
        raise DomainError(N_("Pilih sekurang-kurangnya satu peraturan."), field="rules")
    clashing = queries.clashes(
        session,
        rule_ids=wanted.rule_ids,
        path=wanted.path,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
    )
    if clashing:
        raise DomainError(
            N_(
                "Peraturan ini sudah diperkenalkan di pejabat yang sama pada masa itu: %(title)s. "
                "Dua perubahan serentak tidak dapat dibezakan."
            ),
            field="rules",
            title=clashing[0],
        )
    return offices


def begin_rollout(
    session: Session, actor: Actor, wanted: Wanted, *, seed: int, at: datetime
) -> int:
    """Draw the offices into waves by lot and keep the plan; return its id. Raises DomainError as `check_rollout`."""
    # one at a time in the whole country: rollouts of places that overlap share nothing below the topmost office
    top = f"/{wanted.path.split('/')[1]}/"
    session.execute(select(Office.id).where(Office.path == top).with_for_update())
    offices = check_rollout(session, wanted, at=at)
    made = Rollout(
        kind=wanted.kind,
        title=wanted.title,
        handbook_id=wanted.handbook_id,
        path=wanted.path,
        waves=wanted.waves,
        step_months=wanted.step_months,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        seed=seed,
        begun_by_id=actor.id,
        begun_at=at,
    )
    session.add(made)
    session.flush()
    session.execute(
        insert(RolloutRule),
        [{"rollout_id": made.id, "rule_id": rule_id} for rule_id in sorted(set(wanted.rule_ids))],
    )
    session.execute(
        insert(RolloutOffice),
        [
            {"rollout_id": made.id, "office_id": office_id, "wave": wave}
            for office_id, wave in draw_waves(offices, wanted.waves, seed).items()
        ],
    )
    record(
        session,
        "rollout.begun",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        rollout_id=made.id,
        kind=made.kind,
        path=made.path,
        waves=made.waves,
        seed=seed,
    )
    return made.id


def stop_rollout(session: Session, actor: Actor, *, rollout_id: int, at: datetime) -> None:
    """Stop a rollout, once: waves to come do not begin, the months before stay.

    Raises DomainError when it was stopped before, or is over.
    """
    mine = Rollout.id == rollout_id, Rollout.stopped_at.is_(None)
    done = session.execute(
        update(Rollout).where(*mine, Rollout.ends_on >= local_date(at)).values(stopped_at=at)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        if session.scalar(select(Rollout.id).where(*mine)):
            raise DomainError(N_("Perbandingan ini telah selesai dan tidak dapat dihentikan."))
        raise DomainError(N_("Pelaksanaan ini telah dihentikan."))
    record(
        session,
        "rollout.stopped",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        rollout_id=rollout_id,
    )
