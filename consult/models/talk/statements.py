"""Common ground: short statements, reactions to them, and the last finding."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class Statement(Base):
    __tablename__ = "statement"
    __table_args__ = (Index(None, "consultation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    language: Mapped[str]
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Reaction(Base):
    """One villager's reaction to a statement. It is shown to that villager only; no time is stored."""

    __tablename__ = "reaction"
    __table_args__ = (Index(None, "consultation_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    position: Mapped[int]
    """1 agree, -1 disagree, 0 pass."""


class CommonGround(Base):
    """The last computation for a consultation: sizes and shares, without persons."""

    __tablename__ = "common_ground"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    reactions: Mapped[int]
    """How many reactions it was computed from."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """domain.common_ground.Finding.as_facts()"""
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
