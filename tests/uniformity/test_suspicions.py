"""Promises about who is asked whether a key is right: offices with answers enough, and no more than the batch can bear."""

import numpy as np

from app.uniformity.suspicions import FEWEST_QUESTIONS, MOST_OFFICES, speakers


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
