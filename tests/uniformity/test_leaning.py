"""What is said of few answers leans on the country, on whatever was answered: numbers checked by hand, and all odd shapes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.uniformity.composing import figures_content
from app.uniformity.intervals import Prior, shrunken
from app.uniformity.leaning import (
    Country,
    Known,
    below_target,
    expected,
    left_open,
    shrunken_mean,
    shrunken_rules,
    sureness,
    word_leaning,
)
from app.uniformity.measuring import Tally, country_of, rule_figures
from app.uniformity.verdict import Verdict

EIGHT_OF_TEN = Prior(8.0, 2.0, 10.0, 0.1, 0.1)


def known(right: list[float], answered: list[float], *priors: Prior) -> Known:
    return Known(priors or [EIGHT_OF_TEN] * len(right), np.array(right), np.array(answered))


def test_one_question_is_the_posterior_of_its_prior() -> None:
    one = known([3.0], [5.0])
    assert expected(one) == pytest.approx([11 / 15])
    assert sureness(one) == 15
    assert shrunken_mean(one) == shrunken(EIGHT_OF_TEN, 3.0, 5.0)


def test_what_is_off_on_one_question_is_expected_to_be_off_on_the_others() -> None:
    # 2 of 10 right where 8 were expected: off by -6 answers of 10 + 10, on the second question too, which nobody was asked
    two = known([2.0, 0.0], [10.0, 0.0])
    assert expected(two) == pytest.approx([0.5, 0.5])
    assert sureness(two) == 10 + 5 + 2.5, "the prior, a question's own answers, half of the others'"
    assert below_target(two, 0.81) > 0.99


def test_without_answers_the_country_is_expected_and_no_word_is_given() -> None:
    nothing = known([0.0, 0.0], [0.0, 0.0])
    assert expected(nothing) == pytest.approx([0.8, 0.8])
    shares = np.array([[0.8, 0.1, 0.1]] * 2)
    key = np.zeros(2, dtype=np.int64)
    country = Country([EIGHT_OF_TEN] * 2, shares, key, key + 1)
    assert word_leaning(country, np.zeros((2, 3)), target=0.81) is None
    assert word_leaning(country, [[0, 0, 9], [0, 0, 9]], target=0.81) is Verdict.WRONG
    apart = Country([None, None], shares, key, key + 1)
    assert word_leaning(apart, [[9, 0, 0], [9, 0, 0]], target=0.81) is None


def test_one_wrong_answer_of_the_whole_rule_is_assumed_not_one_of_each_question() -> None:
    shares = np.array([[0.8, 0.0, 0.15, 0.05]] * 3)
    key = np.zeros(3, dtype=np.int64)
    told = left_open([[4, 0, 0, 0]] * 3, key, shares)
    assert told[:, 0].sum() == pytest.approx(11)
    assert told.sum(axis=1) == pytest.approx([4, 4, 4])
    assert told[0, 2] == pytest.approx(3 * told[0, 3]), "as the country errs"
    some = [[4, 0, 0, 0], [2, 0, 2, 0], [4, 0, 0, 0]]
    assert left_open(some, key, shares).tolist() == some, "two were wrong: nothing to hide"


@given(
    arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(2, 5)),
           elements=st.integers(0, 12))
)  # fmt: skip
def test_any_answers_give_a_range_in_order_or_none(counts: np.ndarray) -> None:
    questions, offices, width = counts.shape
    key = np.zeros(questions, dtype=np.int64)
    made = Tally(counts, key, key + 1, np.full(questions, float(width)), np.full(offices, 9.0))
    chance = np.random.default_rng(1)
    country = country_of(made, rule_figures(made, target=0.81, chance=chance))
    for office in range(offices):
        told = country.known(counts[:, office])
        for found in (shrunken_mean(told), shrunken_rules([told, told])):
            assert np.isnan(found.value) or 0 <= found.low <= found.value <= found.high <= 1
        figures = rule_figures(made.of([office]), target=0.64, chance=chance, country=country)
        content = figures_content(figures, officers=7, staff=9)
        assert ("range" in content) <= (counts[:, office].sum() > 0)
        assert counts[:, office].sum() or content["verdict"] == "unknown"
