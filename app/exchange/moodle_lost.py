"""Moodle XML: what a question says that an item does not hold, named feature by feature. Pure."""

import re

from app.exchange.items import Markup
from app.exchange.moodle_parts import MARKUPS, files_of, line_of, mark_of, units_of, words_of
from app.exchange.xml_lines import Element

# Moodle's own: nothing, each further try a tenth or a third less, and no second try at true and false
USUAL_PENALTIES = (0, 0.1, 1 / 3, 1)
SAID_BY_MOODLE = re.compile(
    r"Your answer is (partially )?(in)?correct\.?|Jawapan anda [\w ]{0,20}(betul|salah|tepat)\.?"
)
TO_ALL = {
    "correctfeedback": "feedback to every right answer",
    "partiallycorrectfeedback": "feedback to every partly right answer",
    "incorrectfeedback": "feedback to every wrong answer",
}
FORMATTED = ("multichoice", "multichoiceset", "ordering")


def lost(element: Element, markup: Markup) -> list[str]:
    """Return the features of a question that are not carried over, where they say something."""
    kind = element.get("type").strip().lower()
    features = (
        (files_of(element), "pictures and other files"),
        (any(_hint(hint) for hint in element.all("hint")), "hints between tries"),
        (_formats(element, kind, markup), f"other text formats than the question's own ({markup})"),
        (mark_of(element) is None, "a mark that is not a number; it is taken as 1"),
        (_penalty(element), "the penalty for further tries"),
        (line_of(element.one("shuffleanswers")) in ("0", "false"), "that answers keep their order"),
        (
            line_of(element.one("answernumbering")) not in ("", "abc", "none"),
            "how options are numbered",
        ),
        (line_of(element.one("hidden")) == "1", "that it was hidden"),
        (bool(line_of(element.one("stamp"))), "its stamp"),
        (_tagged(element), "tags of the course"),
        (kind == "multichoiceset", "that nothing is given for a part"),
        (kind == "truefalse" and _renamed(element), "what true and false were called"),
    )
    found = [words for said, words in features if said]
    return found + _of_numbers(element, kind) + _of_orders(element, kind) + _to_all(element)


def _hint(hint: Element) -> bool:
    return bool(words_of(hint) or words_of(hint.one("hintcontent")))


def _formats(element: Element, kind: str, markup: Markup) -> bool:
    """Return whether another text has a format of its own; answers that Moodle takes as plain words have none."""
    answers = element.all("answer")
    parts = element.all("generalfeedback", "subquestion")
    parts += [part for answer in answers for part in answer.all("feedback")]
    parts += answers if kind in FORMATTED else []
    return any(
        MARKUPS.get(part.get("format"), markup) != markup
        for part in parts
        if part.get("format") and words_of(part)
    )


def _penalty(element: Element) -> bool:
    said = line_of(element.one("penalty"))
    try:
        return bool(said) and all(abs(float(said) - usual) > 0.005 for usual in USUAL_PENALTIES)
    except ValueError:
        return True


def _tagged(element: Element) -> bool:
    return any(line_of(tag) for part in element.all("coursetags") for tag in part.all("tag"))


def _renamed(element: Element) -> bool:
    return {line_of(a).casefold() for a in element.all("answer")} != {"true", "false"}


def _of_numbers(element: Element, kind: str) -> list[str]:
    if kind != "numerical":
        return []
    units = units_of(element)
    others = any(line_of(answer) == "*" for answer in element.all("answer"))
    scaled = any(line_of(u.one("multiplier")) not in ("", "1", "1.0") for u in units[:1])
    features = (
        (others, "what any other number gives"),
        (len(units) > 1, "further units"),
        (scaled, "the multiplier of its unit"),
        (line_of(element.one("unitgradingtype")) not in ("", "0"), "marks for the unit"),
        (any(words_of(part) for part in element.all("instructions")), "how to write the unit"),
    )
    return [words for said, words in features if said]


def _of_orders(element: Element, kind: str) -> list[str]:
    if kind != "ordering":
        return []
    some = line_of(element.one("selecttype")).upper() not in ("", "0", "ALL")
    to_steps = any(words_of(answer.one("feedback")) for answer in element.all("answer"))
    features = ((some, "that only some of the steps are asked"), (to_steps, "feedback to a step"))
    return [words for said, words in features if said]


def _to_all(element: Element) -> list[str]:
    """Return the feedbacks that do not look at the option chosen, but those that Moodle writes of itself."""
    found = []
    for name, feature in TO_ALL.items():
        said = re.sub(r"<[^>]*>", "", words_of(element.one(name))).strip()
        if said and not SAID_BY_MOODLE.fullmatch(said):
            found.append(f"{feature} ({name})")
    return found
