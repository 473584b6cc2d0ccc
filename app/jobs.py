"""Background jobs: periodic work, done by one node at a time.

The truth is in the tables of each job (mails waiting, attempts past their deadline); this is only the alarm clock. A run
is claimed by a conditional update of its row, so several nodes never do the same run. Embedded in the server process by
default, or `flask jobs work` as a process of its own.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Database, Moment

log = logging.getLogger(__name__)


class JobRun(Base):
    """When each job last began. Personal data: none."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Job:
    """Periodic work: `run` gets the database and the moment; `every` is the least time between two beginnings."""

    name: str
    every: timedelta
    run: Callable[[Database, datetime], object]


def run_due(database: Database, jobs: list[Job], at: datetime) -> list[str]:
    """Run the jobs that are due and not taken by another node; return their names. A failing job is logged only."""
    done = []
    for job in jobs:
        try:
            if _claim(database, job, at):
                job.run(database, at)
                done.append(job.name)
        except Exception:  # one broken job must not stop the others, nor the clock
            log.exception("job %s failed", job.name)
    return done


def _claim(database: Database, job: Job, at: datetime) -> bool:
    with database.transaction() as session:
        if session.get(JobRun, job.name) is None:
            session.add(JobRun(name=job.name, started_at=None))
            session.flush()
        taken = session.execute(
            update(JobRun)
            .where(
                JobRun.name == job.name,
                or_(JobRun.started_at.is_(None), JobRun.started_at <= at - job.every),
            )
            .values(started_at=at)
        )
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


class Worker:
    """A thread that runs due jobs every few seconds until stopped."""

    def __init__(self, database: Database, jobs: list[Job], pause: float = 2.0) -> None:
        self.database = database
        self.jobs = jobs
        self.pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.loop, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread.start()

    def loop(self) -> None:
        """Run due jobs until stopped."""
        while not self._stop.is_set():
            run_due(self.database, self.jobs, now())
            self._stop.wait(self.pause)

    def stop(self) -> None:
        """Ask the thread to end and wait for the job at hand."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
