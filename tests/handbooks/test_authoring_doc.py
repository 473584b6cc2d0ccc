"""The example in the authors' document is a handbook that passes its own check."""

import re
from pathlib import Path

from app.handbooks.folder import read_handbooks
from app.handbooks.source import CATEGORIES, STRENGTHS

DOC = Path("docs/content-authoring.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {re.escape(name)} -->\n```\w+\n(.*?)```", DOC, flags=re.S)
    assert found, f"the document has no example of {name}"
    return found[1]


def test_the_example_in_the_document_has_no_fault(tmp_path: Path) -> None:
    folder = tmp_path / "contoh" / "1.0"
    folder.mkdir(parents=True)
    (tmp_path / "contoh" / "handbook.yml").write_text(example("handbook.yml"), encoding="utf-8")
    for language in ("ms", "en"):
        (folder / f"{language}.md").write_text(example("ms.md"), encoding="utf-8")
    found, faults = read_handbooks(tmp_path)
    assert not faults, "\n".join(map(str, faults))
    assert [rule.code for rule in found[0].versions[0].books["ms"].rules] == ["CT-1.1"]


def test_the_document_names_every_word_an_author_may_use() -> None:
    for word in (*STRENGTHS, *CATEGORIES, "material", "editorial", "new", "retired"):
        assert f"`{word}`" in DOC or re.search(rf"\b{word}\b", DOC), word


def test_every_command_on_handbooks_is_explained() -> None:
    for name in ("check", "seal", "load", "list"):
        assert f"`flask handbooks {name}`" in DOC
