"""Statements per request on every page, for a small and a large department: they must be equal."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import event, select, text

from app.db import Database
from app.people.models import Officer
from bench.sizes import department

SMALL, LARGE = 50, 5_000
# who opens each page, and an SQL statement for each part of an address that needs a real id
PERSON = {
    "officers": "D4003",
    "office-tree": "D4003",
    "assignments": "D4003",
    "audit": "D4004",
    "questions": "D4001",
    "desk": "D1002",
    "offices": "D3001",
    "uniformity": "D4004",
    "api/uniformity": "D4004",
    "rollouts": "D4004",
}
VALUES = {
    "slug": "SELECT slug FROM handbooks ORDER BY position",
    "number": "SELECT number FROM handbook_versions WHERE title_ms LIKE '%Kaunter%' ORDER BY effective_on DESC",
    "receipt_number": "SELECT receipt_number FROM acknowledgements WHERE officer_id = :me ORDER BY id",
    "attempt_id": "SELECT id FROM attempts WHERE officer_id = :me AND submitted_at IS NULL",
    "position": "SELECT 1",
    "officer_id": "SELECT :me",
    "office_id": "SELECT id FROM offices WHERE parent_id IS NOT NULL ORDER BY id",
    "parent_id": "SELECT id FROM offices WHERE parent_id IS NULL",
    "assignment_id": "SELECT id FROM assignments ORDER BY id",
}
SKIPPED = {
    "static",
    "people.reset",
    "acknowledgements.receipt_pdf",
    "people.sign_in",
    "people.forgotten",
}


def pages(app: Flask, database: Database, me: int) -> Iterator[tuple[str, str]]:
    """Yield every page that can be opened by GET: its endpoint and an address with real ids."""
    adapter = app.url_map.bind("localhost")
    with database.reading() as session:
        for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.endpoint):
            if "GET" not in (rule.methods or ()) or rule.endpoint in SKIPPED:
                continue
            values: dict[str, object] = {}
            for name in rule.arguments:
                if name == "format_":
                    values[name] = "csv"
                elif name in VALUES:
                    values[name] = session.scalar(text(VALUES[name]), {"me": me})
            if all(values.get(name) is not None for name in rule.arguments):
                yield rule.endpoint, adapter.build(rule.endpoint, values)


def count(app: Flask, database: Database) -> dict[str, int]:
    """Return how many statements each page sends, the second time it is opened."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    found = {}
    with database.reading() as session:
        people = {
            o.staff_number: o
            for o in session.scalars(select(Officer).where(Officer.staff_number.like("D_00_")))
        }
    event.listen(database.engine, "before_cursor_execute", note)
    for endpoint, address in list(pages(app, database, people["D1001"].id)):
        who = next((PERSON[key] for key in PERSON if re.match(rf"/{key}\b", address)), "D1001")
        client = app.test_client()
        with client.session_transaction() as held:
            held["_user_id"] = f"{people[who].id}.{people[who].session_version}"
        for _ in range(2):
            seen.clear()
            answer = client.get(address)
        found[endpoint] = len(seen) if answer.status_code < 400 else -answer.status_code
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def main(*, quick: bool) -> bool:
    """Print the table; return whether every page is equal at both sizes."""
    sizes = (SMALL, 1_200 if quick else LARGE)
    columns = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            app, database, _took = department(f"sqlite:///{Path(folder) / f'{size}.db'}", size)
            columns.append(count(app, database))
            database.dispose()
    print(f"{'statements a request':<40}{sizes[0]:>8,}{sizes[1]:>8,}")
    for endpoint in sorted(columns[0].keys() | columns[1].keys()):
        one, two = columns[0].get(endpoint, 0), columns[1].get(endpoint, 0)
        print(f"{endpoint:<40}{one:>8}{two:>8}{'' if one == two else '   DIFFERENT'}")
    return columns[0] == columns[1]
