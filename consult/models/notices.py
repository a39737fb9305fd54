"""What hangs on the village board."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.models.base import Base, UTCDateTime
from consult.models.polls import Poll


class Notice(Base):
    """Tag and facts; the words are put to it in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        UniqueConstraint("poll_id", "tag", "change_id"),
        Index(None, "village_id", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    year: Mapped[int]
    number: Mapped[int]
    tag: Mapped[str]
    """poll_announced | poll_declared | poll_extended | poll_roll_added | poll_cancelled"""
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    change_id: Mapped[int] = mapped_column(default=0, server_default="0")
    """The confirmed change of the poll that it tells of; 0: none."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    posted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    posted_until: Mapped[date]
    audit_head: Mapped[str]
    """The head of the audit log when it was posted: printed, it is the outside witness."""

    poll: Mapped[Poll | None] = relationship()
