"""How any Markdown becomes blocks: what counts as one, what it is called, and what changes nothing."""

from pathlib import Path

import pytest

from app.handbooks.blocks import Block, read_blocks
from app.handbooks.matching import compare

POLICY = """\
# Policy on gifts

Officers serve everybody alike and owe nothing to anyone.

## Gifts

Do not take gifts from customers, whatever they are worth.

- cash in any currency
- hampers and flowers
  - also those sent to the home

> When in doubt, refuse and say thank you.

### Reports

| Worth | What to do |
|---|---|
| below RM300 | tell the head |
"""


def idents(source: str) -> list[str]:
    return [block.ident for block in read_blocks(source)]


def only(source: str) -> Block:
    (block,) = read_blocks(source)
    return block


def changes(old: str, new: str) -> set[str]:
    return {change.kind for change in compare(read_blocks(old), read_blocks(new))}


def test_headings_paragraphs_items_quotations_and_rows_are_blocks_named_by_their_place() -> None:
    assert idents(POLICY) == [
        "policy-on-gifts",
        "p1",
        "gifts",
        "gifts/p1",
        "gifts/li1",
        "gifts/li2",
        "gifts/li3",
        "gifts/q1",
        "gifts/reports",
        "gifts/reports/tr1",
        "gifts/reports/tr2",
    ]


def test_a_rule_of_ours_is_one_block_with_its_text_and_what_it_demands() -> None:
    source = (
        '### Report gifts {#ET-3.1 strength=must categories="oku bayi" sources="a"}\n\n'
        "Report every gift:\n\n- to the head\n- within a day\n\n## Next {#ET-4}\n"
    )
    rule, chapter = read_blocks(source)
    assert (rule.ident, rule.kind) == ("ET-3.1", "rule")
    assert rule.text == "Report gifts\n\nReport every gift:\n\nto the head\n\nwithin a day"
    assert rule.facts == ("strength: must", "categories: bayi oku")
    assert (chapter.ident, chapter.kind) == ("ET-4", "h")


@pytest.mark.parametrize(
    ("source", "ident"),
    [
        ("## Gifts {#presents}\n", "presents"),
        ("## Gifts {: #presents .wide }\n", "presents"),
        ("## Gifts ## {#presents}\n", "presents"),
        ("Do not take any. {#never}\n", "never"),
        ("Do not take any.\n{: #never .loud }\n", "never"),
        ("Do not take any.\n\n{: #never }\n", "never"),
        ("- cash {#cash}\n", "cash"),
        ("- cash\n  {: #cash}\n", "cash"),
    ],
)
def test_an_explicit_id_is_honoured_and_not_part_of_the_text(source: str, ident: str) -> None:
    block = only(source)
    assert block.ident == block.name == ident
    assert "{" not in block.text
    assert "#" not in block.text


@pytest.mark.parametrize(
    "text", ["Write {name} here.", "Set {a, b}", "Use {{ value }}", "Salary {from 2020}"]
)
def test_braces_that_are_no_attributes_stay_in_the_text(text: str) -> None:
    assert only(text).text == text


def test_ids_are_never_used_twice() -> None:
    source = "## Notes\n\nFirst. {#x}\n\n## Notes\n\nSecond. {#x}\n\n## !!!\n\n## ???\n"
    found = idents(source)
    assert len(set(found)) == len(found)
    assert {"notes", "notes-2", "x", "x-2"} <= set(found)


def test_a_second_paragraph_of_an_item_is_a_paragraph() -> None:
    found = read_blocks("- first words\n\n  more words\n- second words\n")
    assert [(block.ident, block.text) for block in found] == [
        ("li1", "first words"),
        ("p1", "more words"),
        ("li2", "second words"),
    ]


def test_footnotes_are_blocks_of_their_own() -> None:
    found = read_blocks("[^1]: See the act of 1957.\n[^2]: See the order of 2019.\n")
    assert len(found) == 2


def test_blocks_of_html_are_read_for_their_text() -> None:
    found = read_blocks("<table><tr><td>Fee</td></tr>\n<tr><td><b>RM10</b></td></tr></table>\n")
    assert [block.text for block in found] == ["Fee", "RM10"]


@pytest.mark.parametrize("source", ["", "\n\n", "---\n", "---\ntitle: x\n---\n", "<!-- x -->"])
def test_a_text_without_blocks_has_none(source: str) -> None:
    assert read_blocks(source) == []


NOTHING = {
    "front matter": ("Text here.\n", "---\ntitle: Policy\ntags: [a, b]\n---\n\nText here.\n"),
    "front matter in TOML": ("Text here.\n", '+++\ntitle = "Policy"\n+++\nText here.\n'),
    "other front matter": (
        "---\nversion: 1\n---\nText here.\n",
        "---\nversion: 2\n---\nText here.\n",
    ),
    "a comment between": ("One here.\n\nTwo here.\n", "One here.\n\n<!-- todo -->\n\nTwo here.\n"),
    "a comment inside": ("One and two.\n", "One <!-- or\nthree --> and two.\n"),
    "a comment between lines": ("One and\ntwo.\n", "One and\n<!-- x -->\ntwo.\n"),
    "emphasis": ("Never take **cash** or *gifts*.\n", "Never take __cash__ or _gifts_.\n"),
    "emphasis taken away": ("Never take **cash**.\n", "Never take cash.\n"),
    "wrapping": ("One two three\nfour five.\n", "One two\nthree four\nfive.\n"),
    "bullets": ("- one thing\n- two things\n", "* one thing\n* two things\n"),
    "bullets with room": ("- one thing\n- two things\n", "+ one thing\n\n+ two things\n"),
    "numbers of a list": ("1. one thing\n2. two things\n", "1. one thing\n1. two things\n"),
    "another first number": ("1. one thing\n2. two things\n", "4) one thing\n5) two things\n"),
    "indents of a list": ("- one\n  - two\n", "*   one\n    * two\n"),
    "headings underlined": ("# One\n\n## Two\n", "One\n===\n\nTwo\n---\n"),
    "headings closed": ("## Two\n", "## Two ##\n"),
    "trailing spaces": ("One two.\n\nThree.\n", "One two.   \n\nThree. \n"),
    "line ends": ("One\ntwo.\n\nThree.\n", "One\r\ntwo.\r\n\r\nThree.\r\n"),
    "a byte order mark": ("# One\n", "\ufeff# One\n"),
    "a byte order mark and front matter": ("One.\n", "\ufeff---\na: b\n---\nOne.\n"),
    "quotes": ('Say "yes" and don\'t.\n', "Say “yes” and don’t.\n"),
    "dashes": ("One -- two -- three.\n", "One – two — three.\n"),
    "dots": ("And so on...\n", "And so on…\n"),
    "links by reference": (
        "See [the act](https://act.example/1 'Act').\n",
        "See [the act][1].\n\n[1]: https://act.example/1\n",
    ),
    "bare links": ("See https://act.example/1 today.\n", "See <https://act.example/1> today.\n"),
    "hard breaks": ("One two\\\nthree.\n", "One two  \nthree.\n"),
    "hard breaks as HTML": ("One two\nthree.\n", "One two<br/>\nthree.\n"),
    "entities": ("Fees & more < 5 é.\n", "Fees &amp; more &lt; 5 &eacute;.\n"),
    "hard spaces": ("RM 300 only.\n", "RM&nbsp;300 only.\n"),
    "escapes": ("3 * 4 = 12\n", "3 \\* 4 = 12\n"),
    "code marks": ("Run `make` now.\n", "Run make now.\n"),
    "fences": ("```\na = 1\n```\n", "~~~python\na = 1\n~~~\n"),
    "a table's padding": ("|a|b|\n|-|-|\n|1|2|\n", "| a   | b |\n|:----|--:|\n| 1 | 2   |\n"),
    "a rule between sections": ("One.\n\nTwo.\n", "One.\n\n***\n\nTwo.\n"),
    "inline HTML": ("Take <b>no</b> cash.\n", "Take no cash.\n"),
    "letters composed": ("Café hours.\n", "Cafe\u0301 hours.\n"),
    "wrapping where no spaces are written": ("規則を守る。\n", "規則を\n守る。\n"),
    "classes": ("## One\n", "## One {.wide}\n"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_form_alone_changes_nothing(name: str) -> None:
    old, new = NOTHING[name]
    assert changes(old, new) <= {"unchanged"}
    assert len(read_blocks(old)) == len(read_blocks(new)) > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Report gifts above RM300 a year.\n", "Report gifts above RM500 a year.\n"),
        ("You may take small gifts home.\n", "You may not take small gifts home.\n"),
        ("See [the act](https://a.example/1).\n", "See [the act](https://a.example/2).\n"),
        ("### T {#AB-1.1 strength=must}\n\nText.\n", "### T {#AB-1.1 strength=may}\n\nText.\n"),
        ("Take ~~no~~ cash from any customer.\n", "Take no cash from any customer.\n"),
    ],
)
def test_a_word_a_figure_a_target_or_a_strength_is_a_change(old: str, new: str) -> None:
    assert changes(old, new) == {"edited"}


def test_code_that_shows_a_comment_keeps_it() -> None:
    assert only("```\n<!-- shown -->\n```\n").text == "<!-- shown -->"
    assert only("Before <!-- no end\nand after.\n").text == "Before <!-- no end and after."
    assert only("Write `<!-- shown -->` there.\n").text == "Write <!-- shown --> there."


def test_every_book_of_ours_gives_its_rules_as_blocks() -> None:
    for path in sorted(Path("content/handbooks").rglob("ms.md")):
        text = path.read_text(encoding="utf-8")
        rules = [block.ident for block in read_blocks(text) if block.kind == "rule"]
        assert len(rules) == text.count("\n### ") > 0
