"""Promises about how measures are told: nothing from a range that says nothing, readings as sentences, the same as JSON."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from app.briefings.services import Given, record_briefing
from app.clock import local_date, now
from app.uniformity.models import Measure
from app.uniformity.queries import MeasureRow
from app.uniformity.saying import customers_words, range_words, reading_words, span_words
from app.uniformity.seen import by_need, whole_told
from app.uniformity.words import VERDICTS
from tests.page import Page
from tests.uniformity.conftest import World, choices, words

FIGURES = {"s": 70, "w": 5, "u": 5, "d": 20, "interval": [60, 80], "off": 4}
COUNTS = {"answers": 300, "officers": 90, "staff": 120, "offices": 1, "few": False}


def row(subject_id: int, **content: Any) -> MeasureRow:
    return MeasureRow("state", 1, subject_id, 1, 10, {"verdict": "mixed", **content}, now())


def test_rules_of_one_verdict_stand_by_the_middle_of_what_is_told_of_them() -> None:
    rows = [
        row(1, s=60), row(2, range=[20, 50]), row(3), row(4, interval=[10, 30]),
        row(5, s=0), row(6, verdict="wrong", s=90),
    ]  # fmt: skip
    assert [one.subject_id for one in by_need(rows)] == [6, 5, 4, 2, 1, 3]


@pytest.mark.parametrize(("rules", "in_force", "told"), [(12, 25, False), (13, 25, True)])
def test_a_handbook_is_given_no_figure_from_fewer_than_half_of_its_rules(
    rules: int, in_force: int, told: bool
) -> None:
    found = whole_told({"rules": rules, **COUNTS, **FIGURES}, in_force)
    assert found["in_force"] == in_force
    assert (FIGURES.keys() <= found.keys()) is told
    assert COUNTS.items() <= found.items()


def test_a_range_too_wide_to_tell_anything_is_not_shown(app: Flask) -> None:
    with app.test_request_context():
        wide, told = {"range": [30, 70]}, {"range": [30, 65]}
        assert range_words(wide) == "terlalu sedikit jawapan untuk julat"
        assert customers_words(wide) == "Terlalu sedikit jawapan untuk julat."
        assert range_words(told) == "30 hingga 65" == span_words([30, 65])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Menyangka OKU menunggu.", "menyangka OKU menunggu"),
        ("Thinks a queue is enough", "think a queue is enough"),
        ("Confuses two forms.", "confuse two forms"),
        ("KP12 dianggap sama", "KP12 dianggap sama"),
        ("", ""),
    ],
)
def test_a_reading_goes_on_with_the_sentence_it_stands_in(text: str, said: str) -> None:
    assert reading_words(text) == said


def store(world: World, scope: str, scope_id: int, code: str, **content: Any) -> None:
    """Put a measure of a rule as a batch would have stored it."""
    with world.database.transaction() as session:
        session.execute(
            insert(Measure).values(
                scope=scope, scope_id=scope_id, subject="rule", subject_id=world.rules[code],
                handbook_id=world.handbook_id, seen_from=10, measured_at=now(),
                content=json.dumps({"readings": [], **content}),
            )
        )  # fmt: skip


READING = {"ms": "Menyangka OKU menunggu", "en": "Thinks OKU wait", "share": 62}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ms", "62% daripada yang ditanya menyangka OKU menunggu."),
        ("en", "62% of those asked think OKU wait."),
    ],
)
def test_page_and_json_tell_the_same_reading(
    page: Page, world: World, language: str, said: str
) -> None:
    store(
        world, "nation", 0, "UJ-1.1", verdict="wrong", differ=False, right=20,
        **COUNTS, **FIGURES | {"readings": [READING]},
    )  # fmt: skip
    page.sign_in(world.cast.farid, language)
    rule = "uniformity/handbooks/uji/rules/UJ-1.1"
    told = words(page.get(f"/{rule}"))
    assert said in told
    assert page.client.get(f"/api/{rule}").get_json()["nation"]["readings"] == [READING]
    assert {"ms": "1 pejabat", "en": "1 office,"}[language] in told


@pytest.mark.parametrize(("differ", "told"), [(True, True), (False, False), (None, False)])
def test_habits_are_named_only_where_offices_differ_beyond_chance(
    page: Page, world: World, differ: bool | None, told: bool
) -> None:
    more = {} if differ is None else {"differ": differ}
    store(world, "nation", 0, "UJ-1.1", verdict="mixed", right=70, **more, **COUNTS, **FIGURES)
    page.sign_in(world.cast.farid)
    said = words(page.get("/uniformity/handbooks/uji/rules/UJ-1.1"))
    assert ("Daripada 20 itu, 4 berbeza kerana kebiasaan pejabat; 16 lagi" in said) is told


def test_an_office_of_which_nothing_is_certain_is_not_told_that_all_is_well(
    page: Page, world: World
) -> None:
    office = world.cast.offices.putrajaya
    about = {"interval": [50, 90], "officers": "10–19", "about": 10, "share": 80, "outside": ""}
    store(world, "office", office, "UJ-1.1", verdict="unknown", **about)
    page.sign_in(world.cast.farid)
    address = f"/uniformity/offices/{office}"
    assert "Belum pasti peraturan mana yang perlu dibincangkan" in words(page.get(address))
    store(world, "office", office, "UJ-1.2", verdict="right", **about)
    assert "Tiada peraturan yang jelas perlu dibincangkan" in words(page.get(address))


def test_a_rule_discussed_lately_says_when_and_until_when_its_outcome_is_awaited(
    page: Page, world: World
) -> None:
    office, cast = world.cast.offices.putrajaya, world.cast
    about = {"interval": [50, 70], "officers": "10–19", "about": 10, "share": 80, "outside": ""}
    for code in ("UJ-1.1", "UJ-1.2", "UJ-2.1"):
        store(world, "office", office, code, verdict="mixed", **about)
    with world.database.transaction() as session:
        for code, ago in (("UJ-1.1", 2), ("UJ-1.2", 80)):
            then = now() - timedelta(days=ago)
            given = Given(office, local_date(then), [world.rules[code]], {}, [cast.nurul.id])
            record_briefing(session, cast.farid, given, at=then)
    cards = page.sign_in(cast.farid).get(f"/uniformity/offices/{office}").select("section.card")
    said = {
        code: " ".join(card.get_text(" ").split())
        for card in cards
        for code in ("UJ-1.1", "UJ-1.2", "UJ-2.1")
        if card.select_one(".measure-title") and code in card.get_text()
    }
    assert "Dibincangkan pada" in said["UJ-1.1"]
    assert "hasilnya selepas" in said["UJ-1.1"]
    assert "Dibincangkan pada" in said["UJ-1.2"]
    assert "hasilnya selepas" not in said["UJ-1.2"], "its outcome is there"
    assert "Dibincangkan" not in said["UJ-2.1"]


def test_a_state_and_its_own_office_are_told_apart(page: Page, world: World) -> None:
    state = world.cast.offices.putrajaya_state
    about = {"interval": [50, 70], "officers": "10–19", "about": 10, "share": 80, "outside": ""}
    store(world, "office", state, "UJ-1.1", verdict="mixed", **about)
    store(world, "state", state, "UJ-1.1", verdict="mixed", differ=False, **COUNTS, **FIGURES)
    page.sign_in(world.cast.osman)
    of_state = page.get(f"/uniformity/states/{state}").find("h1")
    of_office = page.get(f"/uniformity/offices/{state}").find("h1")
    assert of_state is not None
    assert of_office is not None
    assert "di seluruh " in of_state.get_text()
    assert "(2 pejabat)" in of_state.get_text()
    assert "di ibu pejabat " in of_office.get_text()


def test_the_advice_of_a_rule_comes_with_the_button_for_it(page: Page, world: World) -> None:
    offices, rule = world.cast.offices, "/uniformity/handbooks/uji/rules/UJ-1.1"
    sheet = f"/uniformity/offices/{offices.putrajaya}/briefing?rule={world.rules['UJ-1.1']}"
    wanted = {
        "farid": [sheet],
        "osman": ["/rollouts/new?handbook=uji"],
        "devi": ["/questions?quiz=uji&rule=UJ-1.1", "/drafts", "/rollouts/new?handbook=uji"],
        "salmah": ["/questions?quiz=uji&rule=UJ-1.1"],
    }
    every = {link for links in wanted.values() for link in links}
    for name, links in wanted.items():
        soup = page.sign_in(getattr(world.cast, name)).get(rule)
        found = {str(link["href"]) for link in soup.select("main a.button")}
        assert found & every == set(links), name
        page.get(links[0])


def test_a_director_goes_to_the_own_state_first(page: Page, world: World) -> None:
    main = page.sign_in(world.cast.osman).get("/uniformity").select("a.button.main")
    assert [link["href"] for link in main] == [
        f"/uniformity/states/{world.cast.offices.putrajaya_state}"
    ]
    main = page.sign_in(world.cast.farid).get("/uniformity").select("a.button.main")
    assert [link["href"] for link in main] == [
        f"/uniformity/offices/{world.cast.offices.putrajaya}"
    ]


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_page_of_method_tells_every_word(page: Page, world: World, language: str) -> None:
    table = page.sign_in(world.cast.farid, language).get("/uniformity/method").find("table")
    assert table is not None
    assert len(table.select("tbody tr")) == len(VERDICTS)


def test_json_gives_a_handbook_no_figure_that_the_page_does_not_give(
    page: Page, world: World
) -> None:
    made = [world.branch(world.cast.offices.putrajaya_state, 20) for _ in range(4)]
    world.answer_all([(one, choices(world.keys["UJ-1.1-a"], 15, 5)) for one in made])
    world.batch()
    page.sign_in(world.cast.farid)
    told = page.client.get("/api/uniformity/nation").get_json()["handbooks"][0]
    assert (told["rules"], told["in_force"]) == (1, len(world.rules))
    assert "s" not in told
    assert not page.get("/uniformity").select(".uniformity-bar")
    assert f"Baru 1 daripada {len(world.rules)} peraturan" in words(page.get("/uniformity"))
