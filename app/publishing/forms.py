"""Shapes of drafts: the version as a whole, one rule in both languages, a place, a source, words said."""

from wtforms import (
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.errors import N_
from app.handbooks.reading import CATEGORY_WORDS, STRENGTH_WORDS
from app.web.form_base import Form, choices, lazy

LONGEST_TEXT = 20_000
CHANGE_WORDS = {
    "": N_("Belum dinyatakan"),
    "new": N_("Peraturan baharu"),
    "material": N_("Isi berubah: pegawai membaca semula"),
    "editorial": N_("Ejaan atau susunan sahaja: tiada siapa diminta membaca semula"),
    "retired": N_("Dimansuhkan"),
}
KIND_WORDS = {
    "act": N_("Akta atau peraturan"),
    "circular": N_("Pekeliling"),
    "portal": N_("Portal rasmi"),
    "report": N_("Laporan"),
    "standard": N_("Standard jabatan"),
}


class TickBoxes(SelectMultipleField):
    """Several of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DetailsForm(Form):
    """The version as a whole."""

    revision = HiddenField()
    title_ms = StringField(
        lazy("Tajuk buku (BM)"), validators=[InputRequired(lazy("Isi tajuk.")), Length(max=300)]
    )
    title_en = StringField(
        lazy("Tajuk buku (BI)"), validators=[InputRequired(lazy("Isi tajuk.")), Length(max=300)]
    )
    summary_ms = TextAreaField(
        lazy("Apa yang baharu dalam versi ini (BM)"), validators=[Length(max=1000)]
    )
    summary_en = TextAreaField(
        lazy("Apa yang baharu dalam versi ini (BI)"), validators=[Length(max=1000)]
    )
    preface_ms = TextAreaField(lazy("Pembukaan (BM)"), validators=[Length(max=LONGEST_TEXT)])
    preface_en = TextAreaField(lazy("Pembukaan (BI)"), validators=[Length(max=LONGEST_TEXT)])
    effective_on = DateField(lazy("Berkuat kuasa pada"), validators=[Optional()])
    read_within_days = IntegerField(
        lazy("Tempoh membaca perubahan (hari)"),
        description=lazy(
            "Berapa hari pegawai diberi untuk membaca perubahan selepas versi berkuat kuasa."
        ),
        validators=[InputRequired(lazy("Isi bilangan hari.")), NumberRange(min=1, max=365)],
    )


class RuleForm(Form):
    """One rule in both languages."""

    revision = HiddenField()
    title_ms = StringField(lazy("Tajuk"), validators=[Length(max=300)])
    title_en = StringField(lazy("Tajuk"), validators=[Length(max=300)])
    body_ms = TextAreaField(lazy("Teks"), validators=[Length(max=LONGEST_TEXT)])
    body_en = TextAreaField(lazy("Teks"), validators=[Length(max=LONGEST_TEXT)])
    strength = SelectField(
        lazy("Kekuatan"), choices=choices((k, lazy(w)) for k, w in STRENGTH_WORDS.items())
    )
    categories = TickBoxes(
        lazy("Kategori pelanggan"),
        choices=choices((k, lazy(w)) for k, w in CATEGORY_WORDS.items()),
    )
    sources = TickBoxes(lazy("Sumber"), choices=[])
    change = SelectField(lazy("Perubahan ini"), choices=[])
    note_ms = StringField(lazy("Sebab perubahan (BM)"), validators=[Length(max=1000)])
    note_en = StringField(lazy("Sebab perubahan (BI)"), validators=[Length(max=1000)])


class AddForm(Form):
    """Where a new rule goes: a chapter, or a new one with its titles."""

    chapter = SelectField(lazy("Bab"), choices=[])
    chapter_ms = StringField(
        lazy("Tajuk bab baharu (BM)"), validators=[Optional(), Length(max=200)]
    )
    chapter_en = StringField(
        lazy("Tajuk bab baharu (BI)"), validators=[Optional(), Length(max=200)]
    )


class PlaceForm(Form):
    """After which rule a rule stands."""

    after = SelectField(lazy("Letakkan selepas"), choices=[])


class MergeForm(Form):
    """Into which rule a rule goes."""

    into = SelectField(lazy("Gabungkan ke dalam"), choices=[])


class ChapterForm(Form):
    """A chapter's titles, and those that were shown."""

    seen_ms = HiddenField()
    seen_en = HiddenField()
    chapter_ms = StringField(
        lazy("Tajuk bab (BM)"), validators=[InputRequired(lazy("Isi tajuk.")), Length(max=200)]
    )
    chapter_en = StringField(
        lazy("Tajuk bab (BI)"), validators=[InputRequired(lazy("Isi tajuk.")), Length(max=200)]
    )


class SourceForm(Form):
    """A source that rules may name."""

    key = StringField(
        lazy("Kunci"),
        description=lazy("Huruf kecil, nombor dan sengkang, contohnya pkpa-1-2025."),
        validators=[
            InputRequired(lazy("Isi kunci.")),
            Length(max=60),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=lazy("Guna huruf kecil, nombor dan sengkang sahaja."),
            ),
        ],
    )
    ms = StringField(
        lazy("Nama (BM)"), validators=[InputRequired(lazy("Isi nama sumber.")), Length(max=300)]
    )
    en = StringField(
        lazy("Nama (BI)"), validators=[InputRequired(lazy("Isi nama sumber.")), Length(max=300)]
    )
    kind = SelectField(lazy("Jenis"), choices=choices((k, lazy(w)) for k, w in KIND_WORDS.items()))
    url = StringField(
        lazy("Alamat web"),
        validators=[
            Optional(),
            Length(max=500),
            Regexp(
                r"^https?://\S+$", message=lazy("Tulis alamat penuh yang bermula dengan https://.")
            ),
        ],
    )


class WordsForm(Form):
    """Words said with an act: to the reviewer, or to the author."""

    words = TextAreaField(lazy("Catatan"), validators=[Optional(), Length(max=2000)])


class PublishForm(Form):
    """Approval of exactly what was shown."""

    seen = HiddenField()
    words = TextAreaField(lazy("Catatan"), validators=[Optional(), Length(max=2000)])


class ImportForm(Form):
    """A document to import, and the proposal that was shown."""

    document = FileField(
        lazy("Fail"),
        description=lazy(
            "Word (.docx) atau Markdown, dengan bab dan peraturan ditanda sebagai tajuk."
        ),
    )
    spoken = SelectField(
        lazy("Bahasa fail ini"), choices=choices([("ms", "Bahasa Melayu"), ("en", "English")])
    )
    proposal = HiddenField()
