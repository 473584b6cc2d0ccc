"""Made-up histories of documents whose changes are known.

A document is a list of blocks; `edited_history` changes it at random and keeps what truly happened.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count


def _words(text: str) -> list[str]:
    return text.split()


MALAY = _words(
    """pegawai kaunter pelanggan borang permohonan penyelia pejabat dokumen salinan asal tempoh hari bekerja resit bayaran
hadiah lampiran kelulusan jabatan rekod sulit maklumat kata laluan komputer giliran nombor aduan telefon surat rasmi laporan cuti
kehadiran lewat awal tugas arahan pekeliling akta denda hukuman tatatertib siasatan mesyuarat minit fail arkib serahan terimaan
semakan pengesahan identiti kad pengenalan kelahiran kematian perkahwinan warganegara pemastautin alamat bukti saksi tandatangan
cap jari gambar pasport wakil waris penjaga ibu bapa anak kecemasan keselamatan kunci peti wang tunai cek baki harian bulanan
tahunan latihan kursus ujian prestasi penilaian sasaran mutu layanan mesra sopan cepat tepat adil telus jujur amanah"""
)
ENGLISH = _words(
    """officer counter customer form application supervisor office document copy original period working receipt payment gift
annex approval department record secret information password computer queue number complaint telephone letter official report leave
attendance late early task order circular act fine penalty discipline inquiry meeting minutes file archive delivery receipt check
confirmation identity card birth death marriage citizen resident address proof witness signature fingerprint photograph passport
agent heir guardian mother father child emergency safety key safe money cash cheque balance daily monthly yearly training course
test performance review target quality service friendly polite quick exact fair open honest trust visitor contractor vehicle parking
budget invoice supplier tender contract warranty laptop network backup server incident breach notice appeal hearing panel travel
claim mileage hotel allowance overtime shift roster uniform badge visitor lift exit drill extinguisher helmet noise dust waste"""
)
GLUE = {
    "ms": _words(
        "yang dan di ke dalam untuk dengan oleh pada daripada atau hendaklah mesti boleh tidak jika apabila sebelum selepas"
    ),
    "en": _words(
        "the of and to in for with by on from or must shall may not if when before after a an any each all"
    ),
}
PATTERNS = {
    "en": [
        "The {0} must hand the {1} to the {2} within {n} days of the {3}.",
        "No {0} may keep a {1} without the written approval of the {2}.",
        "If the {0} is late, note it in the {1} and tell the {2}.",
        "Each {0} is checked against the {1} by the {2} before the {3} closes.",
        "A {0} of RM{n} or more needs the {1} of the {2}.",
    ],
    "ms": [
        "Serahkan {0} kepada {1} dalam tempoh {n} hari selepas {2}.",
        "Jangan simpan {0} tanpa kelulusan bertulis daripada {1}.",
        "Jika {0} lewat, catat dalam {1} dan maklumkan {2}.",
        "Semak setiap {0} dengan {1} sebelum {2} ditutup.",
        "Nilai {0} melebihi RM{n} memerlukan {1} daripada {2}.",
    ],
}


@dataclass(frozen=True)
class Piece:
    """A block of a made document: who it is, what kind, and its sentences (of a rule the first is the title)."""

    key: int
    kind: str  # h2, h3, p, li or rule
    sentences: tuple[str, ...]


Truth = tuple[str, bool, frozenset[int], frozenset[int]]


@dataclass
class History:
    """Two versions and what truly happened between them: (change, moved, old keys, new keys)."""

    old: list[Piece]
    new: list[Piece]
    truth: set[Truth]


@dataclass
class Maker:
    """Makes sentences: of random words, or of patterns that give many sentences that are nearly the same."""

    chance: random.Random
    language: str
    patterned: float  # share of sentences made of patterns
    keys: "count[int]" = field(default_factory=count)
    said: set[str] = field(default_factory=set)

    def words(self) -> list[str]:
        return MALAY if self.language == "ms" else ENGLISH

    def word(self) -> str:
        glue = GLUE[self.language]
        return self.chance.choice(glue if self.chance.random() < 0.4 else self.words())

    def sentence(self, least: int = 6, most: int = 16) -> str:
        while True:
            if self.chance.random() < self.patterned and most > 8:
                found = self.chance.choice(PATTERNS[self.language]).format(
                    *self.chance.sample(self.words(), 4), n=self.chance.randint(2, 90)
                )
            else:
                words = [self.word() for _ in range(self.chance.randint(least, most))]
                found = " ".join(words).capitalize() + "."
            if found not in self.said:
                self.said.add(found)
                return found

    def piece(self, kind: str) -> Piece:
        if kind in ("h2", "h3"):
            sentences = [self.sentence(2, 5).rstrip(".")]
        elif kind == "li":
            sentences = [self.sentence(3, 9).rstrip(".")]
        elif kind == "rule":
            title = self.sentence(2, 6).rstrip(".")
            sentences = [title, *(self.sentence() for _ in range(self.chance.randint(1, 5)))]
        else:
            sentences = [self.sentence() for _ in range(self.chance.randint(1, 5))]
        return Piece(next(self.keys), kind, tuple(sentences))


def document(maker: Maker, *, rules: bool) -> list[Piece]:
    """Make a document of some sections: ours of rules, anybody's of paragraphs and lists."""
    pieces: list[Piece] = []
    for _ in range(maker.chance.randint(3, 8)):
        pieces.append(maker.piece("h2"))
        for _ in range(maker.chance.randint(2, 7)):
            if rules:
                pieces.append(maker.piece("rule"))
            elif maker.chance.random() < 0.3:
                pieces += [maker.piece("li") for _ in range(maker.chance.randint(2, 6))]
            elif maker.chance.random() < 0.12:
                pieces.append(maker.piece("h3"))
            else:
                pieces.append(maker.piece("p"))
    return pieces


@dataclass
class _Work:
    """A document while it is edited: each piece of the new version with what it came from."""

    maker: Maker
    pieces: list[Piece]
    origin: dict[int, tuple[str, bool, frozenset[int]]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)

    def fresh(self, place: int) -> bool:
        return self.pieces[place].key not in self.origin


def edited_history(maker: Maker, *, rules: bool, strength: float = 0.3) -> History:
    """Make a document, edit about a part of its blocks, and tell what happened."""
    old = document(maker, rules=rules)
    work = _Work(maker, list(old))
    edits: list[Callable[[_Work], None]] = [
        _reword,
        _reword,
        _reword,
        _move,
        _split,
        _merge,
        _add,
        _remove,
    ]
    for _ in range(max(2, int(strength * len(old) * 0.8)) if strength else 0):
        maker.chance.choice(edits)(work)
    if strength and maker.chance.random() < 0.3:
        _move_section(work)
    truth: set[Truth] = {("removed", False, frozenset([key]), frozenset()) for key in work.removed}
    groups: dict[tuple[str, bool, frozenset[int]], set[int]] = {}
    for piece in work.pieces:
        made = work.origin.get(piece.key, ("unchanged", False, frozenset([piece.key])))
        if made[0] == "added":
            truth.add(("added", False, frozenset(), frozenset([piece.key])))
        else:
            groups.setdefault(made, set()).add(piece.key)
    for (change, moved, olds), news in groups.items():
        kind = "moved" if moved and change == "unchanged" else change
        truth.add((kind, moved, olds, frozenset(news)))
    return History(old, work.pieces, truth)


def _some(work: _Work, fits: Callable[[Piece], bool]) -> int | None:
    places = [k for k, piece in enumerate(work.pieces) if work.fresh(k) and fits(piece)]
    return work.maker.chance.choice(places) if places else None


def _length(piece: Piece) -> int:
    return len(" ".join(piece.sentences).split())


def _reword(work: _Work) -> None:
    place = _some(work, lambda piece: _length(piece) > 2)
    if place is None:
        return
    piece = work.pieces[place]
    was = piece.sentences
    chance = work.maker.chance
    share = chance.choice([0.03, 0.1, 0.2, 0.3])
    now = list(was)
    if len(now) > 1 and chance.random() < 0.3:
        now.insert(chance.randint(1, len(now)), work.maker.sentence())
    elif len(now) > 2 and chance.random() < 0.2:
        del now[chance.randrange(1, len(now))]
    if chance.random() < 0.7 or tuple(now) == was:
        now = _reworded(work.maker, now, share)
    _put(work, place, replace(piece, sentences=tuple(now)), "edited")


def _reworded(maker: Maker, sentences: list[str], share: float) -> list[str]:
    """Change about a share of the words, at least one, never more than a third of a short text."""
    words = [(s, w) for s, sentence in enumerate(sentences) for w in range(len(sentence.split()))]
    number = min(max(1, round(share * len(words))), max(1, len(words) // 3))
    split = [sentence.split() for sentence in sentences]
    for s, w in maker.chance.sample(words, number):
        before = split[s][w]
        end = "." if before.endswith(".") else ""
        other = maker.word()
        while other == before.rstrip(".").casefold():
            other = maker.word()
        split[s][w] = (other.capitalize() if before[0].isupper() else other) + end
        if maker.chance.random() < 0.15:
            split[s][w] = f"{maker.word()} {split[s][w]}"
    return [" ".join(parts) for parts in split]


def _put(work: _Work, place: int, piece: Piece, change: str, moved: bool = False) -> None:
    key = next(work.maker.keys)
    work.origin[key] = (change, moved, frozenset([work.pieces[place].key]))
    work.pieces[place] = replace(piece, key=key)


def _far(work: _Work, place: int, kind: str) -> list[int]:
    """Return places for a piece at least three blocks away, where a block of its kind may stand."""
    first = 1 if work.pieces[0].kind == "h2" else 0
    return [
        k
        for k in range(first, len(work.pieces))
        if abs(k - place) > 3
        and (kind != "li" or "li" in (work.pieces[k].kind, work.pieces[k - 1].kind))
        and (kind == "li" or not work.pieces[k].kind == work.pieces[k - 1].kind == "li")
    ]


def _move(work: _Work) -> None:
    place = _some(work, lambda piece: piece.kind in ("p", "li", "rule") and _length(piece) > 3)
    goals = _far(work, place, work.pieces[place].kind) if place is not None else []
    if place is None or not goals:
        return
    goal = work.maker.chance.choice(goals)
    piece = work.pieces[place]
    change = "unchanged"
    if work.maker.chance.random() < 0.3 and _length(piece) > 8:
        piece = replace(piece, sentences=tuple(_reworded(work.maker, list(piece.sentences), 0.1)))
        change = "edited"
    _put(work, place, piece, change, moved=True)
    moved = work.pieces.pop(place)
    work.pieces.insert(goal if goal < place else goal - 1, moved)


def _move_section(work: _Work) -> None:
    starts = [k for k, piece in enumerate(work.pieces) if piece.kind == "h2"]
    if len(starts) < 4 or starts[0] != 0:
        return
    ends = [*starts[1:], len(work.pieces)]
    chosen = min(range(1, len(starts)), key=lambda s: ends[s] - starts[s])
    section = work.pieces[starts[chosen] : ends[chosen]]
    rest = work.pieces[: starts[chosen]] + work.pieces[ends[chosen] :]
    goals = [k for k, piece in enumerate(rest) if piece.kind == "h2" and k] + [len(rest)]
    goals = [goal for goal in goals if abs(goal - starts[chosen]) > len(section) + 3]
    if not goals:
        return
    olds = {
        key
        for _, _, keys in (work.origin.get(p.key, ("", False, frozenset())) for p in section)
        for key in keys
    }
    if any(
        len(keys & olds) for p in rest if p.key in work.origin for keys in [work.origin[p.key][2]]
    ):
        return
    goal = work.maker.chance.choice(goals)
    now = []
    for piece in section:
        change, _, keys = work.origin.get(piece.key, ("unchanged", False, frozenset([piece.key])))
        key = next(work.maker.keys)
        work.origin[key] = (change, change != "added", keys)
        now.append(replace(piece, key=key))
    work.pieces = rest[:goal] + now + rest[goal:]


def _split(work: _Work) -> None:
    place = _some(
        work,
        lambda p: p.kind in ("p", "rule") and len(p.sentences) > (3 if p.kind == "rule" else 1),
    )
    if place is None:
        return
    piece, chance = work.pieces[place], work.maker.chance
    cut = (
        chance.randint(2, len(piece.sentences) - 2)
        if piece.kind == "rule"
        else chance.randint(1, len(piece.sentences) - 1)
    )
    halves = [list(piece.sentences[:cut]), list(piece.sentences[cut:])]
    if piece.kind == "rule":
        halves[1].insert(0, work.maker.sentence(2, 5).rstrip("."))
    if chance.random() < 0.5:
        half = chance.randrange(2)
        halves[half] = _reworded(work.maker, halves[half], 0.08)
    if min(len(" ".join(half).split()) for half in halves) < 5:
        return
    _put(work, place, replace(piece, sentences=tuple(halves[0])), "split")
    key = next(work.maker.keys)
    work.origin[key] = work.origin[work.pieces[place].key]
    work.pieces.insert(place + 1, Piece(key, piece.kind, tuple(halves[1])))


def _merge(work: _Work) -> None:
    kinds = [p.kind for p in work.pieces]
    places = [
        k
        for k in range(len(kinds) - 1)
        if kinds[k] == kinds[k + 1]
        and kinds[k] in ("p", "li", "rule")
        and work.fresh(k)
        and work.fresh(k + 1)
        and min(_length(work.pieces[m]) for m in (k, k + 1)) > 3
    ]
    if not places:
        return
    place = work.maker.chance.choice(places)
    one, other = work.pieces[place], work.pieces[place + 1]
    more = list(other.sentences[1:] if one.kind == "rule" else other.sentences)
    joined = [*one.sentences, *more]
    if one.kind == "li":
        joined = [" ".join(one.sentences) + ",", *other.sentences]
    if work.maker.chance.random() < 0.4:
        joined = _reworded(work.maker, joined, 0.05)
    key = next(work.maker.keys)
    work.origin[key] = ("merged", False, frozenset([one.key, other.key]))
    work.pieces[place : place + 2] = [Piece(key, one.kind, tuple(joined))]


def _add(work: _Work) -> None:
    chance = work.maker.chance
    place = chance.randint(1, len(work.pieces))
    near = work.pieces[place - 1].kind
    kind = (
        near
        if near in ("li", "rule", "p")
        else "rule"
        if any(p.kind == "rule" for p in work.pieces)
        else "p"
    )
    if kind != "li" and place < len(work.pieces) and work.pieces[place].kind == "li" == near:
        return
    piece = work.maker.piece(kind)
    work.origin[piece.key] = ("added", False, frozenset())
    work.pieces.insert(place, piece)


def _remove(work: _Work) -> None:
    place = _some(work, lambda piece: piece.kind in ("p", "li", "rule"))
    if place is not None and place > 0:
        work.removed.add(work.pieces.pop(place).key)
