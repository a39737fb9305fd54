"""What is known of the machine's clock: when it was right, when it was in doubt, and who said what time it is."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.clock_leaps import Leap
from consult.models.base import Base, Choice, UTCDateTime


class ClockTick(Base):
    """An instant at which the clock of a machine was right, and how long that machine had been running by then."""

    __tablename__ = "clock_tick"

    boot: Mapped[str] = mapped_column(primary_key=True)
    """One start of one machine, as its kernel names it."""
    running_us: Mapped[int] = mapped_column(BigInteger)
    """Microseconds since that start, which no setting of the clock changes."""
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ClockDoubt(Base):
    """A leap of the clock that a village must settle. Open until `settled_at` is set."""

    __tablename__ = "clock_doubt"
    __table_args__ = (Index(None, "village_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[Leap] = mapped_column(Choice(Leap))
    trusted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """The instant it must have been at least (a silence), or exactly (a leap while the machine ran)."""
    shown_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """What the clock showed when it was noticed."""
    boot: Mapped[str]
    running_us: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[int]
    """Number of the entry of the village's log that notes it."""
    persons_needed: Mapped[int]
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    confirmations: Mapped[list["ClockConfirmation"]] = relationship(order_by="ClockConfirmation.confirmed_at")


class ClockConfirmation(Base):
    """An officer's word that the clock is right now."""

    __tablename__ = "clock_confirmation"

    doubt_id: Mapped[int] = mapped_column(ForeignKey("clock_doubt.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    office: Mapped[str]
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    boot: Mapped[str]
    running_us: Mapped[int] = mapped_column(BigInteger)
