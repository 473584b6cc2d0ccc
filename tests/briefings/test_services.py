"""Promises about recording briefings and asking afresh."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.access.policy import Actor
from app.audit.models import AuditEvent
from app.briefings import queries
from app.briefings.models import Attendance, Briefing
from app.briefings.outcomes import right_before
from app.briefings.services import (
    Given,
    answer_follow_up,
    ask_follow_up,
    record_briefing,
    withdraw_briefing,
)
from app.clock import local_date, now
from app.db import Database
from app.errors import DomainError
from app.people.models import Office
from app.practice.models import FollowUp, ReviewCard
from app.practice.queries import AskedRow, met_versions
from app.quizzes.models import LIVE, Answer, QuestionVersion, ResponseCount
from tests.briefings.conftest import Recording
from tests.cast import Cast


def ask(database: Database, actor: Actor, seed: int = 1) -> AskedRow | None:
    with database.transaction() as session:
        return ask_follow_up(session, actor, seed=seed, at=now())


def answer(database: Database, actor: Actor, asked: AskedRow, choice: str) -> bool:
    with database.transaction() as session:
        return answer_follow_up(session, actor, asked, choice=choice, algorithm="fsrs", at=now())


def briefing(database: Database, briefing_id: int) -> queries.BriefingRow:
    with database.reading() as session:
        found = queries.briefing_row(session, briefing_id=briefing_id)
    assert found is not None
    return found


def test_a_recorded_briefing_says_who_when_and_what(
    database: Database, cast: Cast, recording: Recording, rule_id: int
) -> None:
    made = recording(cast.nurul, cast.aina, days=3)
    row = briefing(database, made)
    assert (row.officers, [taught.rule_id for taught in row.rules]) == (2, [rule_id])
    assert row.given_on == local_date(now()) - timedelta(days=3)
    assert row.recorded_by == cast.farid.name
    with database.reading() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.act == "briefing.recorded")
        ).one()
        days = queries.briefed_days(session, rule_id=rule_id)
    assert event.office_id == cast.offices.putrajaya
    assert days == [row.given_on]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": -1}, "given_on"),
        ({"days": 31}, "given_on"),
        ({"rules": []}, "rule_1"),
        ({"rules": [999_999]}, "rule_1"),
        ({"present": []}, "officers"),
        ({"present": ["tan"]}, "officers"),
    ],
    ids=str,
)
def test_what_cannot_have_been_is_refused_at_its_field(
    database: Database, cast: Cast, rule_id: int, change: dict[str, object], field: str
) -> None:
    facts: dict[str, object] = {"days": 1, "rules": [rule_id], "present": ["nurul"]} | change
    given = Given(
        office_id=cast.offices.putrajaya,
        given_on=local_date(now()) - timedelta(days=facts["days"]),  # type: ignore[arg-type]
        rule_ids=facts["rules"],  # type: ignore[arg-type]
        cases={},
        officer_ids=[getattr(cast, name).id for name in facts["present"]],  # type: ignore[attr-defined]
    )
    with pytest.raises(DomainError) as refusal, database.transaction() as session:
        record_briefing(session, cast.farid, given, at=now())
    assert refusal.value.field == field
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Briefing)) == 0


def test_the_same_briefing_is_recorded_once(recording: Recording, cast: Cast) -> None:
    recording(cast.nurul, days=2)
    with pytest.raises(DomainError, match="sudah direkodkan"):
        recording(cast.nurul, cast.aina, days=2)
    recording(cast.nurul, days=3)


def withdraw(database: Database, cast: Cast, row: queries.BriefingRow) -> None:
    with database.transaction() as session:
        withdraw_briefing(session, cast.farid, row, at=now())


def test_a_wrong_record_is_taken_back_until_somebody_is_asked(
    database: Database, cast: Cast, recording: Recording
) -> None:
    """Also one that came in when its questions were due, or over, for which nobody was asked anything."""
    fresh, due = recording(cast.nurul, days=1), recording(cast.aina, days=9)
    over, asked = recording(cast.nurul, days=20), recording(cast.nurul, days=7)
    assert ask(database, cast.nurul) is not None
    assert [briefing(database, made).asked for made in (due, asked)] == [False, True]
    for made in (fresh, due, over):
        withdraw(database, cast, briefing(database, made))
    with pytest.raises(DomainError):
        withdraw(database, cast, briefing(database, asked))
    with database.reading() as session:
        assert list(session.scalars(select(Briefing.id))) == [asked]
        assert session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_a_record_taken_back_in_two_tabs_is_told_once(
    database: Database, cast: Cast, recording: Recording
) -> None:
    row = briefing(database, recording(cast.nurul, days=1))
    withdraw(database, cast, row)
    withdraw(database, cast, row)
    with database.reading() as session:
        told = select(func.count()).where(AuditEvent.act == "briefing.withdrawn")
        assert session.scalar(told) == 1


def test_of_many_briefings_only_as_many_are_read_as_are_shown(
    database: Database, cast: Cast, recording: Recording
) -> None:
    made = [recording(cast.nurul, days=days) for days in (5, 4, 3)]
    with database.reading() as session:
        path = session.get_one(Office, cast.offices.putrajaya).path
        newest = queries.briefings_of(session, path=path, most=2)
        all_of_them = queries.briefings_of(session, path=path)
    assert [row.id for row in newest] == [made[2], made[1]]
    assert len(all_of_them) == 3


@pytest.mark.parametrize(("days", "waits"), [(6, 0), (7, 1), (14, 1), (15, 0)])
def test_a_question_waits_from_the_seventh_to_the_fourteenth_day_for_those_present(
    database: Database, cast: Cast, recording: Recording, days: int, waits: int
) -> None:
    recording(cast.nurul, days=days)
    with database.reading() as session:
        for person, number in ((cast.nurul, waits), (cast.aina, 0)):
            left = queries.follow_ups_left(session, officer_id=person.id, day=local_date(now()))
            assert left == number
    assert (ask(database, cast.nurul) is not None) is bool(waits)


def test_the_question_is_fresh_and_not_the_case_discussed(
    database: Database, crew: list[Actor], recording: Recording, rule_id: int
) -> None:
    """Twelve are asked, each by another draw: by chance alone one of them would get the case."""
    with database.reading() as session:
        versions = set(
            session.scalars(
                select(QuestionVersion.id).where(QuestionVersion.rule_id == rule_id, LIVE)
            )
        )
    assert len(versions) > 1
    case = min(versions)
    recording(*crew, cases={rule_id: case})
    for seed, person in enumerate(crew):
        asked = ask(database, person, seed)
        assert asked is not None
        assert asked.slot.version_id in versions - {case}
        assert ask(database, person, seed + 100) == asked
        with database.reading() as session:
            met = met_versions(session, officer_id=person.id)
        assert asked.slot.version_id in met, "a quiz prefers questions not met"
    with database.reading() as session:
        held = session.scalar(select(func.count()).select_from(FollowUp))
    assert held == len(crew), "one for each, in any tab"


def test_who_met_every_question_is_asked_nothing(
    database: Database, cast: Cast, recording: Recording, rule_id: int
) -> None:
    for days in range(7, 15):
        recording(cast.nurul, days=days)
    seen = set()
    while asked := ask(database, cast.nurul):
        assert asked.slot.version_id not in seen
        seen.add(asked.slot.version_id)
        answer(database, cast.nurul, asked, "u")
    assert seen
    with database.reading() as session:
        left = queries.follow_ups_left(session, officer_id=cast.nurul.id, day=local_date(now()))
    assert left == 0


def test_an_answer_is_kept_once_moves_the_card_and_counts_for_nobody(
    database: Database, cast: Cast, recording: Recording, rule_id: int
) -> None:
    made = recording(cast.nurul)
    asked = ask(database, cast.nurul)
    assert asked is not None
    assert answer(database, cast.nurul, asked, asked.slot.key)
    assert not answer(database, cast.nurul, asked, "u")
    with database.reading() as session:
        card = session.scalars(select(ReviewCard)).one()
        assert (card.rule_id, card.last_right) == (rule_id, True)
        assert session.scalar(select(func.count()).select_from(Answer)) == 0
        assert session.scalar(select(func.count()).select_from(ResponseCount)) == 0
    outcome = briefing(database, made).rules[0].outcome
    assert (outcome.right_after, outcome.answered_after) == (1, 1)


def test_before_is_each_persons_newest_first_answer_of_days_before(
    database: Database, cast: Cast, recording: Recording, rule_id: int, taking_as: object
) -> None:
    way = taking_as(cast.nurul)  # type: ignore[operator]
    way.at = now() - timedelta(days=20)
    way.start()
    way.answer(wrong=(1,))
    way.submit()
    missed = way.slots()[0].rule_id
    newest = max(slot.position for slot in way.slots() if slot.rule_id == missed)
    with database.reading() as session:
        day = local_date(way.at)
        later = right_before(
            session, officer_ids=[cast.nurul.id, cast.aina.id], rule_ids=[missed],
            before=day + timedelta(days=1),
        )  # fmt: skip
        same = right_before(session, officer_ids=[cast.nurul.id], rule_ids=[missed], before=day)
    assert later == {missed: (int(newest != 1), 1)}, "one answer for each person, the newest"
    assert same == {missed: (0, 0)}, "what was answered on the day itself may be after it"


def test_a_button_pressed_twice_at_once_records_once(
    database: Database, cast: Cast, recording: Recording
) -> None:
    def press(_n: int) -> bool:
        try:
            recording(cast.nurul, days=2)
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(press, range(4)))
    assert sum(done) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Briefing)) == 1
