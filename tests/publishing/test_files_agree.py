"""Promises of files and database over years: what pages publish goes out as files, and comes back the same elsewhere."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app import create_app
from app.clock import local_date
from app.commands import upgrade_database
from app.db import Database
from app.handbooks.folder import SourceShape
from app.handbooks.models import HandbookVersion, Rule, RuleAncestor, RuleRetirement, RuleText
from app.publishing import services, shaping, writing
from app.publishing.composing import faults_of
from app.publishing.logic import real_change
from tests.conftest import test_config as config_of
from tests.handbooks.test_export import run, tree
from tests.publishing.desk import Desk

Ancestor = aliased(Rule)
NASTY = (
    "Sebab: 'petikan' \"dua\" \\ garis # bukan komen",
    "- bukan: senarai, {bukan: peta} & *bukan rujukan",
    "baris satu\nbaris dua\r\n\r\n  berinden\ttab",
    "50 % @ > | ` ! ? ~ null",
    "emoji 🙂, é, ‘petikan’ — sempang · titik",
    "---",
    "2026-01-01",
    "yes",
)


def told() -> list[Select[tuple[object, ...]]]:
    """Return what two databases must say alike of all versions that were not withdrawn; no ids, no moments."""
    stands = HandbookVersion.withdrawn_at.is_(None)
    version, texts = HandbookVersion, RuleText
    return [
        select(
            version.number, version.effective_on, version.content_hash, version.title_ms, version.title_en,
            version.summary_ms, version.summary_en, version.preface_ms, version.preface_en, version.source_ms,
            version.source_en, version.asks_again, version.read_within_days,
        ).where(stands).order_by(version.effective_on),
        select(
            version.number, Rule.code, texts.language, texts.position, texts.code, texts.chapter_code, texts.chapter,
            texts.title, texts.body, texts.text_hash, texts.strength, texts.categories, texts.sources, texts.change,
            texts.change_note, texts.stems,
        ).join(version, version.id == texts.version_id).join(Rule, Rule.id == texts.rule_id)
        .where(stands).order_by(version.effective_on, texts.language, texts.position),
        select(version.number, Rule.code, Ancestor.code)
        .select_from(RuleAncestor)
        .join(version, version.id == RuleAncestor.version_id)
        .join(Rule, Rule.id == RuleAncestor.rule_id)
        .join(Ancestor, Ancestor.id == RuleAncestor.ancestor_id)
        .where(stands).order_by(version.effective_on, Rule.code, Ancestor.code),
        select(version.number, Rule.code, RuleRetirement.kind, RuleRetirement.note_ms, RuleRetirement.note_en)
        .select_from(RuleRetirement)
        .join(version, version.id == RuleRetirement.version_id)
        .join(Rule, Rule.id == RuleRetirement.rule_id)
        .where(stands).order_by(version.effective_on, Rule.code),
    ]  # fmt: skip


def said(database: Database) -> list[list[tuple[object, ...]]]:
    with database.reading() as session:
        return [[tuple(row) for row in session.execute(query)] for query in told()]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """Give a portal on a database in which nothing is, on SQLite also when the first is on PostgreSQL."""
    database = Database(f"sqlite:///{tmp_path / 'kosong.db'}")
    database.create_file()
    upgrade_database(database)
    yield create_app(config_of(str(database.url)), database)
    database.dispose()


def agree(app: Flask, database: Database, elsewhere: Flask, tmp_path: Path) -> None:
    """Take the files out, check them, load them into nothing, compare, and take them out again."""
    first, second = tmp_path / "pertama", tmp_path / "kedua"
    code, words = run(app, "export", first)
    assert code == 0, words
    code, words = run(app, "check", first)
    assert code == 0, words
    code, words = run(elsewhere, "load", first)
    assert code == 0, words
    assert said(elsewhere.extensions["database"]) == said(database)
    assert run(elsewhere, "export", second)[0] == 0
    assert tree(second) == tree(first)
    code, words = run(app, "load", first)
    assert (code, "nothing new" in words, "lack" in words) == (0, True, False)
    assert run(app, "export", first)[1].startswith("0 written")


class Years:
    """A life of the small handbook as its authors write it, with every kind of change and every kind of text."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.chance = desk, random.Random(seed)

    def year(self, number: int) -> int:
        """Change things at random and publish; return the version's id."""
        self.desk.start()
        self._sources(number)
        for code in [row.rule.code for row in self.desk.rows]:
            if any(row.rule.code == code and not row.rule.retired for row in self.desk.rows):
                self._change(code)
        if self.chance.random() < 0.5:
            self._numbers()
        self._declare()
        self._details(local_date(self.desk.at) + timedelta(days=1))
        self.desk.submit()
        version_id = self.desk.publish()
        self.desk.at += timedelta(days=1)
        return version_id

    def _sources(self, number: int) -> None:
        with self.desk.database.transaction() as session:
            services.add_source(
                session,
                self.desk.cast.devi,
                draft_id=self.desk.draft_id,
                key=f"pekeliling-{number}",
                source=SourceShape(
                    ms=self.chance.choice(NASTY), en=f"Circular {number}", kind="circular"
                ),
                at=self.desk.at,
            )
        self.key = f"pekeliling-{number}"

    def _change(self, code: str) -> None:
        desk, act = self.desk, self.chance.choice
        others = [row for row in desk.rows if not row.rule.retired and row.rule.code != code]
        kind = act(
            ["", "material", "editorial", "move", "split", "merge", "retire", "add", "strength"]
        )
        if kind in ("material", "editorial"):
            desk.reword(code, kind, f"Ayat {self.chance.random()}: {act(NASTY[3:5])}")
        elif kind == "strength":
            desk.edit(code, strength="may", sources=f"akta {self.key}", categories="oku")
        elif kind == "move" and others:
            desk.do(shaping.move_rule, code, after_id=act([None, act(others).rule.id]))
        elif kind == "split":
            made = desk.do(shaping.split_rule, code)
            desk.fill(next(row.rule.code for row in desk.rows if row.rule.id == made))
        elif kind == "merge" and others:
            desk.do(shaping.merge_rule, code, into_id=act(others).rule.id)
        elif kind == "retire" and others:
            desk.do(shaping.retire_rule, code)
        elif kind == "add":
            self._add(act([None, ("Bab: baharu", "Chapter: new")]))

    def _add(self, chapter: tuple[str, str] | None) -> None:
        desk = self.desk
        with desk.database.transaction() as session:
            made = writing.add_rule(
                session, desk.cast.devi, draft_id=desk.draft_id, chapter_code=desk.rows[0].rule.chapter_code,
                new_chapter=chapter, at=desk.at,
            )  # fmt: skip
        desk.fill(next(row.rule.code for row in desk.rows if row.rule.id == made))

    def _numbers(self) -> None:
        with self.desk.database.transaction() as session:
            shaping.renumber_rules(
                session, self.desk.cast.devi, draft_id=self.desk.draft_id, at=self.desk.at
            )

    def _declare(self) -> None:
        """Say of everything that changed what it is, and why."""
        for row in self.desk.rows:
            real, change = real_change(row.rule, row.known), row.rule.change
            if real in ("changed", "renumbered"):
                change = change or self.chance.choice(["material", "editorial"])
            if real:
                self.desk.edit_row(
                    row,
                    change=change,
                    note_ms=self.chance.choice(NASTY),
                    note_en=self.chance.choice(NASTY),
                )
        if not any(real_change(row.rule, row.known) for row in self.desk.rows):
            kept = next(row for row in self.desk.rows if not row.rule.retired)
            self.desk.reword(kept.rule.code, "editorial", f"Ayat {self.chance.random()}.")

    def _details(self, day: date) -> None:
        row, act = self.desk.draft, self.chance.choice
        given = services.Details(
            act(["Buku Ujian", "Buku: Ujian #2"]), "Test Book", "Pembukaan.\r\n\r\nBaris dua.", act(["", "Opening."]),
            act(NASTY), act(NASTY), day, act([14, 30]),
        )  # fmt: skip
        with self.desk.database.transaction() as session:
            services.change_details(
                session, self.desk.cast.devi, draft_id=self.desk.draft_id, revision=row.revision, given=given,
                at=self.desk.at,
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_years_of_publishing_come_out_as_files_that_make_the_same_book_elsewhere(
    app: Flask, database: Database, desk: Desk, elsewhere: Flask, tmp_path: Path, seed: int
) -> None:
    years = Years(desk, seed)
    for number in range(4):
        years.year(number)
    agree(app, database, elsewhere, tmp_path)


def test_a_version_withdrawn_before_its_day_leaves_no_trace_in_the_files(
    app: Flask, database: Database, desk: Desk, elsewhere: Flask, tmp_path: Path
) -> None:
    run(app, "export", tmp_path / "sebelum")
    years = Years(desk, 1)
    years._add(None)  # a rule that only the withdrawn version has
    version_id = years.year(0)
    desk.at -= timedelta(days=1)
    with database.transaction() as session:
        services.withdraw_version(session, desk.cast.chong, version_id=version_id, at=desk.at)
    run(app, "export", tmp_path / "selepas")
    assert tree(tmp_path / "selepas") == tree(tmp_path / "sebelum")
    desk.start()
    years._add(None)
    years.year(1)
    agree(app, database, elsewhere, tmp_path)


def test_files_that_still_name_a_withdrawn_version_are_told_so_and_do_not_bring_it_back(
    app: Flask, database: Database, desk: Desk, tmp_path: Path
) -> None:
    version_id = Years(desk, 3).year(0)
    desk.at -= timedelta(days=1)
    run(app, "export", tmp_path)
    with database.transaction() as session:
        services.withdraw_version(session, desk.cast.chong, version_id=version_id, at=desk.at)
    code, words = run(app, "load", tmp_path)
    assert code == 0
    assert "name versions that were withdrawn (3.0)" in words
    run(app, "export", tmp_path / "baharu")
    assert '"3.0"' not in (tmp_path / "baharu" / "uji" / "handbook.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"preface_ms": "Lihat [sini](https://a.my)."}, "Pautan"),
        ({"preface_en": "## Bab {#UJ-9}"}, "Tajuk di dalam"),
        ({"preface_en": "Sama\u2028baris"}, "aksara"),
        ({"summary_ms": "Ringkas\u202e."}, "aksara"),
        ({"title_en": "Book {#UJ-1}"}, "dakap"),
    ],
)
def test_what_the_files_cannot_hold_is_said_to_the_author(
    desk: Desk, changes: dict[str, str], sentence: str
) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    row = desk.draft
    names = services.Details.__dataclass_fields__
    given = services.Details(**({name: getattr(row, name) for name in names} | changes))
    with desk.database.transaction() as session:
        services.change_details(
            session, desk.cast.devi, draft_id=row.id, revision=row.revision, given=given, at=desk.at
        )
    found = faults_of(desk.draft, desk.rows, {"akta", "amalan"}, today=local_date(desk.at))
    assert [fault.text for fault in found if sentence in fault.text]


@pytest.mark.parametrize("title", ["Bab {#UJ-8}", "Bab\u202e", "<b>Bab</b>"])
def test_a_chapters_title_that_the_files_cannot_hold_is_said(desk: Desk, title: str) -> None:
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at))
    with desk.database.transaction() as session:
        shaping.rename_chapter(
            session, desk.cast.devi, draft_id=desk.draft_id, chapter_code="UJ-1",
            seen=("Kaunter", "Counter"), ms="Bab", en=title, at=desk.at
        )  # fmt: skip
    found = faults_of(desk.draft, desk.rows, {"akta", "amalan"}, today=local_date(desk.at))
    assert [fault.code for fault in found] == ["UJ-1"]


def test_a_rule_split_off_and_merged_back_is_not_its_own_ancestor(desk: Desk) -> None:
    made = desk.do(shaping.split_rule, "UJ-1.1")
    code = next(row.rule.code for row in desk.rows if row.rule.id == made)
    desk.do(shaping.merge_rule, code, into_id=desk.row("UJ-1.1").rule.id)
    desk.edit("UJ-1.1", note_ms="Satu.", note_en="One.")
    desk.day(local_date(desk.at))
    desk.submit()
    desk.publish()
    with desk.database.reading() as session:
        assert not session.scalars(select(RuleAncestor)).all()
