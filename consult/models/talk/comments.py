"""Comments on a proposal, the council's answers, and summaries of opinions."""

from datetime import datetime

from sqlalchemy import ColumnElement, Dialect, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.talk.comments import AnswerState, Stance
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.meetings.meetings import AgendaItem
from consult.models.people.villages import Person
from consult.models.talk.consultations import Picture
from consult.models.talk.council_requests import CouncilRequest


class StanceOfComment(Choice[Stance]):
    """The stance of a comment; None, stored as empty text, for a reply."""

    cache_ok = True

    @property
    def stored(self) -> tuple[str, ...]:
        return ("", *super().stored)

    def process_bind_param(self, value: Stance | str | None, dialect: Dialect) -> str:
        return super().process_bind_param(value or None, dialect) or ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> Stance | None:
        return super().process_result_value(value or None, dialect)


OPEN_QUESTION = text("stance = 'question' AND parent_id IS NULL AND answered_at IS NULL")
"""Few comments are this; officers are shown how many on every look at the front page."""


class Comment(Base):
    """A comment with a stance, or a reply to one (`parent_id`), which has none."""

    __tablename__ = "comment"
    __table_args__ = (
        Index(None, "consultation_id", "parent_id", "stance", "id"),
        Index(None, "parent_id"),
        Index(None, "person_id"),
        Index("ix_comment_open_question", "village_id", sqlite_where=OPEN_QUESTION, postgresql_where=OPEN_QUESTION),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stance: Mapped[Stance | None] = mapped_column(StanceOfComment(Stance), default=None, nullable=False)
    """None, stored as empty text, for a reply."""
    text: Mapped[str]
    language: Mapped[str]
    revision: Mapped[int]
    """The number of the revision it comments on."""
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), unique=True)
    from_council: Mapped[bool] = mapped_column(default=False)
    """A reply given in office."""
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """A question: when the council answered it. None again when the asker is not satisfied."""
    reopened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_in: Mapped[int | None]
    """A suggestion: the revision that took it up."""
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the newest Removal in force hid it."""
    request_key: Mapped[str] = mapped_column(unique=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
    picture: Mapped[Picture | None] = relationship()

    @classmethod
    def is_open_question(cls) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions of a question that the council has not answered, in the words of its index."""
        question: ColumnElement[bool] = cls.stance == literal_column("'question'")
        return question, cls.parent_id.is_(None), cls.answered_at.is_(None)


class Seconding(Base):
    """A villager's "me too". No number is shown: it tells the author and the council that others think so."""

    __tablename__ = "seconding"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    seconded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OfficialAnswer(Base):
    """The council's answer to a proposal. The newest counts; rows are only added."""

    __tablename__ = "official_answer"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    state: Mapped[AnswerState] = mapped_column(Choice(AnswerState))
    reason: Mapped[str]
    language: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    answered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("council_request.id"))
    """The request of two officers on which it stands."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    """The item of a meeting on which it stands. Neither: it is older than this rule."""

    person: Mapped[Person] = relationship()
    request: Mapped[CouncilRequest | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()


class OpinionSummary(Base):
    """A summary of opinions, signed by its recorder. The newest counts; rows are only added."""

    __tablename__ = "opinion_summary"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    text: Mapped[str]
    language: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of the text, as it stands in the log."""
    request_key: Mapped[str] = mapped_column(unique=True)
    signed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
