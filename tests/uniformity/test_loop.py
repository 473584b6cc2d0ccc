"""The simulated department of `bench/loop.py` lives through its months with the real services, under every policy."""

import tomllib
from typing import Any

import pytest

from bench.loop import FACTS, live
from bench.loop_people import Department

pytestmark = pytest.mark.slow


def facts() -> dict[str, Any]:
    found = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    found["department"] |= {"offices": 2, "officers": 5, "months": 2}
    return found


def test_a_department_lives_two_months_and_learns() -> None:
    told = live(facts(), "seragam", seed=1)
    assert len(told) == 3
    assert told[-1].asked >= 10
    assert all(0 <= month.true <= 1 for month in told)
    assert told[-1].true > told[0].true


def test_who_is_never_asked_forgets() -> None:
    department = Department(facts(), rules=20, seed=1)
    assert department.same_right(300) < department.same_right(30) < department.same_right(0)


def test_a_briefing_teaches_who_was_there() -> None:
    department = Department(facts(), rules=20, seed=1)
    before = department.right(0)
    department.briefed(list(range(5)), [3], 0)
    after = department.right(0)
    assert after[:5, 3].sum() > before[:5, 3].sum()
    assert (after[5:] == before[5:]).all()
