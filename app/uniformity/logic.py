"""How alike a rule is understood: the chance that two customers are told the same, and right. Pure.

Counts are arrays of shape (…, O, J): how many officers of office o gave answer j as their first answer to one question version;
leading axes are questions. `key` is the column of the right answer and `unsure` that of "not sure, I would refer" (-1 where
there is none), each of shape (…) or one number for all. Shares are from 0 to 1; what the counts do not tell is NaN.

Sources: Simpson 1949 (Nature 163:688) for the chance that two draws agree; Nei 1973 and Hudson, Slatkin & Maddison 1992 for
comparing pairs within with pairs between groups; docs/measures.md for why this and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """How pairs of officers of different offices answered: shares that add to 1, and where the differing comes from.

    Each is of shape (…): same and right, same but wrong, both unsure, different; `differ_in` of it is already so between
    colleagues of one office, `differ_off` more because offices have habits, `habit` its share of all that differs (F).
    """

    n: Floats
    offices: Floats
    pairs_between: Floats
    pairs_within: Floats
    same_right: Floats
    same_wrong: Floats
    refer: Floats
    differ: Floats
    differ_in: Floats
    differ_off: Floats
    habit: Floats

    def __iter__(self) -> Iterator[Floats]:
        return (getattr(self, field.name) for field in fields(self))


def quotient(above: ArrayLike, below: ArrayLike) -> Floats:
    """Return above / below, NaN where nothing stands below; broadcast shapes."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)


def column(counts: Floats, which: ArrayLike) -> Floats:
    """Return one column of counts (…, O, J), another for each question where `which` has shape (…); zeros where it is -1."""
    chosen = np.broadcast_to(np.asarray(which, dtype=np.int64), counts.shape[:-2])
    index = np.clip(chosen, 0, None)[..., None, None]
    taken = np.take_along_axis(counts, np.broadcast_to(index, (*counts.shape[:-1], 1)), axis=-1)
    return np.where((chosen >= 0)[..., None], taken[..., 0], 0.0)


def _by_office(held: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how many answered in each office (…, O), how many chose each answer (…, J), and Σ c² of each office (…, O)."""
    # one pass each over the counts: sums along a short last axis are slow in numpy, products with ones are not
    return (
        held @ np.ones(held.shape[-1]),
        held.sum(axis=-2),
        np.einsum("...oj,...oj->...o", held, held),
    )


def parts(counts: ArrayLike, key: ArrayLike, unsure: ArrayLike = -1) -> Parts:
    """Return how alike pairs of officers answered, every officer counting the same (measures, 1.2).

    counts (…, O, J), key and unsure (…). With no answer, one answer or one office there is no pair of offices: the shares
    are NaN; without two colleagues anywhere `differ_in` is NaN; where nothing differs `habit` is NaN. With one option
    everything agrees.
    """
    held = np.asarray(counts, dtype=float)
    office, option, squares = _by_office(held)
    n, right, refer = office.sum(axis=-1), column(held, key), column(held, unsure)
    between = n**2 - (office**2).sum(axis=-1)
    within = (office * (office - 1)).sum(axis=-1)
    agree = quotient((option**2).sum(axis=-1) - squares.sum(axis=-1), between)
    same_right = quotient(right.sum(axis=-1) ** 2 - (right**2).sum(axis=-1), between)
    both_refer = quotient(refer.sum(axis=-1) ** 2 - (refer**2).sum(axis=-1), between)
    agree_in = quotient(squares.sum(axis=-1) - n, within)
    return _parts(n, office, between / 2, within / 2, same_right, both_refer, agree, agree_in)


def _parts(
    n: Floats,
    office: Floats,
    between: Floats,
    within: Floats,
    same_right: Floats,
    refer: Floats,
    agree: Floats,
    agree_in: Floats,
) -> Parts:
    differ_off = agree_in - agree
    return Parts(
        n=n,
        offices=(office > 0).sum(axis=-1).astype(float),
        pairs_between=between,
        pairs_within=within,
        same_right=same_right,
        same_wrong=_tidy(agree - same_right - refer),
        refer=refer,
        differ=_tidy(1 - agree),
        differ_in=1 - agree_in,
        differ_off=differ_off,
        habit=quotient(differ_off, _tidy(1 - agree)),
    )


def _tidy(share: Floats) -> Floats:
    """Return shares with the dust of rounding below zero taken away, so that 1 - 1 is nothing."""
    return np.where(np.abs(share) < 1e-15, 0.0, share)


def staff_parts(
    counts: ArrayLike, key: ArrayLike, staff: ArrayLike, unsure: ArrayLike = -1
) -> Parts:
    """Return how alike pairs answered, each office counting by its staff: for states and the nation (measures, 1.2).

    counts (…, O, J), staff (O,) or (…, O) officers of each office, answered or not. An office that answers less then
    weighs no less: unweighted, S was 0.116 too high where weak offices answered rarely. Offices without answers or without staff
    count nothing. `differ_in` is the mean over offices with two answers, by staff. NaN as in `parts`.
    """
    held = np.asarray(counts, dtype=float)
    office, _option, squares = _by_office(held)
    weight = np.where(office > 0, np.broadcast_to(np.asarray(staff, float), office.shape), 0.0)
    said = held * (weight / np.where(office > 0, office, 1.0))[..., None]
    total = weight.sum(axis=-1)
    pairs = total**2 - (weight**2).sum(axis=-1)
    alike = np.einsum("...oj,...oj->...j", said, said)
    each = quotient(said.sum(axis=-2) ** 2 - alike, pairs[..., None])
    twice = office * (office - 1)
    agree_o = np.divide(squares - office, twice, out=np.zeros_like(twice), where=twice > 0)
    weighed = np.where(twice > 0, weight, 0.0)
    return _parts(
        office.sum(axis=-1),
        np.where(weight > 0, office, 0.0),
        (office.sum(axis=-1) ** 2 - (office**2).sum(axis=-1)) / 2,
        twice.sum(axis=-1) / 2,
        _where(pairs, column(each[..., None, :], key)[..., 0]),
        _where(pairs, column(each[..., None, :], unsure)[..., 0]),
        each.sum(axis=-1),
        quotient((weighed * agree_o).sum(axis=-1), weighed.sum(axis=-1)),
    )


def _where(pairs: Floats, share: Floats) -> Floats:
    """Return shares, NaN where there is no pair, also of a column that no question has."""
    return np.where(pairs > 0, share, np.nan)


def inside(counts: ArrayLike, key: ArrayLike, unsure: ArrayLike = -1) -> Parts:
    """Return how alike colleagues answered, each office by itself: S_o = k(k-1) / (n(n-1)).

    counts (…, O, J); the parts have shape (…, O). Unbiased, where the square of the share is 0.10 too high with two officers.
    With no or one answer of an office its shares are NaN; `differ_off` and `habit` are NaN: one office has no other.
    """
    held = np.asarray(counts, dtype=float)
    office, _option, squares = _by_office(held)
    twice = office * (office - 1)
    right, refer = column(held, key), column(held, unsure)
    agree = quotient(squares - office, twice)
    nothing = np.full(office.shape, np.nan)
    return _parts(
        office,
        office[..., None],
        np.zeros_like(office),
        twice / 2,
        quotient(right * (right - 1), twice),
        quotient(refer * (refer - 1), twice),
        agree,
        nothing,
    )


def mean_over(shares: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the plain or weighted mean of shares that are not NaN, NaN when there is none: a rule from its questions.

    Weighing questions by their pairs is biased by +.24 when the bank is drawn unevenly, pooling them before squaring by -.028.
    """
    value = np.asarray(shares, dtype=float)
    weight = np.ones_like(value) if weights is None else np.asarray(weights, dtype=float)
    there = ~np.isnan(value) & (weight > 0)
    if not there.any():
        return float("nan")
    return float(np.average(value[there], weights=weight[there]))


def known(right: ArrayLike, options: ArrayLike) -> Floats:
    """Return S of those who know, were the rest guessing: ((p - 1/J) / (1 - 1/J))², a diagnostic.

    right: shares (…), options: J of each, at least 2. Below chance it is 0; with one option NaN.
    """
    chance = 1 / np.asarray(options, dtype=float)
    return np.clip(quotient(np.asarray(right, float) - chance, 1 - chance), 0, 1) ** 2


def brennan_prediger(agree: ArrayLike, options: ArrayLike) -> Floats:
    """Return agreement corrected for chance, per question and free of letters: (A - 1/J) / (1 - 1/J).

    Brennan & Prediger 1981. agree (…), options J of each; NaN with one option. A diagnostic for analysts.
    """
    chance = 1 / np.asarray(options, dtype=float)
    return quotient(np.asarray(agree, float) - chance, 1 - chance)
