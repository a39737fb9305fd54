"""The only module that reads the time. All others get it as an argument."""

import os
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now() -> datetime:
    """Return the present instant, aware, in UTC. CONSULT_CLOCK_SHIFT (seconds) moves it: for rehearsals and tests."""
    shift = os.environ.get("CONSULT_CLOCK_SHIFT")
    instant = datetime.now(UTC)
    return instant + timedelta(seconds=float(shift)) if shift else instant


def stamp_of_files() -> float:
    """Return the seconds since 1970 by which this machine stamps files. CONSULT_CLOCK_SHIFT does not move it."""
    return time.time()


def running_us() -> int:
    """Return for how many microseconds this machine has been running: no setting of the clock changes that."""
    kind = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # the first goes on while a laptop sleeps
    return time.clock_gettime_ns(kind) // 1000


def boot() -> str:
    """Return the name of this start of the machine. CONSULT_BOOT sets another: for rehearsals and tests."""
    return os.environ.get("CONSULT_BOOT") or _boot()


@lru_cache(maxsize=1)
def _boot() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:  # no Linux: each process takes itself for a start of its own
        return f"process {os.getpid()} {time.monotonic_ns()}"
