"""Pins: the hash of the wording a question tests, written into the quiz file; the file's layout is kept."""

from app.quizzes.source import Pins, QuizSource

LENGTH = 16  # hex characters: enough to tell any two wordings of a rule apart


def pin_questions(source: QuizSource, pins: Pins) -> list[str]:
    """Write the newest wording's hash into every question that has no pin; return their ids.

    The file is edited line by line; a pin that is set is never touched. The caller has checked the file.
    """
    lines = source.path.read_text(encoding="utf-8").split("\n")
    pinned = []
    for number, question in enumerate(source.shape.questions):
        if question.text or question.rule not in pins:
            continue
        raw = source.raw["questions"][number]
        name = "text" if "text" in raw else "rule"
        line, column = raw.lc.key(name)
        written = f'{" " * column}text: "{pins[question.rule][0][:LENGTH]}"'
        pinned.append((line, name == "text", written, question.id))
    for line, replaces, written, _id in sorted(pinned, reverse=True):
        if replaces:
            lines[line] = lines[line][: len(written) - len(written.lstrip())] + written.lstrip()
        else:
            lines.insert(line + 1, written)
    if pinned:
        source.path.write_text("\n".join(lines), encoding="utf-8")
    return [found[3] for found in pinned]
