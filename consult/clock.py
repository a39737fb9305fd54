"""The only module that reads the time. All others get it as an argument."""

import os
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return the present instant, aware, in UTC. CONSULT_CLOCK_SHIFT (seconds) moves it: for rehearsals and tests."""
    shift = os.environ.get("CONSULT_CLOCK_SHIFT")
    instant = datetime.now(UTC)
    return instant + timedelta(seconds=float(shift)) if shift else instant
