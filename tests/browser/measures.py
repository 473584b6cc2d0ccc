"""Measures, briefings and a suspicion as the nightly batch and people would have written them, for pages to show."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.briefings.models import Attendance, BriefingRule
from app.briefings.services import Given, record_briefing
from app.clock import local_date, now
from app.handbooks.models import Handbook, Rule
from app.people.models import Officer, Posting
from app.practice.models import FollowUp
from app.quizzes.models import LIVE, QuestionVersion
from app.uniformity.models import Measure, RuleMonth, Suspicion
from tests.browser.conftest import Site
from tests.page import Page as Plain

READINGS = [
    {"ms": "Menyangka giliran boleh diberi kepada orang lain", "en": "Thinks a turn may be given away", "share": 22},
    {"ms": "Menyangka nombor tamat selepas sejam", "en": "Thinks a number ends after an hour", "share": 0},
]  # fmt: skip
COVERAGE = {"answers": 812, "officers": 431, "staff": 1200, "offices": 140, "few": False}
WORDS = ("split", "wrong", "mixed", "right", "below", "unknown")


def whole(word: str) -> dict[str, Any]:
    """Return what is stored of a rule in the country or a large state."""
    return COVERAGE | {
        "verdict": word, "s": 41, "w": 9, "u": 1, "d": 49, "interval": [33, 49], "off": 17, "right": 64,
        "habit": [12, 51], "spread": 24, "weakest": 8, "differ": word == "split", "readings": READINGS,
    }  # fmt: skip


def few(word: str) -> dict[str, Any]:
    """Return what is stored of a rule in a small state."""
    told = {"answers": 31, "officers": 22, "few": True, "range": [35, 70], "right": 65}
    return COVERAGE | told | {"verdict": word, "differ": False, "readings": []}


def office(word: str, n: int) -> dict[str, Any]:
    """Return what is stored of a rule in an office."""
    readings = [{"ms": one["ms"], "en": one["en"], "how": "many"} for one in READINGS]
    return {
        "verdict": word, "interval": [20 + 5 * n, 55 + 5 * n], "officers": "10–19", "about": 10 + 5 * n,
        "share": 30 + 10 * n, "below": 0.8, "readings": readings, "outside": "below" if n == 0 else "",
    }  # fmt: skip


def write_measures(site: Site) -> None:
    """Store a night's batch for a handbook: six rules with a word each, in the country, a state and two offices."""
    places = site.cast.offices
    with site.database.transaction() as session:
        book = session.scalars(select(Handbook).where(Handbook.slug == "pengurusan-kaunter")).one()
        rules = session.scalars(
            select(Rule).where(Rule.handbook_id == book.id).order_by(Rule.id)
        ).all()
        told = sorted(rules, key=lambda rule: rule.code != "PK-2.2")[: len(WORDS)]
        for n, (rule, word) in enumerate(zip(told, WORDS, strict=True)):
            _keep(session, book.id, "nation", 0, "rule", rule.id, whole(word))
            _keep(session, book.id, "state", places.putrajaya_state, "rule", rule.id, few(word))
            for office_id in (places.putrajaya, places.tawau):
                content = office("mixed" if word == "split" else word, n)
                _keep(session, book.id, "office", office_id, "rule", rule.id, content)
        counts = {"rules": len(WORDS), "words": dict.fromkeys(WORDS, 1)}
        _keep(session, book.id, "nation", 0, "handbook", book.id, whole("split") | counts)
        _keep(
            session, book.id, "state", places.putrajaya_state, "handbook", book.id, few("") | counts
        )
        own = counts | {"officers": "10–19", "s": 60, "interval": [50, 70]}
        _keep(session, book.id, "office", places.putrajaya, "handbook", book.id, own)
        for month in range(28):
            name = f"{2024 + month // 12}-{month % 12 + 1:02}"
            session.add(RuleMonth(rule_id=told[0].id, month=name, right=60 + month % 5, n=100))
        version = session.scalars(
            select(QuestionVersion).where(QuestionVersion.rule_id == told[0].id, LIVE)
        ).first()
        assert version
        for reason, found in (
            ("consensus", {"agree": 31, "offices": 40}),
            ("split", {"right": 48, "rival": 45, "n": 120}),
        ):
            session.add(
                Suspicion(
                    question_version_id=version.id, reason=reason, rule_id=told[0].id,
                    content=json.dumps(found), found_at=now(),
                )
            )  # fmt: skip


def _keep(
    session: Any, book: int, scope: str, place: int, subject: str, key: int, content: dict[str, Any]
) -> None:
    session.add(
        Measure(
            scope=scope, scope_id=place, subject=subject, subject_id=key, handbook_id=book, seen_from=10,
            content=json.dumps(content), measured_at=now(),
        )
    )  # fmt: skip


def write_briefings(site: Site) -> None:
    """Record a briefing in Putrajaya that is over, with before and after, and one in Tawau whose questions wait."""
    cast = site.cast
    with site.database.transaction() as session:
        rule_id = session.scalars(select(Rule.id).where(Rule.code == "PK-2.2")).one()
        version = session.scalars(
            select(QuestionVersion.id).where(QuestionVersion.rule_id == rule_id, LIVE)
        ).first()
        over, waiting = now() - timedelta(days=16), now() - timedelta(days=7)
        for giver, place, at, present in (
            (cast.farid, cast.offices.putrajaya, over, [cast.nurul.id, cast.aina.id]),
            (cast.liza, cast.offices.tawau, waiting, [cast.tan.id]),
        ):
            given = Given(place, local_date(at), [rule_id], {}, present)
            made = record_briefing(session, giver, given, at=at)
            if at is over:
                session.execute(
                    update(BriefingRule)
                    .where(BriefingRule.briefing_id == made)
                    .values(right_before=4, answered_before=12)
                )
                _answers_after(session, made, rule_id, version, place)
    Plain(site.app).sign_in(cast.tan).post("/follow-ups")


def _answers_after(session: Any, made: int, rule_id: int, version: int | None, place: int) -> None:
    """Let twelve who were there answer, eleven rightly; they serve there no more, so that no other page changes."""
    for n in range(12):
        officer = Officer(
            staff_number=f"K7{n:03}", name=f"Pegawai {n}", email=f"k7{n}@jpn.example", active=False,
            joined_on=local_date(now()) - timedelta(days=400), created_at=now(),
        )  # fmt: skip
        session.add(officer)
        session.flush()
        day = local_date(now()) - timedelta(days=1)
        session.add(
            Posting(
                officer_id=officer.id, office_id=place, starts_on=officer.joined_on, ends_on=day
            )
        )
        session.add(Attendance(briefing_id=made, officer_id=officer.id))
        session.add(
            FollowUp(
                briefing_id=made, officer_id=officer.id, rule_id=rule_id, question_version_id=version,
                option_order="abcd", asked_at=now(), choice="a", correct=n > 0, answered_at=now() - timedelta(days=5),
            )
        )  # fmt: skip
