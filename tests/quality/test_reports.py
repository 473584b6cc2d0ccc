"""What speaks against a question is found, and a good question is left alone."""

import numpy as np
import pytest

from app.quality.reports import ItemReport, Responses, report_on

OFFICERS, QUESTIONS = 1200, 10


def department(*, wrong_key: int | None = None, harder_in_english: int | None = None) -> Responses:
    """Return answers of officers who understand to different degrees, drawn seven of ten questions each."""
    chance = np.random.default_rng(7)
    held: dict[str, list[object]] = {name: [] for name in ("a", "v", "s", "c", "ce", "l", "st")}
    for officer in range(OFFICERS):
        ability, language = chance.normal(), "en" if chance.random() < 0.4 else "ms"
        for version in chance.choice(QUESTIONS, 7, replace=False):
            slip = 1.6 if version == harder_in_english and language == "en" else 0.0
            knows = chance.random() < 1 / (1 + np.exp(-1.3 * (ability - slip + 0.8)))
            choice = "a" if knows else str(chance.choice(["b", "c", "d", "u"]))
            key = "b" if version == wrong_key else "a"
            held["a"].append(officer)
            held["v"].append(int(version))
            held["s"].append(float(choice == key))
            held["c"].append(choice)
            held["ce"].append(3 if knows else 1)
            held["l"].append(language)
            held["st"].append(officer % 3)
    keys = {version: "b" if version == wrong_key else "a" for version in range(QUESTIONS)}
    return Responses(
        held["a"], held["v"], held["s"], held["c"], held["ce"], held["l"], held["st"], keys,  # type: ignore[arg-type]
        range(1, len(held["a"]) + 1),
    )  # fmt: skip


def item(found: Responses, version: int) -> ItemReport:
    return next(i for i in report_on(found).items if i.version_id == version)


def test_good_questions_are_left_alone() -> None:
    report = report_on(department())
    assert report.n == OFFICERS
    assert report.questions == 7
    assert report.alpha is not None
    assert report.alpha > 0.4
    assert [i.flag for i in report.items] == [""] * QUESTIONS
    for found in report.items:
        assert found.low is not None
        assert found.facility is not None
        assert found.high is not None
        assert found.low < found.facility < found.high
        assert found.slope is not None


def test_a_wrong_key_is_proposed_for_quarantine() -> None:
    found = item(department(wrong_key=4), 4)
    assert found.flag == "quarantine"
    assert "rival" in found.reasons
    assert "discrimination_sure" in found.reasons
    assert found.discrimination is not None
    assert found.discrimination < 0.05


def test_a_bad_translation_is_found_and_named() -> None:
    report = report_on(department(harder_in_english=2))
    flagged = {i.version_id: i for i in report.items if "language" in i.reasons}
    assert list(flagged) == [2]
    (difference,) = [d for d in flagged[2].differences if d.group == "en"]
    assert abs(difference.delta) >= 1


def test_a_good_distractor_falls_as_understanding_rises() -> None:
    curves = {curve[0]: curve[2:] for curve in item(department(), 0).curves}
    assert curves["a"][0] < curves["a"][2]
    assert curves["b"][0] > curves["b"][2]


def test_without_answers_the_report_is_empty() -> None:
    empty = report_on(Responses([], [], [], [], [], [], [], {}, []))
    assert (empty.n, empty.items) == (0, ())


@pytest.mark.parametrize("n", [1, 2, 3, 20])
def test_few_answers_are_judged_by_nobody(n: int) -> None:
    whole = department()
    few = Responses(
        whole.attempts[:n], whole.versions[:n], whole.shares[:n], whole.choices[:n],
        whole.certainties[:n], whole.languages[:n], whole.states[:n], whole.right,
        whole.answers[:n],
    )  # fmt: skip
    assert all(found.flag == "" for found in report_on(few).items)
