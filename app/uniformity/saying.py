"""Measures said in words, for templates: coverage, ranges, customers, evidence. Never a share without how many answered."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from app.disclosure import BOTTOM, TOP
from app.uniformity.pictures import OfficePoint, crowds
from app.uniformity.queries import SuspicionRow
from app.uniformity.words import ORDER
from app.web.i18n import MONTHS

WIDEST = 40  # points between the ends of a range that tells nothing any more
# readings are written of one officer; on pages they are told of many
VERBS = {
    "Thinks": "think", "Confuses": "confuse", "Mixes": "mix", "Uses": "use", "Counts": "count", "Treats": "treat",
    "Believes": "believe", "Assumes": "assume", "Reads": "read", "Takes": "take", "Forgets": "forget",
}  # fmt: skip


def customers_words(content: dict[str, Any]) -> str:
    """Say S aloud, as a head of office would."""
    if content.get("range"):
        if says_nothing(content["range"]):
            return gettext("Terlalu sedikit jawapan untuk julat.")
        return gettext(
            "Jika 100 pelanggan bertanya di dua kaunter yang dipilih secara rawak, %(range)s akan diberitahu"
            " perkara yang sama dan betul.",
            range=span_words(content["range"]),
        )
    if content.get("s") is None:
        return lacking_words(content)
    return gettext(
        "Jika 100 pelanggan bertanya di dua kaunter yang dipilih secara rawak, %(n)s akan diberitahu"
        " perkara yang sama dan betul.",
        n=content["s"],
    )


def lacking_words(content: dict[str, Any]) -> str:
    """Say why there is no figure."""
    if 2 * content.get("rules", 0) < content.get("in_force", 0):
        return gettext(
            "Baru %(n)s daripada %(all)s peraturan cukup jawapannya: terlalu sedikit untuk satu angka bagi seluruh"
            " buku panduan.",
            n=content["rules"],
            all=content["in_force"],
        )
    return gettext("Belum cukup pejabat menjawab untuk dibandingkan.")


def coverage_words(content: dict[str, Any]) -> str:
    """Say on how many answers, officers and offices a figure rests."""
    answers, officers, offices = content["answers"], content["officers"], content["offices"]
    said = [
        ngettext("%(n)s jawapan pertama", "%(n)s jawapan pertama", answers, n=f"{answers:,}"),
        gettext(
            "%(officers)s daripada %(staff)s pegawai",
            officers=f"{officers:,}",
            staff=f"{max(content['staff'], officers):,}",
        ),
        office_count(offices),
    ]
    return ", ".join(said)


def basis_words(content: dict[str, Any]) -> str:
    """Say on what the bar of a rule or a handbook rests, in whole."""
    said: str = gettext("%(basis)s, 12 bulan", basis=coverage_words(content))
    if "in_force" not in content:
        return said
    rules: str = gettext(
        "Berdasarkan %(n)s daripada %(all)s peraturan", n=content["rules"], all=content["in_force"]
    )
    return f"{rules}: {said}"


def office_count(offices: int) -> str:
    """Say how many offices."""
    return ngettext("%(n)s pejabat", "%(n)s pejabat", offices, n=f"{offices:,}")


def crowds_said(points: Iterable[OfficePoint]) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the table behind a funnel in words: offices, how many officers answered, how many rightly, outside or not."""
    for crowd in crowds(points):
        name = crowd.name or office_count(crowd.offices)
        yield name, answering(crowd.fewest, crowd.most), share_words(crowd.share), crowd.outside


def answering(fewest: int, most: int) -> str:
    """Say how many officers of each of some offices answered, in steps."""
    if fewest == most:
        return gettext("kira-kira %(n)s", n=fewest)
    return gettext("%(low)s hingga %(high)s", low=fewest, high=most)


def says_nothing(limits: Sequence[int] | None) -> bool:
    """Say whether a coarse range is so wide that it tells a reader nothing."""
    return bool(limits) and limits[1] - limits[0] >= WIDEST  # type: ignore[index]


def range_words(content: dict[str, Any]) -> str:
    """Say S with its interval: "71 (66–76)"."""
    if content.get("range"):
        return office_range(content["range"])
    if content.get("s") is None:
        return "–"
    limits = content.get("interval")
    return f"{content['s']} ({limits[0]}–{limits[1]})" if limits else str(content["s"])


def share_words(share: int) -> str:
    """Say a coded share of few officers."""
    if share >= TOP:
        return gettext("%(n)s%% atau lebih", n=TOP)
    return gettext("%(n)s%% atau kurang", n=BOTTOM) if share <= BOTTOM else f"{share}%"


def held_words(content: dict[str, Any], share: int) -> str:
    """Say a share of a rule's answers, as finely as so many officers allow."""
    if content["few"]:
        return share_words(share)
    return f"{share}%" if share else gettext("kurang daripada %(n)s%%", n=1)


def reading_words(text: str) -> str:
    """Write a reading so that it goes on with a sentence: "menyangka …", "think …"."""
    said = text.strip().rstrip(".")
    for one, many in VERBS.items():
        if said.startswith(f"{one} "):
            return many + said[len(one) :]
    # a code or an abbreviation keeps its capitals
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def office_range(limits: list[int]) -> str:
    """Say a coarse range, or that too few answered for one that tells anything."""
    if says_nothing(limits):
        return gettext("terlalu sedikit jawapan untuk julat")
    return span_words(limits)


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
        "Sepertiga pegawai yang paling faham: %(right)s%% memilih kunci, %(rival)s%% satu jawapan lain"
        " (%(n)s jawapan).",
        right=found["right"],
        rival=found["rival"],
        n=found["n"],
    )


def event_words(kind: str, word: str) -> str:
    """Say what happened in a month."""
    if kind == "version":
        return gettext("Versi %(number)s", number=word)
    return ngettext("%(n)s taklimat", "%(n)s taklimat", int(word), n=word)


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
    crowds_said, customers_words, lacking_words, coverage_words, basis_words, office_count, range_words, share_words, held_words, span_words,
    office_range, says_nothing, evidence_words, event_words, ordered_verdicts,
)  # fmt: skip
FILTERS = (month_name, short_month, reading_words)
