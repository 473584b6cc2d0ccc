"""Item statistics reproduce what others published, and say so when there is nothing to say."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quality import irt
from app.quality.logic import (
    benjamini_hochberg,
    classical,
    effective_weights,
    mantel_haenszel,
    option_curves,
    reliability,
    score_shape,
    wilson,
)

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
HERE = pytest.mark.skipif(
    not (REFERENCE / "fetched").is_dir(), reason="the reference values are not on this machine"
)
# R's example UCBAdmissions (?mantelhaen.test) and Newcombe 1998, few enough to stand here
UCB = [
    [[512, 313], [89, 19]], [[353, 207], [17, 8]], [[120, 205], [202, 391]],
    [[138, 279], [131, 244]], [[53, 138], [94, 299]], [[22, 351], [24, 317]],
]  # fmt: skip
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
BH_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0,
]  # fmt: skip


def reference(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / "fetched" / f"{name}.json").read_text())
    return found


@HERE
def test_moodles_item_and_quiz_statistics_are_reproduced() -> None:
    case = reference("moodle_quiz00")
    marks = np.array(case["data"]["marks"])
    near = case["tolerance"]["relative"]
    for item, weight, wanted in zip(
        classical(marks), effective_weights(marks), case["expected"]["items"], strict=True
    ):
        assert item.facility == pytest.approx(wanted["facility"], rel=near)
        assert item.sd == pytest.approx(wanted["sd"], rel=near)
        assert item.covariance == pytest.approx(wanted["covariance"], rel=near)
        assert item.discrimination == pytest.approx(wanted["discriminationindex"], rel=near)
        assert item.covariance_max == pytest.approx(wanted["covariancemax"], rel=near)
        assert item.efficiency == pytest.approx(wanted["discriminativeefficiency"], rel=near)
        assert weight == pytest.approx(wanted["effectiveweight"], rel=near)
    quiz, shape, near = (
        case["expected"]["quiz"],
        score_shape(marks),
        case["tolerance"]["quiz_relative"],
    )
    assert shape.median == pytest.approx(quiz["median"], rel=near)
    assert shape.mean == pytest.approx(quiz["mean"], rel=near)
    assert shape.sd == pytest.approx(quiz["sd"], rel=near)
    assert shape.skewness == pytest.approx(quiz["skewness"], rel=near)
    assert shape.kurtosis == pytest.approx(quiz["kurtosis"], rel=near)
    assert shape.error_ratio == pytest.approx(quiz["errorratio"], rel=near)
    assert 100 * reliability(marks).alpha == pytest.approx(quiz["cic"], rel=near)
    assert reliability(marks).standard_error == pytest.approx(quiz["standarderror"], rel=near)


@HERE
def test_lsat_6_is_reproduced_in_the_classical_way_and_by_the_2pl() -> None:
    case = reference("lsat6")
    marks = np.repeat(np.array(case["data"]["patterns"]), case["data"]["freq"], axis=0)
    wanted, near = case["expected"], case["tolerance"]
    assert reliability(marks).alpha == pytest.approx(wanted["cronbach_alpha"], abs=near["ctt"])
    for item, link in zip(classical(marks), wanted["pb_excluded"], strict=True):
        assert item.discrimination / 100 == pytest.approx(link, abs=near["ctt"])
    two, one = irt.fit(marks), irt.fit(marks, common_slope=True)
    assert two.slopes == pytest.approx(wanted["twopl_a"], abs=near["irt_a"])
    assert two.difficulties == pytest.approx(wanted["twopl_b"], abs=near["irt_b"])
    assert two.log_likelihood == pytest.approx(wanted["twopl_loglik"], abs=near["loglik"])
    assert one.slopes[0] == pytest.approx(wanted["rasch_common_slope"], abs=near["irt_a"])
    assert one.difficulties == pytest.approx(wanted["rasch_b"], abs=near["irt_b"])
    assert one.log_likelihood == pytest.approx(wanted["rasch_loglik"], abs=near["loglik"])


@HERE
def test_stratified_tables_are_reproduced() -> None:
    case = reference("mh_desctools5")
    found = mantel_haenszel(case["data"]["tables"])
    assert found is not None
    assert found.odds_ratio == pytest.approx(case["expected"]["common_or"], abs=6e-5)
    assert found.chi2 == pytest.approx(case["expected"]["chi2_cc"], abs=6e-5)
    assert (found.low, found.high) == pytest.approx(tuple(case["expected"]["ci"]), rel=1e-4)


def test_admissions_at_berkeley_are_reproduced() -> None:
    found = mantel_haenszel(UCB)
    assert found is not None
    assert found.odds_ratio == pytest.approx(0.9046968, abs=6e-7)
    assert found.chi2 == pytest.approx(1.4269, abs=6e-5)
    assert found.p == pytest.approx(0.2323, abs=6e-5)
    assert (found.low, found.high) == pytest.approx((0.7719074, 1.0603298), rel=1e-6)


@pytest.mark.parametrize(("right", "n", "low", "high"), NEWCOMBE)
def test_wilsons_limits_are_newcombes(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=6e-5)


def test_four_of_fifteen_stand_at_a_false_discovery_rate_of_five_per_cent() -> None:
    assert sum(benjamini_hochberg(BH_1995)) == 4
    assert benjamini_hochberg([]) == []


def test_nothing_is_said_where_there_is_nothing() -> None:
    empty = np.full((0, 3), np.nan)
    assert [item.n for item in classical(empty)] == [0, 0, 0]
    assert np.isnan(reliability(empty).alpha)
    assert wilson(0, 0) == (0.0, 1.0)
    assert mantel_haenszel([[[1, 0], [1, 0]]]) is None
    assert option_curves([], np.array([])) == []
    same = classical(np.ones((5, 2)))
    assert all(np.isnan(item.discrimination) for item in same)


@given(st.integers(0, 10_000))
def test_questions_missing_by_design_change_no_sign(seed: int) -> None:
    chance = np.random.default_rng(seed)
    ability = chance.normal(size=(400, 1))
    marks = (ability + chance.normal(size=(400, 8)) > 0).astype(float)
    drawn = marks.copy()
    for row in range(400):
        drawn[row, chance.choice(8, 3, replace=False)] = np.nan
    for whole, part in zip(classical(marks), classical(drawn), strict=True):
        assert abs(whole.discrimination - part.discrimination) < 25
        assert part.discrimination > 0
    assert reliability(drawn).questions == 5


@pytest.mark.parametrize("seed", range(12))
def test_slopes_and_difficulties_are_recovered(seed: int) -> None:
    """Fixed seeds: of four questions one in some hundreds of samples lies farther off, as it must."""
    chance = np.random.default_rng(seed)
    slope, level = np.array([0.8, 1.2, 1.6, 1.0]), np.array([-1.0, 0.0, 0.5, 1.0])
    ability = chance.normal(size=(3000, 1))
    likely = 1 / (1 + np.exp(-slope * (ability - level)))
    right = (chance.random((3000, 4)) < likely).astype(float)
    right[chance.random((3000, 4)) < 0.2] = np.nan
    found = irt.fit(right, rounds=300)
    assert np.abs(np.array(found.difficulties) - level).max() < 0.5
    assert np.corrcoef(found.difficulties, level)[0, 1] > 0.95
