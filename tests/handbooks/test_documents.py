"""Files and folders compared as a whole: which file became which, and blocks that went from one to another."""

from itertools import pairwise
from pathlib import Path

import pytest

from app.handbooks.documents import UnreadableError, pair_documents, read_documents
from app.handbooks.folder import read_handbooks, real_changes
from app.handbooks.matching import compare_sides

GIFTS = """# Gifts

Do not accept gifts from customers, whatever they are worth.

Report every gift to the head of office within seven days.

Perishable gifts are shared among all staff on the same day.
"""
DOORS = """# Doors

A visitor waits behind the yellow line until a number is called.

The safe is opened by two officers, each with a key of their own.
"""

Found = list[tuple[str, bool, list[str], list[str]]]


def folder(path: Path, files: dict[str, str | bytes]) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        (path / name).write_bytes(data)
    return path


def changes(old: Path, new: Path) -> Found:
    before, after = pair_documents(read_documents(old), read_documents(new))
    return [
        (
            change.kind,
            change.moved,
            [before.blocks[i].ident for i in change.old],
            [after.blocks[j].ident for j in change.new],
        )
        for change in compare_sides(before, after)
        if change.kind != "unchanged"
    ]


def test_files_are_paired_by_their_path_and_blocks_named_by_it(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", {"a/gifts.md": GIFTS, "doors.md": DOORS})
    new = folder(tmp_path / "new", {"a/gifts.md": GIFTS.replace("seven", "ten"), "doors.md": DOORS})
    assert changes(old, new) == [("edited", False, ["a/gifts.md#p2"], ["a/gifts.md#p2"])]


def test_a_renamed_file_is_known_by_its_text_and_nothing_in_it_moved(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", {"gifts.md": GIFTS, "doors.md": DOORS})
    new = folder(
        tmp_path / "new", {"x/presents.markdown": GIFTS.replace("seven", "ten"), "doors.md": DOORS}
    )
    assert changes(old, new) == [("edited", False, ["gifts.md#p2"], ["x/presents.markdown#p2"])]


def test_a_block_may_move_to_another_file(tmp_path: Path) -> None:
    report = "Report every gift to the head of office within seven days.\n\n"
    old = folder(tmp_path / "old", {"gifts.md": GIFTS, "doors.md": DOORS})
    new = folder(
        tmp_path / "new", {"gifts.md": GIFTS.replace(report, ""), "doors.md": f"{DOORS}\n{report}"}
    )
    assert changes(old, new) == [("moved", True, ["gifts.md#p2"], ["doors.md#p3"])]


def test_what_stands_in_several_files_did_not_move_between_them(tmp_path: Path) -> None:
    note = "\nAsk the head of office when in doubt about any of this.\n"
    old = folder(tmp_path / "old", {"a.md": GIFTS + note, "b.md": DOORS, "c.md": f"# C\n{note}"})
    new = folder(tmp_path / "new", {"a.md": GIFTS, "b.md": DOORS + note, "c.md": f"# C\n{note}"})
    assert [entry[0] for entry in changes(old, new)] == ["removed", "added"]


def test_files_added_and_removed_are_so_with_all_their_blocks(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", {"gifts.md": GIFTS})
    new = folder(tmp_path / "new", {"doors.md": DOORS})
    assert [entry[0] for entry in changes(old, new)] == ["added"] * 3 + ["removed"] * 4


def test_both_languages_of_a_handbook_of_ours_stay_apart() -> None:
    versions = sorted(Path("content/handbooks/semakan-borang").glob("*.0"))
    for _, _, old, new in changes(versions[0], versions[-1]):
        assert len({ident.split("#")[0] for ident in [*old, *new]}) == 1


def test_between_our_versions_the_rules_that_differ_are_those_their_authors_declared() -> None:
    books, faults = read_handbooks(Path("content/handbooks"))
    assert not faults
    for book in books:
        for before, after in pairwise(book.versions):
            old, new = (book.folder / version.shape.number for version in (before, after))
            found = {
                code
                for kind, _, olds, news in changes(old, new)
                for ident in (news or olds)
                if "." in (code := ident.split("#")[1]) and kind != "moved"
            }
            declared = real_changes(before, after)
            assert found <= set(declared), new
            rewritten = {code for code, how in declared.items() if how == "is new"}
            assert rewritten <= found, new


def test_files_that_are_no_markdown_or_hidden_are_passed_over(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", {"a.md": GIFTS})
    new = folder(tmp_path / "new", {"a.md": GIFTS, ".git/b.md": DOORS, "c.txt": DOORS})
    assert changes(old, new) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = GIFTS.replace("gifts", "cadeaux très chers")
    old = folder(tmp_path / "old", {"a.md": text})
    new = folder(tmp_path / "new", {"a.md": text.encode(encoding)})
    assert changes(old, new) == []
    warnings = read_documents(new).warnings
    assert len(warnings) == (encoding == "latin-1")


@pytest.mark.parametrize(("old", "new"), [("none.md", "a.md"), ("a.md", "."), (".", "a.md")])
def test_what_cannot_be_compared_is_refused(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "a.md").write_text(GIFTS, encoding="utf-8")
    with pytest.raises(UnreadableError):
        pair_documents(read_documents(tmp_path / old), read_documents(tmp_path / new))
