"""Know whether the job runner is dead: officers are told, for nobody else sees that nothing is counted or sent."""

import time

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult import clock
from consult.models import db
from consult.services.site.watching import figures

KEPT_SECONDS = 30.0


def raised() -> bool:
    """Tell whether job runners did their work here once and none has for minutes. Asked anew each half minute."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    kept: tuple[float, bool] | None = app.extensions.get("runner_seen")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        try:
            dead = figures.runner_died(now=clock.now())
        except (OperationalError, ProgrammingError):  # no tables yet, or away
            db.session.rollback()
            dead = False
        kept = app.extensions["runner_seen"] = (time.monotonic(), dead)
    return kept[1]
