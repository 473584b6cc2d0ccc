"""Mail of the quizzes: to somebody whose grade changed because a key was wrong."""

from datetime import datetime

from flask import Flask
from flask_babel import force_locale, gettext

from app.db import Database
from app.quizzes.correcting import Letter, Regraded, regrade_affected


def regrade_letter(base_url: str, facts: Regraded) -> Letter:
    """Write the mail in the officer's language."""
    with force_locale(facts.language):
        quiz = facts.quiz_en if facts.language == "en" else facts.quiz_ms
        subject = gettext("Markah anda digred semula: %(quiz)s", quiz=quiz)
        body = gettext(
            "%(name)s, kunci satu soalan dalam %(quiz)s didapati salah dan telah dibetulkan. Markah anda berubah daripada"
            " %(before)s kepada %(now)s daripada %(maximum)s. Markah lama dan sebabnya kekal dalam rekod: %(url)s",
            name=facts.name,
            quiz=quiz,
            before=facts.before,
            now=facts.now,
            maximum=facts.maximum,
            url=f"{base_url}/attempts/{facts.attempt_id}/result",
        )
    return Letter(subject, body)


class Regrading:
    """The job that regrades after a corrected key; it knows the portal, whose languages and address its mails need."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, database: Database, at: datetime) -> int:
        """Regrade what waits; return how many grades changed."""
        base = self.app.extensions["config"].public_url.rstrip("/")
        with self.app.test_request_context():
            return regrade_affected(database, at, lambda facts: regrade_letter(base, facts))
