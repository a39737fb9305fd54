"""Petitions to call a meeting, and who signed them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.meetings.petitions import PetitionKind
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class Petition(Base):
    __tablename__ = "petition"
    __table_args__ = (Index(None, "village_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[PetitionKind] = mapped_column(Choice(PetitionKind))
    title: Mapped[str]
    words: Mapped[str]
    language: Mapped[str]
    of: Mapped[int]
    """How many could sign on the day it was opened: the whole that the share is taken of."""
    needed: Mapped[int]
    request_key: Mapped[str] = mapped_column(unique=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    opener: Mapped[Person] = relationship()


class PetitionSignature(Base):
    __tablename__ = "petition_signature"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
