"""The pages of a quiz, as an officer without a script walks them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.access.policy import Actor
from app.db import Database
from app.people.models import Officer, Posting
from app.quizzes.models import Attempt, AttemptQuestion
from tests.cast import PASSWORD, Cast
from tests.page import Page
from tests.quizzes.conftest import Taking

JSON = {"Accept": "application/json"}


@pytest.fixture
def mine(database: Database, cast: Cast, present: datetime) -> Taking:
    """Return Nurul's attempt, begun just now."""
    way = Taking(database, cast.nurul, present)
    way.start()
    return way


def question(way: Taking, position: int = 1) -> str:
    return f"/attempts/{way.id}/questions/{position}"


def token_on(page: Page, way: Taking) -> str:
    """Return the token that the question's own form carries."""
    form = page.get(question(way)).select_one("form[data-answers]")
    assert form is not None
    return str(form.select_one("[name=csrf_token]")["value"])  # type: ignore[index]


def send(page: Page, way: Taking, **facts: Any) -> TestResponse:
    """Send a choice as the question's script does."""
    data = {"csrf_token": token_on(page, way), "position": 1, "choice": "a", **facts}
    return page.client.post(f"/attempts/{way.id}/answers", data=data, headers=JSON)


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def choice_at(way: Taking, position: int) -> str:
    return way.slots()[position - 1].choice


def test_the_whole_way_without_a_script(page: Page, cast: Cast, database: Database) -> None:
    page.sign_in(cast.nurul)
    cover = page.get("/quizzes/uji")
    assert "Mula kuiz" in words(cover)
    begun = page.post("/quizzes/uji/attempts")
    assert begun.status_code == 303
    way = Taking(database, cast.nurul, datetime.now().astimezone())
    way.start()
    address = begun.location
    for slot in way.slots():
        soup = page.get(address)
        assert slot.text("case", "ms") in words(soup)
        answer = page.post(
            f"/attempts/{way.id}/answers",
            {
                "position": slot.position,
                "kind": slot.kind,
                "choice": list(slot.key),
                "go": "next",
            },
        )
        assert answer.status_code == 303
        address = answer.location
    assert address.endswith("/check")
    assert "Semua soalan telah dijawab" in words(page.get(address))
    done = page.post(f"/attempts/{way.id}/submission")
    assert (done.status_code, done.location) == (303, f"/attempts/{way.id}/result")
    assert "5 daripada 5" in words(page.get(done.location))


def test_a_script_hears_when_the_choice_was_saved(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    answer = send(page, mine, choice="b")
    assert answer.status_code == 200
    assert set(answer.json) == {"saved_at", "kept"}
    assert choice_at(mine, 1) == "b"
    assert send(page, mine, choice="b").status_code == 200
    assert "Tersimpan" in words(page.get(question(mine)))


def test_the_time_is_said_in_the_language_of_the_page(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    malay = send(page, mine).json["saved_at"]
    english = send(page, mine, language="en").json["saved_at"]
    assert malay.split()[0] == english.split()[0]
    assert english.split()[-1] not in {"pagi", "petang", "malam", "hari"}


def test_without_its_token_a_choice_is_refused(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    good = token_on(page, mine)
    for wrong in ("", "x" * 64, good[:-1] + ("0" if good[-1] != "0" else "1"), "é"):
        assert send(page, mine, csrf_token=wrong).status_code == 400
    bare = page.client.post(f"/attempts/{mine.id}/answers", data={"position": 1, "choice": "a"})
    assert bare.status_code == 400
    assert choice_at(mine, 1) == ""


def test_the_token_of_another_session_is_refused(
    app: Flask, page: Page, cast: Cast, mine: Taking
) -> None:
    other = Page(app).sign_in(cast.nurul)
    page.sign_in(cast.nurul)
    assert send(page, mine, csrf_token=token_on(other, mine)).status_code == 400


def test_other_acts_need_their_token_too(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    for url in ("/quizzes/uji/attempts", f"/attempts/{mine.id}/submission"):
        assert page.client.post(url).status_code == 400


def test_somebody_elses_attempt_does_not_exist(page: Page, cast: Cast, mine: Taking) -> None:
    for stranger in (cast.tan, cast.farid, cast.hamid, cast.salmah):
        page.sign_in(stranger)
        for path in ("questions/1", "check", "result"):
            page.get(f"/attempts/{mine.id}/{path}", 404)
        assert page.post(f"/attempts/{mine.id}/submission").status_code == 404
        for headers in ({}, JSON):
            answer = page.post(
                f"/attempts/{mine.id}/answers", {"position": 1, "choice": "a"}, headers=headers
            )
            assert answer.status_code == 404
    assert choice_at(mine, 1) == ""


@pytest.mark.parametrize("number", [0, 999999, 2**31, 2**63, 10**30])
def test_an_attempt_that_does_not_exist_is_not_found(page: Page, cast: Cast, number: int) -> None:
    page.sign_in(cast.nurul)
    page.get(f"/attempts/{number}/questions/1", 404)
    answer = page.post(f"/attempts/{number}/answers", {"position": 1, "choice": "a"})
    assert answer.status_code == 404


@pytest.mark.parametrize("place", ["", "0", "99", "-1", "x", "²", "9" * 30])
def test_a_question_that_does_not_exist_is_not_found(
    page: Page, cast: Cast, mine: Taking, place: str
) -> None:
    page.sign_in(cast.nurul)
    assert send(page, mine, position=place).status_code == 404
    if place.isascii() and place.isdigit():
        page.get(f"/attempts/{mine.id}/questions/{place}", 404)


@pytest.mark.parametrize("choice", ["x", ["a", "b"], "ab", "", "u\x00", "ua"])
def test_a_choice_that_does_not_fit_is_refused(
    page: Page, cast: Cast, mine: Taking, choice: str
) -> None:
    page.sign_in(cast.nurul)
    single = next(slot.position for slot in mine.slots() if not slot.multiple)
    assert send(page, mine, position=single, choice=choice).status_code == 422
    assert choice_at(mine, single) == ""


def test_going_on_without_a_choice_is_allowed_and_said_before_submitting(
    page: Page, cast: Cast, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    single = next(slot.position for slot in mine.slots() if not slot.multiple)
    answer = page.post(f"/attempts/{mine.id}/answers", {"position": single, "go": "check"})
    assert answer.location.endswith("/check")
    assert "5 soalan belum dijawab" in words(page.get(answer.location))


def test_the_buttons_lead_back_and_forth(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    for go, place in (("next", 3), ("previous", 1)):
        answer = page.post(f"/attempts/{mine.id}/answers", {"position": 2, "choice": "u", "go": go})
        assert answer.location == question(mine, place)


def test_an_ended_session_asks_to_sign_in_and_comes_back_to_the_same_question(
    page: Page, cast: Cast, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    assert send(page, mine, position=2, choice="u").status_code == 200
    with page.client.session_transaction() as session:
        session.clear()
    told = page.client.post(f"/attempts/{mine.id}/answers", data={"position": 3}, headers=JSON)
    assert told.status_code == 401
    away = page.client.post(
        f"/attempts/{mine.id}/answers", data={"position": 3, "choice": "c", "go": "next"}
    )
    assert away.status_code == 303
    sign_in = page.get(away.location)
    form = {field["name"]: field.get("value", "") for field in sign_in.select("main input[name]")}
    back = page.post(
        "/sign-in",
        {"identifier": cast.nurul.staff_number, "password": PASSWORD, "next": form["next"]},
    )
    assert back.status_code == 303
    assert back.location.startswith(question(mine, 3))
    soup = page.get(back.location)
    checked = soup.select("[name=choice][checked]")
    assert [box["value"] for box in checked] == ["c"], "what was chosen is still chosen"
    assert "belum disimpan" in words(soup)
    assert choice_at(mine, 2) == "u"


def test_somebody_signed_out_everywhere_saves_nothing(
    page: Page, cast: Cast, database: Database, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    token = token_on(page, mine)
    with database.transaction() as session:
        session.execute(
            update(Officer).where(Officer.id == cast.nurul.id).values(session_version=2)
        )
    assert send_with(page, mine, token).status_code == 401
    assert choice_at(mine, 1) == ""


def send_with(page: Page, way: Taking, token: str) -> TestResponse:
    data = {"csrf_token": token, "position": 1, "choice": "a"}
    return page.client.post(f"/attempts/{way.id}/answers", data=data, headers=JSON)


def test_a_session_beyond_its_longest_life_saves_nothing(
    page: Page, cast: Cast, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    token = token_on(page, mine)
    with page.client.session_transaction() as session:
        session["opened"] = int((mine.at - timedelta(hours=13)).timestamp())
    assert send_with(page, mine, token).status_code == 401


def test_after_the_deadline_a_save_is_refused_in_words_and_the_rest_is_submitted(
    page: Page, cast: Cast, database: Database, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    token = token_on(page, mine)
    assert send_with(page, mine, token).status_code == 200
    run_out(database, mine)
    refused = page.client.post(
        f"/attempts/{mine.id}/answers",
        data={"csrf_token": token, "position": 2, "choice": "b"},
        headers=JSON,
    )
    assert refused.status_code == 409
    assert "tamat" in refused.json["what_to_do"]
    assert mine.row().submitted_by == "deadline"
    assert [slot.choice for slot in mine.slots()[:2]] == ["a", ""]
    soup = page.get(f"/attempts/{mine.id}/result")
    assert "Masa telah tamat" in words(soup)


def run_out(database: Database, way: Taking) -> None:
    with database.transaction() as session:
        session.execute(
            update(Attempt)
            .where(Attempt.id == way.id)
            .values(deadline_at=way.at - timedelta(minutes=1))
        )


@pytest.mark.parametrize("path", ["questions/1", "check", "result"])
def test_any_visit_after_the_deadline_submits_what_is_saved(
    page: Page, cast: Cast, database: Database, mine: Taking, path: str
) -> None:
    page.sign_in(cast.nurul)
    run_out(database, mine)
    answer = page.client.get(f"/attempts/{mine.id}/{path}")
    assert (answer.status_code, answer.location) == (303, f"/attempts/{mine.id}/result")
    assert mine.row().submitted_by == "deadline"


def test_an_attempt_goes_on_where_it_stopped_on_another_device(
    app: Flask, page: Page, cast: Cast, mine: Taking
) -> None:
    page.sign_in(cast.nurul)
    assert send(page, mine, choice="u").status_code == 200
    phone = Page(app).sign_in(cast.nurul, "en")
    assert "1" in words(phone.get("/quizzes/uji"))
    again = phone.post("/quizzes/uji/attempts")
    assert again.location == question(mine, 2)
    soup = phone.get(question(mine, 1))
    assert [box["value"] for box in soup.select("[checked]")] == ["u"]


def test_submitting_twice_leads_to_the_same_result(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    for _turn in range(2):
        answer = page.post(f"/attempts/{mine.id}/submission")
        assert (answer.status_code, answer.location) == (303, f"/attempts/{mine.id}/result")


def test_after_submitting_nothing_can_be_changed(page: Page, cast: Cast, mine: Taking) -> None:
    page.sign_in(cast.nurul)
    token = token_on(page, mine)
    mine.submit()
    assert send_with(page, mine, token).status_code == 409
    assert page.client.get(question(mine)).location == f"/attempts/{mine.id}/result"


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_result_explains_every_option_and_quotes_the_rule(
    page: Page, cast: Cast, mine: Taking, language: str
) -> None:
    mine.answer(wrong=(1,))
    mine.submit()
    soup = page.sign_in(cast.nurul, language).get(f"/attempts/{mine.id}/result")
    said = words(soup)
    for slot in mine.slots():
        for option in slot.options():
            assert option["reason"][language] in said
    missed = mine.slots()[0].rule_code
    assert soup.select(f'a[href="/handbooks/uji#{missed}"]')
    assert ("Baca semula" if language == "ms" else "Read these rules again") in said
    assert ("Anda memilih untuk merujuk" in said) == (language == "ms")
    assert "Menyangka" not in said, "the misreading is for supervisors, not for the taker"


def test_the_cover_says_what_is_left_and_how_long_to_wait(
    page: Page, cast: Cast, mine: Taking
) -> None:
    mine.submit()
    said = words(page.sign_in(cast.nurul).get("/quizzes/uji"))
    assert "Percubaan seterusnya dibuka" in said
    assert "0 daripada 5" in said
    assert page.post("/quizzes/uji/attempts").status_code == 409


def test_an_unknown_quiz_is_not_found(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul).get("/quizzes/tiada", 404)


def test_the_bank_shows_pins_to_authors_and_auditors_only_and_no_figure_of_a_single_officer(
    page: Page, cast: Cast, mine: Taking
) -> None:
    mine.answer()
    mine.submit()
    for person in (cast.devi, cast.chong, cast.salmah):
        said = words(page.sign_in(person).get("/questions"))
        assert "UJ-1.2-a" in said
        assert "Belum cukup jawapan" in said
        assert "peratus betul" not in said
        assert cast.nurul.name not in said
    for person in (cast.nurul, cast.farid, cast.hamid):
        page.sign_in(person).get("/questions", 403)


def pages(way: Taking) -> list[str]:
    return ["/quizzes/uji", question(way), f"/attempts/{way.id}/check"]


def test_pages_ask_the_database_equally_often_for_long_quizzes(
    page: Page, cast: Cast, mine: Taking, database: Database, count_statements: Any
) -> None:
    page.sign_in(cast.nurul)

    def statements() -> list[int]:
        found = []
        for url in pages(mine):
            with count_statements() as seen:
                page.get(url)
            found.append(len(seen))
        return found

    few = statements()
    with database.transaction() as session:
        other = session.scalar(
            select(AttemptQuestion.question_version_id).where(AttemptQuestion.position == 5)
        )
        session.execute(AttemptQuestion.__table__.delete().where(AttemptQuestion.position > 1))  # type: ignore[attr-defined]
    assert other
    assert statements() == few


def test_an_actor_without_an_office_may_not_begin(
    page: Page, cast: Cast, database: Database
) -> None:
    nowhere: Actor = cast.nurul
    with database.transaction() as session:
        session.execute(
            Posting.__table__.delete().where(Posting.officer_id == nowhere.id)  # type: ignore[attr-defined]
        )
    page.sign_in(nowhere).get("/quizzes/uji", 403)
