"""What an analyst asks of an answer log beyond the pages: limits, tests of offices, coefficients and models. Pure."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.uniformity.coefficients import coefficients
from app.uniformity.differing import tarone
from app.uniformity.intervals import effective_interval, prior_of
from app.uniformity.likelihoods import beta_binomial, random_intercepts
from app.uniformity.logic import column, known

Counted = NDArray[np.int64]


def of_question(counts: Counted, key: int, options: int) -> dict[str, float]:
    """Return what is told of one question: counts (O, J), key the column of the right answer or -1, `options` that could be
    chosen. What is NaN is left out.

    S_low and S_high are the 95 % limits of S; S_known is S of those who know, were the rest guessing; `right` is the share of
    right answers.
    """
    right, answered = column(counts.astype(float), key), counts.sum(axis=-1)
    limits, prior = effective_interval(right, answered), prior_of(right, answered)
    model, agree = beta_binomial(right, answered), coefficients(counts, options)
    share = float(right.sum() / answered.sum())
    return told({
        "right": share,
        "S_low": limits.low,
        "S_high": limits.high,
        "S_known": float(known(share, options)),
        "tarone_z": tarone(right, answered),
        **({"icc": prior.correlation, "sd_between": prior.spread} if prior else {}),
        "beta_binomial_mean": model.mean,
        "beta_binomial_icc": model.correlation,
        **vars(agree),
    })  # fmt: skip


def of_rule(questions: Sequence[tuple[Counted, int]]) -> dict[str, float]:
    """Return the standard deviation of offices in logits and the median odds ratio over all questions of a rule.

    questions: counts (O, J), offices in the same rows in all of them, and the key of each. Empty where offices cannot be compared.
    """
    # answers of an office and question are one row of the model
    right = np.stack([column(counts.astype(float), key) for counts, key in questions])
    answered = np.stack([counts.sum(axis=-1) for counts, _key in questions])
    many, offices = right.shape
    model = random_intercepts(
        right.ravel(),
        answered.ravel(),
        np.tile(np.arange(offices), many),
        np.repeat(np.eye(many), offices, axis=0),
    )
    return told({"sd_logit": model.deviation, "median_odds_ratio": model.median_odds_ratio})


def told(figures: dict[str, Any]) -> dict[str, float]:
    """Return the figures that there are."""
    return {name: float(value) for name, value in figures.items() if isfinite(value)}
