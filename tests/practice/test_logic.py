"""When a rule is asked again, and which rules a draw should ask."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from app.practice.logic import (
    ALGORITHMS,
    BOXES,
    LONGEST,
    MOST_A_DAY,
    Due,
    Memory,
    decision_scores,
    reviewed,
    todays,
)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FETCHED = Path(__file__).parents[2].parent / "shared" / "reference" / "fetched"
ANSWERS = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 90)), max_size=12)


def after(answers: list[tuple[bool, int, int]], algorithm: str) -> tuple[Memory, datetime]:
    memory, at = Memory(AT), AT
    for right, certainty, days in answers:
        at += timedelta(days=days)
        memory = reviewed(
            memory, right=right, certainty=certainty, core=True, at=at, algorithm=algorithm
        )
    return memory, at


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(answers=ANSWERS)
def test_a_review_lies_ahead_and_never_beyond_a_year(
    algorithm: str, answers: list[tuple[bool, int, int]]
) -> None:
    memory, at = after(answers, algorithm)
    assert memory.reviews == len(answers)
    if answers:
        assert at < memory.due_at <= at + timedelta(days=LONGEST)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(answers=ANSWERS)
def test_what_was_missed_comes_sooner_than_what_was_known(
    algorithm: str, answers: list[tuple[bool, int, int]]
) -> None:
    memory, at = after(answers, algorithm)
    later = at + timedelta(days=5)
    missed = reviewed(memory, right=False, certainty=3, core=True, at=later, algorithm=algorithm)
    known = reviewed(memory, right=True, certainty=3, core=True, at=later, algorithm=algorithm)
    assert missed.due_at <= known.due_at
    assert missed.due_at <= later + timedelta(days=3)


def test_a_lucky_guess_comes_sooner_than_knowledge() -> None:
    start, _at = after([(True, 3, 0), (True, 3, 3)], "fsrs")
    later = start.due_at
    guess = reviewed(start, right=True, certainty=1, core=True, at=later)
    sure = reviewed(start, right=True, certainty=3, core=True, at=later)
    assert guess.due_at < sure.due_at


def test_rules_that_bind_are_kept_fresher() -> None:
    start, _at = after([(True, 3, 0), (True, 3, 3)], "fsrs")
    binds = reviewed(start, right=True, certainty=2, core=True, at=start.due_at)
    other = reviewed(start, right=True, certainty=2, core=False, at=start.due_at)
    assert binds.due_at < other.due_at


def test_leitner_boxes_are_climbed_and_left_at_the_first_miss() -> None:
    memory, at = Memory(AT), AT
    for days in BOXES:
        memory = reviewed(memory, right=True, certainty=2, core=True, at=at, algorithm="leitner")
        assert memory.due_at == at + timedelta(days=days)
        at = memory.due_at
    missed = reviewed(memory, right=False, certainty=2, core=True, at=at, algorithm="leitner")
    assert (missed.box, missed.due_at) == (0, at + timedelta(days=1))


def test_an_answer_that_comes_in_late_teaches_nothing_new() -> None:
    memory, at = after([(True, 3, 10)], "fsrs")
    assert (
        reviewed(memory, right=False, certainty=3, core=True, at=at - timedelta(days=1)) == memory
    )


@pytest.mark.skipif(not FETCHED.is_dir(), reason="the reference values are not on this machine")
def test_the_library_gives_the_published_intervals() -> None:
    case = json.loads((FETCHED / "fsrs6_intervals.json").read_text())
    scheduler, card = Scheduler(enable_fuzzing=False), Card(card_id=1)
    at, days = datetime(2022, 11, 29, 12, 30, tzinfo=UTC), []
    for rating in case["data"]["ratings"]:
        card, _log = scheduler.review_card(card, Rating(rating), at)
        days.append((card.due - at).days)
        at = card.due
    assert days == case["expected"]["intervals"]


def test_missed_rules_come_first_then_changed_ones_then_the_longest_due() -> None:
    cards = [
        Due(1, AT - timedelta(days=9), True, False),
        Due(2, AT - timedelta(days=1), False, False),
        Due(3, AT + timedelta(days=9), True, True),
        Due(4, AT + timedelta(days=1), False, False),
        Due(5, AT - timedelta(days=2), True, False),
    ]
    assert todays(cards, asked=0, at=AT) == [2, 3, 1, 5]
    assert todays(cards, asked=3, at=AT) == [2, 3]
    assert todays(cards, asked=9, at=AT) == []


@given(st.lists(st.builds(Due, st.integers(1, 99), st.just(AT), st.booleans(), st.booleans())))
def test_nobody_is_asked_more_than_five_a_day(cards: list[Due]) -> None:
    for asked in range(7):
        assert len(todays(cards, asked=asked, at=AT)) + asked <= max(MOST_A_DAY, asked)


def test_draws_lean_to_rules_near_the_line_and_forget_none() -> None:
    scores = decision_scores(
        {"clear": (98, 100), "line": (88, 100), "lost": (20, 100), "new": (0, 0)}
    )
    assert scores["new"] == max(scores.values())
    assert scores["line"] > scores["clear"]
    assert scores["line"] > scores["lost"]
    assert min(scores.values()) >= 0.25 / 4
    assert decision_scores({}) == {}
