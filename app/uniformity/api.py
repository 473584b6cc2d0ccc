"""The measures as JSON, for the department's own tools: what the pages show, from the same readings, with the same limits.

Everything here was rounded, coded and suppressed by the nightly batch; each reading is recorded as an export.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission, smallest_group
from app.audit.services import record
from app.clock import local_date, now
from app.disclosure import EVERYBODY
from app.handbooks.queries import VersionRow, current_versions
from app.people.reach import office_or_404
from app.uniformity import queries
from app.uniformity.queries import HANDBOOK, NATION, OFFICE, RULE, STATE, MeasureRow, RuleTitle
from app.uniformity.seen import office_points, state_rows, wholes_told
from app.web.database import reading, transaction
from app.web.i18n import language

bp = Blueprint("uniformity_api", __name__, url_prefix="/api/uniformity")


def books() -> list[VersionRow]:
    """Return the handbooks in force, in the department's order."""
    found = current_versions(reading(), on=local_date(now()))
    return sorted(found.values(), key=lambda book: book.position)


def titles_of(versions: Iterable[VersionRow]) -> dict[int, RuleTitle]:
    """Return the rules of versions by id, in the reader's language."""
    ids = [version.id for version in versions]
    return queries.rule_titles(reading(), version_ids=ids, language=language())


def told(rows: Iterable[MeasureRow], titles: dict[int, RuleTitle]) -> list[dict[str, Any]]:
    """Return measures of rules as they are sent, in the order of the handbooks."""
    known = {row.subject_id: row.content for row in rows}
    return [
        {
            "handbook": title.handbook_slug,
            "rule": title.name,
            "code": title.code,
            "title": title.title,
            **known[rule_id],
        }
        for rule_id, title in titles.items()
        if rule_id in known
    ]


def wholes(
    scope: str,
    scope_id: int,
    smallest: int,
    titles: Mapping[int, RuleTitle],
    rules: Iterable[MeasureRow],
) -> list[dict[str, Any]]:
    """Return the measures of handbooks in a scope as they are sent, with the words of the rules that are sent with them."""
    rows = queries.measure_rows(
        reading(), scope=scope, subject=HANDBOOK, smallest=smallest, scope_ids=[scope_id]
    )
    known = wholes_told(rows, titles, rules)
    return [
        {"handbook": book.slug, "version": book.number, **known[book.handbook_id]}
        for book in books()
        if book.handbook_id in known
    ]


def sent(scope: str, subject: str, rows: int, **body: Any) -> Response:
    """Record the export and send it."""
    actor, at = signed_in_actor(), now()
    with transaction() as session:
        record(
            session,
            "uniformity.exported",
            actor_id=actor.id,
            office_id=actor.office_id,
            at=at,
            scope=scope,
            subject=subject,
            format="json",
            rows=rows,
        )
    measured = queries.measured_at(reading())
    return jsonify(
        scope=scope,
        measured_at=measured.isoformat() if measured else None,
        language=language(),
        **body,
    )


def of_scope(scope: str, scope_id: int, smallest: int, **more: Any) -> Response:
    """Send the handbooks and rules of a scope."""
    rows = queries.measure_rows(
        reading(), scope=scope, subject=RULE, smallest=smallest, scope_ids=[scope_id]
    )
    titles = titles_of(books())
    rules = told(rows, titles)
    return sent(
        scope,
        RULE,
        len(rules),
        handbooks=wholes(scope, scope_id, smallest, titles, rows),
        rules=rules,
        **more,
    )


@bp.get("/nation")
@requires(Permission.UNIFORMITY_READ)
def nation() -> Response:
    """Send what is said of the whole country."""
    return of_scope(NATION, 0, EVERYBODY)


@bp.get("/states/<int:office_id>")
@requires(Permission.UNIFORMITY_COMPARE)
def state(office_id: int) -> Response:
    """Send what is said of a state within reach."""
    office = office_or_404(office_id, Permission.UNIFORMITY_COMPARE)
    smallest = smallest_group(signed_in_actor(), office.path)
    return of_scope(STATE, office.id, smallest, office=office.code, name=office.name)


@bp.get("/offices/<int:office_id>")
@requires(Permission.UNIFORMITY_OFFICE)
def office(office_id: int) -> Response:
    """Send what is said of an office within reach: words and ranges."""
    found = office_or_404(office_id, Permission.UNIFORMITY_OFFICE)
    smallest = smallest_group(signed_in_actor(), found.path)
    return of_scope(OFFICE, found.id, smallest, office=found.code, name=found.name)


@bp.get("/handbooks/<slug>/rules/<name>")
@requires(Permission.UNIFORMITY_READ)
def rule(slug: str, name: str) -> Response:
    """Send what is said of a rule: the country, its months, the states within reach, the offices as points."""
    actor = signed_in_actor()
    title = next(
        (t for t in titles_of(books()).values() if (t.handbook_slug, t.name) == (slug, name)), None
    ) or abort(404)
    row = queries.nation_row(reading(), rule_id=title.rule_id)
    points = office_points(reading(), actor, rule_id=title.rule_id)
    states = state_rows(reading(), actor, rule_id=title.rule_id)
    return sent(
        NATION,
        RULE,
        1 + len(points) + len(states),
        handbook=slug,
        rule=name,
        code=title.code,
        title=title.title,
        nation=row.content if row else None,
        months=[vars(month) for month in queries.month_rows(reading(), rule_id=title.rule_id)],
        states=[{"name": near.name, **content} for near, content in states],
        offices=[vars(point) for point in points],
    )
