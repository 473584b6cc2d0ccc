"""Authors write questions of every kind on pages, from blank to asked, and nothing typed is lost."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.clock import local_date, now
from app.db import Database
from app.handbooks.models import Rule, RuleText
from app.quizzes.answers import KINDS, fits
from app.quizzes.editing import blank, edited, texts_of
from app.quizzes.marking import mark
from app.quizzes.models import QuestionVersion
from app.quizzes.queries import candidates_of, quiz_rows
from tests.cast import Cast
from tests.page import Page


def begin(page: Page, kind: str, rule: str = "UJ-1.1") -> str:
    begun = page.post("/questions/new", {"quiz": "uji", "rule": rule, "kind": kind, "count": "4"})
    assert begun.status_code == 303, begun.get_data(as_text=True)
    return str(begun.location)


def filled(soup: BeautifulSoup, kind: str) -> dict[str, Any]:
    """Return a form with every text written and an answer given."""
    form: dict[str, Any] = {
        str(box["name"]): "Satu\nDua" if "variants" in str(box["name"]) else f"Teks {n}"
        for n, box in enumerate(soup.select("main textarea"))
    }
    form["correct"] = ["b", "c"] if kind == "multiple" else ["b"]
    form |= {"value": "60", "tolerance": "0.5", "code": "JPN.X1"}
    for n, letter in enumerate("abcd"):
        form[f"place-{letter}"] = str(n + 1) if kind != "form_check" else ["2", "", "", "1"][n]
        form[f"look-{letter}"] = "text"
        form[f"rule-{n + 1}"] = "UJ-1.1"
    return form


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_kind_is_written_approved_and_asked(
    page: Page, database: Database, cast: Cast, kind: str
) -> None:
    page.sign_in(cast.devi)
    with database.reading() as session:
        rule = may_rule(session) if kind == "true_false" else "UJ-1.1"
    address = begin(page, kind, rule)
    for _round in range(2):  # a changed answer asks for other explanations
        form = filled(page.get(address), kind)
        assert page.post(address, form).status_code == 303
    version_id = int(address.rsplit("/", 1)[1])
    page.sign_in(cast.chong).get("/questions/drafts")
    page.post(f"/questions/{version_id}/approval")
    with database.reading() as session:
        version = session.get_one(QuestionVersion, version_id)
        content = json.loads(version.content)
        assert version.state == "approved"
        assert fits(kind, version.alphabet, version.key_choice)
        assert mark(kind, content, version.key_choice, version.key_choice).right
        (quiz,) = quiz_rows(session)
        found = candidates_of(session, quiz=quiz, officer_id=0, on=local_date(now()))
        assert version_id in {candidate.version_id for candidate in found}
    page.get("/questions?quiz=uji")


def may_rule(session: Any) -> str:
    """Return a rule that does not bind."""
    return str(
        session.scalars(
            select(Rule.code)
            .join(RuleText, RuleText.rule_id == Rule.id)
            .where(RuleText.strength != "must")
        ).first()
    )


def test_true_or_false_is_refused_on_a_rule_that_binds(page: Page, cast: Cast) -> None:
    page.sign_in(cast.devi)
    said = {"quiz": "uji", "rule": "UJ-1.1", "kind": "true_false", "count": "2"}
    refused = page.post("/questions/new", said)
    assert refused.status_code == 422
    assert "diteka separuh masa" in refused.get_data(as_text=True)


FAULTS = {
    "single": ({"correct": ["a", "b"]}, "tepat satu"),
    "multiple": ({"correct": ["a"]}, "dua atau lebih"),
    "ordering": ({"place-a": "2", "place-b": "2"}, "sekali sahaja"),
    "numeric": ({"value": "empat"}, "nombor sahaja"),
    "short_answer": ({"variants-ms": ""}, "satu jawapan yang diterima"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(
    page: Page, cast: Cast, kind: str
) -> None:
    page.sign_in(cast.devi)
    address = begin(page, kind)
    wrong, words = FAULTS[kind]
    form = filled(page.get(address), kind) | {"case-en": "Typed and kept."} | wrong
    refused = page.post(address, form)
    assert refused.status_code == 422
    assert words in refused.get_data(as_text=True)
    assert "Typed and kept." in refused.get_data(as_text=True)


def test_a_question_with_a_draft_leads_to_that_draft(page: Page, cast: Cast) -> None:
    page.sign_in(cast.devi)
    address = begin(page, "single")
    for _round in range(2):
        assert page.post(address, filled(page.get(address), "single")).status_code == 303
    page.sign_in(cast.chong).post(f"{address}/approval")
    page.sign_in(cast.devi)
    assert page.post(address, filled(page.get(address), "single")).status_code == 303
    led = page.client.get(address)
    assert led.status_code == 303
    assert led.location != address


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_question_has_every_text_once(kind: str) -> None:
    content, key, alphabet = blank(kind, 5)
    names = [text.name for text in texts_of(content)]
    assert len(names) == len(set(names))
    assert {"case", "ask"} <= set(names)
    assert fits(kind, alphabet, key) or kind in ("multiple", "short_answer")
    if kind == "ordering":
        typed = {f"place-{letter}": [str(n)] for n, letter in enumerate("abcde", start=1)}
        assert edited(kind, content, typed)[1] == "a1b2c3d4e5"
