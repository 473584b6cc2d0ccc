"""Promises about the pages: who sees what, what a preview says, what is told and what is kept back."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select, update

from app.access.policy import Role
from app.clock import first_day, local_date, month_number, now
from app.db import Database
from app.people.models import Office, RoleGrant
from app.quizzes.models import QuestionVersion
from app.rollouts.models import Rollout, RolloutOffice
from app.rollouts.queries import counts_of
from app.rollouts.reports import Plan
from tests.cast import Cast
from tests.page import Page
from tests.rollouts.conftest import State, answers, answers_of_all

Running = Callable[..., Plan]


def said(page: Page, url: str = "/rollouts/1") -> str:
    return " ".join(page.get(url).get_text().split())


def chosen(state: State, **changes: object) -> dict[str, Any]:
    start = first_day(month_number(local_date(now())) + 1).isoformat()
    facts: dict[str, object] = {
        "kind": "briefing", "title": "Taklimat giliran", "path": state.path, "rules": [state.rule_id],
        "waves": "4", "step_months": "1", "starts_on": start,
    }  # fmt: skip
    return facts | changes


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_empty_list_says_why_one_would_begin(page: Page, cast: Cast, language: str) -> None:
    soup = page.sign_in(cast.osman, language).get("/rollouts")
    assert soup.find("a", href="/rollouts/new")
    soup = page.sign_in(cast.salmah, language).get("/rollouts")
    assert not soup.find("a", href="/rollouts/new"), "an auditor reads only"


def test_a_director_sees_the_waves_first_and_then_the_lot_is_drawn(
    page: Page, cast: Cast, database: Database, state: State
) -> None:
    page.sign_in(cast.osman).get("/rollouts/new")
    seen = page.post("/rollouts/new", chosen(state))
    assert seen.status_code == 200
    words = " ".join(seen.get_data(as_text=True).split())
    assert "14 pejabat akan dibahagikan melalui cabutan undi" in words
    assert words.count(": 3 pejabat") == 2
    assert words.count(": 4 pejabat") == 2
    assert "Kurang daripada lapan pejabat" not in words
    soup = BeautifulSoup(seen.data, "html.parser")
    first, second = soup.select("main form.form")
    assert first.select_one("button[name=confirmed]"), "what is to be confirmed stands on top"
    assert not second.select_one("button[name=confirmed]"), "Enter in a field draws no lot"
    assert state.rule_code in first.find_parent("section").get_text()  # type: ignore[union-attr]
    kept = {(one["name"], one["value"]) for one in first.select("input[type=hidden]")}
    assert {("title", "Taklimat giliran"), ("rules", str(state.rule_id)), ("waves", "4")} <= kept
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rollout)) == 0
    done = page.post("/rollouts/new", chosen(state, confirmed="1"))
    assert done.status_code == 303
    soup = page.get(done.location)
    rows = soup.select("tbody tr")
    assert len(rows) == 14
    assert "Belum ada bulan yang selesai" in soup.get_text()
    assert "Taklimat giliran" in page.get("/rollouts").get_text()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RolloutOffice)) == 14


def test_a_preview_says_that_few_offices_prove_little(
    page: Page, cast: Cast, database: Database, state: State
) -> None:
    with database.transaction() as session:
        session.execute(update(Office).where(Office.id.in_(state.offices[:7])).values(active=False))
    seen = page.sign_in(cast.osman).post("/rollouts/new", chosen(state, waves="2"))
    assert "Kurang daripada lapan pejabat" in seen.get_data(as_text=True)


def test_a_preview_foretells_what_the_answers_of_last_year_could_show(
    page: Page, cast: Cast, database: Database, state: State
) -> None:
    page.sign_in(cast.osman)
    assert "belum cukup untuk meramalkan" in page.post("/rollouts/new", chosen(state)).get_data(
        as_text=True
    )
    chance = random.Random(1)
    for office_id in state.offices:
        right = chance.randint(3, 9)
        answers(database, state, office_id, month_number(local_date(now())) - 2, right, 10 - right)
    assert "mata peratus atau lebih dijangka" in page.post("/rollouts/new", chosen(state)).get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    "changes", [{"title": ""}, {"rules": []}, {"waves": "9"}, {"starts_on": "2020-01-01"}]
)
def test_a_form_with_a_fault_comes_back(
    page: Page, cast: Cast, state: State, changes: dict[str, object]
) -> None:
    assert (
        page.sign_in(cast.osman).post("/rollouts/new", chosen(state, **changes)).status_code == 422
    )


def test_all_that_cannot_be_is_told_at_once(
    page: Page, cast: Cast, database: Database, state: State
) -> None:
    page.sign_in(cast.osman)
    assert page.post("/rollouts/new", chosen(state, confirmed="1")).status_code == 303
    with database.transaction() as session:
        session.execute(
            update(Office).where(Office.id.in_(state.offices[:10])).values(active=False)
        )
    answer = page.post("/rollouts/new", chosen(state, title="", waves="6"))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Isi nama." in text
    assert "Kurangkan bilangan peringkat" in text
    assert "sudah diperkenalkan di pejabat yang sama" in text
    assert "<title>Ralat: " in text


def test_a_director_begins_in_the_own_state_only(
    page: Page, cast: Cast, database: Database, state: State
) -> None:
    with database.reading() as session:
        sabah = session.get_one(Office, cast.offices.sabah).path
        nation = session.get_one(Office, cast.offices.hq).path
    page.sign_in(cast.osman)
    for path in (sabah, nation):
        answer = page.post("/rollouts/new", chosen(state, path=path, confirmed="1"))
        assert answer.status_code == 422
    offered = page.sign_in(cast.devi).get("/rollouts/new").select("#path option")
    assert offered[0]["value"] == nation


def test_strangers_get_404_and_officers_nothing(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    running()
    with database.transaction() as session:
        session.add(
            RoleGrant(
                officer_id=cast.liza.id, role=Role.DIRECTOR.value,
                office_id=cast.offices.sabah, granted_at=now(),
            )
        )  # fmt: skip
    page.sign_in(cast.liza).get("/rollouts/1", status=404)
    assert page.post("/rollouts/1/stop").status_code == 404
    assert "Taklimat tentang giliran" not in page.get("/rollouts").get_text()
    page.get("/rollouts/987", status=404)
    for person in (cast.nurul, cast.farid):
        page.sign_in(person).get("/rollouts/1", status=403)
    page.sign_in(cast.salmah).get("/rollouts/1")
    assert page.post("/rollouts/1/stop").status_code == 403
    with database.reading() as session:
        assert session.get_one(Rollout, 1).stopped_at is None


def test_a_director_reads_a_national_rollout_but_only_the_own_offices(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    running()
    with database.transaction() as session:
        session.get_one(Rollout, 1).path = session.get_one(Office, cast.offices.hq).path
        session.add(RolloutOffice(rollout_id=1, office_id=cast.offices.tawau, wave=1))
    words = said(page.sign_in(cast.osman))
    assert "JPN Tawau" not in words
    assert "JPN Cawangan 0" in words
    assert page.post("/rollouts/1/stop").status_code == 404
    assert "JPN Tawau" in said(page.sign_in(cast.devi))


def test_the_offices_of_this_month_are_named(
    page: Page, cast: Cast, state: State, running: Running
) -> None:
    running(ago=2, waves=4)  # the third wave begins this month: offices 2, 6 and 10
    soup = page.sign_in(cast.osman).get("/rollouts/1")
    card = next(s for s in soup.select("section.card") if "bulan ini" in s.h2.get_text())
    named = [item.get_text().split()[2] for item in card.select("li")]
    assert named == ["10", "2", "6"]


def test_a_head_of_office_learns_when_the_lot_fell_on_the_office(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    running(ago=2, waves=4)  # its third wave begins this month, the fourth the next
    page.sign_in(cast.farid)
    sheet = f"/uniformity/offices/{cast.offices.putrajaya}/briefing"
    pages = ("/rollouts", "/desk", sheet, f"/briefings?office={cast.offices.putrajaya}")
    for url in pages:
        assert "dijadualkan" not in said(page, url), "the office is not in the plan"
    assert page.get("/rollouts").select_one("nav a[aria-current]")
    with database.transaction() as session:
        session.add(RolloutOffice(rollout_id=1, office_id=cast.offices.putrajaya, wave=4))
    month = month_number(local_date(now())) + 1
    sentence = f"Pejabat anda dijadualkan memberi taklimat tentang {state.rule_code} pada "
    for url in pages:
        soup = page.get(url)
        assert sentence in " ".join(soup.get_text().split())
        link = soup.select_one(f'main a[href="{sheet}?rule={state.rule_id}"]')
        assert link, "the sheet opens with the rule chosen"
    assert str(first_day(month).year) in said(page, sheet).split(sentence)[1][:9]
    assert state.rule_code not in page.get(sheet).select_one(".sheet h2").get_text()  # type: ignore[union-attr]
    chosen = page.get(f"{sheet}?rule={state.rule_id}").select_one(".sheet h2")
    assert state.rule_code in chosen.get_text()  # type: ignore[union-attr]
    assert "Your office is due" in said(page.sign_in(cast.farid, "en"), "/rollouts")
    with database.transaction() as session:
        session.get_one(Rollout, 1).stopped_at = now()
    assert "dijadualkan" not in said(page.sign_in(cast.farid), sheet)


def test_heads_of_other_offices_learn_nothing_of_it(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    running(ago=2, waves=4)
    with database.transaction() as session:
        session.add(RolloutOffice(rollout_id=1, office_id=cast.offices.tawau, wave=4))
    assert "dijadualkan" not in said(page.sign_in(cast.farid), "/rollouts")
    page.sign_in(cast.nurul).get("/rollouts", status=403)
    assert "dijadualkan" not in said(page.sign_in(cast.osman), "/rollouts"), "no head of any office"


def test_the_plan_leads_to_each_offices_sheet_with_the_rule_chosen(
    page: Page, cast: Cast, state: State, running: Running
) -> None:
    running(ago=2, waves=4)
    links = page.sign_in(cast.osman).get("/rollouts/1").select(f'a[href$="?rule={state.rule_id}"]')
    assert len(links) == 3 + 6, "those of this month, and in the table those whose turn is to come"
    soup = page.sign_in(cast.salmah).get("/rollouts/1")
    assert not soup.select(f'a[href$="?rule={state.rule_id}"]'), "an auditor briefs nobody"


def test_a_finished_comparison_without_answers_says_so_in_one_sentence(
    page: Page, cast: Cast, state: State, running: Running
) -> None:
    running(ago=8, waves=4)
    words = said(page.sign_in(cast.osman))
    assert "Perbandingan selesai, tetapi jawapan tidak mencukupi untuk ditunjukkan." in words
    assert "Belum cukup jawapan" not in words


def test_a_clear_effect_is_told_in_a_plain_sentence_with_its_interval(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=3, waves=4)
    answers_of_all(database, state, plan, 3, gain=4)
    words = said(page.sign_in(cast.osman))
    assert "Ya, ia membantu" in words
    assert "kira-kira 40 lebih banyak yang betul" in words
    assert "Kesannya: +40 mata peratus" in words
    assert "keyakinan 95 peratus" in words, "the last month of the plan is over"
    assert "12 pejabat, 360 jawapan pertama" in words
    page.sign_in(cast.osman, "en").get("/rollouts/1")


def test_a_clear_harm_is_told_as_plainly(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=3, waves=4)
    answers_of_all(database, state, plan, 3, gain=-4)
    assert "Tidak, keadaan menjadi lebih teruk" in said(page.sign_in(cast.osman))


def test_an_early_look_must_be_surer_and_says_how_long_it_takes(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=2, waves=6)
    chance = random.Random(3)
    for office_id, wave in plan.wave_of.items():
        for month in (plan.first, plan.first + 1):
            right = min(15, chance.randint(4, 12) + (plan.begins(wave) <= month))
            answers(database, state, office_id, month, right, 15 - right)
    words = said(page.sign_in(cast.osman))
    assert "Belum dapat dipastikan" in words
    assert "keyakinan 99 peratus" in words
    assert "bulan lagi diperlukan" in words or "boleh tersasar" in words


def test_nothing_is_shown_before_four_offices_on_each_side_have_ten_answers(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=1, waves=4)
    for office_id in state.offices:
        answers(database, state, office_id, plan.first, 9, 21)
    words = said(page.sign_in(cast.osman))  # only three offices have begun
    assert "Belum cukup jawapan untuk ditunjukkan" in words
    assert "%" not in words
    assert "mata peratus" not in words


def test_months_that_are_not_finished_and_other_draws_do_not_count(
    database: Database, state: State, running: Running, page: Page, cast: Cast
) -> None:
    plan = running(ago=3, waves=6)
    answers_of_all(database, state, plan, 3, gain=3)
    before = said(page.sign_in(cast.osman))
    this = month_number(local_date(now()))
    for office_id in state.offices:
        answers(database, state, office_id, this, 1, 40)
        answers(database, state, office_id, plan.first, 1, 40, draw="adaptive")
    assert said(page) == before


def test_a_corrected_key_changes_what_was_right(
    database: Database, state: State, running: Running
) -> None:
    plan = running(ago=1)
    answers(database, state, state.offices[0], plan.first, 7, 2)
    place = (state.offices[0], plan.first)

    def counts() -> tuple[int, int]:
        with database.reading() as session:
            return counts_of(session, rollout_id=1, first=plan.first, last=plan.first)[place]

    assert counts() == (7, 9)
    with database.transaction() as session:
        old = session.get_one(QuestionVersion, state.version_id)
        facts = {c.name: getattr(old, c.name) for c in QuestionVersion.__table__.columns}
        facts |= {"id": None, "number": 50, "key_choice": "b" if state.key == "a" else "a"}
        new = QuestionVersion(**facts)
        session.add(new)
        session.flush()
        old.corrected_by_id = new.id
    assert counts() == (2, 9)


def test_the_picture_leaves_out_months_with_a_thin_side_and_has_a_table_behind_it(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=5, waves=6)  # two offices a wave: four have begun from the second month on
    answers_of_all(database, state, plan, 5, gain=3)
    soup = page.sign_in(cast.osman).get("/rollouts/1")
    table = next(t for t in soup.select("table") if "Jawapan betul" in t.caption.get_text())
    # in the fifth month only one wave waits
    assert len(table.select("tbody tr")) == 3
    assert len(soup.select("svg.plot polyline")) == 2
    assert "80%" in table.get_text()


def test_a_rollout_is_stopped_by_who_manages_it_and_keeps_what_it_saw(
    page: Page, cast: Cast, database: Database, state: State, running: Running
) -> None:
    plan = running(ago=3, waves=6)
    answers_of_all(database, state, plan, 3, gain=4)
    page.sign_in(cast.osman)
    assert page.post("/rollouts/1/stop").status_code == 303
    words = said(page)
    assert "Dihentikan" in words
    assert "Ya, ia membantu" in words
    assert "Hentikan sekarang" not in words
    page.post("/rollouts/1/stop")
    assert "telah dihentikan" in said(page)


def test_the_page_asks_the_database_equally_often_for_every_size(
    page: Page,
    cast: Cast,
    database: Database,
    state: State,
    running: Running,
    count_statements: Any,
) -> None:
    plan = running(ago=3, waves=4)
    page.sign_in(cast.osman).get("/rollouts/1")
    with count_statements() as few:
        page.get("/rollouts/1")
    answers_of_all(database, state, plan, 3, gain=4)
    with count_statements() as many:
        page.get("/rollouts/1")
    assert len(few) == len(many)
    assert len(many) <= 12
