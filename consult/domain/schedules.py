"""When periodic jobs are due, and how often one that failed is tried again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
"""How long a run that neither finished nor failed keeps its due time: its runner may have been killed."""
MOST_TRIES = 5


@dataclass(frozen=True)
class Schedule:
    """Due once a period, at an offset after midnight UTC (for periods that divide a day)."""

    period: timedelta
    offset: timedelta = timedelta(0)

    def latest(self, now: datetime) -> datetime:
        """Return the newest due time that is not after `now`."""
        return EPOCH + self.offset + (now - EPOCH - self.offset) // self.period * self.period


def next_try(tries: int, now: datetime) -> datetime:
    """Return when a job is tried again after so many tries failed: after 1, 2, 4 … minutes."""
    return now + timedelta(minutes=2 ** (tries - 1))
