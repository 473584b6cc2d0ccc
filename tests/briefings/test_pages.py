"""Promises about the pages of briefings: nothing typed is lost, strangers find nothing, figures only when all is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.access.policy import Actor
from app.briefings.models import Briefing, BriefingRule
from app.clock import local_date, now
from app.db import Database
from app.handbooks.queries import rules_in_force
from app.practice.models import FollowUp
from app.quizzes.models import LIVE, QuestionVersion
from tests.briefings.conftest import Recording
from tests.cast import Cast
from tests.page import Page


def form(rule_id: int, *present: Actor, days: int = 0) -> dict[str, Any]:
    day = local_date(now()) - timedelta(days=days)
    return {
        "given_on": day.isoformat(),
        "rule_1": str(rule_id),
        "officers": [str(person.id) for person in present],
    }


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_supervisor_records_a_briefing_and_finds_it(
    page: Page, cast: Cast, rule_id: int, language: str
) -> None:
    page.sign_in(cast.farid, language)
    here = f"/briefings/new?office={cast.offices.putrajaya}&rule={rule_id}"
    shown = page.get(here)
    assert shown.select_one(f"#rule_1 option[selected][value='{rule_id}']")
    sent = page.post(here, form(rule_id, cast.nurul, cast.aina))
    assert sent.status_code == 303
    told = page.get(sent.headers["Location"])
    assert cast.nurul.name in told.get_text()
    listed = page.get(f"/briefings?office={cast.offices.putrajaya}")
    assert listed.select_one(f'a[href="{sent.headers["Location"]}"]')
    page.get(f"/uniformity/offices/{cast.offices.putrajaya}")


def test_everybody_is_ticked_without_a_script_and_nothing_typed_is_lost(
    page: Page, cast: Cast, rule_id: int
) -> None:
    page.sign_in(cast.farid)
    here = f"/briefings/new?office={cast.offices.putrajaya}"
    sent = page.post(here, form(rule_id, days=2) | {"all": "1"})
    text = sent.get_data(as_text=True)
    assert sent.status_code == 200
    assert text.count(" checked") == 3
    assert f'selected value="{rule_id}"' in text or f'value="{rule_id}" selected' in text
    assert (local_date(now()) - timedelta(days=2)).isoformat() in text
    shown = page.get(here)
    everybody = shown.select_one("button[name=all]")
    assert everybody
    assert str(everybody["formaction"]).endswith("#officers"), "the list stays in sight"
    assert everybody.find_next("input", attrs={"name": "officers"}), "it stands above the list"


def test_an_empty_attendance_is_refused_in_words(page: Page, cast: Cast, rule_id: int) -> None:
    page.sign_in(cast.farid)
    sent = page.post(f"/briefings/new?office={cast.offices.putrajaya}", form(rule_id))
    assert sent.status_code == 422
    assert "Tandakan siapa yang hadir" in sent.get_data(as_text=True)


def test_all_that_is_wrong_is_told_at_once(page: Page, cast: Cast) -> None:
    page.sign_in(cast.farid)
    here = f"/briefings/new?office={cast.offices.putrajaya}"
    text = page.post(here, form(0, days=-1) | {"rule_1": ""}).get_data(as_text=True)
    for sentence in (
        "Tulis tarikh taklimat: hari ini",
        "Pilih sekurang-kurangnya satu peraturan.",
        "Tandakan siapa yang hadir.",
    ):
        assert text.count(sentence) == 2, "in the summary and at its field"
    assert "<title>Ralat: " in text
    assert "<title>Ralat: " not in page.client.get(here).get_data(as_text=True)


@pytest.mark.parametrize("who", ["liza", "tan", "nurul"])
def test_strangers_find_no_briefing(
    page: Page, cast: Cast, recording: Recording, rule_id: int, who: str
) -> None:
    made = recording(cast.nurul, days=1)
    page.sign_in(getattr(cast, who))
    refused = {403, 404}
    for url in (
        f"/briefings/{made}",
        f"/briefings?office={cast.offices.putrajaya}",
        f"/briefings/new?office={cast.offices.putrajaya}",
        "/briefings/999999",
    ):
        assert page.client.get(url).status_code in refused
    assert page.post(f"/briefings/{made}/withdrawal").status_code in refused
    sent = page.post(
        f"/briefings/new?office={cast.offices.putrajaya}", form(rule_id, cast.nurul, days=2)
    )
    assert sent.status_code in refused


def test_an_auditor_reads_but_records_nothing(page: Page, cast: Cast, recording: Recording) -> None:
    made = recording(cast.nurul, days=1)
    page.sign_in(cast.salmah)
    shown = page.get(f"/briefings/{made}")
    assert not shown.select_one('form[action$="withdrawal"]')
    assert page.client.get(f"/briefings/new?office={cast.offices.putrajaya}").status_code == 403


def test_a_record_made_by_mistake_is_taken_back(
    page: Page, cast: Cast, recording: Recording
) -> None:
    made = recording(cast.nurul, days=1)
    page.sign_in(cast.farid)
    assert page.get(f"/briefings/{made}").select_one('form[action$="withdrawal"]')
    assert page.post(f"/briefings/{made}/withdrawal").status_code == 303
    page.get(f"/briefings/{made}", status=404)


def rule_title(database: Database, rule_id: int) -> str:
    with database.reading() as session:
        rules = rules_in_force(session, on=local_date(now()), language="ms")
    return rules[rule_id].title


def test_an_officer_answers_from_the_home_page_and_learns_why(
    page: Page, cast: Cast, database: Database, recording: Recording, rule_id: int
) -> None:
    recording(cast.nurul)
    page.sign_in(cast.nurul)
    assert page.get("/").select_one('a[href="/follow-ups"]')
    waiting = page.get("/follow-ups").get_text()
    assert "1 soalan menunggu, kira-kira satu minit" in waiting
    begun = page.post("/follow-ups")
    asked = begun.headers["Location"]
    question = page.get(asked)
    assert question.select_one("form.form")
    title = rule_title(database, rule_id)
    assert title in waiting
    assert title in question.get_text()
    assert "Soalan 1 daripada 1" in question.get_text()
    assert page.post(asked).status_code == 422, "an empty answer is asked for again"
    assert page.post(asked, {"choice": "u"}).status_code == 303
    explained = page.get(asked)
    assert "rujuk" in explained.select_one("h2").get_text()  # type: ignore[union-attr]
    assert explained.select_one('.actions a[href="/follow-ups"]'), "nothing is left to ask"
    thanks = page.get("/follow-ups").get_text()
    assert "Selesai, terima kasih." in thanks
    assert "ditunjukkan kepada pejabat selepas" in thanks
    assert page.post("/follow-ups").headers["Location"] == "/follow-ups"
    assert not page.get("/").select_one('a[href="/follow-ups"]')
    page.sign_in(cast.aina).get(asked, status=404)


Crew = list[Actor]


@pytest.fixture
def followed(
    database: Database, recording: Recording, crew: Crew, rule_id: int
) -> Callable[[int], int]:
    """Return an act that ends a briefing of twelve with so many right after it; four were right before."""

    def end(right: int, answered: int = 12) -> int:
        made = recording(*crew, days=16)
        with database.transaction() as session:
            session.execute(update(BriefingRule).values(right_before=4, answered_before=12))
            version = session.scalars(
                select(QuestionVersion.id).where(QuestionVersion.rule_id == rule_id, LIVE)
            ).first()
            for n, person in enumerate(crew[:answered]):
                session.add(
                    FollowUp(
                        briefing_id=made, officer_id=person.id, rule_id=rule_id,
                        question_version_id=version, option_order="ab", asked_at=now(),
                        choice="a", correct=n < right, answered_at=now() - timedelta(days=5),
                    )
                )  # fmt: skip
        return made

    return end


def test_before_and_after_are_told_in_ranges_once_all_is_over(
    page: Page, cast: Cast, followed: Callable[[int], int]
) -> None:
    made = followed(11)
    page.sign_in(cast.farid)
    for url in (f"/briefings/{made}", f"/uniformity/offices/{cast.offices.putrajaya}"):
        text = page.get(url).get_text()
        assert "Lebih ramai betul selepas taklimat" in text
        assert "Betul sebelum: 20 hingga 60 daripada 100" in text
        assert "Betul selepas: 70 atau lebih daripada 100" in text
    shown = page.get(f"/briefings/{made}")
    before, after = shown.select("svg.plot rect")
    assert float(str(before["x"])) < float(str(after["x"]))
    assert float(str(after["x"])) + float(str(after["width"])) == 319, "90 or more reaches the end"
    assert "Menjawab sebelum: 10–14 orang. Menjawab selepas: 10–14 orang." in shown.get_text()


def test_before_the_last_day_nothing_is_told(
    database: Database, page: Page, cast: Cast, followed: Callable[[int], int]
) -> None:
    made = followed(11)
    with database.transaction() as session:
        session.execute(update(Briefing).values(follow_up_to=local_date(now())))
    page.sign_in(cast.osman)
    text = page.get(f"/briefings/{made}").get_text()
    assert "Betul sebelum" not in text
    assert "ditunjukkan selepas" in text, "the last day itself shows nothing yet"


def test_of_nine_answers_the_supervisor_sees_no_figure_and_the_director_does(
    page: Page, cast: Cast, followed: Callable[..., int]
) -> None:
    made = followed(8, 9)
    text = page.sign_in(cast.farid).get(f"/briefings/{made}").get_text()
    assert "Terlalu sedikit jawapan" in text
    assert "daripada 100" not in text
    assert "Betul selepas" in page.sign_in(cast.osman).get(f"/briefings/{made}").get_text()
