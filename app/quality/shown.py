"""The figures of questions as pages may tell them: no finer than so many answers allow. Pure.

Decisions (flags and reasons) are made on exact figures, when they are released; nobody reads those figures. The bank less the
nation, which follow different nights, would otherwise be one officer.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from app.disclosure import BLURRED, BOTTOM, EVERYBODY, FEW, TOP, coded, rounded, step_of
from app.quality.logic import wilson
from app.quizzes.shares import share_told, tens

Curve = tuple[str, str, list[str | None]]  # answer, share, by third


def report_told(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored report as pages tell it: shares as words, coefficients in the step of so many answers."""
    if report.get("facility") is None:
        return {}
    n, certain = report["n"], report.get("certain", 0)
    low, high = limits_told(report["facility"], n)
    wrong = report["sure_and_wrong"]
    return {
        "facility": share_told(report["facility"], n),
        "low": low,
        "high": high,
        "discrimination": coefficient_told(report["discrimination"], n),
        "efficiency": None if report["efficiency"] is None else rounded(report["efficiency"] / 100, n),
        "sure_and_wrong": share_told(wrong, certain) if certain >= EVERYBODY else None,
        "curves": _curves(report["curves"], report.get("known", 0)),
        "differences": [{**one, "n": tens(one["n"])} for one in report["differences"]],
        "slope": report["slope"],
        "difficulty": report["difficulty"],
        "reasons": report["reasons"],
    }  # fmt: skip


def limits_told(share: float, n: int) -> tuple[int, int]:
    """Return the 95 % limits in per cent of every share that would be told like this one, so that they tell no more than it."""
    few = n < FEW
    told, half = (coded(share, n), max(5, step_of(n)) / 2) if few else (rounded(share, n), 0.5)
    least = 0.0 if few and told <= BOTTOM else max(0.0, told - half)
    most = 100.0 if few and told >= TOP else min(100.0, told + half)
    answers = tens(n)
    low, _high = wilson(least / 100 * answers, answers)
    _low, high = wilson(most / 100 * answers, answers)
    return round(100 * low), round(100 * high)


def coefficient_told(value: float | None, n: int) -> float | None:
    """Return a coefficient from -1 to 1 in the step in which a share of so many answers is told."""
    return rounded(value, n) / 100 if value is not None and isfinite(value) else None


def _curves(curves: list[list[Any]], known: int) -> list[Curve]:
    """Return the answers that three or more gave, the commonest first, by third where a third is not too few."""
    if known < EVERYBODY:
        return []
    third = known // 3
    found: list[Curve] = [
        (
            choice,
            share_told(share, known),
            [share_told(one, third) if third >= EVERYBODY else None for one in by_third],
        )
        for choice, share, *by_third in curves
        if round(share * known) >= BLURRED
    ]
    return sorted(found, key=lambda one: (-int(one[1].lstrip("≤≥")), one[0]))
