"""Offices fetched through the person: what lies outside the reach is not found."""

from flask import abort

from app.access.guard import require
from app.access.policy import Permission
from app.people.offices import OfficeRow, office_row
from app.web.database import reading
from app.web.paths import LARGEST_KEY


def office_or_404(office_id: int, permission: Permission) -> OfficeRow:
    """Return an office in the person's reach. Aborts with 404 for any other, never hinting that it exists."""
    found = office_row(reading(), office_id=office_id) if office_id <= LARGEST_KEY else None
    if found is None:
        abort(404)
    require(permission, found.path)
    return found
