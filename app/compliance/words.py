"""Words of compliance in the reader's language: reasons, titles, the reminder's letter."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale, gettext

from app.compliance.duties import DutyRow
from app.compliance.logic import Reason, Status
from app.compliance.queries import AssignmentRow
from app.compliance.services import Letter
from app.errors import N_
from app.people.forms import ROLE_WORDS
from app.web.i18n import day, language

STATUS_WORDS = {
    Status.OVERDUE.value: N_("Lewat"),
    Status.LAPSED.value: N_("Luput"),
    Status.DUE.value: N_("Perlu dibuat"),
    Status.CURRENT.value: N_("Terkini"),
    Status.EXEMPT.value: N_("Dikecualikan"),
}


def reason_words(reason: Reason) -> str:
    """Write a reason in the reader's language."""
    text: str = gettext(reason.text)
    return text % {"day": day(reason.day), "other_day": day(reason.other_day), "days": reason.days}


def status_word(status: str) -> str:
    """Write a status in the reader's language."""
    word: str = gettext(STATUS_WORDS.get(status, status))
    return word


def asked_title(row: AssignmentRow) -> str:
    """Write what is asked, and of whom when it is not of everybody: two may ask the same of different people."""
    whom = [gettext(ROLE_WORDS[row.role])] if row.role else []
    whom += [row.post] if row.post else []
    return row.title(language()) + (f" ({', '.join(whom)})" if whom else "")


def letter(duties: list[DutyRow], assignments: dict[int, AssignmentRow]) -> Letter:
    """Write one officer's reminder, in the officer's own language."""
    root = str(current_app.extensions["config"].public_url)
    spoken = duties[0].language
    with force_locale(spoken):
        lines = [
            f"- {assignments[duty.assignment_id].title(spoken)}: {reason_words(duty.reason)}"
            for duty in duties
        ]
        return Letter(
            subject=gettext("Peringatan: %(n)s perkara menunggu anda di Seragam", n=len(duties)),
            body=render_template(
                "compliance/reminder_mail.txt",
                name=duties[0].officer_name,
                lines=lines,
                url=root + url_for("compliance.home"),
            ),
        )
