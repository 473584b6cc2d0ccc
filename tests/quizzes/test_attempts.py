"""Attempts below the pages: begun once, kept, submitted once, counted."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.access.policy import Actor
from app.audit.models import AuditEvent
from app.db import Database
from app.errors import DomainError
from app.people.models import Office, Officer, Posting
from app.quizzes import queries
from app.quizzes.counting import recount
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade, ResponseCount
from app.quizzes.services import submit_expired_attempts
from tests.cast import Cast
from tests.quizzes.conftest import Taking

TakingAs = Callable[[Actor], Taking]
LATE = timedelta(minutes=31)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_starting_twice_goes_on_with_the_same_attempt(database: Database, taking: Taking) -> None:
    assert taking.start(seed=1) == taking.start(seed=2)
    assert count(database, Attempt) == 1


def test_two_starts_at_the_same_moment_make_one_attempt(database: Database, taking: Taking) -> None:
    begun, barrier = [], threading.Barrier(2)

    def begin(seed: int) -> None:
        mine = Taking(database, taking.actor, taking.at)
        barrier.wait()
        begun.append(mine.start(seed=seed))

    threads = [threading.Thread(target=begin, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 2
    assert len(set(begun)) == 1
    assert count(database, Attempt) == 1
    assert count(database, AttemptQuestion) == taking.quiz.question_count


def test_the_blueprints_rule_is_drawn_and_only_current_questions_are(taking: Taking) -> None:
    taking.start()
    slots = taking.slots()
    assert len(slots) == 5
    assert sum(slot.rule_code == "UJ-1.2" for slot in slots) >= 2


def test_a_question_whose_rule_changed_in_substance_is_never_drawn(
    database: Database, taking: Taking
) -> None:
    old = {"UJ-1.2": "0" * 16}
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE question_versions SET pinned_hash = :pin WHERE rule_id ="
                " (SELECT id FROM rules WHERE code = 'UJ-1.2')"
            ),
            {"pin": old["UJ-1.2"]},
        )
    taking.start()
    assert "UJ-1.2" not in {slot.rule_code for slot in taking.slots()}


def test_a_question_pinned_before_an_editorial_change_is_still_drawn(
    database: Database, taking: Taking
) -> None:
    with database.transaction() as session:
        first = session.scalar(
            text(
                "SELECT rule_texts.text_hash FROM rule_texts JOIN handbook_versions v ON v.id = version_id"
                " WHERE rule_texts.code = 'UJ-2.1' AND language = 'ms' AND v.number = '1.0'"
            )
        )
        session.execute(
            text(
                "UPDATE question_versions SET pinned_hash = :pin WHERE rule_id ="
                " (SELECT id FROM rules WHERE code = 'UJ-2.1')"
            ),
            {"pin": first},
        )
    taking.start()
    assert "UJ-2.1" in {slot.rule_code for slot in taking.slots()}


def test_parallel_questions_are_asked_the_second_time(database: Database, taking: Taking) -> None:
    taking.start(seed=3)
    first = {slot.version_id for slot in taking.slots()}
    taking.submit()
    with database.reading() as session:
        left = queries.candidates_of(
            session, quiz=taking.quiz, officer_id=taking.actor.id, on=taking.at.date()
        )
    assert {c.version_id for c in left if c.seen} == first


def test_submitting_twice_changes_nothing(database: Database, taking: Taking) -> None:
    taking.start()
    taking.answer(wrong=(1,))
    assert taking.submit()
    before = [count(database, table) for table in (Answer, Grade, ResponseCount, AuditEvent)]
    assert not taking.submit(at=taking.at + timedelta(minutes=1))
    assert [count(database, t) for t in (Answer, Grade, ResponseCount, AuditEvent)] == before
    with database.reading() as session:
        grade = queries.grade_of(session, attempt_id=taking.id)
    assert grade is not None
    assert (grade.score, grade.maximum, grade.passed) == (4, 5, True)
    assert grade.graded_at == taking.at


def test_two_submissions_at_the_same_moment_grade_once(database: Database, taking: Taking) -> None:
    taking.start()
    taking.answer()
    done, barrier = [], threading.Barrier(2)

    def send() -> None:
        barrier.wait()
        done.append(taking.submit())

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
    assert count(database, Grade) == 1
    assert count(database, Answer) == 5
    with database.reading() as session:
        assert session.scalar(select(func.sum(ResponseCount.n))) == 5


def test_a_submission_writes_everything_together_or_nothing(
    database: Database, taking: Taking
) -> None:
    taking.start()
    taking.answer()
    with database.transaction() as session:
        session.execute(text("DROP TABLE response_counts"))
    with pytest.raises(Exception, match="response_counts"):
        taking.submit()
    assert taking.row().submitted_at is None
    assert count(database, Answer) == count(database, Grade) == 0


def test_a_submission_is_recorded_and_the_office_of_today_is_told(
    database: Database, taking: Taking, cast: Cast
) -> None:
    taking.start()
    with database.transaction() as session:  # moved to Tawau after the attempt began
        posting = session.scalar(select(Posting).where(Posting.officer_id == taking.actor.id))
        assert posting is not None
        posting.ends_on = taking.at.date() - timedelta(days=1)
        session.add(
            Posting(
                officer_id=taking.actor.id,
                office_id=cast.offices.tawau,
                starts_on=taking.at.date(),
            )
        )
        before = session.get_one(Office, cast.offices.tawau).revision
    taking.submit()
    with database.reading() as session:
        assert session.get_one(Office, cast.offices.tawau).revision == before + 1
        assert session.scalars(select(Answer.office_id).distinct()).all() == [
            cast.offices.putrajaya
        ]
        event = session.scalar(select(AuditEvent).where(AuditEvent.act == "attempt.submitted"))
    assert event is not None
    assert '"by":"officer"' in event.facts.replace(" ", "")


def test_only_the_first_answer_to_a_question_is_counted(
    database: Database, taking: Taking, at: datetime
) -> None:
    for turn in range(3):
        taking.at = at + timedelta(days=2 * turn)
        taking.start(seed=turn)
        taking.answer(wrong=(1, 2, 3, 4, 5))
        taking.submit()
    with database.reading() as session:
        counted = session.scalar(select(func.count()).where(Answer.counted))
        versions = session.scalar(select(func.count(Answer.question_version_id.distinct())))
        assert session.scalar(select(func.sum(ResponseCount.n))) == counted == versions == 12


def test_counts_and_recount_are_equal(
    database: Database, cast: Cast, taking_as: TakingAs, at: datetime
) -> None:
    for number, actor in enumerate((cast.nurul, cast.aina, cast.farid, cast.tan)):
        way = taking_as(actor)
        way.at = at + timedelta(days=9 * number)  # over the end of a month
        way.start(seed=number)
        way.answer(wrong=tuple(range(1, number + 1)))
        way.submit()
    columns = ResponseCount.__table__.columns
    with database.transaction() as session:
        before = sorted(map(tuple, session.execute(select(*columns))))
        cells, wrong = recount(session)
        assert (cells, wrong) == (len(before), 0)
        session.execute(text("UPDATE response_counts SET n = n + 1"))
        assert recount(session)[1] == len(before)
        assert sorted(map(tuple, session.execute(select(*columns)))) == before
    assert {month for _version, _office, month, *_rest in before} == {"2026-11", "2026-12"}


def test_the_month_of_a_count_is_the_malaysian_one(database: Database, taking: Taking) -> None:
    taking.at = taking.at.replace(day=30, hour=17)  # 1.00 in the morning of 1 December there
    taking.start()
    taking.answer()
    taking.submit()
    with database.reading() as session:
        assert session.scalars(select(ResponseCount.month).distinct()).all() == ["2026-12"]


def test_what_was_left_open_is_no_response(database: Database, taking: Taking) -> None:
    taking.start()
    taking.save(1, "u")
    taking.submit()
    with database.reading() as session:
        assert session.scalars(select(ResponseCount.choice)).all() == ["u"]
        assert session.scalar(select(func.count()).select_from(Answer)) == 5


def test_an_attempt_past_its_deadline_is_submitted_with_what_is_saved(
    database: Database, taking: Taking, at: datetime
) -> None:
    taking.start()
    right = taking.slots()[0]
    taking.save(1, right.key)
    assert submit_expired_attempts(database, at + timedelta(minutes=30)) == 0
    assert submit_expired_attempts(database, at + LATE) == 1
    assert submit_expired_attempts(database, at + LATE) == 0
    row = taking.row()
    assert row.submitted_by == "deadline"
    with database.reading() as session:
        grade = queries.grade_of(session, attempt_id=taking.id)
    assert grade is not None
    assert grade.score == 1


def test_limits_are_said_in_words(taking: Taking, at: datetime) -> None:
    taking.start()
    taking.submit()
    with pytest.raises(DomainError, match="24 jam"):
        taking.start()
    for day in (2, 4):
        taking.start(at=at + timedelta(days=day))
        taking.submit(at=at + timedelta(days=day))
    with pytest.raises(DomainError, match="Semua 3 percubaan"):
        taking.start(at=at + timedelta(days=6))


def test_attempts_made_under_an_older_version_do_not_count(
    database: Database, taking: Taking, at: datetime
) -> None:
    for day in (0, 2, 4):
        taking.start(at=at + timedelta(days=day))
        taking.submit(at=at + timedelta(days=day))
    with database.transaction() as session:
        session.execute(
            text("UPDATE handbook_versions SET effective_on = '2026-12-01' WHERE number = '2.0'")
        )
    with database.reading() as session:
        new = queries.standing_of(
            session, quiz=taking.quiz, officer_id=taking.actor.id, on=at.date().replace(month=12)
        )
    assert new.attempts == 0


def test_a_save_is_refused_to_everybody_but_the_owner_while_it_is_open(
    database: Database, cast: Cast, taking: Taking, at: datetime
) -> None:
    taking.start()
    assert taking.save(1, "a")
    assert not taking.save(1, "b", by=cast.tan)
    assert not taking.save(99, "b")
    assert not taking.save(1, "b", at=at + LATE)
    assert taking.save(1, "c", at=at + timedelta(minutes=30, seconds=4)), "grace for the way"
    taking.submit()
    assert not taking.save(1, "b")
    assert taking.slots()[0].choice == "c"


def test_a_save_is_refused_once_the_person_is_signed_out_or_inactive(
    database: Database, taking: Taking
) -> None:
    taking.start()
    with database.transaction() as session:
        session.get_one(Officer, taking.actor.id).session_version = 2
    assert not taking.save(1, "a")
    with database.transaction() as session:
        officer = session.get_one(Officer, taking.actor.id)
        officer.session_version, officer.active = 1, False
    assert not taking.save(1, "a")


def test_one_answer_takes_one_letter_and_several_take_several(taking: Taking) -> None:
    multiple = single = None
    for seed in range(40):
        taking.start(seed=seed)
        slots = taking.slots()
        single = next(slot for slot in slots if not slot.multiple)
        multiple = next((slot for slot in slots if slot.multiple), None)
        if multiple:
            break
        with taking.database.transaction() as session:
            session.execute(text("DELETE FROM attempt_questions"))
            session.execute(text("DELETE FROM attempts"))
    assert multiple
    assert single
    assert not taking.save(single.position, "ab")
    assert not taking.save(single.position, "")
    for choice in ("abcd", "ac", "u", ""):
        assert taking.save(multiple.position, choice)
    assert not taking.save(single.position, "x")


def test_saving_the_same_again_answers_the_same_and_keeps_its_time(
    taking: Taking, at: datetime
) -> None:
    taking.start()
    assert taking.save(1, "b")
    assert taking.save(1, "b", at=at + timedelta(minutes=5))
    assert taking.slots()[0].saved_at == at
    assert taking.save(1, "c", at=at + timedelta(minutes=6))
    assert taking.slots()[0].saved_at == at + timedelta(minutes=6)


def test_what_is_acknowledged_while_submitting_is_graded(
    database: Database, taking: Taking
) -> None:
    """A save and a submission of the same attempt follow one another: no acknowledged choice is left out."""
    taking.start()
    last = {slot.position: slot.choice for slot in taking.slots()}
    start, stop = threading.Barrier(2), threading.Event()

    def keep_saving() -> None:
        start.wait()
        turn = 0
        while not stop.is_set():
            choice = "abcd"[turn % 4]
            if not taking.save(2, choice):
                return
            last[2] = choice
            turn += 1

    thread = threading.Thread(target=keep_saving)
    thread.start()
    start.wait()
    taking.submit()
    thread.join(timeout=20)
    stop.set()
    with database.reading() as session:
        version = taking.slots()[1].version_id
        graded = session.scalar(select(Answer.choice).where(Answer.question_version_id == version))
    assert graded == last[2]
