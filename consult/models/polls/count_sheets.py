"""Count sheets: paper ballots and raised hands counted by people, entered by two who do not see each other's figures."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.polls import Channel
from consult.models.base import Base, Choice, UTCDateTime


class CountSheet(Base):
    """One sheet of one counting place. It counts once it is confirmed and no confirmed sheet corrects it."""

    __tablename__ = "count_sheet"
    __table_args__ = (
        CheckConstraint("channel IN ('paper', 'hands')", name="paper_or_hands"),
        Index(None, "poll_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    place: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("count_sheet.id"), unique=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SheetEntry(Base):
    """What one person read off the sheet. Once each."""

    __tablename__ = "sheet_entry"
    __table_args__ = (UniqueConstraint("sheet_id", "entered_by", "figures"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("count_sheet.id"), primary_key=True)
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    figures: Mapped[str]
    """domain.count_sheets.Figures as canonical JSON."""
    picture: Mapped[str]
    """The name of a StoredFile, the photo of the sheet; empty: another entry has it."""
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    device_of: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who was signed in where it was entered with one's own PIN on somebody else's phone; None: one's own sign-in."""


class SheetConfirmation(Base):
    """Two different people read the same figures: the database itself holds them to it."""

    __tablename__ = "sheet_confirmation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sheet_id", "first_id", "figures"],
            ["sheet_entry.sheet_id", "sheet_entry.entered_by", "sheet_entry.figures"],
            name="fk_sheet_confirmation_first_entry",
        ),
        ForeignKeyConstraint(
            ["sheet_id", "second_id", "figures"],
            ["sheet_entry.sheet_id", "sheet_entry.entered_by", "sheet_entry.figures"],
            name="fk_sheet_confirmation_second_entry",
        ),
        CheckConstraint("first_id <> second_id", name="two_persons"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("count_sheet.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    figures: Mapped[str]
    first_id: Mapped[int]
    second_id: Mapped[int]
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
