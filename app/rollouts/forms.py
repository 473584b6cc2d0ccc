"""Shapes of rollouts: begin one."""

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.errors import N_
from app.rollouts.services import MOST_WAVES
from app.web.form_base import Form, TickBoxes, choices, lazy

KIND_WORDS = {
    "briefing": N_("Taklimat"),
    "version": N_("Versi baharu buku panduan"),
}
STEPS = (1, 2, 3, 6)


class RolloutForm(Form):
    """What is brought in, where, in how many waves; the page fills what can be chosen."""

    kind = RadioField(
        lazy("Apa yang diperkenalkan"),
        choices=choices((kind, lazy(words)) for kind, words in KIND_WORDS.items()),
        default="briefing",
        validators=[InputRequired(lazy("Pilih apa yang diperkenalkan."))],
    )
    title = StringField(
        lazy("Nama"),
        description=lazy("Contohnya: Taklimat tentang kelewatan mendaftar."),
        validators=[InputRequired(lazy("Isi nama.")), Length(max=200)],
    )
    path = SelectField(
        lazy("Di mana"),
        description=lazy("Pejabat ini dan semua pejabat di bawahnya yang mempunyai pegawai."),
        validators=[InputRequired(lazy("Pilih di mana."))],
    )
    rules = TickBoxes(
        lazy("Peraturan yang sepatutnya lebih difahami"),
        description=lazy("Hanya jawapan kepada soalan tentang peraturan ini dibandingkan."),
        coerce=int,
        validators=[InputRequired(lazy("Pilih sekurang-kurangnya satu peraturan."))],
    )
    waves = SelectField(
        lazy("Bilangan peringkat"),
        description=lazy("Empat hingga enam biasanya paling baik."),
        choices=choices((str(n), str(n)) for n in range(2, MOST_WAVES + 1)),
        default="4",
    )
    step_months = SelectField(
        lazy("Bulan bagi setiap peringkat"),
        description=lazy("Lebih lama bererti lebih banyak jawapan untuk dibandingkan."),
        choices=choices((str(n), str(n)) for n in STEPS),
        default="2",
    )
    starts_on = SelectField(
        lazy("Bulan pertama"), validators=[InputRequired(lazy("Pilih bulan pertama."))]
    )
