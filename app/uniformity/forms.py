"""Shapes of uniformity: the targets."""

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired

from app.web.form_base import Form, lazy


class TargetForm(Form):
    """What rules should reach, and from when."""

    must = IntegerField(
        lazy("Peraturan yang wajib dipatuhi"),
        description=lazy(
            "Daripada 100. 81 bererti kira-kira sembilan daripada sepuluh jawapan betul."
        ),
        validators=[InputRequired(lazy("Tulis nombor sahaja."))],
    )
    other = IntegerField(
        lazy("Peraturan lain"),
        description=lazy(
            "Daripada 100. 64 bererti kira-kira lapan daripada sepuluh jawapan betul."
        ),
        validators=[InputRequired(lazy("Tulis nombor sahaja."))],
    )
    effective_on = DateField(
        lazy("Mulai"),
        validators=[InputRequired(lazy("Tulis tarikh yang sah, contohnya 27-11-2026."))],
    )
