"""QTI: what an item's interaction asks and accepts, for each interaction that is read. Names are plain ones. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.exchange.items import Choice, Kind, Pair, Span, Variant
from app.exchange.qti_declared import (
    Accepted,
    Declared,
    NotHeldError,
    accepted_by,
    as_number,
    by_map,
    number,
)
from app.exchange.qti_names import text_of
from app.exchange.xml_lines import Element

Parts = tuple[Kind, dict[str, Any]]


@dataclass
class Asking:
    """An item being read: its interaction, its declared response, and what was found that is not carried over.

    `own` is a file that we wrote ourselves; its shares stand as they are. `lost` holds lines and what was lost there.
    """

    root: Element
    asked: Element
    declared: Declared
    rich: bool
    own: bool
    said: dict[str, Element] = field(default_factory=dict)
    lost: list[tuple[int, str]] = field(default_factory=list)

    def text(self, element: Element) -> str:
        """Return the text of an element, written as all texts of the item are."""
        return text_of(element, rich=self.rich)

    def label(self, option: Element) -> str:
        """Return the text of an option; raises NotHeldError when it has none, for it could not be chosen."""
        text = self.text(option)
        if not text.strip():
            raise NotHeldError("an option has no text", option.line)
        return text

    def feedback(self, identifier: str) -> str:
        """Return the feedback of an identifier; what nobody asks for is told as lost."""
        element = self.said.pop(identifier, None)
        return self.text(element) if element else ""

    def mark(self) -> float:
        """Return what the item gives at most, 0 when it does not say."""
        for part in self.root.all("outcomedeclaration"):
            if part.get("identifier") == "MAXSCORE" and (default := part.one("defaultvalue")):
                return max(0.0, number(default.words, default))
        for part in self.root.all("outcomedeclaration"):
            if part.get("identifier") == "SCORE" and part.get("normalmaximum"):
                return max(0.0, number(part.get("normalmaximum"), part))
        return 0.0

    def shares(self, points: Iterable[float], *, added: bool = False) -> list[float]:
        """Return points as parts of the most that can be had: the largest, or all good ones `added` up."""
        given = list(points)
        good = [value for value in given if value > 0]
        top = (sum(good) if added else max(good)) if good else 1.0
        if self.own or abs(top - 1) < 1e-4:
            top = 1.0
        return [max(-1.0, min(1.0, value / top)) for value in given]


def read_answers(asking: Asking) -> Parts:
    """Return the kind of an item and its parts; raises NotHeldError when it cannot be marked as it stands."""
    return READERS[asking.asked.name](asking)


def _named(parts: Iterable[Element]) -> dict[str, Element]:
    """Return elements by identifier; raises NotHeldError when two share one, for then no answer is certain."""
    found: dict[str, Element] = {}
    for part in parts:
        name = part.get("identifier")
        if name in found:
            raise NotHeldError(f"two options are called {name[:40] or 'nothing'}", part.line)
        found[name] = part
    return found


def _choice(asking: Asking) -> Parts:
    declared, options = asking.declared, _named(asking.asked.all("simplechoice"))
    several = declared.cardinality == "multiple"
    if len(options) < 2:
        raise NotHeldError("a choice needs at least two options", asking.asked.line)
    if strange := [name for name in declared.right if name not in options]:
        line = asking.asked.line
        raise NotHeldError(f"the right response {strange[0][:40]} is none of the options", line)
    if by_map(asking.root, declared):
        worth = dict(declared.worth)
        points = [worth.get(name, declared.otherwise) for name in options]
    else:
        points = [float(name in declared.right) for name in options]
    shares = asking.shares(points, added=several)
    if not any(share > 0 for share in shares):
        reason = "no option is right: there is neither correct response nor mapping"
        raise NotHeldError(reason, asking.asked.line)
    choices = {
        name: Choice(asking.label(option), share, _said_of(asking, option))
        for (name, option), share in zip(options.items(), shares, strict=True)
    }
    if several:
        return "multiple", {"choices": tuple(choices.values())}
    return _true_false(options, choices) or ("single", {"choices": tuple(choices.values())})


def _said_of(asking: Asking, option: Element) -> str:
    """Return the feedback of an option: shown under its identifier, or standing in it."""
    name = option.get("identifier")
    modal = asking.feedback(name)
    inline = [p for p in option.walk() if p.name == "feedbackinline"]
    for part in inline:
        if part.get("identifier") == name and part.get("showhide", "show") == "show" and not modal:
            modal = asking.text(part)
        else:
            asking.lost.append((part.line, "feedback that is not clearly an option's own"))
    return modal


def _true_false(options: Mapping[str, Element], choices: Mapping[str, Choice]) -> Parts | None:
    """Return true and false where the two options say so and one of them is right."""
    words = {" ".join(text_of(o, rich=False).split()).casefold(): n for n, o in options.items()}
    if set(words) != {"true", "false"} or sorted(c.share for c in choices.values()) != [0, 1]:
        return None
    found = [(word, choices[words[word]]) for word in ("true", "false")]
    return "true_false", {"choices": tuple(Choice(w, c.share, c.feedback) for w, c in found)}


def _match(asking: Asking) -> Parts:
    sets = asking.asked.all("simplematchset")
    if len(sets) != 2:
        raise NotHeldError("a matching needs two lists", asking.asked.line)
    prompts, matches = (_named(held.all("simpleassociablechoice")) for held in sets)
    found: dict[str, str] = {}
    for one, other in _ends(asking):
        prompt, match = (one, other) if one in prompts else (other, one)
        if prompt in found or prompt not in prompts or match not in matches:
            reason = "a prompt with several matches, or none of the list, is not read"
            raise NotHeldError(reason, asking.asked.line)
        found[prompt] = match
    asking.lost += [
        (part.line, "a prompt that nothing belongs to")
        for name, part in prompts.items()
        if name not in found
    ]
    if asking.own:
        held = {match: asking.label(prompts[prompt]) for prompt, match in found.items()}
        pairs = [Pair(held.get(name, ""), asking.label(part)) for name, part in matches.items()]
        return "matching", {"pairs": tuple(pairs)}
    return _pairs(asking, found, prompts, matches)


def _associate(asking: Asking) -> Parts:
    """Return pairs within one list as a matching: what is named first is the prompt."""
    options = _named(asking.asked.all("simpleassociablechoice"))
    found: dict[str, str] = {}
    used: set[str] = set()
    for one, other in _ends(asking):
        if {one, other} & used or one not in options or other not in options or one == other:
            reason = "an option in several pairs, or none of the list, is not read"
            raise NotHeldError(reason, asking.asked.line)
        found[one] = other
        used |= {one, other}
    matches = {name: option for name, option in options.items() if name not in found}
    return _pairs(asking, found, options, matches)


def _ends(asking: Asking) -> list[tuple[str, str]]:
    declared = asking.declared
    points = [value for _pair, value in declared.worth if value > 0]
    if by_map(asking.root, declared) and max(points, default=0.0) > min(points, default=0.0):
        asking.lost.append((asking.asked.line, "that some pairs are worth more than others"))
    ends = []
    for pair in declared.right or [key for key, value in declared.worth if value > 0]:
        names = pair.split()
        if len(names) != 2:
            raise NotHeldError(f"{pair[:40] or 'nothing'} is not a pair", asking.asked.line)
        ends.append((names[0], names[1]))
    if len(ends) < 2:
        reason = "a matching needs at least two prompts with their matches"
        raise NotHeldError(reason, asking.asked.line)
    return ends


def _pairs(
    asking: Asking,
    found: Mapping[str, str],
    prompts: Mapping[str, Element],
    matches: Mapping[str, Element],
) -> Parts:
    pairs = [Pair(asking.label(prompts[one]), asking.label(matches[o])) for one, o in found.items()]
    unused = [part for name, part in matches.items() if name not in found.values()]
    return "matching", {"pairs": (*pairs, *(Pair("", asking.label(part)) for part in unused))}


def _order(asking: Asking) -> Parts:
    options, right = _named(asking.asked.all("simplechoice")), asking.declared.right
    if len(right) < 2 or len(set(right)) < len(right) or set(right) - set(options):
        raise NotHeldError("the right order is not declared", asking.asked.line)
    asking.lost += [
        (part.line, "a step that does not belong") for n, part in options.items() if n not in right
    ]
    return "ordering", {"steps": tuple(asking.label(options[name]) for name in right)}


def _entry(asking: Asking) -> Parts:
    declared = asking.declared
    named = accepted_by(asking.root, declared, asking.mark() or 1.0)
    if by_map(asking.root, declared) or not any(answer.points > 0 for answer in named):
        worth = declared.worth if by_map(asking.root, declared) else []
        worth = worth or [(text, 1.0) for text in declared.right]
        named = [
            Accepted(text, "0", points, f"answer-{n}")
            for n, (text, points) in enumerate(worth, start=1)
            if text.strip()
        ]
    if not any(answer.points > 0 for answer in named):
        raise NotHeldError("no answer is accepted", asking.asked.line)
    shares = asking.shares(answer.points for answer in named)
    said = [asking.feedback(answer.feedback) for answer in named]
    told = list(zip(named, shares, said, strict=True))
    if declared.base in ("integer", "float"):
        spans = (Span(as_number(a.value, asking.asked), a.tolerance, s, f) for a, s, f in told)
        unit = next((p.words.strip() for p in asking.root.walk() if p.get("data-unit")), "")
        return "numeric", {"spans": tuple(spans), "unit": unit}
    variants = tuple(Variant(a.value, share, feedback) for a, share, feedback in told)
    return "short_answer", {"variants": variants, "case_sensitive": declared.case_sensitive}


READERS: dict[str, Callable[[Asking], Parts]] = {
    "choiceinteraction": _choice,
    "matchinteraction": _match,
    "associateinteraction": _associate,
    "orderinteraction": _order,
    "textentryinteraction": _entry,
}
