"""Shapes of question quality: why a question is disputed, and the answer to it."""

from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from app.web.form_base import Form, lazy


class DisputeForm(Form):
    """What is wrong with a question, in the officer's words."""

    text = TextAreaField(
        lazy("Apa yang salah dengan soalan ini?"),
        description=lazy("Sebut peraturan atau keadaan di kaunter yang bercanggah dengannya."),
        validators=[
            InputRequired(lazy("Tulis apa yang salah dengan soalan ini.")),
            Length(min=10, message=lazy("Terangkan dalam sekurang-kurangnya 10 aksara.")),
            Length(max=2000, message=lazy("Pendekkan kepada 2000 aksara.")),
        ],
    )


class AnswerForm(Form):
    """What the author finds, and the words to the officer."""

    upheld = RadioField(
        lazy("Keputusan"),
        choices=[
            SelectChoice("yes", lazy("Soalan itu salah")),
            SelectChoice("no", lazy("Soalan itu betul")),
        ],
        validators=[InputRequired(lazy("Pilih satu keputusan."))],
    )
    answer = TextAreaField(
        lazy("Jawapan kepada pegawai"),
        validators=[InputRequired(lazy("Medan ini perlu diisi.")), Length(max=2000)],
    )
