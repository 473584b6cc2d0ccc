"""The command that compares Markdown: what it prints, and what it says when it cannot."""

import json
from pathlib import Path

from flask import Flask

OLD = "# Policy\n\n## Gifts\n\nDo not take gifts from customers at the counter.\n\nReport them to the head.\n"


def test_differences_are_printed_as_json(app: Flask, tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(OLD.replace("at the counter", "at any counter"), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["handbooks", "diff", str(old), str(new), "--json"])
    assert result.exit_code == 0
    found = [entry for entry in json.loads(result.output) if entry["change"] != "unchanged"]
    assert found == [
        {
            "change": "edited",
            "moved": False,
            "old": ["gifts/p1"],
            "new": ["gifts/p1"],
            "old_text": "Do not take gifts from customers at the counter.",
            "new_text": "Do not take gifts from customers at any counter.",
        }
    ]


def test_what_cannot_be_read_is_said_in_one_sentence(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(
        args=["handbooks", "diff", str(tmp_path / "none.md"), str(tmp_path)]
    )
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "does not exist" in result.stderr


def test_people_read_one_line_for_each_change_and_the_totals(app: Flask, tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    rule = "### Doors {#AB-1.1 strength=must}\n\nVisitors wait behind the yellow line.\n"
    old.write_text(OLD + rule, encoding="utf-8")
    new.write_text(
        OLD.replace("Report them to the head.\n", "") + rule.replace("1.1", "1.2"),
        encoding="utf-8",
    )
    result = app.test_cli_runner().invoke(args=["handbooks", "diff", str(old), str(new)])
    assert result.output.splitlines() == [
        "removed: gifts/p2: Report them to the head.",
        "4 unchanged, 0 edited, 0 moved, 0 split, 0 merged, 0 added, 1 removed",
        "1 of the unchanged ones have another id.",
    ]


def test_a_file_that_is_not_utf_8_is_read_with_a_warning(app: Flask, tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("Cafés are open.\n", encoding="utf-8")
    new.write_text("Cafés are open.\n", encoding="latin-1")
    result = app.test_cli_runner().invoke(args=["handbooks", "diff", str(old), str(new), "--json"])
    assert [entry["change"] for entry in json.loads(result.stdout)] == ["unchanged"]
    assert "is not UTF-8" in result.stderr
