"""Asking and answering through the pages: what is kept, who sees whom, what is mailed."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text

from app.mail import OutgoingMail
from tests.cast import Cast
from tests.enquiries.asking import ASKED, WORDS, Asking
from tests.page import Page, lint

RULE = "/handbooks/uji/rules/UJ-1.2"
ANSWER = {
    "act": "answer",
    "question_ms": WORDS.question_ms,
    "question_en": WORDS.question_en,
    "answer_ms": WORDS.answer_ms,
    "answer_en": WORDS.answer_en,
}


def words(soup: BeautifulSoup) -> str:
    main = soup.main
    assert main
    return " ".join(main.get_text(" ").split())


def parsed(html: str, url: str) -> BeautifulSoup:
    soup = BeautifulSoup(html, "html.parser")
    lint(soup, url)
    return soup


def mails(asking: Asking) -> list[OutgoingMail]:
    with asking.database.reading() as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_reader_asks_and_sees_that_it_waits(page: Page, cast: Cast, asking: Asking) -> None:
    page.sign_in(cast.tan)
    folded = page.get(RULE).select_one("details.more:has(textarea)")
    assert folded
    assert not folded.has_attr("open")
    answer = page.post(RULE, {"text": ASKED, "version": "2.0"})
    assert (answer.status_code, answer.location) == (303, RULE)
    soup = page.get(RULE)
    assert "Pertanyaan anda yang menunggu jawapan" in words(soup)
    assert ASKED in words(soup)
    assert ASKED not in words(page.sign_in(cast.nurul).get(RULE))


def test_the_version_on_the_page_is_the_one_kept(page: Page, cast: Cast, asking: Asking) -> None:
    soup = page.sign_in(cast.tan, "en").get(RULE)
    assert soup.find("input", attrs={"name": "version", "value": "2.0"})
    page.post(RULE, {"text": ASKED, "version": "1.0"})
    page.post(RULE, {"text": f"{ASKED} x", "version": "nonsense"})
    with asking.database.reading() as session:
        ids = session.scalars(text("SELECT id FROM enquiries ORDER BY id")).all()
    first, second = (asking.row(found) for found in ids)
    assert (first.version_number, second.version_number) == ("1.0", "2.0")
    assert first.language == "en"


@pytest.mark.parametrize("typed", ["pendek", "x" * 1001, "a\x00bcdefghijk"])
def test_what_was_typed_stays_when_it_is_refused(
    page: Page, cast: Cast, asking: Asking, typed: str
) -> None:
    answer = page.sign_in(cast.tan).post(RULE, {"text": typed, "version": "2.0"})
    assert answer.status_code == 422
    soup = parsed(answer.text, RULE)
    area = soup.find("textarea", attrs={"name": "text"})
    assert area
    if "\0" not in typed:
        assert area.get_text().strip() == typed
    assert soup.select_one("details.more[open]:has(textarea)")
    assert soup.find(class_="error")
    with asking.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM enquiries")) == 0


def test_the_sixth_is_refused_in_a_sentence_and_kept_in_the_field(
    page: Page, cast: Cast, asking: Asking
) -> None:
    for n in range(5):
        asking.ask(cast.tan, f"{ASKED} {n}")
    answer = page.sign_in(cast.tan, "en").post(
        RULE, {"text": "One more question.", "version": "2.0"}
    )
    assert answer.status_code == 422
    assert "One more question." in answer.text
    assert "5 questions" in answer.text


def test_authors_see_who_asked_and_others_do_not_see_the_list(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asked = asking.ask(cast.tan)
    for person in (cast.devi, cast.chong):
        soup = page.sign_in(person).get("/enquiries")
        assert "1 pertanyaan menunggu jawapan" in words(soup)
        assert f"{cast.tan.name}, JPN Tawau" in words(soup)
        assert soup.select('nav a[href="/enquiries"][aria-current]')
        assert cast.tan.name in words(page.get(f"/enquiries/{asked}"))
    for person in (cast.tan, cast.nurul, cast.farid, cast.osman, cast.hamid, cast.salmah):
        page.sign_in(person).get("/enquiries", 403)
        page.get(f"/enquiries/{asked}", 403)
        page.get("/enquiries/4711", 403)
        assert page.post(f"/enquiries/{asked}", ANSWER).status_code == 403
        assert not page.get("/handbooks").select('a[href="/enquiries"]')
    assert asking.row(asked).state == "open"


def test_an_empty_list_says_so(page: Page, cast: Cast) -> None:
    soup = page.sign_in(cast.devi).get("/enquiries")
    assert "Semua sudah dijawab" in words(soup)
    assert not soup.select("table")


def test_one_sees_ones_own_questions_with_their_answers_and_nobody_elses(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asking.answer(cast.devi, asking.ask(cast.tan))
    asking.decline(cast.devi, asking.ask(cast.tan, "Tentang Puan Siti semalam."), "Kes sulit.")
    asking.ask(cast.tan, "Masih menunggu jawapan.")
    mine = words(page.sign_in(cast.tan).get("/enquiries/mine"))
    for said in (ASKED, WORDS.answer_ms, "Kes sulit.", "Masih menunggu jawapan."):
        assert said in mine
    assert cast.devi.name not in mine
    theirs = words(page.sign_in(cast.nurul).get("/enquiries/mine"))
    assert "Anda belum bertanya apa-apa" in theirs
    assert ASKED not in theirs


def test_the_rule_stands_beside_the_question_as_it_was_read(
    page: Page, cast: Cast, asking: Asking
) -> None:
    page.sign_in(cast.devi)
    old, new = asking.ask(cast.tan, version="1.0"), asking.ask(cast.nurul)
    assert "42 hari" in words(page.get(f"/enquiries/{old}"))
    assert "telah berubah sejak ditanya" in words(page.get(f"/enquiries/{old}"))
    assert "60 hari" in words(page.get(f"/enquiries/{new}"))
    assert "telah berubah sejak ditanya" not in words(page.get(f"/enquiries/{new}"))


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("ms", "Jawapan tentang peraturan UJ-1.2", WORDS.answer_ms),
        ("en", "Answer about rule UJ-1.2", WORDS.answer_en),
    ],
)
def test_an_answer_is_public_at_once_and_mailed_in_the_askers_language(
    page: Page, cast: Cast, asking: Asking, language: str, subject: str, said: str
) -> None:
    asked = asking.ask(cast.tan, language=language)
    answer = page.sign_in(cast.devi, "ms").post(f"/enquiries/{asked}", ANSWER)
    assert (answer.status_code, answer.location) == (303, "/enquiries")
    assert "Sudah dijawab (1)" in words(page.get("/enquiries"))
    assert WORDS.answer_ms in words(page.sign_in(cast.nurul).get(RULE))
    (mail,) = mails(asking)
    assert (mail.recipient, mail.subject) == (cast.tan.email, subject)
    assert said in mail.body
    assert f"http://127.0.0.1:8000{RULE}\n" in f"{mail.body}\n"
    assert cast.devi.name not in mail.body


def test_a_private_answer_is_mailed_to_the_asker_with_the_way_to_ones_own_questions(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asked = asking.ask(cast.tan)
    sent = {"act": "decline", "reason": "Ini kes seorang & sulit."}
    assert page.sign_in(cast.devi).post(f"/enquiries/{asked}", sent).status_code == 303
    (mail,) = mails(asking)
    assert "Ini kes seorang & sulit." in mail.body
    assert "/enquiries/mine" in mail.body
    assert "Ini kes seorang" not in words(page.sign_in(cast.nurul).get(RULE))


@pytest.mark.parametrize("missing", ["question_ms", "question_en", "answer_ms", "answer_en"])
def test_an_answer_lacking_a_language_keeps_what_was_typed(
    page: Page, cast: Cast, asking: Asking, missing: str
) -> None:
    url = f"/enquiries/{asking.ask(cast.tan)}"
    answer = page.sign_in(cast.devi).post(url, {**ANSWER, missing: " "})
    assert answer.status_code == 422
    soup = parsed(answer.text, url)
    for name in ANSWER.keys() - {"act", missing}:
        area = soup.find("textarea", attrs={"name": name})
        assert area
        assert area.get_text().strip() == ANSWER[name]
    assert soup.find(id=f"{missing}-error")
    assert mails(asking) == []


def test_a_private_answer_without_words_is_refused_with_its_form_open(
    page: Page, cast: Cast, asking: Asking
) -> None:
    url = f"/enquiries/{asking.ask(cast.tan)}"
    answer = page.sign_in(cast.devi).post(url, {"act": "decline", "reason": ""})
    assert answer.status_code == 422
    soup = parsed(answer.text, url)
    assert soup.find(id="reason-error")
    assert not soup.find(id="question_ms-error"), "the other form was not sent"


def test_the_slower_of_two_authors_is_told_and_keeps_what_was_typed(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asked = asking.ask(cast.tan)
    asking.answer(cast.chong, asked)
    own = {**ANSWER, "answer_ms": "Jawapan saya yang lain."}
    answer = page.sign_in(cast.devi).post(f"/enquiries/{asked}", own)
    assert answer.status_code == 409
    soup = parsed(answer.text, "/enquiries")
    text_ = words(soup)
    assert f"{cast.chong.name} telah menjawab pertanyaan ini" in text_
    area = soup.find("textarea", attrs={"name": "answer_ms"})
    assert area
    assert area.get_text().strip() == "Jawapan saya yang lain."
    assert WORDS.answer_ms in text_, "the quicker answer is shown beside"
    late = page.post(f"/enquiries/{asked}", {"act": "decline", "reason": "Terlambat."})
    assert late.status_code == 409
    assert "Terlambat." in late.text
    assert len(mails(asking)) == 1


def test_what_is_closed_can_be_read_and_not_answered_again(
    page: Page, cast: Cast, asking: Asking
) -> None:
    asked = asking.ask(cast.tan)
    asking.answer(cast.chong, asked)
    soup = page.sign_in(cast.devi).get(f"/enquiries/{asked}")
    assert f"oleh {cast.chong.name}" in words(soup)
    assert not soup.main.select("textarea")  # type: ignore[union-attr]


def test_an_enquiry_that_does_not_exist_is_not_found(page: Page, cast: Cast) -> None:
    page.sign_in(cast.devi).get("/enquiries/4711", 404)
    assert page.post("/enquiries/4711", ANSWER).status_code == 404


def test_a_form_without_its_token_is_refused(page: Page, cast: Cast, asking: Asking) -> None:
    page.sign_in(cast.tan)
    assert page.client.post(RULE, data={"text": ASKED}).status_code == 400


def test_a_long_list_is_told_in_pages(page: Page, cast: Cast, asking: Asking) -> None:
    for n in range(21):
        asking.answer(cast.devi, asking.ask(cast.tan, f"{ASKED} {n}"))
    soup = page.sign_in(cast.devi).get("/enquiries")
    assert len(soup.select("tbody tr")) == 20
    assert len(page.get("/enquiries?page=2").select("tbody tr")) == 1
    page.get("/enquiries?page=999")


def test_every_string_is_kept_and_shown_as_it_was_written(
    page: Page, cast: Cast, asking: Asking, shared: Path
) -> None:
    file = shared / "corpora" / "naughty" / "minimaxir__blns.json"
    strings = sorted({f"{s} {ASKED}".strip() for s in json.loads(file.read_text()) if len(s) < 900})
    if not asking.database.is_sqlite:
        strings = strings[::5]
    page.sign_in(cast.devi)
    for string in strings:
        answer = page.post(RULE, {"text": string, "version": "2.0"})
        assert answer.status_code in (303, 422), string
        if answer.status_code == 422:  # a sign that no database keeps
            continue
        with asking.database.reading() as session:
            asked = session.scalar(text("SELECT max(id) FROM enquiries"))
        url = f"/enquiries/{asked}"
        sent = {name: string for name in ANSWER if name != "act"} | {"act": "answer"}
        assert page.post(url, sent).status_code == 303, string
        for shown in (url, "/enquiries"):
            html = page.client.get(shown).text
            assert "<" not in string or string not in html, string
        row = asking.row(int(asked or 0))
        assert (
            row.text == row.question_en == string.replace("\r\n", "\n").replace("\r", "\n").strip()
        )
    for shown in (RULE, "/enquiries/mine"):
        html = page.client.get(shown).text
        soup = parsed(html, shown)
        assert not any(name.startswith("on") for tag in soup.find_all(True) for name in tag.attrs)
        assert not soup.main.find_all(["script", "iframe", "img", "svg", "style"])  # type: ignore[union-attr]
