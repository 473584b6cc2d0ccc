"""Pages of the handbooks: the shelf and the book, on the screen and as a typeset PDF."""

import hashlib
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext

from app.access.guard import requires
from app.access.policy import Permission
from app.clock import local_date, now
from app.handbooks import queries
from app.handbooks.markdown import to_html
from app.handbooks.printing import print_version, printed
from app.handbooks.queries import RuleRow, VersionRow
from app.handbooks.reading import CATEGORY_WORDS, STRENGTH_WORDS, Known, Wanted, chapters
from app.web.database import database, reading
from app.web.form_base import unkept
from app.web.i18n import LANGUAGES, language

bp = Blueprint("handbooks", __name__)
MOST_LETTERS = 100  # of what is searched for


@dataclass(frozen=True)
class AskedDay:
    """A day asked about: as it was written, as a date where it is one, whether a version was in force, when the first was."""

    written: str
    day: date | None
    found: bool
    first: date


@bp.get("/handbooks")
@requires(Permission.HANDBOOK_READ)
def shelf() -> str:
    """Show all handbooks."""
    rows = queries.shelf(reading(), on=local_date(now()))
    counts = queries.rule_counts(reading(), version_ids=[row.id for row in rows])
    return render_template("handbooks/shelf.html", rows=rows, counts=counts)


@bp.get("/handbooks/<slug>")
@requires(Permission.HANDBOOK_READ)
def read(slug: str) -> str:
    """Show the current version of a handbook, or the one in force on the day that the address names by `on`."""
    today = local_date(now())
    version = queries.version_row(reading(), slug=slug, on=today)
    if "on" not in request.args:
        return book(version or abort(404))
    day = asked_day(request.args["on"])
    found = queries.version_row(reading(), slug=slug, on=day) if day else None
    if found:  # once more, so that it knows whether it is in force today
        found = queries.version_row(reading(), slug=slug, number=found.number, on=today)
    versions = queries.versions_of(reading(), slug=slug, on=today)
    return book(
        found or version or abort(404),
        AskedDay(request.args["on"], day, bool(found), versions[-1].effective_on),
    )


@bp.get("/handbooks/<slug>/versions/<number>")
@requires(Permission.HANDBOOK_READ)
def read_version(slug: str, number: str) -> str:
    """Show one version of a handbook."""
    version = queries.version_row(reading(), slug=slug, number=number, on=local_date(now()))
    return book(version or abort(404))


@bp.get("/handbooks/<slug>/versions/<number>.pdf")
@requires(Permission.HANDBOOK_READ)
def version_pdf(slug: str, number: str) -> Response:
    """Give one version as a typeset book, in the language asked for or the reader's; made once, at the latest now."""
    version = queries.version_row(reading(), slug=slug, number=number, on=local_date(now()))
    if version is None:
        abort(404)
    asked_for = request.args.get("language", "")
    spoken = asked_for if asked_for in LANGUAGES else language()
    made = printed(reading(), version_ids=[version.id]).get((version.id, spoken))
    if made and request.if_none_match.contains(made.sha256):
        return Response(status=304)
    pdf = print_version(database(), version_id=version.id, language=spoken, at=now())
    response = Response(pdf, mimetype="application/pdf")
    response.content_language = spoken
    response.set_etag(hashlib.sha256(pdf).hexdigest())
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{number}-{spoken}.pdf"'
    return response


def book(version: VersionRow, asked_for: AskedDay | None = None) -> str:
    """Render a version: `q`, `category` and `strength` narrow it, `since` marks changes since another version."""
    on = local_date(now())
    wanted = asked()
    versions = queries.versions_of(reading(), slug=version.slug, on=on)
    since = version_since(version, versions)
    known = known_by(since, version) if since else None
    rules = rules_of(version)
    return render_template(
        "handbooks/book.html",
        version=version,
        versions=versions,
        today=on,
        printed=printed(reading(), version_ids=[row.id for row in versions]),
        chapters=chapters(rules, known, wanted),
        changed=sum(1 for rule in rules if known and known.differs(rule)),
        retired=known.retired(rules) if known else [],
        since=since,
        asked_for=asked_for,
        names=queries.rule_codes(reading(), ids=[rule.rule_id for rule in rules]),
        wanted=wanted,
        preface=to_html(version.preface(language())),
        category_words=CATEGORY_WORDS,
        strength_words=STRENGTH_WORDS,
    )


def asked() -> Wanted:
    """Return what the address asks for, in the reader's language."""
    return Wanted(
        search=" ".join(request.args.get("q", "")[:MOST_LETTERS].split()),
        category=known_word("category", CATEGORY_WORDS),
        strength=known_word("strength", STRENGTH_WORDS),
        language=language(),
    )


def asked_day(written: str) -> date | None:
    """Return the day written as 2018-01-01, None for anything else."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return None if unkept(day) else day


def known_word(name: str, words: dict[str, str]) -> str:
    """Return a word of the address when it is one we know, else nothing."""
    value = request.args.get(name, "")
    return value if value in words else ""


def version_since(version: VersionRow, versions: list[VersionRow]) -> VersionRow | None:
    """Return the older version that the address compares with, or None."""
    older = {row.number: row for row in versions if row.effective_on < version.effective_on}
    return older.get(request.args.get("since", ""))


def known_by(since: VersionRow, version: VersionRow) -> Known:
    """Return what a reader of an older version knows, and what was done to it up to this one."""
    changes = queries.changes_between(
        reading(),
        handbook_id=version.handbook_id,
        after=since.effective_on,
        until=version.effective_on,
        language=language(),
    )
    return Known({rule.rule_id: rule for rule in rules_of(since)}, changes)


def rules_of(version: VersionRow) -> list[RuleRow]:
    """Return the rules of a version in the reader's language."""
    return queries.rule_rows(reading(), version_id=version.id, language=language())


@bp.app_template_filter("category")
def category_word(word: str) -> str:
    """Write a customer category in the reader's language."""
    return gettext(CATEGORY_WORDS.get(word, word))


@bp.app_template_global()
def words(pairs: dict[str, str]) -> list[tuple[str, str]]:
    """Return values and their words in the reader's language, for a select."""
    return [(value, gettext(word)) for value, word in pairs.items()]


bp.add_app_template_filter(to_html, "markdown")
