"""The shape of the act: the language of the words that were shown, and the password again."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.web.form_base import Form, lazy


class DeclareForm(Form):
    """The password, asked again so that nobody declares on an open screen."""

    shown_in = HiddenField()
    password = PasswordField(
        lazy("Kata laluan anda"),
        validators=[InputRequired(lazy("Isi kata laluan.")), Length(max=200)],
    )
