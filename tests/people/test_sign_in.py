"""Promises of signing in and out."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.audit.models import AuditEvent
from app.db import Database
from app.people.logic import Failures, after_failure, minutes_to_wait
from tests.cast import PASSWORD, Cast
from tests.page import Page

WRONG = "Nombor kakitangan, e-mel atau kata laluan tidak tepat."


def acts(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))


def try_in(page: Page, identifier: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    data = {"identifier": identifier, "password": password, **more}
    return page.post("/sign-in", data)


@pytest.mark.parametrize(
    "identifier", ["K1001", "k1001", " nurul@jpn.example ", "NURUL@JPN.EXAMPLE"]
)
def test_an_officer_signs_in_by_staff_number_or_mail(
    page: Page, database: Database, identifier: str
) -> None:
    answer = try_in(page, identifier, PASSWORD)
    assert answer.status_code == 303
    assert page.client.get("/account").status_code == 200
    assert acts(database)[-1] == "session.opened"


@pytest.mark.parametrize(("identifier", "password"), [("K1001", "salah"), ("K9999", PASSWORD)])
def test_a_wrong_password_and_an_unknown_person_get_the_same_words(
    page: Page, identifier: str, password: str
) -> None:
    answer = try_in(page, identifier, password)
    assert answer.status_code == 422
    assert WRONG in answer.get_data(as_text=True)
    assert identifier in answer.get_data(as_text=True), "what was typed must stay"


def test_after_signing_in_the_officer_lands_where_they_were_going(page: Page) -> None:
    page.client.get("/account")
    assert try_in(page, "K1001", PASSWORD, next="/account?x=1").location == "/account?x=1"


@pytest.mark.parametrize(
    "target", ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(page: Page, target: str) -> None:
    assert try_in(page, "K1001", PASSWORD, next=target).location == "/"


def test_too_many_failures_make_the_account_wait_even_with_the_right_password(page: Page) -> None:
    for _ in range(5):
        try_in(page, "K1001", "salah")
    answer = try_in(page, "K1001", PASSWORD)
    assert answer.status_code == 429
    assert "Tunggu 1 minit" in answer.get_data(as_text=True)


def test_the_delay_grows_and_is_forgotten_after_a_day(at) -> None:  # type: ignore[no-untyped-def]
    failures, waits = Failures("account:K1"), []
    for _ in range(12):
        failures = after_failure(failures, at)
        waits.append(minutes_to_wait([failures], at))
    assert waits == [0, 0, 0, 0, 1, 1, 2, 4, 8, 16, 32, 60]
    assert after_failure(failures, at + timedelta(hours=25)).count == 1


def test_signing_out_everywhere_ends_every_session(page: Page, cast: Cast, app) -> None:  # type: ignore[no-untyped-def]
    other = Page(app).sign_in(cast.nurul)
    page.sign_in(cast.nurul)
    assert page.post("/sign-out-everywhere").status_code == 303
    assert other.client.get("/account").status_code == 303


def test_a_changed_password_works_and_the_old_one_does_not(page: Page, cast: Cast) -> None:
    page.sign_in(cast.nurul)
    new = "hujan renyai di Tawau"
    answer = page.post("/account/password", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 303
    assert page.client.get("/account").status_code == 200, "this session goes on"
    page.post("/sign-out")
    assert try_in(page, "K1001", PASSWORD).status_code == 422
    assert try_in(page, "K1001", new).status_code == 303


@pytest.mark.parametrize("new", ["pendek", "katalaluan", "nurul izzah", "aaaaaaaaaaaa"])
def test_a_password_that_is_easily_guessed_is_refused(page: Page, cast: Cast, new: str) -> None:
    page.sign_in(cast.nurul)
    answer = page.post("/account/password", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 422


def reset_link(database: Database) -> str:
    with database.reading() as session:
        body = session.scalar(text("SELECT body FROM outgoing_mails ORDER BY id DESC"))
    return "/reset-password/" + str(body).split("/reset-password/")[1].split()[0]


def test_a_mailed_link_sets_a_new_password_once(page: Page, database: Database) -> None:
    assert page.post("/forgotten-password", {"identifier": "K1001"}).status_code == 200
    link, new = reset_link(database), "bukit bendera kabus"
    page.get(link)
    assert page.post(link, {"password": new, "again": new}).status_code == 303
    assert page.client.get(link).status_code == 410
    assert try_in(page, "K1001", new).status_code == 303


def test_asking_for_a_link_tells_a_stranger_nothing(page: Page, database: Database) -> None:
    answers = [
        BeautifulSoup(page.post("/forgotten-password", {"identifier": who}).data, "html.parser")
        for who in ("K1001", "K9999")
    ]
    for answer in answers:  # the tokens of the page's other forms carry the second
        for field in answer.find_all("input", attrs={"name": "csrf_token"}):
            field.decompose()
    assert str(answers[0]) == str(answers[1])
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails")) == 1


def test_a_form_without_its_token_is_refused_with_a_page(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"identifier": "K1001", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Borang ini telah luput" in answer.get_data(as_text=True)


def test_the_language_is_kept_and_the_place_too(page: Page, cast: Cast, database: Database) -> None:
    page.sign_in(cast.nurul)
    answer = page.post("/language", {"language": "en", "next": "/account?x=1#PK-1.1"})
    assert answer.location == "/account?x=1#PK-1.1"
    assert page.get("/account").html["lang"] == "en"  # type: ignore[index]
    with database.reading() as session:
        assert (
            session.scalar(text("SELECT language FROM officers WHERE staff_number = 'K1001'"))
            == "en"
        )
