"""Promises of background work: done once however many nodes there are; no mail is lost, none is sent twice."""

import smtplib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app import mail
from app.db import Database
from app.jobs import Job, run_due
from app.mail import MOST_TRIES, MailServer, OutgoingMail, deliver_waiting, send

CONSOLE = MailServer(host="", port=0, username="", password="", tls=False, sender="s@jpn.example")
MINUTE = timedelta(minutes=1)


def job(done: list[str], name: str = "mail") -> Job:
    return Job(name, MINUTE, lambda _database, _at: done.append(name))


def test_a_job_runs_when_due_and_not_before(database: Database, at: datetime) -> None:
    done: list[str] = []
    assert run_due(database, [job(done)], at) == ["mail"]
    assert run_due(database, [job(done)], at + MINUTE / 2) == []
    assert run_due(database, [job(done)], at + MINUTE) == ["mail"]
    assert len(done) == 2


def test_two_nodes_at_the_same_moment_do_it_once(database: Database, at: datetime) -> None:
    done: list[str] = []
    other = Database(database.url.render_as_string(hide_password=False))
    run_due(database, [job(done)], at)
    run_due(other, [job(done)], at)
    other.dispose()
    assert done == ["mail"]


def test_a_job_that_fails_does_not_stop_the_others(database: Database, at: datetime) -> None:
    done: list[str] = []

    def broken(_database: Database, _at: datetime) -> None:
        raise RuntimeError("broken")

    assert run_due(database, [Job("broken", MINUTE, broken), job(done)], at) == ["mail"]


@pytest.fixture
def queued(database: Database, at: datetime) -> Database:
    """Queue one mail whose subject holds a line break."""
    with database.transaction() as session:
        send(session, recipient="n@jpn.example", subject="Satu\nBcc: x@y", body="Isi", at=at)
    return database


def state(database: Database) -> OutgoingMail:
    with database.reading() as session:
        return session.scalars(select(OutgoingMail)).one()


def test_a_mail_is_delivered_once_and_its_text_forgotten(
    queued: Database, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver_waiting(queued, CONSOLE, at) == 1
    assert deliver_waiting(queued, CONSOLE, at + timedelta(days=1)) == 0
    assert capsys.readouterr().out.count("Isi") == 1
    assert (state(queued).state, state(queued).body) == ("sent", "")


def test_a_subject_cannot_smuggle_a_header(queued: Database) -> None:
    assert state(queued).subject == "Satu Bcc: x@y"


def test_a_mail_of_an_act_that_was_rolled_back_never_goes_out(
    database: Database, at: datetime
) -> None:
    def act() -> None:
        with database.transaction() as session:
            send(session, recipient="n@jpn.example", subject="Satu", body="Isi", at=at)
            session.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(Exception, match="no_such_table"):
        act()
    assert deliver_waiting(database, CONSOLE, at) == 0


def test_a_refused_mail_is_tried_again_later_and_given_up_in_the_end(
    queued: Database, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_facts: object) -> None:
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr(mail, "_hand_over", refuse)
    assert deliver_waiting(queued, CONSOLE, at) == 0
    assert deliver_waiting(queued, CONSOLE, at) == 0, "not again at once"
    assert state(queued).state == "waiting"
    moment = at
    for _ in range(MOST_TRIES):
        moment = state(queued).due_at + MINUTE
        deliver_waiting(queued, CONSOLE, moment)
    assert state(queued).state == "failed"
    assert state(queued).tries == MOST_TRIES


def test_a_mail_claimed_by_a_process_that_was_killed_goes_out_later(
    queued: Database, at: datetime
) -> None:
    with queued.transaction() as session:
        session.execute(text("UPDATE outgoing_mails SET state = 'sending', tries = 1"))
        session.execute(text("UPDATE outgoing_mails SET due_at = due_at"))
    assert deliver_waiting(queued, CONSOLE, at + timedelta(minutes=11)) == 1
