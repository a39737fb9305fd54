"""The record of a meeting, who came and went, and the confirmations of its minutes. Rows are only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.models.base import Base, Choice, UTCDateTime


class Proceeding(Base):
    """One entry of the record; `facts` are those of its step in domain.meetings.entry_facts."""

    __tablename__ = "proceeding"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    step: Mapped[ProceedingStep] = mapped_column(Choice(ProceedingStep))
    item: Mapped[int | None]
    """The number of the agenda item; None: the meeting as a whole."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_key: Mapped[str] = mapped_column(unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CheckIn(Base):
    """A line: a unit came, left or was excused, a guest sits in, an earlier line is undone. The roll says who is here now."""

    __tablename__ = "arrival"
    __table_args__ = (Index(None, "meeting_id", "roll_number"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[CheckInKind] = mapped_column(Choice(CheckInKind))
    roll_number: Mapped[int | None]
    """The unit; None for those who sit in without a vote."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who is here for it."""
    way: Mapped[CheckInWay | None] = mapped_column(Choice(CheckInWay))
    guest: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """The office of a guest, why somebody is excused or an entry undone."""
    letter: Mapped[str] = mapped_column(default="")
    """The name of a StoredFile: the photo of a letter of proxy; empty: none."""
    undoes: Mapped[int | None]
    """The line that this one undoes."""
    late: Mapped[bool]
    """Typed in after the meeting was closed."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MinutesConfirmation(Base):
    """The chair confirmed the minutes as they stood. A correction after that asks for another one."""

    __tablename__ = "minutes_confirmation"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    digest: Mapped[str]
    """Of domain.meetings.minutes.Minutes."""
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignedPage(Base):
    """A photo of a page of the printed minutes, with the signatures on it."""

    __tablename__ = "signed_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    file_name: Mapped[str]
    """That of a StoredFile."""
    request_key: Mapped[str] = mapped_column(unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
