"""Carrying out a resolution: tasks, their progress, acceptance and ratings."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.tasks import Stage, TaskChangeEnd, TaskChangeKind
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
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When an officer withdrew it: a mistake, or no longer needed. It stays readable, with the reason."""

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])


class TaskChange(Base):
    """A correction of a task, or its withdrawal, with what stood there before. Rows are only added.

    More money than was decided waits for a second person; without a step, everything else holds at once.
    """

    __tablename__ = "task_change"
    __table_args__ = (
        UniqueConstraint("id", "asked_by", "asked_office"),
        Index(None, "task_id"),
        Index(None, "village_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    kind: Mapped[TaskChangeKind] = mapped_column(Choice(TaskChangeKind))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    old_owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    old_due_on: Mapped[date]
    old_budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    needs_second: Mapped[bool]
    """It brings the budgets over the decided sum."""
    reason: Mapped[str]
    language: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    old_owner: Mapped[Person] = relationship(foreign_keys=[old_owner_id])


class TaskChangeStep(Base):
    """What became of more money for a task: confirmed by a second person, dropped, or lapsed. Rows are only added."""

    __tablename__ = "task_change_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["change_id", "asked_by", "asked_office"],
            ["task_change.id", "task_change.asked_by", "task_change.asked_office"],
            name="fk_task_change_step_change",
        ),
        CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_office <> asked_office)",
            name="two_persons",
        ),
    )

    change_id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    step: Mapped[TaskChangeEnd] = mapped_column(Choice(TaskChangeEnd))
    asked_by: Mapped[int]
    asked_office: Mapped[str]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it lapsed."""
    done_office: Mapped[str] = mapped_column(default="", server_default="")
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)


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
    """A villager's rating of the work of a task; after it was sent back, another one. The newest counts."""

    __tablename__ = "rating"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1, server_default="1")
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    satisfied: Mapped[bool]
    words: Mapped[str]
    rated_at: Mapped[datetime] = mapped_column(UTCDateTime)
