"""Promises about practice: fed by quizzes, five a day, counted for nobody, reset by a changed rule, kept to oneself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.access.policy import Actor
from app.clock import local_date, now
from app.db import Database
from app.practice import queries
from app.practice.models import PracticeAnswer, ReviewCard
from app.practice.services import Absorbing, answer_practice, ask_next
from app.quizzes.models import Attempt, AttemptQuestion, ResponseCount
from tests.cast import Cast
from tests.page import Page
from tests.publishing.desk import Desk
from tests.quizzes.conftest import Taking

TakingAs = Callable[[Actor], Taking]


@pytest.fixture
def sat(taking_as: TakingAs, cast: Cast) -> Taking:
    """Return Nurul's submitted attempt: the first question wrong, the rest right."""
    way = taking_as(cast.nurul)
    way.at = now() - timedelta(days=30)
    way.start()
    way.answer(wrong=(1,))
    way.submit()
    return way


def absorb(database: Database) -> int:
    return Absorbing("fsrs")(database, now())


def cards(database: Database) -> list[tuple[int, bool | None, int]]:
    with database.reading() as session:
        return [
            (card.rule_id, card.last_right, card.reviews)
            for card in session.scalars(select(ReviewCard).order_by(ReviewCard.rule_id))
        ]


def ask(database: Database, actor: Actor, at: datetime | None = None) -> queries.AskedRow | None:
    with database.transaction() as session:
        return ask_next(session, actor, seed=3, at=at or now())


def answer(database: Database, actor: Actor, asked: queries.AskedRow, choice: str) -> bool:
    with database.transaction() as session:
        return answer_practice(
            session, actor, asked, choice=choice, certainty=2, algorithm="fsrs", at=now()
        )


def test_answers_of_a_quiz_become_cards_once(database: Database, sat: Taking) -> None:
    assert absorb(database) == len(sat.slots())
    held = cards(database)
    assert {rule for rule, _right, _n in held} == {slot.rule_id for slot in sat.slots()}
    assert sum(n for _rule, _right, n in held) == len(sat.slots())
    assert absorb(database) == 0
    assert cards(database) == held


def test_what_was_missed_is_asked_first_with_a_question_not_met_before(
    database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    missed = sat.slots()[0]
    asked = ask(database, cast.nurul)
    assert asked is not None
    assert asked.rule_id == missed.rule_id
    assert asked.slot.version_id not in {slot.version_id for slot in sat.slots()}


def test_an_answer_moves_the_card_and_counts_for_nobody(
    database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    with database.reading() as session:
        before = session.scalar(select(func.sum(ResponseCount.n)))
    asked = ask(database, cast.nurul)
    assert asked is not None
    assert answer(database, cast.nurul, asked, asked.slot.key)
    assert not answer(database, cast.nurul, asked, "u"), "once is enough"
    with database.reading() as session:
        card = session.get_one(ReviewCard, (cast.nurul.id, asked.rule_id))
        assert card.last_right
        assert card.due_at > now()
        assert session.scalar(select(func.sum(ResponseCount.n))) == before
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_two_tabs_get_the_same_question(database: Database, cast: Cast, sat: Taking) -> None:
    absorb(database)
    one, other = ask(database, cast.nurul), ask(database, cast.nurul)
    assert one is not None
    assert other is not None
    assert one.id == other.id


def test_five_a_day_are_enough_and_tomorrow_goes_on(
    database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    with database.transaction() as session:
        session.execute(update(ReviewCard).values(due_at=now() - timedelta(days=1)))
    count = 0
    while (asked := ask(database, cast.nurul)) is not None:
        answer(database, cast.nurul, asked, "u")
        count += 1
    assert count == min(5, len(cards(database)))
    assert ask(database, cast.nurul, now() + timedelta(days=4)) is not None


def test_a_rule_that_changed_in_substance_is_due_at_once(
    database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    with database.transaction() as session:
        session.execute(
            update(ReviewCard).values(due_at=now() + timedelta(days=90), last_right=True)
        )
    assert ask(database, cast.nurul) is None
    desk = Desk(database, cast, now()).start()
    desk.reword("UJ-1.1")
    desk.reword("UJ-1.2", "editorial")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    with database.reading() as session:
        today = local_date(now())
        due = queries.due_rules(
            session,
            officer_id=cast.nurul.id,
            pins=queries.pins_of_all(session, on=today),
            at=now(),
            day=today,
        )
        names = {slot.rule_id: slot.rule_code for slot in sat.slots()}
        assert {names[rule_id] for rule_id in due} <= {"UJ-1.1"}


def test_a_draw_asks_what_is_due_and_marks_it_as_review(
    page: Page, database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    with database.transaction() as session:
        session.execute(update(ReviewCard).values(due_at=now() - timedelta(days=1)))
    page.sign_in(cast.nurul)
    assert page.post("/quizzes/uji/attempts").status_code == 303
    with database.reading() as session:
        draws = list(
            session.scalars(
                select(AttemptQuestion.draw).join(Attempt).where(Attempt.submitted_at.is_(None))
            )
        )
    assert draws.count("review") == len(draws) * 30 // 100
    assert draws.count("adaptive") <= len(draws) * 30 // 100
    assert draws.count("anchor") >= len(draws) * 40 // 100


def test_the_pages_lead_from_home_to_the_explanation(
    page: Page, database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    page.sign_in(cast.nurul)
    assert "Ulang kaji dua minit" in page.get("/").get_text()
    assert "Kedudukan anda" in page.get("/practice").get_text()
    asked = page.post("/practice")
    assert "Semak jawapan saya" in page.get(asked.location).get_text()
    assert page.post(asked.location, {}).status_code == 422
    assert page.post(asked.location, {"choice": "u", "certainty": "2"}).status_code == 303
    told = page.get(asked.location).get_text()
    assert "Anda memilih untuk merujuk" in told
    assert "Soalan seterusnya" in told
    page.sign_in(cast.farid).get(asked.location, status=404)
    page.sign_in(cast.nurul, "en").get("/practice")


def test_home_asks_the_database_equally_often_for_many_cards(
    page: Page, database: Database, cast: Cast, sat: Taking, count_statements: Any
) -> None:
    page.sign_in(cast.nurul)
    page.get("/")
    with count_statements() as few:
        page.get("/")
    absorb(database)
    with count_statements() as many:
        page.get("/")
    assert len(many) == len(few)


def test_nobody_else_sees_what_an_officer_practised(
    database: Database, cast: Cast, sat: Taking
) -> None:
    absorb(database)
    asked = ask(database, cast.nurul)
    assert asked is not None
    with database.reading() as session:
        assert queries.asked_row(session, officer_id=cast.farid.id, practice_id=asked.id) is None
        assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 1
