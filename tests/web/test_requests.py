"""Requests that no browser of ours sends: too large, of a strange kind, with a forged cookie, forms late or twice."""

import re

import pytest
from flask.testing import FlaskClient

from app.web.paths import local_path
from tests.cast import PASSWORD, Cast
from tests.page import Page, lint

SIGN_IN = {"identifier": "K1001", "password": PASSWORD}
REQUEST_ID = re.compile(r"[0-9a-f]{16}")


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize(
    ("url", "status", "ms", "en"),
    [
        ("/nowhere", 404, "Halaman tidak ditemui", "Page not found"),
        (
            "/officers",
            403,
            "Halaman ini bukan untuk peranan anda",
            "This page is not for your role",
        ),
    ],
)
def test_an_error_is_a_page_in_the_readers_language_with_its_number(
    page: Page, cast: Cast, url: str, status: int, ms: str, en: str, language: str
) -> None:
    soup = page.sign_in(cast.nurul, language).get(url, status)
    assert soup.h1 is not None
    assert soup.h1.get_text(strip=True) == {"ms": ms, "en": en}[language]
    assert soup.html["lang"] == language  # type: ignore[index]
    assert REQUEST_ID.fullmatch(soup.select("code")[-1].get_text())


def test_the_number_on_the_page_is_that_of_the_log(page: Page, cast: Cast) -> None:
    answer = page.sign_in(cast.nurul).client.get("/nowhere")
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_fault_of_ours_is_a_page_without_a_trace(page: Page, cast: Cast) -> None:
    page.app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise ValueError("secret")

    broken._access = "public"  # type: ignore[attr-defined]
    page.app.view_functions["people.sign_in"] = broken
    answer = page.client.get("/sign-in")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_script_gets_errors_as_json(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert set(answer.json or {}) == {"error", "what_to_do", "request_id"}


def test_what_is_too_large_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"identifier": "a" * 1_100_000})
    assert answer.status_code == 413
    assert "Terlalu besar" in answer.text


def test_a_form_of_very_many_fields_is_refused(client: FlaskClient) -> None:
    fields = {f"f{n}": "a" for n in range(1200)}
    answer = client.post("/sign-in", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "BREW"])
@pytest.mark.parametrize("url", ["/sign-in", "/", "/attempts/1/answers"])
def test_a_method_that_no_page_has_is_refused(client: FlaskClient, method: str, url: str) -> None:
    answer = client.open(url, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"]


@pytest.mark.parametrize("url", ["/sign-out", "/sign-out-everywhere", "/language"])
def test_an_act_is_not_done_by_following_a_link(page: Page, cast: Cast, url: str) -> None:
    assert page.sign_in(cast.nurul).client.get(url).status_code == 405
    page.get("/account")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=nonsense",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json",
        "text/plain",
        "\xff/\xff",
    ],
)
@pytest.mark.parametrize("body", [b"identifier=\xff\xfe\x00&password=%ff%00", b"{", b"--\r\n", b""])
def test_a_body_of_a_strange_kind_is_no_fault_of_ours(
    client: FlaskClient, content_type: str, body: bytes
) -> None:
    answer = client.post("/sign-in", data=body, content_type=content_type)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "header",
    [
        {"Accept": "application/json;q=nonsense,,;"},
        {"Accept-Language": "\xff" * 50},
        {"Cookie": "seragam=" + "a" * 4000},
        {"Cookie": "seragam=\xff\x01; seragam=b"},
        {"Content-Length": "-1"},
        {"Content-Length": "many"},
        {"X-Forwarded-For": "' OR 1=1"},
        {"Range": "bytes=9999999999-0"},
        {"If-Modified-Since": "yesterday"},
    ],
)
def test_strange_headers_are_no_fault_of_ours(client: FlaskClient, header: dict[str, str]) -> None:
    for url in ("/sign-in", "/", "/static/css/base.css"):
        answer = client.get(url, headers=header)
        answer.close()
        assert answer.status_code < 500


@pytest.mark.parametrize("tamper", ["payload", "signature", "unsigned", "cut"])
def test_a_cookie_that_was_tampered_with_is_nobodys(page: Page, cast: Cast, tamper: str) -> None:
    page.sign_in(cast.nurul)
    cookie = page.client.get_cookie("seragam")
    assert cookie is not None
    payload, stamp, signature = cookie.value.rsplit(".", 2)
    other = {
        "payload": f"{payload[:-4]}AAAA.{stamp}.{signature}",
        "signature": f"{payload}.{stamp}.{signature[::-1]}",
        "unsigned": "eyJfdXNlcl9pZCI6IjkuMSJ9.x.y",
        "cut": payload,
    }[tamper]
    page.client.set_cookie("seragam", other)
    answer = page.client.get("/account")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account"


@pytest.mark.parametrize(
    "claim", ["", "1", "1.1.1", "a.b", "-1.1", "99999999999999999999.1", "1.99999999999999999999"]
)
def test_a_session_that_speaks_of_nobody_asks_to_sign_in(
    page: Page, cast: Cast, claim: str
) -> None:
    with page.sign_in(cast.nurul).client.session_transaction() as stored:
        stored["_user_id"] = claim
    assert page.client.get("/account").status_code == 303
    saved = page.post("/attempts/1/answers", {"position": "1", "choice": "a"})
    assert saved.status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example",
        "/\x0b/evil.example", "/a\r\nSet-Cookie: a=b", "/\x00", "\x01/evil", "javascript:alert(1)", " //evil.example",
        "/\u2028evil", "/\u202eevil", "evil", "", "/[", "//[", "/\x7f", "http:evil.example", "////evil.example",
    ],
)  # fmt: skip
def test_no_target_leads_to_another_site_or_splits_a_header(
    client: FlaskClient, target: str
) -> None:
    found = local_path(target)
    assert found.startswith("/")
    assert not found.startswith("//")
    assert found.isprintable()
    assert "\\" not in found
    assert client.get("/sign-in", query_string={"next": target}).status_code in (200, 400)


def test_a_form_sent_twice_signs_in_once_more_and_breaks_nothing(page: Page) -> None:
    for _time in range(2):
        assert page.post("/sign-in", SIGN_IN).status_code == 303


def test_a_form_from_before_signing_in_is_refused_with_what_to_do(page: Page, cast: Cast) -> None:
    late = page.token()
    page.sign_in(cast.nurul)
    answer = page.client.post("/account", data={"csrf_token": late, "language": "en"})
    assert answer.status_code == 400
    assert "Borang ini telah luput" in answer.text


def test_error_pages_keep_the_promises_of_every_page(page: Page, cast: Cast) -> None:
    from bs4 import BeautifulSoup

    page.sign_in(cast.hamid)
    for url, method in (("/nowhere", "GET"), ("/sign-out", "GET"), ("/account", "POST")):
        answer = page.client.open(url, method=method)
        assert answer.status_code >= 400
        lint(BeautifulSoup(answer.data, "html.parser"), url)
