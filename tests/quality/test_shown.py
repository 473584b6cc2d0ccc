"""Figures of questions are told as finely as their answers allow, and no finer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quality.logic import wilson
from app.quality.shown import coefficient_told, limits_told, report_told
from app.quizzes.shares import share_told


def report(n: int, curves: list[list[Any]], **other: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("discrimination", "efficiency", "sure_and_wrong", "slope", "difficulty")
    )
    said = {"n": n, "facility": 0.5, "known": n, "certain": 0, "differences": [], "reasons": []}
    return {**nothing, **said, "curves": curves, **other}


@pytest.mark.parametrize(
    ("share", "n", "told"),
    [(0, 299, "≤10"), (1, 299, "≥90"), (0.333, 40, "30"), (0.333, 80, "35"), (0.333, 300, "33")],
)
def test_a_share_is_told_in_the_step_of_its_answers(share: float, n: int, told: str) -> None:
    assert share_told(share, n) == told


@given(st.integers(10, 2000), st.data())
def test_limits_hold_what_is_told_and_tell_no_more(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    low, high = limits_told(right / n, n)
    exact = wilson(right, n)
    assert low <= round(100 * exact[0])
    assert high >= round(100 * exact[1])
    alike = [k for k in range(n + 1) if share_told(k / n, n) == share_told(right / n, n)]
    assert {limits_told(k / n, n) for k in alike} == {(low, high)}


def test_nothing_is_told_of_a_report_without_figures() -> None:
    assert report_told({}) == {}
    assert report_told({"facility": None}) == {}
    assert coefficient_told(None, 100) is None


def test_answers_that_fewer_than_three_gave_are_left_out() -> None:
    told = report_told(
        report(100, [["a", 0.6, 0.5, 0.6, 0.7], ["b", 0.38, 0.4, 0.4, 0.3], ["c", 0.02, 0, 0, 0]])
    )
    assert told["curves"] == [("a", "60", ["50", "60", "70"]), ("b", "40", ["40", "40", "30"])]  # fmt: skip


def test_thirds_of_fewer_than_ten_are_left_out_and_so_are_curves_of_fewer_than_ten() -> None:
    curves = [["a", 1.0, 1.0, 1.0, 1.0]]
    assert report_told(report(29, curves))["curves"] == [("a", "≥90", [None] * 3)]
    assert report_told(report(40, curves, known=9))["curves"] == []


def test_how_many_were_sure_is_told_only_of_ten_who_said_it() -> None:
    few, enough = (report(50, [], certain=n, sure_and_wrong=1.0) for n in (9, 10))
    assert report_told(few)["sure_and_wrong"] is None
    assert report_told(enough)["sure_and_wrong"] == "≥90"


def test_coefficients_are_told_in_the_step_of_the_answers() -> None:
    told = report_told(report(20, [], discrimination=-0.337, efficiency=41.2))
    assert (told["discrimination"], told["efficiency"]) == (-0.3, 40)
