"""The running counts are what the answers say, whatever happened; only first answers drawn at random are measured."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from app.people.services import post_officer
from app.quizzes.answers import REFER
from app.quizzes.correcting import correct_key
from app.quizzes.counting import NAMES
from app.quizzes.logic import Wishes
from app.quizzes.models import Answer, QuestionVersion, Quiz, ResponseCount
from app.quizzes.services import start_attempt
from app.quizzes.slots import SlotRow
from app.uniformity.asked import is_right
from app.uniformity.counted import counts_now, first_month, news, rules_now
from app.uniformity.services import recount_answers
from tests.cast import Cast
from tests.quizzes.conftest import Taking
from tests.uniformity.conftest import World, choices

Cells = dict[tuple[Any, ...], int]
RULES = ("UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2")


def kept(database: Database) -> Cells:
    columns = [getattr(ResponseCount, name) for name in NAMES]
    with database.reading() as session:
        return {
            tuple(row[:-1]): row[-1] for row in session.execute(select(*columns, ResponseCount.n))
        }


def first_answers(database: Database) -> dict[tuple[int, int], tuple[int, str]]:
    """Return what was really an officer's first submitted answer to each version: office and choice."""
    found: dict[tuple[int, int], tuple[int, str]] = {}
    with database.reading() as session:
        rows = session.execute(
            select(Answer.officer_id, Answer.question_version_id, Answer.office_id, Answer.choice)
            .where(Answer.choice != "")
            .order_by(Answer.id)
        )
        for officer, version, office, choice in rows:
            found.setdefault((officer, version), (office, choice))
    return found


def corrected(slot: SlotRow, key: str) -> dict[str, Any]:
    both = {"ms": "Kerana peraturan.", "en": "Because of the rule."}
    options = [
        {
            **option,
            "correct": option["id"] == key,
            "reason": both,
            "misconception": None if option["id"] == key else both,
        }
        for option in slot.content["options"]
    ]
    return {**slot.content, "options": options}


class History:
    """A history of the department, drawn by lot: people sit the quiz, move, leave sittings open; keys are corrected."""

    def __init__(self, database: Database, cast: Cast, at: datetime, seed: int) -> None:
        self.database, self.cast, self.at = database, cast, at
        self.lot = random.Random(seed)
        self.people = [cast.nurul, cast.aina, cast.tan]
        self.where = {one.id: one for one in self.people}
        self.steps: list[str] = []

    def run(self, steps: int) -> None:
        for _ in range(steps):
            act = self.lot.choice(
                [self.sit, self.sit, self.sit, self.leave, self.move, self.correct]
            )
            self.steps.append(act.__name__)
            self.at += timedelta(days=self.lot.choice([0, 2, 9]), hours=25)
            act()

    def actor(self) -> Actor:
        return self.where[self.lot.choice(self.people).id]

    def sitting(self) -> Taking:
        way = Taking(self.database, self.actor(), self.at)
        review = tuple(self.lot.sample(RULES, self.lot.randint(0, 3)))
        wishes = Wishes(review, dict.fromkeys(RULES, 1.0), review_share=30, adaptive_share=30)
        with self.database.transaction() as session:
            way.id = start_attempt(
                session, way.actor, quiz=way.quiz, seed=self.lot.randrange(10**6), at=self.at,
                wishes=wishes,
            )  # fmt: skip
        for slot in way.slots():
            if self.lot.random() < 0.85:
                options = [sign for sign in slot.alphabet if sign != REFER]
                wish = self.lot.choice([slot.key, slot.key, self.lot.choice(options), REFER])
                way.save(slot.position, wish)
        return way

    def sit(self) -> None:
        way = self.sitting()
        assert way.submit(at=self.at)
        assert not way.submit(at=self.at), "only once"

    def leave(self) -> None:
        self.sitting()

    def move(self) -> None:
        one = self.actor()
        to = self.lot.choice([self.cast.offices.putrajaya, self.cast.offices.tawau])
        if to == one.office_id:
            return
        with self.database.transaction() as session:
            post_officer(
                session, self.cast.hamid, officer_id=one.id, office_id=to,
                starts_on=self.at.date(), at=self.at,
            )  # fmt: skip
        self.where[one.id] = moved(one, to)

    def correct(self) -> None:
        way = self.sitting()
        single = [slot for slot in way.slots() if slot.kind == "single"]
        slot = self.lot.choice(single)
        with self.database.reading() as session:
            stands = session.get_one(QuestionVersion, slot.version_id)
            if stands.corrected_by_id is not None or stands.retired_at is not None:
                return
        key = self.lot.choice([sign for sign in "abcd" if sign != slot.key])
        with self.database.transaction() as session:
            correct_key(
                session, self.cast.chong, version_id=slot.version_id, key=key,
                content=corrected(slot, key), reason="Kunci tertukar.", at=self.at,
            )  # fmt: skip


@pytest.fixture
def open_quiz(database: Database) -> None:
    """Let everybody sit the quiz as often as they like."""
    with database.transaction() as session:
        session.execute(update(Quiz).values(attempts_allowed=0, cool_down_hours=0))


@pytest.mark.usefixtures("open_quiz")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_history_a_recount_finds_the_running_counts_as_they_are(
    database: Database, cast: Cast, at: datetime, seed: int
) -> None:
    history = History(database, cast, at, seed)
    history.run(28)
    before = kept(database)
    assert recount_answers(database) == (len(before), 0), history.steps
    assert kept(database) == before
    with database.transaction() as session:
        session.execute(delete(ResponseCount))
    assert recount_answers(database) == (len(before), len(before))
    assert kept(database) == before


@pytest.mark.usefixtures("open_quiz")
@pytest.mark.parametrize("seed", [4, 5])
def test_only_the_first_answer_of_an_officer_to_a_version_counts_in_the_office_of_that_day(
    database: Database, cast: Cast, at: datetime, seed: int
) -> None:
    history = History(database, cast, at, seed)
    history.run(28)
    by_office = Counter(
        (version, office, choice)
        for (_officer, version), (office, choice) in first_answers(database).items()
    )
    running: Counter[tuple[int, int, str]] = Counter()
    for (version, office, _month, _draw, choice, _certainty), n in kept(database).items():
        running[version, office, choice] += n
    assert running == by_office
    assert {"sit", "leave", "move", "correct"} <= set(history.steps), "the lot left something out"


def test_a_recount_mends_what_is_wrong_missing_or_too_much(world: World) -> None:
    branch = world.branch(world.state(), 12)
    world.answer(branch, choices("a", 8, 4))
    before = kept(world.database)
    version = world.versions["UJ-1.1-a"]
    with world.database.transaction() as session:
        session.execute(
            update(ResponseCount).where(ResponseCount.choice == "a").values(n=ResponseCount.n + 5)
        )
        session.execute(delete(ResponseCount).where(ResponseCount.choice == "b"))
        session.add(
            ResponseCount(
                question_version_id=version, office_id=branch.id, month="2026-01", draw="anchor",
                choice="d", certainty=0, n=3,
            )
        )  # fmt: skip
    cells, wrong = recount_answers(world.database)
    assert (cells, wrong) == (2, 2)
    assert kept(world.database) == before


def test_an_answer_keeps_its_office_when_the_officer_moves(
    database: Database, cast: Cast, taking: Taking
) -> None:
    taking.start()
    taking.answer()
    taking.submit()
    with database.transaction() as session:
        post_officer(
            session, cast.hamid, officer_id=cast.nurul.id, office_id=cast.offices.tawau,
            starts_on=taking.at.date() + timedelta(days=1), at=taking.at,
        )  # fmt: skip
    before = kept(database)
    assert {cell[1] for cell in before} == {cast.offices.putrajaya}
    assert recount_answers(database)[1] == 0
    assert kept(database) == before


def test_only_questions_drawn_by_chance_make_the_figures(world: World) -> None:
    branch = world.branch(world.state(), 30)
    at = now()
    world.answer(branch, choices("a", 4, 2), at=at)
    for begin, draw in ((6, "review"), (12, "adaptive"), (18, "self")):
        world.answer(branch, choices("a", 0, 6), begin=begin, draw=draw, at=at)
    version = world.versions["UJ-1.1-a"]
    since = first_month(at.date())
    with world.database.reading() as session:
        assert counts_now(session, version_ids=[version], since=since) == {
            (branch.id, version, "a"): 4,
            (branch.id, version, "b"): 2,
        }
        (one,) = news(session, version_ids=[version], since=since)
        assert (one.officers, one.fresh) == (6, 6)
        assert session.scalar(select(func.sum(ResponseCount.n))) == 24, "all are kept"


def test_answers_older_than_twelve_months_count_no_more(world: World) -> None:
    branch = world.branch(world.state(), 30)
    at = now()
    world.answer(branch, choices("a", 6, 0), at=at - timedelta(days=400))
    world.answer(branch, choices("a", 0, 7), begin=6, at=at)
    version = world.versions["UJ-1.1-a"]
    since = first_month(at.date())
    with world.database.reading() as session:
        counts = counts_now(session, version_ids=[version], since=since)
        (one,) = news(session, version_ids=[version], since=since)
    assert counts == {(branch.id, version, "b"): 7}
    assert one.officers == 7


def test_under_a_corrected_key_the_old_answers_are_judged_anew_without_reading_them(
    world: World,
) -> None:
    branch = world.branch(world.state(), 12)
    world.answer(branch, choices("a", 3, 9))
    version = world.versions["UJ-1.1-a"]
    with world.database.reading() as session:
        old = session.get_one(QuestionVersion, version)
        content = json.loads(old.content)
    both = {"ms": "Kerana peraturan.", "en": "Because of the rule."}
    for option in content["options"]:
        option |= {
            "correct": option["id"] == "b",
            "reason": both,
            "misconception": None if option["id"] == "b" else both,
        }
    with world.database.transaction() as session:
        correct_key(
            session, world.cast.chong, version_id=version, key="b", content=content,
            reason="Kunci tertukar.", at=now(),
        )  # fmt: skip
    with world.database.reading() as session:
        rules = rules_now(session, handbook_id=world.handbook_id, on=now().date())
    (rule,) = [one for one in rules if one.rule_id == world.rules["UJ-1.1"]]
    one = next(asked for asked in rule.asked if asked.version_id == version)
    assert one.key == "b"
    assert is_right(one, "b")
    assert not is_right(one, "a")
    assert recount_answers(world.database)[1] == 0


def moved(one: Actor, office_id: int) -> Actor:
    """Return the person as they are after a move."""
    return replace(one, office_id=office_id)
