"""The measures against values that others published, and against counting every pair by hand."""

import json
from collections.abc import Iterable
from itertools import combinations
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.uniformity.answer_log import read_log, read_staff, staff_of
from app.uniformity.charts import ewma, p_chart
from app.uniformity.consensus import rank_one
from app.uniformity.differing import differ_p, discoveries, tarone
from app.uniformity.intervals import effective_interval, prior_of, wilson
from app.uniformity.leaving_out import staff_without_each, without_each
from app.uniformity.log_measures import count, measure
from app.uniformity.logic import (
    Parts,
    brennan_prediger,
    inside,
    known,
    mean_over,
    parts,
    staff_parts,
)

WORKED = [[18, 2, 0, 0], [15, 4, 1, 0], [6, 13, 1, 0], [17, 2, 1, 0], [19, 1, 0, 0]]
tables = st.integers(1, 5).flatmap(
    lambda options: st.lists(
        st.lists(st.integers(0, 6), min_size=options, max_size=options), min_size=1, max_size=6
    )
)


def pairs_of(counts: list[list[int]]) -> Iterable[tuple[tuple[int, int], tuple[int, int]]]:
    """Return every pair of officers as ((office, answer), (office, answer))."""
    people = [(o, j) for o, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    return combinations(people, 2)


def by_hand(counts: list[list[int]], key: int, unsure: int) -> dict[str, float]:
    """Count every pair of officers: the definition, slowly."""
    between: list[tuple[int, int]] = []
    within: list[bool] = []
    for (office, said), (other, heard) in pairs_of(counts):
        if office == other:
            within.append(said == heard)
        else:
            between.append((said, heard))
    found = {}
    if between:
        alike = [said for said, heard in between if said == heard]
        n = len(between)
        found["S"] = alike.count(key) / n
        found["U"] = alike.count(unsure) / n
        found["W"] = (len(alike) - alike.count(key) - alike.count(unsure)) / n
        found["D"] = 1 - len(alike) / n
    if within:
        found["D_in"] = 1 - sum(within) / len(within)
    return found


def names(told: Parts) -> dict[str, float]:
    values = {
        "S": told.same_right, "W": told.same_wrong, "U": told.refer, "D": told.differ,
        "D_in": told.differ_in,
    }  # fmt: skip
    return {name: float(value) for name, value in values.items() if not isnan(value)}


@given(counts=tables, data=st.data())
def test_the_formulas_count_what_pairs_count(counts: list[list[int]], data: st.DataObject) -> None:
    options = len(counts[0])
    key = data.draw(st.integers(0, options - 1))
    unsure = data.draw(st.integers(-1, options - 1).filter(lambda j: j != key))
    told = names(parts(counts, key, unsure))
    assert told == pytest.approx(by_hand(counts, key, unsure), abs=1e-12)


@given(counts=tables, data=st.data())
def test_the_bar_always_adds_to_one(counts: list[list[int]], data: st.DataObject) -> None:
    key = data.draw(st.integers(0, len(counts[0]) - 1))
    staff = data.draw(st.lists(st.integers(1, 90), min_size=len(counts), max_size=len(counts)))
    for told in (parts(counts, key), staff_parts(counts, key, staff), inside(counts, key)):
        whole = told.same_right + told.same_wrong + told.refer + told.differ
        known_ones = whole[~np.isnan(whole)]
        assert known_ones == pytest.approx(np.ones(known_ones.shape), abs=1e-12)
        apart = told.differ_in + told.differ_off
        there = ~np.isnan(apart) & ~np.isnan(told.differ)
        assert np.asarray(apart)[there] == pytest.approx(np.asarray(told.differ)[there], abs=1e-12)


@given(counts=tables, data=st.data())
def test_the_order_of_offices_and_answers_says_nothing(
    counts: list[list[int]], data: st.DataObject
) -> None:
    options = len(counts[0])
    offices = data.draw(st.permutations(range(len(counts))))
    letters = data.draw(st.permutations(range(options)))
    moved = [[counts[o][j] for j in letters] for o in offices]
    assert names(parts(moved, letters.index(0))) == pytest.approx(
        names(parts(counts, 0)), abs=1e-12
    )


@given(counts=tables)
def test_leaving_out_in_closed_form_is_leaving_out(counts: list[list[int]]) -> None:
    staff = [3 + 2 * n for n in range(len(counts))]
    plain, weighed = without_each(counts, 0), staff_without_each(counts, 0, staff)
    for place in range(len(counts)):
        rest = counts[:place] + counts[place + 1 :]
        if not rest:
            continue
        own = parts(rest, 0)
        by_staff = staff_parts(rest, 0, staff[:place] + staff[place + 1 :])
        for found, truth in ((plain, own), (weighed, by_staff)):
            for name in ("same_right", "habit"):
                left = getattr(found, name)[place]
                assert left == pytest.approx(float(getattr(truth, name)), abs=1e-9, nan_ok=True)


def test_one_question_with_equal_offices_weighs_the_same_by_staff() -> None:
    counts = [[8, 2], [5, 5], [9, 1]]
    plain, weighed = parts(counts, 0), staff_parts(counts, 0, [7, 7, 7])
    assert float(plain.same_right) == pytest.approx(float(weighed.same_right))
    assert float(plain.differ) == pytest.approx(float(weighed.differ))


@pytest.mark.parametrize(
    "counts", [[[0, 0]], [[1, 0]], [[0, 0], [0, 0]], [[3, 1], [0, 0]], [[5, 0]]], ids=str
)
def test_without_a_pair_of_offices_nothing_is_said(counts: list[list[int]]) -> None:
    for told in (parts(counts, 0), staff_parts(counts, 0, [9] * len(counts))):
        assert isnan(float(told.same_right))
        assert isnan(float(told.differ))


def test_with_one_option_everything_agrees() -> None:
    told = parts([[4], [3]], 0)
    assert (float(told.same_right), float(told.differ)) == (1.0, 0.0)
    assert isnan(float(told.habit)), "where nothing differs, nothing differs because of habits"


def test_the_worked_example() -> None:
    """Five offices of twenty, the third with a habit of its own."""
    told = parts(WORKED, 0)
    assert float(told.same_right) == pytest.approx(0.5487, abs=5e-5)
    assert float(told.same_wrong) == pytest.approx(0.0370, abs=5e-5)
    assert float(told.differ) == pytest.approx(0.4143, abs=1e-4)
    assert float(told.differ_in) == pytest.approx(0.2989, abs=5e-5)
    assert float(told.habit) == pytest.approx(0.278, abs=1e-3)
    right, answered = [row[0] for row in WORKED], [20] * 5
    prior = prior_of(right, answered)
    assert prior
    assert prior.spread == pytest.approx(0.2485, abs=5e-5)
    assert prior.correlation == pytest.approx(0.3070, abs=5e-5)
    assert tarone(right, answered) == pytest.approx(7.89, abs=5e-3)
    assert differ_p(right, answered, np.random.default_rng(1)) < 1e-9
    limits = effective_interval(right, answered)
    assert (limits.low, limits.high) == pytest.approx((0.148, 0.875), abs=1e-3)


def test_simpsons_flora() -> None:
    """Counts 2, 8, 1, 1, 3: 64 of 210 pairs alike (Simpson 1949, Nature 163:688)."""
    told = inside([[2, 8, 1, 1, 3]], 0)
    assert 1 - float(told.differ[0]) == pytest.approx(64 / 210, abs=1e-12)


def test_three_offices_in_fractions() -> None:
    counts = [[8, 1, 1], [2, 7, 1], [5, 0, 5]]
    told = parts(counts, 0)
    assert float(told.same_right) == pytest.approx(132 / 600, abs=1e-12)
    assert 1 - float(told.differ) == pytest.approx(168 / 600, abs=1e-12)
    assert 1 - float(told.differ_in) == pytest.approx(140 / 270, abs=1e-12)
    each = inside(counts, 0)
    within = float((each.same_right * each.pairs_within).sum() / each.pairs_within.sum())
    assert within == pytest.approx(78 / 270, abs=1e-12)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilsons_limits(k: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, Stat. Med. 17:857, table I, method 3."""
    assert wilson(k, n) == pytest.approx((low, high), abs=6e-5)


def test_wilson_says_nothing_of_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_fifteen_hypotheses_of_benjamini_and_hochberg() -> None:
    """Benjamini & Hochberg 1995, section 3.2: the first four fall."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262,
        0.5719, 0.6528, 0.759, 1.0,
    ]  # fmt: skip
    assert discoveries(p) == [True] * 4 + [False] * 11
    assert discoveries([]) == []
    assert discoveries([nan, 0.001]) == [False, True]


@given(st.lists(st.floats(0, 1), max_size=20), st.floats(0.01, 0.3))
def test_more_fall_when_more_may_fall_wrongly(p: list[float], rate: float) -> None:
    strict, mild = discoveries(p, rate / 2), discoveries(p, rate)
    assert all(after for before, after in zip(strict, mild, strict=True) if before)


def test_litters_of_rats() -> None:
    """Weil 1970, control group: ANOVA intraclass correlation and Tarone's Z, each computed by two routes."""
    n = [13, 12, 9, 9, 8, 8, 13, 12, 10, 10, 9, 13, 5, 7, 10, 10]
    y = [13, 12, 9, 9, 8, 8, 12, 11, 9, 9, 8, 11, 4, 5, 7, 7]
    prior = prior_of(y, n)
    assert prior
    assert prior.correlation == pytest.approx(0.029091385439862387, abs=1e-9)
    assert tarone(y, n) == pytest.approx(0.4511791609149309, abs=1e-6)


def test_a_chart_of_wafers() -> None:
    """NIST/SEMATECH e-Handbook 6.3.3.2: thirty wafers of fifty chips."""
    defects = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13,
        9, 6,
    ]  # fmt: skip
    chart = p_chart(defects, [50] * 30, own_wobble=False)
    assert chart.centre == pytest.approx(0.2313, abs=1e-4)
    assert (chart.low[0], chart.high[0]) == pytest.approx((0.0524, 0.4102), abs=1e-4)
    outside = (chart.share > chart.high) | (chart.share < chart.low)
    assert [int(place) + 1 for place in np.flatnonzero(outside)] == [15, 23]


def test_a_moving_average() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.4: lambda 0.3, target 50."""
    values = [
        52, 47, 53, 49.3, 50.1, 47, 51, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4,
        53.6, 52.1,
    ]  # fmt: skip
    told = [
        50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05,
        49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
    ]  # fmt: skip
    found = ewma(values, target=50, sigma=2.0539, steady=0.3, reach=3, growing=False)
    assert found.values == pytest.approx(told, abs=0.006)
    assert (found.low[0], found.high[0]) == pytest.approx((47.4115, 52.5884), abs=6e-4)


def test_minimum_residuals_find_what_made_the_matrix() -> None:
    d = np.array([0.91, 0.74, 0.55, 0.83, 0.3, 0.62, 0.48])
    matrix = np.outer(d, d)
    np.fill_diagonal(matrix, 0)
    assert rank_one(matrix) == pytest.approx(d, abs=1e-9)


def test_agreement_beyond_guessing() -> None:
    assert float(brennan_prediger(0.25, 4)) == pytest.approx(0)
    assert float(brennan_prediger(1.0, 4)) == pytest.approx(1)
    assert float(known(0.75, 2)) == pytest.approx(0.25), "half of three quarters was guessed"


def test_the_mean_passes_over_what_is_not_known() -> None:
    assert mean_over([0.2, nan, 0.6]) == pytest.approx(0.4)
    assert isnan(mean_over([nan]))
    assert mean_over([0.2, 0.6], [3, 1]) == pytest.approx(0.3)


LOG = """seq,officer,office,state,rule,question,version,option,key
1,A,1,0,0,0,1,0,0
2,B,1,0,0,0,1,1,0
3,C,2,0,0,0,1,0,0
4,A,1,0,0,0,1,3,0
5,D,2,0,0,0,1,3,0
6,E,3,1,0,0,1,0,0
7,F,3,1,0,0,1,3,0
8,E,3,1,0,1,2,2,2
9,A,1,0,0,1,2,2,2
10,C,2,0,0,1,1,0,2
11,C,2,0,0,1,2,1,2
"""


def test_a_log_is_measured_as_pairs_are_counted() -> None:
    """First answers only, newest version only, "not sure" the highest option: (1) A0 B1 C0 D3 E0 F3, (2) E2 A2 C1."""
    told = measure(count(read_log(LOG.splitlines())))
    first, second = told["nation/rule0"]["questions"]
    assert {k: first[k] for k in ("S", "W", "U", "D")} == pytest.approx(
        {
            k: v
            for k, v in by_hand([[1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1]], 0, 3).items()
            if k in "SWUD"
        }
    )
    assert (first["n"], first["offices"], first["pairs_between"], first["pairs_within"]) == (
        6,
        3,
        12,
        3,
    )
    assert (second["n"], second["S"], second["D"]) == (
        3,
        pytest.approx(1 / 3),
        pytest.approx(2 / 3),
    )
    assert told["nation/rule0"]["S"] == pytest.approx((3 / 12 + 1 / 3) / 2)
    assert "S" not in told["state1/rule0"], "one office makes no pair of offices"


def close(found: Any, told: Any, where: str = "") -> None:
    """Assert that two nested structures are equal, numbers to 1e-12."""
    if isinstance(told, dict):
        assert set(told) == set(found), where
        for key in told:
            close(found[key], told[key], f"{where}/{key}")
    elif isinstance(told, list):
        assert len(found) == len(told), where
        for place, (one, other) in enumerate(zip(found, told, strict=True)):
            close(one, other, f"{where}[{place}]")
    elif isinstance(told, float):
        assert found == pytest.approx(told, abs=1e-12), where
    else:
        assert found == told, where


def test_the_reference_log_comes_out_as_expected(shared: Path) -> None:
    folder = shared / "reference"
    told = json.loads((folder / "e2e_expected_101.json").read_text(encoding="utf-8"))["expected"]
    with (folder / "e2e_answers_101.csv").open(encoding="utf-8", newline="") as file:
        responses = read_log(file)
    with (folder / "e2e_staff_101.csv").open(encoding="utf-8", newline="") as file:
        staff = staff_of(responses, read_staff(file))
    found = measure(count(responses), staff)
    close(found, told)
    assert list(found) == list(told)
