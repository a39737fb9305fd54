"""A meeting as it is called: who, where, when, by which rule, and the roll that was frozen with the notice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.calls import FrozenCall
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.meetings import MeetingChangeKind, RsvpAnswer
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Group, Person


class Meeting(Base):
    """Everything the rule and the roll say is frozen once `called_at` is set; day and place move by a MeetingChange."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("village_id", "year", "number"), Index(None, "village_id", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    year: Mapped[int]
    number: Mapped[int]
    body: Mapped[str]
    """A code of domain/bodies.toml; it fixes the unit: one route a meeting."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    title: Mapped[str]
    language: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    speech_minutes: Mapped[int]
    """Minutes a speaker has, by the timer. Only a guide."""
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id"))
    """The petition that it answers."""
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    short_notice_reason: Mapped[str] = mapped_column(default="", server_default="")
    study_exception: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is called though the Party organisation's study of a matter is not on record."""
    authorisation: Mapped[str] = mapped_column(default="", server_default="")
    """The assembly's written authorisation, where another body decides in its place."""
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The document of `call`."""
    fingerprint: Mapped[str | None]
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    adjourned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was broken off, while it waits for its next day; None: it does not wait. The record has each of its days."""
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pulse: Mapped[int] = mapped_column(default=0, server_default="0")
    """Version of everything a screen may show: a screen that knows the number needs nothing new. Raised under the lock."""

    group: Mapped[Group | None] = relationship()

    @property
    def call(self) -> FrozenCall | None:
        """The call as it was frozen; None: a draft."""
        return FrozenCall.from_facts(self.frozen) if self.frozen else None


class MeetingChange(Base):
    """Another day, hour or place, or the meeting is off: with a reason, and on the board."""

    __tablename__ = "meeting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[MeetingChangeKind] = mapped_column(Choice(MeetingChangeKind))
    place: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MeetingRollEntry(Base):
    """One unit that is called, and whether it is here now. Its number is the same in every vote of the meeting."""

    __tablename__ = "meeting_roll_entry"
    __table_args__ = (
        UniqueConstraint("meeting_id", "unit"),
        Index(None, "person_id", "meeting_id"),
        Index(None, "household_id", "meeting_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    unit: Mapped[str]
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The member; for a household the person who spoke for it when the roll was frozen."""
    salt: Mapped[str]
    attending_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who is here for the unit: the member, an adult of the household, or the holder of a letter. None: not here."""
    way: Mapped[CheckInWay | None] = mapped_column(Choice(CheckInWay))
    """How they checked in."""


class MeetingAddition(Base):
    """A unit that the frozen roll left out, added at check-in: one officer asks, another of another office confirms."""

    __tablename__ = "meeting_addition"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
        CheckConstraint("confirmed_office IS NULL OR confirmed_office <> asked_office", name="two_offices"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    number: Mapped[int | None]
    """The number it got on the roll."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Rsvp(Base):
    """What somebody who is called answered; the newest answer stands here."""

    __tablename__ = "rsvp"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    answer: Mapped[RsvpAnswer] = mapped_column(Choice(RsvpAnswer))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AgendaItem(Base):
    """One item of the agenda, in the order of its number."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        Index(None, "consultation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[ItemKind] = mapped_column(Choice(ItemKind))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    """The proposal it is about; a motion always has one."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it came on the agenda after the call; empty: it stood in the notice."""
    short_notice_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is voted on though it did not stand in the notice so many days before; of items added after the call."""
    authorisation: Mapped[str] = mapped_column(default="", server_default="")
    """The assembly's written authorisation for this item, where another body decides in its place."""
    resolution: Mapped[str] = mapped_column(default="", server_default="")
    """The text that is put to the vote."""
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    """In fen; None: not said."""
    funding: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """Sources of the money, each with its amount in fen or None."""
    text_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its text, cost or sources were written; None: it says what its proposal says."""
    text_before: Mapped[str | None]
    """The text before it was amended in the open meeting; None: it was not."""
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Of an item added after the call: when notice of it, as it stands now, was hung and all who are called were told."""
    request_key: Mapped[str] = mapped_column(unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)

    meeting: Mapped["Meeting"] = relationship(viewonly=True)
