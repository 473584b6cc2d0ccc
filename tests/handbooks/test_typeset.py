"""The typeset book: it says all that the version says, in both languages, and is made once for ever."""

import hashlib
import io
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.commands import periodic_jobs
from app.db import Database
from app.handbooks import printing, queries
from app.handbooks.folder import read_handbooks
from app.handbooks.markdown_tree import DEEPEST, Node, tree_of
from app.handbooks.models import HandbookVersion, TypesetVersion
from app.handbooks.printing import Press, keep_typeset, print_version, printed, unprinted
from app.handbooks.queries import RuleRow, VersionRow
from app.handbooks.services import load_handbook
from app.handbooks.typeset import LABELS, day_in_words, version_pdf
from app.jobs import run_due
from app.typesetter import typeset
from tests.cast import Cast
from tests.handbooks.test_loading import AUTUMN
from tests.page import Page

CONTENT = Path(__file__).parents[2] / "content" / "handbooks"


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF, lines and hyphens of line ends joined."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(re.sub(r"\xad\s*", "", "\n".join(pages)).split())


def book(
    database: Database, language: str, number: str = "2.0"
) -> tuple[VersionRow, list[RuleRow]]:
    """Return a version of the small handbook and its rules."""
    with database.reading() as session:
        version = queries.version_row(session, slug="uji", number=number, on=AUTUMN)
        assert version
        return version, queries.rule_rows(session, version_id=version.id, language=language)


def make(database: Database, at: datetime, language: str = "ms", number: str = "2.0") -> bytes:
    """Print a version of the small handbook."""
    version, _rules = book(database, language, number)
    return print_version(database, version_id=version.id, language=language, at=at)


@pytest.mark.parametrize(
    ("language", "day"), [("ms", "1 September 2026"), ("en", "1 September 2026")]
)
def test_the_book_holds_title_version_day_notice_hash_and_every_rule(
    database: Database, language: str, day: str
) -> None:
    version, rules = book(database, language)
    pdf = version_pdf(version, rules, language)
    text = text_of(pdf)
    words = LABELS[language]
    assert day in text
    for word in ("effective", "unconfirmed", "contents", "preface", "all_sources", "proof"):
        assert str(words[word]) in text
    assert version.title(language) in text
    assert version.about(language) in text
    assert f"{words['version']} 2.0" in text
    assert text.count(version.content_hash) == 2, "on the cover and on the last page"
    for rule in rules:
        assert rule.code in text
        assert text.count(rule.title) >= 2, "in the contents and at its place"
        assert rule.sources[0].label in text
    assert ("Orang kurang upaya" if language == "ms" else "disabilit") in text
    assert ("Hendaklah" if language == "ms" else "Should") in text
    reader = PdfReader(io.BytesIO(pdf))
    assert f"1 / {len(reader.pages)}" not in text, "the cover has no number"
    assert f"2 / {len(reader.pages)}" in text
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == language
    assert catalogue["/MarkInfo"]["/Marked"]


def test_a_confirmed_book_says_nothing_of_being_unconfirmed(database: Database) -> None:
    version, rules = book(database, "ms")
    text = text_of(version_pdf(replace(version, confirmed=True), rules, "ms"))
    assert str(LABELS["ms"]["unconfirmed"]) not in text


def test_our_own_books_are_typeset_whole(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        for source in read_handbooks(CONTENT)[0]:
            load_handbook(session, source, at=at)
    with database.reading() as session:
        for version in queries.shelf(session, on=AUTUMN):
            for language in ("ms", "en"):
                rules = queries.rule_rows(session, version_id=version.id, language=language)
                text = text_of(version_pdf(version, rules, language))
                missing = [rule.code for rule in rules if rule.title not in text]
                assert not missing, f"{version.slug} {language}"


MIXED = """Perenggan **tebal** dan *condong*.

- satu
- dua
    - dua-a
    - dua-b

1. pertama
2. kedua

> Petikan dari pekeliling.

| Saluran | Had |
|---|---|
| kaunter UTC | jam **8** malam |
| bas | |
"""


def test_lists_tables_and_quotations_appear(database: Database) -> None:
    version, rules = book(database, "ms")
    text = text_of(version_pdf(version, [replace(rules[0], body=MIXED)], "ms"))
    for piece in ("tebal", "condong", "• dua", "– dua-a", "2. kedua", "Petikan dari", "Saluran"):
        assert piece in text, piece
    assert "jam 8 malam" in text
    assert "|" not in text
    assert "**" not in text


def kinds(nodes: list[Node]) -> list[Any]:
    """Return the shape of a tree without its words."""
    return [
        (node["kind"], kinds(node["body"])) if node["kind"] not in ("p", "hr") else node["kind"]
        for node in nodes
    ]


def test_markdown_becomes_a_tree() -> None:
    assert kinds(tree_of(MIXED)) == [
        "p",
        ("ul", [("li", ["p"]), ("li", ["p", ("ul", [("li", ["p"]), ("li", ["p"])])])]),
        ("ol", [("li", ["p"]), ("li", ["p"])]),
        ("quote", ["p"]),
        ("table", [("row", [("cell", ["p"]), ("cell", ["p"])])] * 2 + [("row", [("cell", ["p"]), ("cell", [])])]),
    ]  # fmt: skip
    assert tree_of("a **b *c*** `d`")[0]["body"] == [
        {"kind": "text", "text": "a "},
        {
            "kind": "strong",
            "body": [
                {"kind": "text", "text": "b "},
                {"kind": "em", "body": [{"kind": "text", "text": "c"}]},
            ],
        },
        {"kind": "text", "text": " "},
        {"kind": "code", "body": [{"kind": "text", "text": "d"}]},
    ]


def words_in(nodes: list[Node]) -> str:
    return "".join(node.get("text", "") + words_in(node.get("body", [])) for node in nodes)


def depth(nodes: list[Node]) -> int:
    return 1 + max((depth(node["body"]) for node in nodes if "body" in node), default=0)


@given(st.text(alphabet="ab \n-*_>|`1.<&#[]()", max_size=120))
@settings(deadline=None)
def test_any_markdown_becomes_a_tree_of_bounded_depth(text: str) -> None:
    tree = tree_of(text)
    assert all(node["kind"] in {"p", "ul", "ol", "quote", "table", "hr"} for node in tree)
    assert depth(tree) < DEEPEST + 20
    assert words_in(tree).count("a") <= text.count("a") + text.count("amp")


def test_what_is_nested_too_deeply_is_still_typeset(database: Database) -> None:
    version, rules = book(database, "ms")
    deep = ">" * 60 + " dasar\n\n" + "".join("    " * n + f"- aras{n}\n" for n in range(30))
    text = text_of(version_pdf(version, [replace(rules[0], body=deep)], "ms"))
    assert "dasar" in text
    assert "aras29" in text


HOSTILE = [
    "",
    "<script>alert(1)</script>",
    '#import "x": y; #panic("z")',
    '#read("/etc/passwd")',
    "= Tajuk palsu $x^2$ @rujukan <label> ~ \\ *_`",
    '"]\n#{ while true {} }',
    '// komen /* x */ #let data = ("a")',
    "Tan 陈美玲 😀 \u200f",
    "x" * 400,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(database: Database, hostile: str) -> None:
    version, rules = book(database, "ms")
    version = replace(version, title_ms=hostile, about_ms=hostile, preface_ms=hostile)
    rule = replace(rules[0], code="UJ-1.1", title=hostile, body=hostile, change_note=hostile)
    rule = replace(rule, change="new", sources=(queries.Source(hostile, "", "act"),))
    text = text_of(version_pdf(version, [rule, replace(rule, rule_id=9, code="#x-1")], "ms"))
    assert version.content_hash in text
    for piece in re.findall(r"\w+", "" if "<script>" in hostile else hostile.split("陈")[0]):
        assert piece[:40] in text, piece


def test_a_template_that_fails_says_why(tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text('#panic("kertas habis")', encoding="utf-8")
    with pytest.raises(RuntimeError, match="kertas habis"):
        typeset(template, {})


def test_the_book_is_made_once_and_keeps_its_bytes_and_hash(
    database: Database, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(database, at)
    monkeypatch.setattr(printing, "version_pdf", lambda *_facts: b"%PDF another template")
    assert make(database, at) == first
    version, _rules = book(database, "ms")
    with database.reading() as session:
        kept = printed(session, version_ids=[version.id])[version.id, "ms"]
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.act == "handbook.version_typeset")
        ).one()
        assert kept.sha256 == hashlib.sha256(first).hexdigest()
        assert kept.sha256 in str(event.facts)
        assert kept.size == len(first)
    assert make(database, at, "en") == b"%PDF another template", "each language is a book"


def test_of_two_made_at_once_the_first_one_stays(database: Database, at: datetime) -> None:
    version, _rules = book(database, "ms")
    for pdf in (b"%PDF first", b"%PDF second"):
        with database.transaction() as session:
            kept = keep_typeset(session, version=version, language="ms", pdf=pdf, at=at)
        assert kept == b"%PDF first"
    with database.reading() as session:
        acts = select(func.count()).where(AuditEvent.act == "handbook.version_typeset")
        assert session.scalar(acts) == 1


def test_two_nodes_at_once_make_each_book_once(
    database: Database, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=20)

    def slow(version: VersionRow, _rules: object, language: str) -> bytes:
        both.wait()  # both nodes are at the press before either keeps a book
        return f"%PDF {threading.current_thread().name} {version.number} {language}".encode()

    class NoLock:
        def __enter__(self) -> None: ...
        def __exit__(self, *_error: object) -> None: ...

    monkeypatch.setattr(printing, "version_pdf", slow)
    monkeypatch.setattr(printing, "_press", NoLock())  # two nodes share no lock
    url = database.url.render_as_string(hide_password=False)
    nodes = [Database(url), Database(url)]
    threads = [
        threading.Thread(target=Press(), args=(node, at), name=f"node{n}")
        for n, node in enumerate(nodes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for node in nodes:
        node.dispose()
    with database.reading() as session:
        rows = session.scalars(select(TypesetVersion)).all()
        assert len(rows) == 4
        assert all(hashlib.sha256(row.pdf).hexdigest() == row.sha256 for row in rows)
        acts = select(func.count()).where(AuditEvent.act == "handbook.version_typeset")
        assert session.scalar(acts) == 4, "who came second recorded nothing"


def test_the_job_makes_what_is_missing_and_rests(
    app: Flask, database: Database, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def quick(version: VersionRow, _rules: object, language: str) -> bytes:
        made.append(f"{version.number} {language}")
        return b"%PDF"

    monkeypatch.setattr(printing, "version_pdf", quick)
    monkeypatch.setattr(printing, "MOST_A_RUN", 3)
    jobs = [job for job in periodic_jobs(app) if job.name == "typeset"]
    assert run_due(database, jobs, at) == ["typeset"]
    assert made == ["2.0 ms", "2.0 en", "1.0 ms"], "a few a run, the newest first"
    run_due(database, jobs, at + timedelta(minutes=1))
    run_due(database, jobs, at + timedelta(minutes=2))
    assert made[3:] == ["1.0 en"]


def test_a_version_that_cannot_be_typeset_stops_no_other_and_is_tried_again_later(
    database: Database,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: list[str] = []

    def breaks(version: VersionRow, _rules: object, language: str) -> bytes:
        tried.append(f"{version.number} {language}")
        if version.number == "2.0":
            raise RuntimeError("no paper")
        return b"%PDF"

    monkeypatch.setattr(printing, "version_pdf", breaks)
    monkeypatch.setattr(printing, "MOST_A_RUN", 2)
    press = Press()
    press(database, at)
    press(database, at + timedelta(minutes=1))
    press(database, at + timedelta(minutes=2))
    assert tried == ["2.0 ms", "2.0 en", "1.0 ms", "1.0 en"]
    assert "was not typeset" in caplog.text
    press(database, at + timedelta(hours=1))
    assert tried[4:] == ["2.0 ms", "2.0 en"]


def test_a_withdrawn_version_is_not_printed(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        session.execute(
            update(HandbookVersion).where(HandbookVersion.number == "2.0").values(withdrawn_at=at)
        )
    with database.reading() as session:
        assert [language for _version, language in unprinted(session)] == ["ms", "en"]


def test_the_page_gives_the_book_in_the_readers_language_or_the_one_asked_for(
    page: Page, cast: Cast
) -> None:
    page.sign_in(cast.nurul, "en")
    url = "/handbooks/uji/versions/2.0.pdf"
    english = page.client.get(url)
    malay = page.client.get(f"{url}?language=ms")
    assert english.mimetype == "application/pdf"
    assert "Greet the customer" in text_of(english.data)
    assert "Sambut pelanggan" in text_of(malay.data)
    assert malay.headers["Content-Disposition"] == 'inline; filename="uji-2.0-ms.pdf"'
    assert page.client.get(f"{url}?language=fr").data == english.data
    assert page.client.get(url).data == english.data
    again = page.client.get(url, headers={"If-None-Match": english.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "url",
    [
        "/handbooks/tiada/versions/2.0.pdf",
        "/handbooks/uji/versions/9.9.pdf",
        "/handbooks/uji/versions/.pdf",
    ],
)
def test_a_book_that_is_not_there_is_not_found(page: Page, cast: Cast, url: str) -> None:
    page.sign_in(cast.nurul).get(url, status=404)


def test_a_stranger_gets_no_book(app: Flask) -> None:
    assert app.test_client().get("/handbooks/uji/versions/2.0.pdf").status_code == 303


def test_the_book_page_links_the_pdf_with_its_size_and_hash(
    page: Page, cast: Cast, count_statements: Callable[[], Any]
) -> None:
    page.sign_in(cast.nurul)
    before = page.get("/handbooks/uji")
    assert "Disediakan pada muat turun pertama." in before.get_text()
    assert before.find("a", href="/handbooks/uji/versions/2.0.pdf")
    pdf = page.client.get("/handbooks/uji/versions/2.0.pdf?language=ms").data
    after = page.get("/handbooks/uji").get_text()
    assert hashlib.sha256(pdf).hexdigest() in after
    assert f"({round(len(pdf) / 1024)} KB)" in after


def test_days_are_written_out() -> None:
    assert day_in_words(datetime(2026, 5, 1).date(), "ms") == "1 Mei 2026"  # noqa: DTZ001
    assert day_in_words(AUTUMN, "en") == "24 November 2026"
    assert LABELS["ms"].keys() == LABELS["en"].keys()
