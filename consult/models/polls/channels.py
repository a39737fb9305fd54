"""The ways of voting beside the phone: helped, by letter, on paper and by show of hands, with who is answerable."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.acts_on_votes import ActKind
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
    needs_answer: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the witness or the voter must say that it was so (VoteAnswer). False: before that was asked."""


class ProxyLetter(Base):
    """A member of the same household votes for a person who is away, with a letter whose photo is kept."""

    __tablename__ = "proxy_letter"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        CheckConstraint("giver_id <> holder_id", name="nobody_is_their_own_proxy"),
        UniqueConstraint("poll_id", "number", "rev"),
        Index(None, "poll_id", "holder_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int]
    number: Mapped[int]
    rev: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the ballot that was cast with it, which is never changed by the holder."""
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
    """A unit took part on paper or by show of hands: no other channel is open to it unless the mark is undone."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        CheckConstraint("channel IN ('paper', 'hands')", name="paper_or_hands"),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, default=1, server_default="1", autoincrement=False)
    """1 for the first mark of a unit, one more after each that was undone."""
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("box_visit.id"))
    late: Mapped[bool]
    """Entered after the closing time, from the signed list."""
    late_id: Mapped[int | None] = mapped_column(ForeignKey("late_marks_confirmation.request_id"))
    """Of late marks: what two persons confirmed. Older ones have none."""
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MarkUndoing(Base):
    """A mark that was wrong: undone with a reason while no paper of it is counted. Every way of voting is open again."""

    __tablename__ = "mark_undoing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["poll_id", "number", "turn"],
            ["attendance_mark.poll_id", "attendance_mark.number", "attendance_mark.turn"],
            name="fk_mark_undoing_mark",
        ),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    reason: Mapped[str]
    late: Mapped[bool]
    """Undone after the closing time."""
    late_id: Mapped[int | None] = mapped_column(ForeignKey("late_marks_confirmation.request_id"))
    """Of a late undoing: what two persons confirmed. None: two officers ruled so on a contest, or it is an older one by one."""
    undone_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LateMarks(Base):
    """Marks, or the undoing of marks, that one officer asks for after the close, with a photo of the signed list.

    Nothing changes before another officer confirms.
    """

    __tablename__ = "late_marks"
    __table_args__ = (
        CheckConstraint("channel IN ('paper', 'hands')", name="paper_or_hands"),
        CheckConstraint("picture <> ''", name="with_a_photo"),
        UniqueConstraint("id", "asked_by", "asked_office"),
        Index(None, "poll_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    numbers: Mapped[list[int]] = mapped_column(JSON)
    """Roll numbers, rising."""
    picture: Mapped[str]
    """The name of a StoredFile, the photo of the signed list."""
    undoes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the marks are to be undone, not made."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why they are undone, which those whom they name read; empty where they are made."""
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LateMarksConfirmation(Base):
    """Another person, of another office, has held them against the photo."""

    __tablename__ = "late_marks_confirmation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "asked_by", "asked_office"],
            ["late_marks.id", "late_marks.asked_by", "late_marks.asked_office"],
            name="fk_late_marks_confirmation_request",
        ),
        CheckConstraint("asked_by <> confirmed_by", name="two_persons"),
        CheckConstraint("asked_office <> confirmed_office", name="two_offices"),
    )

    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    asked_by: Mapped[int]
    asked_office: Mapped[str]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str]
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LateMarksEnd(Base):
    """Late marks that never counted: an officer dropped them, or they lapsed."""

    __tablename__ = "late_marks_end"

    request_id: Mapped[int] = mapped_column(ForeignKey("late_marks.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: they lapsed."""
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VoteDispute(Base):
    """Somebody says of an act on their vote, or their household's, that it is not so. Two officers decide (ContestRuling)."""

    __tablename__ = "contest"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        UniqueConstraint("poll_id", "number", "contested_by", "turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int]
    number: Mapped[int]
    contested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts this person's contests of the unit from 1."""
    about: Mapped[ActKind] = mapped_column(Choice(ActKind), default=ActKind.HOUSEHOLD, server_default="household")
    rev: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the ballot it is about; of a mark its turn. 0: a contest from before that was kept."""
    due_on: Mapped[date | None]
    """The village's day by which it is decided. None: from before contests were decided."""
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
