"""How shares of answers to a question, and how many they are of, are written for authors and approvers. Pure."""

from app.disclosure import BOTTOM, FEW, TOP, coded, rounded


def tens(answers: int) -> int:
    """Return how many answers there are in whole tens, so that nobody sees each new one come."""
    return answers // 10 * 10


def share_told(share: float, answers: int) -> str:
    """Write a share in per cent in the step of so many answers; of few, never as none or all of them."""
    if answers >= FEW:
        return str(rounded(share, answers))
    told = coded(share, answers)
    return f"≥{told}" if told >= TOP else f"≤{told}" if told <= BOTTOM else str(told)
