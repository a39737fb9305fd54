"""Refuse writing with an alarm while the database is older than one that this machine has seen."""

from flask import Flask, current_app, request
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.core import rollback_guard

STILL_OPEN = frozenset({"preferences.change", "sign_ins.end"})


def raised() -> bool:
    """Tell whether the alarm is raised. Looked up once a process: a restored backup needs a restart."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if "alarm" not in app.extensions:
        app.extensions["alarm"] = _older()
    known: bool = app.extensions["alarm"]
    return known


def refuse_writing() -> None:
    """Refuse acts while the alarm is raised, except signing out and preferences. Raises Refused."""
    if request.method == "POST" and request.endpoint not in STILL_OPEN and raised():
        raise Refused(Reason.READ_ONLY)


def _older() -> bool:
    if not rollback_guard.path().exists():
        return False
    try:
        return bool(rollback_guard.missing())
    except (OperationalError, ProgrammingError):  # no tables yet, though heads were seen: not the same database
        db.session.rollback()
        return True
