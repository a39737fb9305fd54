"""A proposal's way through the four deliberations and two disclosures: its kind of matter, its check, its steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.law.matters import MatterPaper
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class MatterChoice(Base):
    """Which kind of matter a proposal is: it says which body decides. The newest row holds."""

    __tablename__ = "matter_choice"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    matter: Mapped[str]
    """A code of domain/matters.toml."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    """Whose group's it is, or whose group's collective's; None: the village's."""
    chosen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MatterPaperRecord(Base):
    """A paper that the law asks for beside the vote, as an officer put it on record. The newest row of its kind holds."""

    __tablename__ = "matter_paper"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    paper: Mapped[MatterPaper] = mapped_column(Choice(MatterPaper))
    dated: Mapped[date]
    words: Mapped[str]
    """Its number or title, and who gave it."""
    households: Mapped[int]
    """Of signatures: so many households are stood for. 0: no sheet of signatures."""
    signed: Mapped[int]
    """So many of them signed for it."""
    picture: Mapped[str]
    """The name of a StoredFile, the photo of the paper."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MotionCheck(Base):
    """The list of questions of law, as ticked for one revision of a proposal. The newest row holds."""

    __tablename__ = "motion_check"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    revision: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str]
    checked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    checker: Mapped[Person] = relationship()


class DeliberationStep(Base):
    """One of the six steps, done: held on paper and written down, or given by a meeting, a vote or a notice.

    The newest row of a step holds: what was studied is studied again where words or kind changed since.
    """

    __tablename__ = "deliberation_step"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    step: Mapped[DeliberationStage] = mapped_column(Choice(DeliberationStage), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, default=1, server_default="1")
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    held_on: Mapped[date]
    place: Mapped[str]
    expected: Mapped[int]
    present: Mapped[int]
    support: Mapped[int]
    oppose: Mapped[int]
    abstain: Mapped[int]
    words: Mapped[str]
    exception: Mapped[str]
    """Why it came out of its order; empty: it did not."""
    picture: Mapped[str]
    """The name of a StoredFile, the photo of its paper; empty: a meeting or a notice stands for it."""
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
