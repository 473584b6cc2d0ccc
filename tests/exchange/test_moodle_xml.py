"""Moodle XML: question banks come through whole, and nothing in a file can hurt the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import moodle_xml
from app.exchange.items import Choice, Item, Pair, Reading, Span
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


REFUSED = {
    "essay": ('<question type="essay"><questiontext><text>Apa?</text></questiontext></question>', "essay"),
    "cloze": ('<question type="cloze"><questiontext><text>{1:SA:=a}</text></questiontext></question>', "cloze"),
    "unknown": ('<question type="pmatch"><questiontext><text>x</text></questiontext></question>', "pmatch"),
    "no text": ('<question type="truefalse"><questiontext><text></text></questiontext></question>', "no text"),
    "no right option": (CHOICE.replace('"100"', '"0"'), "no option is right"),
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
    "data", [BOMB, OUTSIDE, b"<quiz>" + b"<a>" * 100_000, b"", b"GIFT {T}", b"<html/>"]
)
def test_what_could_hurt_is_refused_in_words(data: bytes) -> None:
    found = moodle_xml.read(data)
    assert not found.items
    assert found.refused
    assert found.refused[0].reason
