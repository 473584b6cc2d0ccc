"""Promises about the sheet for the roll call: whose needs come first, what is not said twice, one page and its overleaf."""

import re
import zlib
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.briefings.services import Given, record_briefing
from app.clock import local_date, now
from app.db import Database
from app.handbooks.models import Handbook, Rule
from app.people.models import Office
from app.quizzes.models import LIVE, QuestionVersion
from app.uniformity.models import Measure
from app.uniformity.queries import NATION, OFFICE, STATE
from app.uniformity.sheet import (
    Need,
    Talk,
    boxes_for,
    need_of,
    neediest,
    reading_sentence,
    sheet_pdf,
    stem_of,
)
from tests.cast import Cast
from tests.page import Page
from tests.uniformity.conftest import World


def need(rule_id: int, verdict: str, scope: str = OFFICE, **content: Any) -> Need:
    return need_of(scope, rule_id, {"verdict": verdict, **content}, "must")


def ids(needs: list[Need]) -> list[int]:
    return [one.rule_id for one in needs]


def test_an_offices_own_needs_come_before_those_of_its_state_and_the_country() -> None:
    own = [need(1, "right"), need(2, "mixed", below=0.9)]
    state = [need(3, "wrong", STATE, s=10), need(2, "wrong", STATE, s=10)]
    nation = [need(4, "split", NATION, s=30), need(5, "right", NATION, s=95)]
    assert ids(neediest([own, state, nation])) == [2, 3, 4]
    assert neediest([own, state, nation])[0].scope == OFFICE


def test_what_is_understood_fills_up_only_where_nothing_needs_talking_about() -> None:
    assert ids(neediest([[need(1, "right"), need(2, "wrong", below=0.8)], [], []])) == [2, 1]
    assert neediest([[], [], []]) == []


def test_a_rule_discussed_lately_is_not_proposed_again() -> None:
    own = [need(n, "mixed", below=0.9 - n / 100) for n in range(1, 6)]
    assert ids(neediest([own])) == [1, 2, 3]
    assert ids(neediest([own], lately={1, 3})) == [2, 4, 5]
    assert neediest([own], lately={1, 2, 3, 4, 5}) == []


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_sheet_is_one_page_with_its_answers_overleaf(language: str) -> None:
    said = {"ms": "kata", "en": "words"}
    option = {"text": said, "reason": said, "correct": True}
    case = {"case": said, "ask": said, "options": [option, option | {"correct": False}]}
    talks = [
        Talk(need(n, "mixed", readings=[]), f"PK-{n}", "Giliran", "Teks **peraturan**.\n\n- satu\n- dua",
             case, 1, "a")
        for n in range(3)
    ]  # fmt: skip
    made = sheet_pdf(
        talks,
        office="JPN Tawau",
        day=date(2026, 11, 24),
        language=language,
        confirmed=False,
        names=["Nurul Izzah binti Ahmad Kamal"] * 4,
    )
    assert made.startswith(b"%PDF")
    plain = made + b"".join(
        zlib.decompress(part)
        for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
        if part[:1] == b"\x78"
    )
    assert len(re.findall(rb"/Type\s*/Page\b", plain)) == 2


def told(verdict: str, language: str = "ms", **content: Any) -> list[str]:
    return Talk(need(1, verdict, **content), "PK-1", "Giliran", "", None, None, "").told(language)


def reading(share: int) -> dict[str, Any]:
    return {
        "ms": "Menyangka giliran boleh dijual",
        "en": "Thinks turns can be sold",
        "share": share,
    }


@pytest.mark.parametrize(
    ("verdict", "content", "expected"),
    [
        ("unknown", {}, "Belum cukup jawapan tentang peraturan ini."),
        ("unknown", {"readings": [], "interval": [30, 80]}, "Belum cukup jawapan"),
        ("unknown", {"readings": [], "interval": [55, 90]}, "Kebanyakan pegawai menjawab betul."),
        ("unknown", {"readings": [], "range": [60, 90]}, "Kebanyakan pegawai menjawab betul."),
        ("right", {"readings": []}, "Kebanyakan pegawai menjawab betul."),
        ("mixed", {"readings": []}, "Jawapan berselerak"),
        ("wrong", {"readings": []}, "Ramai pegawai memberikan jawapan salah yang sama."),
        ("split", {"readings": []}, "Pejabat menjawab dengan cara yang berlainan."),
        ("below", {"readings": []}, "Belum cukup ramai pegawai menjawab betul."),
    ],
)
def test_a_rule_without_readings_says_only_what_is_known(
    verdict: str, content: dict[str, Any], expected: str
) -> None:
    (sentence,) = told(verdict, **content)
    assert sentence.startswith(expected)
    assert ("berselerak" in sentence) == (verdict == "mixed")
    assert told(verdict, "en", **content)


def test_a_reading_that_few_hold_is_not_told() -> None:
    assert told("mixed", readings=[reading(9)]) == told("mixed", readings=[])
    assert told("mixed", readings=[reading(10)]) == [
        "Sebahagian pegawai menyangka giliran boleh dijual."
    ]
    assert told("mixed", "en", readings=[reading(34)]) == ["Many officers think turns can be sold."]
    assert told("right", readings=[reading(12)])[0] == "Kebanyakan pegawai menjawab betul."


def test_a_reading_that_begins_with_no_known_verb_stands_after_a_colon() -> None:
    said = reading_sentence("Some officers", "Fees differ by state.", "en")
    assert said == "Some officers: Fees differ by state."
    assert reading_sentence("Ramai pegawai", "KP12 percuma", "ms") == "Ramai pegawai: KP12 percuma."


def test_a_rule_says_from_whose_answers_it_is_told() -> None:
    def source(scope: str, **content: Any) -> str:
        return Talk(need(1, "unknown", scope, **content), "", "", "", None, None, "").source

    assert source(STATE, readings=[]) == STATE
    assert source(NATION, readings=[]) == NATION
    assert source(OFFICE) == "", "nothing is known of it at all"


def test_boxes_bear_names_where_the_office_fits_on_the_sheet() -> None:
    assert boxes_for(["Aina", "Nurul"]) == ["Aina", "Nurul", "", "", ""]
    assert boxes_for([]) == [""] * 20
    assert boxes_for(["Aina"] * 61) == [""] * 20


def test_a_case_is_known_again_by_its_beginning() -> None:
    assert stem_of("Pendek.") == "Pendek."
    assert stem_of("kata " * 40).endswith("kata …")
    assert len(stem_of("kata " * 40)) < 120


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_page_names_the_office_and_gives_each_rule_its_source_and_a_case(
    page: Page, cast: Cast, database: Database, language: str
) -> None:
    with database.transaction() as session:
        asked = select(QuestionVersion.rule_id).where(LIVE)
        rules = session.scalars(select(Rule).where(Rule.id.in_(asked)).order_by(Rule.id)).all()[:3]
        # a rule about which the bank asks only for several right answers has a case to discuss as well
        session.execute(
            update(QuestionVersion)
            .where(QuestionVersion.rule_id == rules[0].id)
            .values(kind="multiple")
        )
        for rule in rules:
            session.add(
                Measure(
                    scope="nation", scope_id=0, subject="rule", subject_id=rule.id,
                    handbook_id=rule.handbook_id, seen_from=10, measured_at=now(),
                    content='{"verdict": "mixed", "s": 40, "readings": []}',
                )
            )  # fmt: skip
    page.sign_in(cast.farid, language)
    sheet = page.get(f"/uniformity/offices/{cast.offices.putrajaya}/briefing").select_one(".sheet")
    assert sheet
    text = " ".join(sheet.get_text().split())
    source = {"ms": "(jawapan seluruh negara)", "en": "(answers of the whole country)"}[language]
    assert text.count(source) == len(rules) == 3
    assert text.count({"ms": "Bincangkan:", "en": "Discuss:"}[language]) == 3
    assert cast.nurul.name in sheet.select_one(".sign-boxes").get_text()  # type: ignore[union-attr]


def test_a_sheet_does_not_repeat_last_weeks_rules(
    page: Page, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        book = session.scalars(select(Handbook).order_by(Handbook.position)).first()
        assert book
        rules = session.scalars(
            select(Rule).where(Rule.handbook_id == book.id).order_by(Rule.id)
        ).all()
        for rule in rules:
            session.add(
                Measure(
                    scope="nation", scope_id=0, subject="rule", subject_id=rule.id,
                    handbook_id=book.id, seen_from=10, measured_at=now(),
                    content='{"verdict": "mixed", "s": 40, "readings": []}',
                )
            )  # fmt: skip
    url = f"/uniformity/offices/{cast.offices.putrajaya}/briefing"
    page.sign_in(cast.farid)

    def proposed() -> list[str]:
        text = page.get(url).select_one("h2").get_text()  # type: ignore[union-attr]
        return text.split(": ")[1].split(", ")

    before = proposed()
    first = [rule.id for rule in rules if rule.code in before]
    with database.transaction() as session:
        yesterday = now() - timedelta(days=1)
        given = Given(cast.offices.putrajaya, local_date(yesterday), first, {}, [cast.nurul.id])
        record_briefing(session, cast.farid, given, at=yesterday)
    assert not set(before) & set(proposed())


@pytest.mark.parametrize("file", ["briefing", "briefing.pdf"])
@pytest.mark.parametrize("rule", ["9" * 4301, "²", "-1", "1e3", ""])
def test_a_number_of_no_rule_in_the_address_chooses_nothing(
    page: Page, world: World, rule: str, file: str
) -> None:
    office = world.cast.offices.putrajaya
    page.sign_in(world.cast.farid)
    assert page.client.get(f"/uniformity/offices/{office}/{file}?rule={rule}").status_code == 200


def test_an_office_whose_code_has_other_signs_gets_its_file(page: Page, world: World) -> None:
    office = world.cast.offices.putrajaya
    with world.database.transaction() as session:
        session.get_one(Office, office).code = "PJ–01"
    page.sign_in(world.cast.farid)
    response = page.client.get(f"/uniformity/offices/{office}/briefing.pdf")
    assert response.status_code == 200
    response.headers["Content-Disposition"].encode("latin-1")
