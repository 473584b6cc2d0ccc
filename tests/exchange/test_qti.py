"""QTI: items of three versions are read, packages of the third are written, and no archive can hurt the reader."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import qti
from app.exchange.items import Choice, Item, Pair, Span, Variant
from tests.exchange.items_strategy import items

ALL = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_answer")


@given(st.lists(items(kinds=ALL), min_size=1, max_size=4))
def test_what_is_written_reads_the_same(wanted: list[Item]) -> None:
    held = qti.write(wanted)
    found = qti.read(held.data)
    assert not found.refused
    assert not found.warnings
    assert list(found.items) == wanted


def test_the_same_items_make_the_same_bytes() -> None:
    item = Item("single", "Satu", choices=(Choice("a", 1), Choice("b", 0)))
    assert qti.write([item]).data == qti.write([item]).data


def item_21(body: str, declared: str = "", attributes: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="PK-1" title="Giliran" {attributes}
 adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>B</value></correctResponse></responseDeclaration>{declared}
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>{body}</itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
</assessmentItem>""".encode()


CHOICE = """<p>Pelanggan OKU tiba.</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
<prompt>Apakah yang anda lakukan?</prompt><simpleChoice identifier="A">Tunggu</simpleChoice>
<simpleChoice identifier="B">Dahulukan<feedbackInline outcomeIdentifier="F" identifier="B">Ya</feedbackInline></simpleChoice>
</choiceInteraction>"""


def test_a_choice_of_2_1_comes_through() -> None:
    (item,) = qti.read(item_21(CHOICE)).items
    assert item == Item(
        "single",
        "Pelanggan OKU tiba.\n\nApakah yang anda lakukan?",
        name="Giliran",
        code="PK-1",
        choices=(Choice("Tunggu", 0), Choice("Dahulukan", 1, "Ya")),
    )


def test_prefixes_and_2_2_make_no_difference() -> None:
    text = (
        item_21(CHOICE).decode().replace("imsqti_v2p1", "imsqti_v2p2").replace("xmlns=", "xmlns:q=")
    )
    for name in (
        "assessmentItem",
        "itemBody",
        "choiceInteraction",
        "simpleChoice",
        "prompt",
        "value",
    ):
        text = text.replace(f"<{name}", f"<q:{name}").replace(f"</{name}", f"</q:{name}")
    assert qti.read(text.encode()).items == qti.read(item_21(CHOICE)).items


OTHERS = {
    "several": (
        ('<responseDeclaration identifier="R" cardinality="multiple" baseType="identifier"><correctResponse>'
        "<value>A</value><value>C</value></correctResponse></responseDeclaration>"),
        ('<p>Pilih</p><choiceInteraction responseIdentifier="R" maxChoices="0"><simpleChoice identifier="A">a</simpleChoice>'
        '<simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice></choiceInteraction>'),
        ("choices", (Choice("a", 0.5), Choice("b", 0), Choice("c", 0.5))),
    ),
    "matching": (
        ('<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair"><correctResponse>'
        "<value>P1 M2</value><value>P2 M1</value></correctResponse></responseDeclaration>"),
        ('<p>Padan</p><matchInteraction responseIdentifier="R"><simpleMatchSet>'
        '<simpleAssociableChoice identifier="P1" matchMax="1">OKU</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="P2" matchMax="1">Bayi</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>'
        '<simpleAssociableChoice identifier="M1" matchMax="1">satu</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="M2" matchMax="1">dua</simpleAssociableChoice></simpleMatchSet></matchInteraction>'),
        ("pairs", (Pair("OKU", "dua"), Pair("Bayi", "satu"))),
    ),
    "ordering": (
        ('<responseDeclaration identifier="R" cardinality="ordered" baseType="identifier"><correctResponse>'
        "<value>B</value><value>A</value></correctResponse></responseDeclaration>"),
        ('<p>Susun</p><orderInteraction responseIdentifier="R"><simpleChoice identifier="A">kedua</simpleChoice>'
        '<simpleChoice identifier="B">pertama</simpleChoice></orderInteraction>'),
        ("steps", ("pertama", "kedua")),
    ),
    "text": (
        ('<responseDeclaration identifier="R" cardinality="single" baseType="string"><mapping defaultValue="0">'
        '<mapEntry mapKey="York" mappedValue="1"/><mapEntry mapKey="york" mappedValue="0.5"/></mapping></responseDeclaration>'),
        '<p>Tulis <textEntryInteraction responseIdentifier="R" expectedLength="10"/></p>',
        ("variants", (Variant("York"), Variant("york", 0.5))),
    ),
    "number": (
        ('<responseDeclaration identifier="R" cardinality="single" baseType="integer"><correctResponse>'
        "<value>60</value></correctResponse></responseDeclaration>"),
        '<p>Berapa hari? <textEntryInteraction responseIdentifier="R"/></p>',
        ("spans", (Span("60"),)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_each_common_interaction_fills_its_part(name: str) -> None:
    declared, body, (part, wanted) = OTHERS[name]
    found = qti.read(item_21(body, declared))
    assert not found.refused
    assert getattr(found.items[0], part) == wanted


REFUSED = {
    "an essay": ('<p>Apa?</p><extendedTextInteraction responseIdentifier="RESPONSE"/>', "essay"),
    "nothing asked": ("<p>Baca.</p>", "asks nothing"),
    "two interactions": (CHOICE + CHOICE, "several interactions"),
    "inline": (
        '<p>x <inlineChoiceInteraction responseIdentifier="RESPONSE"/></p>',
        "within a text",
    ),
    "no right option": (CHOICE.replace('identifier="B"', 'identifier="C"'), "no option is right"),
    "undeclared": (CHOICE.replace('"RESPONSE"', '"OTHER"'), "not declared"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_named_with_its_line(name: str) -> None:
    body, words = REFUSED[name]
    found = qti.read(item_21(body))
    assert not found.items
    assert words in found.refused[0].reason
    assert found.refused[0].line >= 7
    assert found.refused[0].name == "Giliran"


def package(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_fault_in_one_file_of_a_package_loses_no_other() -> None:
    found = qti.read(
        package({"a.xml": item_21(CHOICE), "b.xml": b"<assessmentItem><x>", "c.xml": item_21("")})
    )
    assert len(found.items) == 1
    assert [refusal.name for refusal in found.refused] == ["b.xml", "Giliran"]


HURTFUL = {
    "an old version": b"<questestinterop/>",
    "another language": b"<html/>",
    "no XML": b"{T}",
    "nothing": b"",
    "a broken archive": b"PK\x03\x04 rubbish",
    "no item": package({"readme.xml": b"<a/>"}),
    "an archive of zeros": package({"items/bomb.xml": b" " * 6_000_000}),
    "entities": b'<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem>&b;</assessmentItem>',
}


@pytest.mark.parametrize("name", HURTFUL)
def test_what_could_hurt_is_refused_in_words(name: str) -> None:
    found = qti.read(HURTFUL[name])
    assert not found.items
    assert found.refused[0].reason
