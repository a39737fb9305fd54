"""The only changes an announced poll may see: one extension, additions by appeal, a cancellation; after its count an annulment.

Two persons each.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.annulments import Annuller
from consult.domain.polls.change_requests import ChangeKind
from consult.models.base import Base, Choice, UTCDateTime


class PollChange(Base):
    """What one officer asks for. Nothing changes before another, of another office, confirms it."""

    __tablename__ = "poll_change"
    __table_args__ = (
        UniqueConstraint("id", "asked_by", "asked_office"),
        Index(None, "poll_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    kind: Mapped[ChangeKind] = mapped_column(Choice(ChangeKind))
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The new closing time of an extension."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom an addition puts on the roll; for a household the person who speaks for it."""
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("roll_appeal.id"))
    """The appeal that an addition answers; None: an officer thought of it."""
    annulled_by: Mapped[Annuller | None] = mapped_column(Choice(Annuller))
    """Which body above annulled the vote."""
    ruling: Mapped[str] = mapped_column(default="", server_default="")
    """The number of its paper."""
    ruled_on: Mapped[date | None]
    picture: Mapped[str] = mapped_column(default="", server_default="")
    """The photo of its paper, by the name its row gives; empty for the other kinds."""
    reason: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PollChangeConfirmation(Base):
    """The second person of a change, and the fingerprint that holds from then on."""

    __tablename__ = "poll_change_confirmation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["change_id", "asked_by", "asked_office"],
            ["poll_change.id", "poll_change.asked_by", "poll_change.asked_office"],
            name="fk_poll_change_confirmation_change",
        ),
        CheckConstraint("asked_by <> confirmed_by", name="two_persons"),
        CheckConstraint("asked_office <> confirmed_office", name="two_offices"),
        Index(
            "uq_poll_change_confirmation_once",
            "poll_id",
            "kind",
            unique=True,
            sqlite_where=text("kind <> 'addition'"),
            postgresql_where=text("kind <> 'addition'"),
        ),
    )

    change_id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    kind: Mapped[ChangeKind] = mapped_column(Choice(ChangeKind))
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_by: Mapped[int]
    asked_office: Mapped[str]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str]
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    fingerprint: Mapped[str]


class PollChangeEnd(Base):
    """A change that never came into force: an officer dropped it, or it lapsed."""

    __tablename__ = "poll_change_end"

    change_id: Mapped[int] = mapped_column(ForeignKey("poll_change.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it lapsed."""
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
