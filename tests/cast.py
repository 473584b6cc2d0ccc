"""The standing cast of the tests: who they are, where they serve, what they may.

Nurul and Aina serve in Putrajaya under Farid; Tan is the stranger from Tawau, whose supervisor is Liza; the rest serve at
headquarters. The password of all is PASSWORD.
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.access.policy import Actor, Grant, Role
from app.people.models import Office, Officer, Posting, RoleGrant
from app.people.passwords import hash_password, use_cheap_profile

PASSWORD = "kata laluan ujian"
SINCE = date(2026, 1, 5)


@dataclass(frozen=True)
class Offices:
    """The offices of the cast, by id."""

    hq: int
    putrajaya_state: int
    putrajaya: int
    sabah: int
    tawau: int


@dataclass(frozen=True)
class Cast:
    """The persons as actors, and their offices."""

    offices: Offices
    nurul: Actor  # officer, Putrajaya
    aina: Actor  # officer, Putrajaya
    farid: Actor  # supervisor of Putrajaya
    tan: Actor  # officer, Tawau: the stranger
    liza: Actor  # supervisor of Tawau
    osman: Actor  # director of the state of Putrajaya
    devi: Actor  # author
    chong: Actor  # approver
    hamid: Actor  # administrator
    salmah: Actor  # auditor

    def everybody(self) -> list[Actor]:
        """List all persons."""
        return [getattr(self, field.name) for field in fields(self) if field.name != "offices"]


PERSONS = {
    "nurul": ("K1001", "Nurul Izzah binti Ahmad", "putrajaya", None),
    "aina": ("K1002", "Aina Sofea binti Rahman", "putrajaya", None),
    "farid": ("K1003", "Farid bin Ismail", "putrajaya", (Role.SUPERVISOR, "putrajaya")),
    "tan": ("K2001", "Tan Mei Ling", "tawau", None),
    "liza": ("K2002", "Liza anak Jugah", "tawau", (Role.SUPERVISOR, "tawau")),
    "osman": ("K3001", "Osman bin Yusof", "putrajaya_state", (Role.DIRECTOR, "putrajaya_state")),
    "devi": ("K4001", "Devi a/p Raman", "hq", (Role.AUTHOR, "hq")),
    "chong": ("K4002", "Chong Wei Han", "hq", (Role.APPROVER, "hq")),
    "hamid": ("K4003", "Hamid bin Sulaiman", "hq", (Role.ADMINISTRATOR, "hq")),
    "salmah": ("K4004", "Salmah binti Daud", "hq", (Role.AUDITOR, "hq")),
}
OFFICES = (
    ("hq", "IP", "Ibu Pejabat", "hq", None),
    ("putrajaya_state", "PJ", "JPN Wilayah Persekutuan Putrajaya", "state", "hq"),
    ("putrajaya", "PJ01", "JPN Putrajaya", "branch", "putrajaya_state"),
    ("sabah", "SB", "JPN Negeri Sabah", "state", "hq"),
    ("tawau", "SB03", "JPN Tawau", "branch", "sabah"),
)


def make_cast(session: Session) -> Cast:
    """Write the cast into an empty database and return it."""
    use_cheap_profile()
    made: dict[str, Office] = {}
    for key, code, name, kind, parent in OFFICES:
        above = made[parent] if parent else None
        office = Office(
            code=code, name=name, kind=kind, parent_id=above.id if above else None, path=""
        )
        session.add(office)
        session.flush()
        office.path = f"{above.path if above else '/'}{office.id}/"
        made[key] = office
    password_hash = hash_password(PASSWORD)
    actors = {key: _person(session, made, password_hash, *facts) for key, facts in PERSONS.items()}
    return Cast(offices=Offices(**{key: office.id for key, office in made.items()}), **actors)


def _person(
    session: Session,
    offices: dict[str, Office],
    password_hash: str,
    staff_number: str,
    name: str,
    office_key: str,
    grant: tuple[Role, str] | None,
) -> Actor:
    office = offices[office_key]
    officer = Officer(
        staff_number=staff_number,
        name=name,
        email=f"{name.split()[0].lower()}@jpn.example",
        grade="KP19",
        post="Pembantu Pendaftaran",
        language="ms",
        joined_on=SINCE,
        password_hash=password_hash,
        session_version=1,
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    session.add(officer)
    session.flush()
    session.add(Posting(officer_id=officer.id, office_id=office.id, starts_on=SINCE))
    if grant:
        session.add(
            RoleGrant(
                officer_id=officer.id,
                role=grant[0].value,
                office_id=offices[grant[1]].id,
                granted_at=datetime(2026, 1, 5, tzinfo=UTC),
            )
        )
    session.flush()
    return Actor(
        id=officer.id,
        name=name,
        staff_number=staff_number,
        email=officer.email,
        language="ms",
        session_version=1,
        office_id=office.id,
        office_path=office.path,
        office_name=office.name,
        grants=(Grant(grant[0], offices[grant[1]].path),) if grant else (),
    )
