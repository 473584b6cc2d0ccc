"""The demonstration department is what it promises: reproducible, made once, and consistent to the last row."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import create_app
from app.acknowledgements.asking import Asked, changes_of, words_of
from app.acknowledgements.models import Acknowledgement
from app.audit.models import AuditEvent
from app.audit.queries import first_faults
from app.briefings.models import Briefing
from app.clock import local_date, month_number
from app.commands import upgrade_database
from app.compliance.models import Assignment, Exemption, Reminder
from app.db import Base, Database
from app.demo import services
from app.demo.cast import CAST, PASSWORD
from app.demo.habits import Habit
from app.demo.queries import demo_people_exist
from app.demo.services import Wanted, load_department, make_department
from app.demo.waves import better
from app.handbooks.models import HandbookVersion
from app.handbooks.queries import version_rows
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.passwords import verify
from app.people.queries import office_of
from app.people.services import OfficerFacts, create_officer
from app.quizzes.counting import recount
from app.quizzes.logic import passed
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade, QuestionVersion, Quiz
from app.rollouts.logic import draw_waves
from app.rollouts.models import Rollout, RolloutOffice
from app.rollouts.queries import turns_to_come
from tests.conftest import test_config

OFFICERS = 60


class UndoneError(Exception):
    """Raised to take back what a transaction did."""


def quiet(_text: str) -> None:
    """Tell nobody."""


@pytest.fixture
def department(
    app: Any, database: Database, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> Database:
    monkeypatch.setattr(services, "refresh_all_tallies", lambda _database, _at: 0)
    assert load_department(database, Wanted(OFFICERS, 7, at), only_if_empty=False, tell=quiet)
    return database


@pytest.fixture
def session(department: Database) -> Any:
    with department.reading() as found:
        yield found


def fingerprint(database: Database, wanted: Wanted) -> dict[str, list[Any]]:
    """Return every row that a loading makes, and take it back."""
    found: dict[str, list[Any]] = {}
    try:
        with database.transaction() as session:
            make_department(session, wanted, quiet)
            for table in Base.metadata.sorted_tables:
                kept = [c for c in table.c if c.name != "password_hash"]
                serial = {"audit_events", "postings", "answers", "reminders", "role_grants"}
                kept = [c for c in kept if not (c.name == "id" and table.name in serial)]
                found[table.name] = sorted(map(repr, session.execute(select(*kept))))
            raise UndoneError
    except UndoneError:
        return found


def test_the_same_seed_and_size_make_the_same_department(
    app: Any, database: Database, at: datetime
) -> None:
    first = fingerprint(database, Wanted(OFFICERS, 7, at))
    assert fingerprint(database, Wanted(OFFICERS, 7, at)) == first
    assert fingerprint(database, Wanted(OFFICERS, 8, at))["officers"] != first["officers"]


def test_loading_twice_doubles_nothing(department: Database, at: datetime) -> None:
    again = load_department(department, Wanted(OFFICERS, 7, at), only_if_empty=False, tell=quiet)
    assert again is None
    with department.reading() as session:
        assert count(session, Officer, Officer.is_demo) == OFFICERS


def test_only_if_empty_leaves_a_database_with_officers_alone(
    app: Any, database: Database, at: datetime
) -> None:
    assert load_department(database, Wanted(60, 7, at), only_if_empty=True, tell=quiet) is None
    with database.reading() as session:
        assert not demo_people_exist(session)


def test_without_handbooks_there_are_people_without_a_history(tmp_path: Path, at: datetime) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    create_app(test_config(f"sqlite:///{tmp_path}/empty.db"), empty)
    upgrade_database(empty)
    loaded = load_department(empty, Wanted(OFFICERS, 7, at), only_if_empty=True, tell=quiet)
    with empty.reading() as session:
        people, declared = count(session, Officer), count(session, Acknowledgement)
    empty.dispose()
    assert loaded
    assert (loaded.with_history, people, declared) == (False, OFFICERS, 0)


def count(session: Session, model: type[Base], *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_everybody_made_is_marked_and_only_the_cast_can_sign_in(session: Session) -> None:
    made = list(session.scalars(select(Officer).where(Officer.is_demo)))
    with_password = {o.staff_number: o for o in made if o.password_hash}
    assert len(made) == OFFICERS
    assert set(with_password) == {person.staff_number for person in CAST}
    assert all(verify(o.password_hash, PASSWORD) for o in with_password.values())
    assert all(o.email.endswith("@jpn.example") for o in made)


def test_the_cast_serves_and_leads_where_it_says(session: Session, at: datetime) -> None:
    offices = dict(session.execute(select(Office.code, Office.id)).all())
    for person in CAST:
        officer = session.scalars(
            select(Officer).where(Officer.staff_number == person.staff_number)
        ).one()
        on = local_date(at)
        assert office_of(session, officer_id=officer.id, on=on) == offices[person.office]
        roles = session.execute(
            select(RoleGrant.role, RoleGrant.office_id).where(RoleGrant.officer_id == officer.id)
        ).all()
        held = [(role, office_id) for role, office_id in roles]
        assert held == ([(person.role, offices[person.role_office])] if person.role else [])
    for code, heads in (("PJY-01", 20), ("SBH-02", 4)):
        assert (
            count(session, Posting, Posting.office_id == offices[code], Posting.ends_on.is_(None))
            == heads
        )


def test_postings_follow_each_other_without_a_gap(session: Session) -> None:
    rows = session.execute(
        select(Posting.officer_id, Posting.starts_on, Posting.ends_on, Officer.joined_on)
        .join(Officer, Officer.id == Posting.officer_id)
        .where(Officer.is_demo)
        .order_by(Posting.officer_id, Posting.starts_on)
    ).all()
    held: dict[int, list[Any]] = {}
    for row in rows:
        held.setdefault(row.officer_id, []).append(row)
    for postings in held.values():
        assert postings[0].starts_on == postings[0].joined_on
        assert postings[-1].ends_on is None
        for earlier, later in pairwise(postings):
            assert earlier.ends_on + timedelta(days=1) == later.starts_on


def test_every_office_lies_below_the_one_above_it(session: Session) -> None:
    offices = {office.id: office for office in session.scalars(select(Office))}
    for office in offices.values():
        above = offices[office.parent_id].path if office.parent_id else "/"
        assert office.path == f"{above}{office.id}/"


def test_the_audit_holds_and_says_that_this_is_a_demonstration(session: Session, app: Any) -> None:
    faults, checked = first_faults(session, key=app.extensions["config"].audit_key)
    assert not faults
    assert checked == count(session, AuditEvent)
    assert count(session, AuditEvent, AuditEvent.act == "demo.loaded") == 1
    assert count(session, AuditEvent, AuditEvent.act == "attempt.submitted") > 5


def test_the_counts_of_responses_are_those_of_the_answers(department: Database) -> None:
    with department.transaction() as session:
        cells, wrong = recount(session)
    assert cells > 50
    assert wrong == 0


def test_grades_are_what_the_answers_earn(session: Session) -> None:
    marks = {quiz.id: quiz.pass_mark for quiz in session.scalars(select(Quiz))}
    keys = dict(session.execute(select(QuestionVersion.id, QuestionVersion.key_choice)).all())
    attempts = {attempt.id: attempt for attempt in session.scalars(select(Attempt))}
    grades = list(session.scalars(select(Grade)))
    assert len(grades) > 30
    assert {g.attempt_id for g in grades} == {a.id for a in attempts.values() if a.submitted_at}
    assert {grade.passed for grade in grades} == {True, False}
    for grade in grades:
        answers = list(session.scalars(select(Answer).where(Answer.attempt_id == grade.attempt_id)))
        slots = dict(
            session.execute(
                select(AttemptQuestion.question_version_id, AttemptQuestion.choice).where(
                    AttemptQuestion.attempt_id == grade.attempt_id
                )
            ).all()
        )
        assert {answer.question_version_id: answer.choice for answer in answers} == slots
        assert all(a.correct == (a.choice == keys[a.question_version_id]) for a in answers)
        assert grade.score == sum(answer.correct for answer in answers)
        assert grade.maximum == len(answers)
        assert grade.passed == passed(grade.score, grade.maximum, marks[grade.quiz_id])
        assert grade.graded_at == attempts[grade.attempt_id].submitted_at


def test_only_the_first_answer_to_a_question_is_counted(session: Session) -> None:
    seen: set[tuple[int, int]] = set()
    answers = session.scalars(
        select(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.choice != "")
        .order_by(Attempt.submitted_at, Answer.id)
    )
    for answer in answers:
        key = (answer.officer_id, answer.question_version_id)
        assert answer.counted == (key not in seen)
        seen.add(key)


def test_attempts_keep_to_the_rules_of_their_quiz(session: Session, at: datetime) -> None:
    quizzes = {quiz.id: quiz for quiz in session.scalars(select(Quiz))}
    order = select(Attempt).order_by(Attempt.officer_id, Attempt.quiz_id, Attempt.started_at)
    before: dict[tuple[int, int], list[Attempt]] = {}
    for attempt in session.scalars(order):
        quiz, earlier = (
            quizzes[attempt.quiz_id],
            before.setdefault((attempt.officer_id, attempt.quiz_id), []),
        )
        assert attempt.started_at < (attempt.submitted_at or at) <= at
        if quiz.time_limit_minutes:
            assert attempt.deadline_at == attempt.started_at + timedelta(
                minutes=quiz.time_limit_minutes
            )
        if earlier and earlier[-1].submitted_at:
            wait = timedelta(hours=quiz.cool_down_hours)
            assert attempt.started_at >= earlier[-1].submitted_at + wait
        earlier.append(attempt)
        assert not quiz.attempts_allowed or len(earlier) <= quiz.attempts_allowed


def test_everything_done_belongs_to_the_office_of_that_day(session: Session, at: datetime) -> None:
    acts = [
        (a.officer_id, a.office_id, a.acknowledged_at)
        for a in session.scalars(select(Acknowledgement))
    ]
    acts += [(a.officer_id, a.office_id, a.started_at) for a in session.scalars(select(Attempt))]
    for officer_id, office_id, moment in acts:
        assert moment < at
        assert office_of(session, officer_id=officer_id, on=local_date(moment)) == office_id


def test_acknowledgements_are_written_as_the_act_writes_them(session: Session) -> None:
    rows = list(session.scalars(select(Acknowledgement)))
    ids = {row.version_id for row in rows} | {row.since_version_id or 0 for row in rows}
    versions = version_rows(session, ids=ids)
    assert len({row.receipt_number for row in rows}) == len(rows) > 50
    assert any(row.since_version_id for row in rows), "nobody read only what changed"
    for row in rows:
        version, spoken = versions[row.version_id], row.language
        asked = Asked()
        if row.since_version_id:
            since = versions[row.since_version_id]
            asked = changes_of(session, since=since, version=version, language=spoken)
        words = words_of(session, asked, version=version, language=spoken)
        assert (row.declaration, row.content_hash) == (words, version.content_hash)
        assert local_date(row.acknowledged_at) >= version.effective_on


def test_somebody_is_late_and_somebody_left_a_quiz_open(session: Session, at: datetime) -> None:
    open_attempts = list(session.scalars(select(Attempt).where(Attempt.submitted_at.is_(None))))
    assert len(open_attempts) == 1
    staff_number = session.scalar(
        select(Officer.staff_number).where(Officer.id == open_attempts[0].officer_id)
    )
    assert staff_number == "D1001"
    current = session.scalars(
        select(Assignment).where(
            Assignment.kind == "acknowledge", Assignment.withdrawn_at.is_(None)
        )
    ).first()
    assert current
    versions = select(HandbookVersion.id).where(HandbookVersion.handbook_id == current.handbook_id)
    done = count(
        session,
        Acknowledgement,
        Acknowledgement.version_id.in_(versions),
        Acknowledgement.since_version_id.is_(None),
    )
    assert OFFICERS * 0.4 < done < OFFICERS
    assert count(session, Reminder) + count(session, Exemption) > 0


def test_a_new_officer_finds_a_free_number(department: Database, at: datetime) -> None:
    with department.transaction() as session:
        office_id = session.scalar(select(Office.id).where(Office.code == "PJY-01")) or 0
        facts = OfficerFacts(
            "K9", "Baharu binti Datang", "baharu@jpn.example", "", "", "ms", at.date()
        )
        assert create_officer(session, None, facts, office_id=office_id, at=at)


def test_a_transferred_officer_keeps_the_first_office_in_the_record(
    app: Any, database: Database, at: datetime
) -> None:
    """At this size somebody has been transferred with a history on both sides."""
    moved = (
        "SELECT count(*) FROM attempts a JOIN postings p ON p.officer_id = a.officer_id"
        " AND p.ends_on IS NULL WHERE p.office_id <> a.office_id"
    )
    with database.transaction() as session:
        make_department(session, Wanted(900, 7, at), quiet)
        assert session.scalar(text(moved))


def test_production_refuses_with_one_sentence(app: Any, database: Database) -> None:
    config = replace(
        test_config(database.url.render_as_string(hide_password=False)),
        environment="production",
        public_url="https://seragam.example",
    )
    result = (
        create_app(config, database)
        .test_cli_runner()
        .invoke(args=["demo", "load", "--officers", "60"])
    )
    assert result.exit_code != 0
    assert "never exist in a production configuration" in result.output
    with database.reading() as session:
        assert not demo_people_exist(session)


def test_the_command_tells_what_it_made_and_who_can_sign_in(
    app: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "refresh_all_tallies", lambda _database, _at: 0)
    run = app.test_cli_runner().invoke
    assert "no demonstration people" in run(args=["demo", "people"]).output
    made = run(args=["demo", "load", "--officers", "60", "--seed", "7"])
    assert made.exit_code == 0
    assert "60 officers" in made.output
    assert "already there" in run(args=["demo", "load", "--officers", "60"]).output
    shown = run(args=["demo", "people"]).output
    assert PASSWORD in shown
    assert all(person.staff_number in shown for person in CAST)


def test_briefings_in_waves_are_under_way_and_the_visitors_office_waits(
    session: Session, at: datetime
) -> None:
    rollout = session.scalars(select(Rollout)).one()
    today = local_date(at)
    assert rollout.starts_on < today <= rollout.ends_on
    waves = dict(session.execute(select(RolloutOffice.office_id, RolloutOffice.wave)).all())
    assert draw_waves([*waves], rollout.waves, rollout.seed) == waves, "anybody can draw it again"
    office_id = session.scalar(select(Office.id).where(Office.code == "PJY-01")) or 0
    (turn,) = [
        one
        for one in turns_to_come(session, paths=["/"], language="ms", on=today)
        if one.office_id == office_id
    ]
    assert turn.month == month_number(today) + 1
    assert 1 <= len(turn.rules) <= 3
    assert all(rule.title and rule.questions for rule in turn.rules)
    begun = count(session, AuditEvent, AuditEvent.act == "rollout.begun")
    assert begun == 1


def test_briefed_offices_understand_more() -> None:
    habit = Habit(0.5, 0.4, 0.1)
    assert better(habit) == Habit(pytest.approx(0.9), pytest.approx(0.08), pytest.approx(0.02))


def test_offices_whose_turn_has_come_recorded_their_briefings(
    department: Database, at: datetime
) -> None:
    with department.reading() as session:
        days = set(session.scalars(select(Briefing.given_on)))
        recorded = count(session, Briefing)
    assert 2 < recorded <= 2 + 16
    assert max(days) < local_date(at)
    assert len({(day.year, day.month) for day in days}) > 1, "marks in several months"
