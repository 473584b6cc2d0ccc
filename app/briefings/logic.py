"""When a briefing may be recorded and followed, and whether it is seen to have helped. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.special import betainc, betaincinv

from app.disclosure import ANALYSTS, BOTTOM, TOP, coded

LONGEST_AGO = timedelta(days=30)
FOLLOW_UP_AFTER, FOLLOW_UP_UNTIL = timedelta(days=7), timedelta(days=14)
APART_WITHIN = timedelta(days=365)
MOST_RULES = 3
SURE = 0.9
POINTS = 400


def may_be_given_on(day: date, *, today: date) -> bool:
    """Say whether a briefing of that day may be recorded today: not one to come, not one of more than 30 days ago."""
    return today - LONGEST_AGO <= day <= today


def follow_up_days(given_on: date) -> tuple[date, date]:
    """Return the first and the last day of the questions after a briefing.

    A week later it shows what stayed, not what is still in the ear; after two weeks the month has taught other things.
    """
    return given_on + FOLLOW_UP_AFTER, given_on + FOLLOW_UP_UNTIL


@dataclass(frozen=True)
class Outcome:
    """How many of those present were right on a rule before the briefing and after it."""

    right_before: int
    answered_before: int
    right_after: int
    answered_after: int


@dataclass(frozen=True)
class Group:
    """Who was present at a briefing, and the answer (its id) of each that counts before it; who never answered has none."""

    present: frozenset[int]
    answers: Mapping[int, int]


def few(people: int) -> bool:
    """Say whether so many people are too few to be told of, but not nobody."""
    return 0 < people < ANALYSTS


def differ_by_few(one: Group, other: Group) -> bool:
    """Say whether one to four people make the difference between two groups, so that the figures of both tell of them.

    Who gives briefings says who was present; and the same people a month later differ by those who answered in between.
    """
    people = one.present | other.present
    answered = [who for who in people if one.answers.get(who) != other.answers.get(who)]
    return few(len(one.present ^ other.present)) or few(len(answered))


@dataclass(frozen=True)
class Told:
    """What may be said of an outcome: ranges in per cent, in steps of five, and a word ("better", "worse", "unclear")."""

    before: tuple[int, int]
    after: tuple[int, int]
    word: str


def told_of(outcome: Outcome | None, *, smallest: int) -> Told | None:
    """Return what may be said of an outcome, or None where there is none or fewer than the smallest group answered.

    Ranges are the middle 90 % of Jeffreys' posterior Beta(k + 1/2, n - k + 1/2) (Brown, Cai & DasGupta 2001,
    doi:10.1214/ss/1009213286), from shares kept between 10 % and 90 % so that nobody is known by an answer all gave. The word
    needs a probability of .9 that the share rose or fell; before and after are taken as independent although the people are
    the same, which makes the word rarer, never bolder.
    """
    if outcome is None or min(outcome.answered_before, outcome.answered_after) < smallest:
        return None
    before = posterior(outcome.right_before, outcome.answered_before)
    after = posterior(outcome.right_after, outcome.answered_after)
    rose = probability_above(after, before)
    word = "better" if rose >= SURE else "worse" if rose <= 1 - SURE else "unclear"
    return Told(
        middle(before, outcome.answered_before), middle(after, outcome.answered_after), word
    )


def posterior(right: int, answered: int) -> tuple[float, float]:
    """Return Jeffreys' Beta parameters for a share, kept between 10 % and 90 %."""
    kept = min(TOP * answered / 100, max(BOTTOM * answered / 100, right))
    return kept + 0.5, answered - kept + 0.5


def middle(shape: tuple[float, float], answered: int) -> tuple[int, int]:
    """Return the middle 90 % of a Beta distribution, in per cent as small groups are coded."""
    low, high = betaincinv(*shape, np.array([0.05, 0.95]))
    return coded(float(low), answered), coded(float(high), answered)


def probability_above(upper: tuple[float, float], lower: tuple[float, float]) -> float:
    """Return the probability that a share with the first Beta posterior is above one with the second.

    The mean of the second's distribution function over 400 equally likely points of the first; exact to about .001.
    """
    places = (np.arange(POINTS) + 0.5) / POINTS
    return float(np.mean(betainc(*lower, betaincinv(*upper, places))))
