"""Mail: queued in the act's own transaction, delivered by a job, so that no page waits and no act loses its mail."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from sqlalchemy import CheckConstraint, Index, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Database, Moment

MOST_TRIES = 8
log = logging.getLogger(__name__)


class OutgoingMail(Base):
    """A mail on its way. Personal data: address and text; cleared of its text once sent."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="state"),
        Index(
            "ix_outgoing_mails_waiting",
            "due_at",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class MailServer:
    """Where mail goes; an empty `host` prints it on the console instead."""

    host: str
    port: int
    username: str
    password: str
    tls: bool
    sender: str


def send(session: Session, *, recipient: str, subject: str, body: str, at: datetime) -> None:
    """Queue one mail in the caller's transaction; line breaks in the subject are folded."""
    session.add(
        OutgoingMail(
            recipient=recipient,
            subject=" ".join(subject.split()),
            body=body,
            state="waiting",
            tries=0,
            due_at=at,
            created_at=at,
        )
    )


def deliver_waiting(database: Database, server: MailServer, now: datetime, most: int = 200) -> int:
    """Deliver mails that are due; return how many went out.

    A mail is claimed by a conditional update, so two nodes never send it twice; a claim of a killed process is taken
    up again after ten minutes; a refused mail is tried again later, eight times at most.
    """
    sent = 0
    for mail_id in _due(database, now, most):
        claimed = _claim(database, mail_id, now)
        if claimed is None:
            continue
        try:
            _hand_over(claimed, server)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail %s was not delivered: %s", mail_id, error)
            _postpone(database, claimed, now)
        else:
            _close(database, mail_id)
            sent += 1
    return sent


def _due(database: Database, now: datetime, most: int) -> list[int]:
    with database.reading() as session:
        wanted = (
            select(OutgoingMail.id)
            .where(OutgoingMail.state.in_(("waiting", "sending")), OutgoingMail.due_at <= now)
            .order_by(OutgoingMail.due_at, OutgoingMail.id)
            .limit(most)
        )
        return list(session.scalars(wanted))


def _claim(database: Database, mail_id: int, now: datetime) -> OutgoingMail | None:
    with database.transaction() as session:
        done = session.execute(
            update(OutgoingMail)
            .where(
                OutgoingMail.id == mail_id,
                OutgoingMail.state.in_(("waiting", "sending")),
                OutgoingMail.due_at <= now,
            )
            .values(
                state="sending", tries=OutgoingMail.tries + 1, due_at=now + timedelta(minutes=10)
            )
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return None
        return session.get(OutgoingMail, mail_id)


def _postpone(database: Database, mail: OutgoingMail, now: datetime) -> None:
    failed = mail.tries >= MOST_TRIES
    with database.transaction() as session:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id)
            .values(
                state="failed" if failed else "waiting",
                due_at=now + timedelta(minutes=2**mail.tries),
            )
        )


def _close(database: Database, mail_id: int) -> None:
    with database.transaction() as session:
        session.execute(
            update(OutgoingMail).where(OutgoingMail.id == mail_id).values(state="sent", body="")
        )


def _hand_over(mail: OutgoingMail, server: MailServer) -> None:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2] or "localhost")
    message.set_content(mail.body)
    if not server.host:
        print(f"--- mail to {mail.recipient}: {mail.subject}\n{mail.body}\n---", flush=True)  # noqa: T201  # the console is the mailbox of development
        return
    with smtplib.SMTP(server.host, server.port, timeout=20) as smtp:
        if server.tls:
            smtp.starttls()
        if server.username:
            smtp.login(server.username, server.password)
        smtp.send_message(message)
