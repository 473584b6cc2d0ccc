"""Promises about the JSON interface: what pages show, to whom pages show it, each reading on record."""

from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.clock import now
from app.db import Database
from app.uniformity.models import Measure
from tests.cast import Cast
from tests.page import Page


def said(page: Page, url: str, status: int = 200) -> Any:
    response = page.client.get(url)
    assert response.status_code == status, url
    return response.get_json(silent=True)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_country_is_told_before_there_is_anything_to_tell(
    page: Page, cast: Cast, language: str
) -> None:
    told = said(page.sign_in(cast.farid, language), "/api/uniformity/nation")
    assert told == {
        "scope": "nation", "measured_at": None, "language": language, "handbooks": [], "rules": [],
    }  # fmt: skip


def test_each_reading_is_on_record(page: Page, cast: Cast, database: Database) -> None:
    said(page.sign_in(cast.osman), f"/api/uniformity/states/{cast.offices.putrajaya_state}")
    with database.reading() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.act == "uniformity.exported")
        ).one()
    assert event.actor_id == cast.osman.id
    assert '"scope":"state"' in event.facts.replace(" ", "")


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("nurul", "nation", 403),
        ("farid", "offices/{putrajaya}", 200),
        ("farid", "offices/{tawau}", 404),
        ("farid", "states/{putrajaya_state}", 403),
        ("osman", "states/{sabah}", 404),
        ("salmah", "states/{sabah}", 200),
        ("liza", "offices/{putrajaya}", 404),
        ("salmah", "offices/999999", 404),
        ("salmah", "handbooks/tiada/rules/tiada", 404),
    ],
)
def test_only_what_lies_within_reach_is_told(
    page: Page, cast: Cast, who: str, path: str, status: int
) -> None:
    url = f"/api/uniformity/{path.format(**vars(cast.offices))}"
    said(page.sign_in(getattr(cast, who)), url, status)


def stored(database: Database, office_id: int, seen_from: int) -> None:
    """Put a measure of an office's first rule as a batch would have stored it."""
    with database.transaction() as session:
        from app.handbooks.models import Rule

        rule = session.scalars(select(Rule).order_by(Rule.id)).first()
        assert rule is not None
        session.add(
            Measure(
                scope="office", scope_id=office_id, subject="rule", subject_id=rule.id,
                handbook_id=rule.handbook_id, seen_from=seen_from, measured_at=now(),
                content='{"verdict": "mixed", "interval": [40, 70], "officers": "5–9", "about": 5,'
                ' "share": 60, "below": 0.5, "readings": [], "outside": "below"}',
            )
        )  # fmt: skip


def test_a_small_office_is_told_to_its_director_and_not_to_its_supervisor(
    page: Page, cast: Cast, database: Database
) -> None:
    stored(database, cast.offices.putrajaya, 5)
    url = f"/api/uniformity/offices/{cast.offices.putrajaya}"
    assert said(page.sign_in(cast.farid), url)["rules"] == []
    told = said(page.sign_in(cast.osman), url)["rules"]
    assert [rule["interval"] for rule in told] == [[40, 70]]


def test_points_bear_a_name_only_for_who_may_compare(
    page: Page, cast: Cast, database: Database
) -> None:
    stored(database, cast.offices.putrajaya, 10)
    with database.reading() as session:
        from app.handbooks.models import Handbook, Rule

        slug, code = session.execute(
            select(Handbook.slug, Rule.code)
            .join(Rule, Rule.handbook_id == Handbook.id)
            .order_by(Rule.id)
            .limit(1)
        ).one()
    url = f"/api/uniformity/handbooks/{slug}/rules/{code}"
    for who, name in ((cast.liza, ""), (cast.farid, ""), (cast.osman, "JPN Putrajaya")):
        told = said(page.sign_in(who), url)
        assert [point["name"] for point in told["offices"]] == [name]
