"""Does the loop work? A simulated department uses the real services month by month under three policies.

`.venv/bin/python -m bench.loop` prints, for each policy and seed, the true uniformity reached against the questions asked; `--quick`
is a small department. The officers are made up (bench/loop_people.py, parameters in bench/loop.toml); drawing, answering, grading,
counting, reviews, the nightly batch, the needs of an office, briefings and the questions after them are the portal's own. Newcomers
sit in the seat, and under the account, of those they replace.
"""

import argparse
import contextlib
import random
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app import create_app
from app.access.policy import Actor
from app.briefings.queries import lately_briefed
from app.briefings.services import Given, answer_follow_up, ask_follow_up, record_briefing
from app.clock import local_date
from app.commands import upgrade_database
from app.db import Database
from app.demo.content import QuizPlan, content_on
from app.handbooks.commands import load_handbooks
from app.handbooks.models import Rule
from app.handbooks.queries import rules_in_force
from app.people.models import Office, Officer, Posting
from app.people.queries import actor_of
from app.practice.queries import AskedRow, met_versions, wishes_for
from app.practice.services import Absorbing, answer_practice, ask_next
from app.quizzes.answers import REFER
from app.quizzes.commands import load_quizzes
from app.quizzes.models import Quiz
from app.quizzes.queries import attempt_of
from app.quizzes.saving import Said, save_choice
from app.quizzes.services import start_attempt, submit_attempt
from app.quizzes.slots import slots_of
from app.uniformity.queries import HANDBOOK, NATION, OFFICE, RULE, STATE, measure_rows
from app.uniformity.services import make_batch
from app.uniformity.sheet import need_of, neediest
from bench.loop_people import Department
from bench.sizes import config_for
from config import ROOT

BEGIN = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
TARGET = 0.81
FACTS = Path(__file__).with_suffix(".toml")


class Portal:
    """A fresh portal with the simulated people in it, and the acts of a month."""

    def __init__(self, folder: Path, facts: dict[str, Any], policy: dict[str, Any], seed: int):
        self.facts, self.policy = facts, policy
        self.database = Database(f"sqlite:///{folder / 'loop.db'}")
        app = create_app(
            config_for(self.database.url.render_as_string(hide_password=False)), self.database
        )
        upgrade_database(self.database)
        with app.app_context():
            load_handbooks(ROOT / "content" / "handbooks")
            load_quizzes(ROOT / "quizzes")
        self.plan = self._open_quiz()
        self.actors, self.offices = self._people()
        self.rule_ids = self._rule_ids()
        self.places = {rule: place for place, rule in enumerate(self.plan.rules)}
        self.department = Department(facts, rules=len(self.places), seed=seed)
        self.chance = random.Random(seed)  # noqa: S311  # no secret
        self.asked = 0

    def _open_quiz(self) -> QuizPlan:
        """Let the handbook's quiz be taken as often as a policy wants, without a time limit."""
        with self.database.transaction() as session:
            session.execute(
                update(Quiz).values(attempts_allowed=0, cool_down_hours=0, time_limit_minutes=0)
            )
        with self.database.reading() as session:
            day = local_date(BEGIN)
            plans = content_on(session, since=day, today=day).quizzes
        slug = self.facts["department"]["handbook"]
        plan = next(plan for plan in plans if plan.row.handbook_slug == slug)
        size = self.policy["questions"] or len(plan.candidates)
        with self.database.transaction() as session:
            session.execute(
                update(Quiz).where(Quiz.id == plan.row.id).values(question_count=size, draw="{}")
            )
        with self.database.reading() as session:
            plans = content_on(session, since=day, today=day).quizzes
        return next(plan for plan in plans if plan.row.handbook_slug == slug)

    def _people(self) -> tuple[list[Actor], list[Office]]:
        size, ids = self.facts["department"], []
        with self.database.transaction() as session:
            top = _office(session, None, "IP", "hq")
            states = [_office(session, top, f"N{n}", "state") for n in range(size["states"])]
            offices = [
                _office(session, states[n % len(states)], f"P{n}", "branch")
                for n in range(size["offices"])
            ]
            for n in range(size["offices"] * size["officers"]):
                person = Officer(
                    staff_number=f"S{n:05}", name=f"Pegawai {n}", email=f"s{n}@jpn.example",
                    joined_on=date(2020, 1, 1), created_at=BEGIN,
                )  # fmt: skip
                session.add(person)
                session.flush()
                office = offices[n // size["officers"]]
                session.add(
                    Posting(officer_id=person.id, office_id=office.id, starts_on=date(2020, 1, 1))
                )
                ids.append(person.id)
            found = [
                actor_of(session, officer_id=one, session_version=1, on=local_date(BEGIN))
                for one in ids
            ]
            session.expunge_all()
        return [actor for actor in found if actor], offices

    def _rule_ids(self) -> dict[int, str]:
        with self.database.reading() as session:
            rows = session.execute(
                select(Rule.id, Rule.code).where(Rule.handbook_id == self.plan.row.handbook_id)
            )
            return {row[0]: row[1] for row in rows}

    def say(self, officer: int, version_id: int, rule_id: int, at: datetime) -> str:
        """Return what an officer answers to a question, and let the explanation do its work."""
        rule = self.places[self.rule_ids[rule_id]]
        asked = self.plan.asked[version_id]
        day = (at - BEGIN).total_seconds() / 86400
        said = self.department.answer(officer, rule, day, len(asked.wrong))
        self.department.explained(officer, rule, day, right=said == "right")
        self.asked += 1
        if said in ("right", "unsure"):
            return asked.key if said == "right" else REFER
        return asked.wrong[0 if said == "tempting" else int(said)]

    def quiz(self, officer: int, at: datetime) -> None:
        """Let an officer take the quiz once, as the pages would."""
        actor, quiz = self.actors[officer], self.plan.row
        with self.database.transaction() as session:
            wishes = None
            if self.policy["draws"]:
                wishes = wishes_for(
                    session, quiz=quiz, officer_id=actor.id, office_id=actor.office_id or 0,
                    at=at, day=local_date(at),
                )  # fmt: skip
            attempt_id = start_attempt(
                session, actor, quiz=quiz, seed=self.chance.randrange(2**31), at=at, wishes=wishes,
                met=met_versions(session, officer_id=actor.id),
            )  # fmt: skip
            slots = slots_of(session, attempt_id=attempt_id)
        for slot in slots:
            choice = self.say(officer, slot.version_id, slot.rule_id, at)
            kept = save_choice(
                self.database, officer_id=actor.id, session_version=1, attempt_id=attempt_id,
                position=slot.position, said=Said(slot.kind, choice), at=at + timedelta(minutes=5),
            )  # fmt: skip
            assert kept, (slot.kind, choice)
        with self.database.transaction() as session:
            attempt = attempt_of(session, officer_id=actor.id, attempt_id=attempt_id)
            assert attempt
            submit_attempt(session, attempt, quiz=quiz, by="officer", at=at + timedelta(minutes=9))

    def review(self, officer: int, at: datetime) -> None:
        """Let an officer review what is due today, five questions at most."""
        actor = self.actors[officer]
        with self.database.transaction() as session:
            while asked := ask_next(session, actor, seed=self.chance.randrange(2**31), at=at):
                choice = self.say(officer, asked.slot.version_id, asked.rule_id, at)
                answer_practice(
                    session, actor, asked, choice=choice, certainty=0, algorithm="fsrs", at=at
                )

    def follow_up(self, officer: int, at: datetime) -> None:
        """Let an officer answer what waits after a briefing."""
        actor = self.actors[officer]
        with self.database.transaction() as session:
            asked: AskedRow | None
            while asked := ask_follow_up(session, actor, seed=self.chance.randrange(2**31), at=at):
                choice = self.say(officer, asked.slot.version_id, asked.rule_id, at)
                answer_follow_up(session, actor, asked, choice=choice, algorithm="fsrs", at=at)

    def brief(self, place: int, at: datetime) -> int:
        """Give an office the briefing that its sheet proposes, as soon as there are measures; return on how many rules."""
        office = self.offices[place]
        here = [n for n, one in enumerate(self.department.office) if one == place]
        present = [n for n in here if self.chance.random() < self.facts["briefing"]["present"]]
        with self.database.transaction() as session:
            rules = rules_in_force(session, on=local_date(at), language="ms")
            scopes = ((OFFICE, office.id), (STATE, office.parent_id or 0), (NATION, 0))
            groups = [
                [
                    need_of(scope, row.subject_id, row.content, rules[row.subject_id].strength)
                    for row in measure_rows(
                        session, scope=scope, subject=RULE, smallest=10, scope_ids=[scope_id]
                    )
                ]
                for scope, scope_id in scopes
            ]
            lately = lately_briefed(
                session, office_id=office.id, since=local_date(at) - timedelta(days=90)
            )
            needs = neediest(groups, lately=lately)
            if not needs or not present:
                return 0
            rule_ids = [need.rule_id for need in needs]
            given = Given(
                office.id, local_date(at), rule_ids, {}, [self.actors[n].id for n in present]
            )
            record_briefing(session, self.actors[here[0]], given, at=at)
        day = (at - BEGIN).total_seconds() / 86400
        codes = [self.places[self.rule_ids[rule_id]] for rule_id in rule_ids]
        self.department.briefed(present, codes, day)
        return len(needs)

    def month(self, number: int) -> None:
        """Live a month: the quiz in its first weeks, then the batch, briefings, reviews and follow-ups."""
        start = BEGIN + number * MONTH
        everybody = range(len(self.actors))
        self.department.month_passes(number * 30.0)
        if number % self.policy["every"] == 0:
            for officer in everybody:
                self.quiz(officer, start + timedelta(days=officer % 5, minutes=officer))
        if self.policy["reviews"]:
            Absorbing("fsrs")(self.database, start + timedelta(days=6))
        make_batch(self.database, start + timedelta(days=7))
        if self.policy["briefings"]:
            for place in range(len(self.offices)):
                self.brief(place, start + timedelta(days=8))
        for week in range(4):
            self.week(week, start + timedelta(days=8 + 7 * week - (week == 3), hours=2))

    def week(self, number: int, at: datetime) -> None:
        """Let officers answer what waits after a briefing, and some of them review."""
        for officer in range(len(self.actors)):
            if self.policy["briefings"] and number in (1, 2):
                self.follow_up(officer, at)
            if self.policy["reviews"] and self.chance.random() < self.facts["reviews"]["weeks"]:
                self.review(officer, at)

    def measured(self) -> str:
        """Return the S that the portal's own pages show for the handbook: a range, as of every group below 300."""
        with self.database.reading() as session:
            rows = measure_rows(
                session, scope=NATION, subject=HANDBOOK, smallest=10,
                subject_id=self.plan.row.handbook_id,
            )  # fmt: skip
        told = rows[0].content if rows else {}
        return "-".join(map(str, told["range"])) if "range" in told else str(told.get("s", "none"))


def _office(session: Any, above: Office | None, code: str, kind: str) -> Office:
    office = Office(
        code=code, name=f"JPN {code}", kind=kind, parent_id=above.id if above else None, path=code
    )
    session.add(office)
    session.flush()
    office.path = f"{above.path if above else '/'}{office.id}/"
    session.flush()
    return office


@dataclass(frozen=True)
class Month:
    """How things stand: questions asked an officer so far, the true S, and the S that the portal shows (per cent, a range of few)."""

    asked: float
    true: float
    measured: str


def live(facts: dict[str, Any], name: str, seed: int) -> list[Month]:
    """Return how a department fares under a policy, the beginning first."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None):
        portal = Portal(Path(folder), facts, facts["policies"][name], seed)
        told = [Month(0.0, portal.department.same_right(0), "none")]
        for number in range(facts["department"]["months"]):
            portal.month(number)
            asked = portal.asked / len(portal.actors)
            true = portal.department.same_right(30.0 * (number + 1))
            told.append(Month(asked, true, portal.measured()))
        portal.database.dispose()
    return told


def tell(name: str, runs: list[list[Month]]) -> None:
    """Print how a policy did with every seed."""
    print(f"\n{name}: questions an officer: true S (measured)")
    for seed, told in enumerate(runs, 1):
        months = "  ".join(f"{m.asked:.0f}: {m.true:.2f} ({m.measured})" for m in told)
        print(f"  seed {seed}  {months}")
    peaks = [next((m.asked for m in told if m.true >= TARGET), None) for told in runs]
    print("  first at .81 after " + ", ".join("never" if n is None else f"{n:.0f}" for n in peaks))
    good = [sum(m.true >= TARGET for m in told[-12:]) for told in runs]
    print("  months at .81 of the last twelve " + ", ".join(str(n) for n in good))
    means = [sum(m.true for m in told[-12:]) / len(told[-12:]) for told in runs]
    print("  mean S of the last twelve months " + ", ".join(f"{mean:.2f}" for mean in means))
    print("  questions in all " + ", ".join(f"{told[-1].asked:.0f}" for told in runs), flush=True)


def main() -> None:
    """Run every policy with every seed and print what came out."""
    parser = argparse.ArgumentParser(prog="python -m bench.loop", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four offices, four months, one seed")
    parser.add_argument("--facts", type=Path, default=FACTS, help="another file of parameters")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    chosen = parser.parse_args()
    facts = tomllib.loads(chosen.facts.read_text(encoding="utf-8"))
    if chosen.quick:
        facts["department"] |= {"offices": 4, "months": 4}
    seeds = range(1, 2 if chosen.quick else chosen.seeds + 1)
    with ProcessPoolExecutor(chosen.jobs) as pool:
        running = {
            name: [pool.submit(live, facts, name, seed) for seed in seeds]
            for name in facts["policies"]
        }
        for name, found in running.items():
            tell(name, [one.result() for one in found])


if __name__ == "__main__":
    main()
