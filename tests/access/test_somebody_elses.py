"""What belongs to somebody else answers exactly like what does not exist: 404, the same words, by GET and by POST."""

import re

import pytest

from app.clock import now
from app.db import Database
from tests.cast import Cast
from tests.page import Page
from tests.quizzes.conftest import Taking

ANSWER = {"position": "1", "choice": "a"}
ATTEMPT = [
    ("GET", "/attempts/{}/questions/1"),
    ("GET", "/attempts/{}/check"),
    ("GET", "/attempts/{}/result"),
    ("POST", "/attempts/{}/submission"),
    ("POST", "/attempts/{}/answers"),
]


def answer(page: Page, method: str, url: str) -> tuple[int, str]:
    """Return the status and the words of an answer, without its own number and tokens."""
    data = {**ANSWER, "csrf_token": page.token()} if method == "POST" else None
    found = page.client.open(url, method=method, data=data)
    words = re.sub(r"<code>\w+</code>|value=\"[^\"]*\"", "", found.text)
    return found.status_code, words.replace(url, "")


@pytest.mark.parametrize(("method", "url"), ATTEMPT)
@pytest.mark.parametrize("person", ["aina", "farid", "hamid", "salmah"])
def test_an_attempt_of_somebody_else_answers_like_none(
    page: Page, cast: Cast, database: Database, method: str, url: str, person: str
) -> None:
    way = Taking(database, cast.nurul, now())
    way.start()
    page.sign_in(getattr(cast, person))
    theirs, nobodys = (
        answer(page, method, url.format(way.id)),
        answer(page, method, url.format(987)),
    )
    assert theirs == nobodys
    assert theirs[0] == 404
    assert all(slot.choice == "" for slot in way.slots())


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/officers/{}"),
        ("GET", "/officers/{}/facts"),
        ("POST", "/officers/{}/facts"),
        ("POST", "/officers/{}/postings"),
        ("POST", "/officers/{}/roles"),
        ("POST", "/officers/{}/activity"),
        ("POST", "/officers/{}/roles/1/revocation"),
    ],
)
def test_an_officer_beyond_an_administrators_reach_answers_like_none(
    page: Page, cast: Cast, database: Database, method: str, url: str
) -> None:
    from app.access.policy import Role
    from app.people.models import RoleGrant

    with database.transaction() as session:
        session.add(
            RoleGrant(
                officer_id=cast.liza.id,
                role=Role.ADMINISTRATOR.value,
                office_id=cast.offices.sabah,
                granted_at=now(),
            )
        )
    page.sign_in(cast.liza)
    theirs = answer(page, method, url.format(cast.nurul.id))
    assert theirs == answer(page, method, url.format(98765))
    assert theirs[0] == 404
    assert answer(page, "GET", f"/officers/{cast.tan.id}")[0] == 200


@pytest.mark.parametrize(
    "url", ["/office-tree?office={}", "/office-tree/{}/new", "/office-tree/{}/facts"]
)
def test_an_office_beyond_an_administrators_reach_answers_like_none(
    page: Page, cast: Cast, url: str
) -> None:
    page.sign_in(cast.hamid)
    assert answer(page, "GET", url.format(98765))[0] == 404
    assert answer(page, "GET", url.format(cast.offices.tawau))[0] == 200


@pytest.mark.parametrize("person", ["nurul", "farid", "devi"])
def test_who_may_not_manage_hears_the_same_of_those_who_exist_and_those_who_do_not(
    page: Page, cast: Cast, person: str
) -> None:
    page.sign_in(getattr(cast, person))
    known = answer(page, "GET", f"/officers/{cast.tan.id}")
    assert known == answer(page, "GET", "/officers/98765")
    assert known[0] == 403
