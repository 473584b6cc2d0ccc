"""Whatever stands in an address, the portal answers with a page and never with a fault of its own."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.cast import Cast
from tests.page import Page

NUMBERS = ("0", "2147483647", "2147483648", str(2**63), str(2**64), "9" * 40, "9" * 5000, "٣")
WORDS = ("\x00", "a\x00b", "../../etc/passwd", "%", "_", "' OR 1=1 --", "\u202e", "é" * 300)
PERSONS = ("nurul", "osman", "hamid", "salmah")
QUERIES = (
    "page", "before", "office", "q", "quiz", "since", "until", "actor_id", "office_id", "act",
    "request_id", "next", "choice", "category", "strength", "sort", "filter", "state", "handbook",
    "version", "token", "language",
)  # fmt: skip
VALUES = (
    "\x00", "-1", "0", "1.5", str(2**31), str(2**63), "9" * 30, "0001-01-01", "9999-12-31", "٣",
    "' OR 1=1 --", "<script>alert(1)</script>", "a\r\nSet-Cookie: a=b", "\ud7ff\uffff", "%00", "",
)  # fmt: skip


def rules(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule


def addresses(rule: Rule) -> Iterator[str]:
    """Yield the address of a rule with strange arguments."""
    for turn, number in enumerate(NUMBERS):
        word = quote(WORDS[turn], safe="")
        parts = [
            number if "<int:" in part else word if "<" in part else part
            for part in rule.rule.split("/")
        ]
        yield "/".join(parts)


@pytest.mark.parametrize("person", PERSONS)
def test_an_address_that_names_nothing_is_not_found(
    app: Flask, page: Page, cast: Cast, person: str
) -> None:
    page.sign_in(getattr(cast, person))
    token = page.token()
    wrong = []
    for rule in rules(app):
        for address in addresses(rule) if rule.arguments else ():
            for method in {"GET", "POST"} & (rule.methods or set()):
                answer = page.client.open(address, method=method, data={"csrf_token": token})
                if answer.status_code not in (403, 404, 410):
                    wrong.append((method, address[:80], answer.status_code))
    assert not wrong


@pytest.mark.parametrize("person", PERSONS)
def test_a_question_mark_can_be_followed_by_anything(
    app: Flask, page: Page, cast: Cast, person: str
) -> None:
    page.sign_in(getattr(cast, person))
    wrong = []
    for rule in rules(app):
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        for value in VALUES:
            answer = page.client.get(rule.rule, query_string=dict.fromkeys(QUERIES, value))
            if answer.status_code == 403:
                break
            if answer.status_code >= 500:
                wrong.append((rule.rule, value, answer.status_code))
            if answer.mimetype == "text/html":
                assert b"<script>alert(1)" not in answer.data, rule.rule
            assert "Set-Cookie: a=b" not in str(answer.headers), rule.rule
    assert not wrong
