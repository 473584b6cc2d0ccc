"""Shapes of briefings: recording one as given."""

from datetime import date

from flask_babel import gettext
from wtforms import DateField, Field, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.briefings.logic import LONGEST_AGO, may_be_given_on
from app.errors import N_
from app.web.form_base import Form, TickBoxes, lazy

NEEDED = N_("Tulis tarikh yang sah, contohnya 27-11-2026.")


class RecordForm(Form):
    """The day, up to three rules, and who was present; the page fills what can be chosen.

    What the act would refuse one by one is looked at here as well, so that a page tells all of it at once.
    """

    today: date
    given_on = DateField(lazy("Tarikh taklimat"), validators=[InputRequired(lazy(NEEDED))])
    rule_1 = SelectField(
        lazy("Peraturan %(n)s", n=1),
        validators=[InputRequired(lazy("Pilih sekurang-kurangnya satu peraturan."))],
    )
    rule_2 = SelectField(lazy("Peraturan %(n)s", n=2), validators=[Optional()])
    rule_3 = SelectField(lazy("Peraturan %(n)s", n=3), validators=[Optional()])
    officers = TickBoxes(
        lazy("Siapa yang hadir"),
        description=lazy("Pegawai yang berkhidmat di pejabat ini dalam 30 hari yang lalu."),
        coerce=int,
    )

    @property
    def rule_fields(self) -> tuple[SelectField, SelectField, SelectField]:
        """Return the fields of the rules, in order."""
        return self.rule_1, self.rule_2, self.rule_3

    def validate_given_on(self, field: Field) -> None:
        """Refuse a day to come and one too long ago."""
        if field.data and not may_be_given_on(field.data, today=self.today):
            raise ValidationError(
                gettext(
                    "Tulis tarikh taklimat: hari ini, atau tidak lebih %(n)s hari yang lalu.",
                    n=LONGEST_AGO.days,
                )
            )

    def validate_officers(self, field: Field) -> None:
        """Refuse a briefing to nobody."""
        if not field.data:
            raise ValidationError(
                gettext("Tandakan siapa yang hadir. Taklimat tanpa kehadiran tidak direkodkan.")
            )
