"""QTI packages: what a manifest says is kept, a fault in one file loses no other, and no archive can hurt the reader."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import qti
from app.exchange.items import Reading
from tests.exchange.qti_files import CHOICE, item_21, package, the_item


def test_a_fault_in_one_file_of_a_package_loses_no_other() -> None:
    found = qti.read(
        package({"a.xml": item_21(CHOICE), "b.xml": b"<assessmentItem><x>", "c.xml": item_21("")})
    )
    assert len(found.items) == 1
    assert [refusal.name for refusal in found.refused] == ["b.xml", "c.xml: Giliran"]


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


LISTED = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:md="http://ltsc.ieee.org/xsd/LOM">
<resources><resource identifier="t" type="imsqti_test_xmlv2p1" href="ujian.xml"/>
<resource identifier="b" type="imsqti_item_xmlv2p1" href="soalan%20b/b.xml"><metadata><md:lom><md:general>
<md:keyword><md:string>kaunter</md:string></md:keyword><md:coverage><md:string>Kaunter/Giliran</md:string></md:coverage>
</md:general></md:lom></metadata></resource>
<resource identifier="a" type="imsqti_item_xmlv2p1" href="a.xml"/>
<resource identifier="x" type="imsqti_item_xmlv2p1" href="../x.xml"/></resources></manifest>"""


def test_the_manifest_gives_order_category_and_tags_and_tells_what_is_missing() -> None:
    held = {
        "pakej/a.xml": item_21(CHOICE).replace(b"PK-1", b"A"),
        "pakej/soalan b/b.xml": item_21(CHOICE).replace(b"PK-1", b"B"),
        "pakej/ujian.xml": b"<assessmentTest/>",
        "pakej/imsmanifest.xml": LISTED.encode(),
    }
    found = qti.read(package(held))
    assert [item.code for item in found.items] == ["B", "A"]
    assert (found.items[0].category, found.items[0].tags) == ("Kaunter/Giliran", ("kaunter",))
    assert [(refusal.line, refusal.name) for refusal in found.refused] == [(7, "x.xml")]
    assert "ujian.xml" in found.warnings[0].reason


def test_other_files_of_a_plain_archive_are_left_out_in_words() -> None:
    found = qti.read(
        package(
            {
                "a.xml": item_21(CHOICE),
                "__MACOSX/._a.xml": b"\0\5",
                "test.xml": b"<assessmentTest/>",
            }
        )
    )
    assert len(found.items) == 1
    assert not found.refused
    assert [warning.name for warning in found.warnings] == ["test.xml"]


def test_an_archive_of_the_old_version_is_refused_once() -> None:
    found = qti.read(package({"a.xml": b"<questestinterop/>", "b.xml": b"<questestinterop/>"}))
    assert [(refusal.name, refusal.reason) for refusal in found.refused] == [("", qti.OLD)]


def spoilt() -> bytes:
    """Return an archive whose first file has a byte of its packed content turned."""
    data = bytearray(package({"a.xml": item_21(CHOICE), "b.xml": item_21(CHOICE)}))
    name, extra = struct.unpack("<HH", data[26:30])
    data[30 + name + extra + 40] ^= 0xFF
    return bytes(data)


def test_a_damaged_file_loses_no_other() -> None:
    found = qti.read(spoilt())
    assert len(found.items) == 1
    assert [refusal.name for refusal in found.refused] == ["a.xml"]


BILLION = (
    b'<!DOCTYPE a [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]><assessmentItem>&a11;</assessmentItem>"
)
BOMBS = {
    "entities upon entities": BILLION,
    "entities in an archive": package({"a.xml": BILLION}),
    "archived zeros": package({f"{n}.xml": b" " * 4_900_000 for n in range(20)}),
    "more than all": package({f"{n}.xml": b" " * 4_900_000 for n in range(25)}),
    "too many files": package({f"{n}.xml": b"" for n in range(5001)}),
    "countless elements": b"<assessmentItem>" + b"<a/>" * 1_000_000 + b"</assessmentItem>",
    "a deep well": b"<assessmentItem>" + b"<a>" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_no_time(name: str) -> None:
    start = time.process_time()
    found = qti.read(BOMBS[name])
    assert time.process_time() - start < 5
    assert not found.items
    assert found.refused


def test_the_deepest_nesting_that_is_read_is_read_without_harm() -> None:
    deep = "<b>" * 190 + "x" + "</b>" * 190
    assert "x" in the_item(item_21(CHOICE.replace("Tunggu", deep))).choices[0].text


PIECES = st.sampled_from([
    "<p>", "</p>", "<simpleChoice identifier='B'>", "</simpleChoice>", "mappedValue='nan'", "<mapping>", "]]>", "\x00", "&",
    "<value>", "</value>", "baseType='float'", "<equal/>", "<correct/>", "<!--", "RESPONSE", "9e999", "",
])  # fmt: skip


@given(st.integers(0, 1300), st.integers(0, 60), PIECES)
def test_no_damage_to_a_file_is_worse_than_a_refusal_with_a_line(
    at: int, long: int, piece: str
) -> None:
    whole = item_21(CHOICE).decode()
    found = qti.read((whole[:at] + piece + whole[at + long :]).encode())
    assert isinstance(found, Reading)
    assert len(found.items) + len(found.refused) == 1
    assert all(refusal.line >= 1 and refusal.reason for refusal in found.refused)
