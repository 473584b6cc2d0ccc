"""Reading the tree of offices."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.people.models import Office, Posting
from app.people.queries import at_or_below, escape_like, serving_on

MOST = 300


@dataclass(frozen=True)
class OfficeRow:
    """An office; `path` lists the ids from the top."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    path: str
    active: bool


@dataclass(frozen=True)
class BranchRow:
    """An office in its parent's list, with how many offices and officers stand directly in it."""

    office: OfficeRow
    offices: int
    officers: int


COLUMNS = (
    Office.id,
    Office.code,
    Office.name,
    Office.kind,
    Office.parent_id,
    Office.path,
    Office.active,
)


def state_id(path: str) -> int:
    """Return the id of the office right below the top in which a path lies: its state or division; the top's is itself."""
    steps = path.strip("/").split("/")
    return int(steps[min(1, len(steps) - 1)])


def top_path(session: Session) -> str:
    """Return the path of the office above all others; "/" before there is one."""
    return session.scalar(select(Office.path).where(Office.parent_id.is_(None)).limit(1)) or "/"


def below(path: str) -> Select[int]:
    """SQL: the ids of the offices at and below a path."""
    return select(Office.id).where(at_or_below(path))


def office_row(session: Session, *, office_id: int) -> OfficeRow | None:
    """Return one office, or None."""
    row = session.execute(select(*COLUMNS).where(Office.id == office_id)).first()
    return OfficeRow(*row) if row else None


def office_by_code(session: Session, *, code: str) -> OfficeRow | None:
    """Return the office of a code (capitals do not matter), or None."""
    row = session.execute(select(*COLUMNS).where(Office.code == code.strip().upper())).first()
    return OfficeRow(*row) if row else None


def top_offices(session: Session, *, paths: tuple[str, ...]) -> list[OfficeRow]:
    """Return the offices at these paths, by name."""
    rows = session.execute(select(*COLUMNS).where(Office.path.in_(paths)).order_by(Office.name))
    return [OfficeRow(*row) for row in rows]


def ancestors(session: Session, *, path: str) -> list[OfficeRow]:
    """Return the offices from the top down to the one at this path."""
    ids = [int(part) for part in path.strip("/").split("/") if part]
    rows = session.execute(select(*COLUMNS).where(Office.id.in_(ids)))
    found = {row.id: OfficeRow(*row) for row in rows}
    return [found[office_id] for office_id in ids if office_id in found]


def branches(session: Session, *, parent_id: int | None, on: date) -> list[BranchRow]:
    """Return the offices directly below one (None: the top), by name, with their counts, in one statement."""
    below = aliased(Office)
    offices = (
        select(func.count()).where(below.parent_id == Office.id).correlate(Office).scalar_subquery()
    )
    officers = (
        select(func.count())
        .select_from(Posting)
        .where(Posting.office_id == Office.id, serving_on(on))
        .correlate(Office)
        .scalar_subquery()
    )
    under = Office.parent_id.is_(None) if parent_id is None else Office.parent_id == parent_id
    rows = session.execute(select(*COLUMNS, offices, officers).where(under).order_by(Office.name))
    return [BranchRow(OfficeRow(*row[:7]), row[7], row[8]) for row in rows]


def matching_offices(session: Session, *, search: str, reach: tuple[str, ...]) -> list[OfficeRow]:
    """Return active offices within the reach whose code or name matches, by name, at most 300."""
    like = f"%{escape_like(search.lower())}%"
    rows = session.execute(
        select(*COLUMNS)
        .where(
            Office.active,
            or_(*(at_or_below(path) for path in reach)),
            or_(
                func.lower(Office.name).like(like, escape="\\"),
                func.lower(Office.code).like(like, escape="\\"),
            ),
        )
        .order_by(Office.name)
        .limit(MOST)
    )
    return [OfficeRow(*row) for row in rows]


def office_names(session: Session, *, ids: set[int]) -> dict[int, str]:
    """Return the names of offices by id, for lists that hold ids only."""
    rows = session.execute(select(Office.id, Office.name).where(Office.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
