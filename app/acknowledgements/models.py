"""The table of acknowledgements: appended, never updated, never deleted (triggers refuse it)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Acknowledgement(Base):
    """What one officer declared about one version. Personal data: the officer's id and office.

    `since_version_id` is the version the officer knew before: then only the rules that changed after it were asked; without
    one the whole was. `renewal` counts the officer's earlier acknowledgements of the same version, which lapsed.
    """

    __tablename__ = "acknowledgements"
    __table_args__ = (
        UniqueConstraint("officer_id", "version_id", "renewal"),
        UniqueConstraint("receipt_number"),
        CheckConstraint("language IN ('ms', 'en')", name="language"),
        Index("ix_acknowledgements_version_id_office_id", "version_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_number: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("handbook_versions.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))  # the office of that day
    content_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)  # of the text that was shown
    declaration: Mapped[str] = mapped_column(Text)  # the exact words declared
    acknowledged_at: Mapped[datetime] = mapped_column(Moment)
    since_version_id: Mapped[int | None] = mapped_column(ForeignKey("handbook_versions.id"))
    renewal: Mapped[int] = mapped_column(server_default=text("0"), default=0)
