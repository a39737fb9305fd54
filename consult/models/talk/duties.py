"""The duty to answer a proposal: a later day for the answer, and requests to merge a proposal into another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.mergers import MergerEnd
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.talk.council_requests import CouncilRequest

NOT_ENDED = text("ended_at IS NULL")


class AnswerExtension(Base):
    """The day for the council's answer was moved, once, with a reason, by two officers. Rows are only added."""

    __tablename__ = "answer_extension"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    due_before: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    language: Mapped[str]
    extended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who asked for it; who confirmed it stands with the request."""
    extended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_id: Mapped[int] = mapped_column(ForeignKey("council_request.id"))

    request: Mapped[CouncilRequest] = relationship()


class MergerRequest(Base):
    """An officer asks to merge a proposal into another; its proposer agrees, or a second officer confirms and days pass."""

    __tablename__ = "merger_request"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> asked_by AND confirmed_office <> asked_office)",
            name="two_persons",
        ),
        Index(None, "village_id", "ended_at"),
        Index(
            "uq_merger_request_open",
            "consultation_id",
            unique=True,
            sqlite_where=NOT_ENDED,
            postgresql_where=NOT_ENDED,
        ),
        Index(None, "into_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    holds_on: Mapped[date | None]
    """The day on which it is merged unless the proposer says before that the two are not the same."""
    outcome: Mapped[MergerEnd | None] = mapped_column(Choice(MergerEnd))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: nobody; its days passed."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
