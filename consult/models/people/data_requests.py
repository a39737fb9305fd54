"""What people ask to be done with their own data, and the answers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.own_data import RequestKind
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class DataRequest(Base):
    """A person asks for a correction or an erasure; somebody who keeps the roll answers."""

    __tablename__ = "data_request"
    __table_args__ = (UniqueConstraint("person_id", "request_key"), Index(None, "village_id", "answered_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[RequestKind] = mapped_column(Choice(RequestKind))
    words: Mapped[str]
    request_key: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
