"""Shapes of what people write about people."""

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import Email, EqualTo, InputRequired, Length, NumberRange, Optional

from app.access.policy import Role
from app.errors import N_
from app.web.form_base import Form, choices, lazy

KIND_WORDS = {
    "hq": N_("Ibu pejabat"),
    "division": N_("Bahagian"),
    "state": N_("Pejabat negeri"),
    "district": N_("Pejabat daerah"),
    "branch": N_("Cawangan"),
    "utc": N_("UTC"),
}
ROLE_WORDS = {
    Role.SUPERVISOR.value: N_("Penyelia"),
    Role.DIRECTOR.value: N_("Pengarah"),
    Role.AUTHOR.value: N_("Penulis"),
    Role.APPROVER.value: N_("Pelulus"),
    Role.ADMINISTRATOR.value: N_("Pentadbir"),
    Role.AUDITOR.value: N_("Juruaudit"),
}
LANGUAGE_WORDS = (("ms", "Bahasa Melayu"), ("en", "English"))


class SignInForm(Form):
    """Staff number or e-mail, and password."""

    identifier = StringField(
        lazy("Nombor kakitangan atau e-mel"),
        validators=[InputRequired(lazy("Isi nombor kakitangan atau e-mel.")), Length(max=200)],
    )
    password = PasswordField(
        lazy("Kata laluan"),
        validators=[InputRequired(lazy("Isi kata laluan.")), Length(max=200)],
    )
    next = HiddenField()


class ForgottenForm(Form):
    """Whose password is forgotten."""

    identifier = StringField(
        lazy("Nombor kakitangan atau e-mel"),
        validators=[InputRequired(lazy("Isi nombor kakitangan atau e-mel.")), Length(max=200)],
    )


class NewPasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(
        lazy("Kata laluan baharu"),
        description=lazy("Sekurang-kurangnya 10 aksara. Frasa beberapa perkataan mudah diingat."),
        validators=[InputRequired(lazy("Isi kata laluan baharu."))],
    )
    again = PasswordField(
        lazy("Kata laluan baharu sekali lagi"),
        validators=[EqualTo("password", lazy("Dua kata laluan ini tidak sama."))],
    )


class ChangePasswordForm(NewPasswordForm):
    """The current password first."""

    current = PasswordField(
        lazy("Kata laluan semasa"), validators=[InputRequired(lazy("Isi kata laluan semasa."))]
    )


class LanguageForm(Form):
    """The language a person prefers."""

    language = SelectField(lazy("Bahasa"), choices=choices(LANGUAGE_WORDS))


class OfficerForm(Form):
    """What is written about an officer."""

    name = StringField(
        lazy("Nama penuh"), validators=[InputRequired(lazy("Isi nama penuh.")), Length(max=200)]
    )
    staff_number = StringField(
        lazy("Nombor kakitangan"),
        validators=[InputRequired(lazy("Isi nombor kakitangan.")), Length(max=40)],
    )
    email = EmailField(
        lazy("E-mel"),
        validators=[
            InputRequired(lazy("Isi e-mel.")),
            Email(lazy("Tulis e-mel yang lengkap, contohnya nama@jpn.gov.my.")),
            Length(max=200),
        ],
    )
    grade = StringField(lazy("Gred"), validators=[Optional(), Length(max=40)])
    post = StringField(lazy("Jawatan"), validators=[Optional(), Length(max=200)])
    language = SelectField(lazy("Bahasa"), choices=choices(LANGUAGE_WORDS))
    joined_on = DateField(
        lazy("Tarikh mula berkhidmat"),
        validators=[InputRequired(lazy("Isi tarikh mula berkhidmat."))],
    )


class NewOfficerForm(OfficerForm):
    """A new officer also needs an office."""

    office_code = StringField(
        lazy("Kod pejabat"),
        description=lazy("Kod pejabat ada dalam senarai Pejabat."),
        validators=[InputRequired(lazy("Isi kod pejabat.")), Length(max=40)],
    )


class PostingForm(Form):
    """Where an officer serves from a day on."""

    office_code = StringField(
        lazy("Kod pejabat"), validators=[InputRequired(lazy("Isi kod pejabat.")), Length(max=40)]
    )
    starts_on = DateField(lazy("Mulai"), validators=[InputRequired(lazy("Isi tarikh mula."))])


class RoleForm(Form):
    """A role and from which office it reaches downwards."""

    role = SelectField(
        lazy("Peranan"), choices=choices((role, lazy(word)) for role, word in ROLE_WORDS.items())
    )
    office_code = StringField(
        lazy("Kod pejabat"),
        description=lazy("Peranan meliputi pejabat ini dan semua pejabat di bawahnya."),
        validators=[InputRequired(lazy("Isi kod pejabat.")), Length(max=40)],
    )


class OfficeForm(Form):
    """An office."""

    name = StringField(
        lazy("Nama pejabat"),
        validators=[InputRequired(lazy("Isi nama pejabat.")), Length(max=200)],
    )
    kind = SelectField(
        lazy("Jenis"), choices=choices((kind, lazy(word)) for kind, word in KIND_WORDS.items())
    )
    active = BooleanField(lazy("Pejabat ini beroperasi"), default=True)


class NewOfficeForm(OfficeForm):
    """A new office also needs a code, which then stays."""

    code = StringField(
        lazy("Kod pejabat"), validators=[InputRequired(lazy("Isi kod pejabat.")), Length(max=20)]
    )


class AccommodationForm(Form):
    """What an officer needs to take any quiz on equal terms."""

    extra_time = IntegerField(
        lazy("Masa tambahan (peratus)"),
        description=lazy("50 bermaksud separuh lagi daripada had masa; 0 bermaksud tiada."),
        validators=[NumberRange(0, 300, lazy("Masa tambahan ialah 0 hingga 300 peratus."))],
    )
    large_print = BooleanField(lazy("Cetakan besar"))
    reader = BooleanField(lazy("Soalan boleh dibacakan"))
