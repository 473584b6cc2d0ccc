"""A version as a book on paper: what it says, in one language, for the template version.typ. Knows no database."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from babel.support import Translations

from app.handbooks.markdown_tree import tree_of
from app.handbooks.queries import RuleRow, VersionRow
from app.handbooks.reading import CATEGORY_WORDS, STRENGTH_WORDS
from app.typesetter import typeset

HERE = Path(__file__).parent
TEMPLATE = HERE / "version.typ"
CATALOGUES = HERE.parent / "translations"
MONTHS = {
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
    "en": "January February March April May June July August September October November December",
}
LABELS: dict[str, dict[str, object]] = {
    "ms": {
        "version": "Versi",
        "effective": "Berkuat kuasa",
        "rules": "Peraturan",
        "hash": "Cap jari kandungan (SHA-256)",
        "unconfirmed": "Belum disahkan jabatan",
        "unconfirmed_more": "Kandungan ditulis daripada sumber awam. Jika ragu, ikut arahan rasmi dan rujuk penyelia"
        " anda.",
        "contents": "Kandungan",
        "preface": "Tentang buku ini",
        "summary": "Yang baharu dalam versi ini:",
        "sources": "Sumber",
        "all_sources": "Sumber yang dirujuk",
        "new": "Baharu",
        "material": "Berubah: isi",
        "editorial": "Berubah: ejaan atau susunan",
        "proof": "Apa yang dilindungi oleh cap jari",
        "proof_paragraphs": [
            (
                "Cap jari di bawah dikira daripada teks penuh versi ini dalam kedua-dua bahasa: fail Bahasa Melayu, kemudian"
                " fail Bahasa Inggeris, masing-masing didahului oleh panjangnya dalam bait dan satu baris baharu. Satu huruf"
                " yang berubah dalam mana-mana fail akan menghasilkan cap jari yang lain."
            ),
            (
                "Sesiapa yang memegang kedua-dua fail itu boleh mengiranya semula dengan mana-mana alat SHA-256. Cap jari yang"
                " sama tercatat pada setiap resit pengakuan bagi versi ini dan dalam rekod audit."
            ),
            (
                "Buku ini disediakan sekali sahaja daripada teks itu dan tidak pernah dibuat semula. Cap jari fail PDF ini"
                " sendiri tercatat di portal, pada halaman buku panduan di bawah “PDF dan cap jari”, kerana sebuah fail tidak"
                " boleh memuat cap jarinya sendiri."
            ),
        ],
    },
    "en": {
        "version": "Version",
        "effective": "In effect from",
        "rules": "Rules",
        "hash": "Fingerprint of the content (SHA-256)",
        "unconfirmed": "Not yet confirmed by the department",
        "unconfirmed_more": "The content was written from public sources. When in doubt, follow official instructions"
        " and ask your supervisor.",
        "contents": "Contents",
        "preface": "About this book",
        "summary": "New in this version:",
        "sources": "Source",
        "all_sources": "Sources referred to",
        "new": "New",
        "material": "Changed: content",
        "editorial": "Changed: spelling or layout",
        "proof": "What the fingerprint protects",
        "proof_paragraphs": [
            (
                "The fingerprint below is computed from the full text of this version in both languages: the Malay file, then"
                " the English file, each preceded by its length in bytes and a new line. A single letter changed in either"
                " file gives another fingerprint."
            ),
            (
                "Whoever holds both files can compute it again with any SHA-256 tool. The same fingerprint stands on every"
                " receipt of acknowledgement of this version and in the audit record."
            ),
            (
                "This book was made once from that text and is never made again. The fingerprint of this PDF file itself"
                " stands in the portal, on the handbook's page under “PDF and fingerprint”, because a file cannot contain its own"
                " fingerprint."
            ),
        ],
    },
}


def version_pdf(version: VersionRow, rules: Sequence[RuleRow], language: str) -> bytes:
    """Return a version as PDF/UA-1 (plain where a font lacks a sign) in one language.

    Raises RuntimeError when the typesetter fails.
    """
    return typeset(TEMPLATE, facts_of(version, rules, language))


def facts_of(version: VersionRow, rules: Sequence[RuleRow], language: str) -> dict[str, object]:
    """Return what the book says."""
    words, day = LABELS[language], version.effective_on
    return {
        "labels": words,
        "language": language,
        "code": version.code,
        "title": version.title(language),
        "about": version.about(language),
        "version": f"{words['version']} {version.number}",
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "facts": [
            [words["version"], version.number],
            [words["effective"], day_in_words(day, language)],
            [words["rules"], str(len(rules))],
        ],
        "hash": version.content_hash,
        "confirmed": version.confirmed,
        "preface": tree_of(version.preface(language)),
        "summary": version.summary(language),
        "chapters": [
            {"code": code, "title": title, "rules": [_rule(rule, language) for rule in group]}
            for (code, title), group in groupby(rules, key=lambda r: (r.chapter_code, r.chapter))
        ],
        "sources": _sources(rules),
    }


def day_in_words(day: date, language: str) -> str:
    """Write a day as "1 September 2026"."""
    return f"{day.day} {MONTHS[language].split()[day.month - 1]} {day.year}"


def _rule(rule: RuleRow, language: str) -> dict[str, object]:
    word = Translations.load(CATALOGUES, [language]).gettext
    return {
        "code": rule.code,
        "title": rule.title,
        "strength": rule.strength,
        "strength_word": word(STRENGTH_WORDS[rule.strength]),
        "categories": " · ".join(word(CATEGORY_WORDS.get(key, key)) for key in rule.categories),
        "change": LABELS[language].get(rule.change, ""),
        "note": rule.change_note if rule.change else "",
        "body": tree_of(rule.body),
        "sources": "; ".join(source.label for source in rule.sources),
    }


def _sources(rules: Sequence[RuleRow]) -> list[dict[str, str]]:
    found = {source.label: source.url for rule in rules for source in rule.sources}
    return [{"label": label, "url": url} for label, url in sorted(found.items())]
