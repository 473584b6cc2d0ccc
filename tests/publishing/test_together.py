"""Promises of several people at one draft: nobody overwrites what they have not seen, and nothing typed is lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.clock import local_date, now
from app.errors import DomainError, RefusedError
from app.handbooks.models import HandbookVersion
from app.publishing import queries, services, shaping, writing
from app.publishing.logic import real_change
from app.publishing.writing import LateError
from tests.cast import Cast
from tests.page import Page, lint
from tests.publishing.desk import Desk
from tests.publishing.test_pages import edit, form_of

JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose clock is the pages' own."""
    desk.at = now()
    return desk


def shown(answer: TestResponse, status: int) -> BeautifulSoup:
    assert answer.status_code == status
    soup = BeautifulSoup(answer.data, "html.parser")
    lint(soup, "the answer")
    return soup


def value(soup: BeautifulSoup, name: str) -> str:
    found = soup.find(attrs={"name": name})
    assert found
    return str(found.get("value", found.get_text()))


def test_a_save_that_was_too_long_does_not_hide_that_somebody_else_saved(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url = edit(desk, "UJ-1.1")
    mine = form_of(desk, "UJ-1.1", body_ms="Panjang. " * 3000)
    desk.edit("UJ-1.1", body_ms="Teks orang lain.")
    refused = shown(page.sign_in(cast.devi).post(url, mine), 422)
    again = form_of(desk, "UJ-1.1", body_ms="Pendek.", revision=value(refused, "revision"))
    soup = shown(page.post(url, again), 409)
    assert "Teks orang lain." in soup.select_one("#conflict").get_text()  # type: ignore[union-attr]
    assert value(soup, "body_ms").strip() == "Pendek."


def test_of_two_who_edit_one_rule_the_second_sees_every_field_that_differs(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url = edit(desk, "UJ-1.1")
    mine = form_of(desk, "UJ-1.1", body_ms="Teks saya.", note_en="My reason.")
    desk.edit("UJ-1.1", body_en="Their text.", strength="may", note_en="Their reason.")
    soup = shown(page.sign_in(cast.devi, "en").post(url, mine), 409)
    theirs = soup.select_one("#conflict").get_text(" ")  # type: ignore[union-attr]
    for words in ("Their text.", "Their reason.", "May"):
        assert words in theirs
    assert "Standard" not in theirs, "what is alike is not repeated"
    assert (value(soup, "body_ms").strip(), value(soup, "note_en")) == ("Teks saya.", "My reason.")
    last = form_of(desk, "UJ-1.1", body_ms="Teks saya.", revision=value(soup, "revision"))
    assert page.post(url, last).status_code == 303, "who has compared saves with the next press"
    assert desk.row("UJ-1.1").rule.ms.body == "Teks saya."


def test_the_script_is_given_the_other_text_too(page: Page, cast: Cast, desk: Desk) -> None:
    url = edit(desk, "UJ-1.1")
    mine = form_of(desk, "UJ-1.1", body_ms="Teks saya.")
    desk.edit("UJ-1.1", body_ms="Teks orang lain.")
    told = page.sign_in(cast.devi).post(url, mine, headers=JSON)
    assert told.status_code == 409
    assert "Teks orang lain." in told.get_json()["conflict"]
    assert told.get_json()["revision"] == str(desk.row("UJ-1.1").revision)


def test_a_script_is_told_what_is_wrong_with_a_text_without_a_conflict(
    page: Page, cast: Cast, desk: Desk
) -> None:
    mine = form_of(desk, "UJ-1.1", body_ms="Panjang. " * 3000)
    told = page.sign_in(cast.devi).post(edit(desk, "UJ-1.1"), mine, headers=JSON)
    assert told.status_code == 422
    assert not told.get_json()["conflict"].strip()


def test_the_same_text_sent_twice_is_no_conflict(page: Page, cast: Cast, desk: Desk) -> None:
    url, mine = edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms="Teks saya.")
    page.sign_in(cast.devi)
    assert [page.post(url, mine).status_code for _ in range(2)] == [303, 303]


def test_ticking_boxes_in_the_order_of_the_page_changes_nothing(
    page: Page, cast: Cast, desk: Desk
) -> None:
    sent = form_of(desk, "UJ-1.2")
    sent["categories"], sent["sources"] = ["oku", "bayi"], ["amalan", "akta"]
    assert page.sign_in(cast.devi).post(edit(desk, "UJ-1.2"), sent).status_code == 303
    row = desk.row("UJ-1.2")
    assert (row.rule.categories, row.rule.sources) == (("bayi", "oku"), ("akta", "amalan"))
    assert real_change(row.rule, row.known) == ""


def test_a_rule_moved_or_merged_meanwhile_names_who_did_it_and_loses_nothing(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url, mine = edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms="Teks saya.")
    merged = desk.row("UJ-1.2").rule.ms.body
    desk.do(shaping.merge_rule, "UJ-1.2", into_id=desk.row("UJ-1.1").rule.id)
    soup = shown(page.sign_in(cast.devi).post(url, mine), 409)
    assert merged in soup.select_one("#conflict").get_text()  # type: ignore[union-attr]
    assert cast.devi.name in soup.select_one(".error-summary").get_text()  # type: ignore[union-attr]
    saves = page.get(f"{url}/saves").get_text()
    assert merged in saves
    assert "Teks saya." in saves


def test_a_rule_retired_meanwhile_keeps_the_text_that_was_typed(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url, mine = edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms="Teks saya.")
    desk.do(shaping.retire_rule, "UJ-1.1")
    soup = shown(page.sign_in(cast.devi).post(url, mine), 409)
    assert "Dimansuhkan" in soup.select_one("#conflict").get_text()  # type: ignore[union-attr]
    assert desk.row("UJ-1.1").rule.retired
    assert "Teks saya." in page.get(f"{url}/saves").get_text()


@pytest.mark.parametrize("end", ["submitted", "withdrawn"])
def test_what_is_typed_into_a_draft_that_was_closed_meanwhile_is_kept(
    page: Page, cast: Cast, desk: Desk, end: str
) -> None:
    desk.reword("UJ-1.2")
    desk.day(local_date(desk.at))
    url, mine = edit(desk, "UJ-1.1"), form_of(desk, "UJ-1.1", body_ms="Teks saya.")
    if end == "submitted":
        desk.submit()
    else:
        with desk.database.transaction() as session:
            services.withdraw_draft(
                session, cast.devi, draft_id=desk.draft_id, words="", at=desk.at
            )
    before = desk.row("UJ-1.1")
    soup = shown(page.sign_in(cast.devi).post(url, mine), 422)
    assert value(soup, "body_ms").strip() == "Teks saya."
    assert desk.row("UJ-1.1") == before
    assert "Teks saya." in page.get(f"{url}/saves").get_text()


def details(desk: Desk, **changes: str) -> dict[str, str]:
    row = desk.draft
    return {
        "revision": str(row.revision),
        "title_ms": row.title_ms,
        "title_en": row.title_en,
        "summary_ms": row.summary_ms,
        "summary_en": row.summary_en,
        "preface_ms": row.preface_ms,
        "preface_en": row.preface_en,
        "effective_on": row.effective_on.isoformat() if row.effective_on else "",
        "read_within_days": str(row.read_within_days),
        **changes,
    }


def test_of_two_who_change_the_details_the_second_sees_both(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url = f"/drafts/{desk.draft_id}/details"
    day = local_date(now()) + timedelta(days=40)
    mine = details(desk, summary_ms="Ringkasan saya.", preface_ms="Pembukaan saya.")
    theirs = details(desk, summary_ms="Ringkasan lain.", effective_on=day.isoformat())
    page.sign_in(cast.devi)
    assert page.post(url, theirs).status_code == 303
    soup = shown(page.post(url, mine), 409)
    notice = soup.select_one(".notice.bad")
    assert notice
    assert "Ringkasan lain." in notice.get_text()
    assert str(day.year) in notice.get_text()
    assert value(soup, "summary_ms").strip() == "Ringkasan saya."
    assert value(soup, "preface_ms").strip() == "Pembukaan saya."
    assert desk.draft.summary_ms == "Ringkasan lain."
    mine["revision"] = value(soup, "revision")
    assert page.post(url, mine).status_code == 303
    assert desk.draft.summary_ms == "Ringkasan saya."


def test_details_that_are_faulty_do_not_hide_that_somebody_else_saved(
    page: Page, cast: Cast, desk: Desk
) -> None:
    url = f"/drafts/{desk.draft_id}/details"
    mine = details(desk, summary_ms="Ringkasan saya.", read_within_days="0")
    page.sign_in(cast.devi)
    page.post(url, details(desk, summary_ms="Ringkasan lain."))
    soup = shown(page.post(url, mine), 422)
    mine |= {"revision": value(soup, "revision"), "read_within_days": "14"}
    assert page.post(url, mine).status_code == 409
    assert desk.draft.summary_ms == "Ringkasan lain."


def test_of_two_who_name_a_chapter_the_second_sees_both(page: Page, cast: Cast, desk: Desk) -> None:
    url = f"/drafts/{desk.draft_id}/chapters/UJ-1"
    page.sign_in(cast.devi)
    form = page.get(url)
    seen = {name: value(form, name) for name in ("seen_ms", "seen_en")}
    first = {**seen, "chapter_ms": "Kaunter hadapan", "chapter_en": "Front counter"}
    second = {**seen, "chapter_ms": "Kaunter baharu", "chapter_en": "New counter"}
    assert [page.post(url, first).status_code for _ in range(2)] == [303, 303]
    soup = shown(page.post(url, second), 409)
    assert "Front counter" in soup.select_one(".notice.bad").get_text()  # type: ignore[union-attr]
    assert value(soup, "chapter_en") == "New counter"
    second |= {name: value(soup, name) for name in seen}
    assert page.post(url, second).status_code == 303
    assert desk.row("UJ-1.2").rule.chapter == ("Kaunter baharu", "New counter")


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "9" * 5000, "²"])
def test_a_revision_that_makes_no_sense_is_only_too_late(
    page: Page, cast: Cast, desk: Desk, revision: str
) -> None:
    desk.edit("UJ-1.1", body_ms="Teks orang lain.")
    sent = form_of(desk, "UJ-1.1", body_ms="Teks saya.", revision=revision)
    assert page.sign_in(cast.devi).post(edit(desk, "UJ-1.1"), sent).status_code == 409
    desk.day(local_date(now()))
    url = f"/drafts/{desk.draft_id}/details"
    changed = details(desk, summary_ms="Lain.", revision=revision)
    assert page.post(url, changed).status_code == 409


def held_up(
    desk: Desk, first: Callable[..., object], second: Callable[[], object]
) -> list[Exception]:
    """Let `second` begin in a thread while the transaction of `first` is open; return the refusals it met."""
    told: list[Exception] = []

    def run() -> None:
        try:
            second()
        except DomainError as error:
            told.append(error)

    other = threading.Thread(target=run)
    with desk.database.transaction() as session:
        first(session)
        session.flush()
        other.start()
        other.join(0.5)
        assert other.is_alive(), "the second waits for the first"
    other.join(20)
    assert not other.is_alive()
    return told


def test_a_save_on_its_way_is_never_lost_to_a_merge(desk: Desk) -> None:
    into, gone = desk.row("UJ-1.1"), desk.row("UJ-1.2")
    given = replace(desk.fields("UJ-1.1"), body_ms="Teks saya.")

    def save(session):  # type: ignore[no-untyped-def]
        writing.save_rule(
            session, desk.cast.devi, rule_id=into.rule.id, revision=into.revision, given=given, at=desk.at
        )  # fmt: skip

    told = held_up(desk, save, lambda: desk.do(shaping.merge_rule, "UJ-1.2", into_id=into.rule.id))
    assert not told
    assert desk.row("UJ-1.1").rule.ms.body == f"Teks saya.\n\n{gone.rule.ms.body}"


def test_nothing_slips_into_a_draft_while_it_is_handed_over(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    seen = desk.seen()

    def submit(session):  # type: ignore[no-untyped-def]
        services.submit_draft(session, desk.cast.devi, draft_id=desk.draft_id, words="", at=desk.at)

    told = held_up(desk, submit, lambda: desk.edit("UJ-1.2", body_ms="Terlambat."))
    assert isinstance(told[0], LateError)
    assert desk.seen() == seen


def test_of_two_approvals_at_once_one_publishes(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=1))
    desk.submit()
    seen = desk.seen()

    def publish(session):  # type: ignore[no-untyped-def]
        services.publish_draft(
            session, desk.cast.chong, draft_id=desk.draft_id, seen=seen, words="", at=desk.at
        )

    told = held_up(desk, publish, lambda: desk.publish(seen))
    assert "sudah diterbitkan" in str(told[0])
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(HandbookVersion)) == 3


def test_a_version_is_not_withdrawn_under_the_one_that_is_published_on_it(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=5))
    desk.submit()
    below = desk.publish()
    desk.start()
    desk.reword("UJ-1.2")
    desk.day(local_date(desk.at) + timedelta(days=9))
    desk.submit()
    seen = desk.seen()

    def withdraw(session):  # type: ignore[no-untyped-def]
        services.withdraw_version(session, desk.cast.chong, version_id=below, at=desk.at)

    told = held_up(desk, withdraw, lambda: desk.publish(seen))
    assert "Versi lain diterbitkan" in str(told[0])
    assert desk.draft.state == "in_review"


def test_the_day_of_a_version_is_noticed_once_by_nodes_that_look_at_once(desk: Desk) -> None:
    services.bring_into_force(desk.database, desk.at)
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=1))
    desk.submit()
    desk.publish()
    tomorrow = desk.at + timedelta(days=1)
    begin, found = threading.Barrier(4), []

    def look() -> None:
        begin.wait()
        found.append(services.bring_into_force(desk.database, tomorrow))

    nodes = [threading.Thread(target=look) for _ in range(4)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join(30)
    assert sorted(found) == [0, 0, 0, 1]
    with desk.database.reading() as session:
        noticed = session.scalars(
            select(AuditEvent).where(AuditEvent.act == "handbook.version_in_force")
        ).all()
    assert sum("3.0" in str(vars(event)) for event in noticed) == 1


ACTS = {
    "split": lambda desk: desk.do(shaping.split_rule, "UJ-1.1"),
    "move": lambda desk: desk.do(shaping.move_rule, "UJ-1.1", after_id=None),
    "merge": lambda desk: desk.do(shaping.merge_rule, "UJ-1.2", into_id=desk.row("UJ-1.1").rule.id),
    "retire": lambda desk: desk.do(shaping.retire_rule, "UJ-1.1"),
}


@pytest.mark.parametrize("act", ACTS)
def test_who_shaped_a_draft_does_not_approve_it_also_when_another_wrote_over_it(
    desk: Desk, cast: Cast, act: str
) -> None:
    writer = desk.cast
    desk.cast = replace(writer, devi=writer.chong)
    ACTS[act](desk)
    desk.cast = writer
    for row in desk.rows:
        change = row.rule.change or "editorial"
        desk.edit_row(row, change=change, note_ms="Ujian.", note_en="Test.", title_ms="Tajuk lain")
    with desk.database.reading() as session:
        assert cast.chong.id in queries.writers_of(session, draft_id=desk.draft_id)


def test_the_author_of_a_draft_is_refused_on_the_page_and_in_the_service(
    page: Page, cast: Cast, desk: Desk
) -> None:
    desk.cast = replace(cast, devi=cast.chong)
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    url = f"/drafts/{desk.draft_id}"
    assert (
        page.sign_in(cast.chong).get(f"{url}/review").find("form", action=f"{url}/publication")
        is None
    )
    page.post(f"{url}/publication", {"publish-seen": desk.seen()})
    assert desk.draft.state == "in_review"
    with pytest.raises(RefusedError):
        desk.publish()
