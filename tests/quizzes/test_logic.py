"""Drawing, grading and limits, as thought alone."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.quizzes.answers import letters_chosen
from app.quizzes.logic import (
    GRACE,
    Candidate,
    Response,
    Standing,
    attempts_left,
    draw,
    grade,
    is_current,
    passed,
    past_deadline,
    valid_pins,
    wait_until,
)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RULES = ["UJ-1.1", "UJ-1.2", "UJ-2.1", "UJ-2.2", "UJ-3.1"]
CANDIDATES = st.lists(
    st.tuples(st.sampled_from(RULES), st.booleans(), st.booleans()), min_size=1, max_size=40
).map(
    lambda facts: [
        Candidate(number, rule, "multiple" if multiple else "single", seen=seen)
        for number, (rule, multiple, seen) in enumerate(facts, start=1)
    ]
)
SEEDS = st.integers(0, 2**31 - 1)
LETTERS = st.lists(st.sampled_from("abcdu"), max_size=6)


@given(SEEDS, CANDIDATES, st.integers(1, 20))
def test_the_same_seed_draws_the_same_attempt(
    seed: int, candidates: list[Candidate], count: int
) -> None:
    again = draw(seed, list(reversed(candidates)), count, {})
    assert draw(seed, candidates, count, {}) == again


@given(SEEDS, CANDIDATES, st.integers(1, 20))
def test_no_question_is_drawn_twice_and_none_is_left_out_needlessly(
    seed: int, candidates: list[Candidate], count: int
) -> None:
    drawn = [question.version_id for question in draw(seed, candidates, count, {})]
    assert len(drawn) == len(set(drawn)) == min(count, len(candidates))
    assert set(drawn) <= {candidate.version_id for candidate in candidates}


@given(SEEDS, CANDIDATES, st.integers(1, 20))
def test_questions_spread_evenly_over_the_rules(
    seed: int, candidates: list[Candidate], count: int
) -> None:
    rule_of = {candidate.version_id: candidate.rule for candidate in candidates}
    held = Counter(rule_of.values())
    asked = Counter(rule_of[q.version_id] for q in draw(seed, candidates, count, {}))
    for rule in held:
        for other in held:
            if asked[rule] < held[rule]:
                assert asked[other] <= asked[rule] + 1


@given(SEEDS, CANDIDATES, st.integers(1, 20))
def test_within_a_rule_questions_not_met_before_come_first(
    seed: int, candidates: list[Candidate], count: int
) -> None:
    drawn = {question.version_id for question in draw(seed, candidates, count, {})}
    for rule in RULES:
        fresh = {c.version_id for c in candidates if c.rule == rule and not c.seen}
        met = {c.version_id for c in candidates if c.rule == rule and c.seen}
        if met & drawn:
            assert fresh <= drawn


@given(SEEDS, CANDIDATES, st.dictionaries(st.sampled_from(RULES), st.integers(1, 3), max_size=3))
def test_rules_of_the_blueprint_are_always_asked(
    seed: int, candidates: list[Candidate], fixed: dict[str, int]
) -> None:
    count = max(10, sum(fixed.values()))
    rule_of = {candidate.version_id: candidate.rule for candidate in candidates}
    asked = Counter(rule_of[q.version_id] for q in draw(seed, candidates, count, fixed))
    held = Counter(rule_of.values())
    for rule, wanted in fixed.items():
        assert asked[rule] >= min(wanted, held[rule])


@given(SEEDS, CANDIDATES)
def test_options_are_shuffled_and_not_sure_stands_last(
    seed: int, candidates: list[Candidate]
) -> None:
    for question in draw(seed, candidates, 20, {}):
        assert sorted(question.option_order) == list("abcdu")
        assert question.option_order.endswith("u")


@given(LETTERS)
def test_a_choice_is_kept_in_one_order_without_doubles(letters: list[str]) -> None:
    chosen = letters_chosen(letters, kind="multiple")
    assert chosen is not None
    assert chosen == "".join(sorted(set(chosen)))
    assert chosen == "u" if "u" in letters else set(chosen) == set(letters)


@given(st.lists(st.text(max_size=3), min_size=1))
def test_what_is_no_option_is_no_choice(letters: list[str]) -> None:
    if any(letter not in tuple("abcdefghijklmnopqrstu") for letter in letters):
        assert letters_chosen(letters, kind="multiple") is None


def test_one_answer_is_one_letter() -> None:
    assert letters_chosen(["a", "b"], kind="single") is None
    assert letters_chosen(["b"], kind="single") == "b"
    assert letters_chosen([], kind="single") == ""


def responses(keys: dict[int, str], choices: dict[int, str]) -> list[Response]:
    """Return choice questions with these keys, answered so."""
    return [
        Response(
            number, "single" if len(key) == 1 else "multiple", {}, key, choices.get(number, "")
        )
        for number, key in keys.items()
    ]


KEYS = st.dictionaries(
    st.integers(1, 30), st.sampled_from(["a", "b", "c", "d", "ac", "bcd"]), min_size=1
)


@given(KEYS, st.data())
def test_only_exactly_the_right_options_count(keys: dict[int, str], data: st.DataObject) -> None:
    choices = {
        number: data.draw(st.sampled_from(["", "a", "b", "ac", "bcd", "u", key]))
        for number, key in keys.items()
    }
    marked = grade(responses(keys, choices))
    assert [mark.version_id for mark in marked] == list(keys)
    for mark in marked:
        assert mark.correct == (choices[mark.version_id] == keys[mark.version_id])


def test_not_sure_and_no_answer_score_nothing() -> None:
    assert not any(mark.correct for mark in grade(responses({1: "a", 2: "bc"}, {1: "u"})))


def test_the_pass_mark_is_reached_exactly() -> None:
    assert passed(8, 10, 80)
    assert not passed(7, 10, 80)
    assert not passed(0, 0, 80)


def test_the_cool_down_counts_from_the_last_submission_and_not_after_passing() -> None:
    failed = Standing(1, AT, passed=False)
    assert wait_until(failed, cool_down_hours=24) == AT + timedelta(hours=24)
    assert wait_until(failed, cool_down_hours=0) is None
    assert wait_until(Standing(1, AT, passed=True), cool_down_hours=24) is None
    assert wait_until(Standing(0, None, passed=False), cool_down_hours=24) is None


def test_attempts_run_down_to_none_and_zero_means_no_limit() -> None:
    assert attempts_left(Standing(2, AT, passed=False), allowed=3) == 1
    assert attempts_left(Standing(5, AT, passed=False), allowed=3) == 0
    assert attempts_left(Standing(5, AT, passed=False), allowed=0) is None


def test_the_deadline_has_a_little_grace() -> None:
    assert not past_deadline(None, AT)
    assert not past_deadline(AT, AT + GRACE)
    assert past_deadline(AT, AT + GRACE + timedelta(milliseconds=1))


def test_a_typo_voids_no_question_a_material_change_does() -> None:
    assert valid_pins([("one", "new"), ("two", "editorial"), ("two", "")]) == ("two", "one")
    assert valid_pins([("one", ""), ("two", "material"), ("three", "editorial")]) == (
        "three",
        "two",
    )
    assert is_current("tw", ("three", "two"))
    assert not is_current("", ("three", "two"))
    assert not is_current("one", ("three", "two"))
