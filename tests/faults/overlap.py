"""Two persons whose acts overlap: each stands still before its first write until the other has come as far, or waits.

Where nothing locks what an act rests on, both have read before either writes: the fault that a tap in the same second
finds. Where a lock holds the second one back, the first goes on after a moment.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from consult.domain.refusals import Refused
from consult.models import db

WRITES = re.compile(r"(INSERT|UPDATE|DELETE)\b")
PATIENCE = 0.15
"""Seconds that the first one waits for the other, who may be held back by a lock."""


def overlapping(app: Flask, acts: Sequence[Callable[[], object]]) -> list[Any]:
    """Run acts in threads of their own so that they overlap; a refusal is a result, any other error is raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                return act()
            except Refused as refusal:
                return refusal.reason
            finally:
                db.session.remove()

    with app.app_context():
        engine = db.engine
    with meeting_before_writing(engine, len(acts)), ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@contextmanager
def meeting_before_writing(engine: Engine, how_many: int) -> Iterator[None]:
    """Let each thread wait once, before its first write, for the others."""
    together, seen = threading.Barrier(how_many), threading.local()
    tests_own = threading.get_ident()

    def before(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == tests_own or getattr(seen, "met", False) or not WRITES.match(statement):
            return
        seen.met = True
        try:
            together.wait(PATIENCE)
        except threading.BrokenBarrierError:  # the other waits for a lock of this one
            return

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
