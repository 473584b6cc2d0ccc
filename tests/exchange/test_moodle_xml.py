"""Moodle XML: question banks come through whole, and nothing in a file can hurt the reader."""

import time
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import moodle_xml
from app.exchange.items import Choice, Item, Pair, Reading, Span, Variant
from tests.exchange.items_strategy import items

ALL = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_answer")
CHOICE = """<question type="multichoice">
<name><text>Giliran</text></name>
<questiontext format="html"><text><![CDATA[<p>Siapa dahulu?</p>]]></text></questiontext>
<defaultgrade>1.0000000</defaultgrade><single>true</single>
<answer fraction="100" format="html"><text>Mengikut nombor</text><feedback format="html"><text>Ya</text></feedback></answer>
<answer fraction="0" format="html"><text>Rakan</text><feedback format="html"><text></text></feedback></answer>
</question>"""


def quiz(*questions: str) -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<quiz>\n" + "\n".join(questions) + "\n</quiz>"
    ).encode()


def read_one(question: str) -> Reading:
    return moodle_xml.read(quiz(question))


@given(st.lists(items(kinds=ALL), max_size=4))
def test_what_is_written_reads_the_same(wanted: list[Item]) -> None:
    held = moodle_xml.write(wanted)
    found = moodle_xml.read(held.data)
    assert not found.refused
    assert not found.warnings
    assert list(found.items) == wanted


@given(
    items(kinds=("numeric",)),
    items(kinds=("short_answer",)),
    st.integers(0, 10**6).map(lambda n: n / 1000),
    st.booleans(),
)
def test_units_marks_and_capitals_come_back(
    number: Item, short: Item, mark: float, strict: bool
) -> None:
    wanted = (
        replace(number, unit="hari & <jam>", mark=mark),
        replace(short, case_sensitive=strict),
    )
    assert moodle_xml.read(moodle_xml.write(wanted).data).items == wanted


@given(st.lists(items(kinds=ALL), max_size=4))
def test_what_is_written_is_xml_to_any_reader(wanted: list[Item]) -> None:
    root = ET.fromstring(moodle_xml.write(wanted).data)  # noqa: S314  # our own writing
    stems = [stem.findtext("text") for stem in root.iter("questiontext")]
    assert stems == [item.stem for item in wanted]


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe"])
def test_signs_that_xml_cannot_hold_are_left_out_and_said(sign: str) -> None:
    right = (Choice("true", 1.0), Choice("false", 0.0))
    held = moodle_xml.write([Item(kind="true_false", stem=f"Be{sign}tul?", choices=right)])
    assert moodle_xml.read(held.data).items[0].stem == "Betul?"
    assert len(held.warnings) == 1


def test_no_category_is_written_that_has_no_name() -> None:
    (item,) = read_one(CHOICE).items
    wanted = (replace(item, category="Kaunter"), item)
    data = moodle_xml.write(wanted).data
    assert b"<category><text></text>" not in data
    assert moodle_xml.read(data).items == wanted


def test_a_question_comes_with_its_category_tags_and_id() -> None:
    category = '<question type="category"><category><text>$course$/top/Kaunter</text></category></question>'
    more = "<idnumber>PK-1.1-a</idnumber><tags><tag><text>giliran</text></tag></tags></question>"
    (item,) = moodle_xml.read(quiz(category, CHOICE.replace("</question>", more))).items
    assert (item.category, item.code, item.tags) == (
        "$course$/top/Kaunter",
        "PK-1.1-a",
        ("giliran",),
    )
    assert item.choices == (Choice("Mengikut nombor", 1, "Ya"), Choice("Rakan", 0))
    assert (item.kind, item.markup, item.line) == ("single", "html", 4)


KINDS = {
    "matching": (
        (
            '<subquestion format="html"><text>OKU</text><answer><text>Kaunter 1</text></answer></subquestion>'
            "<subquestion><text>Warga emas</text><answer><text>Kaunter 2</text></answer></subquestion>"
            "<subquestion><text></text><answer><text>Kaunter 3</text></answer></subquestion>"
        ),
        "pairs",
        (Pair("OKU", "Kaunter 1"), Pair("Warga emas", "Kaunter 2"), Pair("", "Kaunter 3")),
    ),
    "numerical": (
        (
            '<answer fraction="100"><text>60</text><tolerance>0.5</tolerance></answer>'
            "<units><unit><multiplier>1</multiplier><unit_name>hari</unit_name></unit></units>"
        ),
        "spans",
        (Span("60", "0.5"),),
    ),
    "ddmatch": (
        (
            '<subquestion><text>a</text><answer format="html"><text>1</text></answer></subquestion>'
            "<subquestion><text>b</text><answer><text>2</text></answer></subquestion>"
            "<subquestion><text></text><answer><text></text></answer></subquestion>"
        ),
        "pairs",
        (Pair("a", "1"), Pair("b", "2")),
    ),
    "truefalse": (
        '<answer fraction="0"><text>false</text></answer><answer fraction="100"><text>true</text></answer>',
        "choices",
        (Choice("true", 1), Choice("false", 0)),
    ),
    "shortanswer": (
        '<answer fraction="100"><text>OKU</text></answer><answer fraction="33.33333"><text>oku*</text></answer>',
        "variants",
        (Variant("OKU"), Variant("oku*", 33.33333 / 100)),
    ),
    "multichoiceset": (
        (
            '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
            '<answer fraction="100"><text>c</text></answer>'
        ),
        "choices",
        (Choice("a", 0.5), Choice("b", -1), Choice("c", 0.5)),
    ),
    "ordering": (
        '<answer fraction="2.0"><text>kedua</text></answer><answer fraction="1.0"><text>pertama</text></answer>',
        "steps",
        ("pertama", "kedua"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_fills_its_part(kind: str) -> None:
    inside, part, wanted = KINDS[kind]
    text = f'<question type="{kind}"><questiontext format="html"><text>Soal</text></questiontext>{inside}</question>'
    (item,) = read_one(text).items
    assert getattr(item, part) == wanted


def numerical(inside: str) -> Reading:
    return read_one(
        f'<question type="numerical"><questiontext><text>Berapa?</text></questiontext>{inside}</question>'
    )


def test_a_number_may_have_several_answers_and_commas_and_exponents() -> None:
    (item,) = numerical(
        '<answer fraction="100">3,14<tolerance>5e-3</tolerance></answer>'
        '<answer fraction="50"><text>3</text></answer><answer fraction="0"><text>*</text></answer>'
    ).items
    assert item.spans == (Span("3.14", "0.005"), Span("3", "0", 0.5))


@pytest.mark.parametrize(
    ("words", "right"), [(("Betul", "Salah"), 1.0), (("Salah", "Betul"), 0.0), (("Wahr", "Falsch"), 1.0)]
)  # fmt: skip
def test_true_and_false_of_old_files_are_known_by_their_words_or_order(
    words: tuple[str, str], right: float
) -> None:
    first, second = (f"<text>{word}</text></answer>" for word in words)
    found = read_one(
        '<question type="truefalse"><questiontext><text>Ya?</text></questiontext>'
        f'<answer fraction="100">{first}<answer fraction="0">{second}</question>'
    )
    assert found.items[0].choices == (Choice("true", right), Choice("false", 1 - right))
    assert [w.reason for w in found.warnings] == ["what true and false were called"]


def test_the_texts_own_format_decides_and_another_is_told() -> None:
    plain = CHOICE.replace('questiontext format="html"', 'questiontext format="markdown"')
    found = read_one(plain)
    assert found.items[0].markup == "markdown"
    assert [w.reason for w in found.warnings] == [
        "other text formats than the question's own (markdown)"
    ]


def test_html_that_was_not_escaped_keeps_its_tags() -> None:
    (item,) = read_one(
        CHOICE.replace("<text>Rakan</text>", "<text><p>Ra<b>k</b></p>an</text>")
    ).items
    assert item.choices[1].text == "<p>Ra<b>k</b></p>an"


REFUSED = {
    "essay": ('<question type="essay"><questiontext><text>Apa?</text></questiontext></question>', "essay"),
    "cloze": ('<question type="cloze"><questiontext><text>{1:SA:=a}</text></questiontext></question>', "cloze"),
    "unknown": ('<question type="pmatch"><questiontext><text>x</text></questiontext></question>', "pmatch"),
    "no text": ('<question type="truefalse"><questiontext><text></text></questiontext></question>', "no text"),
    "no right option": (CHOICE.replace('"100"', '"0"'), "no option is right"),
    "an option without words": (CHOICE.replace("Mengikut nombor", ""), "no text"),
    "a fraction beyond all": (CHOICE.replace('"100"', '"250"'), "not between"),
    "a kind spelt with capitals": ('<question type="Essay"><questiontext><text>x</text></questiontext></question>', "essay"),
    "a fraction that is none": (CHOICE.replace('"100"', '"seratus"'), "not a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_is_named_by_line_and_loses_no_other_question(name: str) -> None:
    text, words = REFUSED[name]
    found = moodle_xml.read(quiz(CHOICE, text, CHOICE))
    assert len(found.items) == 2
    assert [refusal.line for refusal in found.refused] == [10]
    assert words in found.refused[0].reason


def test_pictures_and_hints_are_told_as_not_carried_over() -> None:
    more = (
        '<hint><text>Fikir</text></hint><file name="a.png" encoding="base64">AAAA</file></question>'
    )
    found = read_one(CHOICE.replace("</question>", more))
    assert len(found.items) == 1
    assert [w.reason for w in found.warnings] == ["pictures and other files", "hints between tries"]


TOLD = {
    "<penalty>0.5</penalty>": "the penalty for further tries",
    "<shuffleanswers>false</shuffleanswers>": "that answers keep their order",
    "<answernumbering>iii</answernumbering>": "how options are numbered",
    "<hidden>1</hidden>": "that it was hidden",
    "<stamp>moodle.example+1</stamp>": "its stamp",
    "<coursetags><tag><text>a</text></tag></coursetags>": "tags of the course",
    "<incorrectfeedback><text>Baca lagi.</text></incorrectfeedback>": "feedback to every wrong answer (incorrectfeedback)",
    "<image>a.png</image>": "pictures and other files",
}


@pytest.mark.parametrize("part", TOLD)
def test_a_feature_that_says_something_is_told_when_left_behind(part: str) -> None:
    found = read_one(CHOICE.replace("</question>", part + "</question>"))
    assert len(found.items) == 1
    assert [(w.line, w.name, w.reason) for w in found.warnings] == [(3, "Giliran", TOLD[part])]


def test_what_moodle_writes_of_itself_is_not_told() -> None:
    usual = """<penalty>0.3333333</penalty><hidden>0</hidden><shuffleanswers>true</shuffleanswers>
<answernumbering>abc</answernumbering><showstandardinstruction>0</showstandardinstruction><stamp></stamp>
<correctfeedback format="html"><text><![CDATA[<p>Your answer is correct.</p>]]></text></correctfeedback>
<partiallycorrectfeedback format="html"><text>Your answer is partially correct.</text></partiallycorrectfeedback>
<incorrectfeedback format="html"><text>Your answer is incorrect.</text></incorrectfeedback><shownumcorrect/>
<hint format="html"><text></text></hint></question>"""
    asked = CHOICE.replace("</question>", usual)
    truth = """<question type="truefalse"><questiontext format="html"><text>Ya?</text></questiontext><penalty>1</penalty>
<answer fraction="100" format="moodle_auto_format"><text>true</text></answer>
<answer fraction="0" format="moodle_auto_format"><text>false</text></answer></question>"""
    found = moodle_xml.read(quiz(asked, truth))
    assert len(found.items) == 2
    assert found.warnings == ()


@pytest.mark.parametrize("said", ["nan", "inf", "-1", "dua"])
def test_a_mark_that_is_no_number_is_told_and_taken_as_one(said: str) -> None:
    found = read_one(CHOICE.replace("1.0000000", said))
    assert found.items[0].mark == 1
    assert [w.reason for w in found.warnings] == ["a mark that is not a number; it is taken as 1"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + quiz(CHOICE),
        quiz(CHOICE).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        quiz(CHOICE.replace("Rakan", "Caf\u00e9")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        quiz(CHOICE.replace("Rakan", "Caf\u00e9")).decode().replace("UTF-8", "ISO-8859-1").encode(),
        quiz(CHOICE.replace("Rakan", "Rakan&nbsp;&eacute; &amp; saya")),
        quiz("<!-- nota -->", CHOICE.replace("Rakan", "Ra\x0bkan")),
    ],
)  # fmt: skip
def test_the_mess_of_real_files_comes_through(data: bytes) -> None:
    found = moodle_xml.read(data)
    assert not found.refused
    assert len(found.items) == 1


@pytest.mark.parametrize("encoding", ["idna", "undefined", "raw_unicode_escape", "rot13", "zip"])
def test_a_declared_encoding_cannot_make_the_reader_fall(encoding: str) -> None:
    said = f"<?xml version='1.0' encoding='{encoding}'?>".encode()
    found = moodle_xml.read(said + b"<quiz>\xff \\ud800 " + CHOICE.encode() + b"</quiz>")
    assert len(found.items) == 1


def test_names_of_html_for_signs_of_xml_are_only_words() -> None:
    (item,) = read_one(CHOICE.replace("Rakan", "a &LT;b&GT; &nbsp;&eacute;")).items
    assert item.choices[1].text == "a <b> \u00a0\u00e9"


@pytest.mark.parametrize(
    ("fault", "column"), [("R&D x", 10), ("&nbsp;&apa;", 13), ("</b>", 9), ("a & b", 10)]
)
def test_a_fault_of_xml_is_told_by_line_and_column(fault: str, column: int) -> None:
    found = moodle_xml.read(quiz(CHOICE, f"<question>\n<text>{fault}</text></question>", CHOICE))
    assert len(found.items) == 1
    (refusal,) = found.refused
    assert (refusal.line, refusal.reason.partition(" (")[0]) == (
        11,
        f"not valid XML at column {column}",
    )


def test_a_file_that_breaks_off_keeps_what_was_complete() -> None:
    found = moodle_xml.read(quiz(CHOICE, CHOICE)[:-120])
    assert len(found.items) == 1
    assert "not valid XML" in found.refused[0].reason
    assert found.refused[0].line > 10


BOMB = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<quiz><question type="essay"><name><text>&c;&c;&c;</text></name></question></quiz>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        OUTSIDE,
        b"<!DOCTYPE quiz SYSTEM 'http://192.0.2.1/x.dtd'><quiz>&x;</quiz>",
        b"<quiz>" + b"<a>" * 100_000,
        b"",
        b"GIFT {T}",
        b"<html/>",
    ],
)
def test_what_could_hurt_is_refused_in_words(data: bytes) -> None:
    found = moodle_xml.read(data)
    assert not found.items
    assert found.refused
    assert found.refused[0].reason


@pytest.mark.parametrize(
    "data",
    [BOMB, OUTSIDE, b"<quiz>" + b"<![CDATA[" * 200_000, b"<quiz>" + b"&nbsp;" * 200_000, b"<?xml " + b" " * 2_000_000],
    ids=["bomb", "outside", "open CDATA", "names", "declaration"],
)  # fmt: skip
def test_no_small_file_keeps_the_reader_busy(data: bytes) -> None:
    begun = time.perf_counter()
    assert not moodle_xml.read(data).items
    assert time.perf_counter() - begun < 3


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: quiz(CHOICE, t)))
def test_no_bytes_make_the_reader_fall(data: bytes) -> None:
    found = moodle_xml.read(data)
    assert len(found.items) <= 1
