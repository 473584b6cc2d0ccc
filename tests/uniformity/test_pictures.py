"""Promises about pictures: the table behind says what the dots say, and every dot lies on the paper."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.uniformity.pictures import (
    HEIGHT,
    LINE,
    NARROW,
    WIDE,
    Month,
    OfficePoint,
    crowds,
    funnel,
    trend,
)

points = st.builds(
    OfficePoint,
    officers=st.integers(1, 40).map(lambda n: 5 * n),
    share=st.integers(2, 18).map(lambda n: 5 * n),
    outside=st.booleans(),
    name=st.sampled_from(["", "", "", "JPN Tawau", "JPN Ranau"]),
)


@given(st.lists(points, max_size=40))
def test_the_table_behind_a_funnel_leaves_no_office_out(found: list[OfficePoint]) -> None:
    told = crowds(found)
    assert sum(crowd.offices for crowd in told) == len(found)
    for crowd in told:
        here = [
            p for p in found
            if (p.name, p.share, p.outside) == (crowd.name, crowd.share, crowd.outside)
        ]  # fmt: skip
        assert crowd.offices == len(here)
        assert (crowd.fewest, crowd.most) == (
            min(p.officers for p in here),
            max(p.officers for p in here),
        )
    assert [not crowd.outside for crowd in told] == sorted(not crowd.outside for crowd in told)


@given(st.lists(points, min_size=2, max_size=40), st.integers(0, 100))
def test_every_dot_of_a_funnel_lies_on_the_paper(found: list[OfficePoint], right: int) -> None:
    for width in (WIDE, NARROW):
        picture = funnel(found, right, width)
        assert picture is not None
        assert sum(dot.offices for dot in picture.dots) == len(found)
        for dot in picture.dots:
            assert 0 <= dot.x <= width
            assert 0 <= dot.y <= HEIGHT


@given(st.lists(points, min_size=2, max_size=40), st.integers(0, 100))
def test_no_two_names_run_into_each_other_and_one_place_has_one_mark(
    found: list[OfficePoint], right: int
) -> None:
    picture = funnel(found, right, WIDE)
    assert picture is not None
    named = [dot for dot in picture.dots if dot.name]
    rooms = [(dot, dot.room) for dot in named]
    for (_one, (y, begin, end)), (_other, (at, left, right_)) in itertools.combinations(rooms, 2):
        assert abs(y - at) >= LINE or end <= left or right_ <= begin
    for dot, (y, begin, end) in rooms:
        assert 0 <= begin <= end <= WIDE
        others = [o for o in picture.dots if (o.x, o.y) != (dot.x, dot.y)]
        assert not any(abs(o.y - y) < LINE and begin < o.x < end for o in others)
    assert {dot.name for dot in named} <= {p.name for p in found}
    assert len({(dot.x, dot.y, dot.outside) for dot in picture.dots}) == len(picture.dots)


def test_an_office_that_stands_alone_is_named_and_one_farther_off_before_one_beside_it() -> None:
    near, far = OfficePoint(20, 20, True, "JPN Tawau"), OfficePoint(20, 15, True, "JPN Ranau")
    alone = funnel([near, OfficePoint(10, 50, False, "")], 60, WIDE)
    both = funnel([near, far], 60, WIDE)
    assert alone is not None
    assert both is not None
    assert [dot.name for dot in alone.dots if dot.outside] == ["JPN Tawau"]
    assert sorted(dot.name for dot in both.dots) == ["", "JPN Ranau"]


def test_a_funnel_needs_two_offices_and_a_line_two_months() -> None:
    assert funnel([OfficePoint(10, 50, False, "")], 50) is None
    assert funnel([], 50) is None
    assert trend([], [], WIDE) is None
    assert trend([Month("2026-10", 50.0, None, None, False)], [], WIDE) is None


def test_a_narrow_funnel_still_has_numbers_on_its_axis() -> None:
    found = [OfficePoint(officers, 50, False, "") for officers in (5, 10, 15, 20, 45)]
    for width in (WIDE, NARROW):
        picture = funnel(found, 50, width)
        assert picture is not None
        assert len(picture.xs) >= 4
        gaps = [b.at - a.at for a, b in itertools.pairwise(picture.xs)]
        assert min(gaps) >= 40, "numbers would overprint"


def test_a_line_breaks_at_a_month_without_answers() -> None:
    months = [Month(f"2026-{n:02}", 50.0, None, None, False) for n in (1, 2, 4, 5, 7)]
    picture = trend(months, [])
    assert picture is not None
    assert [len(line.split()) for line in picture.lines] == [2, 2, 1]
    assert [tick.word for tick in picture.xs] == [f"2026-{n:02}" for n in range(1, 8)]


def test_what_happened_is_numbered_and_no_two_numbers_share_a_place() -> None:
    months = [Month(f"2026-{n:02}", 50.0, None, None, False) for n in range(1, 7)]
    events = [
        ("2026-03", "version", "2.0"), ("2026-03", "briefing", "2"), ("2026-05", "briefing", "1"),
        ("2025-01", "version", "1.0"),
    ]  # fmt: skip
    picture = trend(months, events, NARROW)
    assert picture is not None
    assert [(mark.number, mark.month) for mark in picture.marks] == [
        (1, "2026-03"), (2, "2026-03"), (3, "2026-05"),
    ]  # fmt: skip
    assert len({(mark.x, mark.row) for mark in picture.marks}) == 3


@given(st.lists(st.integers(0, 100), min_size=2, max_size=40))
def test_every_month_of_a_line_lies_on_the_paper(shares: list[int]) -> None:
    months = [
        Month(f"{2020 + n // 12}-{n % 12 + 1:02}", float(share), None, None, False)
        for n, share in enumerate(shares)
    ]
    events = [(months[0].name, "version", "2.0"), (months[-1].name, "briefing", "3")]
    for width in (WIDE, NARROW):
        picture = trend(months, events, width)
        assert picture is not None
        assert len(picture.points) == len(months)
        for place in (*picture.points, *picture.marks):
            assert 0 <= place.x <= width
        assert all(0 <= point.y <= HEIGHT for point in picture.points)
