"""Begin the work of a server or job runner: on a schema that fits, and known to whoever would put a backup back."""

from flask import Flask
from sqlalchemy.exc import OperationalError

from consult.models import db
from consult.services.machine import presence, schemas


def begin(app: Flask) -> None:
    """Refuse a database of another schema, and hold the lock of the place. Raises Misconfigured.

    A database that is away for the moment is not asked: pages say so until it is back.
    """
    refuse_other_schema(app)
    presence.hold(app.config["CONSULT"])


def refuse_other_schema(app: Flask) -> None:
    """Refuse a database whose schema is not that of this program. Raises Misconfigured."""
    with app.app_context():
        try:
            schemas.refuse_unless_current(db.engine)
        except OperationalError:
            return
        finally:
            db.session.remove()
            db.engine.dispose()  # a server that forks after its start must not share connections
