"""Shapes of briefings: recording one as given."""

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from app.errors import N_
from app.web.form_base import Form, TickBoxes, lazy

NEEDED = N_("Tulis tarikh yang sah, contohnya 27-11-2026.")


class RecordForm(Form):
    """The day, up to three rules, and who was present; the page fills what can be chosen."""

    given_on = DateField(lazy("Hari taklimat diberi"), validators=[InputRequired(lazy(NEEDED))])
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
