"""The only clock of the house: everything else receives the time as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Asia/Kuala_Lumpur")


def now() -> datetime:
    """Return the present moment in UTC, with its zone."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """Return the moment as the wall clock in Malaysia shows it."""
    return at.astimezone(HOME)


def local_date(at: datetime) -> date:
    """Return the calendar day in Malaysia of a moment."""
    return local(at).date()
