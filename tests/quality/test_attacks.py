"""What authors read of questions never tells one officer's answer, whatever they wait for, correct or compare."""

import json
import re
from typing import Any

import pytest
from alembic import command
from sqlalchemy import case, func, select, update

from app.clock import now
from app.commands import alembic_config
from app.db import Database
from app.quality import queries
from app.quality.models import ItemStatistic, QuizStatistic
from app.quality.services import refresh_statistics
from app.quizzes.correcting import correct_key
from app.quizzes.models import Answer, QuestionVersion
from app.quizzes.shares import share_told, tens
from tests.page import Page
from tests.uniformity.conftest import Branch, World, choices

QUESTION = "UJ-1.1-a"


@pytest.fixture
def home(world: World) -> Branch:
    return world.staff(world.cast.offices.putrajaya, world.cast.offices.putrajaya_state, 60)


def refresh(database: Database) -> None:
    """Mark the answers as a submission does, and make the figures of the hour."""
    with database.transaction() as session:
        session.execute(update(Answer).values(share=case((Answer.correct, 1000), else_=0)))
    refresh_statistics(database, now())


def stored(database: Database, version_id: int) -> dict[str, Any]:
    with database.reading() as session:
        row = session.get_one(ItemStatistic, version_id)
        return {**json.loads(row.content), "kept": row.n, "answers_to": row.answers_to}


def correct(database: Database, world: World, key: str) -> None:
    version_id = world.versions[QUESTION]
    both = {"ms": "Kerana peraturan.", "en": "Because of the rule."}
    with database.transaction() as session:
        content = json.loads(session.get_one(QuestionVersion, version_id).content)
        for option in content["options"]:
            option["correct"] = option["id"] == key
            option["misconception"] = None if option["correct"] else both
        correct_key(
            session, world.cast.chong, version_id=version_id, key=key, content=content,
            reason="Kunci tertukar.", at=now(),
        )  # fmt: skip


def figures(page: Page, world: World) -> tuple[str, str]:
    """Return what the page of the question tells its author: on how many answers, the share that is right."""
    soup = page.sign_in(world.cast.devi).get(f"/questions/{world.versions[QUESTION]}/quality")
    said = " ".join(soup.get_text(" ").split())
    n = re.search(r"Jawapan pertama dikira (\S+)", said)
    right = re.search(r"Menjawab dengan betul (\S+) peratus", said)
    assert n
    assert right
    return n[1], right[1]


def test_a_corrected_key_releases_no_new_answer(
    page: Page, database: Database, world: World, home: Branch
) -> None:
    world.answer(home, choices("a", 7, 5))
    refresh(database)
    world.answer(home, ["b"], begin=12)
    correct(database, world, "b")
    refresh(database)
    found = stored(database, world.versions[QUESTION])
    assert (found["right"], found["n"], found["kept"]) == ("b", 12, 12)
    assert found["facility"] == pytest.approx(5 / 12), "of those told before, under the new key"
    assert (found["discrimination"], found["sure_and_wrong"]) == (None, None)
    assert figures(page, world) == ("10+", "40")
    world.answer(home, ["b"] * 9, begin=13)
    refresh(database)
    found = stored(database, world.versions[QUESTION])
    assert (found["n"], found["facility"]) == (22, pytest.approx(15 / 22))


def test_figures_told_without_their_counts_are_withdrawn_when_the_key_is_corrected(
    database: Database, world: World, home: Branch
) -> None:
    version_id = world.versions[QUESTION]
    world.answer(home, choices("a", 7, 5))
    refresh(database)
    before = stored(database, version_id)
    with database.transaction() as session:
        row = session.get_one(ItemStatistic, version_id)
        row.content = json.dumps({name: value for name, value in before.items() if name != "said"})
    correct(database, world, "b")
    for _ in range(2):
        refresh(database)
        found = stored(database, version_id)
        assert found == {"kept": 0, "answers_to": before["answers_to"]}, "and still wait for ten"


def test_the_bank_less_the_nation_is_not_one_officers_answer(
    page: Page, database: Database, world: World
) -> None:
    c = world.cast.offices
    a, b = world.staff(c.putrajaya, c.putrajaya_state, 40), world.branch(c.putrajaya_state, 20)
    d = world.branch(world.state(), 30)
    world.answer_all([(a, choices("a", 16, 6)), (b, choices("a", 8, 4)), (d, choices("a", 14, 4))])
    refresh(database)
    world.answer(a, choices("a", 8, 1), begin=22)
    world.answer(b, ["b"], begin=12)
    refresh(database)
    n, share = figures(page, world)
    assert n == "60+"
    told_alike = {
        right
        for officers in range(60, 70)
        for right in range(officers + 1)
        if share_told(right / officers, officers) == share
    }
    assert len(told_alike) >= 5, "three officers fit into a step, and the number of all is open"


def test_what_all_officers_of_one_office_answered_is_not_told(
    page: Page, database: Database, world: World, home: Branch
) -> None:
    world.answer(home, ["b"] * 12)
    refresh(database)
    assert figures(page, world) == ("10+", "≤10")
    bank = page.get("/questions?quiz=uji").get_text()
    assert "≤10 peratus betul, 10+ pegawai" in bank
    assert "≤10%" in page.get("/questions/quality?quiz=uji").get_text()


def test_figures_go_on_when_only_the_newest_attempts_are_read(
    database: Database, world: World, home: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_ATTEMPTS", 12)
    version_id = world.versions[QUESTION]
    world.answer(home, choices("a", 12, 0))
    refresh(database)
    world.answer(home, ["b"] * 9, begin=12)
    refresh(database)
    assert stored(database, version_id)["facility"] == 1, "nine are too few"
    world.answer(home, ["b"] * 3, begin=21)
    refresh(database)
    found = stored(database, version_id)
    assert (found["n"], found["facility"]) == (12, 0)
    with database.reading() as session:
        newest = session.scalar(select(func.max(Answer.id)))
        whole = session.get_one(QuizStatistic, world.quiz_id)
        assert (whole.n, whole.answers_to, found["answers_to"]) == (12, newest, newest)


def test_under_a_corrected_key_a_text_is_right_as_it_is_marked(
    database: Database, world: World, home: Branch
) -> None:
    old, new = world.versions[QUESTION], world.versions["UJ-1.1-b"]
    world.answer(home, ["=Sijil Lahir", "=sijil kelahiran", "=pasport"])
    content = json.dumps({"variants": {"ms": ["sijil lahir", "sijil kelahiran"]}})
    with database.transaction() as session:
        written = {"kind": "short_answer", "alphabet": "=u", "key_choice": "=sijil lahir"}
        session.execute(
            update(QuestionVersion)
            .where(QuestionVersion.id.in_([old, new]))
            .values(content=content, **written)
        )
        session.get_one(QuestionVersion, old).corrected_by_id = new
    with database.reading() as session:
        assert queries.responses(session, quiz_id=world.quiz_id).shares == [1, 1, 0]


def test_what_was_told_before_the_portal_was_renewed_waits_for_ten_new_answers_too(
    database: Database, world: World, home: Branch
) -> None:
    world.answer(home, choices("a", 7, 5))
    refresh(database)
    before = stored(database, world.versions[QUESTION])["answers_to"]
    url = database.url.render_as_string(hide_password=False)
    database.dispose()
    command.downgrade(alembic_config(url), "0005")
    command.upgrade(alembic_config(url), "head")
    with database.reading() as session:
        told = session.scalars(select(QuizStatistic.answers_to)).all()
        assert (stored(database, world.versions[QUESTION])["answers_to"], told) == (
            before,
            [before],
        )


def test_how_many_answers_there_are_is_told_in_tens() -> None:
    assert [tens(n) for n in (0, 9, 10, 19, 20, 1234)] == [0, 0, 10, 10, 20, 1230]
