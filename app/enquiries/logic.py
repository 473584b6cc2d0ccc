"""How long an enquiry may be, how many may wait, how old it is. Pure."""

from datetime import datetime, timedelta

from app.clock import local_date

SHORTEST, LONGEST = 10, 1000  # characters of what is asked
LONGEST_ANSWER = 4000
MOST_OPEN = 5  # of one officer
SAME_WITHIN = timedelta(minutes=1)


def plain_lines(text: str) -> str:
    """Return a text stripped, with the line ends of this house: browsers send two signs for one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def age_in_days(asked_at: datetime, at: datetime) -> int:
    """Return how many calendar days ago something was asked."""
    return (local_date(at) - local_date(asked_at)).days
