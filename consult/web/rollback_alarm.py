"""Refuse writing with an alarm while the database is older than one that this machine has seen."""

import logging

from flask import Flask, current_app, request
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.domain.refusals import Reason, Refused
from consult.models import AuditHead, db
from consult.services.core import rollback_guard

log = logging.getLogger("consult")
STILL_OPEN = frozenset({"preferences.change", "sign_ins.end"})


def raised() -> bool:
    """Tell whether the alarm is raised. Looked up again whenever a witness was written, stirred or taken away."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    generation = rollback_guard.generation()
    seen: tuple[rollback_guard.Generation, bool] | None = app.extensions.get("alarm")
    if seen is not None and seen[0] == generation:
        return seen[1]
    older = _older()
    if older is None:  # not remembered: they may be there again in a moment, as after a wrong search_path
        return any(witness.exists() for witness in rollback_guard.witnesses())
    app.extensions["alarm"] = (generation, older)
    return older


def refuse_writing() -> None:
    """Refuse acts while the alarm is raised, except signing out and preferences. Raises Refused."""
    if request.method == "POST" and request.endpoint not in STILL_OPEN and raised():
        raise Refused(Reason.READ_ONLY)


def _older() -> bool | None:
    """Tell whether the database is older than its witnesses; None where it has no tables, so that it is not the same one."""
    try:
        reasons = rollback_guard.why_alarm()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        if inspect(db.engine).has_table(AuditHead.__tablename__):
            raise  # away or locked for the moment: that says nothing of its age, and is not remembered
        return None
    for reason in reasons:
        log.error("ALARM: %s; the site can only be read", reason)
    return bool(reasons)
