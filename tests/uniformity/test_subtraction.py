"""No subtraction of what is shown tells of a few officers: on departments made up at random, without a database."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.disclosure import ANALYSTS, EVERYBODY
from app.uniformity.asked import Asked, Place, RuleNow
from app.uniformity.composing import RuleMeasured, Stored, office_content
from app.uniformity.intervals import Prior
from app.uniformity.leaning import Country, shrunken_mean, word_leaning
from app.uniformity.releasing import FEWEST_NEW, Held, News, plan
from app.uniformity.services import measure


def rule_of_one() -> RuleNow:
    content = {"options": [{"id": sign, "misconception": None} for sign in "abcd"]}
    return RuleNow(1, "1", "must", (Asked(1, "q", 1, "single", "abcdu", "a", content),))


def measured(sizes: list[list[int]]) -> RuleMeasured:
    """Return a rule measured with so many officers in each office of each state, every second office of another habit."""
    officers, state_of = {}, {}
    for state, offices in enumerate(sizes, start=1):
        for n in offices:
            office = 100 + len(officers)
            officers[office], state_of[office] = n, state
    places = {o: Place(o, state_of[o], n) for o, n in officers.items()}
    cells = {}
    for office, n in officers.items():
        wrong = n // 5 if office % 2 else n * 3 // 4
        cells |= {(office, 1, "a"): n - wrong, (office, 1, "b"): wrong}
    cells = {cell: n for cell, n in cells.items() if n}
    (found,) = measure(
        [rule_of_one()], places, cells, {(o, 1): n for o, n in officers.items()}, seed=1
    )
    return found


def made_up(sizes: list[list[int]]) -> tuple[list[Stored], dict[int, int], dict[int, int]]:
    """Return what is stored of a rule; officers and state by office."""
    found = measured(sizes)
    state_of = {place.office_id: place.state_id for place in found.places}
    return found.stored, found.officers, state_of


@given(
    st.lists(st.lists(st.integers(1, 14), min_size=1, max_size=4), min_size=2, max_size=5),
    st.sampled_from([ANALYSTS, EVERYBODY]),
)
@settings(max_examples=60)
def test_no_subtraction_of_what_is_shown_tells_of_one_office_or_of_too_few_officers(
    sizes: list[list[int]], reader: int
) -> None:
    rows, officers, state_of = made_up(sizes)
    seen = {(row.scope, row.scope_id) for row in rows if row.seen_from >= reader}
    offices = {i for scope, i in seen if scope == "office"}
    states = {i for scope, i in seen if scope == "state"}
    for office in offices:
        assert officers[office] >= reader
    for state in states:  # a state less its shown offices
        rest = [o for o in officers if state_of[o] == state and o not in offices]
        assert not rest or (len(rest) > 1 and sum(officers[o] for o in rest) >= reader), state
    if ("nation", 0) in seen:  # the nation less its shown states and, elsewhere, its shown offices
        for known in (set(), offices):
            rest = [o for o in officers if state_of[o] not in states and o not in known]
            assert not rest or (len(rest) > 1 and sum(officers[o] for o in rest) >= reader)


def with_right(found: RuleMeasured, right: int, officers: int) -> RuleMeasured:
    """Return a rule measured where so many of the first office were right, the others all wrong in one way."""
    counts, key = found.tally.counts.copy(), int(found.tally.key[0])
    wrong = int(counts[0, 1:].sum(axis=0).argsort()[-2])
    assert wrong != key, "the commonest wrong answer"
    counts[0, 0] = 0
    counts[0, 0, [key, wrong]] = right, officers - right
    return replace(found, tally=replace(found.tally, counts=counts))


@pytest.mark.parametrize("officers", [5, 6, 7, 9, 10, 12, 19])
def test_all_and_all_but_one_look_the_same_to_whoever_knows_how_many_answered(
    officers: int,
) -> None:
    found = measured([[officers, 30, 20], [40, 30], [25, 60]])
    for everybody, but_one in ((officers, officers - 1), (0, 1)):
        told = [
            office_content(with_right(found, right, officers), 0, 0.8)
            for right in (everybody, but_one)
        ]
        assert told[0] == told[1]
    half = office_content(with_right(found, officers // 2, officers), 0, 0.8)
    assert half["share"] != told[0]["share"], "or nothing is told at all"
    assert half["interval"] not in (None, told[0]["interval"])


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(lambda n: sum(n) >= 5),
    st.data(),
)
def test_of_several_questions_one_wrong_answer_is_not_seen_either(
    answered: list[int], data: st.DataObject
) -> None:
    questions = len(answered)
    shares = np.tile([0.7, 0.15, 0.1, 0.05], (questions, 1))
    key = np.zeros(questions, dtype=np.int64)
    priors = [Prior(7.0, 3.0, 10.0, 0.1, 0.1)] * questions
    country = Country(priors, shares, key, key + 3)
    everybody = np.zeros((questions, 4))
    everybody[:, 0] = answered
    place = data.draw(st.sampled_from([q for q, n in enumerate(answered) if n]))
    but_one = everybody.copy()
    but_one[place, [0, data.draw(st.integers(1, 3))]] += (-1, 1)
    assert shrunken_mean(country.known(everybody)) == shrunken_mean(country.known(but_one))
    words = {word_leaning(country, counts, target=0.64) for counts in (everybody, but_one)}
    assert len(words) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40
    )
)
def test_no_two_releases_of_a_state_differ_by_fewer_than_ten_officers(
    history: list[tuple[int, bool, int]],
) -> None:
    # six offices of two states; each night some officers answer in one of them, then the batch is planned
    states = {office: office % 2 for office in range(6)}
    answered: Counter[int] = Counter()
    held: dict[tuple[int, int], Held] = {}
    for office, many, more in history:
        answered[office] += 11 if many else more
        news = [
            News(o, 1, n, n - (held[o, 1].officers if (o, 1) in held else 0), n)
            for o, n in answered.items()
            if n
        ]
        released = plan(news, held, {1: [7]}, states).released
        for state in (0, 1):
            grown = {
                one.office_id: one.fresh
                for one in news
                if (one.office_id, 1) in released and states[one.office_id] == state
            }
            assert not grown or sum(grown.values()) >= FEWEST_NEW
        for cell in released:
            held[cell] = Held(answered[cell[0]], {7: answered[cell[0]]})
