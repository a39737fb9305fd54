"""The append-only, hash-chained log of one village."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class AuditEntry(Base):
    """One entry of the log."""

    __tablename__ = "audit_entry"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None]
    tag: Mapped[str]
    subject: Mapped[str]
    """What it is about, as kind:id, for example poll:7."""
    facts: Mapped[str]
    """Canonical JSON; ids and commitments only."""
    prev_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The last link of each village's chain: the row that is locked to add the next."""

    __tablename__ = "audit_head"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]
