"""Attacks on what is shown of small groups: by somebody who sees every page and file of uniformity, and keeps yesterday's."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import select

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from app.disclosure import ANALYSTS, EVERYBODY, FEW
from app.uniformity.models import Measure, Release
from tests.cast import Cast
from tests.page import Page
from tests.quizzes.conftest import Taking
from tests.uniformity.conftest import Branch, World, choices, words

API = "/api/uniformity"
READING = "Menyangka UJ-1.1 boleh diabaikan"
CODES = re.compile(r"\bUJ-\d+(\.\d+)*")
TOO_SMALL = "belum dapat diukur sendiri"


@dataclass(frozen=True)
class Town:
    """A department around the cast: Farid's office and near ones in a state, Tawau and near ones in another."""

    home: Branch
    near: list[Branch]
    tawau: Branch
    far: list[Branch]

    @property
    def all(self) -> list[Branch]:
        """List all offices."""
        return [self.home, *self.near, self.tawau, *self.far]


def town(world: World, home: int = 20, near: tuple[int, ...] = (20, 20), far: int = 20) -> Town:
    places = world.cast.offices
    return Town(
        world.staff(places.putrajaya, places.putrajaya_state, home),
        [world.branch(places.putrajaya_state, n) for n in near],
        world.staff(places.tawau, places.sabah, far),
        [world.branch(places.sabah, far) for _ in range(2)],
    )


def addresses(world: World, offices: list[Branch]) -> Iterator[str]:
    yield from (
        "/uniformity",
        "/uniformity/handbooks/uji",
        "/uniformity/suspicions",
        f"{API}/nation",
    )
    for rule in world.rules:
        yield f"/uniformity/handbooks/uji/rules/{rule}"
        yield f"{API}/handbooks/uji/rules/{rule}"
    for state in sorted({one.state_id for one in offices}):
        yield f"/uniformity/states/{state}"
        yield f"{API}/states/{state}"
    for one in offices:
        yield f"/uniformity/offices/{one.id}"
        yield f"{API}/offices/{one.id}"
        yield f"/uniformity/offices/{one.id}/briefing"


def pdf_words(data: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split()
    )


def readers(cast: Cast) -> list[Actor]:
    return [cast.farid, cast.osman, cast.devi, cast.salmah]


def all_seen(
    page: Page, world: World, offices: list[Branch], *who: Actor, pdfs: bool = True
) -> dict[str, str]:
    """Return everything that everybody gets to see of uniformity, pictures with their places, by reader and address."""
    found = {}
    for reader in who or readers(world.cast):
        page.sign_in(reader)
        for address in addresses(world, offices):
            response = page.client.get(address)
            assert response.status_code in (200, 403, 404), address
            if response.status_code != 200:
                continue
            if response.is_json:
                found[f"{reader.name} {address}"] = response.get_data(as_text=True)
                continue
            main = BeautifulSoup(response.data, "html.parser").find("main")
            assert main is not None
            for token in main.find_all("input", attrs={"name": "csrf_token"}):
                token.decompose()
            found[f"{reader.name} {address}"] = str(main)
            if pdfs and address.endswith("/briefing"):
                file = page.client.get(f"{address}.pdf")
                assert file.status_code == 200
                found[f"{reader.name} {address}.pdf"] = pdf_words(file.data)
    return found


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def answer_everywhere(world: World, offices: list[Branch], question: str = "UJ-1.1-a") -> None:
    """Let three quarters of each office answer, two thirds of them rightly."""
    key = world.keys[question]
    said = []
    for one in offices:
        n = len(one.officers) * 3 // 4
        said.append((one, choices(key, n - n // 3, n // 3)))
    world.answer_all(said, question=question)


def test_nothing_shown_changes_after_one_officer_answered_and_something_after_ten(
    page: Page, world: World, database: Database
) -> None:
    places = town(world, home=40)
    at = now()
    for question in ("UJ-1.1-a", "UJ-1.1-b", "UJ-1.2-a"):
        answer_everywhere(world, places.all, question)
    world.batch(at)
    yesterday = all_seen(page, world, places.all)
    assert len(yesterday) > 40
    way = Taking(database, world.cast.nurul, at)  # she serves in Farid's office
    way.start()
    way.answer()
    assert way.submit()
    world.batch(at)
    assert differing(yesterday, all_seen(page, world, places.all)) == set()
    for question in ("UJ-1.1-a", "UJ-1.1-b", "UJ-1.2-a"):
        world.answer(places.home, choices(world.keys[question], 0, 10), question=question, begin=30)
    farid = world.cast.farid
    his = {key: told for key, told in yesterday.items() if key.startswith(farid.name)}
    assert differing(his, all_seen(page, world, places.all, farid)) == set(), "no batch yet"
    world.batch(at)
    changed = differing(his, all_seen(page, world, places.all, farid))
    assert any(f"/offices/{places.home.id}" in key for key in changed), "or this test sees nothing"


def test_an_office_of_five_to_nine_is_for_its_director_and_the_auditor_only(
    page: Page, world: World
) -> None:
    places = town(world, home=8, near=(8, 20, 20))
    world.answer_all([(one, choices("a", 2, 6)) for one in places.all if len(one.officers) == 8])
    world.answer_all([(one, choices("a", 14, 6)) for one in places.all if len(one.officers) == 20])
    world.batch()
    address = f"/uniformity/offices/{places.home.id}"
    assert "UJ-1.1" in words(page.sign_in(world.cast.osman).get(address))
    assert "UJ-1.1" in words(page.sign_in(world.cast.salmah).get(address))
    page.sign_in(world.cast.farid)
    assert TOO_SMALL in words(page.get(address)), "the head of the office knows the faces"
    assert page.client.get(f"/api{address}").get_json()["rules"] == []


def test_where_one_office_of_a_state_is_hidden_a_second_is_hidden_with_it(
    page: Page, world: World
) -> None:
    places = town(world, home=8, near=(12, 30, 40))
    second, third, fourth = places.near
    grown = world.branch(places.home.state_id, 14)
    world.answer_all([(places.home, choices("a", 2, 6)), (grown, choices("a", 1, 3))])
    world.batch()  # eight and four together
    world.answer(grown, choices("a", 5, 5), begin=4)
    world.answer_all([(one, choices("a", 2, len(one.officers) - 2)) for one in places.all[1:]])
    world.batch()
    page.sign_in(world.cast.farid)
    address = f"/uniformity/offices/{places.home.id}"
    assert TOO_SMALL in words(page.get(address))
    assert page.client.get(f"/api{address}").get_json()["rules"] == []
    with world.database.reading() as session:
        shown = {
            row[0]: row[1]
            for row in session.execute(
                select(Measure.scope_id, Measure.seen_from).where(
                    Measure.scope == "office", Measure.subject == "rule"
                )
            )
        }
    assert shown[places.home.id] == ANALYSTS
    assert shown[second.id] == ANALYSTS, "else the state less the others would tell of the eight"
    assert {shown[one.id] for one in (third, fourth, grown)} == {EVERYBODY}


def test_nobody_gets_anything_of_an_office_out_of_reach_not_even_that_it_exists(
    page: Page, world: World
) -> None:
    places = town(world)
    answer_everywhere(world, places.all)
    world.batch()
    page.sign_in(world.cast.nurul)
    for address in addresses(world, [places.home, places.tawau]):
        assert page.client.get(address).status_code == 403, "officers see their own results only"
    page.sign_in(world.cast.liza)
    page.get(f"/uniformity/offices/{places.tawau.id}")
    for one in (places.home, *places.near, *places.far):
        for rest in ("", "/briefing", "/briefing.pdf", "/briefing?rule=1", "/briefing.pdf?rule=1"):
            for office_id in (one.id, 999_999, 2**63):
                response = page.client.get(f"/uniformity/offices/{office_id}{rest}")
                assert response.status_code == 404, (office_id, rest)
        assert page.client.get(f"{API}/offices/{one.id}").status_code == 404
    for state in (places.home.state_id, places.tawau.state_id):
        assert page.client.get(f"/uniformity/states/{state}").status_code == 403
    page.sign_in(world.cast.osman)
    page.get(f"/uniformity/states/{places.home.state_id}")
    page.get(f"/uniformity/states/{places.tawau.state_id}", status=404)
    page.get(f"/uniformity/offices/{places.tawau.id}", status=404)
    page.get(f"/uniformity/offices/{places.tawau.id}/briefing", status=404)


def without_pictures(seen: str) -> str:
    """Return the words of a page; the axes of its pictures, 0 to 100, tell nothing."""
    soup = BeautifulSoup(seen, "html.parser")
    for picture in soup.select("svg, .plot-key"):
        picture.decompose()
    return CODES.sub("", " ".join(soup.get_text(" ").split()))


@pytest.mark.parametrize("right", [12, 0])
def test_of_a_small_unanimous_group_nobody_reads_all_or_none(
    page: Page, world: World, right: int
) -> None:
    places = town(world, home=12, near=(12,), far=60)
    mine, others = [places.home, *places.near], [places.tawau, *places.far]
    world.answer_all([(one, choices("a", right, 12 - right)) for one in mine])
    world.answer_all([(one, choices("a", 40, 20)) for one in others])
    world.batch()
    state = places.home.state_id
    for reader, address in (
        (world.cast.osman, f"/uniformity/states/{state}"),
        (world.cast.osman, "/uniformity/handbooks/uji/rules/UJ-1.1"),
        (world.cast.osman, f"/uniformity/offices/{places.home.id}"),
        (world.cast.farid, f"/uniformity/offices/{places.home.id}"),
    ):
        told = without_pictures(str(page.sign_in(reader).get(address).find("main")))
        shares = {int(n) for n in re.findall(r"\b(\d+) ?%", told)}
        assert not shares & {0, 100, *range(91, 100), *range(1, 10)}, (address, told)
    with world.database.reading() as session:
        rows = session.execute(
            select(Measure.scope, Measure.content).where(
                Measure.scope_id.in_([state, places.home.id, places.near[0].id]),
                Measure.scope != "nation",
            )
        ).all()
    assert {scope for scope, _ in rows} == {"state", "office"}
    for _scope, content in rows:
        for share in shares_in(json.loads(content)):
            assert 10 <= share <= 90, content
            assert share % 5 == 0, content


def test_of_a_state_of_ten_officers_who_all_err_nobody_reads_that_all_do(world: World) -> None:
    state, far = world.state(), world.state()
    said = [(world.branch(state, 5), choices("a", 0, 5)) for _ in range(2)]
    said += [(world.branch(far, 30), choices("a", 20, 10)) for _ in range(2)]
    world.answer_all(said)
    world.batch()
    with world.database.reading() as session:
        content = session.scalars(
            select(Measure.content).where(
                Measure.scope == "state", Measure.scope_id == state, Measure.subject == "rule"
            )
        ).one()
    told = json.loads(content)
    assert told["officers"] == 10
    # nine of ten look the same
    assert told["right"] == 10
    assert [reading["share"] for reading in told["readings"]] == [90]


def shares_in(content: Mapping[str, Any]) -> Iterator[int]:
    """Yield every share of a measure of few that is told in per cent."""
    for name in ("s", "w", "u", "d", "off", "right", "spread", "weakest", "share"):
        if isinstance(content.get(name), int):
            yield content[name]
    for name in ("range", "interval", "habit"):
        yield from content.get(name) or []
    for reading in content.get("readings", []):
        if "share" in reading:
            yield reading["share"]


def test_a_reading_that_two_officers_hold_is_on_no_page(page: Page, world: World) -> None:
    places = town(world)
    for question in ("UJ-1.1-a", "UJ-1.1-b", "UJ-1.1-c"):
        key = world.keys[question]
        said = [(one, choices(key, 20, 0)) for one in places.all[1:]]
        # the same two officers err in all three questions: six answers, two holders
        world.answer_all([*said, (places.home, choices(key, 0, 2) + [key] * 10)], question=question)
    world.batch()
    assert not [k for k, seen in all_seen(page, world, places.all).items() if READING in seen]


def test_a_reading_that_three_officers_hold_is_told(page: Page, world: World) -> None:
    places = town(world)
    said = [(one, choices("a", 20, 0)) for one in places.all[1:]]
    world.answer_all([*said, (places.home, choices("a", 9, 3))])
    world.batch()
    seen = all_seen(page, world, places.all, world.cast.farid, pdfs=False)
    assert [key for key, told in seen.items() if READING in told]


def test_pages_of_offices_tell_no_decimals_and_no_numbers_of_officers(
    page: Page, world: World
) -> None:
    places = town(world, home=17, near=(13, 23))
    for question in ("UJ-1.1-a", "UJ-1.2-a", "UJ-2.1-a"):
        key = world.keys[question]
        world.answer_all(
            [(one, choices(key, 4, len(one.officers) - 4)) for one in places.all],
            question=question,
        )
    world.batch()
    seen = all_seen(page, world, places.all, world.cast.farid, world.cast.osman)
    offices = {key: told for key, told in seen.items() if " /uniformity/offices/" in key}
    assert sum("UJ-1.1" in told for told in offices.values()) > 4
    for key, told in offices.items():
        plain = without_pictures(told)
        assert not re.search(r"\d[.,]\d", plain), (key, plain)
        assert not re.search(r"\b(17|13|23) (pegawai|officers)", plain), (key, plain)


def true_officers(database: Database) -> dict[tuple[int, int], int]:
    """Return how many officers stand behind each office and rule as released."""
    with database.reading() as session:
        rows = session.execute(select(Release.office_id, Release.rule_id, Release.officers))
        return {(row[0], row[1]): row[2] for row in rows}


def test_no_measure_is_stored_of_fewer_officers_than_its_reader_may_see(world: World) -> None:
    sizes = (3, 4, 5, 6, 9, 10, 11, 25)
    states = [world.state() for _ in range(4)]
    offices = [world.branch(state, n) for state in states for n in sizes[:: len(sizes) // 4]]
    offices += [world.branch(states[0], 2), world.branch(world.state(), 3), *[
        world.branch(states[1], n) for n in sizes
    ]]  # fmt: skip
    for place, question in enumerate(("UJ-1.1-a", "UJ-1.2-a", "UJ-2.1-a")):
        key = world.keys[question]
        said = [
            (one, choices(key, len(one.officers) - 2, 2 - place % 2))
            for one in offices[place:]
            if len(one.officers) > 2
        ]
        world.answer_all(said, question=question)
    world.batch()
    officers = true_officers(world.database)
    state_of = {one.id: one.state_id for one in offices}
    with world.database.reading() as session:
        rows = list(session.scalars(select(Measure)))
    assert {(row.scope, row.subject) for row in rows} >= {
        ("nation", "rule"), ("state", "rule"), ("office", "rule"), ("office", "handbook"),
    }  # fmt: skip
    for row in rows:
        behind = Counter[int]()
        for (office, rule), n in officers.items():
            inside = {"nation": 0, "state": state_of[office], "office": office}[row.scope]
            behind[rule] += n * (inside == row.scope_id)
        least = behind[row.subject_id] if row.subject == "rule" else max(behind.values())
        assert least >= row.seen_from >= ANALYSTS, (row.scope, row.scope_id, row.subject)


def test_the_mean_of_a_handbook_does_not_tell_finely_of_a_rule_that_few_answered(
    world: World,
) -> None:
    state = world.state()
    offices = [world.branch(state, FEW // 2) for _ in range(2)]
    world.answer_all([(one, choices("a", 110, 40)) for one in offices])
    key = world.keys["UJ-1.2-a"]
    world.answer_all([(one, choices(key, 6, 0)) for one in offices], question="UJ-1.2-a")
    world.batch()
    with world.database.reading() as session:
        rows = {
            (row.subject, row.subject_id): json.loads(row.content)
            for row in session.scalars(select(Measure).where(Measure.scope == "state"))
        }
    finely, coarsely = rows["rule", world.rules["UJ-1.1"]], rows["rule", world.rules["UJ-1.2"]]
    assert "s" not in coarsely
    assert "range" in coarsely
    whole = rows["handbook", world.handbook_id]
    assert whole["s"] == finely["s"], "twice the mean less the one is the rule of twelve officers"


def test_nine_new_answers_leave_no_trace_in_what_is_stored(world: World) -> None:
    places = town(world, home=40)
    answer_everywhere(world, places.all)
    world.batch()
    before = stored(world.database)
    world.answer(places.home, ["b"] * 9, begin=30)
    world.batch()
    assert stored(world.database) == before


def stored(database: Database) -> set[tuple[Any, ...]]:
    with database.reading() as session:
        return {
            (one.scope, one.scope_id, one.subject, one.subject_id, one.seen_from, one.content)
            for one in session.scalars(select(Measure))
        }


def test_few_and_many_are_told_apart_at_three_hundred(world: World) -> None:
    few, many = world.state(), world.state()
    for state, n in ((few, 149), (many, 150)):
        world.answer_all([(world.branch(state, n), choices("a", 120, n - 120)) for _ in range(2)])
    world.batch()
    with world.database.reading() as session:
        rows = session.execute(
            select(Measure.scope_id, Measure.content).where(
                Measure.scope == "state", Measure.subject == "rule"
            )
        ).all()
    told = {state: json.loads(content) for state, content in rows}
    assert FEW == 300
    assert "s" not in told[few]
    assert told[few]["range"][0] % 5 == 0
    assert told[many]["s"] + told[many]["w"] + told[many]["u"] + told[many]["d"] == 100
