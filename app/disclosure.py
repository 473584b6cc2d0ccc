"""What may be told of small groups: how few officers are too few, and how a share of few is coded. Pure.

Follows common practice of statistical disclosure control (Hundepool et al. 2012, ISBN 978-1-119-97815-2): a smallest group,
rounding, coding of the top and the bottom, because a group of which all or none are right tells of each person in it.
"""

ANALYSTS, EVERYBODY = 5, 10  # the smallest groups that analysts, and all others, may see
FEWEST_NEW = 10  # officers between two releases of the same figures
FEW = 300  # officers below which no share is told in whole per cents
BLURRED = 3  # officers who together move a share by one step
STEPS = (1, 2, 5, 10)  # per cent
TOP, BOTTOM = 90, 10  # per cent


def step_of(officers: float) -> int:
    """Return the step in per cent in which a share of so many officers is told: three of them fit into it, ten at the most.

    A share in whole per cents of fifty gives the number of right answers exactly, and two nights together what the new ones
    answered: where these were all right, each of them.
    """
    return next((step for step in STEPS if officers * step >= 100 * BLURRED), STEPS[-1])


def rounded(share: float, officers: float) -> int:
    """Return a share in per cent in the step of so many officers."""
    step = step_of(officers)
    return round(share * 100 / step) * step


def coded(share: float, officers: float) -> int:
    """Return a share of few officers in per cent, in steps of five or ten, no nearer to none or all than 10 and 90."""
    step = max(5, step_of(officers))
    return min(TOP, max(BOTTOM, round(share * 100 / step) * step))
