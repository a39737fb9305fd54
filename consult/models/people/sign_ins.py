"""Sign-ins, and the codes, cards and attempts they come from."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.sign_ins import SignInWay
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Household, Person


class SignIn(Base):
    """One browser acting as one person. The token itself lives only in the cookie."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    way: Mapped[SignInWay] = mapped_column(Choice(SignInWay))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class OneTimeCode(Base):
    """A six-digit code asked for. Kept for unknown numbers too, so that both look the same."""

    __tablename__ = "one_time_code"
    __table_args__ = (Index(None, "village_id", "phone_mark", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    phone_mark: Mapped[str]
    code_mark: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInAttempt(Base):
    """One try at a code or a PIN, counted per phone or card and never per address."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "village_id", "mark", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    mark: Mapped[str]
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HouseholdCard(Base):
    """A printed card. The first adult to claim it, with a PIN of their own, is its one holder."""

    __tablename__ = "household_card"
    __table_args__ = (Index(None, "household_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    code_mark: Mapped[str] = mapped_column(unique=True)
    code_cipher: Mapped[str | None]
    """The printable code, encrypted; wiped when the card is claimed."""
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    pin_hash: Mapped[str | None]
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    household: Mapped[Household] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
