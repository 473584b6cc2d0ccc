"""What may be told of small groups: how few officers are too few, and how a share of few is coded. Pure.

Follows common practice of statistical disclosure control (Hundepool et al. 2012, ISBN 978-1-119-97815-2): a smallest group,
rounding, coding of the top and the bottom, because a group of which all or none are right tells of each person in it.
"""

ANALYSTS, EVERYBODY = 5, 10  # the smallest groups that analysts, and all others, may see
FEWEST_NEW = 5  # officers between two releases of the same figures
TOP, BOTTOM = 90, 10  # per cent


def coded(share: float) -> int:
    """Return a share of few officers in per cent, in steps of five, no nearer to none or all than 10 and 90."""
    return min(TOP, max(BOTTOM, round(share * 20) * 5))
