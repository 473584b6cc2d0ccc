"""What may be released: never so little that two nights can be subtracted down to a few."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from app.clock import now
from app.db import Database
from app.quizzes.models import Answer, Attempt, QuestionVersion
from app.uniformity.models import Measure, Release, ReleasedCell, RuleMonth
from app.uniformity.services import nightly
from tests.uniformity.conftest import Branch, Full, World, choices

Cells = dict[tuple[int, int, str], int]


def cells(database: Database) -> Cells:
    """Return the released cells: (office, version, choice) → officers."""
    with database.reading() as session:
        rows = session.execute(
            select(
                ReleasedCell.office_id,
                ReleasedCell.question_version_id,
                ReleasedCell.choice,
                ReleasedCell.n,
            )
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}


def released(database: Database, branch: Branch) -> int | None:
    """Return of how many officers an office's only release is, or None."""
    with database.reading() as session:
        found = session.execute(
            select(Release.officers).where(Release.office_id == branch.id)
        ).one_or_none()
        return (found[0] or None) if found else None


def measures(database: Database) -> dict[tuple[str, int, str, int], tuple[int, str]]:
    with database.reading() as session:
        return {
            (one.scope, one.scope_id, one.subject, one.subject_id): (one.seen_from, one.content)
            for one in session.scalars(select(Measure))
        }


def test_an_office_of_nine_is_not_released_by_itself_and_of_ten_is(world: World) -> None:
    state = world.state()
    nine, ten = world.branch(state, 12), world.branch(state, 12)
    world.answer(nine, ["a"] * 9)
    world.answer(ten, ["a"] * 10)
    made = world.batch()
    assert (made.cells, made.released) == (2, 1)
    assert released(world.database, nine) is None
    assert released(world.database, ten) == 10
    assert cells(world.database) == {(ten.id, world.versions["UJ-1.1-a"], "a"): 10}


def test_growth_by_nine_officers_keeps_the_last_numbers_and_by_ten_replaces_them(
    world: World,
) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, ["a"] * 10)
    world.batch()
    before = cells(world.database)
    for n in range(9):
        world.answer(branch, ["b"], begin=10 + n)
        assert world.batch().released == 0
        assert cells(world.database) == before, f"after {n + 1} officers"
    world.answer(branch, ["b"], begin=19)
    assert world.batch().released == 1
    version = world.versions["UJ-1.1-a"]
    assert cells(world.database) == {(branch.id, version, "a"): 10, (branch.id, version, "b"): 10}
    assert released(world.database, branch) == 20


def test_the_same_officer_answering_many_questions_is_one_officer(world: World) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, ["a"] * 10)
    world.batch()
    before = cells(world.database)
    for question in ("UJ-1.1-b", "UJ-1.1-c"):
        for officer in range(10, 14):
            world.answer(branch, ["a"], question=question, begin=officer)
    world.answer(branch, ["a"] * 4, begin=10)
    assert world.batch().released == 0, "twelve answers of four officers"
    assert cells(world.database) == before
    world.answer(branch, ["a"] * 6, begin=14)
    world.batch()
    assert released(world.database, branch) == 20


def test_who_answers_again_is_nobody_new(world: World) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, ["a"] * 10)
    world.batch()
    with world.database.transaction() as session:
        first = session.scalars(select(Answer).where(Answer.office_id == branch.id)).all()
        again = [
            {
                "officer_id": one.officer_id, "quiz_id": world.quiz_id, "office_id": branch.id,
                "seed": 2, "started_at": now(), "submitted_at": now(), "submitted_by": "officer",
            }
            for one in first
        ]  # fmt: skip
        query = insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True)
        rows = [
            {
                "attempt_id": attempt, "officer_id": one.officer_id, "office_id": branch.id,
                "question_version_id": one.question_version_id, "choice": "b", "correct": False,
                "counted": False, "draw": "anchor", "answered_at": now(),
            }
            for attempt, one in zip(session.scalars(query, again), first, strict=True)
        ]  # fmt: skip
        session.execute(insert(Answer), rows)
    assert world.batch().released == 0
    assert cells(world.database) == {(branch.id, world.versions["UJ-1.1-a"], "a"): 10}


def test_a_question_that_few_answered_cannot_be_told_by_taking_it_away(world: World) -> None:
    branch, near = (world.branch(state, 30) for state in [world.state()] * 2)
    for one in (branch, near):
        world.answer(one, choices("a", 14, 6))
    world.answer(branch, ["a"] * 8, question="UJ-1.1-b")
    world.answer(near, ["a"] * 12, question="UJ-1.1-b")
    world.batch()
    retire(world, "UJ-1.1-b")
    world.batch()
    assert released(world.database, branch) is None, "yesterday less today is eight officers"
    assert released(world.database, near) == 20, "and here twelve"
    rule = world.rules["UJ-1.1"]
    assert ("office", branch.id, "rule", rule) not in measures(world.database)


def test_an_office_where_nobody_is_new_stays_as_it_is(full: Full, world: World) -> None:
    full()
    assert world.batch().released > 0
    before = cells(world.database), measures(world.database)
    assert world.batch().released == 0
    assert (cells(world.database), measures(world.database)) == before


def test_two_tiny_offices_are_released_together_once_ten_of_them_are_new(world: World) -> None:
    state = world.state()
    one, other = world.branch(state, 6), world.branch(state, 8)
    world.answer(one, ["a"] * 4)
    world.answer(other, ["b"] * 5)
    assert world.batch().released == 0, "nine officers together"
    world.answer(other, ["b"], begin=5)
    assert world.batch().released == 2
    assert (released(world.database, one), released(world.database, other)) == (4, 6)
    world.answer(one, ["a"] * 2, begin=4)
    world.answer(other, ["b"] * 2, begin=6)
    assert world.batch().released == 0, "four are new"
    assert (released(world.database, one), released(world.database, other)) == (4, 6)


def test_a_tiny_office_alone_in_its_state_is_never_released(world: World) -> None:
    one, far = world.branch(world.state(), 4), world.branch(world.state(), 4)
    world.answer(one, ["a"] * 4)
    world.answer(far, ["a"] * 4)
    assert world.batch().released == 0
    assert cells(world.database) == {}
    assert measures(world.database) == {}


def add_question(world: World, question: str, *, rule: str) -> None:
    """Ask another question about a rule: a copy of one, under another name."""
    with world.database.transaction() as session:
        like = session.get_one(QuestionVersion, world.versions[question])
        session.add(
            QuestionVersion(
                question_id=like.question_id, number=like.number + 1, rule_id=like.rule_id,
                pinned_hash=like.pinned_hash, kind=like.kind, content=like.content,
                key_choice=like.key_choice, content_hash="x" * 16, created_at=now(),
                alphabet=like.alphabet, state="approved",
            )
        )  # fmt: skip
    assert rule in question


def retire(world: World, question: str) -> None:
    """Ask a question no more."""
    with world.database.transaction() as session:
        session.execute(
            update(QuestionVersion)
            .where(QuestionVersion.id == world.versions[question])
            .values(retired_at=now())
        )


def test_a_question_more_releases_nothing_until_ten_officers_are_new(world: World) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, choices("a", 6, 4))
    world.batch()
    before = cells(world.database)
    add_question(world, "UJ-1.1-a", rule="UJ-1.1")
    world.answer(branch, ["b"], begin=10)
    assert world.batch().released == 0, "or whoever adds a question reads the one new answer"
    assert cells(world.database) == before
    world.answer(branch, ["b"] * 9, begin=11)
    assert world.batch().released == 1
    assert sum(cells(world.database).values()) == 20


def test_a_question_less_takes_its_answers_away_and_tells_no_new_ones(world: World) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, choices("a", 6, 4))
    world.answer(branch, choices("b", 10, 0), question="UJ-1.1-b")
    world.batch()
    retire(world, "UJ-1.1-b")
    world.answer(branch, ["b"], begin=10)
    for _night in range(3):
        assert world.batch().released == 0
        version = world.versions["UJ-1.1-a"]
        now_there = {cell: n for cell, n in cells(world.database).items() if cell[1] == version}
        assert now_there in (
            {},
            {(branch.id, version, "a"): 6, (branch.id, version, "b"): 4},
        ), "the one new answer is in it"


def test_where_too_few_answered_what_is_still_asked_the_release_is_void(world: World) -> None:
    state = world.state()
    branch, near = world.branch(state, 30), world.branch(state, 30)
    for one in (branch, near):
        world.answer(one, choices("b", 20, 0), question="UJ-1.1-b")
    world.answer(branch, ["a"], begin=0)
    world.answer(near, choices("a", 10, 5))
    world.batch()
    rule = world.rules["UJ-1.1"]
    assert ("office", branch.id, "rule", rule) in measures(world.database)
    retire(world, "UJ-1.1-b")
    for _night in range(3):
        world.batch()
        assert ("office", branch.id, "rule", rule) not in measures(world.database), (
            "one officer's answer to the question that is left"
        )
        assert released(world.database, branch) is None
    world.answer(branch, ["a"] * 10, begin=1)
    world.batch()
    assert released(world.database, branch) == 11


def test_a_void_release_is_not_forgotten_when_the_question_comes_back(world: World) -> None:
    branch = world.branch(world.state(), 30)
    world.answer(branch, choices("b", 20, 0), question="UJ-1.1-b")
    world.answer(branch, ["a"])
    world.batch()
    retire(world, "UJ-1.1-b")
    world.batch()
    with world.database.transaction() as session:
        session.execute(update(QuestionVersion).values(retired_at=None))
    world.answer(branch, ["b"], begin=1)
    for _night in range(2):
        assert world.batch().released == 0, "one officer is new since the last release"


def test_the_job_makes_one_batch_a_day_after_three_in_the_morning(
    full: Full, database: Database
) -> None:
    night = datetime.fromisoformat("2026-11-24T03:05:00+08:00")
    full(at=night - timedelta(days=2))
    assert nightly(database, night) > 0
    for later in (timedelta(minutes=10), timedelta(hours=12), timedelta(hours=23, minutes=50)):
        assert nightly(database, night + later) == 0
    assert nightly(database, night + timedelta(days=1)) > 0


def test_before_three_in_the_morning_the_batch_of_the_day_before_is_caught_up(
    full: Full, database: Database
) -> None:
    early = datetime.fromisoformat("2026-11-24T01:00:00+08:00")
    full(at=early - timedelta(days=2))
    assert nightly(database, early) > 0, "the portal was down last night"
    assert nightly(database, early + timedelta(minutes=10)) == 0
    assert nightly(database, early + timedelta(hours=2, minutes=1)) > 0


def test_a_batch_of_the_same_day_changes_nothing_but_the_time(full: Full, world: World) -> None:
    full()
    at = now()
    world.batch(at)
    first = cells(world.database), measures(world.database)
    world.batch(at)
    assert (cells(world.database), measures(world.database)) == first
    with world.database.reading() as session:
        assert set(session.scalars(select(Measure.measured_at))) == {at}


def test_months_are_told_when_they_are_over_and_only_of_many_officers(
    full: Full, world: World
) -> None:
    at = now()
    last_month = at.replace(day=15) - timedelta(days=31)
    few_month = at.replace(day=15) - timedelta(days=62)
    offices = full(at=at)
    fresh = [world.branch(offices[0].state_id, 30) for _ in range(5)]
    world.answer_all([(one, choices("a", 14, 7)) for one in fresh], at=last_month)
    world.answer_all([(one, choices("a", 3, 6)) for one in fresh], begin=21, at=few_month)
    key = world.keys
    for question in ("UJ-1.2-a", "UJ-1.2-b", "UJ-1.2-c"):  # sixty answers of twenty officers
        world.answer(fresh[0], choices(key[question], 10, 10), question=question, at=last_month)
    world.batch(at)
    with world.database.reading() as session:
        assert set(session.scalars(select(RuleMonth.rule_id))) == {world.rules["UJ-1.1"]}
        rows = session.execute(
            select(RuleMonth.month, RuleMonth.right, RuleMonth.n).where(
                RuleMonth.rule_id == world.rules["UJ-1.1"]
            )
        ).all()
    # 105 answered, 70 of them rightly: in tens, and a share in steps of five; the 45 of the month before are too few
    assert rows == [(f"{last_month:%Y-%m}", 65, 100)]


def test_without_answers_the_batch_stores_nothing_and_does_not_fail(world: World) -> None:
    made = world.batch()
    assert (made.cells, made.released, made.measures) == (0, 0, 0)
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Measure)) == 0


@pytest.mark.parametrize("officers", [5, 12])
def test_officers_of_one_office_only_are_no_comparison_but_no_fault_either(
    world: World, officers: int
) -> None:
    branch = world.branch(world.state(), officers)
    world.answer(branch, choices("a", officers - 2, 2))
    world.batch()
    for (scope, *_), (seen_from, _content) in measures(world.database).items():
        assert scope == "nation" or seen_from <= officers
