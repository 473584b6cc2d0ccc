"""A rule in two wordings, and a book in two versions: what is the same, changed, new, moved or gone. Knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from app.handbooks.logic import Piece, difference, plain_text
from app.handbooks.markdown import difference_html, difference_words, to_html
from app.handbooks.queries import Change, Retired, RuleRow


@dataclass(frozen=True)
class Compared:
    """A rule before and after; one of both is missing for a new and for a retired one.

    `kind` is what the versions between say of it: new, material, editorial, retired, or empty; `note` is why.
    """

    before: RuleRow | None
    after: RuleRow | None
    kind: str = ""
    note: str = ""

    @property
    def rule(self) -> RuleRow:
        """Return the rule as it stands, or as it stood at the end."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  # one of both is always there
        return found

    @property
    def renumbered(self) -> bool:
        """Say whether it has another code."""
        return bool(self.before and self.after and self.before.code != self.after.code)

    @property
    def moved(self) -> bool:
        """Say whether it stands in another chapter; one that was only renamed or renumbered is the same."""
        if not (self.before and self.after):
            return False
        return (
            self.before.chapter_code != self.after.chapter_code
            and self.before.chapter != self.after.chapter
        )

    @property
    def reworded(self) -> bool:
        """Say whether its title or text reads otherwise."""
        return bool(self.before and self.after and self.before.text_hash != self.after.text_hash)

    @property
    def binds_otherwise(self) -> bool:
        """Say whether its strength or the customers it concerns are others."""
        if not (self.before and self.after):
            return False
        return (self.before.strength, self.before.categories) != (
            self.after.strength,
            self.after.categories,
        )

    @property
    def same(self) -> bool:
        """Say whether nothing happened to it."""
        if not (self.before and self.after):
            return False
        return not (self.renumbered or self.moved or self.reworded or self.binds_otherwise)

    @property
    def title(self) -> Markup:
        """Return the title with its changes marked."""
        if self.before and self.after:
            return difference_words(difference(self.before.title, self.after.title))
        return escape(self.rule.title)

    def inline(self) -> Markup:
        """Return the text with what was removed and added marked in it."""
        pieces = self._pieces()
        return difference_html(pieces) if pieces else to_html(self.rule.body)

    def sides(self) -> tuple[Markup | None, Markup | None]:
        """Return both texts, the older with what was removed, the newer with what was added; None where there is none."""
        pieces = self._pieces()
        if pieces:
            return (
                difference_html(piece for piece in pieces if piece.kind != "added"),
                difference_html(piece for piece in pieces if piece.kind != "removed"),
            )
        return (
            to_html(self.before.body) if self.before else None,
            to_html(self.after.body) if self.after else None,
        )

    def _pieces(self) -> list[Piece]:
        """Return the difference of both texts, nothing where they read alike."""
        if not (self.before and self.after):
            return []
        old, new = plain_text(self.before.body), plain_text(self.after.body)
        return difference(old, new) if old != new else []


def compared_rules(
    before: Iterable[RuleRow],
    after: Iterable[RuleRow],
    changes: Mapping[int, Change],
    retired: Iterable[Retired],
) -> list[Compared]:
    """Return every rule of two versions: those of the newer in its order, then those it no longer has.

    `changes` and `retired` are what the versions after the older one, up to the newer one, say they did.
    """
    known = {rule.rule_id: rule for rule in before}
    rows = list(after)
    left = {rule.rule_id for rule in rows}
    why = {row.rule_id: row.note for row in retired}
    gone = [rule for rule_id, rule in known.items() if rule_id not in left]
    return [
        *(step(known.get(rule.rule_id), rule, changes.get(rule.rule_id)) for rule in rows),
        *(Compared(rule, None, "retired", why.get(rule.rule_id, "")) for rule in gone),
    ]


def step(before: RuleRow | None, after: RuleRow, change: Change | None) -> Compared:
    """Return what became of a rule, with what the versions between say of it."""
    if before is None:
        return Compared(None, after, "new", change.note if change else "")
    found = Compared(before, after)
    if found.same:
        return found
    if change:
        return Compared(before, after, change.kind, change.note)
    # older versions do not say what they changed: what reads or binds otherwise is taken for a change in substance
    return Compared(
        before, after, "material" if found.reworded or found.binds_otherwise else "", ""
    )


@dataclass(frozen=True)
class Run:
    """Rules of a chapter in a row of which all are unchanged, or one that is not."""

    same: bool
    items: tuple[Compared, ...]


@dataclass(frozen=True)
class ComparedChapter:
    """A chapter of the newer version, in runs."""

    code: str
    title: str
    runs: tuple[Run, ...]


def chapters_of(items: Sequence[Compared]) -> list[ComparedChapter]:
    """Return the chapters of the newer version; what it no longer has is left out."""
    standing = [item for item in items if item.after]
    return [
        ComparedChapter(code, title, tuple(_runs(list(group))))
        for (code, title), group in groupby(
            standing, key=lambda item: (item.rule.chapter_code, item.rule.chapter)
        )
    ]


def _runs(items: Sequence[Compared]) -> Iterable[Run]:
    for same, group in groupby(items, key=lambda item: item.same):
        if same:
            yield Run(True, tuple(group))
        else:
            yield from (Run(False, (item,)) for item in group)


def counts_of(items: Iterable[Compared]) -> dict[str, int]:
    """Return how many rules are the same, changed, new and retired."""
    found = {"same": 0, "changed": 0, "new": 0, "retired": 0}
    for item in items:
        if item.after is None:
            found["retired"] += 1
        elif item.before is None:
            found["new"] += 1
        else:
            found["same" if item.same else "changed"] += 1
    return found
