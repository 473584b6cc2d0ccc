"""When something is due and where somebody stands, with the reason in words. Pure; `queries` holds the SQL twin."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import N_


class Status(StrEnum):
    """Where somebody stands with one assignment."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    EXEMPT = "exempt"
    NEVER = "never"


WAITING = (Status.OVERDUE, Status.LAPSED, Status.DUE)
FOR_GOOD = date(9999, 12, 31)
RENEWAL_WINDOW = (
    30  # days before an acknowledgement lapses in which renewing it is asked, at most half its life
)


@dataclass(frozen=True)
class Terms:
    """What an assignment says about time; days are Malaysian calendar days."""

    starts_on: date
    due_on: date | None
    days_after_joining: int | None
    valid_days: int | None
    renew_month: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known about one officer and one assignment; `exempt_until` is FOR_GOOD without an end.

    `renew_from` is when renewing what lapses begins to be asked (acknowledgements only). `changed_due` is by when the
    rules must be read that changed materially since it was done, the earliest day where several versions did so; empty
    when none did.
    """

    due: date
    done_on: date | None = None
    lapses_on: date | None = None
    exempt_until: date | None = None
    renew_from: date | None = None
    changed_due: date | None = None


@dataclass(frozen=True)
class Reason:
    """Why a status is what it is: a Malay sentence with placeholders, and what fills them."""

    text: str
    day: date | None = None
    other_day: date | None = None
    days: int = 0


def due_day(terms: Terms, joined_on: date) -> date:
    """Return the last day on which it is in time.

    A fixed day for those who were there when the assignment began; so many days after joining for those who came later
    (never before the fixed day); so many days after joining or after the beginning, where there is no fixed day.
    """
    if terms.days_after_joining is None:
        return terms.due_on or terms.starts_on
    counted = max(joined_on, terms.starts_on) + timedelta(days=terms.days_after_joining)
    if terms.due_on is None:
        return counted
    return max(terms.due_on, counted) if joined_on > terms.starts_on else terms.due_on


def last_valid_day(terms: Terms, done_on: date) -> date | None:
    """Return the last day on which what was done is still valid, or None when it stays so.

    By age: so many days after it was done. By calendar: the end of the next renewal month that begins after it was done.
    """
    if terms.valid_days is not None:
        return done_on + timedelta(days=terms.valid_days)
    if terms.renew_month is None:
        return None
    year = done_on.year + (done_on.month >= terms.renew_month)
    after = date(year + terms.renew_month // 12, terms.renew_month % 12 + 1, 1)
    return after - timedelta(days=1)


def renewal_begins(terms: Terms, lapses_on: date) -> date:
    """Return from when renewing what lapses is asked: 30 days before, or the second half of a short life."""
    half = RENEWAL_WINDOW if terms.valid_days is None else terms.valid_days // 2
    return lapses_on - timedelta(days=min(RENEWAL_WINDOW, half))


def status_of(facts: Facts | None, today: date) -> Status:
    """Return where somebody stands today; None for somebody who was never asked."""
    if facts is None:
        return Status.NEVER
    if facts.exempt_until is not None and facts.exempt_until >= today:
        return Status.EXEMPT
    if facts.done_on is None:
        return Status.OVERDUE if facts.due < today else Status.DUE
    if facts.lapses_on is not None and facts.lapses_on < today:
        return Status.LAPSED
    if facts.changed_due is not None:
        return Status.OVERDUE if facts.changed_due < today else Status.DUE
    renewing = facts.renew_from is not None and facts.renew_from <= today
    return Status.DUE if renewing else Status.CURRENT


def reason_of(facts: Facts | None, today: date, *, quiz: bool) -> Reason:
    """Return the reason of a status in words."""
    status = status_of(facts, today)
    if facts is None or status is Status.NEVER:
        return Reason(N_("Belum ditugaskan."))
    if status is Status.EXEMPT:
        if facts.exempt_until == FOR_GOOD:
            return Reason(N_("Dikecualikan."))
        return Reason(N_("Dikecualikan hingga %(day)s."), facts.exempt_until)
    if status is Status.LAPSED:
        return Reason(
            N_("Dibuat pada %(other_day)s dan luput selepas %(day)s."),
            facts.lapses_on,
            facts.done_on,
        )
    if status is Status.CURRENT:
        return _current_reason(facts, quiz=quiz)
    if facts.done_on is not None:
        return _again_reason(facts, today, status)
    if status is Status.OVERDUE:
        days = (today - facts.due).days
        return Reason(
            N_("Lewat %(days)s hari: sepatutnya selewat-lewatnya %(day)s."), facts.due, days=days
        )
    return Reason(N_("Perlu dibuat selewat-lewatnya %(day)s."), facts.due)


def _current_reason(facts: Facts, *, quiz: bool) -> Reason:
    if facts.lapses_on:
        return Reason(
            N_("Lulus pada %(other_day)s, sah hingga %(day)s.")
            if quiz
            else N_("Diakui pada %(other_day)s, sah hingga %(day)s."),
            facts.lapses_on,
            facts.done_on,
        )
    return Reason(N_("Lulus pada %(day)s.") if quiz else N_("Diakui pada %(day)s."), facts.done_on)


def _again_reason(facts: Facts, today: date, status: Status) -> Reason:
    """Return why something done is asked again: rules changed since, or it is about to lapse."""
    if facts.changed_due is None:
        return Reason(
            N_("Diakui pada %(other_day)s. Perlu diperbaharui selewat-lewatnya %(day)s."),
            facts.lapses_on,
            facts.done_on,
        )
    if status is Status.OVERDUE:
        return Reason(
            N_(
                "Lewat %(days)s hari: peraturan yang berubah sejak pengakuan pada %(other_day)s"
                " perlu dibaca selewat-lewatnya %(day)s."
            ),
            facts.changed_due,
            facts.done_on,
            (today - facts.changed_due).days,
        )
    return Reason(
        N_(
            "Peraturan berubah sejak pengakuan pada %(other_day)s."
            " Perlu dibaca selewat-lewatnya %(day)s."
        ),
        facts.changed_due,
        facts.done_on,
    )
