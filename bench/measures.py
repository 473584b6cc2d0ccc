"""How true the measures are, by simulation: coverage of limits, levels of tests, words given (docs/measures.md).

`.venv/bin/python -m bench.measures`; a few minutes on one core. Every figure is from made-up offices whose truth is known: right
shares of offices are Beta distributed around a mean with a given intraclass correlation, officers of one office independent.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import betaincinv

from app.rollouts.logic import draw_waves, stepped_effect
from app.uniformity.charts import watched
from app.uniformity.differing import differ_p, discoveries
from app.uniformity.intervals import office_interval, prior_of, shrunken
from app.uniformity.leaning import Known, shrunken_mean, shrunken_rules
from app.uniformity.logic import Floats, Ints, parts, staff_parts
from app.uniformity.measuring import Tally, country_of, rule_figures
from app.uniformity.shown import coded_range
from app.uniformity.verdict import Verdict

SEED = 20261124
CHANCE = np.random.default_rng(SEED)
OPTIONS = 4  # the key, "not sure", two wrong answers


def office_shares(mean: float, correlation: float, offices: int) -> Floats:
    """Return the right shares of made-up offices."""
    if correlation <= 0:
        return np.full(offices, mean)
    sure = 1 / correlation - 1
    return CHANCE.beta(mean * sure, (1 - mean) * sure, offices)


def answers_of(shares: Floats, n: Ints) -> Ints:
    """Return counts (O, J) in the order of a tally: right, "not sure", two wrong answers, the first likelier."""
    right = CHANCE.binomial(n, shares)
    first = CHANCE.binomial(n - right, 0.7)
    return np.stack([right, np.zeros_like(right), first, n - right - first], axis=1)


def single_offices() -> Iterator[str]:
    """Tell how often the 90 % limits of one office hold its true S, alone and shrunken, and how far each is off."""
    for n in (3, 5, 10, 20, 60):
        alone, found, raw, near = 0, 0, 0.0, 0.0
        rounds, offices = 200, 60
        for _ in range(rounds):
            shares = office_shares(0.75, 0.1, offices)
            k, each = CHANCE.binomial(n, shares), np.full(offices, n)
            prior = prior_of(k, each)
            assert prior
            for share, hits in zip(shares, k, strict=True):
                own = office_interval(float(hits), n)
                told = shrunken(prior, float(hits), n)
                alone += int(own.low <= share**2 <= own.high)
                found += int(told.low <= share**2 <= told.high)
                raw += (own.value - share**2) ** 2
                near += (told.value - share**2) ** 2
        total = rounds * offices
        yield (
            f"n = {n}: limits of its own hold {alone / total:.1%}, shrunken {found / total:.1%};"
            f" off by {np.sqrt(raw / total):.3f}, shrunken {np.sqrt(near / total):.3f}"
        )


def single_rules() -> Iterator[str]:
    """Tell how often the 90 % limits of an office's rule of three questions hold, offices alike or not over the questions."""
    for mean, correlation, n in (
        (0.75, 0.1, 4), (0.75, 0.1, 10), (0.75, 0.1, 20), (0.75, 0.02, 4), (0.95, 0.1, 4), (0.95, 0.1, 10), (0.95, 0.2, 10),
    ):  # fmt: skip
        told = []
        for alike in (True, False):
            held, rounds, offices, width = 0, 60, 60, 0.0
            for _ in range(rounds):
                one = office_shares(mean, correlation, offices)
                shares = np.stack([one if alike else CHANCE.permutation(one) for _q in range(3)])
                answered = CHANCE.poisson(n, shares.shape).astype(float)
                right = CHANCE.binomial(answered.astype(int), shares).astype(float)
                priors = [prior_of(k, m) for k, m in zip(right, answered, strict=True)]
                known = [prior for prior in priors if prior]
                for office, truth in enumerate((shares**2).mean(axis=0)):
                    found = shrunken_mean(Known(known, right[:, office], answered[:, office]))
                    held += int(found.low <= truth <= found.high)
                    width += found.high - found.low
            told.append(f"{held / rounds / offices:.0%} (width {width / rounds / offices:.2f})")
        yield (
            f"3 questions of {n}, {mean:.0%} right, correlation {correlation}: one habit for all {told[0]},"
            f" one for each {told[1]}"
        )


def single_handbooks() -> Iterator[str]:
    """Tell how often the 90 % limits of an office's handbook hold, its rules erring together or each by itself."""
    for together in (True, False):
        held, rounds, offices, width = 0, 40, 60, 0.0
        for _ in range(rounds):
            care = office_shares(0.8, 0.08, offices)
            shares = np.stack([care if together else CHANCE.permutation(care) for _r in range(10)])
            right = CHANCE.binomial(12, shares).astype(float)
            priors = [prior_of(k, np.full(offices, 12)) for k in right]
            for office, truth in enumerate((shares**2).mean(axis=0)):
                found = shrunken_rules([
                    Known([prior], right[rule, [office]], np.array([12.0]))
                    for rule, prior in enumerate(priors)
                    if prior
                ])  # fmt: skip
                held += int(found.low <= truth <= found.high)
                width += found.high - found.low
        how = "together" if together else "each by itself"
        yield (
            f"10 rules of 12 answers that err {how}: {held / rounds / offices:.0%}"
            f" (width {width / rounds / offices:.2f})"
        )


UNDERSTOOD = (0.97, 0.97, 0.94, 0.94, 0.88, 0.7)  # right shares of six rules
ASKED_TO_TALK = (Verdict.MIXED, Verdict.WRONG, Verdict.BELOW)


def _group_words(offices: int, groups: int, each: float, correlation: float) -> Iterator[str]:
    """Yield how often groups of offices (of one: offices) are asked to talk about what they understand, leaning and alone."""
    said_of: dict[str, Counter[tuple[bool, bool]]] = {"alone": Counter(), "leaning": Counter()}
    held = total = 0
    for mean in UNDERSTOOD * (4 if offices == 1 else 16):
        shares = office_shares(mean, correlation, offices * groups)
        counts = np.stack([
            answers_of(shares, CHANCE.poisson(each, offices * groups)) for _q in range(3)
        ])  # fmt: skip
        key = np.zeros(3, dtype=np.int64)
        options, staff = np.full(3, float(OPTIONS)), np.full(offices * groups, 20.0)
        tally = Tally(counts, key, key + 1, options, staff)
        country = country_of(tally, rule_figures(tally, target=0.81, chance=CHANCE))
        for group in range(groups):
            rows = range(group * offices, (group + 1) * offices)
            mine = tally.of(rows)
            p = shares[list(rows)]
            truth = float((p.sum() ** 2 - (p**2).sum()) / max(1, offices * (offices - 1)))
            truth = truth if offices > 1 else float(p[0] ** 2)
            for how, one in (("alone", None), ("leaning", country)):
                word = rule_figures(mine, target=0.81, chance=CHANCE, country=one)
                said_of[how][truth < 0.81, word.otherwise in ASKED_TO_TALK] += 1
            low, high = coded_range(word.leaning, 50) or (10, 90)
            held += int((low <= 10 or low <= 100 * truth) and (high >= 90 or 100 * truth <= high))
            total += 1
    for how, found in said_of.items():
        alarms = found[True, True] + found[False, True]
        bad = found[True, True] + found[True, False]
        yield (
            f"{offices} office(s) x 3 questions x {each}, correlation {correlation}, {how}: false alarms"
            f" {found[False, True] / max(1, alarms):.0%} of {alarms}, found {found[True, True] / max(1, bad):.0%}"
        )
    yield f"    the range as shown holds in {held / total:.0%}"


def words_of_few() -> Iterator[str]:
    """Tell how often offices and small states are asked to talk about rules that they understand."""
    for correlation in (0.03, 0.1):
        yield from _group_words(1, 200, 4, correlation)
        yield from _group_words(10, 16, 1, correlation)
        yield from _group_words(10, 16, 2, correlation)


def many_offices() -> Iterator[str]:
    """Tell how often the 95 % limits of S and of F hold, by how many offices there are, where all is well and near 1."""
    for means in ((0.7, 0.8, 0.85), (0.95, 0.95, 0.95)):
        for alike in (False, True):
            for offices in (8, 16, 40, 200):
                told = [_held(means, c, offices, alike=alike) for c in (0.05, 0.15)]
                habit = "one habit for all" if alike else "a habit for each question"
                yield f"right {means}, {habit}, {offices} offices: " + "; ".join(told)


def _held(means: tuple[float, ...], correlation: float, offices: int, *, alike: bool) -> str:
    """Return how often limits hold and how wide those of S are; `alike`: an office stands equally high on all questions."""
    held, habit, width, rounds = 0, 0, 0.0, 1000 if offices < 100 else 400
    truth = float(np.mean(np.square(means)))
    for _ in range(rounds):
        staff = CHANCE.integers(6, 40, offices).astype(float)
        n = CHANCE.integers(5, 16, offices)
        sure, rank = 1 / correlation - 1, CHANCE.random((len(means), offices))
        shares = [
            betaincinv(mean * sure, (1 - mean) * sure, rank[0 if alike else q])
            for q, mean in enumerate(means)
        ]
        right = np.stack([CHANCE.binomial(n, share) for share in shares])
        tally = Tally(
            counts=np.stack([right, np.zeros_like(right), n - right], axis=-1),
            key=np.zeros(len(means), dtype=np.int64),
            unsure=np.ones(len(means), dtype=np.int64),
            options=np.full(len(means), 2.0),
            staff=staff,
        )
        told = rule_figures(tally, target=0.81, chance=CHANCE)
        s, f = told.same_right, told.habit
        held += int(s.low <= truth <= s.high)
        habit += int(f.low <= correlation <= f.high)
        width += s.high - s.low
    return (
        f"correlation {correlation}: S {held / rounds:.1%} (width {width / rounds:.3f}),"
        f" F {habit / rounds:.1%}"
    )


def silence() -> Iterator[str]:
    """Tell how far S is off when weak offices answer rarely, with and without weights of staff."""
    plain, weighed, rounds = 0.0, 0.0, 400
    for _ in range(rounds):
        strong = CHANCE.random(200) < 0.5
        shares = np.where(strong, 0.9, 0.5)
        staff = np.full(200, 20)
        n = CHANCE.binomial(staff, np.where(strong, 0.9, 0.3))
        counts = answers_of(shares, n)
        truth = float(shares.mean()) ** 2
        plain += float(parts(counts, 0).same_right) - truth
        weighed += float(staff_parts(counts, 0, staff).same_right) - truth
    yield f"S is off by {plain / rounds:+.3f} unweighted, {weighed / rounds:+.4f} by staff"


def tests_of_offices() -> Iterator[str]:
    """Tell how often the test says that offices differ where they do not, and where they do."""
    for mean, each, offices, questions in (
        (0.8, 15, 40, 1), (0.8, 15, 40, 3), (0.97, 4, 40, 1), (0.97, 4, 40, 3), (0.8, 8, 200, 1),
    ):  # fmt: skip
        for correlation in (0.0, 0.05):
            rounds, falls = 1000, 0
            for _ in range(rounds):
                n = np.full((questions, offices), each)
                shares = np.stack(
                    [office_shares(mean, correlation, offices) for _q in range(questions)]
                )
                falls += differ_p(CHANCE.binomial(n, shares), n, CHANCE) < 0.05
            yield (
                f"{mean:.0%} right, {offices} offices x {each}, {questions} questions, correlation"
                f" {correlation}: rejected {falls / rounds:.1%}"
            )


def whole_handbook() -> Iterator[str]:
    """Tell how many of the rules named as differing do not differ, and how many that do are named."""
    false, named, found, rounds = 0.0, 0, 0, 150
    for _ in range(rounds):
        differ = np.arange(40) < 10
        n = np.full(200, 5)
        p = [
            differ_p(CHANCE.binomial(n, office_shares(0.85, 0.05 * d, 200)), n, CHANCE)
            for d in differ
        ]
        falls = np.array(discoveries(p))
        named = int(falls.sum())
        false += float((falls & ~differ).sum()) / max(1, named)
        found += int((falls & differ).sum())
    yield (
        f"40 rules of which 10 differ, 200 offices x 5: false among named {false / rounds:.1%},"
        f" found {found / rounds / 10:.0%}"
    )


def _world(name: str, offices: int, each: int) -> Ints:
    n = np.full(offices, each)
    if name == "right":
        return answers_of(office_shares(0.95, 0.03, offices), n)
    if name == "wrong":
        wrong = CHANCE.binomial(n, office_shares(0.8, 0.03, offices))
        return np.stack([n - wrong, np.zeros_like(n), wrong, np.zeros_like(n)], axis=1)
    if name == "mixed":
        return np.stack([CHANCE.multinomial(each, (0.35, 0.05, 0.3, 0.3)) for _o in n])
    if name == "split":
        return answers_of(np.where(CHANCE.random(offices) < 0.55, 0.95, 0.05), n)
    if name == "refer":
        return np.stack([CHANCE.multinomial(each, (0.2, 0.7, 0.05, 0.05)) for _o in n])
    return answers_of(office_shares(0.9, 0.03, offices), n)  # just at the target


def words() -> Iterator[str]:
    """Tell which words are given in worlds whose word is known."""
    for offices, each in ((16, 3), (16, 15), (200, 3)):
        for world in ("right", "wrong", "mixed", "split", "refer", "at the target"):
            told: Counter[str] = Counter()
            rounds = 150
            for _ in range(rounds):
                tally = Tally(
                    counts=_world(world, offices, each)[None],
                    key=np.array([0]),
                    unsure=np.array([1]),
                    options=np.array([float(OPTIONS)]),
                    staff=np.full(offices, 20.0),
                )
                told[rule_figures(tally, target=0.81, chance=CHANCE).verdict.value] += 1
            said = ", ".join(f"{word} {n / rounds:.0%}" for word, n in told.most_common())
            yield f"{offices} offices x {each}, {world}: {said}"


def rollouts() -> Iterator[str]:
    """Tell how often a rollout over 40 offices finds an effect: with none under a national trend, and with one."""
    for effect in (0.0, 0.09):
        found, held, rounds = 0, 0, 400
        for _ in range(rounds):
            waves = draw_waves(range(40), 5, int(CHANCE.integers(2**31)))
            started = np.array([waves[office] - 1 for office in range(40)])
            base = office_shares(0.65, 0.05, 40)
            trend = np.linspace(0, 0.1, 4)
            shares = base[:, None] + trend + effect * (started[:, None] <= np.arange(4))
            n = np.full((40, 4), 8)
            right = CHANCE.binomial(n, np.clip(shares, 0, 1))
            told = stepped_effect(right, n, started, 499, CHANCE)
            assert told
            found += told.p < 0.05
            held += told.low <= effect <= told.high
        yield (
            f"effect {effect:+.0%}: found {found / rounds:.1%}, limits hold it {held / rounds:.1%}"
        )


def alarms() -> Iterator[str]:
    """Tell after how many months a steady chart sounds an alarm, and how soon after a drop of five points."""
    for drop in (0.0, 0.05):
        waits, rounds, most = [], 400, 600
        for _ in range(rounds):
            share = np.clip(CHANCE.normal(0.8, 0.02, 24 + most), 0, 1)
            share[24:] -= drop
            n = np.full(24 + most, 4000)
            found = watched(list(CHANCE.binomial(n, share)), list(n))
            assert found
            first = np.flatnonzero(np.array(found.alarm[24:]))
            waits.append(int(first[0]) + 1 if first.size else most)
        yield f"drop of {drop:.0%}: first alarm after {np.median(waits):.0f} months (median)"


PARTS: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("One office, a question: 90 % limits", single_offices),
    ("One office, a rule: 90 % limits", single_rules),
    ("One office, a handbook: 90 % limits", single_handbooks),
    ("Words of few: six rules, four understood", words_of_few),
    ("Many offices: 95 % limits", many_offices),
    ("Silence of weak offices", silence),
    ("Do offices differ? 5 % test", tests_of_offices),
    ("A handbook of tests", whole_handbook),
    ("Words", words),
    ("Rollouts: 5 waves, 4 months compared, 8 answers an office and month", rollouts),
    ("Months: 4,000 answers each, two points of wobble", alarms),
)


def main() -> None:
    """Print every part; each begins with the same seed, so that a new one moves no figure of the others."""
    for title, tell in PARTS:
        CHANCE.bit_generator.state = np.random.default_rng(SEED).bit_generator.state
        print(f"\n{title}", flush=True)
        for line in tell():
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
