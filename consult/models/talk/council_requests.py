"""Acts in the council's name that one officer asks for and another of another office confirms."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.council_requests import CouncilAct, CouncilEnd
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class CouncilRequest(Base):
    """What an officer asks for: an answer, a move, a later day, a rule. Rows are only added; without a step it waits."""

    __tablename__ = "council_request"
    __table_args__ = (
        UniqueConstraint("id", "asked_by", "asked_office"),
        Index(None, "village_id", "asked_at"),
        Index(None, "consultation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[CouncilAct] = mapped_column(Choice(CouncilAct))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("objection.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Of an answer its state, of a move where and until when, of a later day that and the one before, of a rule its
    numbers; and the version that was shown."""
    text: Mapped[str]
    """The words: of the answer, or why it is moved."""
    language: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    asker: Mapped[Person] = relationship(foreign_keys=[asked_by])
    step: Mapped["CouncilRequestStep | None"] = relationship(viewonly=True)


class CouncilRequestStep(Base):
    """What became of it: confirmed by a second person, dropped, or lapsed. Rows are only added."""

    __tablename__ = "council_request_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "asked_by", "asked_office"],
            ["council_request.id", "council_request.asked_by", "council_request.asked_office"],
            name="fk_council_request_step_request",
        ),
        CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_office <> asked_office)",
            name="two_persons",
        ),
    )

    request_id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    step: Mapped[CouncilEnd] = mapped_column(Choice(CouncilEnd))
    asked_by: Mapped[int]
    asked_office: Mapped[str]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it lapsed."""
    done_office: Mapped[str] = mapped_column(default="", server_default="")
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person | None] = relationship(foreign_keys=[done_by])
