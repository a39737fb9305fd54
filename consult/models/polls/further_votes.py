"""Grounds on which a body votes once more on the same matter, and whether a matter with the same words is the same."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.repeat_grounds import Ground
from consult.models.base import Base, Choice, UTCDateTime


class FurtherVote(Base):
    """A stated ground for one more vote after an earlier one. It opens the door of polls and meetings once confirmed."""

    __tablename__ = "further_vote"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
        CheckConstraint("confirmed_office IS NULL OR confirmed_office <> asked_office", name="two_offices"),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by IS NOT NULL AND confirmed_office IS NOT NULL AND ended_at IS NULL)",
            name="confirmed_by_somebody",
        ),
        Index(None, "earlier_id"),
        Index(None, "poll_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    earlier_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    """The newest vote before it; after the next vote is counted it fits no more."""
    ground: Mapped[Ground] = mapped_column(Choice(Ground))
    words: Mapped[str]
    """Why, in words that everybody reads."""
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was dropped, or lapsed."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it lapsed."""
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    """The vote that was announced on this ground, the newest of them where one was cancelled."""


class MatterComparison(Base):
    """An officer's word on a matter whose words are those of an earlier vote: the same matter, or another one, and why."""

    __tablename__ = "matter_comparison"
    __table_args__ = (
        UniqueConstraint("consultation_id", "earlier_id"),
        CheckConstraint("same OR words <> ''", name="another_with_a_reason"),
        Index(None, "earlier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    earlier_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    same: Mapped[bool]
    words: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is another matter, in words that everybody reads."""
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
