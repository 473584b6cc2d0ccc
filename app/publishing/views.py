"""Pages of drafts: the list, one draft as a whole, its details, chapters and sources."""

from dataclasses import fields

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Permission
from app.clock import local_date, now
from app.errors import DomainError
from app.handbooks import queries as handbooks
from app.handbooks.folder import SourceShape
from app.publishing import queries, services, shaping, writing
from app.publishing.composing import faults_of, manifest_shape, sources_of
from app.publishing.conflicts import Theirs, theirs_of
from app.publishing.forms import (
    CHANGE_WORDS,
    KIND_WORDS,
    AddForm,
    ChapterForm,
    DetailsForm,
    SourceForm,
    WordsForm,
)
from app.publishing.logic import lags, real_change
from app.publishing.queries import DraftRow, DraftRuleRow
from app.publishing.writing import OvertakenError
from app.web.database import reading, transaction
from app.web.form_base import choices
from app.web.i18n import language, sentence
from app.web.incoming import asked_number

bp = Blueprint("publishing", __name__)
NEW_CHAPTER = "new"
DETAILS = tuple(field.name for field in fields(services.Details))


@bp.app_template_filter("change_word")
def change_word(change: str) -> str:
    """Write what an author says of a change, in the reader's language."""
    return gettext(CHANGE_WORDS.get(change, change))


def draft_or_404(draft_id: int) -> DraftRow:
    """Return a draft; 404 for none."""
    return queries.draft_row(reading(), draft_id=draft_id) or abort(404)


def home_of(draft_id: int) -> Response:
    """Go back to the draft's own page."""
    return redirect(url_for("publishing.draft", draft_id=draft_id), 303)


@bp.get("/drafts")
@requires(Permission.DRAFT_READ)
def drafts() -> str:
    """List the drafts, and the handbooks of which one can be begun."""
    rows = queries.draft_rows(reading())
    at_work = {row.handbook_id for row in rows if row.state in queries.OPEN}
    books = handbooks.current_versions(reading(), on=local_date(now())).values()
    return render_template(
        "publishing/drafts.html",
        rows=rows,
        counts=queries.changed_counts(reading(), draft_ids=[row.id for row in rows]),
        free=[book for book in books if book.handbook_id not in at_work],
    )


@bp.post("/drafts")
@requires(Permission.DRAFT_WRITE)
def start() -> Response:
    """Begin the next version of a handbook."""
    handbook_id = asked_number("handbook") or abort(404)
    try:
        with transaction() as session:
            found = writing.start_draft(
                session, signed_in_actor(), handbook_id=handbook_id, at=now()
            )
    except DomainError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("publishing.drafts"), 303)
    return home_of(found)


@bp.get("/drafts/<int:draft_id>")
@requires(Permission.DRAFT_READ)
def draft(draft_id: int) -> str:
    """Show a draft: its rules with what happens to each, what is to be put right, what was said."""
    return draft_page(draft_or_404(draft_id))


def draft_page(row: DraftRow, *, add: AddForm | None = None) -> str:
    """Render a draft's own page."""
    rules = queries.draft_rule_rows(reading(), draft=row)
    _manifest, shape = manifest_shape(reading(), handbook_id=row.handbook_id)
    known = sources_of(shape, row)
    return render_template(
        "publishing/draft.html",
        draft=row,
        chapters=by_chapter(rules),
        changed=sum(1 for item in rules if real_change(item.rule, item.known)),
        faults=faults_of(row, rules, set(known), today=local_date(now())),
        lagging={item.rule.id: lags(item.rule, item.known) for item in rules},
        real={item.rule.id: real_change(item.rule, item.known) for item in rules},
        events=queries.event_rows(reading(), draft_id=row.id),
        add=add or add_form(rules),
        words=WordsForm(prefix="said"),
        writable=row.state == "draft",
    )


def by_chapter(rules: list[DraftRuleRow]) -> list[tuple[str, str, list[DraftRuleRow]]]:
    """Return the rules by chapter in order: code, title in the reader's language, rules."""
    place = 1 if language() == "en" else 0
    found: dict[str, list[DraftRuleRow]] = {}
    for item in rules:
        found.setdefault(item.rule.chapter_code, []).append(item)
    return [(code, held[0].rule.chapter[place], held) for code, held in found.items()]


def add_form(rules: list[DraftRuleRow]) -> AddForm:
    """Return the form that adds a rule, with the draft's chapters."""
    form = AddForm(prefix="add")
    found = [(code, f"{code} {title}") for code, title, _held in by_chapter(rules)]
    form.chapter.choices = choices([*found, (NEW_CHAPTER, gettext("Bab baharu"))])
    return form


@bp.post("/drafts/<int:draft_id>/rules")
@requires(Permission.DRAFT_WRITE)
def add_rule(draft_id: int) -> Response | tuple[str, int]:
    """Add a rule and go on to write it."""
    row = draft_or_404(draft_id)
    form = add_form(queries.draft_rule_rows(reading(), draft=row))
    if form.validate_on_submit():
        new = (form.chapter_ms.data or "", form.chapter_en.data or "")
        wanted = new if form.chapter.data == NEW_CHAPTER else None
        if wanted and not all(part.strip() for part in wanted):
            form.chapter_ms.errors = [gettext("Isi tajuk bab dalam kedua-dua bahasa.")]
        else:
            try:
                with transaction() as session:
                    made = writing.add_rule(
                        session,
                        signed_in_actor(),
                        draft_id=draft_id,
                        chapter_code=form.chapter.data,
                        new_chapter=wanted,
                        at=now(),
                    )
                return redirect(
                    url_for("publishing.edit_rule", draft_id=draft_id, rule_id=made), 303
                )
            except DomainError as error:
                form.refuse(error)
    return draft_page(row, add=form), 422


@bp.route("/drafts/<int:draft_id>/details", methods=["GET", "POST"])
@requires(Permission.DRAFT_WRITE)
def details(draft_id: int) -> Response | str | tuple[str, int]:
    """Change what is said of the version as a whole."""
    row = draft_or_404(draft_id)
    form = DetailsForm(obj=row)
    theirs: list[Theirs] = []
    if form.validate_on_submit():
        given = services.Details(
            **{
                name: getattr(form, name).data or ""
                for name in (
                    "title_ms",
                    "title_en",
                    "preface_ms",
                    "preface_en",
                    "summary_ms",
                    "summary_en",
                )
            },
            effective_on=form.effective_on.data,
            read_within_days=form.read_within_days.data,
        )
        seen = asked_number("revision") or 0
        try:
            with transaction() as session:
                services.change_details(
                    session,
                    signed_in_actor(),
                    draft_id=draft_id,
                    revision=seen,
                    given=given,
                    at=now(),
                )
            flash(gettext("Butiran telah disimpan."), "good")
            return home_of(draft_id)
        except OvertakenError as error:
            form.refuse(error)
            row = draft_or_404(draft_id)
            form.revision.data = str(row.revision)
            theirs = theirs_of(form, {name: getattr(row, name) for name in DETAILS})
        except DomainError as error:
            form.refuse(error)
    if not form.is_submitted():
        form.revision.data = str(row.revision)
    page = render_template("publishing/details.html", draft=row, form=form, theirs=theirs)
    return page, 409 if theirs else 422 if form.errors or form.form_errors else 200


@bp.route("/drafts/<int:draft_id>/chapters/<code>", methods=["GET", "POST"])
@requires(Permission.DRAFT_WRITE)
def chapter(draft_id: int, code: str) -> Response | str | tuple[str, int]:
    """Change a chapter's titles."""
    row = draft_or_404(draft_id)
    rules = [item.rule for item in queries.draft_rule_rows(reading(), draft=row)]
    titles = next((rule.chapter for rule in rules if rule.chapter_code == code), None) or abort(404)
    shown = dict(zip(("chapter_ms", "chapter_en"), titles, strict=True))
    seen = dict(zip(("seen_ms", "seen_en"), titles, strict=True))
    form = ChapterForm(data={**shown, **seen})
    theirs: list[Theirs] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                shaping.rename_chapter(
                    session,
                    signed_in_actor(),
                    draft_id=draft_id,
                    chapter_code=code,
                    seen=(form.seen_ms.data or "", form.seen_en.data or ""),
                    ms=form.chapter_ms.data,
                    en=form.chapter_en.data,
                    at=now(),
                )
            return home_of(draft_id)
        except OvertakenError as error:
            form.refuse(error)
            form.seen_ms.data, form.seen_en.data = titles
            theirs = theirs_of(form, shown)
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "publishing/chapter.html", draft=row, form=form, code=code, theirs=theirs
    )
    return page, 409 if theirs else 422 if form.errors or form.form_errors else 200


@bp.route("/drafts/<int:draft_id>/sources", methods=["GET", "POST"])
@requires(Permission.DRAFT_WRITE)
def sources(draft_id: int) -> Response | str | tuple[str, int]:
    """Show the sources rules may name, and add one."""
    row = draft_or_404(draft_id)
    _manifest, shape = manifest_shape(reading(), handbook_id=row.handbook_id)
    form = SourceForm()
    if form.validate_on_submit():
        source = SourceShape(
            ms=form.ms.data, en=form.en.data, kind=form.kind.data, url=form.url.data or ""
        )
        try:
            with transaction() as session:
                services.add_source(
                    session,
                    signed_in_actor(),
                    draft_id=draft_id,
                    key=form.key.data,
                    source=source,
                    at=now(),
                )
            flash(gettext("Sumber telah ditambah."), "good")
            return redirect(url_for("publishing.sources", draft_id=draft_id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "publishing/sources.html",
        draft=row,
        form=form,
        known=sources_of(shape, row),
        kind_words=KIND_WORDS,
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/drafts/<int:draft_id>/renumbering")
@requires(Permission.DRAFT_WRITE)
def renumber(draft_id: int) -> Response:
    """Number the rules in their order."""
    draft_or_404(draft_id)
    try:
        with transaction() as session:
            n = shaping.renumber_rules(session, signed_in_actor(), draft_id=draft_id, at=now())
        flash(
            gettext(
                "%(n)s kod peraturan berubah. Setiap peraturan kekal peraturan yang sama.", n=n
            ),
            "good",
        )
    except DomainError as error:
        flash(sentence(error), "bad")
    return home_of(draft_id)
