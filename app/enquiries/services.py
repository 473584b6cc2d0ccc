"""Acts on enquiries: to ask about a rule, to answer in public, to answer the asker alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import mail
from app.access.policy import Actor
from app.audit.services import record
from app.enquiries import queries
from app.enquiries.logic import (
    LONGEST,
    LONGEST_ANSWER,
    MOST_OPEN,
    SAME_WITHIN,
    SHORTEST,
    plain_lines,
)
from app.enquiries.models import Enquiry
from app.enquiries.queries import EnquiryRow
from app.errors import N_, DomainError, NotFoundError
from app.people.models import Officer


class ClosedError(DomainError):
    """Somebody else has answered or declined the enquiry meanwhile."""


@dataclass(frozen=True)
class PublicWords:
    """What everybody will read: the question restated, and the answer, in both languages."""

    question_ms: str
    question_en: str
    answer_ms: str
    answer_en: str


@dataclass(frozen=True)
class Letter:
    """The mail that brings an answer to the asker."""

    subject: str
    body: str


Compose = Callable[[EnquiryRow], Letter]


def ask_about_rule(
    session: Session,
    actor: Actor,
    *,
    rule_id: int,
    version_id: int,
    language: str,
    text: str,
    at: datetime,
) -> int:
    """Keep what an officer does not understand about a rule as it stands in a version; return the enquiry's id.

    The same text about the same rule within a minute is the same enquiry. Raises DomainError for a text too short or too
    long, a version without the rule, and an officer of whom five are open.
    """
    words = plain_lines(text)
    _check_length(words)
    read = queries.rule_as_read(session, rule_id=rule_id, version_id=version_id)
    if read is None:
        raise DomainError(
            N_("Versi yang anda baca tidak mempunyai peraturan ini. Muat semula halaman ini.")
        )
    # the second of two clicks waits here for the first; asking never locks out who only reads
    session.execute(
        select(Officer.id).where(Officer.id == actor.id).with_for_update(key_share=True)
    )
    if already := _asked_just_now(session, actor.id, rule_id, words, at):
        return already
    _check_waiting(session, actor.id)
    row = Enquiry(
        rule_id=rule_id,
        version_id=version_id,
        officer_id=actor.id,
        office_id=actor.office_id,
        language=language,
        text=words,
        asked_at=at,
        state="open",
    )
    session.add(row)
    session.flush()
    slug, name, number = read
    _record(session, "enquiry.asked", actor, row.id, at, handbook=slug, rule=name, version=number)
    return row.id


def _check_waiting(session: Session, officer_id: int) -> None:
    waiting = queries.count_of(session, Enquiry.officer_id == officer_id, Enquiry.state == "open")
    if waiting >= MOST_OPEN:
        raise DomainError(
            N_(
                "Anda sudah mempunyai %(n)s pertanyaan yang belum dijawab. Tunggu jawapan dahulu,"
                " atau tanya penyelia anda jika pelanggan sedang menunggu."
            ),
            n=MOST_OPEN,
        )


def _check_length(words: str) -> None:
    if len(words) < SHORTEST:
        raise DomainError(
            N_("Terangkan apa yang anda tidak faham, sekurang-kurangnya %(n)s aksara."),
            field="text",
            n=SHORTEST,
        )
    if len(words) > LONGEST:
        raise DomainError(N_("Pendekkan kepada %(n)s aksara."), field="text", n=LONGEST)


def _asked_just_now(
    session: Session, officer_id: int, rule_id: int, words: str, at: datetime
) -> int | None:
    return session.scalar(
        select(Enquiry.id)
        .where(
            Enquiry.officer_id == officer_id,
            Enquiry.rule_id == rule_id,
            Enquiry.text == words,
            Enquiry.asked_at > at - SAME_WITHIN,
        )
        .order_by(Enquiry.id)
        .limit(1)
    )


def answer_enquiry(
    session: Session,
    actor: Actor,
    *,
    enquiry_id: int,
    words: PublicWords,
    compose: Compose,
    at: datetime,
) -> None:
    """Answer in public, without a name, and mail the asker in the language of the enquiry.

    Raises DomainError at the field that is empty or too long, ClosedError when somebody else was quicker, and
    NotFoundError for an enquiry that does not exist.
    """
    given = {
        name: _filled(getattr(words, name), name)
        for name in ("question_ms", "question_en", "answer_ms", "answer_en")
    }
    row = _close(session, actor, enquiry_id, at, state="answered", **given)
    _record(session, "enquiry.answered", actor, enquiry_id, at)
    _tell(session, row, compose, at)


def decline_enquiry(
    session: Session,
    actor: Actor,
    *,
    enquiry_id: int,
    reason: str,
    compose: Compose,
    at: datetime,
) -> None:
    """End an enquiry without a public answer; the reason goes to the asker alone. Raises as `answer_enquiry` does."""
    found = queries.enquiry_row(session, enquiry_id=enquiry_id, language="ms")
    if found is None:
        raise NotFoundError(N_("Pertanyaan ini tidak ditemui."))
    told = {f"answer_{found.language}": _filled(reason, "reason")}
    row = _close(session, actor, enquiry_id, at, state="declined", **told)
    _record(session, "enquiry.declined", actor, enquiry_id, at)
    _tell(session, row, compose, at)


def _filled(text: str, field: str) -> str:
    words = plain_lines(text)
    if not words:
        raise DomainError(N_("Medan ini perlu diisi."), field=field)
    if len(words) > LONGEST_ANSWER:
        raise DomainError(N_("Pendekkan kepada %(n)s aksara."), field=field, n=LONGEST_ANSWER)
    return words


def _close(
    session: Session, actor: Actor, enquiry_id: int, at: datetime, **facts: str
) -> EnquiryRow:
    """Write the end of an open enquiry; of two authors at once the database lets one through."""
    done = session.execute(
        update(Enquiry)
        .where(Enquiry.id == enquiry_id, Enquiry.state == "open")
        .values(answered_by_id=actor.id, answered_at=at, **facts)
    )
    found = queries.enquiry_row(session, enquiry_id=enquiry_id, language="ms")
    if found is None:
        raise NotFoundError(N_("Pertanyaan ini tidak ditemui."))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ClosedError(
            N_(
                "%(name)s telah menjawab pertanyaan ini sementara anda menulis. Teks anda tidak disimpan, tetapi masih ada"
                " di bawah."
            ),
            name=found.answered_by,
        )
    # the rule's code and title in the language of the letter
    spoken = queries.enquiry_row(session, enquiry_id=enquiry_id, language=found.language)
    return spoken or found


def _tell(session: Session, row: EnquiryRow, compose: Compose, at: datetime) -> None:
    email = session.scalar(
        select(Officer.email).where(Officer.id == row.officer_id, Officer.active)
    )
    if email is None:  # who has left the department is not written to
        return
    letter = compose(row)
    mail.send(session, recipient=email, subject=letter.subject, body=letter.body, at=at)


def _record(
    session: Session, act: str, actor: Actor, enquiry_id: int, at: datetime, **facts: object
) -> None:
    record(
        session,
        act,
        actor_id=actor.id,
        office_id=actor.office_id,
        at=at,
        enquiry_id=enquiry_id,
        **facts,
    )
