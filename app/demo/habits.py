"""How offices read rules: mostly right, some rules wrong everywhere, some split between states, some at every desk. Pure."""

import random
from dataclasses import dataclass, replace

from app.demo.cast import PUTRAJAYA
from app.demo.content import QuizPlan
from app.demo.offices import MadeOffice

SKILL = 0.17  # standard deviation of what officers of one office get right
ROGUE_SHARE = 0.05
LEARNT = 0.75  # of what was missing, how much somebody knows after reading why it was wrong


@dataclass(frozen=True)
class Habit:
    """How likely an officer chooses the right, the most tempting and the "not sure" option; the rest is scattered."""

    right: float
    tempting: float
    unsure: float


def _right(chance: random.Random) -> Habit:
    right = chance.uniform(0.90, 0.98)
    return Habit(right, (1 - right) * 0.5, (1 - right) * 0.3)


ALL_WRONG = Habit(0.20, 0.68, 0.05)
SPLIT_DESKS = Habit(0.52, 0.36, 0.09)
OTHER_STATES = Habit(0.22, 0.64, 0.06)
ROGUE = Habit(0.15, 0.75, 0.04)


class National:
    """The readings that hold all over the country, by quiz and rule, and the states that read some rules differently."""

    def __init__(self, seed: int, quizzes: tuple[QuizPlan, ...], states: list[str]) -> None:
        self.seed = seed
        self.usual: dict[tuple[int, str], Habit] = {}
        self.in_states: dict[tuple[int, str], frozenset[str]] = {}
        for quiz in quizzes:
            chance = random.Random(f"{seed}:habits:{quiz.row.slug}")  # noqa: S311  # no secret
            for rule in quiz.rules:
                self.usual[quiz.row.id, rule] = _right(chance)
            self._mark(chance, quiz, states)

    def _mark(self, chance: random.Random, quiz: QuizPlan, states: list[str]) -> None:
        """Choose one rule in four, three at most, to be read otherwise: by states, wrongly by all, or at every desk."""
        marked = chance.sample(quiz.rules, min(3, len(quiz.rules) // 4))
        for rule, way in zip(marked, ("states", "wrong", "desks"), strict=False):
            key = (quiz.row.id, rule)
            if way == "states":
                self.in_states[key] = frozenset(chance.sample(states, max(1, len(states) * 2 // 5)))
            else:
                self.usual[key] = ALL_WRONG if way == "wrong" else SPLIT_DESKS

    def of_office(self, office: MadeOffice, quiz: QuizPlan) -> dict[str, Habit]:
        """Return the habits of one office in one quiz, by rule."""
        chance = random.Random(f"{self.seed}:{office.code}:{quiz.row.slug}")  # noqa: S311  # no secret
        care = chance.gauss(0, 0.03)
        found = {}
        for rule in quiz.rules:
            key = (quiz.row.id, rule)
            if office.state in self.in_states.get(key, ()):
                found[rule] = OTHER_STATES
            else:
                usual = self.usual[key]
                found[rule] = Habit(
                    min(0.99, max(0.02, usual.right + care)), usual.tempting, usual.unsure
                )
        # Visitors see what Putrajaya does about it; of rules asked in every attempt nothing fresh would be left to ask.
        if chance.random() < ROGUE_SHARE or office.code == PUTRAJAYA:
            seldom = [rule for rule in quiz.rules if rule not in quiz.fixed]
            found[chance.choice(seldom or quiz.rules)] = ROGUE
        return found


def skilled(habit: Habit, officer_id: int) -> Habit:
    """Return an office's habit as one officer has it: some understand more of everything than their colleagues do."""
    skill = random.Random(officer_id).gauss(0, SKILL)  # noqa: S311  # a made-up person
    return replace(habit, right=min(0.99, max(0.02, habit.right + skill)))


def choose(
    drawn: float, habit: Habit, key: str, wrong: tuple[str, ...], *, again: bool, refer: str
) -> str:
    """Return the choice for a number drawn between 0 and 1; `again` after an attempt that was explained."""
    right = habit.right + (1 - habit.right) * LEARNT if again else habit.right
    if drawn < right:
        return key
    rest = (drawn - right) / (1 - right)  # where the draw lies among everything that is not right
    missed = max(1 - habit.right, 0.001)
    tempting, unsure = habit.tempting / missed, habit.unsure / missed
    if rest < tempting:
        return wrong[0]
    if rest < tempting + unsure:
        return refer
    others = wrong[1:] or wrong  # some kinds of questions have one likely mistake only
    return others[int(rest * 1000) % len(others)]
