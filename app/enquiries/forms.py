"""Shapes of enquiries: what is not understood; the public answer in both languages; the private one."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.enquiries.logic import LONGEST, LONGEST_ANSWER, SHORTEST, plain_lines
from app.errors import N_
from app.web.form_base import Form, lazy

NEEDED = N_("Medan ini perlu diisi.")
LONG_ANSWER = lazy("Pendekkan kepada %(n)s aksara.", n=LONGEST_ANSWER)


def normal_lines(value: object) -> object:
    """Count a line end as one sign, as it is kept."""
    return plain_lines(value) if isinstance(value, str) else value


def answer_field(label: str) -> TextAreaField:
    """Return a field for a text of the author that must not be empty."""
    return TextAreaField(
        lazy(label),
        filters=[normal_lines],
        validators=[
            InputRequired(lazy(NEEDED)),
            Length(max=LONGEST_ANSWER, message=LONG_ANSWER),
        ],
    )


class AskForm(Form):
    """What the reader does not understand, and the version that was read."""

    version = HiddenField()
    text = TextAreaField(
        lazy("Apa yang anda tidak faham?"),
        filters=[normal_lines],
        validators=[
            InputRequired(lazy("Tulis apa yang anda tidak faham.")),
            Length(
                min=SHORTEST,
                message=lazy(
                    "Terangkan apa yang anda tidak faham, sekurang-kurangnya %(n)s aksara.",
                    n=SHORTEST,
                ),
            ),
            Length(max=LONGEST, message=lazy("Pendekkan kepada %(n)s aksara.", n=LONGEST)),
        ],
    )


class AnswerForm(Form):
    """The question as everybody will read it, and the answer, in both languages."""

    question_ms = answer_field(N_("Soalan untuk umum (BM)"))
    question_en = answer_field(N_("Soalan untuk umum (BI)"))
    answer_ms = answer_field(N_("Jawapan (BM)"))
    answer_en = answer_field(N_("Jawapan (BI)"))


class DeclineForm(Form):
    """What is told to the asker alone."""

    reason = answer_field(N_("Jawapan kepada penanya sahaja"))
