"""Polls that do not add up: set aside until somebody has looked."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.poll_faults import FaultKind
from consult.models.base import Base, Choice, UTCDateTime


class PollFault(Base):
    """Why a poll could not be counted, noted once. It is set aside as long as it is neither counted nor cancelled."""

    __tablename__ = "poll_fault"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[FaultKind] = mapped_column(Choice(FaultKind))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
