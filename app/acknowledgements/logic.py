"""What is declared, word for word, and how a receipt is numbered. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

# No letters or figures that are taken for one another when read aloud or copied by hand.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
WORDS = {
    "ms": (
        "Saya mengaku telah membaca {title}, versi {number}, berkuat kuasa {day} ({rules} peraturan), dan akan"
        " mematuhinya dalam tugas saya. Jika ada peraturan yang saya tidak faham, saya akan bertanya sebelum"
        " melayan pelanggan berdasarkan peraturan itu."
    ),
    "en": (
        "I declare that I have read {title}, version {number}, in effect from {day} ({rules} rules), and that I will"
        " follow it in my work. If there is a rule that I do not understand, I will ask before I serve a customer"
        " by it."
    ),
}


def declaration(language: str, *, title: str, number: str, effective_on: date, rules: int) -> str:
    """Return the exact words that are declared, in one language; days as 27/11/2026."""
    return WORDS[language].format(
        title=title, number=number, day=f"{effective_on:%d/%m/%Y}", rules=rules
    )


CHANGED_WORDS = {
    "ms": (
        "Saya mengaku telah membaca perubahan dalam {title}, versi {number}, berkuat kuasa {day}, sejak versi {since} yang"
        " telah saya akui: {codes}. Saya akan mematuhinya dalam tugas saya. Jika ada peraturan yang saya tidak faham, saya"
        " akan bertanya sebelum melayan pelanggan berdasarkan peraturan itu."
    ),
    "en": (
        "I declare that I have read what changed in {title}, version {number}, in effect from {day}, since version {since}"
        " which I acknowledged before: {codes}. I will follow it in my work. If there is a rule that I do not understand, I"
        " will ask before I serve a customer by it."
    ),
}
RETIRED_WORDS = {"ms": "dimansuhkan", "en": "retired"}
NOTHING_ASKED = {"ms": "ejaan dan susunan sahaja", "en": "spelling and layout only"}


def changed_declaration(
    language: str, *, title: str, number: str, effective_on: date, since: str, codes: Sequence[str]
) -> str:
    """Return the exact words declared about the rules that changed since a version acknowledged before."""
    return CHANGED_WORDS[language].format(
        title=title,
        number=number,
        day=f"{effective_on:%d/%m/%Y}",
        since=since,
        codes=", ".join(codes) or NOTHING_ASKED[language],
    )


def receipt_number(at: datetime, chance: int) -> str:
    """Return a number such as AK-2026-7F3K9QXM from the year and 40 bits of chance."""
    letters = []
    for _ in range(8):
        chance, place = divmod(chance, len(ALPHABET))
        letters.append(ALPHABET[place])
    return f"AK-{at.year}-{''.join(letters)}"
