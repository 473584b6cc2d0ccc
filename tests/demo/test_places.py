"""Offices for any number of officers: none is crowded, none is forgotten, names and codes are told apart."""

import random

import pytest

from app.demo.content import wrong_choices
from app.demo.names import MIXES, made_up_name, mail_name
from app.demo.offices import MOST, places, spread


def dice() -> random.Random:
    return random.Random(1)


@pytest.mark.parametrize("officers", [50, 60, 333, 1200, 5000, 10_000, 10_001, 100_000, 1_000_000])
def test_all_officers_find_a_place_and_no_office_is_crowded(officers: int) -> None:
    found = places(officers, dice())
    assert sum(place.heads for place in found) == officers
    assert min(place.heads for place in found) >= 1
    assert max(place.heads for place in found) <= MOST
    assert len({place.code for place in found}) == len(found)
    assert len({place.name for place in found}) == len(found)


def test_the_usual_department_has_all_states_and_about_two_hundred_branches() -> None:
    kinds = [place.kind for place in places(1200, dice())]
    assert kinds.count("state") == 16
    assert 190 <= sum(kinds.count(kind) for kind in ("district", "branch", "utc")) <= 250
    assert kinds.count("utc") > 10


@pytest.mark.parametrize("total", [0, 1, 7, 500])
def test_a_spread_adds_up_even_when_it_does_not_fit(total: int) -> None:
    assert sum(spread(total, [1.0, 2.0, 0.5], least=0)) == total


@pytest.mark.parametrize("state", ["IP", "JHR", *MIXES])
def test_names_are_made_for_every_state(state: str) -> None:
    chance = random.Random(state)
    for _ in range(200):
        name = made_up_name(chance, state)
        assert len(name.split()) >= 2
        assert mail_name(name).replace(".", "").isalnum()
        assert "  " not in name


@pytest.mark.parametrize(
    ("key", "kind"), [("b", "single"), ("ac", "multiple"), ("bcd", "multiple")]
)
def test_a_wrong_choice_is_never_the_right_one(key: str, kind: str) -> None:
    for number in range(12):
        wrong = wrong_choices(key, kind, number=number)
        assert len(wrong) == 3
        assert key not in wrong
        assert all(choice == "".join(sorted(set(choice))) and choice for choice in wrong)
