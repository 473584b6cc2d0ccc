"""The house: who may commit, read the clock, read the environment; how large things grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = sorted(Path("app").rglob("*.py"))
FILES = [*APP, Path("config.py"), Path("wsgi.py")]
ROOMS = (
    "audit",
    "people",
    "handbooks",
    "acknowledgements",
    "enquiries",
    "quizzes",
    "compliance",
    "demo",
)
MOST_LINES, MOST_TEMPLATE, MOST_FUNCTION = 400, 120, 50


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f"{ast.unparse(node.func.value)}.{node.func.attr}", node.lineno


def test_only_the_database_commits() -> None:
    guilty = [
        f"{path}:{line}"
        for path in APP
        for name, line in calls(path)
        if name.endswith(".commit") and path != Path("app/db.py")
    ]
    assert not guilty, f"use database.transaction() instead: {guilty}"


def test_how_people_answered_is_counted_in_few_places_and_shown_from_none() -> None:
    """Pages show what the nightly batches released: a count that follows each answer tells what it was."""
    counting = {
        "quizzes/models.py",
        "quizzes/counting.py",
        "uniformity/counted.py",
        "rollouts/queries.py",
    }
    drawing = {
        "practice/queries.py",
        "demo/quiz_days.py",
    }  # chooses what to ask; makes up a department
    naming = {
        path.relative_to("app").as_posix()
        for path in APP
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name | ast.ClassDef)
        and "ResponseCount" in (getattr(node, "id", ""), getattr(node, "name", ""))
    }
    assert naming == counting | drawing


def test_only_the_clock_reads_the_time() -> None:
    wrong = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    guilty = [
        f"{path}:{line}"
        for path in APP
        for name, line in calls(path)
        if name in wrong and path != Path("app/clock.py")
    ]
    assert not guilty, f"take the time as an argument, or call clock.now() in a door: {guilty}"


def test_only_the_settings_read_the_environment() -> None:
    guilty = [
        str(path)
        for path in APP
        if "os.environ" in path.read_text(encoding="utf-8")
        or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert not guilty, f"add a setting to config.py: {guilty}"


def test_no_import_hides_in_a_function() -> None:
    guilty = [
        f"{path}:{node.lineno}"
        for path in APP
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not guilty, f"the order of rooms is the cure for a circle, not a late import: {guilty}"


def test_nobody_makes_tables_but_the_migrations() -> None:
    guilty = [str(path) for path in APP if "create_all" in path.read_text(encoding="utf-8")]
    assert not guilty


def test_every_room_has_a_door_plate() -> None:
    for room in ROOMS:
        plate = ast.get_docstring(tree(Path("app") / room / "__init__.py")) or ""
        assert len(plate) > 80, (
            f"app/{room}/__init__.py: say what the room is for and on what it stands"
        )


def test_every_table_says_what_personal_data_it_holds() -> None:
    silent = []
    for path in [*Path("app").glob("*/models.py"), Path("app/mail.py"), Path("app/jobs.py")]:
        for node in tree(path).body:
            is_table = isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "Base" for base in node.bases
            )
            if is_table and "Personal data:" not in (ast.get_docstring(node) or ""):  # type: ignore[arg-type]
                silent.append(f"{path}: {node.name}")  # type: ignore[union-attr]
    assert not silent, f'end the docstring with "Personal data: …": {silent}'


@pytest.mark.parametrize("path", FILES, ids=str)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{path} has {lines} lines: split it by noun"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MOST_FUNCTION, f"{path}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", sorted(Path("app/templates").rglob("*.html")), ids=str)
def test_templates_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_TEMPLATE, f"{path} has {lines} lines: make components of its parts"


def test_nothing_names_the_machine_it_was_made_on() -> None:
    listed = [
        path
        for path in Path().rglob("*")
        if path.suffix in {".py", ".md", ".html", ".yml", ".toml", ".js"}
    ]
    skipped = (".venv", "node_modules", "var/", ".tools")
    guilty = [
        str(path)
        for path in listed
        if not str(path).startswith(skipped)
        and any(word in path.read_text(encoding="utf-8") for word in ("/wo" + "rk/", "/ro" + "ot/"))
    ]
    assert not guilty
