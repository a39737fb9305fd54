"""A consultation with its phases, and the proposal it is about: words, money and pictures."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.phases import Phase
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Group, Person

if TYPE_CHECKING:  # its own tables point here
    from consult.models.talk.council_requests import CouncilRequest


class Consultation(Base):
    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        Index(None, "village_id", "id"),
        Index(None, "village_id", "answer_due_on"),
        Index(None, "village_id", "phase", "id"),
        Index(None, "village_id", "year", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    year: Mapped[int]
    number: Mapped[int]
    phase: Mapped[Phase] = mapped_column(Choice(Phase), default=Phase.DISCUSS, server_default="discuss")
    """That of the newest PhaseEntry."""
    endorsed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When enough villagers endorsed it."""
    answer_due_on: Mapped[date | None]
    """The last day for the council's answer, set when endorsed. A merger may bring an earlier one, an AnswerExtension a later
    one. It stays when the proposal is withdrawn or merged: an ended one owes nothing."""
    owed_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Answers from before this instant do not settle the duty: a merger brought it after they were given."""
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    """From the form: sent twice, it opens one consultation."""

    groups: Mapped[list[Group]] = relationship(secondary="consultation_group", order_by=Group.position)
    """The groups it concerns; none: the whole village."""
    proposal: Mapped["Proposal"] = relationship(back_populates="consultation")
    withdrawal: Mapped["Withdrawal | None"] = relationship(viewonly=True)
    merger: Mapped["Merger | None"] = relationship(
        viewonly=True, primaryjoin="Merger.consultation_id == Consultation.id"
    )


class ConsultationGroup(Base):
    __tablename__ = "consultation_group"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("village_group.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))


class PhaseEntry(Base):
    """A step of a consultation into a phase. Rows are only added."""

    __tablename__ = "phase_entry"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    phase: Mapped[Phase] = mapped_column(Choice(Phase))
    until: Mapped[date | None]
    """The last day planned for it."""
    reason: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: by the system, because a poll was announced or declared."""
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("council_request.id"))
    """The request of two officers on which it stands, where it speaks for the council."""

    request: Mapped["CouncilRequest | None"] = relationship()


class Withdrawal(Base):
    """The proposer withdrew it. It stays readable."""

    __tablename__ = "withdrawal"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    reason: Mapped[str]
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Merger(Base):
    """It was merged into another consultation."""

    __tablename__ = "merger"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    reason: Mapped[str]
    merged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Relation(Base):
    """Two related consultations: one row, the smaller id first, read from both sides."""

    __tablename__ = "relation"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True, index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Endorsement(Base):
    """A villager endorses a proposal."""

    __tablename__ = "endorsement"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    endorsed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    carried_from: Mapped[int | None]
    """The id of the consultation whose merger brought the name here."""


class Proposal(Base):
    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), unique=True)
    title: Mapped[str]
    summary: Mapped[str]
    text: Mapped[str]
    place: Mapped[str] = mapped_column(default="", server_default="")
    """Where it is, in words people use: by the old mill."""
    language: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """The number of the newest ProposalRevision, whose text this row repeats."""
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    """In fen (1/100 yuan); None: not yet known."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="proposal")
    proposer: Mapped[Person] = relationship()
    funding: Mapped[list["FundingSource"]] = relationship(order_by="FundingSource.position")
    pictures: Mapped[list["Picture"]] = relationship(order_by="Picture.position")
    recording: Mapped["Recording | None"] = relationship(viewonly=True)


class ProposalRevision(Base):
    """A revision of a proposal's text. Rows are only added."""

    __tablename__ = "proposal_revision"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """domain.consultations.Draft.as_facts()"""
    differences: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of each field that changed against the number before, domain.talk.differences.to_steps. None: not compared yet."""
    reason: Mapped[str] = mapped_column(default="")
    request_key: Mapped[str] = mapped_column(unique=True)
    revised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revised_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ProposalDraft(Base):
    """A proposal being written, for its writer only; deleted when the consultation is opened."""

    __tablename__ = "proposal_draft"
    __table_args__ = (Index(None, "village_id", "person_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    request_key: Mapped[str] = mapped_column(unique=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Recording(Base):
    """The proposer's spoken message beside the text, with its transcript."""

    __tablename__ = "recording"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    file_name: Mapped[str]
    """That of a StoredFile."""
    seconds: Mapped[int]
    transcript: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FundingSource(Base):
    """A source of money and its amount. Households that pay nothing are listed with 0."""

    __tablename__ = "funding_source"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    name: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class Picture(Base):
    """A picture, re-encoded when uploaded: without place and camera data, of bounded size."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("proposal_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    """None: it belongs to a comment or to a task's progress, which point here."""
    position: Mapped[int] = mapped_column(default=1)
    file_name: Mapped[str]
    """That of a StoredFile."""
    width: Mapped[int]
    height: Mapped[int]
    description: Mapped[str]
