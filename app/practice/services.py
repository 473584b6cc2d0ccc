"""Acts of practice: take the answers of quizzes as reviews, ask a question of today, keep its answer once."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.policy import Actor
from app.clock import local_date
from app.db import Database
from app.practice import queries
from app.practice.logic import Memory, reviewed
from app.practice.models import PracticeAnswer, PracticeCursor, ReviewCard
from app.practice.queries import AskedRow
from app.quizzes.bringing import core_rules
from app.quizzes.logic import shown_order
from app.quizzes.marking import mark
from app.quizzes.models import Answer, QuestionVersion

BATCH, MOST_BATCHES = 2000, 20
CURSOR = "answers"


@dataclass(frozen=True)
class Review:
    """An answer as memory takes it: whose, of which rule under which wording, right or not, how certain, when."""

    officer_id: int
    rule_id: int
    rule_hash: str
    core: bool
    right: bool
    certainty: int
    at: datetime


class Absorbing:
    """The job that takes new answers of quizzes as reviews, in order, each once; it reads no card but those concerned."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm

    def __call__(self, database: Database, _at: datetime) -> int:
        """Take what is new, a batch in a transaction; return how many answers.

        One run takes no more than its share, so that mail and deadlines never wait long behind a large backlog.
        """
        done = 0
        for _batch in range(MOST_BATCHES):
            if not (taken := self._batch(database)):
                break
            done += taken
        return done

    def _batch(self, database: Database) -> int:
        with database.transaction() as session:
            cursor = session.get(PracticeCursor, CURSOR, with_for_update=True)
            if cursor is None:
                cursor = PracticeCursor(name=CURSOR, last_id=0)
                session.add(cursor)
                session.flush()
            rows = session.execute(
                select(
                    Answer.id,
                    Answer.officer_id,
                    QuestionVersion.rule_id,
                    QuestionVersion.pinned_hash,
                    Answer.correct,
                    Answer.certainty,
                    Answer.answered_at,
                )
                .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
                .where(Answer.id > cursor.last_id)
                .order_by(Answer.id)
                .limit(BATCH)
            ).all()
            if not rows:
                return 0
            core = core_rules(session, {row[2] for row in rows})
            review_cards(
                session,
                [
                    Review(row[1], row[2], row[3], row[2] in core, row[4], row[5], row[6])
                    for row in rows
                ],
                algorithm=self.algorithm,
            )
            cursor.last_id = rows[-1][0]
            return len(rows)


def review_cards(session: Session, reviews: Iterable[Review], *, algorithm: str) -> None:
    """Bring the cards concerned to what the reviews say, in the order given."""
    held = list(reviews)
    officers, rules = {r.officer_id for r in held}, {r.rule_id for r in held}
    cards = {
        (card.officer_id, card.rule_id): card
        for card in session.scalars(
            select(ReviewCard).where(
                ReviewCard.officer_id.in_(officers), ReviewCard.rule_id.in_(rules)
            )
        )
    }
    for review in sorted(held, key=lambda r: r.at):
        place = (review.officer_id, review.rule_id)
        card = cards.get(place)
        memory = reviewed(
            _memory(card) if card else None,
            right=review.right,
            certainty=review.certainty,
            core=review.core,
            at=review.at,
            algorithm=algorithm,
        )
        if card is None:
            card = cards[place] = ReviewCard(officer_id=place[0], rule_id=place[1])
            session.add(card)
        _write(card, memory, review.rule_hash, algorithm)
    session.flush()


def _memory(card: ReviewCard) -> Memory:
    return Memory(
        due_at=card.due_at,
        reviewed_at=card.reviewed_at,
        stability=card.stability,
        difficulty=card.difficulty,
        box=card.box,
        reviews=card.reviews,
        lapses=card.lapses,
        last_right=card.last_right,
    )


def _write(card: ReviewCard, memory: Memory, rule_hash: str, algorithm: str) -> None:
    card.due_at, card.reviewed_at = memory.due_at, memory.reviewed_at
    card.stability, card.difficulty, card.box = memory.stability, memory.difficulty, memory.box
    card.reviews, card.lapses, card.last_right = memory.reviews, memory.lapses, memory.last_right
    card.rule_hash, card.algorithm = rule_hash, algorithm


def ask_next(session: Session, actor: Actor, *, seed: int, at: datetime) -> AskedRow | None:
    """Return the question that waits for the officer today, drawing the next one where none is open; None when done.

    A question not met before is preferred. Two tabs get the same question.
    """
    day = local_date(at)
    if waiting := queries.asked_row(session, officer_id=actor.id, day=day):
        return waiting
    if actor.office_id is None:
        return None
    pins = queries.pins_of_all(session, on=day)
    for rule_id in queries.due_rules(session, officer_id=actor.id, pins=pins, at=at, day=day):
        offered = queries.questions_on(
            session, rule_id=rule_id, officer_id=actor.id, pins=pins[rule_id]
        )
        if not offered:
            continue
        version_id, kind, alphabet = offered[0]
        chance = random.Random(seed)  # noqa: S311  # a shuffle, not a secret
        facts = {
            "officer_id": actor.id,
            "office_id": actor.office_id,
            "day": day,
            "rule_id": rule_id,
            "question_version_id": version_id,
            "option_order": shown_order(kind, alphabet, chance),
            "asked_at": at,
        }
        try:
            with session.begin_nested():
                session.execute(insert(PracticeAnswer).values(**facts))
        except IntegrityError:  # another tab was quicker with the same rule
            pass
        return queries.asked_row(session, officer_id=actor.id, day=day)
    return None


def answer_practice(
    session: Session,
    actor: Actor,
    asked: AskedRow,
    *,
    choice: str,
    certainty: int,
    algorithm: str,
    at: datetime,
) -> bool:
    """Keep the answer to a question of practice, once, and move its card; return False when it was answered before."""
    slot = asked.slot
    right = mark(slot.kind, slot.content, slot.key, choice).right
    kept = session.execute(
        update(PracticeAnswer)
        .where(
            PracticeAnswer.id == asked.id,
            PracticeAnswer.officer_id == actor.id,
            PracticeAnswer.answered_at.is_(None),
        )
        .values(choice=choice, certainty=certainty, correct=right, answered_at=at)
    )
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        return False
    core = bool(core_rules(session, {slot.rule_id}))
    review = Review(actor.id, slot.rule_id, slot.pinned_hash, core, right, certainty, at)
    review_cards(session, [review], algorithm=algorithm)
    return True
