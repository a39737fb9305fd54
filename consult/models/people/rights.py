"""Changes of rights: what one officer asks for, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.audit import COMMAND_KEY
from consult.domain.people.office_terms import OfficeSource
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.roles import Role
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class RightChange(Base):
    """What one officer asks for: an office given, changed or ended, a number, a further card, a departure."""

    __tablename__ = "right_change"
    __table_args__ = (
        UniqueConstraint("id", "asked_by", "asked_office", "person_id"),
        CheckConstraint("asked_by <> person_id", name="not_for_oneself"),
        CheckConstraint("present_id IS NULL OR present_id <> asked_by", name="present_is_another"),
        Index(None, "village_id", "asked_at"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[RightKind] = mapped_column(Choice(RightKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whom it concerns: the holder of the office, or whose way in it is."""
    role: Mapped[Role | None] = mapped_column(Choice(Role))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    title: Mapped[str] = mapped_column(default="")
    since: Mapped[date | None]
    until: Mapped[date | None]
    source: Mapped[OfficeSource | None] = mapped_column(Choice(OfficeSource))
    """Where the office comes from, as a grant of it says."""
    source_on: Mapped[date | None]
    source_words: Mapped[str] = mapped_column(default="", server_default="")
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("role_grant.id"))
    """The office that is changed or ended."""
    departure: Mapped[DepartureKind | None] = mapped_column(Choice(DepartureKind))
    number_cipher: Mapped[str] = mapped_column(default="")
    """The new phone number, or the corrected name and birth, encrypted; empty for none, wiped when it took effect or ended.

    Of an office for somebody off the roll: the number of their account."""
    number_mark: Mapped[str] = mapped_column(default="")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    """The household that a person moves to, or that another group takes."""
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roll_import.id"))
    """The roll that it came with: the second person may confirm all of one roll at once."""
    relation: Mapped[str] = mapped_column(default="", server_default="")
    """The new relation to the head of the household."""
    collective: Mapped[bool | None]
    """Member of the collective from then on, or not."""
    present_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The adult of the house who stood at the desk, by the first officer's word; the second one says so too."""
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def by_command(self) -> bool:
        """Tell whether it was asked for and confirmed by a command on the server, and not on the page."""
        return self.request_key.startswith(COMMAND_KEY)


class RightStep(Base):
    """What became of a change: confirmed by a second person, dropped, stopped by the house, lapsed, or put into force."""

    __tablename__ = "right_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["change_id", "asked_by", "asked_office", "person_id"],
            ["right_change.id", "right_change.asked_by", "right_change.asked_office", "right_change.person_id"],
            name="fk_right_step_change",
        ),
        CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_by <> person_id)",
            name="two_persons",
        ),
        CheckConstraint("step <> 'confirmed' OR done_office <> asked_office", name="two_offices"),
    )

    change_id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[RightStepKind] = mapped_column(Choice(RightStepKind), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    asked_by: Mapped[int]
    asked_office: Mapped[str]
    person_id: Mapped[int]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the job that puts into force what has waited long enough."""
    done_office: Mapped[str] = mapped_column(default="")
    at_desk: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The second person saw the adult of the house at the desk too."""
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("role_grant.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("household_card.id"))
    """What it made."""
