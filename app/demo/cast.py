"""The persons of the demonstration who can sign in, and what each is good for. Pure."""

from dataclasses import dataclass

PASSWORD = "seragam di semua kaunter"  # noqa: S105  # shown to everybody who tries the portal
PUTRAJAYA, RANAU = "PJY-01", "SBH-02"


@dataclass(frozen=True)
class Person:
    """A person with a known sign-in; `role` is granted at `role_office` (office codes)."""

    staff_number: str
    name: str
    office: str
    post: str
    grade: str
    role: str
    role_office: str
    title: str
    try_this: str
    language: str = "ms"


CLERK, ASSISTANT, OFFICER = (
    "Pembantu Pendaftaran",
    "Penolong Pegawai Pendaftaran",
    "Pegawai Pendaftaran",
)
CAST = (
    Person(
        "D1001", "Nurul Izzah binti Ahmad Kamal", PUTRAJAYA, CLERK, "KP1", "", "",
        "Officer, Putrajaya", "duties waiting, a quiz half done",
    ),
    Person(
        "D1002", "Farid bin Ismail", PUTRAJAYA, ASSISTANT, "KP6", "supervisor", PUTRAJAYA,
        "Supervisor, Putrajaya", "the desk of an office of twenty",
    ),
    Person(
        "D2001", "Stella Gimbang", RANAU, CLERK, "KP2", "", "",
        "Officer, Ranau (Sabah)", "receipts and results, all in English", "en",
    ),
    Person(
        "D2002", "Jaikol Lasimbang", RANAU, ASSISTANT, "KP5", "supervisor", RANAU,
        "Supervisor, Ranau (Sabah)", "the desk of an office of four",
    ),
    Person(
        "D3001", "Rosnih binti Sakaran", "SBH", "Pengarah Negeri", "KP14", "director", "SBH",
        "Director of Sabah", "all offices of one state",
    ),
    Person(
        "D4001", "Devi a/p Raman", "IP-UKK", OFFICER, "KP10", "author", "IP",
        "PRO, author", "the bank of questions",
    ),
    Person(
        "D4002", "Chong Wei Han", "IP-BKP", OFFICER, "KP12", "approver", "IP",
        "Approver", "approves what others wrote", "en",
    ),
    Person(
        "D4003", "Hamid bin Sulaiman", "IP-BPM", OFFICER, "KP10", "administrator", "IP",
        "Administrator", "people, offices, roles, assignments",
    ),
    Person(
        "D4004", "Salmah binti Daud", "IP-UAD", "Juruaudit", "W9", "auditor", "IP",
        "Auditor", "the audit and every list, read only",
    ),
)  # fmt: skip
OPEN_HANDED = "D1001"  # who has duties waiting; all others of the cast have done theirs
ADMINISTRATOR = "D4003"  # who made the assignments
AUTHOR = "D4001"  # who planned the briefings in waves
FEWEST_OFFICERS = 50


def table_of(persons: list[Person]) -> str:
    """Return the persons as a table for the terminal, with their password."""
    if not persons:
        return ""
    rows = [("Staff number", "Name", "Role", "Try")]
    rows += [(p.staff_number, p.name, p.title, p.try_this) for p in persons]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(
        [f'Demonstration people; the password of each is "{PASSWORD}":', "", *lines, ""]
    )
