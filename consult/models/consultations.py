"""A consultation and the proposal it is about: words, money and pictures."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.models.base import Base, UTCDateTime
from consult.models.villages import Group, Person


class Consultation(Base):
    __tablename__ = "consultation"
    __table_args__ = (UniqueConstraint("village_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    year: Mapped[int]
    number: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    """The group it concerns; None: the whole village."""
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    """From the form: a double tap opens one consultation."""

    group: Mapped[Group | None] = relationship()
    proposal: Mapped["Proposal"] = relationship(back_populates="consultation")


class Proposal(Base):
    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), unique=True)
    title: Mapped[str]
    summary: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    """In fen (1/100 yuan); None: not yet known."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="proposal")
    proposer: Mapped[Person] = relationship()
    funding: Mapped[list["FundingSource"]] = relationship(order_by="FundingSource.position")
    pictures: Mapped[list["Picture"]] = relationship(order_by="Picture.position")


class FundingSource(Base):
    """Where a part of the money comes from. Households paying nothing is said, not left out."""

    __tablename__ = "funding_source"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    name: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class Picture(Base):
    """A picture re-encoded on arrival: no place data, no camera data, a bounded size."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("proposal_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    digest: Mapped[str]
    """SHA-256 of the stored file, which is its name under instance/pictures/."""
    width: Mapped[int]
    height: Mapped[int]
    description: Mapped[str]
