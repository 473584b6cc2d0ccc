"""Tables of the audit: events (never updated, never deleted) and the sealed ends of their lanes."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class AuditEvent(Base):
    """An act that happened. Personal data: actor id, network address in some facts."""

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("lane", "seq"),
        Index("ix_audit_events_act_id", "act", "id"),
        Index("ix_audit_events_actor_id_id", "actor_id", "id"),
        Index("ix_audit_events_office_id_id", "office_id", "id"),
        Index("ix_audit_events_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    lane: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    act: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None]
    office_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class AuditLane(Base):
    """The end of one chain, sealed with the audit key. Personal data: none."""

    __tablename__ = "audit_lanes"

    lane: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(Text)
    seal: Mapped[str] = mapped_column(Text)
