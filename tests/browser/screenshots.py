"""Draw docs/screenshots anew: each main page at two widths, light and dark, from the demonstration department.

`python -m tests.browser.screenshots`; a page taller than the window shows its beginning, as a visitor sees it.
"""

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typst
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text
from waitress.server import create_server

from app import create_app
from app.commands import upgrade_database
from app.db import Database
from app.demo.cast import PASSWORD
from app.demo.commands import load_demo
from app.handbooks.commands import load_handbooks
from app.quizzes.commands import load_quizzes
from app.typesetter import FONTS
from app.uniformity import sheet as roll_call
from config import ROOT, Config
from tests.browser.conftest import chromium

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {1280: 900, 360: 760}
PAGES = (
    ("sign-in", "", "/sign-in"),
    ("home", "D1001", "/"),
    ("shelf", "D1001", "/handbooks"),
    ("book", "D1001", "/handbooks/pengurusan-kaunter?since=1.0"),
    ("declaration", "D1001", "/handbooks/pengurusan-kaunter/versions/2.0/acknowledgement"),
    ("receipt", "D1002", "{receipt}"),
    ("quiz-cover", "D1001", "/quizzes/semakan-borang"),
    ("question", "D1001", "{question}"),
    ("result", "D2001", "{result}"),
    ("record", "D2001", "/records"),
    ("desk", "D1002", "/desk"),
    ("offices", "D3001", "/offices"),
    ("assignments", "D4003", "/assignments"),
    ("officers", "D4003", "/officers"),
    ("audit", "D4004", "/audit"),
    ("bank", "D4001", "/questions"),
    ("uniformity", "D4004", "/uniformity"),
    ("rule", "D4004", "{rule}"),
    ("office", "D1002", "{office}"),
    ("briefing", "D1002", "/briefings/1"),
)
REAL = {
    "{rule}": "SELECT '/uniformity/handbooks/' || h.slug || '/rules/' || r.code FROM measures m JOIN rules r"
    " ON r.id = m.subject_id JOIN handbooks h ON h.id = r.handbook_id WHERE m.scope = 'nation' AND m.subject = 'rule'"
    ' ORDER BY m.content LIKE \'%"verdict": "split"%\' DESC, r.id LIMIT 1',
    "{office}": "SELECT '/uniformity/offices/' || id FROM offices WHERE code = 'PJY-01'",
    "{receipt}": "SELECT '/acknowledgements/' || receipt_number FROM acknowledgements k JOIN officers o"
    " ON o.id = k.officer_id WHERE o.staff_number = 'D1002' ORDER BY k.id LIMIT 1",
    "{question}": "SELECT '/attempts/' || a.id || '/questions/5' FROM attempts a JOIN officers o ON o.id = a.officer_id"
    " WHERE o.staff_number = 'D1001' AND a.submitted_at IS NULL LIMIT 1",
    "{result}": "SELECT '/attempts/' || a.id || '/result' FROM attempts a JOIN officers o ON o.id = a.officer_id"
    " WHERE o.staff_number = 'D2001' AND a.submitted_at IS NOT NULL ORDER BY a.id DESC LIMIT 1",
}
SHEET = """<!doctype html><title>Seragam</title><body style="margin:0;background:#e4e4e7;width:1400px;height:760px;
position:relative;overflow:hidden">{pictures}</body>"""
OVERVIEW = (
    ("book-1280-light", 60, 40, 860),
    ("desk-1280-dark", 500, 180, 840),
    ("home-360-light", 1120, 60, 250),
)


@contextmanager
def portal() -> Iterator[tuple[str, Database]]:
    """Serve the demonstration department on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'seragam.db'}"
        config = Config(
            environment="test",
            database_url=url,
            secret_key="a key that only tests use, long enough",
            audit_key="another key that only tests use, long",
            jobs_embedded=False,
        )
        database = Database(url)
        app = create_app(config, database)
        upgrade_database(database)
        with app.app_context():
            load_handbooks(ROOT / "content" / "handbooks")
            load_quizzes(ROOT / "quizzes")
            load_demo(officers=1200, only_if_empty=True)
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}", database  # type: ignore[union-attr]
        server.close()
        database.dispose()


def sign_in(page: Page, staff_number: str) -> None:
    """Sign in, in Malay."""
    page.goto("/sign-in")
    page.locator("#identifier").fill(staff_number)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    if page.locator("html").get_attribute("lang") != "ms":
        page.locator("form[action='/language'] button").first.click()
        page.wait_for_load_state()


def draw(browser: Browser, url: str, database: Database) -> None:
    """Draw every page at every width, light and dark."""
    with database.reading() as session:
        real = {name: str(session.scalar(text(statement))) for name, statement in REAL.items()}
    for width, height in WIDTHS.items():
        for scheme in ("light", "dark"):
            for name, staff, address in PAGES:
                context = browser.new_context(
                    base_url=url,
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,  # type: ignore[arg-type]
                )
                page = context.new_page()
                if staff:
                    sign_in(page, staff)
                page.goto(real.get(address, address))
                page.evaluate("document.fonts.ready")
                page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")
                context.close()


def draw_sheet(browser: Browser, url: str, database: Database) -> None:
    """Draw both pages of the sheet for the roll call, as the typesetter makes them."""
    made: list[tuple[Path, dict[str, object]]] = []
    real = roll_call.typeset

    def watched(template: Path, facts: dict[str, object]) -> bytes:
        made.append((template, facts))
        return real(template, facts)

    roll_call.typeset = watched  # type: ignore[assignment]
    with database.reading() as session:
        office = session.scalar(text(REAL["{office}"]))
    context = browser.new_context(base_url=url)
    page = context.new_page()
    sign_in(page, "D1002")
    assert context.request.get(f"{office}/briefing.pdf").ok
    roll_call.typeset = real
    template, facts = made[0]
    pages = typst.compile(
        str(template), font_paths=[str(FONTS)], sys_inputs={"data": json.dumps(facts)},
        ignore_system_fonts=True, format="png", ppi=90,
    )  # fmt: skip
    for number, drawn in enumerate(pages, start=1):
        (FOLDER / f"sheet-{number}.png").write_bytes(drawn)


def compose(browser: Browser) -> None:
    """Lay three pictures on one for the README."""
    pictures = "".join(
        f'<img src="{name}.png" style="position:absolute;left:{left}px;top:{top}px;width:{width}px;'
        'border-radius:10px;box-shadow:0 8px 30px rgba(0,0,0,.25)">'
        for name, left, top, width in OVERVIEW
    )
    sheet = FOLDER / "overview.html"
    sheet.write_text(SHEET.format(pictures=pictures), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 760})
    page.goto(sheet.as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "overview.png")
    sheet.unlink()


def main() -> None:
    """Draw all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with portal() as (url, database), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        draw(browser, url, database)
        draw_sheet(browser, url, database)
        compose(browser)
        browser.close()


if __name__ == "__main__":
    main()
