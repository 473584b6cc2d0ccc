"""Promises about stale questions: not drawn, kept for old results, mended by one click or anew, and no file undoes it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock import local_date, now
from app.db import Database
from app.errors import DomainError, NotFoundError
from app.handbooks.folder import read_handbooks
from app.quizzes.bank import bank_rows
from app.quizzes.drafting import (
    approve_question,
    quarantine_question,
    release_question,
    retire_question,
)
from app.quizzes.loading import load_quiz
from app.quizzes.mending import Mended, repin_question, reword_question, stale_rows
from app.quizzes.models import QuestionVersion
from app.quizzes.queries import candidates_of, quiz_rows
from app.quizzes.source import read_quizzes
from tests.cast import Cast
from tests.page import Page
from tests.publishing.desk import Desk

QUIZZES = Path("tests/content/quizzes")


@pytest.fixture
def changed(database: Database, cast: Cast, at: datetime) -> Desk:
    """Publish a material change of UJ-1.1, in force today."""
    desk = Desk(database, cast, now()).start()
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    return desk


def stale(database: Database) -> dict[str, int]:
    with database.reading() as session:
        (quiz,) = quiz_rows(session)
        rows = stale_rows(session, quiz=quiz, on=local_date(now()), language="ms")
        assert all(row.then and row.now and row.then.body != row.now.body for row in rows)
        return {row.key: row.version_id for row in rows}


def drawn(database: Database) -> set[int]:
    with database.reading() as session:
        (quiz,) = quiz_rows(session)
        found = candidates_of(session, quiz=quiz, officer_id=0, on=local_date(now()))
        return {candidate.version_id for candidate in found}


def test_a_question_on_a_changed_text_is_not_drawn_until_an_author_says_it_holds(
    changed: Desk, database: Database, cast: Cast
) -> None:
    found = stale(database)
    assert {key.rsplit("-", 1)[0] for key in found} == {"UJ-1.1"}
    assert not drawn(database) & set(found.values())
    key, version_id = next(iter(found.items()))
    with database.transaction() as session:
        made = repin_question(session, cast.devi, version_id=version_id, at=now())
    assert made in drawn(database)
    assert key not in stale(database)
    with database.reading() as session:
        old, new = (
            session.get_one(QuestionVersion, version_id),
            session.get_one(QuestionVersion, made),
        )
        assert (old.content, old.key_choice) == (new.content, new.key_choice)
        assert old.retired_at
        assert new.made_by_id == cast.devi.id


def test_a_second_click_pins_nothing_twice(changed: Desk, database: Database, cast: Cast) -> None:
    version_id = next(iter(stale(database).values()))
    with database.transaction() as session:
        repin_question(session, cast.devi, version_id=version_id, at=now())
    with database.transaction() as session, pytest.raises(NotFoundError):
        repin_question(session, cast.devi, version_id=version_id, at=now())


def test_loading_the_files_again_does_not_undo_what_an_author_mended(
    changed: Desk, database: Database, cast: Cast
) -> None:
    for version_id in stale(database).values():
        with database.transaction() as session:
            repin_question(session, cast.devi, version_id=version_id, at=now())
    handbooks, _ = read_handbooks(Path("tests/content/handbooks"))
    assert handbooks
    (source,), _ = read_quizzes(QUIZZES)
    with database.transaction() as session:
        assert load_quiz(session, source, at=now()) == {"added": 0, "changed": 0, "retired": 0}
    assert stale(database) == {}


def test_an_editorial_change_leaves_every_question_current(
    database: Database, cast: Cast, at: datetime
) -> None:
    desk = Desk(database, cast, now()).start()
    desk.reword("UJ-1.1", "editorial")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    assert stale(database) == {}


def test_a_question_on_a_retired_rule_cannot_be_pinned(
    database: Database, cast: Cast, at: datetime
) -> None:
    from app.publishing.shaping import retire_rule

    desk = Desk(database, cast, now()).start()
    desk.do(retire_rule, "UJ-1.1")
    desk.edit("UJ-1.1", note_ms="Tidak perlu.", note_en="Not needed.")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    with database.reading() as session:
        (quiz,) = quiz_rows(session)
        rows = stale_rows(session, quiz=quiz, on=local_date(now()), language="ms")
    assert rows
    assert all(row.now is None for row in rows)
    with database.transaction() as session, pytest.raises(DomainError, match="dimansuhkan"):
        repin_question(session, cast.devi, version_id=rows[0].version_id, at=now())


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_list_shows_what_changed_and_one_click_mends_it(
    page: Page, changed: Desk, database: Database, cast: Cast, language: str
) -> None:
    soup = page.sign_in(cast.devi, language).get("/questions/stale")
    assert soup.find("ins")
    version_id = next(iter(stale(database).values()))
    assert page.post(f"/questions/{version_id}/pin", {"quiz": "uji"}).status_code == 303
    assert version_id not in stale(database).values()
    page.sign_in(cast.salmah, language).get("/questions/stale")
    assert page.post(f"/questions/{version_id}/pin").status_code == 403
    page.sign_in(cast.nurul, language).get("/questions/stale", status=403)


def test_a_question_worded_anew_is_a_new_version_and_keeps_what_was_typed_when_refused(
    page: Page, changed: Desk, database: Database, cast: Cast
) -> None:
    version_id = next(iter(stale(database).values()))
    soup = page.sign_in(cast.devi).get(f"/questions/{version_id}")
    form: dict[str, object] = {
        str(box["name"]): box.get_text().strip() for box in soup.select("main textarea")
    }
    right = [str(box["value"]) for box in soup.select("main [name=correct][checked]")]
    refused = page.post(f"/questions/{version_id}", {**form, "case-ms": "Kes yang ditaip."})
    assert refused.status_code == 422
    assert "Kes yang ditaip." in refused.get_data(as_text=True)
    said = {**form, "case-ms": "Kes baharu.", "correct": right}
    assert page.post(f"/questions/{version_id}", said).status_code == 303
    with database.reading() as session:
        (quiz,) = quiz_rows(session)
        cases = [
            r.content["case"]["ms"] for r in bank_rows(session, quiz=quiz, on=local_date(now()))
        ]
        assert "Kes baharu." not in cases, "nobody has approved it yet"
        newest = session.scalars(
            select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)
        ).one()
        assert newest.created_at > now() - timedelta(minutes=5)
        draft = newest.id
    page.post(f"/questions/{draft}/approval")
    assert draft not in drawn(database), "its author does not approve it"
    page.sign_in(cast.chong)
    assert "Kes baharu." in page.get("/questions/drafts").get_text()
    assert page.post(f"/questions/{draft}/approval").status_code == 303
    assert draft in drawn(database)
    with database.reading() as session:
        assert session.get_one(QuestionVersion, version_id).retired_at
    page.sign_in(cast.devi).get(f"/questions/{version_id}", status=404)


def test_whoever_wrote_a_draft_cannot_approve_it_even_below_the_pages(
    changed: Desk, database: Database, cast: Cast
) -> None:
    version_id = next(iter(stale(database).values()))
    with database.transaction() as session:
        row = session.get_one(QuestionVersion, version_id)
        said = Mended(json.loads(row.content), row.key_choice)
        draft = reword_question(session, cast.devi, version_id=version_id, said=said, at=now())
    with database.transaction() as session, pytest.raises(DomainError):
        approve_question(session, cast.devi, version_id=draft, at=now())
    with database.transaction() as session:
        approve_question(session, cast.chong, version_id=draft, at=now())
    with database.transaction() as session, pytest.raises(NotFoundError):
        approve_question(session, cast.chong, version_id=draft, at=now())


def test_a_draft_that_lacks_a_language_is_not_approved(
    changed: Desk, database: Database, cast: Cast
) -> None:
    version_id = next(iter(stale(database).values()))
    with database.transaction() as session:
        row = session.get_one(QuestionVersion, version_id)
        content = json.loads(row.content)
        content["case"]["en"] = ""
        said = Mended(content, row.key_choice)
        draft = reword_question(session, cast.devi, version_id=version_id, said=said, at=now())
    with database.transaction() as session, pytest.raises(DomainError, match="lengkap"):
        approve_question(session, cast.chong, version_id=draft, at=now())


def test_a_question_in_quarantine_is_not_asked_until_it_is_released(
    database: Database, cast: Cast
) -> None:
    version_id = next(iter(drawn(database)))
    with database.transaction() as session:
        quarantine_question(session, cast.devi, version_id=version_id, at=now())
    assert version_id not in drawn(database)
    with database.transaction() as session:
        release_question(session, cast.devi, version_id=version_id, at=now())
    assert version_id in drawn(database)
    with database.transaction() as session:
        retire_question(session, cast.devi, version_id=version_id, at=now())
    assert version_id not in drawn(database)
    with database.transaction() as session, pytest.raises(NotFoundError):
        release_question(session, cast.devi, version_id=version_id, at=now())
