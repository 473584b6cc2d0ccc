"""QTI's names, which changed between its versions, as one: `qti-choice-interaction` and `choiceInteraction` alike. Pure."""

from xml.sax.saxutils import escape, quoteattr

from app.exchange.xml_lines import Element

HTML_NAMES = {"p", "div", "span", "br"}


def plainly(root: Element) -> None:
    """Give every element of QTI, and its attributes, its plain name: small letters, no hyphens, no `qti-`."""
    for element in root.walk():
        element.name = plain(element.name)
        element.attributes = {plain(key): value for key, value in element.attributes.items()}


def plain(name: str) -> str:
    """Return a name without `qti-`, hyphens and capitals; names of data attributes stay."""
    if name.startswith("data-"):
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
    if not inner and element.name in ("br", "img", "hr"):
        return f"<{element.name}{attributes}/>"
    return f"<{element.name}{attributes}>{inner}</{element.name}>"


def text_of(element: Element, *, without: tuple[str, ...] = ()) -> tuple[str, bool]:
    """Return the text of an element and whether it is HTML: plain where nothing but paragraphs stands in it."""
    told = element.get("data-text")
    if told:
        return (html_of(element) if told == "html" else element.words), told.startswith("html")
    if _only_paragraphs(element, without):
        return _paragraphs(element, without), False
    return html_of(element, without=without).strip(), True


def _only_paragraphs(element: Element, without: tuple[str, ...]) -> bool:
    return all(
        child.name in without or (child.name in HTML_NAMES and _only_paragraphs(child, without))
        for child in element.children
    )


def _paragraphs(element: Element, without: tuple[str, ...]) -> str:
    pieces = [_flowing(element.text)]
    for child in element.children:
        if child.name not in without:
            block = child.name in ("p", "div")
            said = _paragraphs(child, without)
            pieces += ["\n\n" if block else "\n" if child.name == "br" else "", said]
            pieces += ["\n\n"] if block else []
        pieces.append(_flowing(child.tail))
    text = "".join(pieces)
    parts = [" ".join(part.split(" ")).strip() for part in text.split("\n\n")]
    return "\n\n".join(part for part in parts if part)


def _flowing(text: str) -> str:
    squeezed = " ".join(text.split())
    if not squeezed:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + squeezed + (" " if text[-1].isspace() else "")
