"""Asking and answering: once, in order, recorded, and to whom it concerns."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.access.policy import Permission, may
from app.audit.models import AuditEvent
from app.enquiries import queries
from app.enquiries.logic import age_in_days
from app.enquiries.services import ClosedError, PublicWords
from app.errors import DomainError, NotFoundError
from app.handbooks.models import HandbookVersion
from app.mail import OutgoingMail
from app.people.models import Officer
from tests.cast import Cast
from tests.enquiries.asking import ASKED, WORDS, Asking


def test_an_enquiry_keeps_who_asked_what_about_which_wording(asking: Asking, cast: Cast) -> None:
    row = asking.row(asking.ask(cast.tan, version="1.0", language="en"))
    assert (row.rule_name, row.version_number, row.slug) == ("UJ-1.2", "1.0", "uji")
    assert (row.officer_id, row.office_name, row.text) == (cast.tan.id, "JPN Tawau", ASKED)
    assert (row.language, row.state, row.asked_at) == ("en", "open", asking.at)


def test_who_serves_nowhere_may_ask_as_well(asking: Asking, cast: Cast) -> None:
    idle = replace(cast.tan, office_id=None, office_path="")
    assert asking.row(asking.ask(idle)).office_name is None


@pytest.mark.parametrize("length", [0, 9, 1001])
def test_a_text_too_short_or_too_long_is_refused_at_its_field(
    asking: Asking, cast: Cast, length: int
) -> None:
    with pytest.raises(DomainError) as refused:
        asking.ask(cast.tan, " " + "x" * length + " ")
    assert refused.value.field == "text"


@pytest.mark.parametrize("text_", ["x" * 10, "x" * 1000, "\r\n".join("x" * 500)])
def test_a_text_of_ten_to_a_thousand_signs_is_taken_and_a_line_end_is_one(
    asking: Asking, cast: Cast, text_: str
) -> None:
    kept = asking.row(asking.ask(cast.tan, text_)).text
    assert kept == text_.replace("\r\n", "\n")


def test_a_version_without_the_rule_cannot_have_been_read(asking: Asking, cast: Cast) -> None:
    with pytest.raises(DomainError, match="tidak mempunyai peraturan"):
        asking.ask(cast.tan, rule="UJ-2.2", version="1.0")


def test_a_withdrawn_version_cannot_have_been_read(
    asking: Asking, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn = asking.version_id()
    monkeypatch.setattr(asking, "version_id", lambda _number: withdrawn)
    with asking.database.transaction() as session:
        session.execute(
            update(HandbookVersion)
            .where(HandbookVersion.id == withdrawn)
            .values(withdrawn_at=asking.at)
        )
    with pytest.raises(DomainError, match="tidak mempunyai peraturan"):
        asking.ask(cast.tan)


def test_at_most_five_wait_and_an_answer_makes_room(asking: Asking, cast: Cast) -> None:
    ids = [asking.ask(cast.tan, f"{ASKED} {n}") for n in range(5)]
    with pytest.raises(DomainError, match="5 pertanyaan"):
        asking.ask(cast.tan, f"{ASKED} 6")
    asking.ask(cast.nurul, f"{ASKED} 6")
    asking.answer(cast.devi, ids[0])
    asking.ask(cast.tan, f"{ASKED} 6")


def test_the_same_within_a_minute_is_one_and_later_or_elsewhere_is_another(
    asking: Asking, cast: Cast
) -> None:
    first = asking.ask(cast.tan)
    assert asking.ask(cast.tan, f"  {ASKED}\r\n", at=asking.at + timedelta(seconds=59)) == first
    others = {
        asking.ask(cast.tan, at=asking.at + timedelta(seconds=61)),
        asking.ask(cast.tan, rule="UJ-1.1"),
        asking.ask(cast.tan, "Soalan yang lain sama sekali."),
        asking.ask(cast.nurul),
    }
    assert len(others | {first}) == 5
    assert len(events(asking, "enquiry.asked")) == 5, "the second click records nothing"


def test_the_second_click_is_the_same_even_when_five_wait(asking: Asking, cast: Cast) -> None:
    ids = [asking.ask(cast.tan, f"{ASKED} {n}") for n in range(5)]
    assert asking.ask(cast.tan, f"{ASKED} 4") == ids[4]


def test_of_many_clicks_at_once_none_gets_past_the_limit_or_asks_twice(
    asking: Asking, cast: Cast
) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(8)

    def click(n: int) -> None:
        start.wait()
        try:
            outcomes.append(asking.ask(cast.tan, f"{ASKED} {n % 7}"))
        except DomainError:
            outcomes.append("refused")

    threads = [threading.Thread(target=click, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with asking.database.reading() as session:
        texts = session.scalars(text("SELECT text FROM enquiries")).all()
    assert len(outcomes) == 8
    assert len(texts) == len(set(texts)) == 5


def test_a_public_answer_stands_in_both_languages_and_names_nobody(
    asking: Asking, cast: Cast
) -> None:
    asking.answer(cast.devi, asking.ask(cast.tan, language="en"))
    with asking.database.reading() as session:
        for language, question, answer in (
            ("ms", WORDS.question_ms, WORDS.answer_ms),
            ("en", WORDS.question_en, WORDS.answer_en),
        ):
            (public,) = queries.public_answers(session, rule_id=asking.rule_id(), language=language)
            assert (public.question, public.answer) == (question, answer)
            shown = str(public)
            assert not any(word in shown for word in (cast.tan.name, cast.devi.name, ASKED))


@pytest.mark.parametrize("field", ["question_ms", "question_en", "answer_ms", "answer_en"])
@pytest.mark.parametrize("words", ["", " \r\n ", "x" * 4001])
def test_an_answer_lacking_a_language_is_refused_at_its_field(
    asking: Asking, cast: Cast, field: str, words: str
) -> None:
    asked = asking.ask(cast.tan)
    with pytest.raises(DomainError) as refused:
        asking.answer(cast.devi, asked, replace(WORDS, **{field: words}))
    assert refused.value.field == field
    assert asking.row(asked).state == "open"
    assert mails(asking) == []


def test_the_asker_is_mailed_once_with_the_rule_in_the_language_of_the_enquiry(
    asking: Asking, cast: Cast
) -> None:
    asking.answer(cast.devi, asking.ask(cast.tan, language="en"))
    assert [(m.recipient, m.subject) for m in mails(asking)] == [
        (cast.tan.email, "UJ-1.2 answered")
    ]
    assert asking.letters[0].title == "Period to register"
    assert mails(asking)[0].body == WORDS.answer_en


def test_who_has_left_the_department_is_not_mailed(asking: Asking, cast: Cast) -> None:
    asked = asking.ask(cast.tan)
    with asking.database.transaction() as session:
        session.execute(update(Officer).where(Officer.id == cast.tan.id).values(active=False))
    asking.answer(cast.devi, asked)
    assert mails(asking) == []
    assert asking.row(asked).state == "answered"


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_private_answer_reaches_the_asker_and_never_the_public(
    asking: Asking, cast: Cast, language: str
) -> None:
    asked = asking.ask(cast.tan, language=language)
    asking.decline(cast.chong, asked, "Kes ini perlu dirujuk.")
    row = asking.row(asked)
    assert (row.state, row.private_answer) == ("declined", "Kes ini perlu dirujuk.")
    assert mails(asking)[0].recipient == cast.tan.email
    with asking.database.reading() as session:
        assert not queries.public_answers(session, rule_id=row.rule_id, language=language)


def test_a_private_answer_needs_its_reason(asking: Asking, cast: Cast) -> None:
    asked = asking.ask(cast.tan)
    with pytest.raises(DomainError) as refused:
        asking.decline(cast.devi, asked, "  ")
    assert refused.value.field == "reason"
    assert asking.row(asked).state == "open"


def test_of_two_authors_the_slower_is_told_and_changes_nothing(asking: Asking, cast: Cast) -> None:
    asked = asking.ask(cast.tan)
    asking.answer(cast.devi, asked)
    other = PublicWords("a", "b", "c", "d")
    with pytest.raises(ClosedError, match=cast.devi.name):
        asking.answer(cast.chong, asked, other)
    with pytest.raises(ClosedError):
        asking.decline(cast.chong, asked)
    row = asking.row(asked)
    assert (row.question_ms, row.answered_by) == (WORDS.question_ms, cast.devi.name)
    assert len(mails(asking)) == 1
    assert len(events(asking, "enquiry.answered", "enquiry.declined")) == 1


def test_of_answers_at_the_same_moment_one_is_kept(asking: Asking, cast: Cast) -> None:
    asked, start, outcomes = asking.ask(cast.tan), threading.Barrier(4), []

    def author(n: int) -> None:
        start.wait()
        try:
            asking.answer(cast.devi, asked, PublicWords(str(n), str(n), str(n), str(n)))
            outcomes.append(str(n))
        except ClosedError:
            outcomes.append("")

    threads = [threading.Thread(target=author, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = asking.row(asked)
    kept = [outcome for outcome in outcomes if outcome]
    assert len(outcomes) == 4
    assert kept == [row.question_ms] == [row.answer_en]
    assert len(mails(asking)) == 1


def test_what_does_not_exist_cannot_be_answered(asking: Asking, cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        asking.answer(cast.devi, 4711)
    with pytest.raises(NotFoundError):
        asking.decline(cast.devi, 4711)


def test_each_act_is_recorded_without_what_was_written(asking: Asking, cast: Cast) -> None:
    first = asking.ask(cast.tan)
    second = asking.ask(cast.nurul)
    asking.answer(cast.devi, first)
    asking.decline(cast.chong, second)
    (asked, _other) = events(asking, "enquiry.asked")
    assert json.loads(asked.facts) == {
        "enquiry_id": first,
        "handbook": "uji",
        "rule": "UJ-1.2",
        "version": "2.0",
    }
    assert (asked.actor_id, asked.office_id) == (cast.tan.id, cast.tan.office_id)
    (answered,) = events(asking, "enquiry.answered")
    (declined,) = events(asking, "enquiry.declined")
    assert (answered.actor_id, json.loads(answered.facts)) == (
        cast.devi.id,
        {"enquiry_id": first},
    )
    assert (declined.actor_id, json.loads(declined.facts)) == (
        cast.chong.id,
        {"enquiry_id": second},
    )


def test_everybody_may_ask_and_only_authors_and_approvers_answer(cast: Cast) -> None:
    assert all(may(person, Permission.ENQUIRY_ASK) for person in cast.everybody())
    answering = [p.name for p in cast.everybody() if may(p, Permission.ENQUIRY_ANSWER)]
    assert answering == [cast.devi.name, cast.chong.name]


def test_the_oldest_waits_on_top_and_the_newest_answer_stands_first(
    asking: Asking, cast: Cast
) -> None:
    ids = [asking.ask(cast.tan, f"{ASKED} {n}", at=asking.at - timedelta(days=n)) for n in range(3)]
    with asking.database.reading() as session:
        assert [row.id for row in queries.waiting(session, language="en")] == ids[::-1]
        mine = queries.enquiries_of(session, officer_id=cast.tan.id, language="ms")
        assert [row.id for row in mine] == ids
    asking.answer(cast.devi, ids[0])
    asking.at += timedelta(hours=1)
    asking.answer(cast.devi, ids[2])
    with asking.database.reading() as session:
        closed = queries.closed(session, language="ms", page=1)
        assert [row.id for row in closed] == [ids[2], ids[0]]
        assert (queries.count_waiting(session), queries.count_closed(session)) == (1, 2)


def test_days_are_those_of_the_calendar_in_malaysia(asking: Asking) -> None:
    late = asking.at.replace(hour=15, minute=59)  # 23.59 in Malaysia
    assert age_in_days(late, late + timedelta(minutes=2)) == 1
    assert age_in_days(late, late) == 0


def events(asking: Asking, *acts: str) -> list[AuditEvent]:
    with asking.database.reading() as session:
        found = session.scalars(
            select(AuditEvent).where(AuditEvent.act.in_(acts)).order_by(AuditEvent.id)
        )
        return list(found)


def mails(asking: Asking) -> list[OutgoingMail]:
    with asking.database.reading() as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
