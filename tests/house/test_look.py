"""The look keeps its promises: one place for colours, enough contrast, each component documented, fonts at home."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "app" / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
BOTH = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS.split("@supports")[1]
    )
}
READ_ON = [
    ("ink", "paper"),
    ("ink", "wash"),
    ("ink-soft", "paper"),
    ("ink-soft", "wash"),
    ("accent", "paper"),
    ("accent", "wash"),
    ("ink", "accent-wash"),
    ("accent", "accent-wash"),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
    ("bad", "paper"),
    ("bad", "wash"),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), READ_ON)
def test_words_stand_out_from_what_they_are_written_on(front: str, back: str, theme: int) -> None:
    found = contrast(BOTH[front][theme], BOTH[back][theme])
    assert found >= 4.5, (
        f"--{front} on --{back}: {found:.2f}, 4.5 is needed: change it in tokens.css"
    )


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("back", ["paper", "wash"])
def test_edges_of_fields_and_the_focus_can_be_seen(back: str, theme: int) -> None:
    for front in ("line-strong", "focus"):
        assert contrast(BOTH[front][theme], BOTH[back][theme]) >= 3, f"--{front} on --{back}"


def test_white_words_stand_out_on_filled_buttons() -> None:
    for fill in ("accent-fill", "accent-press", "bad-fill"):
        for colour in BOTH[fill]:
            assert contrast("#ffffff", colour) >= 4.5, f"white on --{fill} {colour}"


@pytest.mark.parametrize(
    "name", sorted(p.name for p in CSS.glob("*.css") if p.name != "tokens.css")
)
def test_colours_live_in_the_tokens_alone(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|hsl|oklch)a?\(", text)
    assert not found, f"{name}: {found}: give the colour a name in tokens.css"
    unknown = set(re.findall(r"var\(--([\w-]+)\)", text)) - set(re.findall(r"--([\w-]+):", TOKENS))
    assert not unknown, f"{name}: {unknown} are not in tokens.css"


def test_every_browser_gets_every_token() -> None:
    plain = set(re.findall(r"--([\w-]+):", TOKENS.split("@supports")[0]))
    assert not set(BOTH) - plain, (
        "give each light-dark token its light value in the first block too"
    )


def test_nothing_is_fetched_from_another_host() -> None:
    for file in [*CSS.glob("*.css"), *(ROOT / "app" / "static" / "js").glob("*.js")]:
        assert not re.search(r"(?:https?:)?//[\w-]+\.\w", file.read_text(encoding="utf-8")), (
            file.name
        )


def test_each_component_is_listed_with_its_macros() -> None:
    listed = (ROOT / "docs" / "design" / "components.md").read_text(encoding="utf-8")
    for file in (ROOT / "app" / "templates" / "components").glob("[a-z]*.html"):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("{#"), f"{file.name}: begin with a comment on its use"
        for macro in re.findall(r"{% macro ([a-z]\w+)\(", text):
            assert f"{macro}(" in listed, f"docs/design/components.md does not list {macro}"
