"""Promises about the lot and what is concluded from it: no false alarms from a national trend, real effects seen."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.rollouts.logic import (
    Counts,
    draw_waves,
    foreseen_reach,
    heaviest_answer,
    noise_of,
    stepped_effect,
    wave_sizes,
)

OFFICES, WAVES, ANSWERS = 40, 5, 8
WORLDS = 200


@dataclass(frozen=True)
class World:
    """Offices with habits of their own in a country that learns, and a briefing that may help."""

    right: Counts
    answered: Counts
    started: Counts
    truth: NDArray[np.float64]  # the share in each office and month
    chance: np.random.Generator


def world(
    seed: int, *, effect: float = 0.0, trend: float = 0.0, habit: float = 0.5, before: int = 0,
    offices: int = OFFICES, spread: float = 1.0, answers: int = ANSWERS,
) -> World:  # fmt: skip
    """Make a rollout of `before` months, then a wave a month; effect and trend (a month) in logits."""
    chance = np.random.default_rng(seed)
    wave = draw_waves(range(offices), WAVES, seed)
    started = np.array([wave[office] - 1 + before for office in range(offices)])
    months = np.arange(before + WAVES - 1)
    begun = started[:, None] <= months
    habits = chance.normal(0, habit, offices)[:, None] * np.where(begun, spread, 1)
    logit = 0.5 + habits + trend * months + effect * begun
    truth = 1 / (1 + np.exp(-logit))
    answered = chance.poisson(answers, truth.shape)
    return World(chance.binomial(answered, truth), answered, started, truth, chance)


def compare(w: World, *, adjust: bool = False, permutations: int = 199):
    found = stepped_effect(w.right, w.answered, w.started, permutations, w.chance, adjust=adjust)
    assert found is not None
    return found


def before_and_after(w: World) -> bool:
    """Say whether the usual comparison, each office before and after, finds something at 5 per cent."""
    months = np.arange(w.right.shape[1])
    changes = []
    for right, answered, start in zip(w.right, w.answered, w.started, strict=True):
        n = answered[months < start].sum(), answered[months >= start].sum()
        if min(n):
            shares = right[months < start].sum() / n[0], right[months >= start].sum() / n[1]
            changes.append(shares[1] - shares[0])
    t = np.mean(changes) / (np.std(changes, ddof=1) / np.sqrt(len(changes)))
    return bool(abs(t) > 2.04)


@given(
    st.lists(st.integers(1, 10**6), unique=True, max_size=60),
    st.integers(1, 6),
    st.integers(0, 2**31 - 1),
)
def test_the_lot_is_the_same_for_the_same_seed_and_fair_in_size(
    ids: list[int], waves: int, seed: int
) -> None:
    drawn = draw_waves(ids, waves, seed)
    assert drawn == draw_waves(list(reversed(ids)), waves, seed)
    assert set(drawn) == set(ids)
    sizes = [list(drawn.values()).count(wave + 1) for wave in range(waves)]
    assert sizes == wave_sizes(len(ids), waves)
    assert max(sizes) - min(sizes) <= 1


def test_every_office_has_the_same_chance_of_every_wave() -> None:
    first = [draw_waves(range(8), 4, seed)[3] for seed in range(2000)]
    assert all(abs(first.count(wave) - 500) < 80 for wave in range(1, 5))


def test_a_seed_draws_the_lot_that_it_drew_when_it_was_written_down() -> None:
    assert draw_waves([11, 12, 13, 14, 15], 2, 20261124) == {11: 2, 12: 1, 13: 2, 14: 1, 15: 1}


def test_a_trend_of_the_whole_country_is_no_effect() -> None:
    worlds = [world(seed, trend=0.2) for seed in range(WORLDS)]
    false = np.mean([compare(w).p <= 0.05 for w in worlds])
    assert false <= 0.08
    assert np.mean([before_and_after(w) for w in worlds]) > 0.5, "what we do not do, and why"


def test_a_real_effect_is_seen_and_its_interval_holds_the_truth() -> None:
    seen = held = 0
    for seed in range(WORLDS):
        w = world(seed, effect=0.8, trend=0.1)
        found = compare(w)
        seen += found.p <= 0.05
        held += found.low <= true_effect(w, 0.8) <= found.high
        assert (found.low > 0 or found.high < 0) == (found.p <= 0.05) or abs(found.p - 0.05) < 0.02
    assert seen / WORLDS >= 0.93
    assert held / WORLDS >= 0.93


def true_effect(w: World, effect: float) -> float:
    """Return the effect in points as the comparison weighs it."""
    months = np.arange(w.truth.shape[1])
    begun = w.started[:, None] <= months
    logit = np.log(w.truth / (1 - w.truth)) - effect * begun
    gains = (1 / (1 + np.exp(-logit - effect)) - 1 / (1 + np.exp(-logit))).mean(axis=0)
    n1 = begun.sum(axis=0)
    weights = n1 * (len(w.started) - n1)
    return float(np.average(gains, weights=weights))


def test_three_and_more_months_before_sharpen_the_comparison_and_keep_it_honest() -> None:
    pairs = []
    for seed in range(120):
        w = world(seed, effect=0.4, trend=0.1, before=6, habit=0.8)
        pairs.append((compare(w).p <= 0.05, compare(w, adjust=True).p <= 0.05))
    plain, sharpened = np.mean(pairs, axis=0)
    assert sharpened >= plain + 0.1
    empty = [world(seed, trend=0.1, before=6, habit=0.8) for seed in range(120)]
    assert np.mean([compare(w, adjust=True).p <= 0.05 for w in empty]) <= 0.08


def test_one_noisy_month_before_is_refused_as_adjustment() -> None:
    with pytest.raises(ValueError, match="3 are needed"):
        compare(world(1, before=1), adjust=True)


def test_a_briefing_that_brings_offices_together_is_told_from_one_that_does_not() -> None:
    big = {"offices": 200, "answers": 20, "habit": 0.8}
    closer = [compare(world(seed, spread=0.5, **big)) for seed in range(12)]  # type: ignore[arg-type]
    assert sum((f.spread_p or 1) <= 0.05 for f in closer) >= 11
    assert all((f.spread_begun or 0) < (f.spread_waiting or 0) for f in closer)
    alike = [compare(world(seed)) for seed in range(WORLDS)]
    assert np.mean([(f.spread_p or 1) <= 0.05 for f in alike]) <= 0.08


def test_the_foreseen_reach_is_about_the_one_that_comes() -> None:
    reaches, halves = [], []
    for seed in range(40):
        w = world(seed)
        noise = noise_of(w.right, w.answered)
        assert noise is not None
        reaches.append(foreseen_reach(w.started, 0, WAVES - 2, noise))
        halves.append((compare(w).high - compare(w).low) / 2)
    assert abs(np.mean(reaches) / np.mean(halves) - 1) < 0.15  # type: ignore[arg-type]


def test_where_nothing_can_be_compared_nothing_is_said() -> None:
    none = np.zeros((0, 3), dtype=np.int64)
    chance = np.random.default_rng(1)
    assert stepped_effect(none, none, np.zeros(0, dtype=np.int64), 9, chance) is None
    one = np.full((1, 3), 5)
    assert stepped_effect(one, one, np.array([1]), 9, chance) is None
    both = np.full((4, 3), 5)
    assert stepped_effect(both, both, np.zeros(4, dtype=np.int64), 9, chance) is None
    silent = np.zeros((4, 3), dtype=np.int64)
    assert stepped_effect(silent, silent, np.array([0, 0, 3, 3]), 9, chance) is None
    assert noise_of(silent, silent) is None


def test_two_offices_give_a_difference_but_never_a_proof() -> None:
    found = stepped_effect(
        np.array([[10, 10], [0, 0]]), np.full((2, 2), 10), np.array([0, 2]), 99,
        np.random.default_rng(1),
    )  # fmt: skip
    assert found is not None
    assert (found.difference, found.begun, found.waiting) == (1.0, 1.0, 0.0)
    assert found.p > 0.3
    assert (found.low, found.high) == (-1.0, 1.0)
    assert found.spread_p is None


def test_the_worked_example_of_three_months_by_hand() -> None:
    right = np.array([[8, 9, 9], [4, 8, 8], [4, 5, 9], [6, 5, 5]])
    answered = np.full((4, 3), 10)
    found = stepped_effect(right, answered, np.array([0, 1, 2, 3]), 99, np.random.default_rng(1))
    assert found is not None
    # months: .8 - .4667, .85 - .5, .8667 - .5, with weights .75, 1, .75
    expected = (0.75 * (0.8 - 14 / 30) + (0.85 - 0.5) + 0.75 * (26 / 30 - 0.5)) / 2.5
    assert found.difference == pytest.approx(expected)
    assert (found.periods, found.offices, found.answers) == (3, 4, 120)


def test_an_office_counts_in_a_month_with_three_answers_only() -> None:
    right = np.array([[8, 9], [4, 8], [2, 0], [6, 5]])
    answered = np.array([[10, 10], [10, 10], [2, 2], [10, 10]])
    started = np.array([0, 2, 0, 2])
    found = stepped_effect(right, answered, started, 99, np.random.default_rng(1))
    without = stepped_effect(
        right[[0, 1, 3]], answered[[0, 1, 3]], started[[0, 1, 3]], 99, np.random.default_rng(1)
    )
    assert found is not None
    assert without is not None
    assert (found.difference, found.begun, found.offices, found.answers) == (
        without.difference, without.begun, 3, 60,
    )  # fmt: skip
    assert noise_of(right, answered) == noise_of(
        right[[0, 1, 3]], np.where(answered < 3, 0, answered)[[0, 1, 3]]
    )


def test_the_heaviest_answer_is_the_one_that_moves_its_side_most() -> None:
    chance = np.random.default_rng(5)
    answered = chance.integers(0, 9, (9, 4))
    started = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4])
    right = np.where(answered >= 3, answered // 2, 0)
    told = heaviest_answer(answered, started, 3)
    moved = []
    for cell in np.argwhere(answered >= 3):
        other = right.copy()
        other[tuple(cell)] += 1
        pair = [stepped_effect(r, answered, started, 1, chance) for r in (right, other)]
        assert pair[0] is not None
        assert pair[1] is not None
        moved += [abs(pair[0].begun - pair[1].begun), abs(pair[0].waiting - pair[1].waiting)]
    assert told == pytest.approx(max(moved))
    assert heaviest_answer(np.zeros((4, 2), dtype=np.int64), np.array([0, 0, 2, 2]), 3) == 1.0


def test_a_country_of_offices_is_compared_in_parts_with_the_same_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once = compare(world(3))
    monkeypatch.setattr("app.rollouts.logic.AT_ONCE", 7)
    in_parts = compare(world(3))
    assert in_parts.p == at_once.p
    assert (in_parts.low, in_parts.high) == pytest.approx((at_once.low, at_once.high))
