"""The sheet for the morning roll call, on the screen and as PDF: from the office's own data, its rules open to choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flask import Response, render_template, request, send_file
from flask_babel import gettext

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission, smallest_group
from app.briefings.queries import lately_briefed, serving_names
from app.clock import local_date, now
from app.disclosure import EVERYBODY
from app.handbooks.queries import RuleRow, rules_in_force
from app.people.offices import OfficeRow, state_id
from app.people.reach import office_or_404
from app.uniformity import queries
from app.uniformity.cases import Case, cases_on
from app.uniformity.queries import NATION, OFFICE, RULE, STATE
from app.uniformity.sheet import (
    LABELS,
    RULES,
    Need,
    Talk,
    boxes_for,
    held_by,
    need_of,
    neediest,
    sheet_pdf,
    stem_of,
)
from app.uniformity.views import LATELY, books, bp
from app.web.database import reading
from app.web.i18n import language

LONGEST_ID = 10  # digits; beyond it no rule has its number


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet, and what could: the rules of all handbooks in force."""

    office: OfficeRow
    day: date
    talks: list[Talk]
    rules: dict[int, RuleRow]
    confirmed: bool
    names: list[str]


def sheet_of(office_id: int) -> Sheet:
    """Return the sheet of an office in reach, with the rules of the address or those proposed."""
    office = office_or_404(office_id, Permission.BRIEFING_GIVE)
    day = local_date(now())
    rules = rules_in_force(reading(), on=day, language=language())
    needs = needs_on(office, rules, day)
    cases = cases_on(reading(), rule_ids=[need.rule_id for need in needs])
    talks = [talk_on(need, rules[need.rule_id], cases.get(need.rule_id, [])) for need in needs]
    confirmed = all(book.confirmed for book in books().values())
    names = serving_names(reading(), office_id=office.id, on=day)
    return Sheet(office, day, talks, rules, confirmed, names)


def needs_on(office: OfficeRow, rules: dict[int, RuleRow], day: date) -> list[Need]:
    """Return the rules of the address, else the neediest."""
    groups = needs_of(office, rules)
    known = {need.rule_id: need for group in reversed(groups) for need in group}

    def listed(rule_ids: Iterable[int]) -> list[Need]:
        unknown = {"verdict": "unknown"}
        return [
            known.get(rule_id) or Need(rule_id, OFFICE, 0.0, unknown)
            for rule_id in dict.fromkeys(rule_ids)
            if rule_id in rules
        ]

    said = [one for one in request.args.getlist("rule") if one.isascii() and one.isdigit()]
    if chosen := listed([int(one) for one in said if len(one) < LONGEST_ID][:RULES]):
        return chosen
    lately = lately_briefed(reading(), office_id=office.id, since=day - LATELY)
    return neediest(groups, most=RULES, lately=lately)


def needs_of(office: OfficeRow, rules: dict[int, RuleRow]) -> list[list[Need]]:
    """Return what is known of the rules in the office, its state and the country, each as far as the reader may see."""
    smallest = smallest_group(signed_in_actor(), office.path)
    state = state_id(office.path)
    scopes = ((OFFICE, office.id, smallest), (STATE, state, smallest), (NATION, 0, EVERYBODY))
    return [
        [
            need_of(scope, row.subject_id, row.content, rules[row.subject_id].strength)
            for row in queries.measure_rows(
                reading(), scope=scope, subject=RULE, smallest=least, scope_ids=[scope_id]
            )
            if row.subject_id in rules
        ]
        for scope, scope_id, least in scopes
    ]


def talk_on(need: Need, rule: RuleRow, cases: list[Case]) -> Talk:
    """Return a rule with the case that shows the reading most people hold, or the first one."""
    held = {one["ms"] for one in need.content.get("readings", []) if held_by(one)}
    fitting = [
        case
        for case in cases
        if any(
            (option.get("misconception") or {}).get("ms") in held
            for option in case.content["options"]
        )
    ]
    case = next(iter(fitting or cases), None)
    return Talk(
        need=need,
        code=rule.code,
        title=rule.title,
        body=rule.body,
        case=case.content if case else None,
        case_version=case.version_id if case else None,
        key=case.key if case else "",
    )


@bp.app_template_global()
def sheet_words(label: str) -> str:
    """Return a word of the sheet, the same as on paper."""
    return LABELS[language()][label]


@bp.get("/uniformity/offices/<int:office_id>/briefing")
@requires(Permission.BRIEFING_GIVE)
def sheet(office_id: int) -> str:
    """Show the sheet for the morning roll call."""
    found = sheet_of(office_id)
    return render_template(
        "uniformity/sheet.html", sheet=found, most=RULES, boxes=boxes_for(found.names), stem=stem_of
    )


@bp.get("/uniformity/offices/<int:office_id>/briefing.pdf")
@requires(Permission.BRIEFING_GIVE)
def sheet_file(office_id: int) -> Response:
    """Give the sheet as PDF."""
    found = sheet_of(office_id)
    made = sheet_pdf(
        found.talks,
        office=found.office.name,
        day=found.day,
        language=language(),
        confirmed=found.confirmed,
        names=found.names,
    )
    about = gettext("taklimat")
    name = f"{about}-{found.office.code}-{found.day:%Y%m%d}.pdf"
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)
