"""The house: every sentence for people exists in both languages, with the same placeholders."""

import ast
import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

METHODS = [
    ("app/**.py", "python"),
    ("app/templates/**.html", "jinja2.ext:babel_extract"),
    ("app/templates/**.txt", "jinja2.ext:babel_extract"),
]
KEYWORDS = {
    "_": None, "gettext": None, "N_": None, "lazy": None, "lazy_gettext": None, "ngettext": (1, 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def sentences() -> dict[str, str]:
    """Return every sentence that the code marks for translation, with where it stands."""
    found = {}
    for file, line, message, *_rest in extract_from_dir(
        ".", METHODS, keywords=KEYWORDS, directory_filter=lambda path: "/." not in path[1:]
    ):
        text = message if isinstance(message, str) else message[0]
        found[text] = f"{file}:{line}"
    return found


def english() -> Catalog:
    """Return the English catalogue."""
    return read_po(BytesIO(Path("app/translations/en/LC_MESSAGES/messages.po").read_bytes()))


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the singular and the plural of a sentence that has both, else the one form."""
    return (text,) if isinstance(text, str) else tuple(text)


def test_no_sentence_lacks_its_english() -> None:
    catalogue = english()
    missing = []
    for text, place in sentences().items():
        message = catalogue.get(text)
        if message is None or not all(forms(message.string)) or message.fuzzy:
            missing.append(f"{place}: {text}")
    assert not missing, f"{len(missing)} sentences without English: {missing[:20]}"


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = [
        str(message.id)
        for message in english()
        if message.id
        and sorted(PLACEHOLDER.findall(str(message.id)))
        != sorted(PLACEHOLDER.findall(str(message.string)))
    ]
    assert not wrong


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    said = sentences()
    left = [
        str(message.id) for message in english() if message.id and forms(message.id)[0] not in said
    ]
    assert not left, f"take these out of the catalogue: {left[:20]}"


def test_no_sentence_hides_in_an_f_string() -> None:
    """What is collected for translation is read off the code, and the collector does not look into f-strings."""
    hidden = [
        f"{path}:{call.lineno}"
        for path in sorted(Path("app").rglob("*.py"))
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in KEYWORDS
        and any(isinstance(said, ast.Constant) for said in call.args)
    ]
    assert not hidden, f"say it in a line before the f-string: {hidden}"
