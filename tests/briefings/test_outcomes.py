"""Promises about outcomes: no page tells of one person, whoever records, answers late or corrects a key."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from app.access.policy import Actor
from app.briefings import queries
from app.briefings.logic import Group, Outcome, differ_by_few
from app.briefings.models import Briefing
from app.briefings.outcomes import right_before
from app.briefings.services import answer_follow_up, ask_follow_up
from app.clock import local_date, now
from app.db import Database
from app.errors import DomainError
from app.practice.models import FollowUp, ReviewCard
from app.quizzes.models import LIVE, Answer, Attempt, KeyCorrection, QuestionVersion
from tests.briefings.conftest import Recording
from tests.cast import Cast
from tests.page import Page

Crew = list[Actor]
RIGHT = (1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1)


@pytest.fixture
def versions(database: Database, rule_id: int) -> list[int]:
    """Return four questions on the rule, of which nobody is asked the last three any more."""
    with database.transaction() as session:
        first = session.scalars(
            select(QuestionVersion).where(QuestionVersion.rule_id == rule_id, LIVE)
        ).first()
        assert first is not None
        facts = {c.name: getattr(first, c.name) for c in QuestionVersion.__table__.columns}
        more = [
            QuestionVersion(**facts | {"id": None, "number": 50 + n, "retired_at": now()})
            for n in range(3)
        ]
        session.add_all(more)
        session.flush()
        return [first.id, *(version.id for version in more)]


Answering = Callable[..., None]


@pytest.fixture
def answered(database: Database, cast: Cast, versions: list[int]) -> Answering:
    """Return an act that gives officers a first answer to one question of the rule, some days ago."""

    def give(
        crew: Sequence[Actor],
        right: Sequence[int],
        *,
        days: int = 60,
        which: int = 0,
        late: int = 0,
    ) -> None:
        at = now() - timedelta(days=days)
        with database.transaction() as session:
            for person, correct in zip(crew, right, strict=True):
                sitting = Attempt(
                    officer_id=person.id, quiz_id=1, office_id=cast.offices.putrajaya, seed=1,
                    started_at=at, submitted_at=at + timedelta(days=late), submitted_by="officer",
                )  # fmt: skip
                session.add(sitting)
                session.flush()
                session.execute(
                    insert(Answer).values(
                        attempt_id=sitting.id, officer_id=person.id, office_id=cast.offices.putrajaya,
                        question_version_id=versions[which], choice="a", correct=bool(correct),
                        counted=True, draw="anchor", answered_at=at,
                    )
                )  # fmt: skip

    return give


@pytest.fixture
def asked_after(database: Database, rule_id: int, versions: list[int]) -> Answering:
    """Return an act that keeps the answers after a briefing, given some days ago."""

    def keep(
        made: int, crew: Sequence[Actor], right: Sequence[int], *, days: int = 8, which: int = 1
    ) -> None:
        at = now() - timedelta(days=days)
        rows = [
            {
                "briefing_id": made, "officer_id": person.id, "rule_id": rule_id,
                "question_version_id": versions[which], "option_order": "abcdu", "asked_at": at,
                "answered_at": at, "choice": "a", "correct": bool(correct),
            }
            for person, correct in zip(crew, right, strict=True)
        ]  # fmt: skip
        with database.transaction() as session:
            session.add_all(FollowUp(**row) for row in rows)

    return keep


def outcome(database: Database, made: int) -> Outcome | None:
    with database.reading() as session:
        row = queries.briefing_row(session, briefing_id=made)
    assert row is not None
    return row.rules[0].outcome


def correct_key(database: Database, cast: Cast, version: int, days: int) -> None:
    """Say that the key of a question was found wrong some days ago."""
    with database.transaction() as session:
        session.add(
            KeyCorrection(
                question_version_id=version, new_version_id=version, reason="Kunci silap",
                made_by_id=cast.aina.id, made_at=now() - timedelta(days=days),
            )
        )  # fmt: skip


@pytest.mark.parametrize("answer", [1, 0])
def test_a_second_record_of_nearly_the_same_people_tells_nothing(
    page: Page, cast: Cast, database: Database, crew: Crew, recording: Recording,
    answered: Answering, asked_after: Answering, answer: int,
) -> None:  # fmt: skip
    """Ten and the same ten with one more: before this, "35 to 80" against "30 to 75" told her answer."""
    answered(crew[:11], (*RIGHT[:10], answer))
    first, second = recording(*crew[:10], days=20), recording(*crew[:11], days=19)
    for made, group in ((first, crew[:10]), (second, crew[:11])):
        asked_after(made, group, RIGHT[: len(group)])
    assert outcome(database, first) == Outcome(6, 10, 6, 10)
    assert outcome(database, second) is None
    page.sign_in(cast.farid)
    assert "Betul sebelum" in page.get(f"/briefings/{first}").get_text()
    for url in (f"/briefings/{second}", f"/uniformity/offices/{cast.offices.putrajaya}"):
        assert "Terlalu sedikit jawapan" in page.get(url).get_text()
    assert "Betul sebelum" not in page.get(f"/briefings/{second}").get_text()


def test_a_record_of_an_earlier_day_cannot_come_in_before_what_was_told(
    database: Database, crew: Crew, recording: Recording, answered: Answering, asked_after: Answering
) -> None:  # fmt: skip
    answered(crew[:11], RIGHT[:11])
    told, later = recording(*crew[:10], days=19), recording(*crew[:11], days=25)
    for made, group in ((told, crew[:10]), (later, crew[:11])):
        asked_after(made, group, RIGHT[: len(group)], days=11)
    assert outcome(database, told) is not None
    assert outcome(database, later) is None


def test_the_same_people_and_quite_others_are_told_and_so_is_a_briefing_of_long_ago(
    database: Database, cast: Cast, crew: Crew, recording: Recording, answered: Answering
) -> None:
    answered(crew, RIGHT)
    first, same = recording(*crew[:6], days=25), recording(*crew[:6], days=24)
    others, near = recording(*crew[6:], days=23), recording(*crew[:7], days=22)
    held = [outcome(database, made) is not None for made in (first, same, others, near)]
    assert held == [True, True, True, False]
    with database.transaction() as session:
        session.execute(
            update(Briefing)
            .where(Briefing.id.in_([first, same]))
            .values(given_on=local_date(now()) - timedelta(days=22 + 366))
        )
    assert outcome(database, near) is not None


def test_the_same_people_after_one_of_them_answered_anew_tell_nothing(
    database: Database, crew: Crew, recording: Recording, answered: Answering
) -> None:
    """The head need not choose whom: a quiz in between moves the figure by who answered it."""
    answered(crew, RIGHT)
    recording(*crew, days=25)
    answered(crew[:1], [0], days=24, which=1)
    second = recording(*crew, days=20)
    assert outcome(database, second) is None
    answered(crew[1:6], [0] * 5, days=19, which=1)
    third = recording(*crew, days=10)
    assert outcome(database, third) is not None, "five are enough"


def test_an_answer_saved_before_two_records_but_handed_in_between_them_tells_nothing(
    database: Database, crew: Crew, recording: Recording, answered: Answering
) -> None:
    """The first record counted without it, the second with it, although both lie after the day it was saved on."""
    answered(crew[:11], RIGHT[:11])
    recording(*crew, days=25)
    answered(crew[11:], [1], days=30, late=7)
    assert outcome(database, recording(*crew, days=20)) is None


people = st.dictionaries(st.integers(1, 8), st.integers(1, 3) | st.none(), max_size=8)


@given(one=people, other=people)
def test_groups_that_differ_by_one_to_four_people_are_found_either_way(
    one: dict[int, int | None], other: dict[int, int | None]
) -> None:
    groups = [Group(frozenset(p), {who: a for who, a in p.items() if a}) for p in (one, other)]
    apart = len(one.keys() ^ other.keys())
    moved = sum(one.get(who) != other.get(who) for who in one.keys() | other.keys())
    assert differ_by_few(*groups) == differ_by_few(*reversed(groups))
    assert differ_by_few(*groups) == (1 <= apart <= 4 or 1 <= moved <= 4)


def test_an_answer_after_the_last_day_is_refused_in_words_and_moves_nothing(
    page: Page, cast: Cast, database: Database, crew: Crew, recording: Recording,
    answered: Answering, asked_after: Answering,
) -> None:  # fmt: skip
    answered(crew, RIGHT)
    made = recording(*crew[:11], days=14)
    asked_after(made, crew[:10], RIGHT[:10], days=2)
    with database.transaction() as session:
        asked = ask_follow_up(session, crew[10], seed=1, at=now())
        assert asked is not None
    before = outcome(database, made)
    late = now() + timedelta(days=1)
    with pytest.raises(DomainError, match="telah tamat"), database.transaction() as session:
        answer_follow_up(session, crew[10], asked, choice="u", algorithm="fsrs", at=late)
    with database.transaction() as session:
        for held in session.scalars(select(Briefing)):
            held.given_on -= timedelta(days=1)
            held.follow_up_to -= timedelta(days=1)
    page.sign_in(crew[10])
    sent = page.post(f"/follow-ups/{asked.id}", {"choice": "u"})
    assert sent.status_code in (409, 422)
    assert "jawapan anda tidak disimpan" in sent.get_data(as_text=True)
    assert outcome(database, made) == before == Outcome(7, 11, 6, 10)
    with database.reading() as session:
        assert session.scalars(select(ReviewCard)).all() == []


def test_an_answer_kept_after_the_last_day_is_not_counted(
    database: Database, crew: Crew, recording: Recording, asked_after: Answering
) -> None:
    made = recording(*crew, days=20)
    asked_after(made, crew[:10], RIGHT[:10], days=6)
    asked_after(made, crew[10:], RIGHT[10:], days=5)
    assert outcome(database, made) == Outcome(0, 0, 6, 10)


def test_answers_to_a_question_with_a_wrong_key_count_neither_before_nor_after(
    cast: Cast, database: Database, crew: Crew, recording: Recording, versions: list[int],
    answered: Answering, asked_after: Answering,
) -> None:  # fmt: skip
    answered(crew, RIGHT, days=60, which=0)
    answered(crew[:6], [0] * 6, days=50, which=1)
    made = recording(*crew, days=20)
    asked_after(made, crew[:5], [1] * 5, which=1)
    asked_after(made, crew[5:], RIGHT[5:], which=2)
    assert outcome(database, made) == Outcome(4, 12, 10, 12)
    correct_key(database, cast, versions[1], days=8)
    assert outcome(database, made) == Outcome(8, 12, 5, 7), "the answers before those stand again"
    with database.reading() as session:
        assert right_before(
            session, officer_ids=[p.id for p in crew], rule_ids=[1, 2, 3],
            before=local_date(now()) - timedelta(days=20),
        ).keys() == {1, 2, 3}  # fmt: skip


@pytest.mark.parametrize(("people", "told"), [(4, False), (5, True)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_key_corrected_after_the_last_day_tells_of_no_few(
    cast: Cast, database: Database, crew: Crew, recording: Recording, versions: list[int],
    answered: Answering, asked_after: Answering, people: int, told: bool, when: str,
) -> None:  # fmt: skip
    answered(crew, RIGHT)
    if when == "before":
        answered(crew[:people], [0] * people, days=50, which=3)
    made = recording(*crew, days=20)
    wrong = people if when == "after" else 0
    asked_after(made, crew[:wrong], [1] * wrong, which=3)
    asked_after(made, crew[wrong:], RIGHT[wrong:], which=2)
    assert outcome(database, made) is not None
    correct_key(database, cast, versions[3], days=1)
    assert (outcome(database, made) is not None) is told
