"""The sheet for the morning roll call: three rules by need, the readings people hold, the text, a case, boxes. Pure.

It names nobody and counts nobody: readings are told by words, and where an office is too small to be told anything of, its state's or
the country's readings stand in, and the sheet says so.
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
RULES, BOXES, MOST_READINGS = 3, 20, 2
WEIGHT = {"wrong": 1.0, "mixed": 0.8, "split": 0.8, "below": 0.6, "unknown": 0.2, "right": 0.0}
LABELS: dict[str, dict[str, str]] = {
    "ms": {
        "heading": "Taklimat pagi",
        "minutes": "10 minit",
        "office": "Disediakan daripada jawapan pejabat ini.",
        "state": "Jawapan pejabat ini belum cukup: sebahagiannya daripada jawapan seluruh negeri.",
        "nation": "Jawapan pejabat ini belum cukup: sebahagiannya daripada jawapan seluruh negara.",
        "many": "Ramai membacanya begini:",
        "some": "Sebahagian membacanya begini:",
        "none": "Jawapan berselerak; tiada satu bacaan yang menonjol.",
        "fine": "Peraturan ini difahami dengan baik; ulang kaji sahaja.",
        "text": "Teksnya:",
        "discuss": "Bincangkan:",
        "present": "Hadir (tandatangan)",
        "overleaf": "Jawapan di halaman sebelah. Soalan susulan selepas 7 hari.",
        "answers": "Jawapan",
        "right": "Betul:",
        "wrong": "Bukan:",
        "confirm": "Kandungan belum disahkan jabatan.",
    },
    "en": {
        "heading": "Morning briefing",
        "minutes": "10 minutes",
        "office": "Made from this office's own answers.",
        "state": "This office has too few answers of its own: part is made from those of the whole state.",
        "nation": "This office has too few answers of its own: part is made from those of the whole country.",
        "many": "Many read it like this:",
        "some": "Some read it like this:",
        "none": "Answers are scattered; no one reading stands out.",
        "fine": "This rule is well understood; a repetition only.",
        "text": "The text:",
        "discuss": "Discuss:",
        "present": "Present (signature)",
        "overleaf": "Answers overleaf. Follow-up questions after 7 days.",
        "answers": "Answers",
        "right": "Right:",
        "wrong": "Not:",
        "confirm": "Content not yet confirmed by the department.",
    },
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

    def readings(self, language: str) -> list[str]:
        """Return the readings that people hold, at most two."""
        return [one[language] for one in self.need.content.get("readings", [])[:MOST_READINGS]]

    @property
    def how(self) -> str:
        """Say how many hold them: many, some, none, or fine where the rule is understood."""
        told = self.need.content.get("readings", [])
        if self.need.content["verdict"] == "right":
            return "fine"
        if not told:
            return "none"
        first = told[0]
        return str(first["how"]) if "how" in first else ("many" if first["share"] >= 34 else "some")

    def options(self, language: str) -> list[tuple[bool, str, str]]:
        """Return the case's options: right or not, words, reason."""
        if not self.case:
            return []
        return [
            (option["correct"], option["text"][language], option["reason"][language])
            for option in self.case["options"]
        ]


def sheet_pdf(
    talks: Sequence[Talk], *, office: str, day: date, language: str, confirmed: bool
) -> bytes:
    """Return the sheet as PDF: one page A4, the answers overleaf. Raises RuntimeError when the typesetter fails."""
    return typeset(
        TEMPLATE, facts_of(talks, office=office, day=day, language=language, confirmed=confirmed)
    )


def facts_of(
    talks: Sequence[Talk], *, office: str, day: date, language: str, confirmed: bool
) -> dict[str, object]:
    """Return what the sheet says."""
    words = LABELS[language]
    return {
        "labels": words,
        "language": language,
        "office": office,
        "when": day_in_words(day, language),
        "day": [day.year, day.month, day.day],
        "from": source_words(talks, language),
        "confirmed": confirmed,
        "boxes": BOXES,
        "rules": [_rule(talk, words, language) for talk in talks],
    }


def source_words(talks: Sequence[Talk], language: str) -> str:
    """Say from whose answers a sheet is made: the widest scope of its rules."""
    scopes = {talk.need.scope for talk in talks}
    widest = next((scope for scope in ("nation", "state") if scope in scopes), "office")
    return LABELS[language][widest]


def _rule(talk: Talk, words: Mapping[str, str], language: str) -> dict[str, object]:
    case = talk.case or {}
    return {
        "code": talk.code,
        "title": talk.title,
        "how": words[talk.how],
        "readings": talk.readings(language),
        "body": tree_of(talk.body),
        "case": case.get("case", {}).get(language, "") if case else "",
        "ask": case.get("ask", {}).get(language, "") if case else "",
        "options": [
            {"right": right, "words": said, "reason": reason}
            for right, said, reason in talk.options(language)
        ],
    }
