"""What cannot work is said in one sentence, with a code that scripts see, and never with a trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db import Database

KEY = "k" * 40
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": KEY,
    "AUDIT_KEY": KEY,
    "PUBLIC_URL": "https://seragam.example",
}


def flask(tmp_path: Path, command: str, **settings: str) -> tuple[int, str]:
    """Run a command as an administrator would; return its code and all it said."""
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/seragam.db",
        "CONTENT_DIR": "tests/content/handbooks",
        "QUIZZES_DIR": "tests/content/quizzes",
        **settings,
    }
    done = subprocess.run(  # noqa: S603  # our own commands
        [sys.executable, "-m", "flask", "--app", "wsgi", *command.split()],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        input="",
    )
    return done.returncode, done.stdout + done.stderr


def refuses(tmp_path: Path, command: str, sentence: str, **settings: str) -> str:
    code, said = flask(tmp_path, command, **settings)
    assert code != 0
    assert sentence in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) <= 5, said
    return said


@pytest.mark.parametrize("command", ["serve", "up"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({**PRODUCTION, "AUDIT_KEY": ""}, "AUDIT_KEY must be set"),
        ({**PRODUCTION, "PUBLIC_URL": ""}, "PUBLIC_URL must be"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT must be"),
        ({"PORT": "abc"}, "PORT must be a whole number"),
        ({"PORT": "99999"}, "PORT must be between"),
        ({"THREADS": "0"}, "THREADS must be"),
        ({"SECRET_KEY_FILE": "/nonexistent"}, "SECRET_KEY_FILE names a file"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be"),
        ({"DATABASE_URL": "mysql://a:secret@b/c"}, "DATABASE_URL must be"),
        ({"DATABASE_URL": "postgresql://a:secret@b:port/c"}, "DATABASE_URL must be"),
        ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL must be"),
    ],
)
def test_wrong_settings_refuse_to_start_with_one_sentence(
    tmp_path: Path, command: str, settings: dict[str, str], sentence: str
) -> None:
    said = refuses(tmp_path, command, sentence, **settings)
    assert "secret@" not in said
    assert not (tmp_path / "seragam.db").exists()


def test_production_refuses_a_database_with_demonstration_people(
    tmp_path: Path, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE officers SET is_demo = true WHERE staff_number = 'K1001'"))
    url = database.url.render_as_string(hide_password=False)
    refuses(tmp_path, "serve", "demonstration people", **PRODUCTION, DATABASE_URL=url)


@pytest.mark.parametrize(
    "command", ["handbooks load", "audit verify", "people set-password K1", "jobs run"]
)
def test_a_command_without_its_database_says_so(tmp_path: Path, command: str) -> None:
    code, said = flask(tmp_path, command)
    assert "Traceback" not in said or command == "jobs run"  # jobs log their trace and go on
    assert code != 0 or command == "jobs run"
    assert not (tmp_path / "seragam.db").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://127.0.0.1:9/none"}, "The database cannot do this now"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/a.db"}, "The system refuses"),
    ],
)
def test_a_database_that_cannot_be_made_is_said(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    refuses(tmp_path, "database upgrade", sentence, **settings)


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    precious = b"my letters, not a database " * 300
    (tmp_path / "seragam.db").write_bytes(precious)
    refuses(tmp_path, "database upgrade", "The database cannot do this now")
    assert (tmp_path / "seragam.db").read_bytes() == precious


@pytest.mark.parametrize(
    "command",
    [
        "nonsense", "handbooks nonsense", "demo load --officers many", "demo load --officers -5", "serve --nonsense",
        "handbooks check /nonexistent", "quizzes check /nonexistent", "people create-administrator",
        "handbooks load /nonexistent", "quizzes load /nonexistent",
    ],
)  # fmt: skip
def test_an_unknown_word_on_the_command_line_is_said(tmp_path: Path, command: str) -> None:
    code, said = flask(tmp_path, command)
    assert code != 0
    assert "Traceback" not in said
    assert said.strip()


def test_the_first_administrator_without_a_password_is_refused_and_nothing_is_kept(
    tmp_path: Path,
) -> None:
    assert flask(tmp_path, "database upgrade")[0] == 0
    words = "people create-administrator K1 Nama k1@jpn.example"
    refuses(tmp_path, words, "Kata laluan mesti")
    refuses(tmp_path, "people set-password K1", "Nobody active")
