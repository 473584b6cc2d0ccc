"""The house: docs that cannot rot. Every command, setting, permission and audit event is listed, or this fails."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from app.access.policy import Permission, Role
from app.audit.events import EVENTS
from config import Config

OPERATIONS = Path("docs/operations.md").read_text(encoding="utf-8")
REFERENCE = Path("docs/reference.md").read_text(encoding="utf-8")
NOT_FROM_THE_ENVIRONMENT = {"CHEAP_PASSWORDS"}


def commands(app: Flask) -> dict[str, click.Command]:
    ours = {}
    for name, command in app.cli.commands.items():
        if isinstance(command, click.Group):
            ours.update({f"{name} {sub}": inner for sub, inner in command.commands.items()})
        else:
            ours[name] = command
    return ours


def test_every_command_is_documented_and_has_help(app: Flask) -> None:
    found = commands(app)
    missing = [name for name in found if f"`flask {name}`" not in OPERATIONS]
    assert not missing, f"list these in docs/operations.md: {missing}"
    silent = [name for name, command in found.items() if not command.help]
    assert not silent, f"say what these do: {silent}"


def test_no_command_is_documented_that_does_not_exist(app: Flask) -> None:
    listed = set(re.findall(r"^\| `flask ([^`]+)` \|", OPERATIONS, flags=re.M))
    assert listed == set(commands(app))


def test_every_setting_is_documented_with_its_name() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, flags=re.M))
    assert listed == {field.name.upper() for field in fields(Config)} - NOT_FROM_THE_ENVIRONMENT


def test_every_audit_event_is_documented_with_its_facts() -> None:
    for act, facts in EVENTS.items():
        row = re.search(rf"^\| `{re.escape(act)}` \| (.*?) \|", REFERENCE, flags=re.M)
        assert row, f"list the event {act} in docs/reference.md"
        assert set(re.findall(r"`(\w+)`", row[1])) == facts, f"{act} carries {sorted(facts)}"


@pytest.mark.parametrize("permission", list(Permission), ids=str)
def test_every_permission_is_documented(permission: Permission) -> None:
    assert f"| `{permission.value}` |" in REFERENCE, f"list {permission.value} in docs/reference.md"


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_role_is_documented(role: Role) -> None:
    assert f"| `{role.value}` |" in REFERENCE


def test_links_between_the_docs_lead_somewhere() -> None:
    for path in [Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path}: {target}"
