"""The auditor's filter."""

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional

from app.audit.events import EVENTS
from app.audit.queries import Filter
from app.web.form_base import Form, choices, lazy

GROUPS = sorted({act.partition(".")[0] for act in EVENTS})


class FilterForm(Form):
    """Which events to show; sent by GET, so it carries no token."""

    class Meta(Form.Meta):
        """No token: nothing is changed."""

        csrf = False

    act = SelectField(
        lazy("Perbuatan"),
        choices=choices(
            [
                ("", lazy("Semua")),
                *((f"{group}.", f"{group}.*") for group in GROUPS),
                *((act, act) for act in sorted(EVENTS)),
            ]
        ),
        default="",
    )
    actor_id = IntegerField(lazy("ID pegawai"), validators=[Optional()])
    office_id = IntegerField(lazy("ID pejabat"), validators=[Optional()])
    since = DateField(lazy("Dari"), validators=[Optional()])
    until = DateField(lazy("Hingga"), validators=[Optional()])
    request_id = StringField(lazy("ID permintaan"), validators=[Optional(), Length(max=64)])

    def wanted(self) -> Filter:
        """Return the filter that the fields ask for."""
        return Filter(
            act=self.act.data or "",
            actor_id=self.actor_id.data,
            office_id=self.office_id.data,
            since=self.since.data,
            until=self.until.data,
            request_id=self.request_id.data or "",
        )
