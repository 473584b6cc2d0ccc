"""QTI: one assessment item into an item. Names are plain ones, see `qti_names`. Pure."""

from app.exchange.items import Item, Markup
from app.exchange.qti_answers import READERS, Asking, read_answers
from app.exchange.qti_declared import NotHeldError, declared_by, unfollowed
from app.exchange.qti_names import UNSAID, is_rich, text_of
from app.exchange.xml_lines import Element

GAP = "_____"
UNREAD = {
    "extendedtextinteraction": "essay: a free text cannot be marked by the program",
    "uploadinteraction": "handing in a file cannot be marked by the program",
    "drawinginteraction": "a drawing cannot be marked by the program",
    "inlinechoiceinteraction": "choosing words within a text is not read",
    "gapmatchinteraction": "dragging words into a text is not read",
    "hottextinteraction": "marking words within a text is not read",
    "hotspotinteraction": "pointing at places of a picture is not read",
    "selectpointinteraction": "pointing at places of a picture is not read",
    "positionobjectinteraction": "placing pictures on a picture is not read",
    "graphicassociateinteraction": "joining places of a picture is not read",
    "graphicorderinteraction": "ordering places of a picture is not read",
    "graphicgapmatchinteraction": "placing pictures on a picture is not read",
    "sliderinteraction": "a slider is not read: write a numeric question",
    "mediainteraction": "sound and film are not read",
    "custominteraction": "an interaction of the maker's own is not read",
    "portablecustominteraction": "an interaction of the maker's own is not read",
    "endattemptinteraction": "a button alone asks nothing that can be marked",
}
LOST = {
    "img": "pictures (img)",
    "picture": "pictures (picture)",
    "svg": "drawings (svg)",
    "object": "objects (object)",
    "audio": "sound (audio)",
    "video": "film (video)",
    "math": "formulas (math)",
    "table": "tables (table)",
    "stylesheet": "a style sheet (stylesheet)",
    "rubricblock": "a rubric (rubricBlock)",
    "feedbackblock": "feedback within the body (feedbackBlock)",
    "catalog": "texts for assistive devices (catalog)",
    "companionmaterialsinfo": "companion materials",
}


def read_item(
    root: Element, category: str, tags: tuple[str, ...]
) -> tuple[Item, list[tuple[int, str]]]:
    """Return the item of an <assessmentItem>, and lines with what is not carried over.

    Raises NotHeldError with a sentence when it cannot be read or is of a kind that cannot be marked.
    """
    asking, body = _asking(root)
    if asking.asked.name == "textentryinteraction":
        _show_gap(body, asking.asked)
    asking.rich = _rich(asking, body)
    kind, parts = read_answers(asking)
    stem, markup = _stem(asking, body)
    item = Item(
        kind=kind,
        stem=stem,
        name=root.get("title"),
        code=_code(root, own=asking.own),
        category=category,
        tags=tags,
        markup=markup,
        feedback=asking.feedback("general"),
        mark=asking.mark() or 1.0,
        line=root.line,
        **parts,
    )
    return item, _lost(asking, body)


def _asking(root: Element) -> tuple[Asking, Element]:
    body = root.one("itembody")
    if body is None:
        raise NotHeldError("the item has no body")
    if drawn := root.one("templatedeclaration"):
        raise NotHeldError("its values are drawn by chance (template variables)", drawn.line)
    asked = _interaction(body)
    said = {
        part.get("identifier"): part
        for part in root.all("modalfeedback")
        if part.get("showhide", "show") == "show"
    }
    own = root.get("toolname") == "Seragam"
    return Asking(root, asked, declared_by(root, asked), rich=False, own=own, said=said), body


def _interaction(body: Element) -> Element:
    found = [part for part in body.walk() if part.name.endswith("interaction")]
    if not found:
        raise NotHeldError("the item asks nothing, so there is nothing to mark", body.line)
    if len(found) > 1:
        raise NotHeldError("several interactions in one item are not read", found[1].line)
    if found[0].name not in READERS:
        reason = UNREAD.get(found[0].name, f"interactions of type {found[0].name} are not read")
        raise NotHeldError(reason, found[0].line)
    return found[0]


def _code(root: Element, *, own: bool) -> str:
    """Return the identifier; our own files keep one that QTI would not allow as a label, and mark one that we made."""
    if not own:
        return root.get("identifier")
    made = root.get("identifier").startswith("item-")
    return root.get("label") or ("" if made else root.get("identifier"))


def _show_gap(body: Element, asked: Element) -> None:
    """Put a line to write on in the place of a gap within a sentence, which its sentence needs to be understood."""
    for parent in body.walk():
        at = next((n for n, child in enumerate(parent.children) if child is asked), None)
        if at is None:
            continue
        if (parent.text + "".join(child.tail for child in parent.children)).strip():
            parent.children[at] = Element("span", {}, asked.line, GAP, asked.tail)
        return


def _rich(asking: Asking, body: Element) -> bool:
    """Return whether any text of the item is more than paragraphs; all its texts are then written alike, in HTML."""
    asked = asking.asked
    spoken = ("prompt", "simplechoice", "simpleassociablechoice", "feedbackinline")
    texts = [part for part in asked.walk() if part.name in spoken] + list(asking.said.values())
    return is_rich(body, (asked.name, *UNSAID)) or any(is_rich(part) for part in texts)


def _stem(asking: Asking, body: Element) -> tuple[str, Markup]:
    """Return what is asked: the marked stem of our own files, else all text but the interaction, then its prompt."""
    if asking.own and (marked := next((p for p in body.walk() if p.get("data-stem")), None)):
        return text_of(marked, rich=False), _markup(marked.get("data-stem"))
    around = text_of(body, rich=asking.rich, without=(asking.asked.name, *UNSAID))
    prompt = asking.asked.one("prompt")
    said = (around, asking.text(prompt) if prompt else "")
    text = ("\n" if asking.rich else "\n\n").join(part for part in said if part)
    if not text:
        raise NotHeldError("the item has no text", body.line)
    return text, ("html" if asking.rich else "plain")


def _markup(name: str) -> Markup:
    known: dict[str, Markup] = {"html": "html", "markdown": "markdown", "moodle": "moodle"}
    return known.get(name, "plain")


def _lost(asking: Asking, body: Element) -> list[tuple[int, str]]:
    root = asking.root
    found: dict[str, int] = {}
    for part in root.walk():
        if part.name in LOST:
            found.setdefault(LOST[part.name], part.line)
    told = [(line, words) for words, line in found.items()] + asking.lost
    if root.get("adaptive") == "true":
        told.append((root.line, "that the item is adaptive"))
    if not asking.own:
        told += [(part.line, _modal(part)) for part in asking.said.values()]
        told += [(line, f"a rule of marking ({name})") for line, name in unfollowed(root)]
    inside = {id(p) for p in asking.asked.walk()}
    told += [
        (part.line, "feedback within the body (feedbackInline)")
        for part in body.walk()
        if part.name == "feedbackinline" and id(part) not in inside
    ][:1]
    return sorted(set(told))


def _modal(part: Element) -> str:
    return f"feedback that belongs to no option ({part.get('identifier')[:40]})"
