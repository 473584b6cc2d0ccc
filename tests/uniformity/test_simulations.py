"""Made-up departments whose truth is known: limits hold as often as they say, words and alarms are seldom wrong.

Right shares of offices are Beta distributed around a mean with a given intraclass correlation; officers of one office answer
independently. Seeds are fixed; more rounds of the same are in `bench/measures.py`.
"""

import numpy as np
import pytest

from app.uniformity.charts import watched
from app.uniformity.consensus import against_key, consensus
from app.uniformity.differing import differ_p, discoveries
from app.uniformity.intervals import effective_interval, office_interval, prior_of, shrunken
from app.uniformity.leaning import Known, shrunken_mean, shrunken_rules, word_leaning
from app.uniformity.logic import Floats, Ints
from app.uniformity.measuring import RuleFigures, Tally, country_of, rule_figures
from app.uniformity.verdict import Verdict, said, verdict

pytestmark = pytest.mark.slow
Chance = np.random.Generator


def shares(chance: Chance, mean: float, correlation: float, offices: int) -> Floats:
    sure = 1 / correlation - 1
    return chance.beta(mean * sure, (1 - mean) * sure, offices)


@pytest.mark.parametrize(
    ("offices", "most", "correlation", "mean"),
    [(200, 20, 0.05, 0.8), (200, 3, 0.05, 0.9), (40, 20, 0.15, 0.8), (16, 60, 0.05, 0.8), (16, 15, 0.15, 0.7)],
)  # fmt: skip
def test_limits_of_many_offices_hold_nineteen_times_in_twenty(
    offices: int, most: int, correlation: float, mean: float
) -> None:
    chance, held, rounds = np.random.default_rng(offices * most), 0, 3000
    for _ in range(rounds):
        n = chance.integers(max(1, most // 2), most + 1, offices)
        found = effective_interval(
            chance.binomial(n, shares(chance, mean, correlation, offices)), n
        )
        held += int(found.low <= mean**2 <= found.high)
    assert held / rounds == pytest.approx(0.95, abs=0.02)


def tally(counts: Ints, staff: Floats) -> Tally:
    """Return the answers to questions whose key stands first, "not sure" second."""
    options = np.full(len(counts), float(counts.shape[-1]))
    key = np.zeros(len(counts), dtype=np.int64)
    return Tally(counts, key, key + 1, options, staff)


def figures(counts: Ints, staff: Floats, chance: Chance, target: float = 0.81) -> RuleFigures:
    return rule_figures(tally(counts, staff), target=target, chance=chance)


@pytest.mark.parametrize("means", [(0.7, 0.8, 0.85), (0.9, 0.9, 0.95)])
@pytest.mark.parametrize("offices", [8, 16, 40, 200])
def test_limits_of_a_rule_by_staff_hold(offices: int, means: tuple[float, ...]) -> None:
    chance, held, rounds = np.random.default_rng(offices), 0, 800
    truth = float(np.mean(np.square(means)))
    for _ in range(rounds):
        staff = chance.integers(6, 40, offices).astype(float)
        n = chance.integers(5, 16, offices)
        right = np.stack([chance.binomial(n, shares(chance, m, 0.05, offices)) for m in means])
        found = figures(
            np.stack([right, np.zeros_like(right), n - right], axis=-1), staff, chance
        ).same_right
        held += int(found.low <= truth <= found.high)
    assert held / rounds == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("n", [5, 10, 20])
def test_limits_of_one_office_hold_nine_times_in_ten_and_lie_nearer_when_shrunken(n: int) -> None:
    chance, alone, held, off, near, total = np.random.default_rng(n), 0, 0, 0.0, 0.0, 0
    for _ in range(60):
        truth = shares(chance, 0.75, 0.1, 60)
        right = chance.binomial(n, truth)
        prior = prior_of(right, np.full(60, n))
        assert prior
        for share, k in zip(truth, right, strict=True):
            own, told = office_interval(float(k), n), shrunken(prior, float(k), n)
            alone += int(own.low <= share**2 <= own.high)
            held += int(told.low <= share**2 <= told.high)
            off += (own.value - share**2) ** 2
            near += (told.value - share**2) ** 2
            total += 1
    assert alone / total == pytest.approx(0.91, abs=0.02)
    assert held / total == pytest.approx(0.90, abs=0.03)
    assert near < off


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize(
    ("mean", "correlation", "n"),
    [(0.75, 0.1, 4), (0.75, 0.1, 10), (0.95, 0.1, 10), (0.75, 0.02, 4)],
)
def test_limits_of_an_offices_rule_hold_with_one_habit_for_all_questions_or_one_for_each(
    mean: float, correlation: float, n: int, alike: bool
) -> None:
    chance, held, total = np.random.default_rng(n), 0, 0
    for _ in range(30):
        habit = shares(chance, mean, correlation, 60)
        truth = np.stack([habit if alike else chance.permutation(habit) for _question in range(3)])
        answered = chance.poisson(n, truth.shape)
        right = chance.binomial(answered, truth)
        priors = [prior for k, m in zip(right, answered, strict=True) if (prior := prior_of(k, m))]
        for office, s in enumerate((truth**2).mean(axis=0)):
            known = Known(priors, right[:, office], answered[:, office])
            told = shrunken_mean(known)
            held += int(told.low <= s <= told.high)
            total += 1
    assert held / total >= 0.87


@pytest.mark.parametrize("together", [True, False])
def test_limits_of_an_offices_handbook_hold_whether_its_rules_err_together_or_not(
    together: bool,
) -> None:
    chance, held, total = np.random.default_rng(7), 0, 0
    for _ in range(15):
        care = shares(chance, 0.8, 0.08, 60)
        truth = np.stack([care if together else chance.permutation(care) for _rule in range(10)])
        right = chance.binomial(12, truth)
        priors = [prior_of(k, np.full(60, 12)) for k in right]
        for office, s in enumerate((truth**2).mean(axis=0)):
            told = shrunken_rules([
                Known([prior], right[rule, [office]], np.array([12.0]))
                for rule, prior in enumerate(priors)
                if prior
            ])  # fmt: skip
            held += int(told.low <= s <= told.high)
            total += 1
    assert held / total >= 0.87


def test_an_office_is_seldom_called_to_talk_about_what_it_understands() -> None:
    """Of its own answers alone one word in six would be a false alarm: with dozens of rules, some every morning."""
    chance = np.random.default_rng(11)
    alarms = {"leaning": [0, 0], "alone": [0, 0]}
    missed = {"leaning": 0, "alone": 0}
    for mean in (0.97, 0.97, 0.94, 0.94, 0.88, 0.7):
        habit = shares(chance, mean, 0.08, 200)
        counts = np.stack([
            [chance.multinomial(m, (p, 0, (1 - p) / 2, (1 - p) / 4, (1 - p) / 4)) for m, p in
             zip(chance.poisson(4, 200), habit, strict=True)]
            for _question in range(3)
        ])  # fmt: skip
        made = tally(counts, np.full(200, 20.0))
        country = country_of(made, rule_figures(made, target=0.81, chance=chance))
        for office in range(200):
            mine = counts[:, office]
            words = {
                "leaning": word_leaning(country, mine, target=0.81),
                "alone": verdict(
                    said(mine, made.key, made.unsure, made.options), effect=1.0, target=0.81
                ),
            }
            for how, word in words.items():
                bad = habit[office] ** 2 < 0.81
                if word in (Verdict.MIXED, Verdict.WRONG, Verdict.BELOW):
                    alarms[how][int(bad)] += 1
                elif bad:
                    missed[how] += 1
    false = {how: wrong / (wrong + true) for how, (wrong, true) in alarms.items()}
    assert false["leaning"] <= 0.05 < 0.10 < false["alone"]
    found = {how: alarms[how][1] / (alarms[how][1] + missed[how]) for how in alarms}
    assert found["leaning"] >= 0.8 * found["alone"]


def world(chance: Chance, name: str, offices: int, each: int) -> Ints:
    n = np.full(offices, each)
    if name == "right":
        right = chance.binomial(n, shares(chance, 0.96, 0.02, offices))
    elif name == "split":
        right = chance.binomial(n, np.where(chance.random(offices) < 0.55, 0.95, 0.05))
    elif name == "wrong":
        right = chance.binomial(n, shares(chance, 0.2, 0.03, offices))
    else:
        return np.stack([chance.multinomial(each, (0.35, 0.05, 0.3, 0.3)) for _ in n])[None]
    return np.stack([right, n * 0, n - right, n * 0], axis=1)[None]


@pytest.mark.parametrize("name", ["right", "wrong", "mixed", "split"])
@pytest.mark.parametrize(("offices", "each"), [(16, 3), (16, 15), (200, 3)])
def test_the_word_is_seldom_wrong_and_often_given(name: str, offices: int, each: int) -> None:
    chance, rounds = np.random.default_rng(offices + each), 80
    said = [
        figures(world(chance, name, offices, each), np.full(offices, 20.0), chance).verdict.value
        for _ in range(rounds)
    ]
    vague = {"unknown", "below"}
    assert sum(word not in {name} | vague for word in said) <= 0.1 * rounds
    assert said.count(name) >= (0.4 if offices * each < 100 else 0.95) * rounds


@pytest.mark.parametrize(
    ("mean", "each", "questions"), [(0.8, 15, 1), (0.8, 15, 3), (0.97, 4, 1), (0.97, 4, 3)]
)
def test_offices_that_do_not_differ_are_seldom_said_to(
    mean: float, each: int, questions: int
) -> None:
    chance, rounds = np.random.default_rng(each + questions), 500
    n = np.full((questions, 40), each)
    falls = sum(differ_p(chance.binomial(n, mean), n, chance) < 0.05 for _ in range(rounds))
    assert falls / rounds <= 0.075


def test_of_the_rules_named_as_differing_few_do_not() -> None:
    chance, false, found, rounds = np.random.default_rng(5), 0.0, 0, 25
    differ = np.arange(40) < 10
    n = np.full(200, 8)
    for _ in range(rounds):
        p = [
            differ_p(chance.binomial(n, shares(chance, 0.8, 0.05, 200) if d else 0.8), n, chance)
            for d in differ
        ]
        falls = np.array(discoveries(p))
        false += float((falls & ~differ).sum()) / max(1, int(falls.sum()))
        found += int((falls & differ).sum())
    assert false / rounds <= 0.08
    assert found / rounds / 10 >= 0.7


OFFICES, QUESTIONS, LETTERS = 40, 80, 4


def informants(chance: Chance, key: Ints, competence: Floats) -> Ints:
    """Return answers (N, Q): known with the probability of one's competence, else guessed."""
    knows = chance.random((len(competence), len(key))) < competence[:, None]
    return np.where(knows, key, chance.integers(0, LETTERS, knows.shape))


def test_one_culture_finds_the_key_and_exactly_the_wrong_keys_of_ours() -> None:
    for seed in range(4):
        chance = np.random.default_rng(seed)
        truth = chance.integers(0, LETTERS, QUESTIONS)
        told = informants(chance, truth, chance.uniform(0.4, 0.9, OFFICES))
        found = consensus(told, LETTERS)
        assert found.culture == "one"
        assert list(found.posterior.argmax(axis=1)) == list(truth)
        ours = truth.copy()
        ours[:5] = (ours[:5] + 1) % LETTERS
        assert against_key(found, ours) == [0, 1, 2, 3, 4]


def test_two_cultures_are_told_apart_by_the_second_factor() -> None:
    for seed in range(4):
        chance = np.random.default_rng(seed)
        first = chance.integers(0, LETTERS, QUESTIONS)
        second = np.where(np.arange(QUESTIONS) < 0.4 * QUESTIONS, (first + 1) % LETTERS, first)
        other = np.arange(OFFICES) < 0.35 * OFFICES
        competence = chance.uniform(0.6, 0.9, OFFICES)
        told = np.where(
            other[:, None],
            informants(chance, second, competence),
            informants(chance, first, competence),
        )
        found = consensus(told, LETTERS)
        assert found.culture == "two"
        assert abs(np.corrcoef(found.second, other)[0, 1]) > 0.95
        assert against_key(found, first) == [], "two cultures accuse no key"


def test_where_all_guess_there_is_no_culture_and_no_key_is_accused() -> None:
    for seed in range(4):
        chance = np.random.default_rng(seed)
        told = chance.integers(0, LETTERS, (OFFICES, QUESTIONS))
        found = consensus(told, LETTERS)
        assert found.culture == "none"
        assert against_key(found, told[0]) == []


def test_a_steady_rule_seldom_sounds_the_alarm_and_a_drop_soon_does() -> None:
    chance, early, late = np.random.default_rng(24), 0, 0
    for _ in range(200):
        share = np.clip(chance.normal(0.8, 0.02, 48), 0, 1)
        n = np.full(48, 4000)
        steady = watched(list(chance.binomial(n, share)), list(n))
        share[24:] -= 0.08
        dropped = watched(list(chance.binomial(n, share)), list(n))
        assert steady
        assert dropped
        early += any(steady.alarm[24:30])
        late += any(dropped.alarm[24:30])
    assert early / 200 <= 0.1, "six steady months"
    assert late / 200 >= 0.95, "six months after a fall of eight points"
