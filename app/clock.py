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


def month_number(day: date) -> int:
    """Return the months since the year 0, so that months can be counted."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """Return the first day of a month by its number."""
    return date(month // 12, month % 12 + 1, 1)


def month_key(month: int) -> str:
    """Write a month as the counts do ("2026-11")."""
    return first_day(month).isoformat()[:7]


def month_of(key: str) -> int:
    """Return the number of a month as the counts write it."""
    return month_number(date.fromisoformat(f"{key}-01"))
