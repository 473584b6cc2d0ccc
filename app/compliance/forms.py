"""Shapes of compliance: an assignment, an exemption."""

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.errors import N_
from app.people.forms import ROLE_WORDS
from app.web.form_base import Form, choices, lazy

MONTH_WORDS = tuple(
    enumerate(
        (
            N_("Januari"),
            N_("Februari"),
            N_("Mac"),
            N_("April"),
            N_("Mei"),
            N_("Jun"),
            N_("Julai"),
            N_("Ogos"),
            N_("September"),
            N_("Oktober"),
            N_("November"),
            N_("Disember"),
        ),
        start=1,
    )
)


class AssignmentForm(Form):
    """What is asked of whom by when; `target` is filled by the page."""

    target = SelectField(
        lazy("Apa yang perlu dibuat"),
        validators=[InputRequired(lazy("Pilih apa yang perlu dibuat."))],
    )
    office_code = StringField(
        lazy("Kod pejabat"),
        description=lazy("Tugasan meliputi pejabat ini dan semua pejabat di bawahnya."),
        validators=[InputRequired(lazy("Isi kod pejabat.")), Length(max=40)],
    )
    role = SelectField(
        lazy("Untuk peranan"),
        choices=choices(
            [("", lazy("Semua pegawai")), *((r, lazy(w)) for r, w in ROLE_WORDS.items())]
        ),
    )
    post = StringField(
        lazy("Untuk jawatan"),
        description=lazy(
            "Kosongkan untuk semua jawatan; jika diisi, mesti sama dengan jawatan pegawai."
        ),
        validators=[Optional(), Length(max=200)],
    )
    due_on = DateField(lazy("Tarikh akhir"), validators=[Optional()])
    days_after_joining = IntegerField(
        lazy("Hari selepas mula berkhidmat"),
        description=lazy("Untuk pegawai yang mula berkhidmat kemudian."),
        validators=[Optional(), NumberRange(min=1, max=3650)],
    )
    valid_days = IntegerField(
        lazy("Sah selama (hari)"),
        description=lazy("Kosongkan jika tidak luput."),
        validators=[Optional(), NumberRange(min=1, max=3650)],
    )
    renew_month = SelectField(
        lazy("Diperbaharui setiap tahun"),
        description=lazy("Pengakuan luput pada akhir bulan ini dan diminta semula setiap tahun."),
        choices=choices([("", lazy("Tidak")), *((str(n), lazy(w)) for n, w in MONTH_WORDS)]),
        validators=[Optional()],
    )


class ExemptionForm(Form):
    """Why an officer is exempt, and until when."""

    reason = TextAreaField(
        lazy("Sebab"),
        validators=[InputRequired(lazy("Tulis sebab pengecualian.")), Length(max=1000)],
    )
    until = DateField(
        lazy("Hingga"),
        description=lazy("Kosongkan jika tiada tarikh akhir."),
        validators=[Optional()],
    )
