"""Tables of people: offices, officers, postings, roles, sign-in."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment

OFFICE_KINDS = ("hq", "division", "state", "district", "branch", "utc")
ROLE_NAMES = (
    "officer",
    "supervisor",
    "director",
    "author",
    "approver",
    "administrator",
    "auditor",
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Office(Base):
    """An office in the tree; `path` lists the ids from the top ("/1/5/"). Personal data: none.

    `revision` grows whenever something happened to an officer of this office that a count depends on; rooms above
    compare it to know that their counts are old.
    """

    __tablename__ = "offices"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(_one_of("kind", OFFICE_KINDS), name="kind"),
        Index("ix_offices_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("ix_offices_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    path: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    revision: Mapped[int] = mapped_column(server_default=text("0"), default=0)


class Officer(Base):
    """A person of the department. Personal data: name, staff number, e-mail, grade, post, password hash."""

    __tablename__ = "officers"
    __table_args__ = (
        UniqueConstraint("staff_number"),
        UniqueConstraint("email"),
        CheckConstraint("language IN ('ms', 'en')", name="language"),
        Index("ix_officers_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_number: Mapped[str] = mapped_column(Text)  # stored in capitals
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)  # stored in small letters
    grade: Mapped[str] = mapped_column(Text, server_default="")
    post: Mapped[str] = mapped_column(Text, server_default="")
    language: Mapped[str] = mapped_column(Text, server_default="ms")
    joined_on: Mapped[date] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Posting(Base):
    """Where an officer served from one day to another (both included; open while `ends_on` is empty).

    Personal data: where a person serves.
    """

    __tablename__ = "postings"
    __table_args__ = (
        UniqueConstraint("officer_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
        Index("ix_postings_office_id_ends_on", "office_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class RoleGrant(Base):
    """A role that an officer holds at an office and below, until revoked. Personal data: none of its own."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(_one_of("role", ROLE_NAMES), name="role"),
        Index(
            "uq_role_grants_open",
            "officer_id",
            "role",
            "office_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_role_grants_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    role: Mapped[str] = mapped_column(Text)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInThrottle(Base):
    """Failed sign-ins of one account or one network address. Personal data: the address in the key."""

    __tablename__ = "sign_in_throttles"

    key: Mapped[str] = mapped_column(Text, primary_key=True)  # "account:…" or "address:…"
    failures: Mapped[int]
    last_failed_at: Mapped[datetime] = mapped_column(Moment)
    blocked_until: Mapped[datetime | None] = mapped_column(Moment)


class ResetToken(Base):
    """A single-use token to choose a new password; only its SHA-256 is kept. Personal data: none of its own."""

    __tablename__ = "reset_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_reset_tokens_officer_id", "officer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    token_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Accommodation(Base):
    """What an officer needs to take any quiz on equal terms; stands until changed. Personal data: all of it."""

    __tablename__ = "accommodations"
    __table_args__ = (CheckConstraint("extra_time BETWEEN 0 AND 300", name="extra_time"),)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    extra_time: Mapped[int] = mapped_column(server_default=text("0"))  # per cent of the time limit
    large_print: Mapped[bool] = mapped_column(server_default=text("false"))
    reader: Mapped[bool] = mapped_column(server_default=text("false"))  # questions are read aloud
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    granted_at: Mapped[datetime] = mapped_column(Moment)
