"""Which block became which: one test for each kind of change, for what must not be matched, and for whole histories."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.handbooks.blocks import read_blocks
from app.handbooks.matching import compare
from app.handbooks.pairs import heaviest_rise
from tests.handbooks.measuring import made_history, measure, table

A = "Do not accept gifts from customers, whatever they are worth."
B = "Report every gift to the head of office within seven days. Keep the receipt of the report for a year."
C = "Perishable gifts are shared among all staff of the branch on the same day."
D = "A visitor waits behind the yellow line until a number is called by the machine."
E = "Close the counter only after the last waiting customer has been served."
F = "The safe is opened by two officers, each with a key of their own."

Found = list[tuple[str, bool, list[str], list[str]]]


def changes(old: str, new: str, *, all_of_them: bool = False) -> Found:
    before, after = read_blocks(old), read_blocks(new)
    found = [
        (c.kind, c.moved, [before[i].ident for i in c.old], [after[j].ident for j in c.new])
        for c in compare(before, after)
    ]
    return [entry for entry in found if all_of_them or entry[0] != "unchanged"]


def page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def rule(ident: str, title: str, text: str, strength: str = "must") -> str:
    return f"### {title} {{#{ident} strength={strength}}}\n\n{text}"


def test_nothing_changed_between_a_text_and_itself() -> None:
    text = page("# T", "## G", A, B, "- one\n- two", "## H", A, "- one", "Yes.")
    assert changes(text, text) == []


def test_a_reworded_paragraph_is_edited() -> None:
    assert changes(page(A, B, C), page(A, B.replace("seven", "fourteen"), C)) == [
        ("edited", False, ["p2"], ["p2"])
    ]


def test_what_only_shifts_is_unchanged() -> None:
    assert changes(page(A, B, C), page(D, A, E, B, C)) == [
        ("added", False, [], ["p1"]),
        ("added", False, [], ["p3"]),
    ]


def test_what_was_taken_out_is_removed_and_stands_where_it_stood() -> None:
    assert changes(page(A, B, C), page(A, C)) == [("removed", False, ["p2"], [])]


def test_a_paragraph_in_another_section_moved() -> None:
    old = page("# T", "## G", A, B, "## H", D, E)
    new = page("# T", "## G", B, "## H", D, E, A)
    assert changes(old, new) == [("moved", True, ["g/p1"], ["h/p3"])]


def test_a_paragraph_that_crossed_one_heading_moved_and_the_heading_did_not() -> None:
    old = page("# T", "## G", A, B, "## H", D)
    new = page("# T", "## G", A, "## H", B, D)
    assert changes(old, new) == [("moved", True, ["g/p2"], ["h/p1"])]


def test_a_moved_section_moves_with_all_that_stands_in_it() -> None:
    old = page("# T", "## G", A, B, "## H", C, "## I", D, E)
    new = page("# T", "## H", C, "## I", D, E, "## G", A, B)
    assert {entry[:2] for entry in changes(old, new)} == {("moved", True)}
    assert [entry[2] for entry in changes(old, new)] == [["g"], ["g/p1"], ["g/p2"]]


def test_a_block_may_be_edited_and_moved() -> None:
    old = page("# T", "## G", A, B, "## H", D, E)
    new = page("# T", "## G", A, "## H", D, E, B.replace("seven", "ten"))
    assert changes(old, new) == [("edited", True, ["g/p2"], ["h/p3"])]


def test_a_paragraph_cut_in_two_is_split() -> None:
    first, second = B.split(". ", 1)
    assert changes(page(A, B, C), page(A, f"{first}.", second, C)) == [
        ("split", False, ["p2"], ["p2", "p3"])
    ]


def test_a_paragraph_turned_into_a_list_is_split() -> None:
    old = "Bring the identity card of the applicant, two recent photographs and the receipt of payment."
    new = "- Bring the identity card of the applicant\n- two recent photographs\n- the receipt of payment"
    assert changes(page(A, old, C), page(A, new, C)) == [
        ("split", False, ["p2"], ["li1", "li2", "li3"])
    ]


def test_two_paragraphs_made_one_are_merged() -> None:
    assert changes(page(A, B, C, D), page(A, f"{B} {C}", D)) == [
        ("merged", False, ["p2", "p3"], ["p2"])
    ]


def test_parts_may_be_reworded_a_little() -> None:
    one = "Report every gift to the director of the office within seven days."
    two = "Always keep the receipt of the report for two years."
    assert changes(page(A, B, C), page(A, one, two, C)) == [("split", False, ["p2"], ["p2", "p3"])]


def test_a_new_sentence_is_an_edit_and_no_merger() -> None:
    assert changes(page(A, B, C), page(A, f"{B} Tell nobody else.", C)) == [
        ("edited", False, ["p2"], ["p2"])
    ]


def test_a_short_text_is_not_matched_by_chance() -> None:
    old = page("# T", "## G", A, "Yes.", B, "## H", C, D)
    new = page("# T", "## G", A, B, "## H", C, "Yes.", D)
    assert changes(old, new) == [
        ("removed", False, ["g/p2"], []),
        ("added", False, [], ["h/p2"]),
    ]


def test_a_short_text_goes_with_its_neighbours() -> None:
    old = page("# T", "## G", A, "Yes.", B, "## H", C, "Yes.", D, "## I", E, F)
    new = page("# T", "## H", C, "Yes.", D, "## I", E, F, "## G", A, "Yes.", B)
    assert Counter(entry[0] for entry in changes(old, new)) == {"moved": 4}


def test_copies_are_matched_in_their_order() -> None:
    old = page("# T", "## G", A, B, "## H", A, C, "## I", A, D)
    new = page("# T", "## G", A, B, "## H", C, "## I", A, D)
    assert changes(old, new) == [("removed", False, ["h/p1"], [])]


def test_boilerplate_is_not_an_edit_of_other_boilerplate() -> None:
    line = "A claim for {} is made on the form of the annex and signed by the head."
    kept = [line.format(word) for word in ("mileage", "hotels", "meals", "parking", "tolls")]
    old = page("# T", "## G", *kept, line.format("uniforms"), "## H", A, B, C)
    new = page("# T", "## G", *kept, "## H", A, B, line.format("telephones"), C)
    assert changes(old, new) == [
        ("removed", False, ["g/p6"], []),
        ("added", False, [], ["h/p3"]),
    ]


def test_a_retitled_heading_is_edited_even_when_no_word_stayed() -> None:
    old = page("# T", "## Gifts", A, B, "## H", D)
    new = page("# T", "## Presents and favours", A, B, "## H", D)
    assert changes(old, new) == [("edited", False, ["gifts"], ["presents-and-favours"])]


def test_a_heading_put_in_moves_nothing() -> None:
    assert changes(page("# T", "## G", A, B, C), page("# T", "## G", A, "## N", B, C)) == [
        ("added", False, [], ["n"])
    ]


def test_a_heading_taken_out_moves_nothing() -> None:
    assert changes(page("# T", "## G", A, "## N", B, C), page("# T", "## G", A, B, C)) == [
        ("removed", False, ["n"], [])
    ]


def test_a_rule_is_known_by_its_id_however_it_was_rewritten() -> None:
    old = page("## C {#AB-1}", rule("AB-1.1", "Gifts", A), rule("AB-1.2", "Doors", D))
    new = page("## C {#AB-1}", rule("AB-1.1", "Safes", F), rule("AB-1.2", "Doors", D))
    assert changes(old, new) == [("edited", False, ["AB-1.1"], ["AB-1.1"])]


def test_an_id_outweighs_some_likeness_to_a_new_rule_beside_it() -> None:
    was = (
        "Officers on leave hand their keys to the deputy head before they go home on the last day."
    )
    now = "Before the last day the deputy head collects all keys, badges and stamps in a sealed envelope."
    near = "Officers on leave hand their badges to the deputy head and their stamps to the clerk."
    old = page("## C {#AB-1}", rule("AB-1.1", "Leave", was), rule("AB-1.2", "Doors", D))
    new = page(
        "## C {#AB-1}",
        rule("AB-1.1", "Leave", now),
        rule("AB-1.3", "Badges", near),
        rule("AB-1.2", "Doors", D),
    )
    assert changes(old, new) == [
        ("edited", False, ["AB-1.1"], ["AB-1.1"]),
        ("added", False, [], ["AB-1.3"]),
    ]


def test_content_decides_over_ids_when_rules_were_renumbered() -> None:
    old = page("## C {#AB-1}", rule("AB-1.1", "Gifts", A), rule("AB-1.2", "Doors", D))
    new = page(
        "## C {#AB-1}",
        rule("AB-1.1", "Safes", F),
        rule("AB-1.2", "Gifts", A),
        rule("AB-1.3", "Doors", D.replace("yellow", "red")),
    )
    assert changes(old, new, all_of_them=True) == [
        ("unchanged", False, ["AB-1"], ["AB-1"]),
        ("added", False, [], ["AB-1.1"]),
        ("unchanged", False, ["AB-1.1"], ["AB-1.2"]),
        ("edited", False, ["AB-1.2"], ["AB-1.3"]),
    ]


def test_rules_that_changed_places_and_numbers_are_known_by_their_text() -> None:
    old = page("## C {#AB-1}", *(rule(f"AB-1.{n}", f"T{n}", t) for n, t in enumerate([A, C, D, E])))
    new = page("## C {#AB-1}", *(rule(f"AB-1.{n}", t, x) for n, t, x in
        [(0, "T3", E), (1, "T0", A), (2, "T1", C), (3, "T2", D)]))  # fmt: skip
    assert changes(old, new) == [("moved", True, ["AB-1.3"], ["AB-1.0"])]


def test_an_equal_id_alone_proves_nothing_where_rules_were_renumbered() -> None:
    old = page(
        "## C {#AB-1}", *(rule(f"AB-1.{n}", f"T{n}", t) for n, t in [(1, A), (2, C), (3, D)])
    )
    new = page("## C {#AB-1}", *(rule(f"AB-1.{n}", t, x) for n, t, x in
        [(1, "Safes", F), (2, "T1", A), (3, "Last", E)]))  # fmt: skip
    assert Counter(entry[0] for entry in changes(old, new)) == {"added": 2, "removed": 2}


def test_a_rule_may_be_split_and_one_part_keeps_the_id() -> None:
    first, second = B.split(". ", 1)
    old = page("## C {#AB-1}", rule("AB-1.1", "Reports", B), rule("AB-1.2", "Doors", D))
    new = page(
        "## C {#AB-1}",
        rule("AB-1.1", "Reports", f"{first}."),
        rule("AB-1.3", "Receipts", second),
        rule("AB-1.2", "Doors", D),
    )
    assert changes(old, new) == [("split", False, ["AB-1.1"], ["AB-1.1", "AB-1.3"])]


def test_rules_may_be_merged() -> None:
    old = page(
        "## C {#AB-1}",
        rule("AB-1.1", "Gifts", A),
        rule("AB-1.2", "Reports", B),
        rule("AB-1.3", "D", D),
    )
    new = page("## C {#AB-1}", rule("AB-1.1", "Gifts", f"{A} {B}"), rule("AB-1.3", "D", D))
    assert changes(old, new) == [("merged", False, ["AB-1.1", "AB-1.2"], ["AB-1.1"])]


def test_a_figure_in_a_table_is_an_edit_of_its_row() -> None:
    head = "| Loss | Fee |\n|---|---|\n"
    old = head + "| first | RM110 |\n| second | RM310 |\n| third | RM1010 |"
    assert changes(old, old.replace("RM310", "RM250")) == [("edited", False, ["tr3"], ["tr3"])]


def test_a_row_is_known_by_its_label_when_all_figures_changed() -> None:
    states = ("Johor", "Kedah", "Kelantan", "Melaka", "Pahang")
    old, new = (
        "| State | Offices |\n|---|---|\n"
        + "\n".join(f"| {state} | {k + more} |" for k, state in enumerate(states))
        for more in (10, 40)
    )
    assert [entry[0] for entry in changes(old, new)] == ["edited"] * 5


@pytest.mark.parametrize(("old", "new"), [("", ""), ("", A), (A, ""), ("", page(A, B)), ("-", "*")])
def test_empty_texts_are_compared_as_any_other(old: str, new: str) -> None:
    assert {entry[0] for entry in changes(old, new)} <= {"added", "removed"}


@given(st.lists(st.integers(), unique=True, max_size=9))
def test_the_longest_rise_is_found(values: list[int]) -> None:
    kept = [
        value
        for place, value in enumerate(values)
        if place in heaviest_rise(values, [1] * len(values))
    ]
    assert kept == sorted(kept)
    longest = max(sum(mask >> k & 1 for k in range(len(values)))
        for mask in range(1 << len(values))
        if (picked := [v for k, v in enumerate(values) if mask >> k & 1]) == sorted(picked))  # fmt: skip
    assert len(kept) == longest


LINES = st.sampled_from(
    ["", "", "# T", "## G", "Yes.", A, B, "- one", "  - two {#x}", "1. one", "> q", "| a | b |", "|---|---|",
     "```", "    code", "---", "{: #y}", "<!--", "-->", "<div>", "</div>", "[^1]: note", "===", rule("AB-1.1", "T", A),
     "***", "`", "[a](b", "&amp;", "\\", "+++", "\t", "<p>one<p>two"]
) | st.text(max_size=12)  # fmt: skip


@given(st.lists(LINES, max_size=25), st.lists(LINES, max_size=25))
@settings(deadline=None)
def test_no_text_is_too_odd_to_be_compared(old: list[str], new: list[str]) -> None:
    before, after = read_blocks("\n".join(old)), read_blocks("\n".join(new))
    found = compare(before, after)
    assert sorted(i for change in found for i in change.old) == list(range(len(before)))
    assert sorted(j for change in found for j in change.new) == list(range(len(after)))
    assert {change.kind for change in compare(before, before)} <= {"unchanged"}


def test_five_hundred_short_copies_without_headings_are_unchanged() -> None:
    text = page(*["Yes."] * 600)
    assert changes(text, text) == []
    assert changes(text, page(*["Yes."] * 599))[0][0] == "removed"


@given(st.integers(0, 10**9), st.booleans(), st.sampled_from([0.1, 0.5, 0.9]))
@settings(max_examples=40, deadline=None)
def test_every_block_stands_in_exactly_one_change(seed: int, rules: bool, strength: float) -> None:
    made = made_history(seed, rules=rules, strength=strength)
    old, new = read_blocks(made.old_text), read_blocks(made.new_text)
    found = compare(old, new)
    assert sorted(i for change in found for i in change.old) == list(range(len(old)))
    assert sorted(j for change in found for j in change.new) == list(range(len(new)))


@given(st.integers(0, 10**9), st.booleans())
@settings(max_examples=40, deadline=None)
def test_writing_the_same_text_in_another_style_changes_nothing(seed: int, rules: bool) -> None:
    made = made_history(seed, rules=rules, strength=0)
    assert {kind for kind, *_ in changes(made.old_text, made.new_text, all_of_them=True)} == {
        "unchanged"
    }


def test_histories_are_recognised_with_precision_and_recall_over_95_percent_for_each_kind() -> None:
    found = measure(range(240))
    print(table(found))  # noqa: T201  # shown by pytest -s, and when it fails
    for kind, score in found.items():
        assert score.true > 100, f"too few are {kind} to tell"
        assert score.precision > 0.95, f"{kind}: {score}"
        assert score.recall > 0.95, f"{kind}: {score}"
