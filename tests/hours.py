"""The time of day a run of the tests begins at: `pytest --at 00:30` for half past midnight in the village.

Without --at it is the present time. A test that lets time pass asks `later` for the shift of the app's clock.
"""

import os
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from consult import clock
from consult.domain.instants import local_day

CLOCK_SHIFT = "CONSULT_CLOCK_SHIFT"
RUN_SHIFT = "TEST_RUN_SHIFT"
"""Seconds by which the whole run is moved. An environment variable, so that workers and servers inherit it."""
VILLAGE_TIME = ZoneInfo("Asia/Shanghai")


def begin_at(hour_and_minute: str) -> None:
    """Move the clock of this run forward to the next `HH:MM` in the village."""
    hour, minute = map(int, hour_and_minute.split(":"))
    here = datetime.now(VILLAGE_TIME)
    wanted = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if wanted < here:
        wanted += timedelta(days=1)
    os.environ[RUN_SHIFT] = os.environ[CLOCK_SHIFT] = str((wanted - here).total_seconds())


def later(gap: timedelta) -> str:
    """Return what CONSULT_CLOCK_SHIFT must be for the app to live `gap` after the time of this run."""
    return str(float(os.environ.get(RUN_SHIFT, "0")) + gap.total_seconds())


def now() -> float:
    """Return the time of this run in seconds since 1970, for servers of the tests that compare clocks."""
    return time.time() + float(os.environ.get(RUN_SHIFT, "0"))


def today(after: timedelta = timedelta(0)) -> date:
    """Return the day in the village on which `after` has passed from now. UTC is a day behind until eight in the morning."""
    return day_of(clock.now() + after)


def day_of(instant: datetime) -> date:
    """Return the day in the village at an instant."""
    return local_day(VILLAGE_TIME, instant)
