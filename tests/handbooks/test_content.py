"""The handbooks that ship: sound, sealed, in both languages, each rule with its source."""

from app.handbooks.folder import LANGUAGES, HandbookSource, read_handbooks
from config import ROOT


def shipped() -> list[HandbookSource]:
    found, faults = read_handbooks(ROOT / "content" / "handbooks")
    assert not faults, "\n".join(map(str, faults))
    return found


def test_three_handbooks_ship_with_ten_rules_each_and_history() -> None:
    found = shipped()
    assert {h.shape.slug for h in found} >= {
        "etika-tatakelakuan",
        "pengurusan-kaunter",
        "semakan-borang",
    }
    for handbook in found:
        assert len(handbook.versions[-1].books["ms"].rules) >= 10
    assert any(len(handbook.versions) > 1 for handbook in found)


def test_every_published_version_is_sealed() -> None:
    open_ = [
        f"{handbook.shape.slug} {version.shape.number}"
        for handbook in shipped()
        for version in handbook.versions
        if not version.shape.sha256
    ]
    assert not open_, f"run `flask handbooks seal` for: {open_}"


def test_every_source_that_is_defined_is_used() -> None:
    for handbook in shipped():
        used = {
            key
            for version in handbook.versions
            for language in LANGUAGES
            for rule in version.books[language].rules
            for key in rule.sources
        }
        assert set(handbook.shape.sources) == used, handbook.shape.slug


def test_no_book_claims_to_be_confirmed_by_the_department() -> None:
    assert not [h.shape.slug for h in shipped() if h.shape.confirmed]
