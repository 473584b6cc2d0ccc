"""Figures as they may be shown: whole per cents that add up for many officers, steps of five and words for few. Pure."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, isnan
from typing import Any

from app.disclosure import coded, rounded
from app.uniformity.asked import Misreading
from app.uniformity.intervals import Range

FEWEST_HOLDERS = 3  # officers who must share a reading before it is told
MANY, SOME = 0.34, 0.10
BANDS = (10, 20, 50, 100)


def per_cents(shares: Sequence[float]) -> list[int]:
    """Return shares that add to 1 as whole per cents that add to 100 (largest remainder)."""
    exact = [max(0.0, share) * 100 for share in shares]
    whole = [floor(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in order[: max(0, 100 - sum(whole))]:
        whole[place] += 1
    return whole


def per_cent(value: float) -> int | None:
    """Return a share as a whole per cent, None for NaN."""
    return None if isnan(value) else round(value * 100)


def interval(found: Range) -> list[int] | None:
    """Return limits as whole per cents, widened outwards, None where there are none."""
    if isnan(found.low) or isnan(found.high):
        return None
    return [max(0, min(100, floor(found.low * 100))), max(0, min(100, ceil(found.high * 100)))]


def coded_range(found: Range, officers: float) -> list[int] | None:
    """Return limits of few officers as they are coded, None where there are none."""
    return None if isnan(found.low) else [coded(found.low, officers), coded(found.high, officers)]


def band(officers: int) -> str:
    """Return how many officers, as a band that hides who answered last: "10–19"."""
    if officers >= BANDS[-1]:
        return f"{BANDS[-1]}+"
    low = max((one for one in BANDS if one <= officers), default=5)
    return f"{low}–{next(one for one in BANDS if one > officers) - 1}"


def readings(held: Mapping[tuple[str, str], Misreading], *, few: int = 0) -> list[dict[str, Any]]:
    """Return the misreadings that people hold, the commonest first: texts by language, share in per cent.

    Those that fewer than three officers hold are left out. `few` is how many officers where they are few: then the share is coded,
    as every other share of them is, and never so large that all must hold it; else it goes in the step of those asked.
    """
    told = sorted(held.items(), key=lambda item: -item[1].share)
    return [
        {
            "ms": text[0],
            "en": text[1],
            "share": coded(min(one.share, 1 - 1 / few), min(few, one.asked))
            if few
            else rounded(one.share, one.asked),
        }
        for text, one in told
        if one.holders >= FEWEST_HOLDERS
    ]


def readings_in_words(held: Mapping[tuple[str, str], Misreading]) -> list[dict[str, str]]:
    """Return the misreadings of an office without any number: held by many or by some."""
    return [
        {"ms": text[0], "en": text[1], "how": "many" if one.share >= MANY else "some"}
        for text, one in sorted(held.items(), key=lambda item: -item[1].share)
        if one.holders >= FEWEST_HOLDERS and one.share >= SOME
    ]
