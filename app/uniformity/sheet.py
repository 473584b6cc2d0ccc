"""The sheet for the morning roll call: three rules by need, the readings people hold, the text, a case, boxes. Pure.

It counts nobody: readings are told by words, and where an office is too small to be told anything of, its state's or the country's
readings stand in, and each rule says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.handbooks.markdown_tree import tree_of
from app.handbooks.typeset import day_in_words
from app.typesetter import typeset

TEMPLATE = Path(__file__).parent / "sheet.typ"
RULES, MOST_READINGS = 3, 2
BOXES, IN_A_ROW, MOST_NAMES = 20, 5, 60
MANY, SOME = 34, 10  # per cent of those asked; a reading that fewer hold says little of the others
MOST = 50  # per cent that a range must lie above before most are said to answer rightly
STEM = 110  # letters of a case by which it is known again overleaf
WEIGHT = {"wrong": 1.0, "mixed": 0.8, "split": 0.8, "below": 0.6, "unknown": 0.2, "right": 0.0}
LABELS: dict[str, dict[str, str]] = {
    "ms": {
        "heading": "Taklimat pagi",
        "minutes": "10 minit",
        "office": "(jawapan pejabat ini)",
        "state": "(jawapan seluruh negeri)",
        "nation": "(jawapan seluruh negara)",
        "many": "Ramai pegawai",
        "some": "Sebahagian pegawai",
        "right": "Kebanyakan pegawai menjawab betul.",
        "wrong": "Ramai pegawai memberikan jawapan salah yang sama.",
        "mixed": "Jawapan berselerak; tiada satu bacaan yang menonjol.",
        "split": "Pejabat menjawab dengan cara yang berlainan.",
        "below": "Belum cukup ramai pegawai menjawab betul.",
        "unknown": "Belum cukup jawapan tentang peraturan ini.",
        "discuss": "Bincangkan:",
        "present": "Hadir (tandatangan)",
        "overleaf": "Jawapan di halaman sebelah. Soalan susulan selepas 7 hari.",
        "answers": "Jawapan",
        "key": "Betul:",
        "other": "Salah:",
        "confirm": "Kandungan belum disahkan jabatan.",
    },
    "en": {
        "heading": "Morning briefing",
        "minutes": "10 minutes",
        "office": "(answers of this office)",
        "state": "(answers of the whole state)",
        "nation": "(answers of the whole country)",
        "many": "Many officers",
        "some": "Some officers",
        "right": "Most officers answer rightly.",
        "wrong": "Many officers give the same wrong answer.",
        "mixed": "Answers are scattered; no one reading stands out.",
        "split": "Offices answer in different ways.",
        "below": "Not enough officers answer rightly yet.",
        "unknown": "Not enough answers about this rule yet.",
        "discuss": "Discuss:",
        "present": "Present (signature)",
        "overleaf": "Answers overleaf. Follow-up questions after 7 days.",
        "answers": "Answers",
        "key": "Right:",
        "other": "Wrong:",
        "confirm": "Content not yet confirmed by the department.",
    },
}
# readings are written of one person ("Thinks …"); only of these words is the plural known
PLURAL = {
    "thinks": "think",
    "believes": "believe",
    "assumes": "assume",
    "confuses": "confuse",
    "mixes": "mix",
    "uses": "use",
    "counts": "count",
    "treats": "treat",
    "takes": "take",
    "reads": "read",
    "forgets": "forget",
}


@dataclass(frozen=True)
class Need:
    """A rule that an office should talk about: how much, what is known of it, and from whose answers."""

    rule_id: int
    scope: str
    score: float
    content: Mapping[str, Any]


def need_of(scope: str, rule_id: int, content: Mapping[str, Any], strength: str) -> Need:
    """Return how much a rule needs talking about: what the word asks for, how probably it misses its target, whether it binds."""
    missed = content.get("below")
    if missed is None:
        missed = 1 - content["s"] / 100 if content.get("s") is not None else 0.5
    bound = 1.2 if strength == "must" else 1.0
    return Need(rule_id, scope, (WEIGHT[content["verdict"]] + missed) * bound, content)


def neediest(
    groups: Sequence[Sequence[Need]], most: int = RULES, *, lately: Collection[int] = ()
) -> list[Need]:
    """Return the rules to talk about: from the office's own answers first, then its state's, then the country's.

    A rule that is understood takes no place from one of a wider scope that is not. Those discussed lately are left out: the
    answers of twelve months cannot show yet what a briefing changed, and would name the same three rules month after month.
    """
    found: dict[int, Need] = {}
    for needy in (True, False):
        for group in groups:
            for need in sorted(group, key=lambda n: (-n.score, n.rule_id)):
                wanted = need.content["verdict"] not in ("right", "unknown")
                if len(found) < most and need.rule_id not in {*found, *lately} and wanted is needy:
                    found[need.rule_id] = need
    return list(found.values())


@dataclass(frozen=True)
class Talk:
    """One rule on the sheet: its text, the readings held, a case with its answer."""

    need: Need
    code: str
    title: str
    body: str
    case: Mapping[str, Any] | None
    case_version: int | None
    key: str

    @property
    def source(self) -> str:
        """Return from whose answers it is told: the scope, or nothing where there are none."""
        return "" if self._empty else self.need.scope

    def told(self, language: str) -> list[str]:
        """Say how people read the rule, in sentences: at most two readings that enough hold, else what the word allows."""
        words, verdict = LABELS[language], self.need.content["verdict"]
        held = [(how, one[language]) for one in self._readings if (how := held_by(one))]
        found = [reading_sentence(words[how], text, language) for how, text in held[:MOST_READINGS]]
        if verdict == "right" or (verdict == "unknown" and self._mostly_right):
            return [words["right"], *found]
        return found or [words[verdict]]

    @property
    def _readings(self) -> list[dict[str, Any]]:
        return list(self.need.content.get("readings", []))

    @property
    def _empty(self) -> bool:
        return self.need.content.keys() <= {"verdict"}

    @property
    def _mostly_right(self) -> bool:
        limits = self.need.content.get("interval") or self.need.content.get("range")
        return bool(limits and limits[0] >= MOST)

    def options(self, language: str) -> list[tuple[bool, str, str]]:
        """Return the case's options: right or not, words, reason."""
        if not self.case:
            return []
        return [
            (option["correct"], option["text"][language], option["reason"][language])
            for option in self.case["options"]
        ]


def held_by(reading: Mapping[str, Any]) -> str:
    """Say how many hold a reading: many, some, or too few to be told (empty)."""
    if "how" in reading:
        return str(reading["how"])
    share = reading["share"]
    return "many" if share >= MANY else "some" if share >= SOME else ""


def reading_sentence(who: str, reading: str, language: str) -> str:
    """Return a reading as a sentence on officers: "Some officers think …"; after a colon where it begins with no known verb."""
    text = reading.strip().rstrip(".")
    first, _space, rest = text.partition(" ")
    begin = first.lower()
    verb = PLURAL.get(begin, "") if language == "en" else begin if begin.startswith("me") else ""
    return f"{who} {verb} {rest}." if verb else f"{who}: {text}."


def boxes_for(names: Sequence[str]) -> list[str]:
    """Return the names under the boxes, rows filled up with empty ones; empty boxes alone where nobody is known or too many."""
    if not 0 < len(names) <= MOST_NAMES:
        return [""] * BOXES
    return [*names, *[""] * (-len(names) % IN_A_ROW)]


def stem_of(case: str) -> str:
    """Return the beginning of a case, cut between words."""
    if len(case) <= STEM:
        return case
    return case[:STEM].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def sheet_pdf(
    talks: Sequence[Talk],
    *,
    office: str,
    day: date,
    language: str,
    confirmed: bool,
    names: Sequence[str] = (),
) -> bytes:
    """Return the sheet as PDF: one page A4, the answers overleaf. Raises RuntimeError when the typesetter fails."""
    words = LABELS[language]
    facts: dict[str, object] = {
        "labels": words,
        "language": language,
        "office": office,
        "when": day_in_words(day, language),
        "day": [day.year, day.month, day.day],
        "confirmed": confirmed,
        "boxes": boxes_for(names),
        "rules": [_rule(talk, words, language) for talk in talks],
    }
    return typeset(TEMPLATE, facts)


def _rule(talk: Talk, words: Mapping[str, str], language: str) -> dict[str, object]:
    case = talk.case or {}
    stem = case["case"][language] if case else ""
    return {
        "code": talk.code,
        "title": talk.title,
        "told": " ".join(talk.told(language)),
        "source": words[talk.source] if talk.source else "",
        "body": tree_of(talk.body),
        "case": stem,
        "stem": stem_of(stem),
        "ask": case["ask"][language] if case else "",
        "options": [
            {"right": right, "words": said, "reason": reason}
            for right, said, reason in talk.options(language)
        ],
    }
