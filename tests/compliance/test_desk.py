"""Promises of the desk: own people, all of them, nobody else's; screen, export and mail agree to the person."""

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text

from app.audit.models import AuditEvent
from app.clock import local_date, now
from app.compliance.models import Assignment
from app.db import Database
from app.handbooks.queries import shelf
from app.mail import OutgoingMail
from app.quizzes.queries import quiz_rows
from tests.cast import PASSWORD, Cast
from tests.page import Page

FILTERS = ["", "status=waiting", "status=overdue", "q=aina", "q=K1003&status=due", "assignment=1"]


@pytest.fixture
def asked(database: Database, cast: Cast) -> None:
    """Ask everybody for the small handbook (overdue since yesterday) and its quiz (due in ten days)."""
    today = local_date(now())
    with database.transaction() as session:
        common = {"office_id": cast.offices.hq, "starts_on": today - timedelta(days=30)}
        version, quiz = shelf(session, on=today)[0], quiz_rows(session)[0]
        session.add(
            Assignment(
                kind="acknowledge",
                handbook_id=version.handbook_id,
                due_on=today - timedelta(days=1),
                created_at=now(),
                **common,
            )
        )
        session.flush()
        session.add(
            Assignment(
                kind="pass_quiz",
                quiz_id=quiz.id,
                due_on=today + timedelta(days=10),
                created_at=now(),
                **common,
            )
        )


def acknowledge(page: Page, person: object) -> None:
    page.sign_in(person)  # type: ignore[arg-type]
    answer = page.post("/handbooks/uji/versions/2.0/acknowledgement", {"password": PASSWORD})
    assert answer.status_code == 303


def on_screen(page: Page, query: str) -> set[tuple[str, str]]:
    """Return (name, status) of every row of the desk."""
    soup = page.get(f"/desk?{query}")
    rows = soup.select("tbody tr")
    return {
        (
            row.th.get_text("\n", strip=True).split("\n")[0],  # type: ignore[union-attr]
            row.select("td")[1].get_text(strip=True),
        )
        for row in rows
    }


def in_csv(page: Page, query: str) -> set[tuple[str, str]]:
    answer = page.client.get(f"/desk/export.csv?{query}")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    return {(row[0], row[4]) for row in rows[4:]}


def in_xlsx(page: Page, query: str) -> set[tuple[str, str]]:
    sheet = load_workbook(io.BytesIO(page.client.get(f"/desk/export.xlsx?{query}").data)).active
    return {(row[0], row[4]) for row in list(sheet.values)[4:]}  # type: ignore[union-attr]


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.usefixtures("asked")
def test_screen_and_exports_agree_to_the_person(page: Page, cast: Cast, query: str) -> None:
    acknowledge(page, cast.nurul)
    page.sign_in(cast.farid)
    shown = on_screen(page, query)
    assert shown == in_csv(page, query) == in_xlsx(page, query)


@pytest.mark.usefixtures("asked")
def test_the_mail_goes_to_exactly_those_whom_the_screen_shows_waiting(
    page: Page, cast: Cast, database: Database
) -> None:
    acknowledge(page, cast.nurul)
    page.sign_in(cast.farid)
    waiting = {name for name, _status in on_screen(page, "status=waiting&assignment=1")}
    page.post("/desk/reminders", {"assignment": "1"})
    with database.reading() as session:
        mails = session.execute(select(OutgoingMail.recipient, OutgoingMail.body)).all()
    assert {body.split("Salam ")[1].split(",")[0] for _to, body in mails} == waiting
    assert waiting == {cast.aina.name, cast.farid.name}


@pytest.mark.usefixtures("asked")
def test_nobody_is_reminded_twice_in_a_day(page: Page, cast: Cast, database: Database) -> None:
    page.sign_in(cast.farid)
    page.post("/desk/reminders")
    page.post("/desk/reminders")
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails")) == 3
        facts = session.scalar(select(AuditEvent.facts).where(AuditEvent.act == "reminder.sent"))
    assert str(cast.nurul.id) in str(facts)


@pytest.mark.usefixtures("asked")
def test_a_reminder_speaks_the_officers_language(
    page: Page, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE officers SET language = 'en' WHERE staff_number = 'K1002'"))
    page.sign_in(cast.farid)
    page.post("/desk/reminders")
    with database.reading() as session:
        bodies = dict(session.execute(select(OutgoingMail.recipient, OutgoingMail.body)).all())  # type: ignore[arg-type]
    assert bodies["aina@jpn.example"].startswith("Dear Aina")
    assert bodies["nurul@jpn.example"].startswith("Salam Nurul")


@pytest.mark.usefixtures("asked")
def test_the_numbers_above_the_list_are_those_of_the_list(page: Page, cast: Cast) -> None:
    acknowledge(page, cast.nurul)
    page.sign_in(cast.farid)
    heading = page.get("/desk").h1.get_text()  # type: ignore[union-attr]
    late, waiting = (int(n) for n in re.findall(r"\d+", heading))
    assert late == len(on_screen(page, "status=overdue"))
    assert waiting == len(on_screen(page, "status=waiting"))
    assert (late, waiting) == (2, 5)


@pytest.mark.parametrize(
    ("person", "office", "status"),
    [
        ("farid", "putrajaya", 200),
        ("farid", "tawau", 404),
        ("farid", "putrajaya_state", 404),
        ("farid", "hq", 404),
        ("osman", "putrajaya", 200),
        ("osman", "tawau", 404),
        ("salmah", "tawau", 200),
        ("nurul", "putrajaya", 403),
        ("hamid", "putrajaya", 403),
    ],
)
@pytest.mark.usefixtures("asked")
def test_each_sees_the_own_offices_and_no_other(
    page: Page, cast: Cast, person: str, office: str, status: int
) -> None:
    page.sign_in(getattr(cast, person))
    number = getattr(cast.offices, office)
    assert page.client.get(f"/desk?office={number}").status_code == status
    assert page.client.get(f"/desk/export.csv?office={number}").status_code == status


@pytest.mark.usefixtures("asked")
def test_the_auditor_looks_and_changes_nothing(page: Page, cast: Cast, database: Database) -> None:
    page.sign_in(cast.salmah)
    assert page.post("/desk/reminders").status_code == 403
    assert (
        page.client.get(f"/desk/officers/{cast.aina.id}/assignments/1/exemption").status_code == 403
    )
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails")) == 0


@pytest.mark.usefixtures("asked")
def test_an_exemption_needs_a_reason_counts_at_once_and_can_be_taken_back(
    page: Page, cast: Cast
) -> None:
    page.sign_in(cast.farid)
    url = f"/desk/officers/{cast.aina.id}/assignments/1/exemption"
    page.get(url)
    assert page.post(url, {"reason": ""}).status_code == 422
    assert page.post(url, {"reason": "Cuti bersalin", "until": "2020-01-01"}).status_code == 422
    assert page.post(url, {"reason": "Cuti bersalin"}).status_code == 303
    assert (cast.aina.name, "Dikecualikan") in on_screen(page, "assignment=1")
    button = page.get("/desk").find("form", action=lambda a: a and a.endswith("/revocation"))
    again = page.post(str(button["action"]), {"office": str(cast.offices.putrajaya)})  # type: ignore[index]
    assert again.status_code == 303
    assert (cast.aina.name, "Lewat") in on_screen(page, "assignment=1")


@pytest.mark.usefixtures("asked")
def test_a_stranger_cannot_exempt_nor_take_an_exemption_back(page: Page, cast: Cast) -> None:
    url = f"/desk/officers/{cast.aina.id}/assignments/1/exemption"
    page.sign_in(cast.farid).post(url, {"reason": "Cuti"})
    page.sign_in(cast.liza)
    assert page.client.get(url).status_code == 404
    assert page.post(url, {"reason": "Cuti"}).status_code == 404
    assert page.post("/desk/exemptions/1/revocation").status_code == 404


@pytest.mark.usefixtures("asked")
def test_an_export_says_who_when_and_which_filter_and_is_recorded(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.farid)
    stamp = page.client.get("/desk/export.csv?status=overdue").get_data(as_text=True)
    assert "K1003" in stamp
    assert "status=overdue" in stamp
    with database.reading() as session:
        facts = session.scalar(select(AuditEvent.facts).where(AuditEvent.act == "list.exported"))
    assert '"status":"overdue"' in str(facts)


@pytest.mark.usefixtures("asked")
def test_a_name_that_a_spreadsheet_would_calculate_stays_a_name(
    page: Page, cast: Cast, database: Database
) -> None:
    evil = '=HYPERLINK("http://x","y")'
    with database.transaction() as session:
        session.execute(
            text("UPDATE officers SET name = :n WHERE id = :i"), {"n": evil, "i": cast.aina.id}
        )
    page.sign_in(cast.farid)
    assert ("'" + evil) in {name for name, _s in in_csv(page, "")}
    sheet = load_workbook(io.BytesIO(page.client.get("/desk/export.xlsx").data)).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == evil}  # type: ignore[union-attr]
    assert kinds == {"s"}


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize(
    ("person", "url"),
    [
        ("nurul", "/"),
        ("nurul", "/records"),
        ("farid", "/"),
        ("farid", "/desk?q=nobody"),
        ("osman", "/offices"),
        ("osman", "/desk"),
        ("salmah", "/"),
        ("salmah", "/offices"),
        ("hamid", "/assignments"),
        ("hamid", "/assignments/new"),
        ("osman", "/assignments"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_every_page_opens_in_both_languages(
    page: Page, cast: Cast, person: str, url: str, language: str
) -> None:
    page.sign_in(getattr(cast, person), language).get(url)


def test_an_office_without_assignments_says_so(page: Page, cast: Cast) -> None:
    words = page.sign_in(cast.farid).get("/desk").get_text()
    assert "Semua terkini di JPN Putrajaya" in words
    assert "Tiada baris sepadan" in words


@pytest.mark.usefixtures("asked")
def test_two_clicks_at_once_remind_once(app: Flask, cast: Cast, database: Database) -> None:
    pages = [Page(app).sign_in(cast.farid) for _ in range(3)]
    clicks = [threading.Thread(target=page.post, args=("/desk/reminders",)) for page in pages]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outgoing_mails")) == 3
