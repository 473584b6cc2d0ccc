"""QTI's names, which changed between its versions, as one: `qti-choice-interaction` and `choiceInteraction` alike. Pure."""

from xml.sax.saxutils import escape, quoteattr

from app.exchange.xml_lines import Element

PLAIN_NAMES = {"p", "div", "span", "br", "contentbody"}
# what stands in a body and is not said to everyone: to markers, or after an answer
UNSAID = (
    "rubricblock",
    "feedbackblock",
    "feedbackinline",
    "templateblock",
    "templateinline",
    "stylesheet",
    "cataloginfo",
)


def plainly(root: Element) -> None:
    """Give every element of QTI, and its attributes, its plain name: small letters, no hyphens, no `qti-`."""
    for element in root.walk():
        element.name = plain(element.name)
        element.attributes = {plain(key): value for key, value in element.attributes.items()}


def plain(name: str) -> str:
    """Return a name without `qti-`, hyphens and capitals; HTML's attributes that have hyphens stay."""
    if name.startswith(("data-", "aria-")):
        return name
    return name.removeprefix("qti-").replace("-", "").lower()


def html_of(element: Element, *, without: tuple[str, ...] = ()) -> str:
    """Return what an element holds as HTML, elements of the given names left out."""
    return escape(element.text) + "".join(
        ("" if child.name in without else _tag(child, without)) + escape(child.tail)
        for child in element.children
    )


def _tag(element: Element, without: tuple[str, ...]) -> str:
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in element.attributes.items())
    inner = html_of(element, without=without)
    if element.name == "contentbody":
        return inner
    if not inner and element.name in ("br", "img", "hr"):
        return f"<{element.name}{attributes}/>"
    return f"<{element.name}{attributes}>{inner}</{element.name}>"


def is_rich(element: Element, without: tuple[str, ...] = UNSAID) -> bool:
    """Return whether anything but paragraphs stands in an element."""
    return any(
        child.name not in without and (child.name not in PLAIN_NAMES or is_rich(child, without))
        for child in element.children
    )


def text_of(element: Element, *, rich: bool, without: tuple[str, ...] = UNSAID) -> str:
    """Return the text of an element, as HTML where its item is `rich`, else as paragraphs parted by an empty line.

    Our own files mark each text with the way it was written; there it comes back letter by letter.
    """
    marked = next((part for part in element.walk() if part.get("data-text")), None)
    if marked is not None:
        return html_of(marked) if marked.get("data-text") == "html" else marked.words
    if rich:
        return html_of(element, without=without).strip()
    return _paragraphs(element, without)


def _paragraphs(element: Element, without: tuple[str, ...]) -> str:
    text = _lines(element, without)
    parts = [
        "\n".join(" ".join(line.split()) for line in p.split("\n")) for p in text.split("\n\n")
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _lines(element: Element, without: tuple[str, ...]) -> str:
    pieces = [_flowing(element.text)]
    for child in element.children:
        if child.name not in without:
            block = child.name in ("p", "div")
            pieces += ["\n\n" if block else "\n" if child.name == "br" else ""]
            pieces += [_lines(child, without), "\n\n" if block else ""]
        pieces.append(_flowing(child.tail))
    return "".join(pieces)


def _flowing(text: str) -> str:
    squeezed = " ".join(text.split())
    if not squeezed:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + squeezed + (" " if text[-1].isspace() else "")
