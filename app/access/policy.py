"""Who may do what: permissions, roles and the table of named predicates that joins them.

A permission is granted when one of its predicates says yes. Where the thing asked about lies in an office, the role
must reach that office: a role granted at an office reaches it and every office below it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.disclosure import ANALYSTS, EVERYBODY


class Role(StrEnum):
    """The roles of the department; every officer with a posting is an officer without a grant."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    AUTHOR = "author"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What can be permitted; the value is what audit events and docs call it."""

    ACCOUNT_OWN = "account:own"
    HANDBOOK_READ = "handbook:read"
    DUTY_OWN = "duty:own"
    ACKNOWLEDGEMENT_MAKE = "acknowledgement:make"
    QUIZ_TAKE = "quiz:take"
    OFFICE_STATUS = "office:status"
    OFFICE_REMIND = "office:remind"
    OFFICE_EXEMPT = "office:exempt"
    OFFICE_COMPARE = "office:compare"
    ASSIGNMENT_MANAGE = "assignment:manage"
    PEOPLE_MANAGE = "people:manage"
    ROLE_GRANT = "role:grant"
    QUESTION_READ = "question:read"
    QUESTION_WRITE = "question:write"
    QUESTION_APPROVE = "question:approve"
    DRAFT_READ = "draft:read"
    DRAFT_WRITE = "draft:write"
    DRAFT_APPROVE = "draft:approve"
    UNIFORMITY_READ = "uniformity:read"
    UNIFORMITY_OFFICE = "uniformity:office"
    UNIFORMITY_COMPARE = "uniformity:compare"
    TARGET_READ = "target:read"
    TARGET_SET = "target:set"
    BRIEFING_GIVE = "briefing:give"
    ROLLOUT_JOIN = "rollout:join"
    ROLLOUT_READ = "rollout:read"
    ROLLOUT_MANAGE = "rollout:manage"
    ENQUIRY_ASK = "enquiry:ask"
    ENQUIRY_ANSWER = "enquiry:answer"
    AUDIT_READ = "audit:read"


@dataclass(frozen=True)
class Grant:
    """A role and the office (as a path like `/1/5/`) from which it reaches downwards."""

    role: Role
    office_path: str


@dataclass(frozen=True)
class Actor:
    """The person who asks, as facts: nothing here can run a query."""

    id: int
    name: str
    staff_number: str
    email: str
    language: str
    session_version: int
    office_id: int | None
    office_path: str
    office_name: str
    grants: tuple[Grant, ...] = ()
    is_demo: bool = False
    must_change_password: bool = False

    @property
    def short_name(self) -> str:
        """Return the name by which a colleague is greeted."""
        return self.name.split()[0] if self.name else ""

    def reaches(self, role: Role, office_path: str | None) -> bool:
        """Say whether the person holds the role, for that office where one is named."""
        return any(
            grant.role is role
            and (office_path is None or office_path.startswith(grant.office_path))
            for grant in self.grants
        )

    def paths(self, *roles: Role) -> tuple[str, ...]:
        """List the topmost office paths that the person reaches by any of the roles."""
        found = sorted({grant.office_path for grant in self.grants if grant.role in roles})
        return tuple(
            path for path in found if not any(path != top and path.startswith(top) for top in found)
        )


Predicate = Callable[[Actor, str | None], bool]


def anyone_signed_in(actor: Actor, office_path: str | None) -> bool:
    """Permit every signed-in person."""
    return True


def serves(actor: Actor, office_path: str | None) -> bool:
    """Permit an officer who is posted to an office."""
    return actor.office_id is not None


def supervises(actor: Actor, office_path: str | None) -> bool:
    """Permit the supervisor of the office or of one above it."""
    return actor.reaches(Role.SUPERVISOR, office_path)


def directs(actor: Actor, office_path: str | None) -> bool:
    """Permit the director of the state or division."""
    return actor.reaches(Role.DIRECTOR, office_path)


def authors(actor: Actor, office_path: str | None) -> bool:
    """Permit who writes handbooks and questions."""
    return actor.reaches(Role.AUTHOR, office_path)


def approves(actor: Actor, office_path: str | None) -> bool:
    """Permit who approves what others wrote."""
    return actor.reaches(Role.APPROVER, office_path)


def administers(actor: Actor, office_path: str | None) -> bool:
    """Permit the administrator of people and settings."""
    return actor.reaches(Role.ADMINISTRATOR, office_path)


def audits(actor: Actor, office_path: str | None) -> bool:
    """Permit the auditor."""
    return actor.reaches(Role.AUDITOR, office_path)


TABLE: dict[Permission, tuple[Predicate, ...]] = {
    Permission.ACCOUNT_OWN: (anyone_signed_in,),
    Permission.HANDBOOK_READ: (anyone_signed_in,),
    Permission.DUTY_OWN: (anyone_signed_in,),
    Permission.ACKNOWLEDGEMENT_MAKE: (serves,),
    Permission.QUIZ_TAKE: (serves,),
    Permission.OFFICE_STATUS: (supervises, directs, audits),
    Permission.OFFICE_REMIND: (supervises, directs),
    Permission.OFFICE_EXEMPT: (supervises, directs),
    Permission.OFFICE_COMPARE: (directs, audits),
    Permission.ASSIGNMENT_MANAGE: (administers, directs),
    Permission.PEOPLE_MANAGE: (administers,),
    Permission.ROLE_GRANT: (administers,),
    Permission.QUESTION_READ: (authors, approves, audits),
    Permission.QUESTION_WRITE: (authors,),
    Permission.QUESTION_APPROVE: (approves,),
    Permission.DRAFT_READ: (authors, approves, audits),
    Permission.DRAFT_WRITE: (authors,),
    Permission.DRAFT_APPROVE: (approves,),
    Permission.UNIFORMITY_READ: (supervises, directs, authors, approves, audits),
    Permission.UNIFORMITY_OFFICE: (supervises, directs, audits),
    Permission.UNIFORMITY_COMPARE: (directs, audits),
    Permission.TARGET_READ: (supervises, directs, authors, approves, administers, audits),
    Permission.TARGET_SET: (administers,),
    Permission.BRIEFING_GIVE: (supervises, directs),
    Permission.ROLLOUT_JOIN: (supervises, directs, authors, approves, audits),
    Permission.ROLLOUT_READ: (directs, authors, approves, audits),
    Permission.ROLLOUT_MANAGE: (directs, authors),
    Permission.ENQUIRY_ASK: (anyone_signed_in,),
    Permission.ENQUIRY_ANSWER: (authors, approves),
    Permission.AUDIT_READ: (audits,),
}
STATUS_ROLES = (Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR)


def may(actor: Actor | None, permission: Permission, office_path: str | None = None) -> bool:
    """Say whether the person may; without an office, whether they may anywhere."""
    if actor is None:
        return False
    return any(predicate(actor, office_path) for predicate in TABLE[permission])


def smallest_group(actor: Actor, office_path: str) -> int:
    """Return the smallest group of officers of which the person may see figures there: 5 as director or auditor, else 10."""
    analyst = actor.reaches(Role.DIRECTOR, office_path) or actor.reaches(Role.AUDITOR, office_path)
    return ANALYSTS if analyst else EVERYBODY
