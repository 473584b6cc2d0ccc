"""Loading handbooks: again and again without harm, all or nothing, and never over what is published."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.models import AuditEvent
from app.db import Database
from app.handbooks import queries
from app.handbooks.folder import read_handbooks
from app.handbooks.models import HandbookVersion, RuleText
from app.handbooks.services import load_handbook
from app.handbooks.source import content_hash
from tests.handbooks.books import UJI, copy_of_uji, edit, edit_both

AUTUMN = date(2026, 11, 24)


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["handbooks", *args])


def rows_in(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (HandbookVersion, RuleText, AuditEvent)
        )


def add_third(path: Path) -> None:
    """Write a version 3.0 that retires one rule and rewords another."""
    for language in ("ms", "en"):
        book = (path / "2.0" / f"{language}.md").read_text(encoding="utf-8")
        (path / "3.0").mkdir(exist_ok=True)
        (path / "3.0" / f"{language}.md").write_text(book, encoding="utf-8")
    edit_both(path, r"### .*\{#UJ-2\.2.*\n\n.*\n", "", version="3.0")
    edit_both(path, "60", "90", version="3.0")
    with (path / "handbook.yml").open("a", encoding="utf-8") as file:
        file.write(
            '  - number: "3.0"\n    effective_on: 2027-03-01\n    summary: {ms: Tiga., en: Three.}\n'
            "    changes:\n      UJ-1.2: {kind: editorial, note: {ms: Lagi., en: Again.}}\n"
            "      UJ-2.2: {kind: retired, note: {ms: Mansuh., en: Gone.}}\n"
        )


def test_loading_again_changes_nothing(app: Flask, database: Database) -> None:
    before = rows_in(database)
    result = run(app, "load", str(UJI))
    assert result.exit_code == 0
    assert "nothing new" in result.output
    assert rows_in(database) == before


def test_a_new_version_is_added_and_recorded(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    assert "loaded 3.0" in run(app, "load", str(path)).output
    with database.reading() as session:
        version = queries.version_row(session, slug="uji", number="3.0", on=AUTUMN)
        assert version
        assert not version.is_current, "it is in effect only next year"
        event = session.scalar(
            select(AuditEvent.facts)
            .where(AuditEvent.act == "handbook.version_loaded")
            .order_by(AuditEvent.id.desc())
        )
        assert version.content_hash in str(event)
        codes = [r.code for r in queries.rule_rows(session, version_id=version.id, language="ms")]
    assert codes == ["UJ-1.1", "UJ-1.2", "UJ-2.1"], "the retired rule is gone"


@pytest.mark.parametrize(
    ("file", "pattern", "replacement", "sentence"),
    [
        ("1.0/ms.md", "42", "43", "its text was edited"),
        ("handbook.yml", "2026-01-05", "2026-01-06", "in effect from 2026-01-05"),
    ],
)
def test_a_published_version_cannot_be_changed_even_unsealed(
    app: Flask,
    database: Database,
    tmp_path: Path,
    file: str,
    pattern: str,
    replacement: str,
    sentence: str,
) -> None:
    path, before = copy_of_uji(tmp_path, sealed=False), rows_in(database)
    add_third(path)
    edit(path / file, pattern, replacement)
    result = run(app, "load", str(path))
    assert result.exit_code != 0
    assert sentence in result.output
    assert rows_in(database) == before, "all or nothing"


def test_one_fault_anywhere_and_nothing_is_loaded(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    path, before = copy_of_uji(tmp_path), rows_in(database)
    add_third(path)
    edit(path / "3.0" / "en.md", "strength=should", "strength=shall")
    edit(path / "handbook.yml", "kind: standard", "kind: rumour")
    result = run(app, "load", str(path))
    assert result.exit_code != 0
    assert "nothing was changed" in result.output
    assert rows_in(database) == before


def test_check_prints_every_fault_on_its_own_line_and_fails(app: Flask, tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path, sealed=False)
    edit(path / "2.0" / "en.md", "strength=should", "strength=shall")
    edit(path / "2.0" / "ms.md", 'sources="akta"', 'sources="mimpi"')
    result = run(app, "check", str(path))
    assert result.exit_code == 1
    faults = [line for line in result.output.splitlines() if line.startswith("uji/")]
    assert len(faults) == 2
    assert run(app, "check", str(UJI)).exit_code == 0


def test_seal_and_list_tell_what_they_did(app: Flask, tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path, sealed=False)
    assert "uji 2.0 is sealed." in run(app, "seal", str(path)).output
    assert run(app, "seal", str(path)).output == ""
    listed = run(app, "list").output.splitlines()
    assert [line.split()[:2] for line in listed] == [["uji", "2.0"], ["uji", "1.0"]]


def test_every_version_keeps_its_source_byte_for_byte_and_its_hash(database: Database) -> None:
    with database.reading() as session:
        for version in session.scalars(select(HandbookVersion)):
            sources = [(UJI / version.number / f"{lang}.md").read_bytes() for lang in ("ms", "en")]
            assert [version.source_ms.encode(), version.source_en.encode()] == sources
            assert version.content_hash == content_hash(*sources)
            framed = b"".join(b"%d\n" % len(source) + source for source in sources)
            assert version.content_hash == hashlib.sha256(framed).hexdigest()


def test_a_rule_keeps_its_identity_while_its_wording_changes(database: Database) -> None:
    with database.reading() as session:
        old = queries.version_row(session, slug="uji", number="1.0", on=AUTUMN)
        new = queries.version_row(session, slug="uji", on=AUTUMN)
        assert old
        assert new
        before = {r.code: r for r in queries.rule_rows(session, version_id=old.id, language="en")}
        after = {r.code: r for r in queries.rule_rows(session, version_id=new.id, language="en")}
    assert before["UJ-1.2"].rule_id == after["UJ-1.2"].rule_id
    assert before["UJ-1.2"].text_hash != after["UJ-1.2"].text_hash
    rule = after["UJ-1.2"]
    assert (rule.change, rule.change_note) == ("material", "The period is longer.")
    assert rule.categories == ("bayi", "oku")
    assert [(s.label, s.kind) for s in rule.sources] == [
        ("Test Act, section 1", "act"),
        ("The department's practice", "standard"),
    ]


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), "1.0"),
        (date(2026, 8, 31), "1.0"),
        (date(2026, 9, 1), "2.0"),
    ],
)
def test_the_current_version_is_the_newest_in_effect_that_day(
    database: Database, on: date, number: str | None
) -> None:
    with database.reading() as session:
        version = queries.version_row(session, slug="uji", on=on)
        assert (version.number if version else None) == number
        assert [row.number for row in queries.shelf(session, on=on)] == ([number] if number else [])


def test_a_wording_is_found_by_its_malay_hash_in_the_language_asked(database: Database) -> None:
    with database.reading() as session:
        old = queries.version_row(session, slug="uji", number="1.0", on=AUTUMN)
        assert old
        rule = next(
            r
            for r in queries.rule_rows(session, version_id=old.id, language="ms")
            if r.code == "UJ-1.2"
        )
        wanted = {(rule.rule_id, rule.text_hash)}
        found = queries.rule_texts_by_hash(session, wanted=wanted, language="en")
        hashes = queries.current_hashes(session, handbook_id=old.handbook_id, on=AUTUMN)
    assert "42 days" in found[rule.rule_id, rule.text_hash].body
    assert hashes["UJ-1.2"][0] == rule.rule_id
    assert hashes["UJ-1.2"][1] != rule.text_hash


def test_several_changes_to_a_rule_count_as_the_gravest(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    run(app, "load", str(path))
    with database.reading() as session:
        version = queries.version_row(session, slug="uji", number="3.0", on=AUTUMN)
        assert version
        changes = queries.changes_between(
            session,
            handbook_id=version.handbook_id,
            after=date(2026, 1, 5),
            until=version.effective_on,
            language="en",
        )
    rule = {change.note: change.kind for change in changes.values()}
    assert rule["The period is longer. Again."] == "material"


def test_a_version_is_dated_when_it_was_loaded(database: Database, tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    add_third(path)
    at = datetime(2026, 12, 1, tzinfo=UTC)
    with database.transaction() as session:
        assert load_handbook(session, read_handbooks(path)[0][0], at=at) == ["3.0"]
    with database.reading() as session:
        loaded = session.scalar(
            select(HandbookVersion.loaded_at).where(HandbookVersion.number == "3.0")
        )
        assert session.scalar(text("SELECT count(*) FROM handbook_versions")) == 3
    assert loaded == at
