"""A handbook's folder as a whole: both languages, handbook.yml, what is published, what is listed as changed."""

import shutil
from pathlib import Path

import pytest

from app.handbooks.folder import read_handbooks
from app.handbooks.seal import seal_versions
from tests.handbooks.books import copy_of_uji, edit, edit_both, faults_in, line_with

NUMBER_AND_HASH = r'  - number: "([^"]*)"\n    sha256: "[0-9a-f]*"\n'


def told(path: Path, place: str, sentence: str) -> None:
    found = faults_in(path)
    assert any(f.startswith(place) and sentence in f for f in found), found


def test_a_sound_folder_has_no_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    assert faults_in(path) == []
    assert faults_in(tmp_path) == [], "the folder of all handbooks is read the same way"


def test_a_published_text_that_was_edited_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "1.0" / "en.md", "greet", "Greet")
    line = line_with(path / "handbook.yml", '"1.0"')
    told(path, f"uji/handbook.yml:{line}: ", "version 1.0 is published and its text was edited")


def test_a_rule_in_one_language_only_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "2.0" / "en.md", r"### Accept copies.*\n\nAccept certified copies\.", "")
    line = line_with(path / "2.0" / "ms.md", "UJ-2.2")
    told(path, f"uji/2.0/ms.md:{line}: ", "the rule UJ-2.2 is missing in en.md")


def test_rules_in_another_order_are_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    text = (path / "2.0" / "en.md").read_text(encoding="utf-8")
    first, second = text.index("### Greet"), text.index("### Period")
    end = text.index("## Forms")
    moved = text[:first] + text[second:end] + text[first:second] + text[end:]
    (path / "2.0" / "en.md").write_text(moved, encoding="utf-8")
    told(path, f"uji/2.0/en.md:{line_with(path / '2.0' / 'en.md', 'UJ-1.2')}: ", "another order")


@pytest.mark.parametrize(
    ("pattern", "replacement", "name"),
    [
        ("(UJ-1.1 strength=)must", r"\1may", "strength"),
        ('"bayi oku"', '"bayi"', "categories"),
        ('"akta amalan"', '"akta"', "sources"),
    ],
)
def test_attributes_that_differ_between_the_languages_are_faults(
    tmp_path: Path, pattern: str, replacement: str, name: str
) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "2.0" / "en.md", pattern, replacement)
    told(path, "uji/2.0/en.md:", f"{name} of UJ-1.")


@pytest.mark.parametrize(
    ("pattern", "replacement", "sentence"),
    [
        (r"^code: UJ$", "code: UJ\ncode: XX", "duplicate key"),
        (r"^code: UJ$", "code: [UJ", "not valid YAML"),
        (r"^code: UJ$", "code: uj", "code"),
        (r"^code: UJ\n", "", "code is missing"),
        (r"^code: UJ$", "code: UJ\ncolour: red", "colour is not known here"),
        (r"^position: 1$", "position: first", "position must be a whole number"),
        (r"kind: act$", "kind: rumour", "sources.akta.kind"),
        (r"url: https", "url: javascript", "sources.akta.url"),
        (r'number: "2.0"', "number: 2.0", "must be text: put it in quotes"),
        (r"2026-09-01", "soon", "versions.1.effective_on"),
        (r"2026-09-01", "2026-01-05", "must come into effect after the one before"),
        (r"^slug: uji$", "slug: lain", "slug must be the folder's name, uji"),
        (r'number: "2.0"', 'number: "1.0"', "the number 1.0 stands twice"),
        (r" +UJ-2.1:\n(.*\n){2}", "", "UJ-2.1 was changed in version 2.0: list it"),
        (r" +UJ-2.2:\n(.*\n){2}", "", "UJ-2.2 is new in version 2.0: list it"),
        (r"UJ-2.1:", "UJ-1.1:", "UJ-1.1 is listed as changed, but its text is the same"),
        (r"kind: material", "kind: retired", "UJ-1.2 was changed, not retired"),
        (r"kind: material", "kind: new", "UJ-1.2 was changed, not new"),
        (r"kind: new", "kind: retired", "UJ-2.2 is new, not retired"),
    ],
)
def test_faults_of_handbook_yml_are_told_with_their_line(
    tmp_path: Path, pattern: str, replacement: str, sentence: str
) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "handbook.yml", pattern, replacement)
    told(path, "uji/handbook.yml:", sentence)


def test_the_first_version_changes_nothing(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    more = "Versi pertama., en: First version.}\n    changes: {UJ-1.1: {kind: new, note: {ms: A, en: A}}}"
    edit(path / "handbook.yml", r"Versi pertama\., en: First version\.}", more)
    told(path, f"uji/handbook.yml:{line_with(path / 'handbook.yml', 'changes: {')}: ", "first")


def test_a_rule_that_only_binds_otherwise_counts_as_changed(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path, sealed=False)
    edit_both(path, "(UJ-1.1 strength=)must", r"\1may")
    told(path, "uji/handbook.yml:", "UJ-1.1 was changed in version 2.0")


def test_the_line_of_a_yaml_fault_is_the_line_to_mend(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "handbook.yml", "kind: editorial", "kind: cosmetic")
    line = line_with(path / "handbook.yml", "kind: cosmetic")
    told(path, f"uji/handbook.yml:{line}: ", "changes.UJ-2.1.kind")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- a\n- b\n",
        "just words",
        "a: &x [*x]\n",
        "a: &a [1]\nb: &b [*a, *a]\nslug: *b\n",
        "!!python/object:os.system {}\n",
        "[" * 1200,
        "--- a\n--- b\n",
        "slug: \x00",
    ],
)
def test_a_strange_handbook_yml_is_a_fault_and_not_a_crash(tmp_path: Path, content: str) -> None:
    path = copy_of_uji(tmp_path)
    (path / "handbook.yml").write_text(content, encoding="utf-8")
    assert faults_in(path)


def test_an_alias_that_could_make_a_small_file_endless_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "handbook.yml", "^title: ", "title: &a ")
    edit(path / "handbook.yml", r"^about:\n.*\n.*\n", "about: *a\n")
    told(path, f"uji/handbook.yml:{line_with(path / 'handbook.yml', '&a')}: ", "write the text out")


def test_a_version_folder_that_is_not_listed_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    shutil.copytree(path / "2.0", path / "3.0")
    told(path, "uji/handbook.yml:", "the folder 3.0 is not listed")


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    (path / "2.0" / "en.md").unlink()
    told(path, "uji/2.0/en.md:1: ", "the file is missing")


def test_a_folder_without_handbooks_is_a_fault(tmp_path: Path) -> None:
    assert "there is no handbook here" in faults_in(tmp_path)[0]
    assert faults_in(tmp_path / "nowhere")


def test_two_handbooks_cannot_share_a_code(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    shutil.copytree(path, tmp_path / "lain")
    edit(tmp_path / "lain" / "handbook.yml", "slug: uji", "slug: lain")
    told(tmp_path, "uji/handbook.yml:2: ", "the code UJ is already that of lain")


def test_sealing_writes_the_hash_and_leaves_the_rest_of_the_file_alone(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    sealed = (path / "handbook.yml").read_text(encoding="utf-8")
    commented = sealed.replace('number: "2.0"', 'number: "2.0"  # the second').replace(
        "code: UJ", "code: UJ  # keep"
    )
    (path / "handbook.yml").write_text(commented, encoding="utf-8")
    edit(path / "handbook.yml", r'sha256: "[0-9a-f]*"', 'sha256: ""')
    found, faults = read_handbooks(path)
    assert not faults
    assert seal_versions(found[0]) == ["1.0", "2.0"]
    assert (path / "handbook.yml").read_text(encoding="utf-8") == commented
    assert faults_in(path) == []


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r'    sha256: "[0-9a-f]*"\n', ""),
        (NUMBER_AND_HASH, '  - sha256: ""\n    number: "\\1"\n'),
        (NUMBER_AND_HASH, "  - number: '\\1'\n    sha256: ''  # not yet\n"),
    ],
)
def test_sealing_finds_its_place_in_any_layout(
    tmp_path: Path, pattern: str, replacement: str
) -> None:
    path = copy_of_uji(tmp_path)
    edit(path / "handbook.yml", pattern, replacement)
    found, faults = read_handbooks(path)
    assert not faults
    assert seal_versions(found[0]) == ["1.0", "2.0"]
    again, faults = read_handbooks(path)
    assert not faults
    assert [v.shape.sha256 for v in again[0].versions] == [
        v.content_hash for v in again[0].versions
    ]


def test_a_sealed_version_is_never_sealed_again(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path)
    before = (path / "handbook.yml").read_bytes()
    assert seal_versions(read_handbooks(path)[0][0]) == []
    assert (path / "handbook.yml").read_bytes() == before


def test_a_retired_rule_that_came_from_another_is_a_fault(tmp_path: Path) -> None:
    path = copy_of_uji(tmp_path, sealed=False)
    edit_both(path, r"### .*\{#UJ-1\.1 [^#]*", "")
    said = "      UJ-1.1:\n        kind: retired\n        from: [UJ-1.2]\n        note: {ms: a, en: b}\n"
    edit(path / "handbook.yml", r"(    changes:\n)", rf"\1{said}")
    told(path, "uji/handbook.yml:", "UJ-1.1 was retired, so it came from no rule: take `from` out")
