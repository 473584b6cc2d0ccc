"""The made-up department answers every kind of question, also those of the real content."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import Database
from app.demo.content import wrong_answers
from app.demo.habits import Habit, choose
from app.handbooks.folder import read_handbooks
from app.quizzes.answers import KINDS, fits
from app.quizzes.counting import recount
from app.quizzes.logic import Candidate
from app.quizzes.marking import mark
from app.quizzes.models import Answer, AttemptQuestion
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


def test_a_small_department_on_the_real_content_is_whole(app: Flask, database: Database) -> None:
    runner = app.test_cli_runner()
    assert (
        runner.invoke(args=["handbooks", "load", str(REAL / "content" / "handbooks")]).exit_code
        == 0
    )
    loaded = runner.invoke(
        args=[
            "quizzes",
            "load",
            str(REAL / "quizzes"),
            "--handbooks",
            str(REAL / "content" / "handbooks"),
        ]
    )
    assert loaded.exit_code == 0, loaded.stderr
    made = runner.invoke(args=["demo", "load", "--officers", "60"])
    assert made.exit_code == 0, made.stderr
    with database.transaction() as session:
        assert session.scalars(select(Answer.id).limit(1)).first()
        assert {*session.scalars(select(AttemptQuestion.kind).distinct())} >= {
            "form_check",
            "single",
        }
        assert recount(session)[1] == 0
    assert read_handbooks(REAL / "content" / "handbooks")[1] == []
