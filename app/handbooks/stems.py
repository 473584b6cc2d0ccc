"""Words and their stems, the same for what is written and for what is searched for. Pure.

A word is kept as written, in parts ("jpn.kp01": jpn, kp01, kp, 01) and as its stems, so that "mematuhi" finds "patuh".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_]+(?:(?:[-./'’]|(?<=\d),(?=\d{3}\b))[^\W_]+)*")
RUN = re.compile(r"[^\W\d_]+|\d+")
ACCENT = re.compile("[\u0300-\u036f]")
ALGORITHMS = {"ms": "indonesian", "en": "english"}
SHORTEST_STEMMED, SHORTEST_ROOT, SHORTEST_BEGINNING = 3, 4, 3
# one would be found for the other everywhere, though nobody who asks for an office means the department
WHOLE = frozenset({"pejabat", "jabatan", "pegawai", "kerajaan"})
PARTICLES = ("lah", "kah", "nya")
SUFFIXES = ("kan", "an", "i")
PREFIXES = ("memper", "diper", "ter", "ber", "per", "di", "ke", "se")
# what Malay puts before a root, what may follow it, and the letters that it may have swallowed
NASALS = tuple(
    (re.compile(rf"^[mp]e{sound}(?={before})"), swallowed)
    for sound, before, swallowed in (
        ("ng", "[aeiou]", ("", "k")),
        ("ng", "[ghk]", ("",)),
        ("ny", "[aeiou]", ("s",)),
        ("n", "[cdjzts]", ("",)),
        ("n", "[aeiou]", ("t", "n")),
        ("m", "[bfvp]", ("",)),
        ("m", "[aeiou]", ("p", "m")),
        ("", "[lrwymn][aeiou]", ("",)),
    )
)


def normal(word: str) -> str:
    """Return a word as compared: small letters, no accents, one shape for each sign, no comma within a number."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    plain = unicodedata.normalize("NFC", ACCENT.sub("", folded))
    return "".join(plain.replace(",", "").split())


@lru_cache(maxsize=16384)
def as_written(word: str) -> tuple[str, ...]:
    """Return a word as written and its parts: "PS-5.1" is ps-5.1, ps5.1, ps, 5.1, 5 and 1."""
    whole = normal(word)
    found = [whole, re.sub(r"[-/'’]", "", whole)]
    for part in re.split(r"[-/'’]", whole):
        found += [part, *part.split("."), *RUN.findall(part)]
    return tuple(dict.fromkeys(part for part in found if part))


@lru_cache(maxsize=16384)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stems that a word, folded, may have in a language."""
    if len(word) < SHORTEST_STEMMED or not word.isalpha() or word in WHOLE:
        return (word,)
    # made anew each time, because a stemmer keeps the word it works on and threads would share it
    found = [snowballstemmer.stemmer(ALGORITHMS[language]).stemWord(word)]
    if language == "ms":
        found += sorted(malay_roots(word))
    return tuple(dict.fromkeys(found))


def malay_roots(word: str) -> set[str]:
    """Return what may be the root of a Malay word: "memohon" comes from mohon or pohon, "semakan" from semak.

    The stemmer knows one root for each word and often a wrong one; all that are possible meet more surely.
    """
    found = {word}
    for _round in range(3):
        found |= {root for known in found for root in _shorter(known)}
    return found


def _shorter(word: str) -> Iterator[str]:
    ends = [word[: -len(end)] for end in (*PARTICLES, *SUFFIXES) if word.endswith(end)]
    begins = [word[len(begin) :] for begin in PREFIXES if word.startswith(begin)]
    for nasal, swallowed in NASALS:
        if nasal.match(word):
            begins += [letter + nasal.sub("", word) for letter in swallowed]
    return (root for root in (*ends, *begins) if len(root) >= SHORTEST_ROOT)


@lru_cache(maxsize=16384)
def forms(word: str, language: str) -> frozenset[str]:
    """Return everything under which a word is found: as written, in parts, and the stems of the parts."""
    written = as_written(word)
    return frozenset(written).union(*(stems(part, language) for part in written))


def words_of(text: str) -> list[str]:
    """Return the words of a text, codes and numbers in one piece, the signs of Markdown left out."""
    return WORD.findall(text)


def stems_of(text: str, language: str) -> str:
    """Return the stems of a text, each once, with a space on both sides of each; a text without words gives nothing."""
    found = dict.fromkeys(form for word in words_of(text) for form in sorted(forms(word, language)))
    return f" {' '.join(found)} " if found else ""


@dataclass(frozen=True)
class Term:
    """A word searched for, folded."""

    word: str

    def forms(self, language: str) -> frozenset[str]:
        """Return what the word equals in a text of a language; a code or number only itself."""
        return frozenset({self.word, *stems(self.word, language)})

    @property
    def may_begin(self) -> bool:
        """Say whether the word may be the beginning of another; the beginning of a number says nothing."""
        return len(self.word) >= SHORTEST_BEGINNING and not self.word.isdigit()

    def finds(self, word: str, language: str) -> bool:
        """Say whether this finds a word of a text."""
        return _finds(self, word, language)


@lru_cache(maxsize=65536)
def _finds(term: Term, word: str, language: str) -> bool:
    known = forms(word, language)
    return not known.isdisjoint(term.forms(language)) or (
        term.may_begin and any(form.startswith(term.word) for form in known)
    )


@lru_cache(maxsize=256)
def terms_of(search: str) -> tuple[Term, ...]:
    """Return the words searched for, each once; "kanak-kanak" is its parts, "ps-5.1" stays whole."""
    found: dict[str, None] = {}
    for word in map(normal, words_of(search)):
        coded = any(sign.isdigit() for sign in word)
        parts = [word] if coded else [part for part in re.split(r"[-./'’]", word) if part]
        found |= dict.fromkeys(part for part in parts if len(parts) == 1 or len(part) > 1)
    return tuple(Term(word) for word in found)


def found_in(stems_text: str, terms: tuple[Term, ...], language: str) -> bool:
    """Say whether every word searched for stands among the stems of a text; no words find nothing."""
    return bool(terms) and all(
        (term.may_begin and f" {term.word}" in stems_text)
        or any(f" {form} " in stems_text for form in term.forms(language))
        for term in terms
    )
