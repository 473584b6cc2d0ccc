"""Made-up officers for bench/loop.py: what they know, how they forget, what colleagues make them believe. Knows no portal."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.uniformity.logic import Floats

Chance = np.random.Generator


@dataclass
class Minds:
    """What all officers hold of all rules, arrays (officers, rules).

    `knows` the rule once learnt, `misreads` it in the way most tempting, `stability` days until recall falls to 90 %, `since` the
    day of the last strengthening.
    """

    knows: np.ndarray[Any, np.dtype[np.bool_]]
    misreads: np.ndarray[Any, np.dtype[np.bool_]]
    stability: Floats
    since: Floats
    office: np.ndarray[Any, np.dtype[np.int64]]  # (officers,)

    def recall(self, day: float) -> Floats:
        """Return the probability that each officer recalls each rule on a day; 0 where it was never known."""
        gone: Floats = np.exp(np.log(0.9) * np.maximum(0, day - self.since) / self.stability)
        return np.where(self.knows & ~self.misreads, gone, 0.0)


class Department:
    """The officers and the chances of their lives."""

    def __init__(self, facts: dict[str, Any], *, rules: int, seed: int) -> None:
        self.facts, self.rules = facts, rules
        self.chance = np.random.default_rng(seed)
        size = facts["department"]
        self.office = np.repeat(np.arange(size["offices"]), size["officers"])
        begin = facts["knowledge"]
        more, less = begin["known"]
        self.known = self.chance.beta(float(more), float(less), rules)
        common = self.chance.random(rules) < begin["misconception"]
        self.misread = np.where(common, begin["misread"], 0.0)[None, :].repeat(
            size["offices"], axis=0
        )
        habits = self.chance.random((size["offices"], rules)) < begin["habit"]
        self.misread = np.where(habits, begin["habit_held"], self.misread)
        self.minds = self._minds(self.office)

    def _minds(self, office: np.ndarray[Any, np.dtype[np.int64]]) -> Minds:
        shape = (len(office), self.rules)
        low, high = np.log(self.facts["knowledge"]["stability"])
        stability = np.exp(self.chance.uniform(low, high, shape))
        return Minds(
            self.chance.random(shape) < self.known,
            self.chance.random(shape) < self.misread[office],
            stability,
            -self.chance.uniform(0, 1, shape) * stability,
            office,
        )

    def right(self, day: float, options: float = 4.0) -> Floats:
        """Return the probability of a right answer to a question never met, (officers, rules)."""
        recall, minds = self.minds.recall(day), self.minds
        guess = (1 - self.facts["answering"]["refer"]) / options
        held = self.facts["answering"]["hold"]
        lost = np.where(minds.misreads, (1 - held) * guess, guess)
        return recall + (1 - recall) * lost

    def same_right(self, day: float) -> float:
        """Return the true S: how often two customers at random counters of different offices are told the same, right thing."""
        share = np.stack([
            self.right(day)[self.office == one].mean(axis=0)
            for one in range(self.office.max() + 1)
        ])  # fmt: skip
        n = len(share)
        pairs = (share.sum(axis=0) ** 2 - (share**2).sum(axis=0)) / (n * (n - 1))
        return float(pairs.mean())

    def answer(self, officer: int, rule: int, day: float, wrong: int) -> str:
        """Return how an officer answers: right, tempting, unsure or another wrong answer ("0", "1", … of `wrong`)."""
        minds, facts, draw = self.minds, self.facts["answering"], self.chance.random
        if draw() < self.minds.recall(day)[officer, rule]:
            return "right"
        if minds.misreads[officer, rule] and draw() < facts["hold"]:
            return "tempting"
        if draw() < facts["refer"]:
            return "unsure"
        picked = int(self.chance.integers(wrong + 1))
        return "right" if picked == wrong else str(picked)

    def explained(self, officer: int, rule: int, day: float, *, right: bool) -> None:
        """Let an officer learn from an answer and its explanation."""
        minds, facts = self.minds, self.facts["learning"]
        place = (officer, rule)
        if right and minds.knows[place] and not minds.misreads[place]:
            grown = 1 + facts["grow"] * (1 - minds.recall(day)[place])
            minds.stability[place] *= max(1.15, grown)
            minds.since[place] = day
        elif not right:
            if minds.misreads[place] and self.chance.random() < facts["cured"]:
                minds.misreads[place] = False
            if self.chance.random() < facts["explained"]:
                minds.knows[place] = True
                minds.stability[place] = max(minds.stability[place], facts["fresh"])
                minds.since[place] = day

    def briefed(self, officers: list[int], rules: list[int], day: float) -> None:
        """Let officers learn from a briefing."""
        minds, facts = self.minds, self.facts["briefing"]
        for place in ((officer, rule) for officer in officers for rule in rules):
            if minds.misreads[place] and self.chance.random() < facts["cured"]:
                minds.misreads[place] = False
            if minds.knows[place]:
                minds.stability[place] *= facts["strengthened"]
                minds.since[place] = day
            elif self.chance.random() < facts["learnt"]:
                minds.knows[place] = True
                minds.stability[place] = max(minds.stability[place], facts["fresh"])
                minds.since[place] = day

    def month_passes(self, day: float) -> list[int]:
        """Let colleagues talk and some officers leave; return who was replaced."""
        minds, facts = self.minds, self.facts["colleagues"]
        believed = np.stack([
            minds.misreads[self.office == one].mean(axis=0) > 0.5
            for one in range(self.office.max() + 1)
        ])[self.office]  # fmt: skip
        talked = self.chance.random(believed.shape) < facts["copied"]
        minds.misreads = np.where(talked, believed, minds.misreads)
        gone = np.flatnonzero(
            self.chance.random(len(self.office)) < self.facts["department"]["leave"]
        )
        if gone.size:
            fresh = self._minds(self.office[gone])
            copies = self.chance.random(fresh.knows.shape) < facts["newcomer"]
            minds.knows[gone] = fresh.knows
            minds.misreads[gone] = np.where(copies, believed[gone], fresh.misreads)
            minds.stability[gone] = fresh.stability
            minds.since[gone] = day + fresh.since
        return [int(one) for one in gone]
