"""Promises of a draft's addresses: who may not, may not by any address; another draft's rule is not reached by this one's."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import local_date, now
from app.errors import DomainError, NotFoundError
from app.publishing import services, shaping
from tests.cast import Cast
from tests.page import Page
from tests.publishing.desk import Desk
from tests.publishing.test_pages import form_of

TABLES = ("drafts", "draft_rules", "draft_events", "handbook_versions", "rule_texts", "handbooks")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose clock is the pages' own."""
    desk.at = now()
    return desk


def everything(desk: Desk) -> list[list[tuple[object, ...]]]:
    """Return all that acts on drafts may change, but for the texts kept in histories."""
    with desk.database.reading() as session:
        return [
            [tuple(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in TABLES
        ]


def addresses(app: Flask, method: str, **numbers: int) -> list[str]:
    """Return every address of drafts that takes a method, filled with numbers."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("publishing.") and method in (rule.methods or ()):
            facts = {"code": "UJ-1", **numbers}
            found.append(
                adapter.build(rule.endpoint, {name: facts[name] for name in rule.arguments})
            )
    assert len(found) > 5
    return found


def acts_on_rules(desk: Desk, rule_id: int) -> list[str]:
    url = f"/drafts/{desk.draft_id}/rules/{rule_id}"
    names = ("split", "merge", "place", "retirement", "restoration")
    return [url, *(f"{url}/{name}" for name in names)]


@pytest.mark.parametrize("person", ["nurul", "farid", "osman", "hamid"])
def test_no_address_of_drafts_opens_or_does_anything_for_others(
    app: Flask, page: Page, cast: Cast, desk: Desk, person: str
) -> None:
    numbers = {"draft_id": desk.draft_id, "rule_id": desk.row("UJ-1.1").rule.id}
    before = everything(desk)
    page.sign_in(getattr(cast, person))
    for url in addresses(app, "GET", **numbers):
        page.get(url, status=403)
    for url in addresses(app, "POST", **numbers):
        assert page.post(url, {"handbook": "1"}).status_code == 403, url
    assert everything(desk) == before


def test_nobody_who_is_signed_out_reaches_a_draft(app: Flask, page: Page, desk: Desk) -> None:
    numbers = {"draft_id": desk.draft_id, "rule_id": desk.row("UJ-1.1").rule.id}
    before = everything(desk)
    for url in addresses(app, "GET", **numbers):
        assert page.client.get(url).status_code in (302, 303), url
    for url in addresses(app, "POST", **numbers):
        assert page.client.post(url).status_code in (302, 303, 400), url
    assert everything(desk) == before


@pytest.mark.parametrize("person", ["chong", "salmah"])
def test_who_only_approves_or_audits_writes_nothing(
    app: Flask, page: Page, cast: Cast, desk: Desk, person: str
) -> None:
    desk.reword("UJ-1.1")
    numbers = {"draft_id": desk.draft_id, "rule_id": desk.row("UJ-1.1").rule.id}
    before = everything(desk)
    page.sign_in(getattr(cast, person))
    decisions = ("publication", "return", "version-withdrawal") if person == "chong" else ()
    for url in addresses(app, "POST", **numbers):
        if not url.endswith(decisions or ("?",)):
            assert page.post(url, {"handbook": "1"}).status_code == 403, url
    assert everything(desk) == before


def test_an_author_decides_nothing(page: Page, cast: Cast, desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    page.sign_in(cast.devi)
    for act in ("publication", "return", "version-withdrawal"):
        assert page.post(f"/drafts/{desk.draft_id}/{act}").status_code == 403
    assert desk.draft.state == "in_review"


def two_drafts(desk: Desk) -> tuple[int, int]:
    """Withdraw the draft and begin another; return a rule of the first and one of the second."""
    first = desk.row("UJ-1.1").rule.id
    with desk.database.transaction() as session:
        services.withdraw_draft(
            session, desk.cast.devi, draft_id=desk.draft_id, words="", at=desk.at
        )
    desk.start()
    return first, desk.row("UJ-1.1").rule.id


def test_a_rule_of_another_draft_is_not_found_under_this_one(
    page: Page, cast: Cast, desk: Desk
) -> None:
    strange, own = two_drafts(desk)
    sent = form_of(desk, "UJ-1.1", body_ms="Teks.")
    page.sign_in(cast.devi)
    before = everything(desk)
    page.get(f"/drafts/{desk.draft_id}/rules/{strange}", status=404)
    page.get(f"/drafts/{desk.draft_id}/rules/{strange}/saves", status=404)
    for url in acts_on_rules(desk, strange):
        assert page.post(url, sent).status_code == 404
    url = f"/drafts/{desk.draft_id}/rules/{own}"
    page.post(f"{url}/merge", {"merge-into": str(strange)})
    page.post(f"{url}/merge", {"merge-into": str(own)})
    page.post(f"{url}/place", {"place-after": str(strange)})
    assert everything(desk) == before


def test_services_refuse_a_rule_of_another_draft_too(desk: Desk) -> None:
    strange, own = two_drafts(desk)
    before = everything(desk)
    with desk.database.transaction() as session:
        with pytest.raises(DomainError):
            shaping.merge_rule(session, desk.cast.devi, rule_id=own, into_id=strange, at=desk.at)
        with pytest.raises(NotFoundError):
            shaping.move_rule(session, desk.cast.devi, rule_id=own, after_id=strange, at=desk.at)
    assert everything(desk) == before


@pytest.mark.parametrize("end", ["withdrawn", "published", "in_review"])
def test_a_draft_that_is_closed_is_changed_by_no_address(
    app: Flask, page: Page, cast: Cast, desk: Desk, end: str
) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=2))
    sent = form_of(desk, "UJ-1.1", body_ms="Teks.")
    rule_id = desk.row("UJ-1.1").rule.id
    if end == "withdrawn":
        with desk.database.transaction() as session:
            services.withdraw_draft(
                session, cast.devi, draft_id=desk.draft_id, words="", at=desk.at
            )
    else:
        desk.submit()
    if end == "published":
        desk.publish()
    before = everything(desk)
    page.sign_in(cast.devi)
    full = {
        **sent, "add-chapter": "UJ-1", "merge-into": str(desk.row("UJ-2.1").rule.id), "place-after": "",
        "key": "baharu", "ms": "a", "en": "b", "kind": "act", "chapter_ms": "a", "chapter_en": "b",
        "title_ms": "a", "title_en": "b", "read_within_days": "3", "spoken": "ms",
        "proposal": '[{"chapter": "a", "title": "b", "body": "c", "strength": "must"}]',
    }  # fmt: skip
    kept_ways = ("/withdrawal",) if end == "in_review" else ("?",)
    for url in addresses(app, "POST", draft_id=desk.draft_id, rule_id=rule_id):
        if url == "/drafts" or url.endswith(kept_ways):
            continue
        answer = page.post(url, full)
        assert answer.status_code in (303, 403, 422), (url, answer.status_code)
    page.get(f"/drafts/{desk.draft_id}/rules/{rule_id}")
    page.sign_in(cast.chong)
    if end != "in_review":
        for act in ("publication", "return"):
            page.post(f"/drafts/{desk.draft_id}/{act}", {"publish-seen": "x", "return-words": "y"})
    assert everything(desk) == before


def test_a_day_that_passed_while_the_draft_was_in_review_is_not_published(desk: Desk) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=1))
    desk.submit()
    seen = desk.seen()
    desk.at += timedelta(days=2)
    with pytest.raises(DomainError, match="perlu dibetulkan"):
        desk.publish(seen)
    assert desk.draft.state == "in_review"


def test_numbers_beyond_every_key_are_not_found(page: Page, cast: Cast, desk: Desk) -> None:
    page.sign_in(cast.devi)
    for number in ("0", "9" * 9, "9" * 30):
        page.get(f"/drafts/{number}", status=404)
        page.get(f"/drafts/{desk.draft_id}/rules/{number}", status=404)
        page.get(f"/drafts/{desk.draft_id}/rules/{number}/saves", status=404)
        for url in acts_on_rules(desk, int(number)):
            assert page.post(url).status_code == 404
        assert page.post("/drafts", {"handbook": number}).status_code in (303, 404)


@pytest.mark.parametrize("sign", ["\0", "a\0b", "\ud800", "\u202e", "🙂"])
def test_signs_that_no_database_keeps_are_said_and_break_nothing(
    page: Page, cast: Cast, desk: Desk, sign: str
) -> None:
    page.sign_in(cast.devi)
    sent = form_of(desk, "UJ-1.1", body_ms=sign, title_ms=f"x{sign}", note_ms=sign)
    raw = {
        k: v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v for k, v in sent.items()
    }
    url = f"/drafts/{desk.draft_id}"
    for path in (
        f"{url}/rules/{desk.row('UJ-1.1').rule.id}", f"{url}/details", f"{url}/sources", f"{url}/chapters/UJ-1",
        f"{url}/rules", f"{url}/submission", f"{url}/import", f"{url}/withdrawal",
    ):  # fmt: skip
        fields = {
            **raw, "key": b"a", "ms": raw["title_ms"], "en": raw["title_ms"], "kind": b"act",
            "chapter_ms": raw["title_ms"], "chapter_en": raw["title_ms"], "add-chapter": b"new",
            "add-chapter_ms": raw["title_ms"], "add-chapter_en": raw["title_ms"], "said-words": raw["title_ms"],
            "summary_ms": raw["body_ms"], "read_within_days": b"3", "spoken": b"ms", "proposal": raw["body_ms"],
        }  # fmt: skip
        assert page.post(path, fields).status_code in (303, 400, 409, 422), path
    page.get(url)


def test_the_pages_of_a_draft_open_also_when_the_version_below_it_was_withdrawn(
    page: Page, cast: Cast, desk: Desk
) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=9))
    desk.submit()
    below = desk.publish()
    desk.start()
    desk.reword("UJ-1.2")
    desk.day(local_date(desk.at) + timedelta(days=20))
    with desk.database.transaction() as session:
        services.withdraw_version(session, cast.chong, version_id=below, at=desk.at)
    page.sign_in(cast.devi)
    url = f"/drafts/{desk.draft_id}"
    for path in (url, f"{url}/review", f"{url}/impact", f"{url}/details", "/drafts"):
        page.get(path)
    page.get(f"{url}/rules/{desk.row('UJ-1.2').rule.id}")
    page.post(f"{url}/submission")
    assert desk.draft.state == "draft"
    assert "Versi lain diterbitkan" in page.get(url).get_text()
