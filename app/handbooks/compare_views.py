"""The page that compares any two versions of a handbook, whole or one rule alone."""

from dataclasses import dataclass

from flask import abort, render_template, request

from app.access.guard import requires
from app.access.policy import Permission
from app.clock import local_date, now
from app.errors import N_
from app.handbooks import queries
from app.handbooks.comparing import Compared, chapters_of, compared_rules, counts_of
from app.handbooks.queries import VersionRow
from app.handbooks.views import bp, rules_of
from app.web.database import reading
from app.web.i18n import language

VIEW_WORDS = {"inline": N_("Dalam teks"), "side": N_("Sebelah-menyebelah")}


@dataclass(frozen=True)
class Pair:
    """Two versions of a handbook, the older one first."""

    old: VersionRow
    new: VersionRow


@bp.get("/handbooks/<slug>/compare")
@requires(Permission.HANDBOOK_READ)
def compare(slug: str) -> str:
    """Show what differs between two versions, in the text or side by side."""
    versions = queries.versions_of(reading(), slug=slug, on=local_date(now()))
    pair = asked_pair(versions) if versions else abort(404)
    items = compared(pair)
    names = queries.rule_codes(reading(), ids=[item.rule.rule_id for item in items])
    alone = request.args.get("rule", "")
    if alone:
        known = queries.handbook_rule(reading(), handbook_id=pair.new.handbook_id, name=alone)
        if not known:
            abort(404)
        items = [item for item in items if names[item.rule.rule_id] == alone]
    asked = request.args.get("view", "")
    return render_template(
        "handbooks/compare.html",
        old=pair.old,
        new=pair.new,
        versions=versions,
        chapters=chapters_of(items),
        retired=[item for item in items if item.after is None],
        counts=counts_of(items),
        total=len(items),
        names=names,
        alone=alone,
        view=asked if asked in VIEW_WORDS else "inline",
        view_words=VIEW_WORDS,
    )


def asked_pair(versions: list[VersionRow]) -> Pair:
    """Return the versions asked for, older one first; else the current one with the one before. 404 for unknown ones."""
    by_number = {row.number: row for row in versions}
    current = next((row for row in versions if row.is_current), versions[-1])
    newer = chosen("to", by_number) or current
    before = [row for row in versions if row.effective_on < newer.effective_on]
    older = chosen("from", by_number) or (before[0] if before else newer)
    old, new = sorted((older, newer), key=lambda row: row.effective_on)
    return Pair(old, new)


def chosen(name: str, by_number: dict[str, VersionRow]) -> VersionRow | None:
    """Return the version that the address names, None where it names none."""
    number = request.args.get(name, "")
    return by_number.get(number) or abort(404) if number else None


def compared(pair: Pair) -> list[Compared]:
    """Return every rule of both versions with what the versions between did to it."""
    span = {
        "handbook_id": pair.new.handbook_id,
        "after": pair.old.effective_on,
        "until": pair.new.effective_on,
        "language": language(),
    }
    return compared_rules(
        rules_of(pair.old),
        rules_of(pair.new),
        queries.changes_between(reading(), **span),  # type: ignore[arg-type]
        queries.retirements_between(reading(), **span),  # type: ignore[arg-type]
    )
