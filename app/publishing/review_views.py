"""Pages of review: what publishing asks of whom, everything that changes, and the acts of handing over and approving."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access.guard import requires, signed_in_actor
from app.access.policy import Actor, Permission
from app.clock import local_date, now
from app.errors import DomainError
from app.publishing import queries, services
from app.publishing.around import around_of
from app.publishing.composing import Composed, composed, faults_of, manifest_shape, sources_of
from app.publishing.forms import PublishForm, WordsForm
from app.publishing.impact import impact_of
from app.publishing.logic import LANGUAGES, lags, real_change
from app.publishing.queries import DraftRow, DraftRuleRow
from app.publishing.rule_views import preview_of
from app.publishing.views import bp, draft_or_404, home_of
from app.web.database import reading, transaction
from app.web.i18n import sentence


def shaped(row: DraftRow, rules: list[DraftRuleRow]) -> tuple[Composed | None, list[object]]:
    """Return the version a draft makes, or what is to be put right before it makes one."""
    _manifest, shape = manifest_shape(reading(), handbook_id=row.handbook_id)
    faults = faults_of(row, rules, set(sources_of(shape, row)), today=local_date(now()))
    return (None if faults else composed(reading(), row, rules, shape)), list(faults)


@bp.get("/drafts/<int:draft_id>/impact")
@requires(Permission.DRAFT_READ)
def impact(draft_id: int) -> str:
    """Show what publishing the draft will ask of whom."""
    row = draft_or_404(draft_id)
    rules = queries.draft_rule_rows(reading(), draft=row)
    made, faults = shaped(row, rules)
    found = impact_of(reading(), row, rules, made, today=local_date(now())) if made else None
    return render_template(
        "publishing/impact.html", draft=row, made=made, impact=found, faults=faults
    )


@bp.get("/drafts/<int:draft_id>/review")
@requires(Permission.DRAFT_READ)
def review(draft_id: int) -> str:
    """Show everything a draft changes, in both languages, and the approver's choices."""
    row = draft_or_404(draft_id)
    rules = queries.draft_rule_rows(reading(), draft=row)
    made, faults = shaped(row, rules)
    writers = queries.writers_of(reading(), draft_id=draft_id)
    changed = [item for item in rules if real_change(item.rule, item.known)]
    return render_template(
        "publishing/review.html",
        draft=row,
        made=made,
        faults=faults,
        changed=changed,
        around=around_of(reading(), row, rules),
        real={item.rule.id: real_change(item.rule, item.known) for item in rules},
        lagging={item.rule.id: lags(item.rule, item.known) for item in rules},
        previews={
            item.rule.id: {spoken: preview_of(item, spoken) for spoken in LANGUAGES}
            for item in changed
        },
        events=queries.event_rows(reading(), draft_id=draft_id),
        own=signed_in_actor().id in writers,
        publish=PublishForm(prefix="publish", data={"seen": made.fingerprint if made else ""}),
        give_back=WordsForm(prefix="return"),
    )


def turn(
    draft_id: int, done: Callable[[Any, Actor, str], object], form: WordsForm, good: str
) -> Response:
    """Do one act on a draft and say so; a refusal is said on the draft's page."""
    draft_or_404(draft_id)
    if not form.validate_on_submit():
        flash(gettext("Terlalu panjang. Pendekkan teks ini."), "bad")
        return home_of(draft_id)
    try:
        with transaction() as session:
            done(session, signed_in_actor(), form.words.data or "")
        flash(good, "good")
    except DomainError as error:
        flash(sentence(error), "bad")
    return home_of(draft_id)


@bp.post("/drafts/<int:draft_id>/submission")
@requires(Permission.DRAFT_WRITE)
def submit(draft_id: int) -> Response:
    """Hand a draft over for review."""
    return turn(
        draft_id,
        lambda s, actor, words: services.submit_draft(
            s, actor, draft_id=draft_id, words=words, at=now()
        ),
        WordsForm(prefix="said"),
        gettext("Draf telah dihantar untuk semakan. Pelulus lain perlu meluluskannya."),
    )


@bp.post("/drafts/<int:draft_id>/return")
@requires(Permission.DRAFT_APPROVE)
def give_back(draft_id: int) -> Response:
    """Give a draft back to its author."""
    return turn(
        draft_id,
        lambda s, actor, words: services.return_draft(
            s, actor, draft_id=draft_id, words=words, at=now()
        ),
        WordsForm(prefix="return"),
        gettext("Draf telah dipulangkan kepada penulis."),
    )


@bp.post("/drafts/<int:draft_id>/withdrawal")
@requires(Permission.DRAFT_WRITE)
def withdraw(draft_id: int) -> Response:
    """End a draft without publishing it."""
    return turn(
        draft_id,
        lambda s, actor, words: services.withdraw_draft(
            s, actor, draft_id=draft_id, words=words, at=now()
        ),
        WordsForm(prefix="said"),
        gettext("Draf telah ditarik balik. Teksnya masih boleh dibaca di sini."),
    )


@bp.post("/drafts/<int:draft_id>/publication")
@requires(Permission.DRAFT_APPROVE)
def publish(draft_id: int) -> Response:
    """Approve exactly what was shown, and publish it."""
    row = draft_or_404(draft_id)
    form = PublishForm(prefix="publish")
    if not form.validate_on_submit():
        flash(gettext("Terlalu panjang. Pendekkan teks ini."), "bad")
        return redirect(url_for("publishing.review", draft_id=draft_id), 303)
    try:
        with transaction() as session:
            services.publish_draft(
                session,
                signed_in_actor(),
                draft_id=draft_id,
                seen=form.seen.data or "",
                words=form.words.data or "",
                at=now(),
            )
    except DomainError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("publishing.review", draft_id=draft_id), 303)
    flash(gettext("Versi baharu telah diterbitkan. Ia berkuat kuasa pada tarikhnya."), "good")
    return redirect(url_for("handbooks.read", slug=row.slug), 303)


@bp.post("/drafts/<int:draft_id>/version-withdrawal")
@requires(Permission.DRAFT_APPROVE)
def withdraw_version(draft_id: int) -> Response:
    """Take back a published version before its day."""

    def done(session: Any, actor: Actor, _words: str) -> None:
        row = queries.draft_row(session, draft_id=draft_id)
        services.withdraw_version(
            session, actor, version_id=(row.version_id if row else None) or 0, at=now()
        )

    return turn(
        draft_id,
        done,
        WordsForm(prefix="said"),
        gettext("Versi telah ditarik balik sebelum berkuat kuasa."),
    )
