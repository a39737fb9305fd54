"""Go on with a long roll after the page has answered: a thread waits for the reading, and notes how far it is.

The file stays in memory: it has identity numbers, which are written nowhere. Where the server ends meanwhile, the reading
is lost, and the page says so.
"""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Flask

from consult import clock
from consult.models import RollImport, db
from consult.services.core import collisions, transactions
from consult.services.core.transactions import atomic
from consult.services.people.roll import roll_files
from consult.services.people.roll.roll_files import FileRead

log = logging.getLogger("consult")
PATIENCE_SECONDS = 5.0
"""So long an upload waits for its reading before it answers with a page that shows how far it is."""
BEAT_SECONDS = 2.0
LOST_AFTER = timedelta(seconds=90)
"""A reading of which nothing was heard for so long ended with its server."""


class LongReading:
    """One file that is being read, in a thread."""

    def __init__(self, data: bytes, filename: str, *, today: date) -> None:
        self.people = 0
        self.file: FileRead | None = None
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(data, filename, today), name="roll", daemon=True)
        self._thread.start()

    def wait(self) -> FileRead | None:
        """Return what was read, None if it takes longer than an upload waits."""
        self.ended.wait(PATIENCE_SECONDS)
        return self.file if self.ended.is_set() else None

    def hand_over(self, app: Flask, staged_id: int, keep: Callable[[int, FileRead], object]) -> None:
        """Let a thread note how far the reading is, and keep its result in an import that was staged empty."""
        keeper = threading.Thread(target=self._keep, args=(app, staged_id, keep), name="roll-keeper", daemon=True)
        keeper.start()

    def _read(self, data: bytes, filename: str, today: date) -> None:
        try:
            self.file = roll_files.read_apart(data, filename, today=today, progress=self._count)
        except Exception:
            log.exception("reading a roll failed")
        finally:
            self.ended.set()

    def _count(self, people: int) -> None:
        self.people = people

    def _keep(self, app: Flask, staged_id: int, keep: Callable[[int, FileRead], object]) -> None:
        with app.app_context():
            try:
                while not self.ended.wait(BEAT_SECONDS):
                    collisions.again(lambda: beat(staged_id, self.people, now=clock.now()))
                if self.file is not None:
                    file = self.file
                    collisions.again(lambda: keep(staged_id, file))
            except Exception:
                log.exception("keeping a roll failed")
            finally:
                db.session.remove()


@atomic
def beat(staged_id: int, people: int, *, now: datetime) -> None:
    """Note how many people were read so far."""
    staged = db.session.get_one(RollImport, staged_id)
    transactions.lock(staged)
    staged.people_read, staged.reading_seen_at = people, now


def is_lost(staged: RollImport, *, now: datetime) -> bool:
    """Tell whether nothing is heard any more of a reading."""
    return staged.reading_seen_at is not None and now - staged.reading_seen_at > LOST_AFTER
