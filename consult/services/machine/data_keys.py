"""Know the data key again: a start with another key than the one this database was sealed under is refused."""

from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from consult.config import Misconfigured
from consult.models import HouseholdCard, Installation, Person, db
from consult.services.core import crypto, transactions

KNOWN = "data_key_known"
"""Extension of the app: set once the key at hand was found to be the right one."""
WRONG = (
    "DATA_KEY 不是这个数据库的钥匙，请放回对的那一把；丢了请看 docs/operations.md / "
    "DATA_KEY is not the key that this database was sealed under. Put the right key back; "
    "docs/operations.md says what to do when it is lost."
)
CHANGING = (
    "数据钥匙正在换，还没换完。请把 DATA_KEY 设成新钥匙，DATA_KEY_OLD 设成旧钥匙，再运行 flask keys rotate / "
    "The data key of this database is being changed, and that is not finished. Set DATA_KEY to the new key and "
    "DATA_KEY_OLD to the key before, then type: flask keys rotate"
)


def attend(app: Flask) -> None:
    """Check the data key once, at the start. Raises Misconfigured for a wrong one.

    A database that is not migrated yet, or away for the moment, is asked again later.
    """
    if KNOWN in app.extensions:
        return
    with app.app_context():
        try:
            if inspect(db.engine).has_table(Installation.__tablename__):
                check()
                crypto.mark_key()  # looked up once, and not by the first page that needs it
                app.extensions[KNOWN] = True
        except DatabaseError:  # away or broken, or of a schema that is to be migrated yet: whoever asks it next says so
            return
        finally:
            db.session.remove()
            db.engine.dispose()  # a server that forks after its start must not share connections


def check() -> None:
    """Compare the data key with the check value in the database; write the value where there is none yet.

    Raises Misconfigured for another key.
    """
    row = db.session.get(Installation, 1, populate_existing=True)
    if row is None:
        _establish()
        return
    new, *old = [crypto.check_of(key) for key in crypto.data_keys()]
    if row.rotated_to and not (new == row.rotated_to and row.key_check in old):
        raise Misconfigured(CHANGING)
    if row.key_check not in (new, *old):
        raise Misconfigured(WRONG)


def is_changing() -> bool:
    """Tell whether something may still be sealed under DATA_KEY_OLD; not where that is no key of this database, or no more."""
    row = db.session.get(Installation, 1)
    old = [crypto.check_of(key) for key in crypto.data_keys()[1:]]
    return row is not None and row.key_check in old


def _establish() -> None:
    """Write the check value, unless something is sealed that this key does not open: then it is the wrong one."""
    for column in (Person.phone_cipher, HouseholdCard.code_cipher):
        sealed = db.session.scalar(select(column).where(column.is_not(None), column != "").limit(1))
        if sealed is not None and not crypto.is_of_new_key(sealed):
            raise Misconfigured(WRONG)
    try:
        with transactions.writing():
            db.session.add(of_key_at_hand(crypto.first_mark_key()))
    except IntegrityError:  # another process was first
        check()


def of_key_at_hand(mark_key: bytes) -> Installation:
    """Return the row that says under which key this database is sealed."""
    return Installation(
        id=1, key_check=crypto.check_of(crypto.data_keys()[0]), mark_key_cipher=crypto.seal(mark_key.hex())
    )
