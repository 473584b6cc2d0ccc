"""The made-up department answers every kind of question, also those of the real content."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.briefings.logic import told_of
from app.briefings.queries import briefings_of
from app.clock import local_date
from app.db import Database
from app.demo.commands import SEED
from app.demo.content import wrong_answers
from app.demo.habits import Habit, choose
from app.demo.services import Wanted, load_department
from app.disclosure import EVERYBODY
from app.handbooks.folder import read_handbooks
from app.handbooks.models import Rule
from app.quizzes.answers import KINDS, fits
from app.quizzes.counting import recount
from app.quizzes.logic import Candidate, is_current
from app.quizzes.marking import mark
from app.quizzes.models import Answer, Attempt, AttemptQuestion, QuestionVersion
from app.quizzes.queries import pins_in_force
from app.quizzes.source import read_quizzes

REAL = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_answers_are_answers_and_wrong(kind: str) -> None:
    sources, faults = read_quizzes(REAL / "quizzes")
    assert not faults
    asked = [q for source in sources for q in source.shape.questions if q.kind == kind]
    assert asked, f"the real quizzes ask {kind}"
    for number, question in enumerate(asked, start=1):
        content = question.content()
        candidate = Candidate(number, question.rule, kind, question.alphabet)
        wrong = wrong_answers(candidate, question.key, json.dumps(content))
        assert wrong
        for answer in wrong:
            assert fits(kind, question.alphabet, answer), (question.id, answer)
            assert not mark(kind, content, question.key, answer).right, (question.id, answer)


@pytest.mark.parametrize("wrong", [("b",), ("b", "c", "d")])
def test_every_draw_gives_an_answer(wrong: tuple[str, ...]) -> None:
    habit = Habit(0.5, 0.2, 0.1)
    found = {choose(n / 1000, habit, "a", wrong, again=False, refer="u") for n in range(1000)}
    assert found == {"a", "u", *wrong}


@pytest.fixture
def real(app: Flask, database: Database) -> FlaskCliRunner:
    """Return a runner of commands on the database with the real content."""
    runner = app.test_cli_runner()
    books = str(REAL / "content" / "handbooks")
    for args in (
        ["handbooks", "load", books],
        ["quizzes", "load", str(REAL / "quizzes"), "--handbooks", books],
    ):
        loaded = runner.invoke(args=args)
        assert loaded.exit_code == 0, loaded.stderr
    return runner


def test_a_small_department_on_the_real_content_is_whole(
    real: FlaskCliRunner, database: Database
) -> None:
    made = real.invoke(args=["demo", "load", "--officers", "60"])
    assert made.exit_code == 0, made.stderr
    with database.transaction() as session:
        assert session.scalars(select(Answer.id).limit(1)).first()
        assert {*session.scalars(select(AttemptQuestion.kind).distinct())} >= {
            "form_check",
            "single",
        }
        assert recount(session)[1] == 0
    assert read_handbooks(REAL / "content" / "handbooks")[1] == []


def test_quizzes_were_sat_under_older_versions_with_the_questions_of_their_day(
    real: FlaskCliRunner, database: Database, at: datetime
) -> None:
    load_department(database, Wanted(60, 7, at), only_if_empty=False, tell=str)
    with database.reading() as session:
        sat = session.execute(
            select(
                Attempt.started_at,
                Rule.handbook_id,
                QuestionVersion.rule_id,
                QuestionVersion.pinned_hash,
            )
            .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
            .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.question_version_id)
            .join(Rule, Rule.id == QuestionVersion.rule_id)
        ).all()
        days = {(handbook_id, local_date(begun)) for begun, handbook_id, _rule, _pin in sat}
        pins = {
            (handbook_id, day): pins_in_force(session, handbook_id=handbook_id, on=day)
            for handbook_id, day in days
        }
    assert min(day for _handbook, day in days) < date(2026, 9, 1), "nobody sat anything before"
    for begun, handbook_id, rule_id, pinned in sat:
        held = pins[handbook_id, local_date(begun)]
        assert is_current(pinned, held.get(rule_id, ())), (begun, rule_id)


def test_visitors_see_what_a_briefing_changed(
    real: FlaskCliRunner, database: Database, at: datetime
) -> None:
    load_department(database, Wanted(60, SEED, at), only_if_empty=False, tell=str)
    with database.reading() as session:
        held = [b for b in briefings_of(session, path="/") if b.office_name == "JPN Putrajaya"]
    first, second = sorted(held, key=lambda one: one.given_on)
    assert first.followed_up(local_date(at))
    assert not second.followed_up(local_date(at))
    told = [told_of(taught.outcome, smallest=EVERYBODY) for taught in first.rules]
    assert [one.word for one in told if one], "nothing may be told of it"
