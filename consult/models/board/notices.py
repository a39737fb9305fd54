"""Notices on the village board, objections to them, and photos of the board."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.board.notices import NoticeTag
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.meetings.meetings import Meeting
from consult.models.polls.polls import Poll
from consult.models.talk.consultations import Consultation


class Notice(Base):
    """A notice. It holds a tag and facts; its sentences are made in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        UniqueConstraint("poll_id", "tag", "change_id"),
        UniqueConstraint("meeting_id", "tag", "change_id"),
        UniqueConstraint("consultation_id", "tag", "change_id"),
        CheckConstraint(
            "(poll_id IS NOT NULL AND meeting_id IS NULL AND consultation_id IS NULL) OR "
            "(poll_id IS NULL AND meeting_id IS NOT NULL AND consultation_id IS NULL) OR "
            "(poll_id IS NULL AND meeting_id IS NULL AND consultation_id IS NOT NULL)",
            name="about_one_thing",
        ),
        Index(None, "village_id", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    year: Mapped[int]
    number: Mapped[int]
    tag: Mapped[NoticeTag] = mapped_column(Choice(NoticeTag))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    change_id: Mapped[int] = mapped_column(default=0, server_default="0")
    """The change of the poll or the meeting that it tells of; 0: none."""
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    """For the result of carrying it out."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    posted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    posted_until: Mapped[date]
    audit_head: Mapped[str]
    """The head of the audit log when it was posted. Printed with the notice, it fixes the log from outside."""
    assets: Mapped[str] = mapped_column(server_default="")
    """Digest of the scripts and styles that phones ran when it was posted; empty: older than these digests."""

    @classmethod
    def of_tags(cls, tags: Collection[str]) -> Select[tuple[int]]:
        """Return the select of the notices of these kinds."""
        return select(cls.id).where(cls.tag.in_([NoticeTag(one) for one in tags]))

    poll: Mapped[Poll | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    consultation: Mapped[Consultation | None] = relationship()


class Objection(Base):
    """An objection to a notice while it is posted, and the committee's answer."""

    __tablename__ = "objection"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    text: Mapped[str]
    language: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BoardPhoto(Base):
    """A photo of the board with the notice on it: proof that it was posted, and when."""

    __tablename__ = "board_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    file_name: Mapped[str]
    """That of a StoredFile."""
    request_key: Mapped[str] = mapped_column(unique=True)
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
