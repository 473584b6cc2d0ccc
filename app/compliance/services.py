"""Acts of compliance."""

from datetime import datetime

from app.db import Database


def refresh_all_tallies(database: Database, at: datetime) -> int:
    """Bring the tallies of every office up to date; return how many offices were old."""
    return 0
