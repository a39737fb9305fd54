"""Which runner took which due time of a periodic job."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class JobRun(Base):
    """One due time of one job, of the whole installation: several runners stand beside each other, one takes it."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    tries: Mapped[int]
    claimed_until: Mapped[datetime] = mapped_column(UTCDateTime)
    """Until then no other runner takes it; after a failure: when it is tried again."""
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
