"""Attempts as they would have been made: drawn by the quiz's own logic, answered by an office's habits, graded."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from app.clock import local
from app.demo.bulk import Bulk
from app.demo.content import QuizPlan
from app.demo.habits import Habit, choose, skilled
from app.quizzes.answers import REFER, category
from app.quizzes.logic import GRACE, Candidate, Drawn, draw, passed
from app.quizzes.models import Answer, Attempt, AttemptQuestion, Grade, ResponseCount

RAN_OUT_SHARE = 0.01
ANCHOR = "anchor"


class Sat(NamedTuple):
    """How an attempt ended."""

    attempt_id: int
    score: int
    maximum: int
    passed: bool
    by: str
    submitted_at: datetime


class Sitting(NamedTuple):
    """Who sits which quiz, where (the office of that day) and from when."""

    officer_id: int
    office_id: int
    quiz: QuizPlan
    habits: dict[str, Habit]
    started_at: datetime
    seen: set[int]  # question versions answered before; grows
    candidates: tuple[Candidate, ...]
    explained: bool  # an attempt not long ago was explained


class QuizDesk:
    """Writes attempts with all that belongs to them; counts are kept per group of offices, then written."""

    def __init__(self, bulk: Bulk) -> None:
        self.next_id = bulk.next_id(Attempt)
        self.counts: Counter[tuple[int, int, str, str]] = Counter()
        self.attempts = bulk.basket(
            Attempt, "id", "officer_id", "quiz_id", "office_id", "seed", "started_at", "deadline_at",
            "submitted_at", "submitted_by",
        )  # fmt: skip
        self.slots = bulk.basket(
            AttemptQuestion, "attempt_id", "position", "question_version_id", "option_order", "kind",
            "alphabet", "draw", "choice", "saved_at",
        )  # fmt: skip
        self.answers = bulk.basket(
            Answer, "attempt_id", "officer_id", "office_id", "question_version_id", "choice", "correct",
            "share", "counted", "draw", "answered_at",
        )  # fmt: skip
        self.grades = bulk.basket(
            Grade, "attempt_id", "officer_id", "quiz_id", "score", "maximum", "passed", "graded_at"
        )
        self.cells = bulk.basket(
            ResponseCount, "question_version_id", "office_id", "month", "draw", "choice", "n"
        )

    def sit(self, chance: random.Random, sitting: Sitting) -> Sat:
        """Write one finished attempt and return how it ended."""
        row = sitting.quiz.row
        seed, drawn = self._draw(chance, sitting)
        deadline = _deadline(sitting)
        ran_out = deadline is not None and chance.random() < RAN_OUT_SHARE
        answered = len(drawn) * 2 // 3 if ran_out else len(drawn)
        choices, times = self._answer(chance, sitting, drawn, answered)
        finish = times[-1] + timedelta(seconds=chance.randrange(15, 60))
        submitted_at = deadline + 2 * GRACE if ran_out and deadline else finish
        by = "deadline" if ran_out else "officer"
        attempt_id = self._take_id()
        self.attempts.add((
            attempt_id, sitting.officer_id, row.id, sitting.office_id, seed, sitting.started_at, deadline,
            submitted_at, by,
        ))  # fmt: skip
        score = self._write(sitting, attempt_id, drawn, choices, times, submitted_at)
        did_pass = passed(score, len(drawn), row.pass_mark)
        self.grades.add(
            (attempt_id, sitting.officer_id, row.id, score, len(drawn), did_pass, submitted_at)
        )
        return Sat(attempt_id, score, len(drawn), did_pass, by, submitted_at)

    def leave_open(self, chance: random.Random, sitting: Sitting, *, answered: int) -> int:
        """Write an attempt that waits half done; return its id."""
        seed, drawn = self._draw(chance, sitting)
        choices, times = self._answer(chance, sitting, drawn, min(answered, len(drawn) - 1))
        attempt_id = self._take_id()
        self.attempts.add((
            attempt_id, sitting.officer_id, sitting.quiz.row.id, sitting.office_id, seed,
            sitting.started_at, _deadline(sitting), None, "",
        ))  # fmt: skip
        self._write_slots(attempt_id, drawn, choices, times)
        return attempt_id

    def _draw(self, chance: random.Random, sitting: Sitting) -> tuple[int, list[Drawn]]:
        seed, quiz = chance.randrange(1, 2**31), sitting.quiz
        candidates = sitting.candidates
        if sitting.seen:
            candidates = tuple(
                replace(c, seen=True) if c.version_id in sitting.seen else c for c in candidates
            )
        return seed, draw(seed, candidates, quiz.row.question_count, quiz.fixed)

    def _answer(
        self, chance: random.Random, sitting: Sitting, drawn: list[Drawn], answered: int
    ) -> tuple[list[str], list[datetime]]:
        at, again = sitting.started_at, sitting.explained
        asked = sitting.quiz.asked
        habits = {
            rule: skilled(habit, sitting.officer_id) for rule, habit in sitting.habits.items()
        }
        limit = sitting.quiz.row.time_limit_minutes
        slowest = min(75, limit * 50 // len(drawn)) if limit else 75
        choices, times = [], []
        for question in drawn[:answered]:
            case = asked[question.version_id]
            choices.append(
                choose(
                    chance.random(),
                    habits[case.rule],
                    case.key,
                    case.wrong,
                    again=again,
                    refer=REFER,
                )
            )
            at += timedelta(seconds=slowest * (0.3 + 0.7 * chance.random()))
            times.append(at)
        return choices, times

    def _write_slots(
        self, attempt_id: int, drawn: list[Drawn], choices: list[str], times: list[datetime]
    ) -> None:
        add = self.slots.add
        for i, q in enumerate(drawn):
            choice, saved_at = (choices[i], times[i]) if i < len(choices) else ("", None)
            add(
                (
                    attempt_id,
                    i + 1,
                    q.version_id,
                    q.option_order,
                    q.kind,
                    q.alphabet,
                    q.draw,
                    choice,
                    saved_at,
                )
            )

    def _write(
        self,
        sitting: Sitting,
        attempt_id: int,
        drawn: list[Drawn],
        choices: list[str],
        times: list[datetime],
        submitted_at: datetime,
    ) -> int:
        """Write questions, answers and counts as a submission does; return the score."""
        self._write_slots(attempt_id, drawn, choices, times)
        officer_id, office_id, asked = sitting.officer_id, sitting.office_id, sitting.quiz.asked
        month, score, seen = f"{local(submitted_at):%Y-%m}", 0, sitting.seen
        for i, question in enumerate(drawn):
            version_id = question.version_id
            choice, at = (choices[i], times[i]) if i < len(choices) else ("", submitted_at)
            right = choice == asked[version_id].key
            counted = bool(choice) and version_id not in seen
            score += right
            if counted:
                self.counts[version_id, office_id, month, category(question.kind, choice)] += 1
                seen.add(version_id)
            self.answers.add((
                attempt_id, officer_id, office_id, version_id, choice, right, 1000 * right, counted, ANCHOR, at
            ))  # fmt: skip
        return score

    def _take_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def close_group(self) -> None:
        """Put the counts of a group of offices into their basket: nobody outside the group answered there."""
        for (version_id, office_id, month, choice), n in self.counts.items():
            self.cells.add((version_id, office_id, month, ANCHOR, choice, n))
        self.counts.clear()


def _deadline(sitting: Sitting) -> datetime | None:
    minutes = sitting.quiz.row.time_limit_minutes
    return sitting.started_at + timedelta(minutes=minutes) if minutes else None
