"""Quiz files: every fault with its line, pins that keep the layout, loading that never edits."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.db import Database
from app.quizzes.models import QuestionVersion
from tests.conftest import CONTENT

HANDBOOKS = str(CONTENT / "handbooks")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a copy of the small quiz that a test may spoil."""
    return Path(shutil.copy(CONTENT / "quizzes" / "uji.yml", tmp_path / "uji.yml"))


def run(app: Flask, command: str, file: Path, *options: str) -> tuple[int, str]:
    """Run `flask quizzes …` on the file; return its exit code and everything it says."""
    result = app.test_cli_runner().invoke(
        args=["quizzes", command, str(file), "--handbooks", HANDBOOKS, *options]
    )
    return result.exit_code, result.output


def change(file: Path, old: str, new: str, times: int = 1) -> int:
    """Replace a text in the file; return the line where it first stood."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, times), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_good_file_has_no_fault(app: Flask, file: Path) -> None:
    assert run(app, "check", file, "--strict")[0] == 0


FAULTS = {
    "unknown key": ("    kind: single\n", "    kind: single\n    level: 3\n", "level"),
    "unknown rule": ("    rule: UJ-1.1\n", "    rule: UJ-9.9\n", "UJ-9.9"),
    "twice the same id": ("  - id: UJ-1.1-b\n", "  - id: UJ-1.1-a\n", "stands already in line"),
    "two right options": (
        "      - id: b\n",
        "      - id: b\n        correct: true\n",
        "exactly one",
    ),
    "no right option": ("        correct: true\n", "", "right options"),
    "three options": ("      - id: d\n", "      - id: c\n", "a, b, c and d"),
    "no misconception": (
        "        misconception: {ms: Menyangka UJ-1.1 boleh diabaikan, en: Thinks UJ-1.1 may be ignored}\n",
        "",
        "misconception",
    ),
    "no reason": (
        "        reason: {ms: Begitulah bunyi UJ-1.1., en: So says UJ-1.1.}\n",
        "",
        "reason is missing",
    ),
    "a language missing": ("title: {ms: Kuiz Ujian, en: Test Quiz}", "title: {ms: Kuiz}", "en is"),
    "a draw that cannot be": ("draw: {UJ-1.2: 2}", "draw: {UJ-1.2: 4}", "draws 4 of UJ-1.2"),
    "too many questions": ("questions: 5", "questions: 50", "asks 50 questions"),
    "another slug": ("slug: uji\n", "slug: lain\n", "the file's name"),
    "unknown handbook": ("handbook: uji\n", "handbook: tiada\n", "no handbook tiada"),
    "broken YAML": ("title: {ms: Kuiz Ujian,", "title: {ms: [Kuiz Ujian,", "not valid YAML"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_said_with_its_line(app: Flask, file: Path, name: str) -> None:
    old, new, words = FAULTS[name]
    change(file, old, new)
    code, said = run(app, "check", file)
    assert code == 1
    lines = [line for line in said.splitlines() if words in line]
    assert lines, said
    assert lines[0].split(":")[0] == "uji.yml"
    assert lines[0].split(":")[1].isdigit()


def test_all_faults_are_said_at_once(app: Flask, file: Path) -> None:
    change(file, "    rule: UJ-1.1\n", "    rule: UJ-9.9\n")
    change(file, "draw: {UJ-1.2: 2}", "draw: {UJ-1.2: 4}")
    said = run(app, "check", file)[1]
    assert "UJ-9.9" in said
    assert "draws 4" in said


def test_the_line_of_a_fault_is_where_it_stands(app: Flask, file: Path) -> None:
    line = change(file, "    kind: single\n", "    kind: many\n")
    assert f"uji.yml:{line}:" in run(app, "check", file)[1]


def test_a_stale_pin_is_a_warning_that_counts_when_strict(app: Flask, file: Path) -> None:
    pin = file.read_text(encoding="utf-8").split('text: "')[1][:16]
    change(file, pin, "0123456789abcdef")
    code, said = run(app, "check", file)
    assert code == 0
    assert "UJ-1.1-a is stale" in said
    assert "UJ-1.1 has 2 questions" in said
    assert run(app, "check", file, "--strict")[0] == 1


def test_a_blueprint_that_stale_questions_leave_short_is_said(app: Flask, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    pins = {part[:16] for part in text.split('text: "')[1:]}
    for pin in pins:
        text = text.replace(pin, "0123456789abcdef")
    file.write_text(text, encoding="utf-8")
    said = run(app, "check", file)[1]
    assert "cannot be met: UJ-1.2 is short" in said
    assert "only 0 questions can be drawn" in said


def test_pinning_fills_empty_pins_only_and_keeps_the_layout(app: Flask, file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    pin = whole.split('text: "')[1][:16]
    change(file, pin, "0123456789abcdef")
    change(file, f'    text: "{pin}"', '    text: ""  # to be pinned')
    assert run(app, "check", file)[1].count("is not pinned") == 1
    code, said = run(app, "pin", file)
    assert (code, "1 questions pinned" in said) == (0, True)
    after = file.read_text(encoding="utf-8")
    assert "0123456789abcdef" in after, "a pin that is set stays"
    assert after == whole.replace(pin, "0123456789abcdef", 1)
    assert run(app, "pin", file)[1].count("0 questions pinned") == 1


def test_a_question_without_the_key_gets_its_pin(app: Flask, file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    pin = whole.split('text: "')[1][:16]
    change(file, f'    text: "{pin}"\n', "")
    run(app, "pin", file)
    assert file.read_text(encoding="utf-8") == whole


def versions(database: Database) -> list[tuple[int, bool]]:
    with database.reading() as session:
        rows = session.execute(
            select(QuestionVersion.number, QuestionVersion.retired_at.is_(None)).order_by(
                QuestionVersion.id
            )
        )
        return [(row[0], row[1]) for row in rows]


def loads(database: Database) -> int:
    with database.reading() as session:
        wanted = select(func.count()).where(AuditEvent.act == "quiz.loaded")
        return session.scalar(wanted) or 0


def test_loading_again_changes_nothing(app: Flask, database: Database, file: Path) -> None:
    before = versions(database), loads(database)
    assert "nothing new" in run(app, "load", file)[1]
    assert (versions(database), loads(database)) == before


def test_a_changed_question_is_a_new_version_and_the_old_one_retires(
    app: Flask, database: Database, file: Path
) -> None:
    change(file, "Encik Ali datang", "Encik Abu datang")
    assert "1 changed" in run(app, "load", file)[1]
    assert versions(database)[0] == (1, False)
    assert versions(database)[-1] == (2, True)
    assert loads(database) == 2


def test_a_question_taken_out_retires_and_comes_back_as_a_new_version(
    app: Flask, database: Database, file: Path
) -> None:
    whole = file.read_text(encoding="utf-8")
    start = whole.index("  - id: UJ-2.2-c")
    file.write_text(whole[:start], encoding="utf-8")
    assert "1 retired" in run(app, "load", file)[1]
    assert versions(database)[-1] == (1, False)
    file.write_text(whole, encoding="utf-8")
    assert "1 added" in run(app, "load", file)[1]
    assert versions(database)[-1] == (2, True)


def test_one_faulty_file_loads_nothing_at_all(app: Flask, database: Database, file: Path) -> None:
    before = versions(database)
    change(file, "Encik Ali datang", "Encik Abu datang")
    (file.parent / "rosak.yml").write_text("slug: rosak\n", encoding="utf-8")
    code, said = run(app, "load", file.parent)
    assert code == 1
    assert "rosak.yml" in said
    assert versions(database) == before


def test_an_empty_folder_is_a_fault_in_words(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "check", tmp_path)
    assert code == 1
    assert "there is no quiz here" in said


def test_the_real_quizzes_have_no_fault_and_miss_nothing_but_what_went_stale(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["quizzes", "check", "quizzes", "--handbooks", "content/handbooks"]
    )
    assert result.exit_code == 0, result.output + result.stderr
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning:")]
    assert warnings, "there are stale questions to show"
    assert all(" is stale: " in line for line in warnings), warnings
