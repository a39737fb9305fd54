"""Carrying out a resolution: tasks, their progress, acceptance and ratings."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.tasks import Stage
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person
from consult.models.talk.consultations import Picture


class Task(Base):
    __tablename__ = "task"
    __table_args__ = (Index(None, "consultation_id"), Index(None, "village_id", "due_on"), Index(None, "owner_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    title: Mapped[str]
    language: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    request_key: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the owner said that it is done; None again when a representative sends it back."""
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the second representative accepted it."""

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])


class Progress(Base):
    """A note of progress, with money spent and a picture. Rows are only added."""

    __tablename__ = "progress"
    __table_args__ = (Index(None, "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    stage: Mapped[Stage] = mapped_column(Choice(Stage))
    text: Mapped[str]
    language: Mapped[str]
    spent_fen: Mapped[int | None] = mapped_column(BigInteger)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), unique=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    picture: Mapped[Picture | None] = relationship()


class Acceptance(Base):
    """A representative accepts the work, or sends it back with a reason. Rows are only added."""

    __tablename__ = "acceptance"
    __table_args__ = (Index(None, "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool]
    words: Mapped[str] = mapped_column(default="")
    request_key: Mapped[str] = mapped_column(unique=True)
    looked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class Rating(Base):
    """A villager's rating of the work of a task, once."""

    __tablename__ = "rating"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    satisfied: Mapped[bool]
    words: Mapped[str]
    rated_at: Mapped[datetime] = mapped_column(UTCDateTime)
