"""Acknowledging: once, for ever, with everything that proves it."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.acknowledgements import queries
from app.acknowledgements.models import Acknowledgement
from app.acknowledgements.services import acknowledge_version
from app.audit.models import AuditEvent
from app.db import Database
from app.errors import DomainError
from app.handbooks import queries as handbooks
from app.people.models import Office
from tests.cast import Cast

TODAY = date(2026, 11, 24)


def acknowledge(
    session: Session, actor: Actor, at: datetime, *, number: str | None = None, chance: int = 7
) -> str:
    version = handbooks.version_row(session, slug="uji", number=number, on=TODAY)
    assert version
    return acknowledge_version(
        session,
        actor,
        version=version,
        language="en",
        declaration="I have read it.",
        chance=chance,
        at=at,
    )


def events(session: Session) -> int:
    made = select(func.count()).where(AuditEvent.act == "acknowledgement.made")
    return session.scalar(made) or 0


def test_the_row_keeps_everything_that_proves_it(
    database: Database, cast: Cast, at: datetime
) -> None:
    with database.transaction() as session:
        number = acknowledge(session, cast.nurul, at)
    with database.reading() as session:
        row = queries.by_receipt(session, receipt_number=number)
        version = handbooks.version_row(session, slug="uji", on=TODAY)
    assert row
    assert version
    assert (row.officer_id, row.version_id) == (cast.nurul.id, version.id)
    assert (row.content_hash, row.language) == (version.content_hash, "en")
    assert (row.declaration, row.acknowledged_at) == ("I have read it.", at)
    assert row.office_path == cast.nurul.office_path


def test_a_second_click_finds_the_first_one_and_records_nothing_more(
    database: Database, cast: Cast, at: datetime
) -> None:
    with database.transaction() as session:
        first = acknowledge(session, cast.nurul, at, chance=1)
    with database.transaction() as session:
        assert acknowledge(session, cast.nurul, at, chance=2) == first
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 1
        assert events(session) == 1


def test_of_two_clicks_at_once_the_slower_gets_the_receipt_of_the_quicker(
    database: Database, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one looked before the quicker one wrote; the unique constraint decides."""
    with database.transaction() as session:
        first = acknowledge(session, cast.nurul, at, chance=1)
    look, seen = queries.acknowledgement_of, []

    def too_early(session: Session, **who: int) -> queries.AcknowledgementRow | None:
        seen.append(who)
        return None if len(seen) == 1 else look(session, **who)

    monkeypatch.setattr(queries, "acknowledgement_of", too_early)
    with database.transaction() as session:
        assert acknowledge(session, cast.nurul, at, chance=2) == first
    with database.reading() as session:
        assert events(session) == 1


def test_the_act_is_recorded_and_the_office_is_counted_anew(
    database: Database, cast: Cast, at: datetime
) -> None:
    revision = select(Office.revision).where(Office.id == cast.offices.putrajaya)
    with database.reading() as session:
        before = session.scalar(revision) or 0
    with database.transaction() as session:
        acknowledge(session, cast.nurul, at)
    with database.reading() as session:
        assert session.scalar(revision) == before + 1
        event = session.scalar(select(AuditEvent).where(AuditEvent.act == "acknowledgement.made"))
        assert event
        assert (event.actor_id, event.office_id) == (cast.nurul.id, cast.offices.putrajaya)
        assert '"language":"en"' in event.facts.replace(" ", "")


def test_only_the_version_in_effect_can_be_acknowledged(
    database: Database, cast: Cast, at: datetime
) -> None:
    with pytest.raises(DomainError, match="semasa"), database.transaction() as session:
        acknowledge(session, cast.nurul, at, number="1.0")


def test_an_officer_without_a_posting_cannot_acknowledge(
    database: Database, cast: Cast, at: datetime
) -> None:
    idle = replace(cast.nurul, office_id=None, office_path="")
    with pytest.raises(DomainError, match="ditempatkan"), database.transaction() as session:
        acknowledge(session, idle, at)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE acknowledgements SET declaration = 'x'",
        "UPDATE acknowledgements SET officer_id = officer_id",
        "DELETE FROM acknowledgements",
    ],
)
def test_the_database_itself_refuses_to_change_an_acknowledgement(
    database: Database, cast: Cast, at: datetime, statement: str
) -> None:
    with database.transaction() as session:
        acknowledge(session, cast.nurul, at)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text(statement))


def test_ones_own_acknowledgements_come_newest_first_and_are_ones_own(
    database: Database, cast: Cast, at: datetime
) -> None:
    with database.transaction() as session:
        number = acknowledge(session, cast.nurul, at, chance=1)
        acknowledge(session, cast.tan, at, chance=2)
    with database.reading() as session:
        rows = queries.acknowledgements_of(session, officer_id=cast.nurul.id)
        assert [row.receipt_number for row in rows] == [number]
        assert queries.acknowledgements_of(session, officer_id=cast.aina.id) == []


def test_the_newest_version_that_one_knows_is_told(
    database: Database, cast: Cast, at: datetime
) -> None:
    with database.transaction() as session:
        version = handbooks.version_row(session, slug="uji", number="1.0", on=date(2026, 5, 1))
        assert version
        acknowledge_version(
            session,
            cast.nurul,
            version=version,
            language="ms",
            declaration="Saya mengaku.",
            chance=1,
            at=at,
        )
        known = queries.newest_known(
            session, officer_id=cast.nurul.id, handbook_id=version.handbook_id
        )
        assert known == "1.0"
        none = queries.newest_known(
            session, officer_id=cast.tan.id, handbook_id=version.handbook_id
        )
        assert none is None
