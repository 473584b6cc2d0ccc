"""The shape of a question in the author's hands: the case, what is asked, four options with reasons, in both languages."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.quizzes.logic import OPTIONS
from app.web.form_base import Form, lazy

NEEDED = [InputRequired(lazy("Isi teks ini.")), Length(max=2000)]
PARTS = ("text", "reason", "misconception")


class QuestionForm(Form):
    """A question; the fields of each option are named after its id: `a_text_ms`, `a_correct`."""

    case_ms = TextAreaField(lazy("Kes (BM)"), validators=NEEDED)
    case_en = TextAreaField(lazy("Kes (BI)"), validators=NEEDED)
    ask_ms = TextAreaField(lazy("Yang ditanya (BM)"), validators=NEEDED)
    ask_en = TextAreaField(lazy("Yang ditanya (BI)"), validators=NEEDED)


LABELS = {
    ("text", "ms"): lazy("Pilihan (BM)"),
    ("text", "en"): lazy("Pilihan (BI)"),
    ("reason", "ms"): lazy("Sebab betul atau salah (BM)"),
    ("reason", "en"): lazy("Sebab betul atau salah (BI)"),
    ("misconception", "ms"): lazy("Salah tafsir di sebaliknya (BM)"),
    ("misconception", "en"): lazy("Salah tafsir di sebaliknya (BI)"),
}
for letter in OPTIONS:
    setattr(QuestionForm, f"{letter}_correct", BooleanField(lazy("Jawapan betul")))
    for part in PARTS:
        for spoken in ("ms", "en"):
            needed = [Length(max=1000)] if part == "misconception" else NEEDED
            field = TextAreaField(LABELS[part, spoken], validators=needed)
            setattr(QuestionForm, f"{letter}_{part}_{spoken}", field)
