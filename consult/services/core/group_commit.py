"""Many ballots, one flush: on SQLite the ballots that arrive together are made durable together.

A slow disk needs 10-30 ms for each commit. One writer a process takes the write lock, does all waiting acts in one
transaction, commits, and only then answers each. An act refused by its rules writes nothing; if anything else
fails, the batch is undone and each act is tried alone.
"""

import fcntl
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from consult.config import Config, can_only_be_read, current_config
from consult.domain.refusals import Refused
from consult.models import db
from consult.services.core import collisions, transactions
from consult.services.core.collisions import Away

Result = TypeVar("Result")
Job = Callable[[], Any]
LARGEST_BATCH = 64
PATIENCE_SECONDS = 30


def run(act: Callable[[], Result]) -> Result:
    """Do an act durably and return its result. The act must check before it writes, and raise Refused to refuse."""
    writer = _writer(current_app._get_current_object())  # type: ignore[attr-defined]
    result: Result = writer.submit(act).result(timeout=PATIENCE_SECONDS)
    return result


def _writer(app: Flask) -> "Writer":
    with _starting:
        kept = app.extensions.get("group_commit")
        if kept is None or not kept.alive():
            kept = app.extensions["group_commit"] = Writer(app)
        writer: Writer = kept
        return writer


_starting = threading.Lock()


class Writer:
    """The one thread of this process that casts ballots."""

    def __init__(self, app: Flask) -> None:
        config: Config = app.config["CONSULT"]
        self.app = app
        self.lock_path = config.instance_path / "write.lock"
        self.waiting: queue.SimpleQueue[tuple[Job, Future[Any]]] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self.thread.start()

    def alive(self) -> bool:
        """Tell whether the thread runs. After a fork it does not."""
        return self.thread.is_alive()

    def submit(self, act: Job) -> Future[Any]:
        """Put an act into the queue and return the future of its result."""
        future: Future[Any] = Future()
        self.waiting.put((act, future))
        return future

    def _work(self) -> None:
        while True:
            batch = [self.waiting.get()]
            try:
                with _file_lock(self.lock_path), self.app.app_context():
                    batch.extend(self._others())
                    self._do(batch)
            except Exception as error:  # the lock's file or the database cannot be opened: the next ones are tried anew
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)

    def _others(self) -> Iterator[tuple[Job, Future[Any]]]:
        for _ in range(LARGEST_BATCH - 1):
            try:
                yield self.waiting.get_nowait()
            except queue.Empty:
                return

    def _do(self, batch: list[tuple[Job, Future[Any]]]) -> None:
        try:
            with transactions.writing():
                answers = [_attempt(act) for act, _ in batch]
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for one in batch:
                self._do([one])
            return
        for (_, future), (result, refusal) in zip(batch, answers, strict=True):
            if refusal is None:
                future.set_result(result)
            else:
                future.set_exception(refusal)


def _attempt(act: Job) -> tuple[Any, Refused | None]:
    try:
        return act(), None
    except Refused as refusal:
        return None, refusal


TAKES_NOTHING = (Away.READ_ONLY, Away.FULL)


def note(act: Callable[[], object]) -> bool:
    """Write what the reading of a page brings with it, as `run`. Returns False where the database takes nothing.

    It can be read all the same: a restored copy, evidence on a sealed disk, a disk that is full. No act can hang on what was not
    noted, since none can be stored either.
    """
    try:
        run(act)
    except DBAPIError as error:
        if collisions.why_away(error) not in TAKES_NOTHING:
            raise
        db.session.rollback()
        return False
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Keep every process from casting a ballot on SQLite during the block."""
    config = current_config()
    with _file_lock(config.instance_path / "write.lock"):
        yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    """Hold a lock among all processes; they wait in order, where SQLite would sleep and retry.

    On a disk that can only be read there is none: the database says so at the first thing that is to be written.
    """
    if can_only_be_read(path.parent):
        yield
        return
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
