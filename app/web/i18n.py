"""Languages: Malay is the language of the message ids, English a catalogue. Chosen by the person."""

from datetime import date, datetime
from gettext import NullTranslations

from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale, gettext

from app.clock import local
from app.errors import N_, DomainError

LANGUAGES = ("ms", "en")
MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mac"),
    N_("Apr"),
    N_("Mei"),
    N_("Jun"),
    N_("Jul"),
    N_("Ogos"),
    N_("Sep"),
    N_("Okt"),
    N_("Nov"),
    N_("Dis"),
)


def language() -> str:
    """Return the language of this request: chosen in this session, else the person's, else Malay.

    With the database away, the person's is the one known at sign-in.
    """
    chosen = session.get("language") or g.get("language") or session.get("spoken")
    return chosen if chosen in LANGUAGES else "ms"


def sentence(error: DomainError) -> str:
    """Return a domain error's sentence in the reader's language."""
    text = str(gettext(error.text))
    return text % error.facts if error.facts else text


def day(value: date | datetime | None) -> str:
    """Write a day as "27 Nov 2026"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local(value).date()
    return f"{value.day} {gettext(MONTHS[value.month - 1])} {value.year}"


def clock_time(value: datetime | None) -> str:
    """Write a time of day as "4.12 petang" (Malay) or "4.12 pm"."""
    if value is None:
        return ""
    at = local(value)
    return f"{at.hour % 12 or 12}.{at.minute:02d} {_part_of_day(at.hour)}"


def moment(value: datetime | None) -> str:
    """Write a moment as "27 Nov 2026, 4.12 petang"."""
    return "" if value is None else f"{day(value)}, {clock_time(value)}"


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return gettext("pagi")
    if hour < 14:
        return gettext("tengah hari")
    return gettext("petang") if hour < 19 else gettext("malam")


class Catalogues(Domain):  # type: ignore[misc]  # the library is not typed
    """The sentences of each language, kept by its name: a page has hundreds, and writing out a locale takes longer than one."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Return the sentences of the language of this moment."""
        locale = get_locale()
        name = locale.language if locale else ""
        if name not in self.kept:
            self.kept[name] = super().get_translations()
        return self.kept[name]


def init_app(app: Flask) -> None:
    """Set up languages and the filters that write dates."""
    app.config["BABEL_DEFAULT_LOCALE"] = "ms"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/translations"
    Babel(app, locale_selector=language).domain_instance = Catalogues()
    app.jinja_env.filters.update(day=day, clock_time=clock_time, moment=moment, sentence=sentence)

    @app.context_processor
    def _language() -> dict[str, object]:
        path = request.full_path.rstrip("?") if request else "/"
        return {"language": language(), "page_path": path}
