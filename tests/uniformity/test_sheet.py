"""Promises about the sheet for the roll call: whose needs come first, what is not said twice, one page and its overleaf."""

import re
import zlib
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.briefings.services import Given, record_briefing
from app.clock import local_date, now
from app.db import Database
from app.handbooks.models import Handbook, Rule
from app.uniformity.models import Measure
from app.uniformity.queries import NATION, OFFICE, STATE
from app.uniformity.sheet import Need, Talk, need_of, neediest, sheet_pdf, source_words
from tests.cast import Cast
from tests.page import Page


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
        talks, office="JPN Tawau", day=date(2026, 11, 24), language=language, confirmed=False
    )
    assert made.startswith(b"%PDF")
    plain = made + b"".join(
        zlib.decompress(part)
        for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
        if part[:1] == b"\x78"
    )
    assert len(re.findall(rb"/Type\s*/Page\b", plain)) == 2
    assert source_words(talks, language)


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
