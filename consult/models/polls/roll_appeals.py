"""Appeals of people who are not on the roll of a vote. Names, numbers and words are sealed: only officers open them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class RollAppeal(Base):
    """Somebody says that they are missing on the roll of a vote. Answered by two officers: added, or refused with a reason."""

    __tablename__ = "roll_appeal"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> refused_by", name="two_persons"),
        CheckConstraint("confirmed_office IS NULL OR confirmed_office <> refused_office", name="two_offices"),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by IS NOT NULL AND confirmed_office IS NOT NULL "
            "AND refused_by IS NOT NULL AND refused_office IS NOT NULL AND refused_at IS NOT NULL)",
            name="refused_by_two",
        ),
        Index(None, "poll_id", "number_mark"),
        Index(None, "village_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who appeals, where they were signed in or the officer at the desk found them on the village's roll."""
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    """Whose house it is, by the person or the household code that was given: its officers do not answer."""
    name_cipher: Mapped[str]
    phone_cipher: Mapped[str]
    """Empty ciphers where it was wiped."""
    words_cipher: Mapped[str]
    """Household, and why they ought to be on the roll."""
    number_mark: Mapped[str]
    """Keyed hash of number or person: one appeal of each in one vote."""
    code_mark: Mapped[str] = mapped_column(unique=True)
    """Keyed hash of the code by which the appellant reads the answer."""
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The officer who wrote it down at the desk; None: the appellant did."""
    language: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer_by: Mapped[datetime] = mapped_column(UTCDateTime)
    """By when it is to be answered."""
    added_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When two officers put them on the roll."""
    refusal_cipher: Mapped[str | None]
    """The reason that one officer proposes and another confirms."""
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_office: Mapped[str | None]
    refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
