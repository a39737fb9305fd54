"""The only place that reads the time. Everything else is told what time it is."""

import os
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present instant, aware, in UTC. CONSULT_CLOCK_SHIFT (seconds) moves it: for rehearsals and tests."""
    shift = os.environ.get("CONSULT_CLOCK_SHIFT")
    instant = datetime.now(UTC)
    return instant + timedelta(seconds=float(shift)) if shift else instant
