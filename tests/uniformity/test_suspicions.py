"""Promises about who is asked whether a key is right: offices with answers enough, and no more than the batch can bear."""

from typing import Any

import numpy as np

from app.uniformity.asked import Asked, RuleNow
from app.uniformity.composing import RuleMeasured
from app.uniformity.suspicions import FEWEST_QUESTIONS, MOST_OFFICES, speakers, split_suspects


def test_only_offices_with_answers_enough_are_asked() -> None:
    modal = np.full((3, 8), -1)
    modal[0, :FEWEST_QUESTIONS] = 1
    modal[2, : FEWEST_QUESTIONS - 1] = 1
    assert list(speakers(modal)) == [0]
    assert list(speakers(np.full((0, 8), -1))) == []


def test_of_many_offices_those_with_most_answers_are_asked() -> None:
    chance = np.random.default_rng(1)
    modal = np.where(chance.random((2500, 20)) < 0.6, 2, -1)
    rows = speakers(modal)
    answered = (modal >= 0).sum(axis=1)
    assert len(rows) == MOST_OFFICES
    assert list(rows) == sorted(rows)
    assert answered[rows].min() >= np.sort(answered)[-MOST_OFFICES]


def written(**shares: float) -> tuple[RuleMeasured, dict[int, dict[str, Any]]]:
    """Return a rule with one short answer that two texts are right for, and what its best third wrote."""
    content = {"variants": {"ms": ["sijil lahir", "sijil kelahiran"]}}
    one = Asked(7, "K-1", 1, "short_answer", "=u", "=sijil lahir", content)
    rule = RuleMeasured(
        RuleNow(1, "1", "must", (one,)), [], None, None, None, {}, {}  # type: ignore[arg-type]
    )  # fmt: skip
    curves = [["=" + said.replace("_", " "), 0, 0, 0, share] for said, share in shares.items()]
    return rule, {7: {"n": 123, "curves": curves}}


def test_two_accepted_texts_are_no_rivals() -> None:
    rule, reports = written(sijil_lahir=0.45, Sijil_Kelahiran=0.40, surat_beranak=0.15)
    assert split_suspects([rule], reports) == []


def test_one_wrong_text_spelled_twice_is_one_rival() -> None:
    rule, reports = written(sijil_lahir=0.6, surat_beranak=0.2, Surat_Beranak=0.2)
    (found,) = split_suspects([rule], reports)
    assert (found.version_id, found.reason) == (7, "split")


def test_the_evidence_of_a_split_is_told_as_finely_as_a_third_of_the_officers_allows() -> None:
    rule, reports = written(sijil_lahir=0.37, surat_beranak=0.41)
    (found,) = split_suspects([rule], reports)
    assert found.evidence == {"n": 120, "right": 40, "rival": 40}, "of the 41 who know most"


def test_a_split_needs_a_hundred_answers_of_officers_who_answered_something_else_too() -> None:
    rule, reports = written(sijil_lahir=0.37, surat_beranak=0.41)
    assert split_suspects([rule], {7: {**reports[7], "known": 99}}) == []
