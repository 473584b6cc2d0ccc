"""Pages for oneself: the officer's home and record."""

from flask import Blueprint, render_template
from flask_babel import gettext

from app.access.guard import requires, signed_in_actor
from app.access.policy import STATUS_ROLES, Permission, may
from app.acknowledgements.queries import acknowledgements_of, known_versions
from app.briefings.queries import follow_ups_left
from app.clock import local, local_date, now
from app.compliance import queries
from app.compliance.duties import DutyRow, Scope, duty_rows
from app.compliance.logic import WAITING, Status
from app.compliance.queries import AssignmentRow
from app.compliance.words import STATUS_WORDS, asked_title, reason_words, status_word
from app.handbooks.queries import shelf
from app.practice.queries import due_count
from app.quizzes.queries import OpenAttemptRow, grades_of, open_attempts_of, quiz_rows
from app.uniformity.queries import suspicion_count
from app.web.database import reading

bp = Blueprint("compliance", __name__)
bp.add_app_template_filter(asked_title)
bp.add_app_template_filter(reason_words, "reason")
bp.add_app_template_filter(status_word, "status_word")


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"status_words": STATUS_WORDS}


@bp.get("/")
@requires(Permission.DUTY_OWN)
def home() -> str:
    """Show what waits for the signed-in person, in order, each with one button."""
    actor, at = signed_in_actor(), now()
    today = local_date(at)
    duties = duty_rows(reading(), scope=Scope(officer_id=actor.id), today=today)
    waiting = [duty for duty in duties if duty.status in WAITING]
    standing = [duty for duty in duties if duty.status in (Status.CURRENT, Status.EXEMPT)]
    attempts = open_attempts_of(reading(), officer_id=actor.id)
    loose = loose_attempts(attempts, waiting)
    follow_ups = follow_ups_left(reading(), officer_id=actor.id, day=today)
    # the questions after briefings are one thing to do, however many they are
    things = len(waiting) + len(loose) + bool(follow_ups)
    return render_template(
        "compliance/home.html",
        greeting=greeting(local(at).hour, actor.short_name, things),
        waiting=waiting,
        standing=standing,
        assignments=queries.assignment_rows(
            reading(), ids={d.assignment_id for d in duties}, on=today
        ),
        attempts={attempt.quiz_id: attempt for attempt in attempts},
        loose=loose,
        quizzes={quiz.id: quiz for quiz in quiz_rows(reading())},
        supervises=actor.paths(*STATUS_ROLES),
        known=known_versions(reading(), officer_id=actor.id),
        follow_ups=follow_ups,
        reviews=due_count(reading(), officer_id=actor.id, at=at, day=today),
        briefs=actor.office_id if may(actor, Permission.BRIEFING_GIVE, actor.office_path) else None,
        suspicions=suspicion_count(reading()) if may(actor, Permission.QUESTION_WRITE) else 0,
    )


def greeting(hour: int, name: str, waiting: int) -> str:
    """Return the sentence that opens the home page."""
    hello: str = gettext("Selamat pagi, %(name)s.", name=name)
    if 12 <= hour < 14:
        hello = gettext("Selamat tengah hari, %(name)s.", name=name)
    elif 14 <= hour < 19:
        hello = gettext("Selamat petang, %(name)s.", name=name)
    elif hour >= 19 or hour < 4:
        hello = gettext("Selamat malam, %(name)s.", name=name)
    said: str = gettext("%(n)s perkara menunggu.", n=waiting)
    if waiting == 0:
        said = gettext("Tiada apa-apa yang menunggu.")
    elif waiting == 1:
        said = gettext("Satu perkara menunggu.")
    return f"{hello} {said}"


def loose_attempts(attempts: list[OpenAttemptRow], waiting: list[DutyRow]) -> list[OpenAttemptRow]:
    """Return open attempts at quizzes that no waiting duty asks for."""
    asked = {duty.quiz_id for duty in waiting}
    return [attempt for attempt in attempts if attempt.quiz_id not in asked]


@bp.get("/records")
@requires(Permission.DUTY_OWN)
def record() -> str:
    """Show one's own record: what was declared, what was shown to be understood, what is asked."""
    actor, today = signed_in_actor(), local_date(now())
    duties = duty_rows(reading(), scope=Scope(officer_id=actor.id), today=today)
    assignments: dict[int, AssignmentRow] = queries.assignment_rows(
        reading(), ids={duty.assignment_id for duty in duties}, on=today
    )
    quizzes = quiz_rows(reading())
    asked = {(duty.handbook_id, duty.quiz_id) for duty in duties}
    return render_template(
        "compliance/record.html",
        duties=duties,
        assignments=assignments,
        never=[
            *(row for row in shelf(reading(), on=today) if (row.handbook_id, None) not in asked),
            *(row for row in quizzes if (None, row.id) not in asked),
        ],
        acknowledgements=acknowledgements_of(reading(), officer_id=actor.id),
        grades=grades_of(reading(), officer_id=actor.id),
        quizzes={quiz.id: quiz for quiz in quizzes},
    )
