"""axe finds nothing, and nothing scrolls sideways, on any page: both languages, light and dark, wide and narrow.

The list of pages is taken from the application's own addresses, so that a new page is never forgotten.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, text

from app.clock import first_day, local_date, month_number, now
from app.handbooks.models import Rule
from app.handbooks.queries import version_row
from app.people.models import Office
from app.practice.services import Absorbing
from app.publishing.queries import draft_row, draft_rule_rows
from app.publishing.services import Details, change_details, submit_draft
from app.publishing.writing import RuleFields, save_rule, start_draft
from app.quality.services import refresh_statistics
from app.quizzes.answers import KINDS
from app.quizzes.mending import Mended, reword_question
from app.quizzes.models import LIVE, QuestionVersion
from app.rollouts.models import Rollout, RolloutOffice, RolloutRule
from app.rollouts.reports import Plan
from tests.browser.conftest import Site, sign_in
from tests.browser.measures import write_briefings, write_measures
from tests.cast import PASSWORD
from tests.page import Page as Plain
from tests.rollouts.conftest import State, answers_of_all

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
  "best-practice"]})).violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(" | "))"""
LOOKS = [
    (language, scheme, width)
    for language in ("ms", "en")
    for scheme in ("light", "dark")
    for width in (1280, 360)
]
RULE = "/handbooks/pengurusan-kaunter/rules/PK-2.2"
# pages that are no pages: files, health, and what needs a mailed token
NOT_PAGES = {
    "static",
    "web.healthz",
    "web.readyz",
    "people.reset",
    "handbooks.panel",  # a fragment: walked with the question beside which it stands
    "audit.export",
    "compliance.export",
    "compliance.export_offices",
    "acknowledgements.receipt_pdf",
    "handbooks.version_pdf",
    "uniformity.sheet_file",
    "uniformity_api.nation",
    "uniformity_api.state",
    "uniformity_api.office",
    "uniformity_api.rule",
}
PERSON = {
    "people.officers": "K4003",
    "people.officer": "K4003",
    "people.new_officer": "K4003",
    "people.edit_officer": "K4003",
    "people.accommodation": "K4003",
    "people.offices": "K4003",
    "people.new_office": "K4003",
    "people.edit_office": "K4003",
    "compliance.assignments": "K4003",
    "compliance.new_assignment": "K4003",
    "compliance.desk": "K1003",
    "compliance.exempt": "K1003",
    "compliance.offices": "K3001",
    "audit.events": "K4004",
    "quizzes.bank": "K4001",
    "quizzes.stale": "K4001",
    "quizzes.edit_question": "K4001",
    "quizzes.question_drafts": "K4001",
    "quizzes.new_question": "K4001",
    "quizzes.correct": "K4002",
    "quality.questions": "K4001",
    "quality.question": "K4001",
    "quality.disputes": "K4001",
    "quality.answer": "K4001",
    "publishing.drafts": "K4001",
    "publishing.draft": "K4001",
    "publishing.details": "K4001",
    "publishing.chapter": "K4001",
    "publishing.sources": "K4001",
    "publishing.edit_rule": "K4001",
    "publishing.saves": "K4001",
    "publishing.import_document": "K4001",
    "publishing.impact": "K4001",
    "publishing.review": "K4002",
    "enquiries.inbox": "K4001",
    "enquiries.answer": "K4001",
    "rollouts.index": "K4001",
    "rollouts.new": "K4001",
    "rollouts.show": "K4001",
    "uniformity.nation": "K4004",
    "uniformity.handbook": "K4004",
    "uniformity.rule": "K4004",
    "uniformity.state": "K4004",
    "uniformity.office": "K1003",
    "uniformity.sheet": "K1003",
    "uniformity.suspicions": "K4001",
    "uniformity.method": "K1003",
    "uniformity.targets": "K4003",
    "briefings.index": "K1003",
    "briefings.new": "K1003",
    "briefings.show": "K1003",
    "people.sign_in": "",
    "people.forgotten": "",
}
VALUES = {
    "slug": "SELECT 'pengurusan-kaunter'",
    "number": "SELECT '1.0'",
    "receipt_number": "SELECT receipt_number FROM acknowledgements WHERE officer_id = :me",
    "attempt_id": "SELECT id FROM attempts WHERE officer_id = :me AND submitted_at IS NULL",
    "position": "SELECT 1",
    "officer_id": "SELECT :me",
    "office_id": "SELECT id FROM offices WHERE code = 'PJ01'",
    "parent_id": "SELECT id FROM offices WHERE code = 'PJ'",
    "assignment_id": "SELECT min(id) FROM assignments",
    "enquiry_id": "SELECT id FROM enquiries WHERE state = 'open'",
    "name": "SELECT 'PK-2.2'",
    "draft_id": "SELECT id FROM drafts WHERE state = 'in_review'",
    "rule_id": "SELECT draft_rule_id FROM draft_saves",
    "code": "SELECT 'PS-1'",
    "dispute_id": "SELECT max(id) FROM disputes",
    "practice_id": "SELECT max(id) FROM practice_answers WHERE officer_id = :me",
    "briefing_id": "SELECT min(id) FROM briefings",
    "follow_up_id": "SELECT max(id) FROM follow_ups WHERE officer_id = :me",
    "rollout_id": "SELECT min(id) FROM rollouts",
    "version_id": "SELECT v.id FROM question_versions v JOIN questions q ON q.id = v.question_id"
    " WHERE q.key = 'PK-4.2-a'",
}


@pytest.fixture(scope="module")
def filled(site: Site) -> Site:
    """Give Tan from Tawau a receipt, an open attempt and a submitted one, so that every page has something to show.

    And a question that waits for its author beside one that was answered.
    """
    page = Plain(site.app).sign_in(site.cast.tan)
    with site.database.reading() as session:
        version = version_row(session, slug="pengurusan-kaunter", on=local_date(now()))
    assert version
    book = f"/handbooks/{version.slug}/versions/{version.number}"
    page.post(f"{book}/acknowledgement", {"password": PASSWORD})
    page.post("/quizzes/pengurusan-kaunter/attempts")
    started = page.post("/quizzes/etika-tatakelakuan/attempts")
    done = started.location.split("/")[2]
    page.post(f"/attempts/{done}/submission")
    page.post(
        f"/attempts/{done}/questions/2/dispute", {"text": "Soalan ini mengelirukan pelanggan."}
    )
    Absorbing("fsrs")(site.database, now() + timedelta(days=1))
    with site.database.transaction() as session:
        session.execute(text("UPDATE review_cards SET due_at = :at"), {"at": "2026-01-01 00:00:00"})
    page.post("/practice")
    refresh_statistics(site.database, now())
    for text_ in ("Bolehkah pelanggan pulang dahulu?", "Bila nombor giliran tamat?"):
        page.post(RULE, {"text": text_, "version": "2.0"})
    author = Plain(site.app).sign_in(site.cast.devi)
    words = dict.fromkeys(("question_ms", "question_en", "answer_ms", "answer_en"), "Boleh.")
    author.post("/enquiries/1", {"act": "answer", **words})
    write_a_question(site)
    write_a_draft(site)
    write_measures(site)
    write_briefings(site)
    for ago in (3, -1):
        write_a_rollout(site, ago)
    return site


def write_a_question(site: Site) -> None:
    """Let a question wait as a draft."""
    with site.database.transaction() as session:
        version = session.scalars(select(QuestionVersion).where(LIVE).limit(1)).one()
        said = Mended(json.loads(version.content), version.key_choice)
        reword_question(session, site.cast.devi, version_id=version.id, said=said, at=now())


def write_a_draft(site: Site) -> None:
    """Begin two drafts and change a rule in one of them, which is handed over for review."""
    made = []
    for slug in ("etika-tatakelakuan", "semakan-borang"):
        with site.database.transaction() as session:
            version = version_row(session, slug=slug, on=local_date(now()))
            assert version
            made.append(
                start_draft(session, site.cast.devi, handbook_id=version.handbook_id, at=now())
            )
    with site.database.transaction() as session:
        draft = draft_row(session, draft_id=made[-1])
        assert draft
        row = draft_rule_rows(session, draft=draft)[0]
        rule = row.rule
        given = RuleFields(
            rule.ms.title, rule.en.title, f"{rule.ms.body}\n\nLagi.", f"{rule.en.body}\n\nMore.", rule.strength,
            " ".join(rule.categories), " ".join(rule.sources), "material", "Kerana ujian.", "For a test.",
        )  # fmt: skip
        save_rule(
            session, site.cast.devi, rule_id=rule.id, revision=row.revision, given=given, at=now()
        )
        details = Details(
            draft.title_ms, draft.title_en, draft.preface_ms, draft.preface_en, "Baharu.", "New.",
            local_date(now()) + timedelta(days=9), 14,
        )  # fmt: skip
        change_details(
            session,
            site.cast.devi,
            draft_id=draft.id,
            revision=draft.revision,
            given=details,
            at=now(),
        )
        submit_draft(session, site.cast.devi, draft_id=draft.id, words="Sila semak.", at=now())


def write_a_rollout(site: Site, ago: int) -> None:
    """Let twelve offices begin in three waves, the first so many months ago, with answers in the finished months.

    The offices are not active, so that no other page changes.
    """
    with site.database.transaction() as session:
        top = session.get_one(Office, site.cast.offices.putrajaya_state)
        question = session.scalars(
            select(QuestionVersion).where(LIVE, QuestionVersion.kind == "single").limit(1)
        ).one()
        rule = session.get_one(Rule, question.rule_id)
        made = [
            Office(
                code=f"PJ{ago}{n}", name=f"JPN Cawangan {n}", kind="branch", parent_id=top.id,
                path=f"{top.path}{ago}{n}/", active=False,
            )
            for n in range(12)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        offices = tuple(office.id for office in made)
        first = month_number(local_date(now())) - ago
        plan = Plan(first, 3, 1, {office: n % 3 + 1 for n, office in enumerate(offices)})
        rollout = Rollout(
            kind="version" if ago > 0 else "briefing", title="Taklimat tentang giliran",
            handbook_id=rule.handbook_id, path=top.path, waves=3, step_months=1,
            starts_on=first_day(first), ends_on=first_day(plan.last), seed=7,
            begun_by_id=site.cast.devi.id, begun_at=now(),
        )  # fmt: skip
        session.add(rollout)
        session.flush()
        session.add(RolloutRule(rollout_id=rollout.id, rule_id=rule.id))
        session.add_all(
            RolloutOffice(rollout_id=rollout.id, office_id=office, wave=wave)
            for office, wave in plan.wave_of.items()
        )
        state = State(
            top.path,
            offices,
            question.id,
            question.key_choice,
            rule.id,
            rule.handbook_id,
            rule.code,
        )
    answers_of_all(site.database, state, plan, max(0, ago - 1), gain=3)


def addresses(site: Site, staff_of: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (staff number, address) of every page."""
    adapter = site.app.url_map.bind("localhost")
    me = site.cast.tan.id
    with site.database.reading() as session:
        for rule in site.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
                continue
            values = {
                name: session.scalar(text(VALUES[name]), {"me": me}) for name in rule.arguments
            }
            if rule.endpoint == "uniformity.state":
                values["office_id"] = site.cast.offices.putrajaya_state
            if rule.endpoint == "compliance.exempt":
                values["officer_id"] = site.cast.aina.id
            if rule.endpoint in ("quizzes.result", "quality.dispute"):
                done = "SELECT id FROM attempts WHERE officer_id = :me AND submitted_at IS NOT NULL"
                values["attempt_id"] = session.scalar(text(done), {"me": me})
            if rule.endpoint == "acknowledgements.declare":
                values = {"slug": "semakan-borang", "number": "4.0"}
            yield staff_of.get(rule.endpoint, "K2001"), adapter.build(rule.endpoint, values)
    yield "K4001", "/drafts/1"
    yield "K4001", "/drafts/1/impact"
    yield "K4001", "/rollouts/2"
    yield "K4001", RULE.replace("/handbooks", "/uniformity/handbooks")
    yield "K2001", "/follow-ups"
    yield "K3001", "/briefings/1"
    yield "K3001", "/rollouts/1"
    yield "K3001", "/rollouts"
    yield "K4001", "/drafts/1/rules/1"
    yield "K2001", "/handbooks/pengurusan-kaunter?since=1.0&q=pelanggan"
    yield "K2001", "/handbooks/pengurusan-kaunter?q=tiada+perkataan+ini"
    yield "K2001", "/handbooks/pengurusan-kaunter?on=2018-01-01"
    yield "K2001", "/handbooks/pengurusan-kaunter/compare?from=1.0&to=2.0&view=side"
    yield "K2001", "/handbooks/pengurusan-kaunter/compare?rule=PK-9.9"
    yield "K4001", "/enquiries/1"
    yield "K4001", "/questions/new?quiz=pengurusan-kaunter"
    for kind in KINDS:
        yield "K4001", f"/questions/{first_of(site, kind)}"
        yield "K4002", f"/questions/{first_of(site, kind)}/key"
    yield "K4001", f"/questions?quiz=pengurusan-kaunter&rule={RULE.split('/')[-1]}"
    yield "K2001", "/search?q=birth+form&strength=must"
    yield "K2001", "/search?q=tiada+perkataan+ini"
    yield "K2001", "/this-page-does-not-exist"
    yield "K2001", "/officers"
    yield "K1003", "/desk?q=nobody"
    yield "K4004", "/audit?since=semalam"


def first_of(site: Site, kind: str) -> int:
    """Return the first question version of a kind that is asked and has no draft beside it."""
    with site.database.reading() as session:
        drafts = select(QuestionVersion.question_id).where(QuestionVersion.state == "draft")
        return session.scalars(
            select(QuestionVersion.id)
            .where(LIVE, QuestionVersion.kind == kind, QuestionVersion.question_id.not_in(drafts))
            .order_by(QuestionVersion.id)
            .limit(1)
        ).one()


def faults(page: Page, address: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    page.goto(address)
    page.evaluate(AXE)
    found = [f"{address}: {fault}" for fault in page.evaluate(RUN)]
    width = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, f"{address}: scrolls {width} px sideways"] if width > 0 else found


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_no_page_has_a_fault(
    browser: Browser, filled: Site, language: str, scheme: str, width: int
) -> None:
    by_person: dict[str, list[str]] = {}
    for staff, address in addresses(filled, PERSON):
        by_person.setdefault(staff, []).append(address)
    found: list[str] = []
    for staff, pages in by_person.items():
        context = browser.new_context(
            base_url=filled.url,
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
        )
        page = context.new_page()
        if staff:
            sign_in(page, staff)
        else:
            page.goto("/sign-in")
        if page.locator("html").get_attribute("lang") != language:
            page.locator("form[action='/language'] button").first.click()
            page.wait_for_load_state()
        for address in pages:
            found += faults(page, address)
        context.close()
    assert not found, "\n".join(found)
