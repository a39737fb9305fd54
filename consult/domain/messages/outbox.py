"""The times that a message waits after failed tries, and how long a runner may hold one."""

from datetime import datetime, timedelta
from enum import StrEnum


class MessageChannel(StrEnum):
    """The recipient of a message: a person's phone, or the village's chat group."""

    SMS = "sms"
    ROBOT = "robot"


WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
LEASE = timedelta(minutes=2)
"""A runner that has not said by then what became of a message was killed; another takes it."""


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed tries; None: give up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None
