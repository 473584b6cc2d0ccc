"""QTI: items of three versions are read, packages of the third are written; see `test_qti_packages` for archives."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import qti
from app.exchange.items import Choice, Item, Pair, Refusal, Span, Variant
from tests.exchange.items_strategy import items
from tests.exchange.qti_files import CHOICE, item_21, the_item

ALL = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_answer")


# the strategy leaves out control characters, which XML forbids: what is done with them has a test of its own below
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
    "no right option": (
        CHOICE.replace('identifier="B"', 'identifier="C"'),
        "right response B is none of the options",
    ),
    "two options of one name": (
        CHOICE.replace('"B">Dahulukan', '"A">Dahulukan'),
        "two options are called A",
    ),
    "an option without a text": (CHOICE.replace("Tunggu", "<!-- x -->"), "no text"),
    "one option": ("<choiceInteraction><prompt>x</prompt></choiceInteraction>", "two options"),
    "a slider": ("<p>x</p><sliderInteraction/>", "slider"),
    "a hotspot": ("<p>x</p><hotspotInteraction/>", "places of a picture"),
    "an upload": ("<p>x</p><uploadInteraction/>", "handing in a file"),
    "the maker's own": ("<p>x</p><customInteraction/>", "of the maker's own"),
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


def test_what_xml_forbids_is_left_out_and_the_rest_of_the_package_stays_readable() -> None:
    bad = Item("ordering", "a\x00b\x1f\ud800c", name="\x07n\uffff", steps=("\x0b1", "2"))
    good = Item("ordering", "baik\rsekali", steps=("1", "2"))
    first, second = qti.read(qti.write([bad, good]).data).items
    assert (first.stem, first.name, first.steps) == ("abc", "n", ("1", "2"))
    assert second == good


def test_matches_that_belong_to_nothing_stay_in_their_places() -> None:
    pairs = (Pair("", "tiada"), Pair("OKU", "satu"), Pair("", "lain"), Pair("Bayi", "satu"))
    item = Item("matching", "Padankan", pairs=pairs)
    assert qti.read(qti.write([item]).data).items == (item,)


def test_a_star_that_others_take_as_it_stands_is_told() -> None:
    item = Item("short_answer", "x", name="Bintang", variants=(Variant("kaunter*"),))
    assert [warning.name for warning in qti.write([item]).warnings] == ["Bintang"]


CODES = ["PK-1.1", "satu dua", "1a", "item-0001", "é", "PK-1.1", ""]


def test_every_code_comes_back_even_what_is_no_identifier_and_what_stands_twice() -> None:
    written = [Item("ordering", "x", code=code, steps=("1", "2"), mark=2.5) for code in CODES]
    data = qti.write(written).data
    assert list(qti.read(data).items) == written
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if "items/" in name]
    made = [text.partition('identifier="')[2].partition('"')[0] for text in texts]
    assert len(set(made)) == len(CODES)


RESPONSE_3 = """<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="tiga" title="Tiga"
 time-dependent="false" xml:lang="ms">
<qti-response-declaration identifier="R" {declared}</qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body>{body}</qti-item-body>
{rest}
</qti-assessment-item>"""


def item_3(declared: str, body: str, rest: str = "") -> bytes:
    return RESPONSE_3.format(declared=declared, body=body, rest=rest).encode()


def right(*values: str) -> str:
    held = "".join(f"<qti-value>{value}</qti-value>" for value in values)
    return f"<qti-correct-response>{held}</qti-correct-response>"


TRUTH = """<qti-choice-interaction response-identifier="R" max-choices="1">
<qti-prompt>Kaunter dibuka pada hari
 Ahad.</qti-prompt>
<qti-simple-choice identifier="f">False</qti-simple-choice><qti-simple-choice identifier="t">True </qti-simple-choice>
</qti-choice-interaction>"""
MODAL = """<qti-modal-feedback outcome-identifier="F" identifier="{}" show-hide="show">
<qti-content-body><p>Ya</p></qti-content-body></qti-modal-feedback>"""


def test_true_and_false_of_3_0_come_through_with_their_feedback() -> None:
    declared = f'cardinality="single" base-type="identifier">{right("f")}'
    assert the_item(item_3(declared, TRUTH, MODAL.format("f"))) == Item(
        "true_false",
        "Kaunter dibuka pada hari Ahad.",
        name="Tiga",
        code="tiga",
        choices=(Choice("true", 0), Choice("false", 1, "Ya")),
    )


def test_feedback_of_no_option_is_told_with_its_name_and_line() -> None:
    declared = f'cardinality="single" base-type="identifier">{right("f")}'
    (warning,) = qti.read(item_3(declared, TRUTH, MODAL.format("correct"))).warnings
    assert warning == Refusal(11, "Tiga", "feedback that belongs to no option (correct)")


PAIRED = """<qti-associate-interaction response-identifier="R" max-associations="2"><qti-prompt>Padankan</qti-prompt>
<qti-simple-associable-choice identifier="A" match-max="1">ayam</qti-simple-associable-choice>
<qti-simple-associable-choice identifier="B" match-max="1">itik</qti-simple-associable-choice>
<qti-simple-associable-choice identifier="C" match-max="1">anak ayam</qti-simple-associable-choice>
<qti-simple-associable-choice identifier="D" match-max="1">anak itik</qti-simple-associable-choice>
<qti-simple-associable-choice identifier="E" match-max="1">anak arnab</qti-simple-associable-choice>
</qti-associate-interaction>"""


def test_pairs_within_one_list_become_a_matching() -> None:
    data = item_3(f'cardinality="multiple" base-type="pair">{right("A C", "B D")}', PAIRED)
    wanted = (Pair("ayam", "anak ayam"), Pair("itik", "anak itik"), Pair("", "anak arnab"))
    assert the_item(data).pairs == wanted


def test_an_option_in_two_pairs_is_refused() -> None:
    data = item_3(f'cardinality="multiple" base-type="pair">{right("A C", "C B")}', PAIRED)
    assert "in several pairs" in qti.read(data).refused[0].reason


SEVERAL = """<qti-choice-interaction response-identifier="R" max-choices="0"><qti-prompt>Pilih</qti-prompt>
<qti-simple-choice identifier="a">satu</qti-simple-choice><qti-simple-choice identifier="b">dua</qti-simple-choice>
<qti-simple-choice identifier="c">tiga</qti-simple-choice></qti-choice-interaction>"""
MAPPED = """<qti-mapping default-value="-2"><qti-map-entry map-key="a" mapped-value="3"/>
<qti-map-entry map-key="b" mapped-value="1"/></qti-mapping>"""


def processed(template: str) -> str:
    return f'<qti-response-processing template="https://purl.example/rptemplates/{template}.xml"/>'


def test_points_of_a_mapping_become_parts_of_the_mark() -> None:
    declared = f'cardinality="multiple" base-type="identifier">{right("a", "b")}{MAPPED}'
    item = the_item(item_3(declared, SEVERAL, processed("map_response")))
    assert [choice.share for choice in item.choices] == [0.75, 0.25, -0.5]


def test_a_mapping_that_the_rules_do_not_use_gives_no_marks() -> None:
    declared = f'cardinality="multiple" base-type="identifier">{right("a", "b")}{MAPPED}'
    item = the_item(item_3(declared, SEVERAL, processed("match_correct")))
    assert [choice.share for choice in item.choices] == [0.5, 0.5, 0]


def test_an_option_worth_ten_points_is_wholly_right() -> None:
    mapped = '<qti-mapping><qti-map-entry map-key="b" mapped-value="10"/></qti-mapping>'
    item = the_item(item_3(f'cardinality="single" base-type="identifier">{mapped}', SEVERAL))
    assert (item.kind, [choice.share for choice in item.choices]) == ("single", [0, 1, 0])


GAP = '<p>Borang dihantar dalam <qti-text-entry-interaction response-identifier="R"/> hari.</p>'
EQUAL = """<qti-response-processing><qti-response-condition><qti-response-if>
<qti-equal tolerance-mode="{mode}" tolerance="{tolerance}"><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-equal>
<qti-set-outcome-value identifier="SCORE"><qti-variable identifier="MAXSCORE"/></qti-set-outcome-value>
</qti-response-if></qti-response-condition></qti-response-processing>"""


@pytest.mark.parametrize(
    ("mode", "tolerance", "wanted"),
    [
        ("absolute", "0.5 0.5", "0.5"),
        ("absolute", "2", "2"),
        ("relative", "5 5", "3"),
        ("exact", "", "0"),
    ],
)
def test_a_tolerance_around_the_right_number_is_kept(
    mode: str, tolerance: str, wanted: str
) -> None:
    rules = EQUAL.format(mode=mode, tolerance=tolerance)
    item = the_item(item_3(f'cardinality="single" base-type="float">{right("60")}', GAP, rules))
    assert item.spans == (Span("60", wanted),)
    assert item.stem == "Borang dihantar dalam _____ hari."


@pytest.mark.parametrize("tolerance", ["0.1 0.5", "lebih kurang", ""])
def test_a_tolerance_that_cannot_be_kept_is_refused_with_its_line(tolerance: str) -> None:
    rules = EQUAL.format(mode="absolute", tolerance=tolerance)
    found = qti.read(item_3(f'cardinality="single" base-type="float">{right("60")}', GAP, rules))
    assert [refusal.line for refusal in found.refused] == [8]


def test_capitals_matter_unless_the_file_says_that_they_do_not() -> None:
    mapped = '<qti-mapping><qti-map-entry map-key="KP" mapped-value="1"{}/></qti-mapping>'
    declared = f'cardinality="single" base-type="string">{mapped}'
    assert the_item(item_3(declared.format(""), GAP)).case_sensitive
    assert not the_item(item_3(declared.format(' case-sensitive="false"'), GAP)).case_sensitive


def test_rules_that_are_not_followed_are_told() -> None:
    rules = """<qti-response-processing><qti-response-condition><qti-response-if>
<qti-pattern-match pattern="6."><qti-variable identifier="R"/></qti-pattern-match>
</qti-response-if></qti-response-condition></qti-response-processing>"""
    found = qti.read(item_3(f'cardinality="single" base-type="string">{right("60")}', GAP, rules))
    assert found.warnings == (Refusal(8, "Tiga", "a rule of marking (patternmatch)"),)


def test_values_drawn_by_chance_are_refused() -> None:
    drawn = '<qti-template-declaration identifier="N" cardinality="single" base-type="integer"/>'
    data = item_3(f'cardinality="single" base-type="float">{right("60")}', GAP, drawn)
    assert qti.read(data).refused == (
        Refusal(7, "Tiga", "its values are drawn by chance (template variables)"),
    )


def test_all_texts_of_an_item_are_html_when_one_of_them_is() -> None:
    body = CHOICE.replace("Tunggu", "<strong>Tunggu</strong> &lt;5").replace(
        "Dahulukan", "a &lt; b"
    )
    item = the_item(item_21(body))
    assert item.markup == "html"
    assert [choice.text for choice in item.choices] == ["<strong>Tunggu</strong> &lt;5", "a &lt; b"]


def test_what_is_meant_for_markers_never_reaches_those_who_answer() -> None:
    rubric = '<rubricBlock view="scorer"><p>Jawapan: B</p></rubricBlock><p>Lihat <img src="a.png" alt="x"/></p>'
    found = qti.read(item_21(rubric + CHOICE))
    assert "Jawapan" not in found.items[0].stem
    assert [warning.reason for warning in found.warnings] == [
        "a rubric (rubricBlock)",
        "pictures (img)",
    ]


def encoded(data: bytes, form: str) -> bytes:
    text = data.decode().replace("Tunggu", "Tunggu é").replace("UTF-8", form)
    return text.encode(form)


@pytest.mark.parametrize("form", ["UTF-8-SIG", "UTF-16", "UTF-16-LE", "ISO-8859-1"])
def test_any_encoding_that_tools_write_is_read(form: str) -> None:
    assert the_item(encoded(item_21(CHOICE), form)).choices[0].text == "Tunggu é"


def test_comments_and_raw_sections_do_not_get_in_the_way() -> None:
    body = CHOICE.replace("Tunggu", "Tung<!-- x -->gu").replace(
        "Dahulukan", "<![CDATA[a < b & c]]>"
    )
    bare = item_21(body).replace(b' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"', b"")
    assert [choice.text for choice in the_item(bare).choices] == ["Tunggu", "a < b & c"]
