"""What rules should reach is the department's own: set from a day on, by its administrator, never backwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEvent
from app.clock import local_date, now
from app.db import Database
from app.people.models import Office, RoleGrant
from app.uniformity.models import Measure, Target
from app.uniformity.targets import targets_on
from app.uniformity.verdict import Targets
from app.web.i18n import MONTHS
from tests.cast import Cast
from tests.page import Page
from tests.uniformity.conftest import World, choices, words

ADDRESS = "/uniformity/targets"


def day(ahead: int = 0) -> date:
    return local_date(now()) + timedelta(days=ahead)


def written(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def typed(must: object = 90, other: object = 70, ahead: int = 0) -> dict[str, str]:
    return {"must": str(must), "other": str(other), "effective_on": day(ahead).isoformat()}


def held(database: Database, ahead: int = 0) -> Targets:
    with database.reading() as session:
        return targets_on(session, on=day(ahead))


@pytest.mark.parametrize("language", ["ms", "en"])
def test_everybody_who_reads_verdicts_may_read_the_targets_and_only_the_administrator_gets_a_form(
    page: Page, cast: Cast, language: str
) -> None:
    for person in (cast.farid, cast.osman, cast.devi, cast.chong, cast.salmah):
        soup = page.sign_in(person, language).get(ADDRESS)
        assert "81" in words(soup)
        assert not soup.select("main form")
        assert page.post(ADDRESS, typed()).status_code == 403
    page.sign_in(cast.nurul).get(ADDRESS, status=403)
    assert page.sign_in(cast.hamid, language).get(ADDRESS).select("main form")


def test_targets_are_set_from_a_day_on_and_recorded(
    page: Page, cast: Cast, database: Database
) -> None:
    page.sign_in(cast.hamid)
    assert held(database) == Targets(81, 64)
    assert page.post(ADDRESS, typed(90, 70, ahead=30)).status_code == 303
    assert (held(database), held(database, 30)) == (Targets(81, 64), Targets(90, 70))
    ahead = written(day(30))
    told = words(page.get(ADDRESS))
    assert f"mulai malam {ahead}" in told, "the flash tells from when verdicts follow"
    assert f"Mulai {ahead}: 90 dan 70." in told
    assert "81 daripada 100" in told
    assert page.post(ADDRESS, typed(85, 60)).status_code == 303
    assert page.post(ADDRESS, typed(86, 60)).status_code == 303
    assert held(database) == Targets(86, 60), "of one day the newest holds"
    told = words(page.get(ADDRESS))
    assert "86" in told
    assert cast.hamid.name in told
    with database.reading() as session:
        events = session.scalars(
            select(AuditEvent.facts).where(AuditEvent.act == "targets.set")
        ).all()
    assert len(events) == 3


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (typed(ahead=-1), "Pilih hari ini atau hari yang akan datang."),
        (typed(must=100), "Tulis nombor dari 25 hingga 99."),
        (typed(other=24), "Tulis nombor dari 25 hingga 99."),
        (typed(must=70, other=71), "tidak boleh bersasaran lebih tinggi"),
        (typed(must="x"), "Tulis nombor sahaja."),
        (typed(must=""), "Tulis nombor sahaja."),
        (typed(must=2**70), ""),
        ({**typed(), "effective_on": "semalam"}, "Tulis tarikh yang sah"),
        ({}, "Tulis nombor sahaja."),
    ],
)
def test_nonsense_gets_a_sentence_keeps_what_was_typed_and_sets_nothing(
    page: Page, cast: Cast, database: Database, form: dict[str, str], said: str
) -> None:
    page.sign_in(cast.hamid)
    response = page.post(ADDRESS, form)
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert said in text
    if form.get("other"):
        assert f'value="{form["other"]}"' in text
    with database.reading() as session:
        assert session.scalar(select(Target.id)) is None


def test_an_administrator_of_a_state_does_not_set_what_the_country_should_reach(
    page: Page, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(
            update(RoleGrant)
            .where(RoleGrant.officer_id == cast.hamid.id)
            .values(office_id=cast.offices.sabah)
        )
        assert session.get_one(Office, cast.offices.sabah).parent_id is not None
    page.sign_in(cast.hamid)
    assert not page.get(ADDRESS).select("main form")
    assert page.post(ADDRESS, typed()).status_code == 404
    assert held(database) == Targets()


def test_verdicts_follow_the_targets_with_the_next_batch(
    page: Page, world: World, database: Database
) -> None:
    state = world.cast.offices.putrajaya_state
    made = [world.branch(state, 30) for _ in range(8)]
    key = world.keys["UJ-1.1-a"]
    world.answer_all([(one, choices(key, 24, 6)) for one in made], question="UJ-1.1-a")

    def verdict() -> str:
        world.batch()
        with database.reading() as session:
            content = session.scalar(
                select(Measure.content).where(Measure.scope == "nation", Measure.subject == "rule")
            )
        return str(content).split('"verdict": "')[1].split('"')[0]

    assert verdict() == "mixed", "eight in ten are right: S is .64"
    page.sign_in(world.cast.hamid)
    page.post(ADDRESS, typed(50, 50, ahead=1))
    assert verdict() == "mixed", "not yet"
    page.post(ADDRESS, typed(50, 50))
    assert verdict() == "right"
