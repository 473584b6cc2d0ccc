"""GIFT, written so that reading gives the same items again. Pure."""

import re
from collections.abc import Sequence

from app.exchange.items import Choice, Item, Refusal, Writing


def write_items(items: Sequence[Item]) -> Writing:
    """Write items; those that GIFT cannot hold are refused, features it cannot hold are warned of."""
    blocks: list[str] = []
    refused: list[Refusal] = []
    warnings: list[Refusal] = []
    category = ""
    for item in items:
        if reason := _unheld(item):
            refused.append(Refusal(item.line, item.name or item.stem[:60], reason))
            continue
        warnings += [Refusal(item.line, item.name or item.stem[:60], said) for said in _lost(item)]
        if item.category != category:
            category = item.category
            blocks.append(f"$CATEGORY: {escaped(category)}")
        blocks.append(_block(item))
    return Writing("\n\n".join([*blocks, ""]).encode(), tuple(refused), tuple(warnings))


def _unheld(item: Item) -> str:
    if item.kind == "ordering":
        return "GIFT holds no ordering of steps"
    if item.kind == "single" and not any(choice.share == 1 for choice in item.choices):
        return "no option is wholly right, so GIFT would read it as several answers"
    if item.kind == "single" and all(choice.share == 1 for choice in item.choices):
        return "every option is right, so GIFT would read it as a short answer"
    if any("->" in pair.prompt for pair in item.pairs):
        return "a prompt holds ->, which parts prompt and match in GIFT"
    if item.variants and all("->" in variant.text for variant in item.variants):
        return "every accepted text holds ->, so GIFT would read a matching"
    return ""


def _lost(item: Item) -> list[str]:
    return [
        words
        for lost, words in (
            (item.unit, f"the unit {item.unit}"),
            (item.case_sensitive, "that capitals matter"),
            (item.mark != 1, f"the mark of {item.mark:g}"),
        )
        if lost
    ]


def escaped(text: str) -> str:
    """Return a text with GIFT's escapes."""
    return re.sub(r"([\\:#={}~])", r"\\\1", text).replace("\n", "\\n")


def _block(item: Item) -> str:
    lines = []
    marks = [f"[id:{_marked(item.code)}]"] if item.code else []
    marks += [f"[tag:{_marked(tag)}]" for tag in item.tags]
    if marks:
        lines.append(f"// {' '.join(marks)}")
    title = f"::{escaped(item.name)}::" if item.name else ""
    feedback = f"\n####{_marked_text(item.feedback, item)}" if item.feedback else ""
    answers = _answers(item)
    lines.append(f"{title}[{item.markup}]{escaped(item.stem)}{{{answers}{feedback}\n}}")
    return "\n".join(lines)


def _marked(text: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", text)


def _percent(share: float) -> str:
    return f"%{format(round(share * 100, 5), '.10g')}%"


def _marked_text(text: str, item: Item) -> str:
    """Return an answer's text; one that begins like a mark of its format gets the question's own before it."""
    begins = re.match(r"\s*\[(html|markdown|plain|moodle)\]", text, re.IGNORECASE)
    return f"[{item.markup}]{escaped(text)}" if begins else escaped(text)


def _with_feedback(text: str, feedback: str, item: Item) -> str:
    said = _marked_text(text, item)
    return f"{said}#{_marked_text(feedback, item)}" if feedback else said


def _answers(item: Item) -> str:
    if item.kind == "true_false":
        return _truth(item)
    if item.kind == "matching":
        return "".join(
            f"\n={'%100%' if p.prompt.startswith('%') else ''}{_marked_text(p.prompt, item)}"
            f" -> {_marked_text(p.match, item)}"
            for p in item.pairs
        )
    if item.kind == "numeric":
        return "#" + "".join(
            f"\n={_percent(s.share)}{s.value}:{s.tolerance}"
            + (f"#{_marked_text(s.feedback, item)}" if s.feedback else "")
            for s in item.spans
        )
    if item.kind == "short_answer":
        return "".join(
            f"\n={_percent(v.share)}{_with_feedback(v.text, v.feedback, item)}"
            for v in item.variants
        )
    several = item.kind == "multiple"
    return "".join(
        f"\n{_sign(c, several)}{_with_feedback(c.text, c.feedback, item)}" for c in item.choices
    )


def _sign(choice: Choice, several: bool) -> str:
    """Return the sign of an option with its weight; a text that looks like a weight never stands first."""
    said = choice.text.startswith("%")
    if choice.share == 1 and not several:
        return "=%100%" if said else "="
    return f"~{_percent(choice.share)}" if choice.share or several or said else "~"


def _truth(item: Item) -> str:
    true, false = item.choices
    right = true.share == 1
    good, wrong = (true, false) if right else (false, true)
    said = "TRUE" if right else "FALSE"
    if good.feedback:
        said += f"#{_marked_text(wrong.feedback, item)}#{_marked_text(good.feedback, item)}"
    elif wrong.feedback:
        said += f"#{_marked_text(wrong.feedback, item)}"
    return said
