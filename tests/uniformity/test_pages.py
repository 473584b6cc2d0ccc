"""The pages of uniformity: for every reader, in both languages, empty and full, equally fast for every size."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, insert, select

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from app.disclosure import FEW
from app.handbooks.models import HandbookVersion, Rule, RuleText
from app.quizzes.models import ResponseCount
from app.uniformity.models import Measure, ReleasedCell, Suspicion
from tests.cast import Cast
from tests.page import Page
from tests.uniformity.conftest import Branch, World, choices, words

LANGUAGES = ("ms", "en")
NO_ANSWERS = {"ms": "Belum cukup jawapan kuiz", "en": "Not enough quiz answers"}


def pages(cast: Cast) -> Iterator[tuple[Actor, str]]:
    """Yield every page with one who may see it, and those that say something else to others with each of them."""
    offices = cast.offices
    rule = "/uniformity/handbooks/uji/rules/UJ-1.1"
    for reader in (cast.farid, cast.osman, cast.devi, cast.chong, cast.salmah):
        yield from ((reader, "/uniformity"), (reader, "/uniformity/handbooks/uji"), (reader, rule))
    yield cast.devi, "/uniformity/suspicions"
    yield cast.farid, "/uniformity/method"
    yield cast.osman, f"/uniformity/states/{offices.putrajaya_state}"
    yield cast.salmah, f"/uniformity/states/{offices.sabah}"
    yield cast.farid, f"/uniformity/offices/{offices.putrajaya}"
    yield cast.osman, f"/uniformity/offices/{offices.putrajaya}"
    yield cast.salmah, f"/uniformity/offices/{offices.tawau}"
    yield cast.farid, f"/uniformity/offices/{offices.putrajaya}/briefing"


def answered(world: World) -> list[Branch]:
    """Fill the cast's own offices and others so that every picture and every verdict has something to show."""
    places = world.cast.offices
    made = [
        world.staff(places.putrajaya, places.putrajaya_state, 30),
        world.staff(places.tawau, places.sabah, 12),
        *[world.branch(places.putrajaya_state, 110) for _ in range(3)],
        *[world.branch(places.sabah, 110) for _ in range(3)],
    ]
    for place, question in enumerate(("UJ-1.1-a", "UJ-1.1-b", "UJ-1.2-a", "UJ-2.1-a")):
        said = []
        for n, one in enumerate(made):
            size = len(one.officers)
            wrong = (
                (size * 4 // 5 if n % 2 else 1) if place < 2 else (size - 2 if place == 2 else 1)
            )
            said.append((one, choices(world.keys[question], size - wrong, wrong)))
        world.answer_all(said, question=question)
    world.batch()
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers_before_anybody_answered_a_quiz(
    page: Page, cast: Cast, language: str
) -> None:
    for reader, address in pages(cast):
        soup = page.sign_in(reader, language).get(address)
        assert soup.find("html")["lang"] == language  # type: ignore[index]
        assert not soup.select(".uniformity-bar"), address
    assert NO_ANSWERS[language] in words(page.get("/uniformity"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers_when_there_is_something_to_tell(
    page: Page, world: World, language: str
) -> None:
    answered(world)
    for reader, address in pages(world.cast):
        soup = page.sign_in(reader, language).get(address)
        told = words(soup)
        assert "None" not in told, address
        assert "nan" not in told.lower().split(), address
        if address not in ("/uniformity/suspicions", "/uniformity/method"):
            assert "UJ-" in told, f"{reader.name} {address} tells of no rule"
    page.sign_in(world.cast.farid)
    assert page.get("/uniformity").select(".uniformity-bar")


def test_an_office_too_small_to_be_measured_is_told_so_and_what_its_state_needs(
    page: Page, world: World
) -> None:
    places = world.cast.offices
    made = [world.staff(places.putrajaya, places.putrajaya_state, 4)]
    made += [world.branch(places.putrajaya_state, 20) for _ in range(3)]
    wrong = [(one, choices(world.keys["UJ-1.2-a"], 1, len(one.officers) - 1)) for one in made]
    page.sign_in(world.cast.farid)
    own, state = (
        f"/uniformity/offices/{places.putrajaya}",
        f"/uniformity/states/{places.putrajaya_state}",
    )
    assert "belum dapat diukur sendiri" in words(page.get(own))
    world.answer_all(wrong, question="UJ-1.2-a")
    world.batch()
    told = words(page.get(own))
    assert "belum dapat diukur sendiri" in told
    assert "Tiada peraturan yang jelas" not in told
    assert "UJ-1.2" in told
    assert "daripada 100" not in told, "no figure of its own"
    assert "belum dapat diukur" not in words(page.sign_in(world.cast.osman).get(state))
    assert "belum dapat diukur" in words(
        page.sign_in(world.cast.salmah).get(f"/uniformity/states/{places.sabah}")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_one_leaf_with_the_answers_overleaf(
    page: Page, world: World, language: str
) -> None:
    office = world.cast.offices.putrajaya
    address = f"/uniformity/offices/{office}/briefing.pdf"
    page.sign_in(world.cast.farid, language)
    for filled in (False, True):
        if filled:
            answered(world)
        response = page.client.get(address)
        assert response.status_code == 200
        assert response.mimetype == "application/pdf"
        assert "PJ01" in response.headers["Content-Disposition"]
        leaf = PdfReader(io.BytesIO(response.data))
        assert len(leaf.pages) <= 2
    front, back = (" ".join(side.extract_text().split()) for side in leaf.pages)
    assert "UJ-1.1" in front
    reading = {
        "ms": "pegawai menyangka UJ-1.1 boleh diabaikan.",
        "en": "officers think UJ-1.1 may be ignored.",
    }
    assert reading[language] in front
    assert "UJ-1.1" in back


def test_the_sheet_takes_the_rules_of_the_address_and_no_nonsense(page: Page, world: World) -> None:
    rules, office = world.rules, world.cast.offices.putrajaya
    page.sign_in(world.cast.farid)
    address = f"/uniformity/offices/{office}/briefing"
    told = words(page.get(f"{address}?rule={rules['UJ-2.2']}&rule={rules['UJ-1.2']}"))
    assert told.index("1. UJ-2.2") < told.index("2. UJ-1.2")
    for nonsense in ("rule=x", "rule=", "rule=-1", "rule=999999", f"rule={2**70}", "rule=٣&rule=²"):
        page.get(f"{address}?{nonsense}")
        assert page.client.get(f"{address}.pdf?{nonsense}").status_code == 200


def test_strangers_are_asked_to_sign_in_and_officers_are_refused(
    page: Page, client: FlaskClient, cast: Cast
) -> None:
    page.sign_in(cast.nurul)
    for _reader, address in pages(cast):
        assert client.get(address).status_code in (302, 303), address
        assert page.client.get(address).status_code == 403, address


def test_what_does_not_exist_is_not_found(page: Page, cast: Cast) -> None:
    page.sign_in(cast.salmah)
    for address in (
        "/uniformity/handbooks/tiada",
        "/uniformity/handbooks/uji/rules/tiada",
        "/uniformity/handbooks/tiada/rules/UJ-1.1",
        "/uniformity/states/999999",
        f"/uniformity/states/{cast.offices.hq}",
        f"/uniformity/states/{cast.offices.putrajaya}",
        "/uniformity/offices/999999",
        f"/uniformity/offices/{2**80}",
    ):
        page.get(address, status=404)


def test_an_office_may_be_seen_only_by_its_own_supervisor_its_director_and_the_auditor(
    page: Page, cast: Cast
) -> None:
    address = f"/uniformity/offices/{cast.offices.putrajaya}"
    for who, status in (
        (cast.farid, 200), (cast.osman, 200), (cast.salmah, 200), (cast.liza, 404), (cast.devi, 403),
    ):  # fmt: skip
        page.sign_in(who).get(address, status=status)
        sheet = 200 if who in (cast.farid, cast.osman) else 403 if status != 404 else 404
        page.get(f"{address}/briefing", status=sheet)


def addresses(cast: Cast, branch: Branch) -> list[str]:
    return [
        "/uniformity",
        "/uniformity/handbooks/uji",
        "/uniformity/handbooks/uji/rules/UJ-1.1",
        f"/uniformity/states/{branch.state_id}",
        f"/uniformity/offices/{branch.id}",
        f"/uniformity/offices/{branch.id}/briefing",
        f"/uniformity/offices/{branch.id}/briefing.pdf",
        "/api/uniformity/nation",
        "/api/uniformity/handbooks/uji/rules/UJ-1.1",
        f"/api/uniformity/states/{branch.state_id}",
    ]


def asked(page: Page, cast: Cast, branch: Branch, count_statements: Any) -> dict[str, int]:
    """Return how many statements each page sends, to the director of the state."""
    page.sign_in(cast.osman)
    found = {}
    for address in addresses(cast, branch):
        page.client.get(address)
        with count_statements() as seen:
            assert page.client.get(address).status_code == 200
        found[address] = len(seen)
    return found


def fill(world: World, offices: int) -> Branch:
    """Let so many offices of the director's state answer; every second one lies outside the funnel."""
    made = [world.branch(world.cast.offices.putrajaya_state, 20) for _ in range(offices)]
    for question in ("UJ-1.1-a", "UJ-1.2-a"):
        key = world.keys[question]
        said = [
            (one, choices(key, 18 - 14 * (n % 2), 2 + 14 * (n % 2))) for n, one in enumerate(made)
        ]
        world.answer_all(said, question=question)
    world.batch()
    return made[0]


def test_every_page_asks_the_database_equally_often_for_three_offices_and_for_thirty(
    page: Page, world: World, count_statements: Any
) -> None:
    branch = fill(world, 3)
    few = asked(page, world.cast, branch, count_statements)
    fill(world, 27)
    assert asked(page, world.cast, branch, count_statements) == few


def more_rules(database: Database, handbook_id: int, number: int) -> None:
    """Put more rules into the version in force, each measured everywhere as UJ-1.1 is."""
    with database.transaction() as session:
        like = session.scalars(select(Rule).where(Rule.code == "UJ-1.1")).one()
        version = session.scalars(
            select(HandbookVersion)
            .where(HandbookVersion.handbook_id == handbook_id)
            .order_by(HandbookVersion.effective_on.desc())
            .limit(1)
        ).one()
        texts = session.scalars(
            select(RuleText).where(RuleText.rule_id == like.id, RuleText.version_id == version.id)
        ).all()
        measures = session.scalars(
            select(Measure).where(Measure.subject == "rule", Measure.subject_id == like.id)
        ).all()
        first = session.scalar(select(func.count()).select_from(Rule)) or 0
        for n in range(first, first + number):
            rule = Rule(handbook_id=handbook_id, code=f"UJ-9.{n}")
            session.add(rule)
            session.flush()
            for table, rows in ((RuleText, texts), (Measure, measures)):
                copies = [columns(row) for row in rows]
                for copy in copies:
                    if table is RuleText:
                        copy |= {"rule_id": rule.id, "position": 100 + n, "code": rule.code}
                        del copy["id"]
                    else:
                        copy |= {"subject_id": rule.id}
                session.execute(insert(table), copies)


def columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in type(row).__table__.columns}


def test_every_page_asks_the_database_equally_often_for_three_rules_and_for_thirty(
    page: Page, world: World, database: Database, count_statements: Any
) -> None:
    branch = fill(world, 4)
    more_rules(database, world.handbook_id, 1)
    few = asked(page, world.cast, branch, count_statements)
    more_rules(database, world.handbook_id, 27)
    assert asked(page, world.cast, branch, count_statements) == few
    assert "UJ-9.20" in words(page.get("/uniformity/handbooks/uji"))


def test_no_page_reads_answers_counts_or_released_cells(
    page: Page, world: World, count_statements: Any
) -> None:
    branch = fill(world, 3)
    raw = re.compile(r"\b(answers|attempts|response_counts|released_cells|releases)\b")
    page.sign_in(world.cast.osman)
    for address in addresses(world.cast, branch):
        if address.endswith(f"/offices/{branch.id}"):
            continue  # it links the outcomes of briefings, which are counted by their own room
        with count_statements() as seen:
            page.client.get(address)
        guilty = [statement for statement in seen if raw.search(statement.lower())]
        assert not guilty, address
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReleasedCell))
        assert session.scalar(select(func.count()).select_from(ResponseCount))


def test_agreement_is_never_told_without_its_interval_and_on_how_many_answers_it_rests(
    page: Page, world: World
) -> None:
    answered(world)
    on = re.compile(r"[\d,]+ jawapan pertama, [\d,]+ daripada [\d,]+ pegawai, \d+ pejabat")
    page.sign_in(world.cast.salmah)
    bars = 0
    for address in (
        "/uniformity",
        "/uniformity/handbooks/uji",
        "/uniformity/handbooks/uji/rules/UJ-1.1",
        f"/uniformity/states/{world.cast.offices.putrajaya_state}",
    ):
        soup = page.get(address)
        for bar in soup.select("figure.uniformity"):
            told = " ".join(bar.get_text(" ").split())
            assert re.search(r"\(\d+ hingga \d+\)", told), (address, told)
            assert on.search(told), (address, told)
            bars += 1
        for said in cells(soup, "Sama dan betul"):
            assert re.fullmatch(r"\d+ \(\d+–\d+\)|–|.*(hingga|atau lebih|atau kurang).*", said), (
                said
            )
        for said in cells(soup, "Berdasarkan"):
            assert on.search(said), said
    assert bars >= 4


def cells(soup: BeautifulSoup, label: str) -> list[str]:
    """Return what stands in the cells of a column."""
    found = []
    for table in soup.find_all("table"):
        heads = [head.get_text(strip=True) for head in table.select("thead th")]
        if label not in heads:
            continue
        for row in table.select("tbody tr"):
            cell = row.find_all(["th", "td"])[heads.index(label)]
            assert isinstance(cell, Tag)
            found.append(" ".join(cell.get_text(" ").split()))
    return found


def test_a_handbook_counts_the_words_of_all_rules_that_it_lists_also_of_those_few_officers_answered(
    page: Page, world: World
) -> None:
    made = answered(world)
    world.answer(made[2], choices(world.keys["UJ-2.2-a"], 3, 80), question="UJ-2.2-a")
    world.batch()
    soup = page.sign_in(world.cast.salmah).get("/uniformity/handbooks/uji")
    heads = [head.get_text(strip=True) for head in soup.select("section.chapter h2")]
    listed = [re.sub(r" \((\d+)\)$", r": \1", head) for head in heads]
    assert len(listed) > 1
    for address in ("/uniformity/handbooks/uji", "/uniformity"):
        counted = [tag.get_text(strip=True) for tag in page.get(address).select("ul.tags .tag")]
        assert counted == listed, address
    (sent,) = page.client.get("/api/uniformity/nation").get_json()["handbooks"]
    assert sum(sent["words"].values()) == sum(int(said.split(": ")[1]) for said in listed)


def test_every_stored_share_comes_with_an_interval_and_adds_to_a_hundred(world: World) -> None:
    answered(world)
    with world.database.reading() as session:
        rows = session.execute(select(Measure.scope, Measure.subject, Measure.content)).all()
    finely = 0
    for scope, subject, content in rows:
        told = json.loads(content)
        if scope == "office" or told["few"]:
            continue
        finely += 1
        assert sum(told[part] for part in "swud") == 100, (scope, subject)
        low, high = told["interval"]
        assert 0 <= low <= told["s"] <= high <= 100, (scope, subject)
        assert 0 <= told["off"] <= told["d"]
        assert told["answers"] >= told["officers"] >= FEW
    assert finely > 8


def test_a_rule_that_is_in_force_no_more_is_on_no_page(page: Page, world: World) -> None:
    branch = fill(world, 4)
    with world.database.transaction() as session:
        gone = Rule(handbook_id=world.handbook_id, code="UJ-7.7")
        session.add(gone)
        session.flush()
        rows = session.scalars(
            select(Measure).where(
                Measure.subject == "rule", Measure.subject_id == world.rules["UJ-1.1"]
            )
        ).all()
        copies = [columns(row) | {"subject_id": gone.id} for row in rows]
        for copy in copies:
            copy["content"] = json.dumps(json.loads(copy["content"]) | {"verdict": "wrong"})
        session.execute(insert(Measure), copies)
    page.sign_in(world.cast.osman)
    for address in addresses(world.cast, branch)[:6]:
        assert "UJ-7.7" not in words(page.get(address))


def test_a_suspicion_is_told_to_authors_and_to_nobody_else(page: Page, world: World) -> None:
    answered(world)
    with world.database.transaction() as session:
        rows = session.execute(select(Suspicion.question_version_id, Suspicion.reason)).all()
        session.execute(
            insert(Suspicion),
            [
                {
                    "question_version_id": world.versions["UJ-2.2-a"], "reason": "consensus",
                    "rule_id": world.rules["UJ-2.2"], "content": '{"agree": 9, "offices": 10}',
                    "found_at": now(),
                }
            ],
        )  # fmt: skip
    page.sign_in(world.cast.devi, "en")
    told = words(page.get("/uniformity/suspicions"))
    assert "UJ-2.2-a" in told
    assert f"{len(rows) + 1} " in told
    rule = "/uniformity/handbooks/uji/rules/UJ-2.2"
    assert "UJ-2.2-a" in words(page.get(rule))
    page.sign_in(world.cast.farid)
    assert "UJ-2.2-a" not in words(page.get(rule))
    page.get("/uniformity/suspicions", status=403)


def test_a_director_is_told_which_offices_lie_below_the_funnel_and_no_others(
    page: Page, world: World
) -> None:
    fill(world, 12)
    state = world.cast.offices.putrajaya_state
    with world.database.reading() as session:
        rows = session.execute(
            select(Measure.scope_id, Measure.content).where(Measure.scope == "office")
        )
        below = {one for one, content in rows if json.loads(content).get("outside") == "below"}
    told = page.sign_in(world.cast.osman).get(f"/uniformity/states/{state}")
    table = told.find("caption", string=lambda text: text and "berbeza daripada jangkaan" in text)
    links = {a["href"] for a in table.find_parent("table").select("th a")}  # type: ignore[union-attr]
    assert below
    assert links == {f"/uniformity/offices/{one}" for one in below}
