"""Moderation: reports of content, and its removal by an officer, with appeal and decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.talk.moderation import ReportGround
from consult.models.base import Base, Choice, UTCDateTime


class ContentReport(Base):
    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("subject", "person_id"), Index(None, "village_id", "settled_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    subject: Mapped[str]
    """comment:17 or statement:4"""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ground: Mapped[ReportGround] = mapped_column(Choice(ReportGround))
    words: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When an officer hid the content or dismissed the report."""
    about_me: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The reporter says that the words mean them: they decide nothing about these words."""
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Removal(Base):
    """Content hidden with a reason, and perhaps restored with another."""

    __tablename__ = "hiding"
    __table_args__ = (Index(None, "subject"), Index(None, "village_id", "restored_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    subject: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ground: Mapped[ReportGround] = mapped_column(Choice(ReportGround))
    reason: Mapped[str]
    hidden_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime)
    appeal: Mapped[str] = mapped_column(default="")
    """Why the author disagrees."""
    appealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who decided the appeal: another person than `hidden_by`."""
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[str] = mapped_column(default="")
    restored_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    restored_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    restored_reason: Mapped[str] = mapped_column(default="")
    original: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What stood where a mask stands now: domain.talk.moderation.masked. None: the words stay in their row."""

    @property
    def restored_on_appeal(self) -> bool:
        """Tell whether somebody else decided on an appeal that the words are shown."""
        return self.decided_at is not None and self.restored_at is not None


class RemovalParty(Base):
    """Somebody who had a hand in hidden words and decides no appeal about them. Rows are only added.

    Who hid them, their author, who is meant, and the proposer of the matter they were said on.
    """

    __tablename__ = "hiding_party"

    hiding_id: Mapped[int] = mapped_column(ForeignKey("hiding.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
