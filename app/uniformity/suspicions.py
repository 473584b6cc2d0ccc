"""Where the text or the key may be at fault rather than the people: what speaks for it, question by question. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from app.disclosure import rounded
from app.quizzes.answers import REFER, category
from app.quizzes.shares import tens
from app.uniformity.asked import Asked, is_right
from app.uniformity.composing import RuleMeasured
from app.uniformity.consensus import against_key, consensus
from app.uniformity.logic import Ints

FEWEST_OFFICES, MOST_OFFICES, FEWEST_QUESTIONS = 8, 400, 5
ENOUGH_OF_OFFICE = 3  # answers of an office to a question, for it to have a modal answer
ENOUGH_ANSWERS = 100
ABLE_SPLIT, ABLE_RIVAL = 0.65, 0.25


@dataclass(frozen=True)
class Suspect:
    """A question to look at: why (consensus or split) and the evidence, in per cents and whole numbers."""

    version_id: int
    rule_id: int
    reason: str
    evidence: dict[str, Any]


def consensus_suspects(rules: Sequence[RuleMeasured]) -> list[Suspect]:
    """Return questions of which the offices agree on an answer that is not the key (measures, 1.6).

    Chapter by chapter, offices as informants with their commonest answer. Needs eight offices and five questions, and one
    culture among the offices; otherwise the chapter says nothing.
    """
    found: list[Suspect] = []
    for _chapter, group in groupby(rules, key=lambda r: r.rule.chapter_code):
        found += _of_chapter(list(group))
    return found


def _of_chapter(rules: Sequence[RuleMeasured]) -> list[Suspect]:
    offices = sorted({place.office_id for rule in rules for place in rule.places})
    asked = [(rule, q) for rule in rules for q in range(len(rule.rule.asked))]
    if len(offices) < FEWEST_OFFICES or len(asked) < FEWEST_QUESTIONS:
        return []
    rows = {office: row for row, office in enumerate(offices)}
    modal = np.full((len(offices), len(asked)), -1, dtype=np.int64)
    for column, (rule, q) in enumerate(asked):
        for place, counts in zip(rule.places, rule.tally.counts[q], strict=True):
            if counts.sum() >= ENOUGH_OF_OFFICE:
                modal[rows[place.office_id], column] = int(counts.argmax())
    usable = (modal >= 0).sum(axis=1) >= FEWEST_QUESTIONS
    if usable.sum() < FEWEST_OFFICES:
        return []
    options = np.array([max(2.0, rule.tally.options[q]) for rule, q in asked])
    width = np.array([rule.tally.counts.shape[-1] for rule, _q in asked])
    agreed = consensus(modal[speakers(modal)], np.maximum(options, width).astype(np.int64))
    flagged = against_key(agreed, np.array([rule.tally.key[q] for rule, q in asked]))
    return [_consensus_suspect(asked[column], modal[usable][:, column]) for column in flagged]


def speakers(modal: Ints) -> Ints:
    """Return the rows of the offices that are asked for consensus: those with answers enough, 400 with the most at most.

    modal (offices, questions), -1 where an office has no commonest answer. The cost grows with the cube of their number, and what
    they agree on does not need more of them.
    """
    answered = (modal >= 0).sum(axis=1)
    order = np.argsort(-answered, kind="stable")[:MOST_OFFICES]
    return np.sort(order[answered[order] >= FEWEST_QUESTIONS])


def _consensus_suspect(asked: tuple[RuleMeasured, int], modal: Any) -> Suspect:
    rule, q = asked
    answered = modal[modal >= 0]
    rival = int(np.bincount(answered).argmax())
    return Suspect(
        rule.rule.asked[q].version_id,
        rule.rule.rule_id,
        "consensus",
        {"offices": len(answered), "agree": int((answered == rival).sum())},
    )


def split_suspects(
    rules: Sequence[RuleMeasured], reports: Mapping[int, Mapping[str, Any]]
) -> list[Suspect]:
    """Return questions at which the third of officers who know most else is split between the key and another answer.

    reports: the item statistics of each question version as quality stores them. Needs 100 answers.
    """
    found = []
    for rule in rules:
        for one in rule.rule.asked:
            report = reports.get(one.version_id)
            known = report.get("known", report["n"]) if report else 0
            if not report or known < ENOUGH_ANSWERS:
                continue
            right, rival = _able(one, report["curves"])
            if right < ABLE_SPLIT and rival >= ABLE_RIVAL:
                evidence = {
                    "n": tens(known),
                    "right": rounded(right, known // 3),
                    "rival": rounded(rival, known // 3),
                }
                found.append(Suspect(one.version_id, rule.rule.rule_id, "split", evidence))
    return found


def _able(one: Asked, curves: Sequence[Sequence[Any]]) -> tuple[float, float]:
    """Return the shares of the best third that are right, and that gave the commonest other answer.

    Texts are put together as they are marked and counted: two accepted spellings are one answer, and no rivals.
    """
    right, others = 0.0, dict[str, float]()
    for choice, *_shares, share in curves:
        if is_right(one, choice):
            right += share or 0.0
        elif choice not in ("", REFER):
            kept = category(one.kind, choice)
            others[kept] = others.get(kept, 0.0) + (share or 0.0)
    return right, max(others.values(), default=0.0)
