"""Finding rules: the search page, and the handbook in force as a fragment beside a question."""

from flask import abort, render_template, request

from app.access.guard import requires
from app.access.policy import Permission
from app.clock import local_date, now
from app.handbooks import queries
from app.handbooks.hits import ranked, shown_hit
from app.handbooks.reading import CATEGORY_WORDS, STRENGTH_WORDS
from app.handbooks.search import rules_found
from app.handbooks.stems import terms_of
from app.handbooks.views import asked, bp
from app.web.database import reading
from app.web.i18n import language
from app.web.incoming import asked_page

A_PAGE = 20


@bp.get("/search")
@requires(Permission.HANDBOOK_READ)
def search() -> str:
    """Find rules by words, narrowed by customer category, strength and handbook."""
    on, wanted, page = local_date(now()), asked(), asked_page()
    books = queries.shelf(reading(), on=on)
    slugs = {row.slug for row in books}
    slug = request.args.get("handbook", "")
    slug = slug if slug in slugs else ""
    candidates = rules_found(
        reading(), terms=terms_of(wanted.search), on=on, language=language(), slug=slug
    )
    found = ranked(candidates, wanted)
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(page, pages)
    return render_template(
        "handbooks/search.html",
        wanted=wanted,
        books_to_choose=[(row.slug, row.title(language())) for row in books],
        slug=slug,
        total=len(found),
        found=[shown_hit(*pair, wanted.search) for pair in found[(page - 1) * A_PAGE :][:A_PAGE]],
        page=page,
        pages=pages,
        category_words=CATEGORY_WORDS,
        strength_words=STRENGTH_WORDS,
    )


@bp.get("/handbooks/<slug>/panel")
@requires(Permission.HANDBOOK_READ)
def panel(slug: str) -> str:
    """Give the version in force as a fragment of a page, to stand beside a question."""
    version = queries.version_row(reading(), slug=slug, on=local_date(now()))
    if version is None:
        abort(404)
    rules = queries.rule_rows(reading(), version_id=version.id, language=language())
    return render_template("handbooks/_panel.html", version=version, rules=rules)
