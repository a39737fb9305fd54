"""The ways of voting beside the phone: helped, by letter, on paper and by show of hands, with who is answerable."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.polls import Channel
from consult.models.base import Base, Choice, UTCDateTime


class Assistance(Base):
    """A helper filled in for a voter who was present, before a witness. It never tells the choice."""

    __tablename__ = "assistance"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        CheckConstraint("helper_id <> witness_id", name="helper_is_not_the_witness"),
        CheckConstraint("helper_id <> voter_id AND witness_id <> voter_id", name="voter_is_neither"),
        Index(None, "poll_id", "helper_id"),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    helped_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ProxyLetter(Base):
    """A member of the same household votes for a person who is away, with a letter whose photo is kept."""

    __tablename__ = "proxy_letter"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        CheckConstraint("giver_id <> holder_id", name="nobody_is_their_own_proxy"),
        Index(None, "poll_id", "holder_id", unique=True),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    picture: Mapped[str]
    """The name of a StoredFile, the letter's photo; only the two and the scrutineers see it."""
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BoxVisit(Base):
    """A mobile ballot box carried to voters by two workers."""

    __tablename__ = "box_visit"
    __table_args__ = (
        CheckConstraint("first_worker_id <> second_worker_id", name="two_workers"),
        Index(None, "poll_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    place: Mapped[str]
    first_worker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    second_worker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    visited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AttendanceMark(Base):
    """A unit took part on paper or by show of hands: from then on no other channel is open to it."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        CheckConstraint("channel IN ('paper', 'hands')", name="paper_or_hands"),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("box_visit.id"))
    late: Mapped[bool]
    """Entered after the closing time, from the paper list."""
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VoteDispute(Base):
    """An adult of a household says that its vote was not agreed. The vote stays; the outcome lists it."""

    __tablename__ = "contest"
    __table_args__ = (ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),)

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    contested_by: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    reason: Mapped[str]
    contested_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PaperTicker(Base):
    """An officer who was assigned by another to give out paper in an open secret poll, and so sees who has voted."""

    __tablename__ = "paper_ticker"
    __table_args__ = (
        CheckConstraint("person_id <> assigned_by", name="by_another"),
        Index(None, "poll_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    assigned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)


class PaperTickerEnding(Base):
    """An assignment to give out paper was ended before its time."""

    __tablename__ = "paper_ticker_ending"

    ticker_id: Mapped[int] = mapped_column(ForeignKey("paper_ticker.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    ended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
