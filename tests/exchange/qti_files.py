"""Small QTI files for the tests: an item of 2.1, its choice, archives, and what reading an item gives."""

import io
import zipfile

from app.exchange import qti
from app.exchange.items import Item


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


def package(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def the_item(data: bytes) -> Item:
    found = qti.read(data)
    assert not found.refused
    (item,) = found.items
    return item
