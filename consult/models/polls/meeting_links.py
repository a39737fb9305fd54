"""What a poll has more when a meeting votes: the link to the meeting and its item, and its ending by the chair."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class MeetingPoll(Base):
    """A vote of a meeting: planned with its item, or asked on the spot."""

    __tablename__ = "meeting_poll"
    __table_args__ = (Index(None, "meeting_id"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))


class PollEnding(Base):
    """The chair ended a meeting's vote. Only a vote of a meeting can end so; then its closing time is this instant."""

    __tablename__ = "poll_ending"

    poll_id: Mapped[int] = mapped_column(ForeignKey("meeting_poll.poll_id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: its longest time ran out."""
    present: Mapped[list[int]] = mapped_column(JSON)
    """Roll numbers of the units that were here at that instant."""
