"""Promises about what is told of a briefing: nothing of few, nobody known by an answer all gave, words only when sure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.special import gammaln as lgamma

from app.briefings.logic import (
    Outcome,
    follow_up_days,
    may_be_given_on,
    posterior,
    probability_above,
    told_of,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days", "may"), [(-1, False), (0, True), (30, True), (31, False)], ids=str
)
def test_a_briefing_is_recorded_within_a_month_and_never_ahead(days: int, may: bool) -> None:
    assert may_be_given_on(TODAY - timedelta(days=days), today=TODAY) is may


def test_questions_follow_from_the_seventh_to_the_fourteenth_day() -> None:
    assert follow_up_days(TODAY) == (date(2026, 12, 1), date(2026, 12, 8))


@pytest.mark.parametrize("few", [Outcome(0, 0, 9, 12), Outcome(9, 12, 0, 0), Outcome(5, 9, 12, 12)])
def test_of_fewer_than_the_smallest_group_nothing_is_told(few: Outcome) -> None:
    assert told_of(few, smallest=10) is None


@given(n=st.integers(10, 60), spare=st.integers(0, 6))
def test_nobody_is_known_by_an_answer_that_all_gave(n: int, spare: int) -> None:
    """All right, all but the coded tenth right, cannot be told apart; nor at the bottom."""
    near = min(spare, n // 10)
    for right, almost in ((n, n - near), (0, near)):
        assert told_of(Outcome(right, n, right, n), smallest=10) == told_of(
            Outcome(almost, n, almost, n), smallest=10
        )


@given(n=st.integers(10, 80), m=st.integers(10, 80), data=st.data())
def test_ranges_are_in_steps_of_five_and_no_nearer_to_the_ends_than_a_tenth(
    n: int, m: int, data: st.DataObject
) -> None:
    told = told_of(
        Outcome(data.draw(st.integers(0, n)), n, data.draw(st.integers(0, m)), m), smallest=10
    )
    assert told is not None
    for low, high in (told.before, told.after):
        assert low <= high
        assert {low % 5, high % 5} == {0}
        assert 10 <= low <= 90
        assert 10 <= high <= 90


def test_a_word_is_given_only_when_it_is_probable() -> None:
    assert told_of(Outcome(4, 12, 11, 12), smallest=10).word == "better"  # type: ignore[union-attr]
    assert told_of(Outcome(11, 12, 4, 12), smallest=10).word == "worse"  # type: ignore[union-attr]
    assert told_of(Outcome(6, 12, 7, 12), smallest=10).word == "unclear"  # type: ignore[union-attr]
    assert told_of(Outcome(6, 12, 6, 12), smallest=10).word == "unclear"  # type: ignore[union-attr]


def exact(a: int, b: int, c: int, d: int) -> float:
    """Return P(Beta(a, b) > Beta(c, d)) for whole a, by the finite sum (Miller 2015, evanmiller.org/bayesian-ab-testing)."""
    from math import exp

    return sum(
        exp(betaln(c + i, d + b) - lgamma(i + 1) - lgamma(b) + lgamma(b + i) - betaln(c, d))
        for i in range(a)
    )


@pytest.mark.parametrize("shape", [(8, 4, 5, 9), (1, 1, 1, 1), (30, 3, 20, 12), (3, 9, 10, 2)])
def test_the_probability_agrees_with_the_closed_sum(shape: tuple[int, int, int, int]) -> None:
    from scipy.stats import beta

    a, b, c, d = shape
    draws = beta(a, b).expect(lambda x: beta(c, d).cdf(x))
    assert probability_above((a, b), (c, d)) == pytest.approx(draws, abs=2e-3)


def test_the_posterior_is_that_of_jeffreys() -> None:
    assert posterior(6, 12) == (6.5, 6.5)
    assert posterior(12, 12) == pytest.approx((11.3, 1.7)), "kept at nine tenths"
