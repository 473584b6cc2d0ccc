"""Acts of loading quizzes: a changed question is a new version, a missing one is retired; nothing is edited."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.services import record
from app.errors import ContentError
from app.handbooks.models import Handbook, Rule
from app.quizzes.models import Question, QuestionVersion, Quiz
from app.quizzes.shapes import QuestionShape
from app.quizzes.source import QuizSource


def load_quiz(session: Session, source: QuizSource, *, at: datetime) -> dict[str, int]:
    """Bring a quiz in the database to what its file says; return how many questions were added, changed, retired.

    Raises ContentError when its handbook is not loaded.
    """
    shape = source.shape
    handbook = session.scalar(select(Handbook).where(Handbook.slug == shape.handbook))
    if handbook is None:
        raise ContentError([f"{source.path.name}:1: load the handbook {shape.handbook} first"])
    quiz = _quiz(session, source, handbook.id)
    rules = {
        rule.code: rule.id
        for rule in session.scalars(select(Rule).where(Rule.handbook_id == handbook.id))
    }
    done = {"added": 0, "changed": 0, "retired": 0}
    current = _current(session, quiz.id)
    for question in shape.questions:
        known = current.pop(question.id, None)
        if known is None or not _says_the_same(session, known[1], question):
            done["added" if known is None else "changed"] += 1
            _write(session, quiz.id, question, known, rules[question.rule], at)
    for _question, version in current.values():
        version.retired_at = at
        done["retired"] += 1
    if any(done.values()):
        record(
            session, "quiz.loaded", actor_id=None, office_id=None, at=at, quiz=shape.slug, **done
        )
    return done


def _says_the_same(session: Session, version: QuestionVersion, question: QuestionShape) -> bool:
    """Say whether the file tells nothing new: it says what is there, or what an author has mended on a page since."""
    said = question.fingerprint
    if version.content_hash == said or version.made_by_id is None:
        return version.content_hash == said
    hashes = session.scalars(
        select(QuestionVersion.content_hash).where(
            QuestionVersion.question_id == version.question_id
        )
    )
    return said in set(hashes)


def _quiz(session: Session, source: QuizSource, handbook_id: int) -> Quiz:
    shape, blueprint = source.shape, source.shape.blueprint
    quiz = session.scalar(select(Quiz).where(Quiz.slug == shape.slug))
    if quiz is None:
        quiz = Quiz(slug=shape.slug)
        session.add(quiz)
    quiz.handbook_id = handbook_id
    quiz.title_ms, quiz.title_en = shape.title.ms, shape.title.en
    quiz.question_count, quiz.pass_mark = blueprint.questions, blueprint.pass_mark
    quiz.attempts_allowed, quiz.cool_down_hours = blueprint.attempts, blueprint.cool_down_hours
    quiz.time_limit_minutes = blueprint.time_limit_minutes
    quiz.review_share, quiz.adaptive_share = blueprint.review_share, blueprint.adaptive_share
    quiz.open_book, quiz.certainty = blueprint.open_book, blueprint.certainty
    quiz.draw = json.dumps(blueprint.draw, sort_keys=True)
    quiz.source_hash = hashlib.sha256(source.path.read_bytes()).hexdigest()
    session.flush()
    return quiz


def _current(session: Session, quiz_id: int) -> dict[str, tuple[Question, QuestionVersion]]:
    rows = session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(
            Question.quiz_id == quiz_id,
            QuestionVersion.retired_at.is_(None),
            QuestionVersion.state != "draft",
        )
    )
    return {question.key: (question, version) for question, version in rows}


def _write(
    session: Session,
    quiz_id: int,
    shape: QuestionShape,
    known: tuple[Question, QuestionVersion] | None,
    rule_id: int,
    at: datetime,
) -> None:
    question = known[0] if known else _question(session, quiz_id, shape.id)
    if known:
        known[1].retired_at = at
        session.flush()
    newest = session.scalar(
        select(QuestionVersion.number)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
        .limit(1)
    )
    session.add(
        QuestionVersion(
            question_id=question.id,
            number=(newest or 0) + 1,
            rule_id=rule_id,
            pinned_hash=shape.text,
            kind=shape.kind,
            content=json.dumps(shape.content(), ensure_ascii=False, sort_keys=True),
            key_choice=shape.key,
            alphabet=shape.alphabet,
            case_key=shape.case_id,
            content_hash=shape.fingerprint,
            created_at=at,
        )
    )


def _question(session: Session, quiz_id: int, key: str) -> Question:
    question = session.scalar(
        select(Question).where(Question.quiz_id == quiz_id, Question.key == key)
    )
    if question is None:
        question = Question(quiz_id=quiz_id, key=key)
        session.add(question)
        session.flush()
    return question
