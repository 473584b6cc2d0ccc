"""Measures said in words, for templates: coverage, ranges, customers, evidence. Never a share without how many answered."""

from typing import Any

from flask_babel import gettext

from app.disclosure import BOTTOM, TOP
from app.uniformity.pictures import crowds
from app.uniformity.queries import SuspicionRow
from app.uniformity.words import ORDER
from app.web.i18n import MONTHS


def customers_words(content: dict[str, Any]) -> str:
    """Say S aloud, as a head of office would."""
    if content.get("range"):
        return gettext(
            "Daripada 100 pelanggan di dua kaunter rawak, %(range)s diberitahu perkara yang sama dan betul.",
            range=span_words(content["range"]),
        )
    if content.get("s") is None:
        return gettext("Belum cukup pejabat menjawab untuk dibandingkan.")
    return gettext(
        "Daripada 100 pelanggan di dua kaunter rawak, %(n)s diberitahu perkara yang sama dan betul.",
        n=content["s"],
    )


def coverage_words(content: dict[str, Any]) -> str:
    """Say on how many answers, officers and offices a figure rests."""
    return gettext(
        "%(answers)s jawapan pertama, %(officers)s daripada %(staff)s pegawai, %(offices)s pejabat, 12 bulan",
        answers=f"{content['answers']:,}",
        officers=f"{content['officers']:,}",
        staff=f"{max(content['staff'], content['officers']):,}",
        offices=content["offices"],
    )


def range_words(content: dict[str, Any]) -> str:
    """Say S with its interval: "71 (66–76)"."""
    if content.get("range"):
        return span_words(content["range"])
    if content.get("s") is None:
        return "–"
    limits = content.get("interval")
    return f"{content['s']} ({limits[0]}–{limits[1]})" if limits else str(content["s"])


def share_words(share: int) -> str:
    """Say a coded share of few officers."""
    if share >= TOP:
        return gettext("%(n)s %% atau lebih", n=TOP)
    return gettext("%(n)s %% atau kurang", n=BOTTOM) if share <= BOTTOM else f"{share} %"


def span_words(limits: list[int]) -> str:
    """Say a coarse range of an office: "65 hingga 85", "90 atau lebih"."""
    low, high = limits
    if low >= TOP:
        return gettext("%(n)s atau lebih", n=TOP)
    if low == high > BOTTOM:
        return gettext("kira-kira %(n)s", n=low)
    if high <= BOTTOM:
        return gettext("%(n)s atau kurang", n=BOTTOM)
    if high >= TOP:
        return gettext("%(n)s atau lebih", n=low)
    if low <= BOTTOM:
        return gettext("%(n)s atau kurang", n=high)
    return gettext("%(low)s hingga %(high)s", low=low, high=high)


def evidence_words(row: SuspicionRow) -> str:
    """Say what speaks against a question."""
    found = row.evidence
    if row.reason == "consensus":
        return gettext(
            "%(agree)s daripada %(offices)s pejabat menjawab sama, tetapi bukan kuncinya.",
            agree=found["agree"],
            offices=found["offices"],
        )
    return gettext(
        "Sepertiga pegawai yang paling faham: %(right)s %% memilih kunci, %(rival)s %% satu jawapan lain"
        " (%(n)s jawapan).",
        right=found["right"],
        rival=found["rival"],
        n=found["n"],
    )


def event_words(kind: str, word: str) -> str:
    """Say what happened in a month."""
    if kind == "version":
        return gettext("Versi %(number)s", number=word)
    return gettext("%(n)s taklimat", n=word)


def ordered_verdicts(words: dict[str, int]) -> list[tuple[str, int]]:
    """Return verdicts with how many rules got each, those that ask for something first."""
    return [(word, words[word]) for word in ORDER if words.get(word)]


def month_name(name: str) -> str:
    """Write a month "2026-11" as "Nov 2026"."""
    return f"{gettext(MONTHS[int(name[5:]) - 1])} {name[:4]}"


def short_month(name: str) -> str:
    """Write a month "2026-11" as "Nov", January with its year."""
    return month_name(name) if name.endswith("-01") else gettext(MONTHS[int(name[5:]) - 1])


SAYINGS = (
    crowds,    customers_words, coverage_words, range_words, share_words, span_words, evidence_words, event_words,
    ordered_verdicts,
)  # fmt: skip
FILTERS = (month_name, short_month)
