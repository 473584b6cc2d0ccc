"""Acts on question quality: rebuild the statistics, dispute a question, answer a dispute."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import mail
from app.access.policy import Actor
from app.audit.services import record
from app.db import Database
from app.disclosure import EVERYBODY, FEWEST_NEW
from app.errors import N_, DomainError
from app.quality import queries
from app.quality.models import Dispute, ItemStatistic, QuizStatistic
from app.quality.queries import DisputeRow
from app.quality.reports import ItemReport, QuizReport, Responses, rekeyed, report_on


def refresh_statistics(database: Database, at: datetime) -> int:
    """Rebuild the statistics of every quiz from its counted answers, one transaction each; return how many questions were answered.

    The newest attempts up to a limit are read (`queries.MOST_ATTEMPTS`), never in a request of a page.
    """
    with database.reading() as session:
        quiz_ids = queries.quiz_ids(session)
    done = 0
    for quiz_id in quiz_ids:
        with database.reading() as session:
            held = queries.responses(session, quiz_id=quiz_id)
        report = report_on(held)
        with database.transaction() as session:
            _keep(session, quiz_id, held, report, at)
        done += len(report.items)
    return done


def _keep(
    session: Session, quiz_id: int, held: Responses, report: QuizReport, at: datetime
) -> None:
    """Store what may be released: nothing of fewer than ten officers, and nothing anew before ten more have answered.

    Authors know who sat a quiz lately; figures that follow each answer would tell what it was. What is new is told by the ids
    of answers: their number stands still where only the newest attempts are read.
    """
    before = queries.released(session, quiz_id=quiz_id)
    if report.n >= EVERYBODY and held.fresh_attempts(before.answers_to) >= FEWEST_NEW:
        _keep_quiz(session, quiz_id, held, report, at)
    fresh = held.fresh({version: told.answers_to for version, told in before.items.items()})
    few = {item.version_id for item in report.items if item.n < EVERYBODY}
    items = [
        item
        for item in report.items
        if item.version_id not in few and fresh[item.version_id] >= FEWEST_NEW
    ]
    gone = few | {item.version_id for item in items}
    session.execute(delete(ItemStatistic).where(ItemStatistic.question_version_id.in_(gone)))
    newest = held.newest()
    rows = [
        {
            "question_version_id": item.version_id,
            "answers_to": newest[item.version_id],
            "computed_at": at,
            **_stored(item),
        }
        for item in items
    ]
    if rows:
        session.execute(insert(ItemStatistic), rows)
    _keep_keys(session, held, {v: told for v, told in before.items.items() if v not in gone})


def _keep_quiz(
    session: Session, quiz_id: int, held: Responses, report: QuizReport, at: datetime
) -> None:
    whole = {"questions": report.questions, "alpha": report.alpha, "se": report.standard_error}
    session.execute(delete(QuizStatistic).where(QuizStatistic.quiz_id == quiz_id))
    session.execute(
        insert(QuizStatistic).values(
            quiz_id=quiz_id,
            n=report.n,
            answers_to=max(held.answers),
            content=json.dumps(whole),
            computed_at=at,
        )
    )


def _stored(item: ItemReport) -> dict[str, Any]:
    return {"n": item.n, "content": json.dumps(asdict(item)), "flag": item.flag}


def _keep_keys(session: Session, held: Responses, told: Mapping[int, queries.Told]) -> None:
    """Tell what was told already under a key that was corrected since, of the same answers; withdraw it where that cannot be.

    Counted anew it would hold the answers since, be it one: its author chooses the hour of a correction.
    """
    for version_id, one in told.items():
        right = held.right.get(version_id)
        if right is None or one.content.get("right", right) == right:
            continue
        report = rekeyed(one.content, right, held.marks(version_id))
        values = _stored(report) if report else {"n": 0, "content": "{}", "flag": ""}
        session.execute(
            update(ItemStatistic)
            .where(ItemStatistic.question_version_id == version_id)
            .values(**values)
        )


def dispute_question(
    session: Session, actor: Actor, *, attempt_id: int, version_id: int, text: str, at: datetime
) -> int:
    """Dispute a question of one's own submitted attempt; return the dispute's id.

    Raises DomainError when the same question of the attempt is disputed already.
    """
    made = Dispute(
        attempt_id=attempt_id,
        question_version_id=version_id,
        officer_id=actor.id,
        text=text,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise DomainError(N_("Anda telah mempertikaikan soalan ini.")) from None
    record(
        session,
        "question.disputed",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        dispute_id=made.id,
    )
    return made.id


@dataclass(frozen=True)
class Letter:
    """The mail that brings the answer."""

    subject: str
    body: str


def answer_dispute(
    session: Session,
    actor: Actor,
    *,
    dispute_id: int,
    upheld: bool,
    answer: str,
    compose: Callable[[DisputeRow], Letter],
    at: datetime,
) -> None:
    """Answer a dispute, once, and mail the answer to who made it.

    Raises DomainError when somebody has answered it meanwhile.
    """
    done = session.execute(
        update(Dispute)
        .where(Dispute.id == dispute_id, Dispute.state == "open")
        .values(
            state="upheld" if upheld else "declined",
            answer=answer,
            answered_by_id=actor.id,
            answered_at=at,
        )
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError(N_("Pertikaian ini telah dijawab."))
    record(
        session,
        "dispute.answered",
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        dispute_id=dispute_id,
        upheld=upheld,
    )
    (row,) = queries.dispute_rows(session, dispute_id=dispute_id)
    letter = compose(row)
    mail.send(session, recipient=row.email, subject=letter.subject, body=letter.body, at=at)
