"""Pages of uniformity: the nation, a state, an office, a handbook, a rule, and what authors should look at."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, abort, g, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.access.guard import requires, signed_in_actor
from app.access.policy import Actor, Permission, may, smallest_group
from app.briefings.queries import BriefingRow, briefed_days, briefings_of
from app.clock import local_date, now
from app.disclosure import EVERYBODY
from app.handbooks.queries import VersionRow, current_versions
from app.handbooks.rule_life import RuleLife, rule_life
from app.people.offices import matching_offices, state_id
from app.people.reach import office_or_404
from app.uniformity import queries
from app.uniformity.pictures import NARROW, WHOLE, WIDE, funnel, trend
from app.uniformity.queries import HANDBOOK, NATION, OFFICE, RULE, STATE, Near, RuleTitle
from app.uniformity.saying import FILTERS, SAYINGS
from app.uniformity.seen import (
    around,
    by_need,
    compared_states,
    office_points,
    offices_outside,
    state_rows,
    wholes_told,
)
from app.uniformity.trends import months_charted, rule_events
from app.uniformity.words import HOW_MANY, KINDS, MEANINGS, MEANINGS_HERE, ORDER, REASONS, VERDICTS
from app.web.database import reading
from app.web.i18n import language

bp = Blueprint("uniformity", __name__)
LINK = Markup('<a href="{}"><span class="code">{}</span> {}</a>')
BRIEFINGS_SHOWN = 3
LATELY = timedelta(days=90)  # how long a rule is not proposed again where it was discussed
for say in SAYINGS:
    bp.add_app_template_global(say)
for write in FILTERS:
    bp.add_app_template_filter(write)


@bp.app_template_global()
def verdict_word(word: str) -> str:
    """Return the department's word for a verdict."""
    return gettext(VERDICTS[word])


@bp.app_template_global()
def verdict_kind(word: str) -> str:
    """Return the kind of tag that a verdict gets."""
    return KINDS[word]


@bp.app_template_global()
def verdict_meaning(word: str, here: bool = False) -> str:
    """Return what a verdict means and asks for, in the country or in one office."""
    return gettext(MEANINGS_HERE[word] if here else MEANINGS[word])


@bp.app_template_global()
def suspicion_words(reason: str) -> str:
    """Return what a reason of suspicion says."""
    return gettext(REASONS[reason])


@bp.app_template_global()
def how_many(word: str) -> str:
    """Return "many" or "some" in the reader's language."""
    return gettext(HOW_MANY[word])


@bp.app_template_global()
def rule_link(title: RuleTitle) -> Markup:
    """Write a rule as a link to its page here; made once a request, because long tables repeat it."""
    held: dict[int, Markup] = g.setdefault("rule_links", {})
    if title.rule_id not in held:
        held[title.rule_id] = LINK.format(
            url_for("uniformity.rule", slug=title.handbook_slug, name=title.name),
            title.code,
            title.title,
        )
    return held[title.rule_id]


def books() -> dict[int, VersionRow]:
    """Return the handbooks in force, in the department's order."""
    found = current_versions(reading(), on=local_date(now()))
    return dict(sorted(found.items(), key=lambda item: item[1].position))


def titles_of(versions: Iterable[VersionRow]) -> dict[int, RuleTitle]:
    """Return the rules of versions by id, in order."""
    ids = [version.id for version in versions]
    return queries.rule_titles(reading(), version_ids=ids, language=language())


@bp.get("/uniformity")
@requires(Permission.UNIFORMITY_READ)
def nation() -> str:
    """Show how alike the whole country understands its handbooks, and which rules split it."""
    handbooks = books()
    rows = queries.measure_rows(reading(), scope=NATION, subject=RULE, smallest=EVERYBODY)
    wholes = queries.measure_rows(reading(), scope=NATION, subject=HANDBOOK, smallest=EVERYBODY)
    titles = titles_of(handbooks.values())
    told = [row for row in by_need(rows) if row.subject_id in titles]
    actor = signed_in_actor()
    states = compared_states(reading(), actor)
    return render_template(
        "uniformity/nation.html",
        books=handbooks,
        wholes=wholes_told(wholes, titles, rows),
        urgent=[row for row in told if row.content["verdict"] in ("wrong", "split")],
        mixed=sum(row.content["verdict"] == "mixed" for row in told),
        titles=titles,
        states=states,
        own_state=own_state(actor, states),
        measured_at=queries.measured_at(reading()),
        own=own_office(actor, Permission.UNIFORMITY_OFFICE),
        suspicions=queries.suspicion_count(reading())
        if may(actor, Permission.QUESTION_READ)
        else 0,
    )


def own_office(actor: Actor, permission: Permission) -> int | None:
    """Return the id of the person's own office where the permission reaches it."""
    return actor.office_id if may(actor, permission, actor.office_path) else None


def own_state(actor: Actor, states: Iterable[Near]) -> int | None:
    """Return the id of the state in which the person serves, where it is among those the person may compare."""
    mine = state_id(actor.office_path) if actor.office_id else None
    return next((near.id for near in states if near.id == mine and near.kind == "state"), None)


def handbook_or_404(slug: str) -> VersionRow:
    """Return the version in force of a handbook."""
    return next((book for book in books().values() if book.slug == slug), None) or abort(404)


@bp.get("/uniformity/handbooks/<slug>")
@requires(Permission.UNIFORMITY_READ)
def handbook(slug: str) -> str:
    """Show the rules of a handbook by verdict."""
    version = handbook_or_404(slug)
    rows = queries.measure_rows(
        reading(),
        scope=NATION,
        subject=RULE,
        smallest=EVERYBODY,
        handbook_id=version.handbook_id,
    )
    whole = queries.measure_rows(
        reading(),
        scope=NATION,
        subject=HANDBOOK,
        smallest=EVERYBODY,
        subject_id=version.handbook_id,
    )
    titles = titles_of([version])
    known = {row.subject_id for row in rows}
    return render_template(
        "uniformity/handbook.html",
        version=version,
        rows=[row for row in by_need(rows) if row.subject_id in titles],
        whole=wholes_told(whole, titles, rows).get(version.handbook_id),
        titles=titles,
        silent=[title for rule_id, title in titles.items() if rule_id not in known],
        order=ORDER,
    )


def life_or_404(slug: str, name: str) -> RuleLife:
    """Return a rule with its history."""
    found = rule_life(reading(), slug=slug, name=name, language=language(), on=local_date(now()))
    return found or abort(404)


@bp.get("/uniformity/handbooks/<slug>/rules/<name>")
@requires(Permission.UNIFORMITY_READ)
def rule(slug: str, name: str) -> str:
    """Show how alike a rule is understood: the bar, the readings, the months, the offices."""
    life = life_or_404(slug, name)
    row = queries.nation_row(reading(), rule_id=life.rule_id)
    points = office_points(reading(), signed_in_actor(), rule_id=life.rule_id)
    months = months_charted(queries.month_rows(reading(), rule_id=life.rule_id))
    events = rule_events(life, briefed_days(reading(), rule_id=life.rule_id))
    right = row.content.get("right") if row else None
    return render_template(
        "uniformity/rule.html",
        life=life,
        row=row,
        points=points,
        funnels=[funnel(points, right, width) for width in (WIDE, NARROW)]
        if right is not None
        else [],
        months=months,
        events=events,
        trends=[trend(months, events, width) for width in (WHOLE, NARROW)],
        suspicions=queries.suspicion_rows(reading(), rule_id=life.rule_id)
        if may(signed_in_actor(), Permission.QUESTION_READ)
        else [],
        states=state_rows(reading(), signed_in_actor(), rule_id=life.rule_id),
        briefs=own_office(signed_in_actor(), Permission.BRIEFING_GIVE),
        quiz=queries.quiz_asking(reading(), rule_id=life.rule_id)
        if may(signed_in_actor(), Permission.QUESTION_READ)
        else None,
    )


@bp.get("/uniformity/states/<int:office_id>")
@requires(Permission.UNIFORMITY_COMPARE)
def state(office_id: int) -> str:
    """Show how alike a state understands the rules, and which of them its offices differ on."""
    office = office_or_404(office_id, Permission.UNIFORMITY_COMPARE)
    if office.path.count("/") != 3:
        abort(404)
    smallest = smallest_group(signed_in_actor(), office.path)
    handbooks = books()
    titles = titles_of(handbooks.values())
    found = {
        subject: queries.measure_rows(
            reading(), scope=STATE, subject=subject, smallest=smallest, scope_ids=[office.id]
        )
        for subject in (RULE, HANDBOOK)
    }
    return render_template(
        "uniformity/state.html",
        office=office,
        books=handbooks,
        wholes=wholes_told(found[HANDBOOK], titles, found[RULE]),
        rows=[row for row in by_need(found[RULE]) if row.subject_id in titles],
        titles=titles,
        order=ORDER,
        branches=[
            row
            for row in matching_offices(reading(), search="", reach=(office.path,))
            if row.id != office.id
        ],
        offices=offices_outside(reading(), path=office.path, smallest=smallest),
    )


@bp.get("/uniformity/offices/<int:office_id>")
@requires(Permission.UNIFORMITY_OFFICE)
def office(office_id: int) -> str:
    """Show an office its own disagreements, in words and ranges."""
    found = office_or_404(office_id, Permission.UNIFORMITY_OFFICE)
    smallest = smallest_group(signed_in_actor(), found.path)
    rows = queries.measure_rows(
        reading(), scope=OFFICE, subject=RULE, smallest=smallest, scope_ids=[found.id]
    )
    wholes = queries.measure_rows(
        reading(), scope=OFFICE, subject=HANDBOOK, smallest=smallest, scope_ids=[found.id]
    )
    handbooks = books()
    titles = titles_of(handbooks.values())
    told = [row for row in by_need(rows) if row.subject_id in titles]
    given = briefings_of(reading(), path=found.path, most=BRIEFINGS_SHOWN)
    return render_template(
        "uniformity/office.html",
        office=found,
        books=handbooks,
        wholes=wholes_told(wholes, titles, rows),
        rows=told,
        around=None
        if told
        else around(reading(), found, smallest=smallest, rule_ids=titles.keys()),
        titles=titles,
        given=given,
        discussed=lately_discussed(given, found.id),
        today=local_date(now()),
    )


def lately_discussed(given: Iterable[BriefingRow], office_id: int) -> dict[int, BriefingRow]:
    """Return the newest briefing of an office on each rule, as long as the sheet does not propose the rule anew."""
    since = local_date(now()) - LATELY
    found: dict[int, BriefingRow] = {}
    for briefing in given:
        if briefing.office_id == office_id and briefing.given_on >= since:
            for taught in briefing.rules:
                found.setdefault(taught.rule_id, briefing)
    return found


@bp.get("/uniformity/suspicions")
@requires(Permission.QUESTION_READ)
def suspicions() -> str:
    """List the questions whose text or key may be at fault, with the evidence."""
    return render_template("uniformity/suspicions.html", rows=queries.suspicion_rows(reading()))


@bp.get("/uniformity/method")
@requires(Permission.UNIFORMITY_READ)
def method() -> str:
    """Tell how the figures are made, and what they cannot say."""
    return render_template("uniformity/method.html", order=ORDER)
