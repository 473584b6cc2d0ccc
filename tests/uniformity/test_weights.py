"""No single answer moves what is shown by much: not the first to a new question, not the only one of an office."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from app.clock import local_date, now
from app.disclosure import FEW, coded, rounded, step_of
from app.people.models import Posting
from app.uniformity.measuring import HEAVIEST, Tally, rule_figures
from tests.page import Page
from tests.uniformity.conftest import World, choices


def told(page: Page, address: str, rule: str = "UJ-1.1") -> dict[str, Any]:
    rows = page.client.get(f"/api/uniformity/{address}").get_json()["rules"]
    found: dict[str, Any] = next(row for row in rows if row["rule"] == rule)
    return {key: found.get(key) for key in ("s", "w", "u", "d", "right", "range", "interval")}


@pytest.mark.parametrize("right", [0, 10])
def test_the_first_answers_to_a_new_question_are_not_half_of_a_figure(
    page: Page, world: World, right: int
) -> None:
    offices = [world.branch(state, 100) for state in [world.state() for _ in range(4)]]
    world.answer_all([(one, choices("a", 55, 25)) for one in offices])
    world.batch()
    page.sign_in(world.cast.liza)
    before = told(page, "nation")
    key = world.keys["UJ-1.1-b"]
    world.answer(offices[0], choices(key, right, 10 - right), question="UJ-1.1-b", begin=80)
    assert world.batch().released == 1
    assert told(page, "nation") == before, "ten of three hundred and thirty"


def test_a_question_that_many_answered_counts_as_every_other(page: Page, world: World) -> None:
    offices = [world.branch(state, 100) for state in [world.state() for _ in range(4)]]
    world.answer_all([(one, choices("a", 70, 30)) for one in offices])
    world.answer_all(
        [(one, choices(world.keys["UJ-1.1-b"], 20, 80)) for one in offices], question="UJ-1.1-b"
    )
    world.batch()
    page.sign_in(world.cast.liza)
    assert told(page, "nation")["right"] == 45


def test_a_posting_says_nothing_of_what_was_answered(page: Page, world: World) -> None:
    """The only officer of an office goes: figures rest on the staff of the day of their release."""
    state = world.cast.offices.putrajaya_state
    big = [world.branch(state, 160) for _ in range(2)]
    lone, small = world.branch(state, 1), world.branch(state, 9)
    said = [
        *[(one, choices("a", 110, 50)) for one in big],
        (small, choices("a", 6, 3)),
        (lone, ["b"]),
    ]
    world.answer_all(said)
    world.batch()
    page.sign_in(world.cast.osman)
    before = told(page, f"states/{state}")
    assert before["s"] is not None
    with world.database.transaction() as session:
        session.execute(
            update(Posting)
            .where(Posting.office_id == lone.id)
            .values(ends_on=local_date(now()) - timedelta(days=1))
        )
    world.batch()
    assert told(page, f"states/{state}") == before


def tally(counts: list[list[list[int]]], staff: list[float]) -> Tally:
    held = np.array(counts)
    questions = len(held)
    return Tally(
        held,
        np.zeros(questions, int),
        np.ones(questions, int),
        np.full(questions, 4.0),
        np.array(staff),
    )


def test_no_answer_speaks_for_more_than_three_times_the_usual() -> None:
    """One of twenty-five answered in one office, all in the others."""
    weights = tally([[[20, 0, 5], [22, 0, 3], [0, 0, 1]]], [25.0, 25.0, 25.0]).weights[0]
    usual = 75 / 51
    assert weights.tolist() == pytest.approx([25, 25, HEAVIEST * usual])


def test_where_offices_answer_at_different_rates_nothing_is_trimmed() -> None:
    """Rates of .9 and .3: the staff is what counts, as it must where weak offices answer less."""
    weights = tally([[[18, 0, 0], [3, 0, 3]]], [20.0, 20.0]).weights[0]
    assert weights.tolist() == [20, 20]


def test_the_word_rests_on_what_the_bar_does() -> None:
    """Twenty offices understand and answer; twenty larger ones do not, and hardly answer."""
    counts = [[[17, 0, 1]] * 20 + [[3, 0, 3]] * 20]
    found = rule_figures(
        tally(counts, [20.0] * 20 + [60.0] * 20), target=0.64, chance=np.random.default_rng(1)
    )
    assert found.same_right.value < 0.55
    assert found.otherwise.value != "right", "pooled, .83 of the answers are right"


@pytest.mark.parametrize("officers", [30, 59, 60, 149, 150, 299, 300, 5000])
def test_a_step_of_a_share_holds_at_least_three_officers(officers: int) -> None:
    assert officers * step_of(officers) / 100 >= 3
    for right in range(officers + 1):
        assert rounded(right / officers, officers) % step_of(officers) == 0


def test_shares_of_few_are_told_in_fives_or_tens_and_never_near_none_or_all() -> None:
    assert {coded(k / 200, 200) for k in range(201)} == set(range(10, 95, 5))
    assert {coded(k / 20, 20) for k in range(21)} == set(range(10, 100, 10))
    assert step_of(FEW) == 1
