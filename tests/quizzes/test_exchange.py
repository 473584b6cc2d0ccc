"""Questions from and for other systems: drafts with their faults by line, all or nothing, and back out without loss."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import Database
from app.exchange.items import Choice, Item
from app.quizzes.carrying import UnfitError, from_item, to_item
from app.quizzes.models import LIVE, Question, QuestionVersion
from tests.exchange.items_strategy import items

GOOD = "::UJ-1.1-x::Pelanggan tiba.{=Layan#Ya ~Tolak#Tidak}\n\n// [tag:UJ-1.2]\nAda 42 hari?{T}\n"
BAD = GOOD + "\nMengapa?{}\n"
KINDS = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_answer")


def run(app: Flask, *words: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["quizzes", *words])
    return result.exit_code, result.stdout, result.stderr


def drafts(database: Database) -> dict[str, dict[str, Any]]:
    with database.reading() as session:
        rows = session.execute(
            select(Question.key, QuestionVersion.content)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .where(QuestionVersion.state == "draft")
        )
        return {key: json.loads(content) for key, content in rows}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a GIFT file without a fault."""
    path = tmp_path / "soalan.gift"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_dry_run_says_everything_and_changes_nothing(
    app: Flask, database: Database, file: Path
) -> None:
    file.write_text(BAD, encoding="utf-8")
    code, out, _err = run(app, "import", str(file), "--format", "gift", "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["imported"] == 2
    assert told["by_type"] == {"single": 1, "true_false": 1}
    assert [(r["line"], r["name"]) for r in told["refused"]] == [(6, "Mengapa?")]
    assert not drafts(database)


def test_questions_come_in_as_drafts_that_nobody_is_asked(
    app: Flask, database: Database, file: Path
) -> None:
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(QuestionVersion).where(LIVE))
    code, out, err = run(
        app, "import", str(file), "--format", "gift", "--quiz", "uji", "--rule", "UJ-1.1"
    )
    assert code == 0, err
    assert "2 questions came in as drafts" in out
    found = drafts(database)
    assert len(found) == 2
    assert any(key.startswith("UJ-1.2-") for key in found), "the tag names the rule"
    with database.reading() as session:
        assert before == session.scalar(
            select(func.count()).select_from(QuestionVersion).where(LIVE)
        )


def test_one_fault_keeps_everything_out_unless_it_is_to_be_skipped(
    app: Flask, database: Database, file: Path
) -> None:
    file.write_text(BAD, encoding="utf-8")
    words = ("import", str(file), "--format", "gift", "--quiz", "uji", "--rule", "UJ-1.1")
    code, _out, err = run(app, *words)
    assert code == 1
    assert "line 6: Mengapa?: refused: essay" in err
    assert not drafts(database)
    assert run(app, *words, "--skip-refused")[0] == 0
    assert len(drafts(database)) == 2


FAULTS = {
    "no quiz named": ((), "--quiz SLUG"),
    "unknown quiz": (("--quiz", "tiada"), "no quiz tiada"),
    "no rule named": (("--quiz", "uji"), "give --rule"),
    "unknown rule": (("--quiz", "uji", "--rule", "UJ-9.9"), "no rule UJ-9.9"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_missing_is_said_in_words(
    app: Flask, database: Database, file: Path, name: str
) -> None:
    file.write_text("Apa?{=a ~b}", encoding="utf-8")
    more, words = FAULTS[name]
    code, _out, err = run(app, "import", str(file), "--format", "gift", *more)
    assert code == 1
    assert words in err
    assert not drafts(database)


def test_a_file_that_is_not_there_is_said_in_one_line(app: Flask) -> None:
    code, _out, err = run(app, "import", "/tiada.gift", "--format", "gift", "--dry-run")
    assert code == 1
    assert err.count("\n") == 1


def test_the_second_language_joins_the_draft_that_waits(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    for language, text in (("ms", "Layan dahulu?{=Ya ~Tidak}"), ("en", "Serve first?{=Yes ~No}")):
        path = tmp_path / f"{language}.gift"
        path.write_text(f"// [id:UJ-1.1-x]\n{text}", encoding="utf-8")
        run(app, "import", str(path), "--format", "gift", "--quiz", "uji", "--language", language)
    (content,) = drafts(database).values()
    assert content["case"] == {"ms": "Layan dahulu?", "en": "Serve first?"}
    assert content["options"][0]["text"] == {"ms": "Ya", "en": "Yes"}


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "qti"])
def test_what_a_quiz_asks_goes_out_and_comes_back_the_same(
    app: Flask, database: Database, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "keluar"
    code, out, _err = run(app, "export", str(path), "--format", form, "--quiz", "uji")
    assert code == 0
    with database.reading() as session:
        asked = {
            key: (kind, json.loads(content), right)
            for key, kind, content, right in session.execute(
                select(
                    Question.key,
                    QuestionVersion.kind,
                    QuestionVersion.content,
                    QuestionVersion.key_choice,
                )
                .join(QuestionVersion, QuestionVersion.question_id == Question.id)
                .where(LIVE)
            )
        }
    assert f"{len(asked)} questions written" in out
    code, _out, err = run(app, "import", str(path), "--format", form, "--quiz", "uji")
    assert code == 0, err
    for key, content in drafts(database).items():
        _kind, before, _right = asked[key]
        assert content["case"]["ms"] == before["case"]["ms"]
        for mine, theirs in zip(content["options"], before["options"], strict=True):
            assert mine["text"]["ms"] == theirs["text"]["ms"]
            assert mine["reason"]["ms"] == theirs["reason"]["ms"]
            assert mine["correct"] == theirs["correct"]
    assert set(drafts(database)) == set(asked)


@given(items(kinds=KINDS), st.sampled_from(["ms", "en"]))
def test_whatever_comes_in_goes_out_with_the_same_right_answer(item: Item, language: str) -> None:
    try:
        found = from_item(item, language)
    except UnfitError:
        return
    row = {
        "key": "X",
        "rule": "Y",
        "kind": found.kind,
        "content": found.content,
        "key_choice": found.key,
    }
    out, _left = to_item(row, language)
    again = from_item(out, language)
    assert again.key == found.key
    assert again.alphabet == found.alphabet


def test_too_many_options_are_refused_in_words() -> None:
    many = tuple(Choice(str(n), float(n == 0)) for n in range(12))
    with pytest.raises(UnfitError, match="12 options"):
        from_item(Item("single", "Apa?", choices=many), "ms")
