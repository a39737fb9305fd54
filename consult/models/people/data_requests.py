"""What people ask to be done with their own data, the answers, and the locks that follow from them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.own_data import RequestKind
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person

NOT_ENDED = text("ended_at IS NULL")


class DataRequest(Base):
    """A person asks for a correction, an erasure or a lock; somebody who keeps the roll answers.

    An erasure is answered when it was done: after two officers agreed and a day passed (`right_change`).
    """

    __tablename__ = "data_request"
    __table_args__ = (UniqueConstraint("person_id", "request_key"), Index(None, "village_id", "answered_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[RequestKind] = mapped_column(Choice(RequestKind))
    words: Mapped[str]
    request_key: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class DataLock(Base):
    """A person's data is kept and used for nothing but what the law demands, until that person ends it."""

    __tablename__ = "data_lock"
    __table_args__ = (
        Index("uq_data_lock_in_force", "person_id", unique=True, sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED),
        Index(None, "village_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The officer who answered the request."""
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @staticmethod
    def people() -> Select[tuple[int]]:
        """Return the select of the ids of everybody whose data is locked, to be narrowed or left out by others."""
        return select(DataLock.person_id).where(DataLock.ended_at.is_(None))
