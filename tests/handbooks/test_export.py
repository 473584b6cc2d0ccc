"""Promises of files and database: what was loaded is written back byte for byte, and nobody's edit is overwritten."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import local_date, now
from app.db import Database
from app.handbooks.folder import read_handbooks
from app.handbooks.models import Handbook, HandbookVersion
from tests.cast import Cast
from tests.publishing.desk import Desk

FILES = Path("tests/content/handbooks")


def run(app: Flask, *args: str | Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["handbooks", *map(str, args)])
    return result.exit_code, result.output + result.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "seragam.db" not in path.name
    }


def test_what_was_loaded_is_written_back_byte_for_byte(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "export", tmp_path)
    assert code == 0, said
    assert tree(tmp_path) == tree(FILES)
    assert "0 written, 5 the same." in run(app, "export", tmp_path)[1]


def test_a_file_that_says_something_else_is_left_alone_unless_forced(
    app: Flask, tmp_path: Path
) -> None:
    run(app, "export", tmp_path)
    edited = tmp_path / "uji" / "1.0" / "ms.md"
    edited.write_text("lain", encoding="utf-8")
    code, said = run(app, "export", tmp_path)
    assert code == 1
    assert "1 files say something else" in said
    assert edited.read_text(encoding="utf-8") == "lain"
    assert run(app, "export", tmp_path, "--force")[0] == 0
    assert tree(tmp_path) == tree(FILES)


def test_a_version_published_in_the_browser_comes_out_as_files_that_load_elsewhere(
    app: Flask, database: Database, cast: Cast, tmp_path: Path
) -> None:
    desk = Desk(database, cast, now()).start()
    desk.reword("UJ-1.1")
    desk.day(local_date(desk.at) + timedelta(days=3))
    desk.submit()
    desk.publish()
    code, said = run(app, "load", FILES)
    assert code == 0
    assert "the database has versions that these files lack (3.0)" in said
    assert run(app, "export", tmp_path)[0] == 0
    found, faults = read_handbooks(tmp_path)
    assert not faults
    with database.reading() as session:
        hashes = list(
            session.scalars(
                select(HandbookVersion.content_hash).order_by(HandbookVersion.effective_on)
            )
        )
    assert [version.content_hash for version in found[0].versions] == hashes
    code, said = run(app, "load", tmp_path)
    assert (code, "lack" in said) == (0, False)


def test_a_handbook_whose_file_was_never_kept_says_what_to_do(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        for handbook in session.scalars(select(Handbook)):
            handbook.manifest = ""
    code, said = run(app, "export", tmp_path)
    assert code == 1
    assert "run `flask handbooks load` first" in said
    run(app, "load", FILES)
    assert run(app, "export", tmp_path)[0] == 0


@pytest.mark.parametrize("slug", ["tiada", "uji2"])
def test_an_unknown_handbook_is_said(app: Flask, tmp_path: Path, slug: str) -> None:
    code, said = run(app, "export", tmp_path, "--handbook", slug)
    assert (code, f"no handbook {slug}" in said) == (1, True)


def test_a_folder_that_cannot_be_written_is_one_sentence(app: Flask, tmp_path: Path) -> None:
    blocked = tmp_path / "berkas"
    blocked.write_text("x", encoding="utf-8")
    code, said = run(app, "export", blocked / "dalam")
    assert code == 1
    assert "Traceback" not in said
    shutil.rmtree(tmp_path, ignore_errors=True)
