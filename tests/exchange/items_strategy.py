"""Items of every kind for round trips, with the texts that files of the world are full of."""

from hypothesis import strategies as st

from app.exchange.items import Choice, Item, Pair, Span, Variant

NASTY = st.sampled_from([
    "a = b ~ c # d", "{x}", "\\n is not a line end", "\\", "50%", "%50%", "[html]", "::", "->", "####", "]]>", "<b>&amp;</b>",
    "TRUE", "// no comment", "$CATEGORY: x", "é漢字🙂", "\"'", "a:b", "=", "~", "ANSWER: B", "A. x", "1,5", "&nbsp;", "*",
    "two\nlines",
])  # fmt: skip
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\ufeff\u2028\u2029\x85"
)
# ends are trimmed and XML holds no control characters: no format carries them
TEXT = st.one_of(NASTY, st.text(LETTERS, min_size=1, max_size=30)).map(str.strip).filter(bool)
ONE_LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
FEEDBACK = st.one_of(st.just(""), TEXT)
PART = st.sampled_from([0.0, 0.25, 0.5, 33.33333 / 100, -0.5, -1.0])
AMOUNT = (
    st.decimals(-999, 999, places=2)
    .map(lambda n: format(n.normalize(), "f"))
    .map(lambda text: "0" if text in ("-0", "0") else text)
)
TOLERANCE = AMOUNT.map(lambda text: text.lstrip("-"))
MARKUP = st.sampled_from(["plain", "markdown", "html", "moodle"])


@st.composite
def items(draw: st.DrawFn, *, kinds: tuple[str, ...], plain_matches: bool = False) -> Item:
    """Return an item of one of the kinds."""
    kind = draw(st.sampled_from(kinds))
    parts = draw({
        "single": singles(), "multiple": multiples(), "true_false": truths(), "matching": matchings(plain_matches),
        "ordering": orderings(), "numeric": numbers(), "short_answer": shorts(),
    }[kind])  # fmt: skip
    return Item(
        kind=kind,  # type: ignore[arg-type]
        stem=draw(TEXT),
        name=draw(st.one_of(st.just(""), ONE_LINE)),
        code=draw(
            st.one_of(st.just(""), st.from_regex(r"[A-Z]{2}-[1-9]\.[1-9]-[a-f]", fullmatch=True))
        ),
        category=draw(st.sampled_from(["", "Kaunter", "Kaunter/Giliran", "PK-1.1"])),
        tags=tuple(draw(st.lists(ONE_LINE, max_size=2, unique=True))),
        markup=draw(MARKUP),
        feedback=draw(FEEDBACK),
        **parts,
    )


@st.composite
def singles(draw: st.DrawFn) -> dict[str, object]:
    """Return options of which the first or another is wholly right."""
    others = draw(st.lists(st.builds(Choice, TEXT, PART, FEEDBACK), min_size=1, max_size=4))
    at = draw(st.integers(0, len(others)))
    others.insert(at, Choice(draw(TEXT), 1.0, draw(FEEDBACK)))
    return {"choices": tuple(others)}


@st.composite
def multiples(draw: st.DrawFn) -> dict[str, object]:
    """Return options with weights, one of them right."""
    others = draw(st.lists(st.builds(Choice, TEXT, PART, FEEDBACK), min_size=1, max_size=4))
    return {"choices": (Choice(draw(TEXT), 0.5, draw(FEEDBACK)), *others)}


@st.composite
def truths(draw: st.DrawFn) -> dict[str, object]:
    """Return true and false, one of them right."""
    right = draw(st.booleans())
    return {
        "choices": (
            Choice("true", float(right), draw(FEEDBACK)),
            Choice("false", float(not right), draw(FEEDBACK)),
        )
    }


@st.composite
def matchings(draw: st.DrawFn, plain: bool) -> dict[str, object]:
    """Return pairs, and matches that belong to nothing."""
    text = ONE_LINE if plain else TEXT
    pairs = draw(st.lists(st.builds(Pair, TEXT, text), min_size=2, max_size=4))
    extra = draw(st.lists(st.builds(Pair, st.just(""), text), max_size=2))
    return {"pairs": (*pairs, *extra)}


@st.composite
def orderings(draw: st.DrawFn) -> dict[str, object]:
    """Return steps in order."""
    return {"steps": tuple(draw(st.lists(TEXT, min_size=2, max_size=5)))}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, object]:
    """Return accepted numbers."""
    first = Span(draw(AMOUNT), draw(TOLERANCE), 1.0, draw(FEEDBACK))
    share = st.sampled_from([0.5, 0.25, 0.0])
    more = draw(st.lists(st.builds(Span, AMOUNT, TOLERANCE, share, FEEDBACK), max_size=2))
    return {"spans": (first, *more)}


@st.composite
def shorts(draw: st.DrawFn) -> dict[str, object]:
    """Return accepted texts."""
    first = Variant(draw(ONE_LINE), 1.0, draw(FEEDBACK))
    share = st.sampled_from([1.0, 0.75, 0.0])
    more = draw(st.lists(st.builds(Variant, ONE_LINE, share, FEEDBACK), max_size=2))
    return {"variants": (first, *more)}
