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
    form: Mapped[int] = mapped_column(server_default="1")
    """How its hash is made: consult/domain/audit_forms.py."""
    salt: Mapped[str] = mapped_column(server_default="")
    """Of an entry of the second form. It never leaves the village: with it the entry's person and instant can be guessed."""


class AuditHead(Base):
    """The last link of each village's chain: the row that is locked to add the next."""

    __tablename__ = "audit_head"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]
    key: Mapped[str] = mapped_column(server_default="")
    """Makes the pseudonyms of this log. It never leaves the village."""
