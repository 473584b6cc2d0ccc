"""Pages of one rule of a draft: the editor in both languages, its history of saves, moving, splitting, merging, retiring."""

from collections.abc import Callable
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Actor, Permission
from app.clock import now
from app.errors import DomainError
from app.handbooks.logic import difference, plain_text
from app.handbooks.markdown import difference_html, to_html
from app.publishing import queries, shaping, writing
from app.publishing.composing import manifest_shape, sources_of
from app.publishing.conflicts import Theirs, theirs_of
from app.publishing.forms import CHANGE_WORDS, MergeForm, PlaceForm, RuleForm
from app.publishing.logic import LANGUAGES, kinds_for, lags, real_change, rule_faults
from app.publishing.queries import DraftRow, DraftRuleRow
from app.publishing.views import bp, draft_or_404, home_of
from app.publishing.writing import ConflictError, LateError, RuleFields
from app.web.database import reading, transaction
from app.web.form_base import choices
from app.web.i18n import language, moment, sentence
from app.web.incoming import asked_number


def found(draft_id: int, rule_id: int) -> tuple[DraftRow, DraftRuleRow, list[DraftRuleRow]]:
    """Return a draft, one of its rules and all of them; 404 for none."""
    row = draft_or_404(draft_id)
    rules = queries.draft_rule_rows(reading(), draft=row)
    item = next((item for item in rules if item.rule.id == rule_id), None)
    return row, item or abort(404), rules


@bp.route("/drafts/<int:draft_id>/rules/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.DRAFT_WRITE)
def edit_rule(draft_id: int, rule_id: int) -> Response | FlaskResponse | str | tuple[str, int]:
    """Show the editor of a rule; keep what is typed. A script saves while one types and gets JSON."""
    row, item, rules = found(draft_id, rule_id)
    form = rule_form(row, item)
    wants_json = request.accept_mimetypes.best == "application/json"
    theirs: list[Theirs] = []
    if form.validate_on_submit():
        revision = asked_number("revision") or 0
        try:
            saved = save(rule_id, revision, form)
        except ConflictError as error:
            form.refuse(error)
            theirs = overtaken(draft_id, rule_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            if wants_json:
                return told(draft_id, rule_id, saved)
            flash(gettext("Tersimpan."), "good")
            return redirect(
                url_for("publishing.edit_rule", draft_id=draft_id, rule_id=rule_id), 303
            )
    bad = bool(form.errors or form.form_errors)
    if wants_json and bad:
        return refused(form, theirs)
    row, item, rules = found(draft_id, rule_id)
    if not form.is_submitted():
        form.revision.data = str(item.revision)
    page = render_template(
        "publishing/rule.html",
        **facts_of(row, item),
        form=form,
        theirs=theirs,
        place=place_form(item, rules),
        merge=merge_form(item, rules),
        writable=row.state == "draft",
    )
    return page, 409 if theirs else 422 if bad else 200


def overtaken(draft_id: int, rule_id: int, form: RuleForm) -> list[Theirs]:
    """Return what somebody else saved; the next save of the form says that its author has seen it."""
    _row, item, _rules = found(draft_id, rule_id)
    form.revision.data = str(item.revision)
    return theirs_of(form, typed_of(item))


def save(rule_id: int, revision: int, form: RuleForm) -> int:
    """Keep what was typed; a text that came too late is kept in the history before the conflict is told."""
    given = RuleFields(
        title_ms=form.title_ms.data or "",
        title_en=form.title_en.data or "",
        body_ms=form.body_ms.data or "",
        body_en=form.body_en.data or "",
        strength=form.strength.data,
        categories=" ".join(form.categories.data or []),
        sources=" ".join(form.sources.data or []),
        change=form.change.data or "",
        note_ms=form.note_ms.data or "",
        note_en=form.note_en.data or "",
    )
    late: LateError | None = None
    done = revision
    with transaction() as session:
        try:
            done = writing.save_rule(
                session,
                signed_in_actor(),
                rule_id=rule_id,
                revision=revision,
                given=given,
                at=now(),
            )
        except LateError as error:
            late = error
    if late is not None:
        raise late
    return done


def rule_form(row: DraftRow, item: DraftRuleRow) -> RuleForm:
    """Return the editor's form, filled with the rule."""
    form = RuleForm(data=typed_of(item))
    _manifest, shape = manifest_shape(reading(), handbook_id=row.handbook_id)
    spoken = language()
    form.sources.choices = choices(
        (key, source.en if spoken == "en" else source.ms)
        for key, source in sources_of(shape, row).items()
    )
    rule = item.rule
    offered = ["new"] if item.known is None else ["", "material", "editorial"]
    if rule.retired:
        offered.append("retired")
    form.change.choices = choices((kind, gettext(CHANGE_WORDS[kind])) for kind in offered)
    return form


def typed_of(item: DraftRuleRow) -> dict[str, object]:
    """Return what a rule fills into its form, by field."""
    rule = item.rule
    return {
        "title_ms": rule.ms.title,
        "title_en": rule.en.title,
        "body_ms": rule.ms.body,
        "body_en": rule.en.body,
        "strength": rule.strength,
        "categories": list(rule.categories),
        "sources": list(rule.sources),
        "change": rule.change,
        "note_ms": rule.note[0],
        "note_en": rule.note[1],
    }


def place_form(item: DraftRuleRow, rules: list[DraftRuleRow]) -> PlaceForm:
    """Return the form that moves a rule."""
    form = PlaceForm(prefix="place")
    place = 1 if language() == "en" else 0
    others = [
        (str(o.rule.id), f"{o.rule.code} {(o.rule.en if place else o.rule.ms).title}")
        for o in rules
        if o.rule.id != item.rule.id and not o.rule.retired
    ]
    form.after.choices = choices([("", gettext("Paling awal dalam babnya")), *others])
    return form


def merge_form(item: DraftRuleRow, rules: list[DraftRuleRow]) -> MergeForm:
    """Return the form that merges a rule into another."""
    form = MergeForm(prefix="merge")
    form.into.choices = place_form(item, rules).after.choices[1:]
    return form


def facts_of(row: DraftRow, item: DraftRuleRow) -> dict[str, object]:
    """Return what the editor shows of a rule beside its form."""
    _manifest, shape = manifest_shape(reading(), handbook_id=row.handbook_id)
    real = real_change(item.rule, item.known)
    return {
        "draft": row,
        "item": item,
        "rule": item.rule,
        "real": real,
        "kinds": kinds_for(real),
        "lagging": lags(item.rule, item.known),
        "faults": rule_faults(item.rule, item.known, set(sources_of(shape, row))),
        "previews": {code: preview_of(item, code) for code in LANGUAGES},
    }


def preview_of(item: DraftRuleRow, spoken: str) -> dict[str, Markup | str]:
    """Return how a rule will look in one language, and the difference to the version before."""
    text = item.rule.wording(spoken)
    before = None if item.known is None else item.known.en if spoken == "en" else item.known.ms
    marked: Markup | str = ""
    if before is not None and before.hash != text.hash:
        old = f"{before.title}\n\n{plain_text(before.body)}"
        new = f"{text.title}\n\n{plain_text(text.body)}"
        marked = difference_html(difference(old, new))
    return {"title": text.title, "html": to_html(text.body), "marked": marked}


def told(draft_id: int, rule_id: int, revision: int) -> FlaskResponse:
    """Return what the editor's script shows after a save."""
    row, item, _rules = found(draft_id, rule_id)
    facts = facts_of(row, item)
    return jsonify(
        saved=gettext("Tersimpan pada %(when)s", when=moment(now())),
        revision=revision,
        preview=render_template("publishing/_previews.html", **facts),
    )


def refused(form: RuleForm, theirs: list[Theirs]) -> FlaskResponse:
    """Return what the editor's script shows when a save was refused; after a conflict what the other saved too."""
    words = next(iter([*form.form_errors, *(e[0] for e in form.errors.values() if e)]), "")
    answer = jsonify(
        error=words,
        conflict=render_template("publishing/_conflict.html", theirs=theirs),
        revision=form.revision.data,
    )
    answer.status_code = 409 if theirs else 422
    return answer


@bp.get("/drafts/<int:draft_id>/rules/<int:rule_id>/saves")
@requires(Permission.DRAFT_READ)
def saves(draft_id: int, rule_id: int) -> str:
    """Show every text that was saved for a rule, those that came too late too."""
    row, item, _rules = found(draft_id, rule_id)
    return render_template(
        "publishing/saves.html",
        draft=row,
        rule=item.rule,
        rows=queries.save_rows(reading(), draft_rule_id=rule_id),
    )


def act(draft_id: int, rule_id: int, done: Callable[[Any, Actor], int | None]) -> Response:
    """Do one act on a rule; go on to the rule it names, or back to the draft."""
    found(draft_id, rule_id)
    try:
        with transaction() as session:
            next_id = done(session, signed_in_actor())
    except DomainError as error:
        flash(sentence(error), "bad")
        next_id = rule_id
    if next_id is None:
        return home_of(draft_id)
    return redirect(url_for("publishing.edit_rule", draft_id=draft_id, rule_id=next_id), 303)


@bp.post("/drafts/<int:draft_id>/rules/<int:rule_id>/split")
@requires(Permission.DRAFT_WRITE)
def split_rule(draft_id: int, rule_id: int) -> Response:
    """Make a second rule out of one; go on to write it."""
    return act(
        draft_id, rule_id, lambda s, actor: shaping.split_rule(s, actor, rule_id=rule_id, at=now())
    )


@bp.post("/drafts/<int:draft_id>/rules/<int:rule_id>/merge")
@requires(Permission.DRAFT_WRITE)
def merge_rule(draft_id: int, rule_id: int) -> Response:
    """Merge a rule into another; go on to that one."""
    _row, item, rules = found(draft_id, rule_id)
    form = merge_form(item, rules)
    if not form.validate_on_submit():
        flash(gettext("Pilih peraturan lain yang masih ada dalam draf ini."), "bad")
        return redirect(url_for("publishing.edit_rule", draft_id=draft_id, rule_id=rule_id), 303)
    into_id = int(form.into.data)
    return act(
        draft_id,
        rule_id,
        lambda s, actor: shaping.merge_rule(s, actor, rule_id=rule_id, into_id=into_id, at=now()),
    )


@bp.post("/drafts/<int:draft_id>/rules/<int:rule_id>/place")
@requires(Permission.DRAFT_WRITE)
def move_rule(draft_id: int, rule_id: int) -> Response:
    """Put a rule elsewhere."""
    _row, item, rules = found(draft_id, rule_id)
    form = place_form(item, rules)
    if not form.validate_on_submit():
        flash(gettext("Pilih salah satu daripada senarai."), "bad")
        return redirect(url_for("publishing.edit_rule", draft_id=draft_id, rule_id=rule_id), 303)
    after_id = int(form.after.data) if form.after.data else None

    def done(session: Any, actor: Actor) -> None:
        shaping.move_rule(session, actor, rule_id=rule_id, after_id=after_id, at=now())

    return act(draft_id, rule_id, done)


@bp.post("/drafts/<int:draft_id>/rules/<int:rule_id>/retirement")
@requires(Permission.DRAFT_WRITE)
def retire_rule(draft_id: int, rule_id: int) -> Response:
    """Leave a rule out of the next version; go on to say why."""

    def done(session: Any, actor: Actor) -> int:
        shaping.retire_rule(session, actor, rule_id=rule_id, at=now())
        return rule_id

    return act(draft_id, rule_id, done)


@bp.post("/drafts/<int:draft_id>/rules/<int:rule_id>/restoration")
@requires(Permission.DRAFT_WRITE)
def restore_rule(draft_id: int, rule_id: int) -> Response:
    """Take a retired rule back."""

    def done(session: Any, actor: Actor) -> int:
        shaping.restore_rule(session, actor, rule_id=rule_id, at=now())
        return rule_id

    return act(draft_id, rule_id, done)
