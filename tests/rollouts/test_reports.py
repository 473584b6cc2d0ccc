"""Promises about what a report tells: nothing from which a single answer could be read."""

from itertools import product

import numpy as np
import pytest

from app.clock import first_day
from app.rollouts.reports import Cells, MonthPoint, Plan, Report, report_on

FIRST = 24_000
TODAY = first_day(FIRST + 2)


def plan_of(offices: int, waves: int = 3) -> Plan:
    return Plan(FIRST, waves, 1, {office: office % waves + 1 for office in range(offices)})


def report(plan: Plan, cells: Cells) -> Report:
    return report_on(plan, cells, today=TODAY, seed=7)


def evenly(plan: Plan, answered: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Let every office answer alike in the two months that are over, half of it rightly."""
    months = range(FIRST, FIRST + 2)
    return dict.fromkeys(product(plan.wave_of, months), (answered // 2, answered))


@pytest.mark.parametrize("right", range(5))
def test_an_office_with_few_answers_in_a_month_is_not_in_its_point(right: int) -> None:
    """Four offices have begun, one of them with four answers: before this, a single one was read from the picture."""
    plan = plan_of(12)
    cells = evenly(plan, 40)
    cells[0, FIRST] = (right, 4)
    assert [point.month for point in report(plan, cells).points] == [FIRST + 1]
    cells[0, FIRST] = (2, 5)
    assert len(report(plan, cells).points) == 2


def test_the_step_of_a_point_is_that_of_its_thinnest_office() -> None:
    """Four times five answers are told in tens, also beside offices of hundreds; 400 in whole per cents."""
    plan = plan_of(12)
    cells = evenly(plan, 100)
    for office in (3, 6, 9):  # of the first wave
        cells[office, FIRST] = (51, 100)
    assert report(plan, cells).points[0] == MonthPoint(FIRST, 51, 50)
    cells[0, FIRST] = (3, 5)
    assert report(plan, cells).points[0] == MonthPoint(FIRST, 50, 50)


@pytest.mark.parametrize("right", [0, 1])
def test_one_answer_of_an_office_moves_no_figure(right: int) -> None:
    plan = plan_of(15)
    cells = evenly(plan, 12)
    without = report(plan, cells)
    assert without.state == "told"
    cells[0, FIRST] = (right, 1)
    held = report(plan, cells)
    cells[0, FIRST] = (1 - right, 1)
    assert report(plan, cells) == held


def test_with_few_offices_more_answers_of_each_are_asked_for() -> None:
    """Of eight begun and waiting, one answer among three would move a side by four points: that office does not count."""
    plan = plan_of(12)
    cells = evenly(plan, 20)
    whole = report(plan, cells)
    cells[0, FIRST] = (1, 3)
    thin = report(plan, cells)
    assert (whole.state, whole.answers) == ("told", 480)
    assert (thin.state, thin.answers) == ("told", 460)


def test_where_every_office_is_thin_nothing_is_told() -> None:
    plan = plan_of(12)
    assert report(plan, evenly(plan, 4)).state == "few"
    plan = plan_of(120)
    assert report(plan, evenly(plan, 4)).state == "few", "no office has ten answers on a side"


def test_the_level_holds_where_offices_are_thin() -> None:
    """How many answers an office needs follows from how many there are, never from how many were right."""
    wrong, told = 0, 0
    for seed in range(150):
        chance = np.random.default_rng(seed)
        plan = Plan(
            FIRST, 3, 1, dict(enumerate(chance.permutation(np.arange(18) % 3 + 1).tolist()))
        )
        habit = chance.normal(0, 0.5, 18)
        cells = {}
        for office, month in product(range(18), range(FIRST, FIRST + 2)):
            n = int(chance.poisson(9))
            share = 1 / (1 + np.exp(-0.5 - habit[office]))
            cells[office, month] = (int(chance.binomial(n, share)), n)
        found = report(plan, cells)
        told += found.state == "told"
        wrong += found.verdict != "open"
    assert told > 100
    assert wrong / told <= 0.08
