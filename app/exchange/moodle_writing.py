"""Moodle XML, written so that Moodle and we read the same items. Pure."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from app.exchange.items import Item, Markup, Refusal, Writing

FORMATS: dict[Markup, str] = {
    "html": "html",
    "moodle": "moodle_auto_format",
    "plain": "plain_text",
    "markdown": "markdown",
}
TOP = "top"  # Moodle's category above all; one without a name cannot be made there
UNWRITABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "true_false": "truefalse",
    "matching": "matching",
    "ordering": "ordering",
    "numeric": "numerical",
    "short_answer": "shortanswer",
}


def write_items(items: Sequence[Item]) -> Writing:
    """Write items with their categories; every kind is held, control characters are left out with a warning."""
    warnings: list[Refusal] = []
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = ""
    for item in items:
        if item.category != category:
            category = item.category
            lines += [
                '<question type="category">',
                f"<category><text>{escape(category or TOP)}</text></category>",
                "</question>",
            ]
        question = "\n".join(_question(item)).replace("\r\n", "\n").replace("\r", "\n")
        lines.append(UNWRITABLE.sub("", question))
        if lines[-1] != question:
            warnings.append(
                Refusal(0, item.name or item.code, "control characters: XML holds none")
            )
    lines += ["</quiz>", ""]
    text = UNWRITABLE.sub("", "\n".join(lines))
    return Writing(text.encode(), warnings=tuple(warnings))


def _text(tag: str, text: str, markup: Markup | None = None, attributes: str = "") -> str:
    form = f' format="{FORMATS[markup]}"' if markup else ""
    return f"<{tag}{form}{attributes}><text>{_said(text)}</text></{tag}>"


def _said(text: str) -> str:
    """Return a text as CDATA where it holds marks of XML; line ends stay."""
    if not any(sign in text for sign in "<>&"):
        return text
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _question(item: Item) -> list[str]:
    return [
        f'<question type="{TYPES[item.kind]}">',
        _text("name", item.name),
        _text("questiontext", item.stem, item.markup),
        _text("generalfeedback", item.feedback, item.markup),
        f"<defaultgrade>{item.mark:.7f}</defaultgrade>",
        "<penalty>0</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{escape(item.code)}</idnumber>",
        *_answers(item),
        *(["<tags>", *(_text("tag", tag) for tag in item.tags), "</tags>"] if item.tags else []),
        "</question>",
    ]


def _answer(
    item: Item, text: str, share: float, feedback: str, *, markup: bool, more: str = ""
) -> str:
    fraction = format(round(share * 100, 5), ".10g")
    form = f' format="{FORMATS[item.markup]}"' if markup else ""
    said = _text("feedback", feedback, item.markup)
    return f"<answer fraction={quoteattr(fraction)}{form}><text>{_said(text)}</text>{said}{more}</answer>"


def _answers(item: Item) -> list[str]:
    if item.kind in ("single", "multiple"):
        return [
            f"<single>{str(item.kind == 'single').lower()}</single>",
            "<shuffleanswers>true</shuffleanswers>",
            "<answernumbering>abc</answernumbering>",
            *(_answer(item, c.text, c.share, c.feedback, markup=True) for c in item.choices),
        ]
    if item.kind == "true_false":
        return [_answer(item, c.text, c.share, c.feedback, markup=False) for c in item.choices]
    if item.kind == "short_answer":
        return [
            f"<usecase>{int(item.case_sensitive)}</usecase>",
            *(_answer(item, v.text, v.share, v.feedback, markup=False) for v in item.variants),
        ]
    if item.kind == "numeric":
        return _numeric(item)
    if item.kind == "matching":
        return [
            "<shuffleanswers>true</shuffleanswers>",
            *(
                f'<subquestion format="{FORMATS[item.markup]}"><text>{_said(pair.prompt)}</text>'
                f"<answer><text>{_said(pair.match)}</text></answer></subquestion>"
                for pair in item.pairs
            ),
        ]
    return [
        "<layouttype>VERTICAL</layouttype>",
        "<selecttype>ALL</selecttype>",
        "<gradingtype>ABSOLUTE_POSITION</gradingtype>",
        *(
            f'<answer fraction="{n}.0000000" format="{FORMATS[item.markup]}"><text>{_said(step)}</text></answer>'
            for n, step in enumerate(item.steps, start=1)
        ),
    ]


def _numeric(item: Item) -> list[str]:
    lines = [
        _answer(
            item,
            span.value,
            span.share,
            span.feedback,
            markup=False,
            more=f"<tolerance>{span.tolerance}</tolerance>",
        )
        for span in item.spans
    ]
    if item.unit:
        lines += [
            f"<units><unit><multiplier>1</multiplier><unit_name>{escape(item.unit)}</unit_name></unit></units>",
            "<unitgradingtype>0</unitgradingtype>",  # the unit may be left out and is not marked
            "<unitpenalty>0.1</unitpenalty>",
            "<showunits>0</showunits>",
            "<unitsleft>0</unitsleft>",
        ]
    return lines
