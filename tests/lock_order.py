"""The order in which a unit of work locks rows, watched in every test: an inversion deadlocks on PostgreSQL some day.

On PostgreSQL a row is locked by SELECT … FOR UPDATE or SHARE and by UPDATE. What is held or made already may be locked
again. Tables that have no place of their own may be locked at any time before the head of the log.
"""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from consult.services.core import transactions

PLACES = {
    "village": 0,
    "meeting": 1,
    "poll": 2,
    "consultation": 3,
    "comment": 4,
    "statement": 4,
    "task": 4,
    "proposal": 4,
    "mediation_case": 4,
    "roll_entry": 5,
    "meeting_roll_entry": 5,
    "audit_head": 6,
}
LAST = PLACES["audit_head"]
MINOR = frozenset({"notification", "outbox_message", "search_entry", "search_pair", "turnout"})
"""Written after the log by acts of one row each, and locked by no act before the log."""


class LockOrder:
    """What each open transaction holds, and the inversions seen so far."""

    def __init__(self) -> None:
        self.held: dict[int, list[str]] = {}
        self.made: dict[int, set[str]] = {}
        self.inversions: list[str] = []

    def on(self, engine: Engine) -> None:
        """Watch every connection of an engine."""
        for name, heard in self._heard(engine).items():
            event.listen(engine, name, heard)

    def off(self, engine: Engine) -> None:
        """Watch no more."""
        for name, heard in self._heard(engine).items():
            event.remove(engine, name, heard)

    def _heard(self, engine: Engine) -> dict[str, Callable[..., None]]:
        heard: dict[str, Callable[..., None]] = dict.fromkeys(("begin", "commit", "rollback"), self._forget)
        if engine.dialect.name == "postgresql":  # SQLite has one writer, and is told of no lock of a row
            heard["before_cursor_execute"] = self._statement
        return heard

    def _forget(self, connection: Connection) -> None:
        if connection.invalidated:  # the database ended it; the next one may have its id, and begins with nothing
            return
        for kept in (self.held, self.made):
            kept.pop(id(connection.connection.dbapi_connection), None)

    def _statement(self, connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not connection.get_execution_options().get(transactions.WRITES):
            return
        here = id(connection.connection.dbapi_connection)
        if made := MAKES.match(statement):  # a row that is made here is held by nobody else
            self.made.setdefault(here, set()).add(made[1])
        if names := locked_by(statement):
            held = self.held.setdefault(here, [])
            for name in set(names) - self.made.get(here, set()):
                if wrong := inversion(held, name):
                    self.inversions.append(f"{wrong}: {' < '.join([*held, name])}")
                if name not in held:
                    held.append(name)


WRITES = re.compile(r'(?:UPDATE|DELETE FROM) "?(\w+)')
MAKES = re.compile(r'INSERT INTO "?(\w+)')
LOCKS = re.compile(r" FOR (?:NO KEY )?(?:UPDATE|SHARE)(?: OF ([\w, ]+))?\s*$")
READS = re.compile(r"(?:FROM|JOIN) (\w+)")


def locked_by(statement: str) -> list[str]:
    """Return the tables of which a statement locks rows."""
    if written := WRITES.match(statement):
        return [written[1]]
    wanted = LOCKS.search(statement)
    if wanted is None:
        return []
    return wanted[1].split(", ") if wanted[1] else READS.findall(statement)


def inversion(held: list[str], name: str) -> str:
    """Return which table is held that should have come after this one; empty: the order is kept."""
    if name in held or name in MINOR:
        return ""
    place = PLACES.get(name, LAST - 1)
    later = [one for one in held if PLACES.get(one, -1) > place]
    return f"{name} after {later[0]}" if later else ""
