"""QTI 3.0: items into a content package that we and others read alike. Pure."""

import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape as escaped
from xml.sax.saxutils import quoteattr as quoted

from app.exchange.items import Item, Refusal, Writing
from app.exchange.qti_names import html_of, plainly
from app.exchange.xml_lines import parse

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
PROCESSING = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
DAY = (2020, 1, 1, 0, 0, 0)  # the same bytes for the same items
IDENTIFIER = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
WILD = "the * in an accepted text stands for itself in QTI: other systems accept nothing else in its place"
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Return a text for XML, without the characters that XML forbids."""
    return escaped(FORBIDDEN.sub("", text), {"\r": "&#13;"})


def quoteattr(text: str) -> str:
    """Return a text as an attribute's value in quotes, without the characters that XML forbids."""
    return quoted(FORBIDDEN.sub("", text))


def write_package(items: Sequence[Item]) -> Writing:
    """Write the items and their manifest; every kind is held. Warns of what other systems will take otherwise than we do."""
    files: list[tuple[str, str]] = []
    resources: list[str] = []
    taken: set[str] = set()
    for number, item in enumerate(items, start=1):
        path = f"items/item-{number:04d}.xml"
        fits = bool(IDENTIFIER.fullmatch(item.code)) and not item.code.startswith("item-")
        identifier = item.code if fits and item.code not in taken else f"item-{number:04d}"
        taken.add(identifier)
        files.append((path, "\n".join(_item(item, identifier)) + "\n"))
        resources.append(_resource(item, number, path))
    manifest = "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<manifest xmlns="{PACKAGE}" identifier="seragam-questions">',
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>",
        "<organizations/>",
        "<resources>",
        *resources,
        "</resources>",
        "</manifest>",
        "",
    ])  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in [("imsmanifest.xml", manifest), *files]:
            package.writestr(zipfile.ZipInfo(path, DAY), text, zipfile.ZIP_DEFLATED)
    wild = [item for item in items if any("*" in variant.text for variant in item.variants)]
    return Writing(
        packed.getvalue(), (), tuple(Refusal(0, i.name or i.stem[:60], WILD) for i in wild)
    )


def _resource(item: Item, number: int, path: str) -> str:
    facts = "".join(f"<keyword><string>{escape(tag)}</string></keyword>" for tag in item.tags)
    if item.category:
        facts += f"<coverage><string>{escape(item.category)}</string></coverage>"
    told = (
        f'<metadata><lom xmlns="{LOM}"><general>{facts}</general></lom></metadata>' if facts else ""
    )
    return (
        f'<resource identifier="resource-{number:04d}" type="imsqti_item_xmlv3p0" href="{path}">'
        f'{told}<file href="{path}"/></resource>'
    )


def _item(item: Item, identifier: str) -> list[str]:
    label = f" label={quoteattr(item.code)}" if item.code and item.code != identifier else ""
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<qti-assessment-item xmlns="{NAMESPACE}" identifier="{identifier}" title={quoteattr(item.name)}'
            f'{label} tool-name="Seragam" adaptive="false" time-dependent="false">'
        ),
        *_declaration(item),
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>',
        (
            '<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">'
            f"<qti-default-value><qti-value>{item.mark!r}</qti-value></qti-default-value></qti-outcome-declaration>"
        ),
        '<qti-outcome-declaration identifier="FEEDBACK" cardinality="multiple" base-type="identifier"/>',
        "<qti-item-body>",
        f'<div data-stem="{item.markup}" {_said(item, item.stem)}</div>',
        *_interaction(item),
        "</qti-item-body>",
        *_processing(item),
        *_feedbacks(item),
        "</qti-assessment-item>",
    ]


def _said(item: Item, text: str) -> str:
    """Return the rest of an opening tag and the text within: HTML as it is where it is well-formed, else written out."""
    if item.markup == "html" and _well_formed(text):
        return f'data-text="html">{text}'
    told = "html-written" if item.markup == "html" else "text"
    return f'data-text="{told}">{escape(text)}'


def _well_formed(text: str) -> bool:
    if "<!" in text or "<?" in text:
        return False
    root, broken = parse(f"<div>{text}</div>".encode())
    if root is None or broken is not None:
        return False
    plainly(root)
    return html_of(root) == text


def _names(item: Item) -> list[str]:
    if item.kind == "true_false":
        return ["true", "false"]
    count = len(item.choices) or len(item.steps)
    return [f"choice-{n}" for n in range(1, count + 1)]


def _values(values: Sequence[str]) -> str:
    held = "".join(f"<qti-value>{escape(value)}</qti-value>" for value in values)
    return f"<qti-correct-response>{held}</qti-correct-response>" if held else ""


def _declaration(item: Item) -> list[str]:
    cardinality, base = {
        "multiple": ("multiple", "identifier"),
        "matching": ("multiple", "directedPair"),
        "ordering": ("ordered", "identifier"),
        "numeric": ("single", "float"),
        "short_answer": ("single", "string"),
    }.get(item.kind, ("single", "identifier"))
    opened = f'<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="{base}">'
    return [opened, *_right(item), "</qti-response-declaration>"]


def _right(item: Item) -> list[str]:
    if item.kind == "matching":
        held = [n for n, pair in enumerate(item.pairs, start=1) if pair.prompt]
        return [_values([f"prompt-{n} match-{n}" for n in held])]
    if item.kind == "ordering":
        return [_values(_names(item))]
    if item.kind == "numeric":
        return [_values([span.value for span in item.spans if span.share == 1][:1])]
    if item.kind == "short_answer":
        right = [variant.text for variant in item.variants if variant.share == 1][:1]
        return [_values(right), *_mapping([(v.text, v.share) for v in item.variants], item)]
    worth = list(zip(_names(item), (choice.share for choice in item.choices), strict=True))
    right = [name for name, share in worth if share > 0 and (share == 1 or item.kind == "multiple")]
    return [_values(right if item.kind == "multiple" else right[:1]), *_mapping(worth, item)]


def _mapping(worth: list[tuple[str, float]], item: Item) -> list[str]:
    strict = f' case-sensitive="{str(item.case_sensitive).lower()}"' if item.variants else ""
    return [
        '<qti-mapping default-value="0">',
        *(
            f"<qti-map-entry map-key={quoteattr(key)} mapped-value={quoteattr(repr(share))}{strict}/>"
            for key, share in worth
        ),
        "</qti-mapping>",
    ]


def _interaction(item: Item) -> list[str]:
    if item.kind in ("numeric", "short_answer"):
        unit = f' <span data-unit="true">{escape(item.unit)}</span>' if item.unit else ""
        return [f'<p><qti-text-entry-interaction response-identifier="RESPONSE"/>{unit}</p>']
    if item.kind == "matching":
        return _match(item)
    if item.kind == "ordering":
        opened = '<qti-order-interaction response-identifier="RESPONSE" shuffle="true">'
        texts, closed = list(item.steps), "</qti-order-interaction>"
    else:
        most = 0 if item.kind == "multiple" else 1
        shuffle = str(item.kind != "true_false").lower()
        opened = f'<qti-choice-interaction response-identifier="RESPONSE" shuffle="{shuffle}" max-choices="{most}">'
        texts, closed = [choice.text for choice in item.choices], "</qti-choice-interaction>"
    options = [
        f'<qti-simple-choice identifier="{name}" {_said(item, text)}</qti-simple-choice>'
        for name, text in zip(_names(item), texts, strict=True)
    ]
    return [opened, *options, closed]


def _match(item: Item) -> list[str]:
    def one(name: str, n: int, text: str) -> str:
        return (
            f'<qti-simple-associable-choice identifier="{name}-{n}" match-max="1" {_said(item, text)}'
            "</qti-simple-associable-choice>"
        )

    pairs = list(enumerate(item.pairs, start=1))
    return [
        '<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="0">',
        "<qti-simple-match-set>",
        *(one("prompt", n, pair.prompt) for n, pair in pairs if pair.prompt),
        "</qti-simple-match-set>",
        "<qti-simple-match-set>",
        *(one("match", n, pair.match) for n, pair in pairs),
        "</qti-simple-match-set>",
        "</qti-match-interaction>",
    ]


def _processing(item: Item) -> list[str]:
    """Return the rules of marking: a common template, or rules of our own where it would not show feedback or give the mark."""
    if item.kind == "numeric":
        return _number_processing(item)
    matched = item.kind in ("matching", "ordering")
    shown = bool(item.feedback or any(choice.feedback for choice in item.choices))
    if item.mark == 1 and not shown:
        template = "match_correct" if matched else "map_response"
        return [f'<qti-response-processing template="{PROCESSING}/{template}.xml"/>']
    scored = _score('<qti-map-response identifier="RESPONSE"/>', item)
    if matched:
        test = '<qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>'
        given = _score('<qti-base-value base-type="float">1</qti-base-value>', item)
        scored = f"<qti-response-condition><qti-response-if>{test}{given}</qti-response-if></qti-response-condition>"
    chosen = '<qti-variable identifier="RESPONSE"/>' if item.choices else ""
    return [
        "<qti-response-processing>",
        scored,
        *_shown(item, chosen),
        "</qti-response-processing>",
    ]


def _score(value: str, item: Item) -> str:
    """Return a rule that gives a part of the mark."""
    if item.mark != 1:
        value = f'<qti-product>{value}<qti-variable identifier="MAXSCORE"/></qti-product>'
    return f'<qti-set-outcome-value identifier="SCORE">{value}</qti-set-outcome-value>'


def _shown(item: Item, chosen: str) -> list[str]:
    """Return a rule that shows the general feedback and that of what was chosen."""
    general = '<qti-base-value base-type="identifier">general</qti-base-value>'
    values = chosen + (general if item.feedback else "")
    if not values:
        return []
    return [
        (
            f'<qti-set-outcome-value identifier="FEEDBACK"><qti-multiple>{values}</qti-multiple>'
            "</qti-set-outcome-value>"
        )
    ]


def _number_processing(item: Item) -> list[str]:
    lines = ["<qti-response-processing>", *_shown(item, ""), "<qti-response-condition>"]
    for n, span in enumerate(item.spans, start=1):
        tag = "qti-response-if" if n == 1 else "qti-response-else-if"
        tolerance = quoteattr(f"{span.tolerance} {span.tolerance}")
        lines += [
            f"<{tag}>",
            (
                f'<qti-equal tolerance-mode="absolute" tolerance={tolerance}>'
                '<qti-variable identifier="RESPONSE"/>'
                f'<qti-base-value base-type="float">{escape(span.value)}</qti-base-value></qti-equal>'
            ),
            _score(f'<qti-base-value base-type="float">{span.share!r}</qti-base-value>', item),
            *([_answered(n)] if span.feedback else []),
            f"</{tag}>",
        ]
    return [*lines, "</qti-response-condition>", "</qti-response-processing>"]


def _answered(n: int) -> str:
    return (
        '<qti-set-outcome-value identifier="FEEDBACK"><qti-multiple><qti-variable identifier="FEEDBACK"/>'
        f'<qti-base-value base-type="identifier">answer-{n}</qti-base-value></qti-multiple></qti-set-outcome-value>'
    )


def _feedbacks(item: Item) -> list[str]:
    said = [("general", item.feedback)]
    if item.choices:
        said += list(zip(_names(item), (choice.feedback for choice in item.choices), strict=True))
    answers = [span.feedback for span in item.spans] + [v.feedback for v in item.variants]
    said += [(f"answer-{n}", text) for n, text in enumerate(answers, start=1)]
    return [
        (
            f'<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="{name}" show-hide="show"><qti-content-body>'
            f"<div {_said(item, text)}</div></qti-content-body></qti-modal-feedback>"
        )
        for name, text in said
        if text
    ]
