"""The mail that brings an answer, in the language of the enquiry."""

from flask import current_app, render_template, url_for
from flask_babel import force_locale, gettext

from app.enquiries.queries import EnquiryRow
from app.enquiries.services import Letter


def answer_letter(row: EnquiryRow) -> Letter:
    """Write to the asker that the question was answered, with a link to it."""
    root = str(current_app.extensions["config"].public_url)
    with force_locale(row.language):
        public = row.state == "answered"
        return Letter(
            subject=gettext("Jawapan tentang peraturan %(code)s", code=row.code),
            body=render_template(
                "enquiries/answer_mail.txt",
                row=row,
                public=public,
                spoken=row.language,
                url=root
                + (
                    url_for("enquiries.rule", slug=row.slug, name=row.rule_name)
                    if public
                    else url_for("enquiries.mine")
                ),
            ),
        )
