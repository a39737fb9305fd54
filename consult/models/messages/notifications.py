"""Notifications: one person's inbox, their switches, and messages on their way out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import MessageChannel
from consult.models.base import Base, Choice, UTCDateTime


class Notification(Base):
    """Event and facts; the words are put to it in the reader's language."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "event", "subject"),
        Index(None, "person_id", "read_at"),
        Index(None, "subject", "event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event: Mapped[NotificationEvent] = mapped_column(Choice(NotificationEvent))
    subject: Mapped[str]
    """What it is about, as kind:id. The same person is told of the same thing once."""
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When what it asked for was done by anybody, or fell away: the line is shown no longer."""


class NotificationSwitch(Base):
    """An event that a person turned off. No row: it is on."""

    __tablename__ = "notification_switch"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    event: Mapped[NotificationEvent] = mapped_column(Choice(NotificationEvent), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))


class GroupRobot(Base):
    """The robot of a village's chat group, to which public events are told. Address and secret are encrypted."""

    __tablename__ = "group_robot"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    kind: Mapped[str]
    """The name of a provider of robots: wecom, dingtalk."""
    address_cipher: Mapped[str]
    secret_cipher: Mapped[str] = mapped_column(default="")
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OutboxMessage(Base):
    """A message to be handed over, written in the transaction of the act it tells of. Stays until it was."""

    __tablename__ = "outbox_message"
    __table_args__ = (UniqueConstraint("key"), Index(None, "sent_at", "given_up_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    channel: Mapped[MessageChannel] = mapped_column(Choice(MessageChannel))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose number it goes to, looked up when it is sent; None: the village's group."""
    template: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str]
    """The same message is written once: channel, recipient, event, subject."""
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """Not before; moved on by each failed try."""
    tries: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """A runner is at it. Past this instant another may take it: the first was killed."""
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(default="")
