"""Coefficients and models for analysts, against what others published and what can be said without them."""

import json
import warnings
from math import exp, isnan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.uniformity.answer_log import read_log
from app.uniformity.coefficients import break_even, coefficients, scale_consensus
from app.uniformity.consensus import rank_one
from app.uniformity.intervals import prior_of
from app.uniformity.likelihoods import beta_binomial, random_intercepts
from app.uniformity.log_measures import count, measure
from app.uniformity.logic import inside


def reference(shared: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    case = json.loads((shared / "reference" / "fetched" / f"{name}.json").read_text("utf-8"))
    return case["data"], case["expected"]


def test_thirty_patients_of_six_psychiatrists(shared: Path) -> None:
    """Fleiss 1971, Psychol. Bull. 76:378."""
    data, told = reference(shared, "fleiss1971")
    found = coefficients(data["counts"])
    assert found.fleiss_kappa == pytest.approx(told["kappa"], abs=1e-6)
    assert found.agreement == pytest.approx(told["mean_pairwise_agreement"], abs=1e-4)


def test_ten_subjects_of_fourteen_raters(shared: Path) -> None:
    data, told = reference(shared, "fleiss_wikipedia")
    assert coefficients(data["counts"]).fleiss_kappa == pytest.approx(told["kappa"], abs=5e-4)
    rows = 1 - inside(data["counts"], 0).differ
    assert rows == pytest.approx(told["row_pairwise_agreement"], abs=6e-4)


def test_four_observers_of_twelve_units_some_missing(shared: Path) -> None:
    """Krippendorff 2011, Computing Alpha-Reliability; Gwet 2014 of the same data."""
    data, told = reference(shared, "krippendorff_4x12")
    counts = [[unit.count(value) for value in range(1, 6)] for unit in data["units_by_rater"]]
    found = coefficients(counts)
    assert (
        found.krippendorff_alpha, found.gwet_ac1, found.fleiss_kappa, found.brennan_prediger, found.agreement,
    ) == pytest.approx(
        (told["alpha_nominal"], told["ac1"], told["fleiss_missing"], told["brennan_prediger"], told["pa"]),
        abs=5e-4,
    )  # fmt: skip


def test_seven_steps_of_a_scale() -> None:
    """The example of the R package agrmt for Tastle & Wierman's consensus."""
    assert scale_consensus([30, 40, 210, 130, 530, 50, 10]) == pytest.approx(0.7256876, abs=1e-6)
    assert scale_consensus([0, 9, 0]) == 1
    assert scale_consensus([5, 0, 5]) == pytest.approx(0)
    assert isnan(scale_consensus([0, 0]))
    assert isnan(scale_consensus([3]))


def test_the_levels_of_certainty_pay_from_two_thirds_and_four_fifths() -> None:
    """Gardner-Medwin's marks: right 1, 2, 3, wrong 0, -2, -6."""
    assert break_even([1, 2, 3], [0, -2, -6]) == pytest.approx([2 / 3, 0.8], abs=1e-12)
    assert break_even([1], [0]).size == 0


def test_twelve_competences_are_found_in_what_they_made(shared: Path) -> None:
    case = json.loads((shared / "reference" / "cct_rank1.json").read_text("utf-8"))
    found = rank_one(case["data"]["M"])
    assert found == pytest.approx(case["expected"]["competence"], abs=case["tolerance"])


def test_litters_of_rats_by_likelihood(shared: Path) -> None:
    """Williams 1975, Biometrics 31:949."""
    data, told = reference(shared, "weil_rats_ctrl")
    found = beta_binomial(data["y"], data["n"])
    assert found.mean == pytest.approx(told["bb_mu"], abs=1e-3)
    assert found.correlation == pytest.approx(told["bb_rho"], abs=1e-3)


def test_herds_of_cattle_by_quadrature(shared: Path) -> None:
    """lme4's glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial, nAGQ = 25)."""
    data, told = reference(shared, "lme4_cbpp")
    period = np.array([int(p) for p in data["period"]])
    design = np.stack([np.ones(period.size), period == 2, period == 3, period == 4], axis=1)
    found = random_intercepts(
        data["incidence"], data["size"], [int(herd) for herd in data["herd"]], design
    )
    assert found.effects == pytest.approx(told["beta"], abs=1e-3)
    assert found.deviation == pytest.approx(told["sd"], abs=1e-3)
    assert found.median_odds_ratio == pytest.approx(told["mor"], abs=3e-3)


def test_models_find_what_made_the_answers() -> None:
    """400 offices of 30 answers, logits 1 ± 0.7 (correlation of the share as simulated), fixed seed."""
    chance = np.random.default_rng(11)
    logits = 1 + 0.7 * chance.standard_normal(400)
    share = 1 / (1 + np.exp(-logits))
    right, answered = chance.binomial(30, share), np.full(400, 30)
    model = random_intercepts(right, answered, np.arange(400), np.ones((400, 1)))
    assert model.effects[0] == pytest.approx(1, abs=0.1)
    assert model.deviation == pytest.approx(0.7, abs=0.08)
    assert model.median_odds_ratio == pytest.approx(
        exp(0.6745 * sqrt(2) * model.deviation), rel=1e-3
    )
    moments = prior_of(right, answered)
    assert moments
    assert beta_binomial(right, answered).correlation == pytest.approx(
        moments.correlation, abs=0.01
    )


@pytest.mark.parametrize(
    ("right", "answered", "mean", "deviation"),
    [
        ([], [], None, None),
        ([1], [2], None, None),
        ([1, 0], [1, 1], None, None),
        ([0, 0], [3, 3], 0.0, 0.0),
        ([3, 3, 0], [3, 3, 0], 1.0, 0.0),
        ([2, 4], [4, 8], 0.5, 0.0),
    ],
    ids=str,
)
def test_models_say_what_they_cannot_tell(
    right: list[int], answered: list[int], mean: float | None, deviation: float | None
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shares = beta_binomial(right, answered)
        model = random_intercepts(right, answered, np.arange(len(right)), np.ones((len(right), 1)))
    if mean is None:
        assert isnan(shares.mean)
        assert isnan(model.deviation)
    else:
        assert (shares.mean, shares.correlation) == (pytest.approx(mean, abs=1e-3), 0)
        assert model.deviation == deviation


@pytest.mark.parametrize(
    "counts", [[[1, 0], [0, 1]], [[0, 0], [0, 0]], [[4], [5]], [[], []]], ids=str
)
def test_without_two_answers_or_two_options_no_coefficient_is_told(counts: list[list[int]]) -> None:
    assert all(isnan(value) for value in vars(coefficients(counts)).values())


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=6).filter(
        lambda rows: any(sum(row) > 1 for row in rows)
    )
)
def test_coefficients_mind_neither_letters_nor_the_order_of_offices(
    counts: list[list[int]],
) -> None:
    turned = [[row[2], row[0], row[1]] for row in reversed(counts)]
    for one, other in zip(
        vars(coefficients(counts)).values(), vars(coefficients(turned)).values(), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-12, nan_ok=True)
        assert isnan(one) or one <= 1 + 1e-12


def test_a_log_is_told_to_analysts_with_limits_and_models() -> None:
    lines = ["seq,officer,office,state,rule,question,version,option,key"]
    for office, right in enumerate([9, 3, 7, 10]):
        for n in range(10):
            option = 0 if n < right else 1 + n % 2
            lines += [
                f"{len(lines)},p{office}-{n},{office},0,5,{question},1,{option},0"
                for question in (0, 1)
            ]
    plain = measure(count(read_log(lines)))["nation/rule5"]
    more = measure(count(read_log(lines)), coefficients=True)["nation/rule5"]
    told = more["questions"][0]["coefficients"]
    assert told["S_low"] < plain["S"] < told["S_high"]
    assert told["right"] == pytest.approx(29 / 40)
    assert told["fleiss_kappa"] < told["gwet_ac1"]
    assert more["coefficients"]["median_odds_ratio"] > 1.5
    assert {k: more[k] for k in "SWUD"} == {k: plain[k] for k in "SWUD"}
