"""The house: every endpoint is marked, every link leads somewhere, every address is spelled alike."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from werkzeug.routing import IntegerConverter

from app.access.policy import TABLE, Permission
from app.web.marks import IN_STATEMENT, MARK, PUBLIC

TEMPLATES = Path("app/templates")
OPEN_TO_ALL = {
    "people.choose_language",
    "people.forgotten",
    "people.reset",
    "people.sign_in",
    "web.healthz",
    "web.readyz",
}


def marks(app: Flask) -> dict[str, object]:
    return {
        endpoint: getattr(view, MARK, None)
        for endpoint, view in app.view_functions.items()
        if endpoint != "static"
    }


def test_every_endpoint_says_who_may_reach_it(app: Flask) -> None:
    unmarked = sorted(name for name, mark in marks(app).items() if mark is None)
    assert not unmarked, f"add @requires(Permission…) or @public to {unmarked}"


def test_what_is_open_to_all_is_listed_here(app: Flask) -> None:
    assert {name for name, mark in marks(app).items() if mark == PUBLIC} == OPEN_TO_ALL


def test_only_the_save_of_an_answer_checks_in_its_statement(app: Flask) -> None:
    inside = {name for name, mark in marks(app).items() if mark == IN_STATEMENT}
    assert inside <= {"quizzes.save_answer"}


def test_an_endpoint_without_a_mark_answers_500(app: Flask) -> None:
    app.add_url_rule("/unmarked", "unmarked", lambda: "secret")
    answer = app.test_client().get("/unmarked")
    assert answer.status_code == 500
    assert b"secret" not in answer.data


def test_every_permission_is_in_the_table_and_used(app: Flask) -> None:
    assert set(TABLE) == set(Permission)
    source = "".join(path.read_text() for path in Path("app").rglob("*.py"))
    templates = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    unused = [
        p
        for p in Permission
        if f"Permission.{p.name}" not in source.replace("\n", "") and p not in templates
    ]
    assert not unused


def test_addresses_are_small_letters_and_hyphens_with_typed_parts(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        plain = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.\-]*", plain) or rule.endpoint == "static", rule.rule


def test_every_endpoint_named_in_a_template_exists(app: Flask) -> None:
    missing = []
    for path in sorted(TEMPLATES.rglob("*.*")):
        tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "url_for" and call.args:
                name = call.args[0]
                if isinstance(name, nodes.Const) and name.value not in app.view_functions:
                    missing.append(f"{path}: {name.value}")
    assert not missing


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in_everywhere(
    app: Flask, client: FlaskClient, method: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL | {"static"} or method.upper() not in (rule.methods or ()):
            continue
        values = {name: example(rule._converters[name]) for name in rule.arguments}
        answer = getattr(client, method)(
            adapter.build(rule.endpoint, values, method=method.upper())
        )
        assert answer.status_code in (303, 401, 404), f"{rule.rule}: {answer.status_code}"
        if answer.status_code == 303:
            assert "/sign-in" in answer.location, rule.rule


def example(converter: object) -> object:
    """Return a value that fits a part of an address."""
    kind = type(converter).__name__
    if kind == "AnyConverter":
        return sorted(converter.items)[0]  # type: ignore[attr-defined]
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_headers_of_every_answer_keep_the_page_to_itself(client: FlaskClient) -> None:
    for url in ("/sign-in", "/healthz", "/nowhere"):
        headers = client.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-ID"]
