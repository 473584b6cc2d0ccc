"""Promises about a question at fault: it is disputed, examined, corrected; those concerned are regraded and told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.clock import now
from app.db import Database
from app.errors import DomainError
from app.mail import OutgoingMail
from app.quality import queries as quality
from app.quality.models import ItemStatistic
from app.quality.reports import Responses
from app.quality.services import refresh_statistics
from app.quizzes import queries
from app.quizzes.correcting import (
    Letter,
    affected_by,
    correct_key,
    corrections_of,
    regrade_affected,
)
from app.quizzes.models import Answer, Attempt, Grade, KeyCorrection, QuestionVersion
from app.quizzes.slots import SlotRow
from tests.cast import Cast
from tests.page import Page
from tests.quizzes.conftest import Taking

TakingAs = Callable[[Actor], Taking]


@pytest.fixture
def sat(taking_as: TakingAs, cast: Cast) -> Taking:
    """Return an attempt that was all right but for its first single choice, answered with another letter."""
    way = taking_as(cast.nurul)
    way.start()
    wronged = single(way)
    for slot in way.slots():
        choice = other(slot) if slot.position == wronged.position else slot.key
        assert way.save(slot.position, choice)
    way.submit()
    return way


def single(way: Taking) -> SlotRow:
    return next(slot for slot in way.slots() if slot.kind == "single")


def other(slot: SlotRow) -> str:
    return "b" if slot.key == "a" else "a"


def corrected(slot: SlotRow, key: str) -> dict[str, Any]:
    """Return a choice's content with another key and new explanations."""
    both = {"ms": "Kerana peraturan.", "en": "Because of the rule."}
    options = [
        {
            **option,
            "correct": option["id"] in key,
            "reason": both,
            "misconception": None if option["id"] in key else both,
        }
        for option in slot.content["options"]
    ]
    return {**slot.content, "options": options}


def correct(database: Database, cast: Cast, slot: SlotRow, key: str) -> int:
    with database.transaction() as session:
        return correct_key(
            session, cast.chong, version_id=slot.version_id, key=key, content=corrected(slot, key),
            reason="Kunci tertukar.", at=now(),
        )  # fmt: skip


def regrade(database: Database) -> int:
    return regrade_affected(database, now(), lambda facts: Letter("Digred semula", facts.name))


def grades(database: Database, attempt_id: int) -> list[tuple[int, int, bool]]:
    with database.reading() as session:
        rows = session.execute(
            select(Grade.number, Grade.score, Grade.replaced_at.is_(None))
            .where(Grade.attempt_id == attempt_id)
            .order_by(Grade.number)
        )
        return [(number, score, bool(stands)) for number, score, stands in rows]


def test_a_corrected_key_appends_a_grade_and_keeps_the_old_one(
    database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    (before,) = grades(database, sat.id)
    correct(database, cast, slot, other(slot))
    assert regrade(database) == 1
    first, second = grades(database, sat.id)
    assert first == (1, before[1], False)
    assert second == (2, before[1] + 1, True)
    with database.reading() as session:
        grade = queries.grade_of(session, attempt_id=sat.id)
        assert grade is not None
        assert grade.score == second[1]
        (told,) = corrections_of(session, attempt_id=sat.id)
        assert (told.reason, told.score_before) == ("Kunci tertukar.", before[1])
        assert session.scalar(select(func.count()).select_from(OutgoingMail)) == 1
    assert regrade(database) == 0, "once is enough"


def test_the_old_explanation_is_never_shown_again_and_answers_stay(
    database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    with database.reading() as session:
        answers = session.execute(select(Answer.id, Answer.choice, Answer.correct)).all()
    correct(database, cast, slot, other(slot))
    now_shown = next(s for s in sat.slots() if s.position == slot.position)
    assert now_shown.key == other(slot)
    assert now_shown.right
    assert {o["reason"]["ms"] for o in now_shown.content["options"]} == {"Kerana peraturan."}
    with database.reading() as session:
        assert answers == session.execute(select(Answer.id, Answer.choice, Answer.correct)).all()
        old = session.get_one(QuestionVersion, slot.version_id)
        assert json.loads(old.content) == slot.content, "the text of every version is kept"


def test_the_corrected_question_is_asked_in_place_of_the_wrong_one(
    database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    correct(database, cast, slot, other(slot))
    with database.reading() as session:
        candidates = queries.candidates_of(session, quiz=sat.quiz, officer_id=0, on=now().date())
        new = session.scalar(select(KeyCorrection.new_version_id))
        assert slot.version_id not in {c.version_id for c in candidates}
        assert new in {c.version_id for c in candidates}


def test_a_correction_that_corrects_nothing_is_refused(
    database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    with pytest.raises(DomainError):
        correct(database, cast, slot, slot.key)
    correct(database, cast, slot, other(slot))
    with pytest.raises(DomainError):
        correct(database, cast, slot, "c" if other(slot) != "c" else "d")


def test_a_correction_that_would_ask_something_else_is_refused(
    database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    content = corrected(slot, other(slot)) | {"case": {"ms": "Kes lain.", "en": "Another case."}}
    with database.transaction() as session, pytest.raises(DomainError, match="tidak boleh berubah"):
        correct_key(
            session, cast.chong, version_id=slot.version_id, key=other(slot), content=content,
            reason="Sebab.", at=now(),
        )  # fmt: skip


def test_the_page_shows_first_who_is_affected_and_then_corrects(
    page: Page, database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    address = f"/questions/{slot.version_id}/key"
    soup = page.sign_in(cast.chong).get(address)
    form: dict[str, Any] = {str(box["name"]): "Tersilap." for box in soup.select("main textarea")}
    form |= {"correct": [other(slot)], "why": "Kunci tertukar semasa menaip."}
    # the option that was right has no misreading yet: the first look asks for one
    page.post(address, {**form, "act": "preview"})
    for n in range(4):
        form[f"options-{n}-misconception-ms"] = form[f"options-{n}-misconception-en"] = "Tersilap."
    seen = page.post(address, {**form, "act": "preview"})
    told = " ".join(seen.get_data(as_text=True).split())
    assert "Kurang daripada sepuluh percubaan mempunyai soalan ini." in told
    assert "menjadi betul" not in told, "how one officer answered is nobody's business"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeyCorrection)) == 0
    assert page.post(address, {**form, "act": "correct"}).status_code == 303
    assert regrade(database) == 1
    page.sign_in(cast.nurul)
    assert "Kunci tertukar semasa menaip." in page.get(f"/attempts/{sat.id}/result").get_text()
    page.sign_in(cast.devi).get(address, status=403)


@pytest.fixture
def more(database: Database, cast: Cast, sat: Taking) -> Callable[[str], None]:
    """Return an act that adds answers to the first single choice: "a" for its key now, "b" for the other, one a sitting."""
    slot = single(sat)
    with database.reading() as session:
        mine = session.get_one(Attempt, sat.id)
        quiz_id, office_id = mine.quiz_id, mine.office_id

    def add(said: str) -> None:
        with database.transaction() as session:
            for sign in said:
                again = Attempt(
                    officer_id=cast.liza.id, quiz_id=quiz_id, office_id=office_id, seed=1,
                    started_at=now(), submitted_at=now(), submitted_by="officer",
                )  # fmt: skip
                session.add(again)
                session.flush()
                right = sign == "a"
                session.add(
                    Answer(
                        attempt_id=again.id, officer_id=cast.liza.id, office_id=office_id,
                        question_version_id=slot.version_id,
                        choice=slot.key if right else other(slot), correct=right,
                        share=1000 * right, counted=False, draw="anchor", answered_at=now(),
                    )
                )  # fmt: skip

    return add


def preview(database: Database, slot: SlotRow) -> tuple[int, str, str]:
    """Return what the page of a correction tells before it is made."""
    with database.reading() as session:
        told = affected_by(
            session, version_id=slot.version_id, kind=slot.kind, content=slot.content, key=other(slot)
        )  # fmt: skip
    return told.attempts, told.gains, told.losses


def test_a_look_at_a_correction_after_each_answer_tells_no_answer(
    database: Database, sat: Taking, more: Callable[[str], None]
) -> None:
    slot = single(sat)
    more("bbbbbaaa")
    assert preview(database, slot) == (0, "", ""), "of nine nothing"
    more("a")
    told = preview(database, slot)
    assert told == (10, "60", "40"), "the first answer was wrong too"
    for said in "aaaaaaaaa":
        more(said)
        assert preview(database, slot) == told
    more("a")
    assert preview(database, slot) == (20, "30", "70")


def test_a_look_at_a_correction_never_tells_that_all_answered_the_same(
    database: Database, sat: Taking, more: Callable[[str], None]
) -> None:
    more("b" * 19)
    assert preview(database, single(sat)) == (20, "≥90", "≤10")


def test_the_page_says_in_per_cents_what_a_correction_changes(
    page: Page, cast: Cast, sat: Taking, more: Callable[[str], None]
) -> None:
    slot = single(sat)
    more("b" * 6 + "a" * 8)
    page.sign_in(cast.chong)
    address = f"/questions/{slot.version_id}/key"
    form: dict[str, Any] = {"correct": [other(slot)], "why": "Kunci tertukar.", "act": "preview"}
    told = " ".join(page.post(address, form).get_data(as_text=True).split())
    assert "10 atau lebih percubaan mempunyai soalan ini" in told
    assert "70 peratus jawapan menjadi betul dan 30 peratus menjadi salah" in told


def test_an_officer_disputes_a_question_and_reads_the_answer(
    page: Page, database: Database, cast: Cast, sat: Taking
) -> None:
    place = f"/attempts/{sat.id}/questions/1/dispute"
    page.sign_in(cast.nurul)
    assert page.post(place, {"text": "pendek"}).status_code == 422
    assert page.post(place, {"text": "Peraturan itu berbunyi lain di kaunter."}).status_code == 303
    assert page.post(place, {"text": "Sekali lagi, peraturan berbunyi lain."}).status_code == 200
    page.sign_in(cast.devi)
    listed = page.get("/questions/disputes").get_text()
    assert "Peraturan itu berbunyi lain di kaunter." in listed
    assert cast.nurul.name not in listed
    said = {"upheld": "yes", "answer": "Benar, soalan itu dibetulkan."}
    assert page.post("/questions/disputes/1", said).status_code == 303
    assert page.post("/questions/disputes/1", said).status_code == 422, "answered once"
    page.sign_in(cast.nurul)
    assert "Benar, soalan itu dibetulkan." in page.get(place).get_text()
    page.sign_in(cast.farid).get(place, status=404)


@pytest.fixture
def answered(
    database: Database, sat: Taking, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Return an act that lets officers answer one question, so many rightly, and rebuilds the statistics."""
    slot = single(sat)
    with database.reading() as session:
        mine = session.scalar(select(Attempt.quiz_id).where(Attempt.id == sat.id))

    def answer(officers: int, *, right: int, key: str = slot.key) -> None:
        said = [key] * right + [other(slot)] * (officers - right)
        held = Responses(
            attempts=range(officers), versions=[slot.version_id] * officers,
            shares=[float(choice == key) for choice in said], choices=said,
            certainties=[0] * officers, languages=["ms"] * officers, states=[1] * officers,
            right={slot.version_id: key}, answers=range(1, officers + 1),
        )  # fmt: skip
        nothing = Responses([], [], [], [], [], [], [], {}, [])

        def responses(_session: Session, *, quiz_id: int) -> Responses:
            return held if quiz_id == mine else nothing

        monkeypatch.setattr(quality, "responses", responses)
        refresh_statistics(database, now())

    return answer


def test_the_statistics_are_rebuilt_and_shown_in_words(
    page: Page, database: Database, cast: Cast, sat: Taking, answered: Callable[..., None]
) -> None:
    address = f"/questions/{single(sat).version_id}/quality"
    assert refresh_statistics(database, now()) == len(sat.slots())
    page.sign_in(cast.devi)
    assert "Belum cukup jawapan" in page.get("/questions/quality?quiz=uji").get_text()
    assert "Bukti" not in page.get(address).get_text(), "one officer's answer is nobody's business"
    answered(12, right=9)
    assert "Bukti" in page.get(address).get_text()
    assert "80 peratus" in page.get(address).get_text(), "75, in the step of twelve officers"
    assert "80 peratus betul, 10+ pegawai" in page.get("/questions?quiz=uji").get_text()
    page.sign_in(cast.nurul).get("/questions/quality", status=403)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(0, 9, None), (0, 10, 10), (10, 19, 10), (10, 20, 20), (20, 8, None)],
)
def test_figures_of_a_question_do_not_follow_each_answer(
    database: Database,
    sat: Taking,
    answered: Callable[..., None],
    before: int,
    after: int,
    told: int | None,
) -> None:
    for officers in (before, after):
        answered(officers, right=officers // 2)
    version_id = single(sat).version_id
    with database.reading() as session:
        row = session.get(ItemStatistic, version_id)
        assert (row.n if row else None) == told


def test_a_corrected_key_is_told_at_once(
    database: Database, sat: Taking, answered: Callable[..., None]
) -> None:
    slot = single(sat)
    for key in (slot.key, other(slot)):
        answered(12, right=4, key=key)
    with database.reading() as session:
        row = session.get_one(ItemStatistic, slot.version_id)
    assert json.loads(row.content)["right"] == other(slot)


def test_quarantine_and_release_are_one_click_each(
    page: Page, database: Database, cast: Cast, sat: Taking
) -> None:
    version_id = single(sat).version_id
    page.sign_in(cast.devi)
    for act, state in (("quarantine", "quarantined"), ("release", "approved")):
        assert page.post(f"/questions/{version_id}/state", {"act": act}).status_code == 303
        with database.reading() as session:
            assert session.get_one(QuestionVersion, version_id).state == state
    assert page.post(f"/questions/{version_id}/state", {"act": "lain"}).status_code == 422


def test_the_page_of_quality_asks_the_database_equally_often_for_every_bank(
    page: Page, database: Database, cast: Cast, sat: Taking, count_statements: Any
) -> None:
    page.sign_in(cast.devi)
    page.get("/questions/quality?quiz=uji")
    with count_statements() as few:
        page.get("/questions/quality?quiz=uji")
    with database.transaction() as session:
        for slot in sat.slots():
            session.add(
                ItemStatistic(
                    question_version_id=slot.version_id, n=12, content="{}", flag="watch",
                    computed_at=now(),
                )
            )  # fmt: skip
    with count_statements() as many:
        page.get("/questions/quality?quiz=uji")
    assert len(many) == len(few)


def test_the_job_regrades_with_a_letter_in_the_officers_language(
    app: Flask, database: Database, cast: Cast, sat: Taking
) -> None:
    slot = single(sat)
    correct(database, cast, slot, other(slot))
    done = app.test_cli_runner().invoke(args=["jobs", "run"])
    assert "regrades" in done.output
    with database.reading() as session:
        bodies = list(session.scalars(select(OutgoingMail.subject)))
    assert any("digred semula" in subject for subject in bodies)
