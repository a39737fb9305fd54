"""The job runner: threads ("lanes") that do not wait for each other, each with jobs that are done in turn.

A job is a function of the present instant that may be repeated without harm. Several runners may stand beside each
other, on one machine or several: job_runs gives each due time to one of them. A job marked `everywhere` looks after
files of its own machine, and every runner does it.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from consult import clock
from consult.domain.schedules import Schedule
from consult.models import db
from consult.services.core import collisions, job_runs

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_END = 12.0
"""How long a job at work may take to end when the runner is told to: a message on its way is waited for (10 s), so that
it is not sent twice. What is not committed then is undone."""
SECONDS_AFTER_A_FAULT = 15.0
BETWEEN_CLAIMS = timedelta(seconds=30)
"""A due time that another runner has, or that failed, is asked for again: it may have been killed."""
log = logging.getLogger("consult.jobs")


@dataclass(frozen=True)
class Job:
    """An act to do at each due time. `act` returns what it did, for the log, and a false value where there was nothing."""

    name: str
    schedule: Schedule
    act: Callable[[datetime], object]
    everywhere: bool = False
    quiet: bool = False
    """Whether what it did is left out of the log."""


class Runner:
    """All lanes of one process. `paused` is asked before each job: while it is true, nothing is done."""

    def __init__(
        self, app: Flask, lanes: Mapping[str, Sequence[Job]], *, paused: Callable[[], bool] = lambda: False
    ) -> None:
        self.app, self.lanes, self.paused = app, lanes, paused
        self.ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._rests: dict[str, tuple[datetime, datetime | None]] = {}
        """Of each job the due time it was looked at for, and when it is looked at for the same one again."""

    def start(self) -> None:
        """Begin to work, in threads of their own."""
        self._threads = [
            threading.Thread(target=self._work, args=(lane, jobs), name=f"jobs-{lane}", daemon=True)
            for lane, jobs in self.lanes.items()
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Begin nothing new. Return when each lane has ended its job, or after a few seconds without them."""
        self.ending.set()
        until = time.monotonic() + SECONDS_TO_END
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def look(self, jobs: Sequence[Job]) -> None:
        """Do each job whose due time has come and that no other runner has taken."""
        for job in jobs:
            now = clock.now()
            due_at = job.schedule.latest(now)
            if not self.ending.is_set() and self._may_be_due(job, due_at, now):
                with self.app.app_context():
                    self._do(job, due_at, now)

    def _work(self, lane: str, jobs: Sequence[Job]) -> None:
        while not self.ending.is_set():
            try:
                self.look(jobs)
            except Exception:  # the database is away, or locked for long: the lane goes on when it is back
                log.exception("lane %s: nothing could be done", lane)
                self.ending.wait(SECONDS_AFTER_A_FAULT)
            self.ending.wait(SECONDS_BETWEEN_LOOKS)

    def _may_be_due(self, job: Job, due_at: datetime, now: datetime) -> bool:
        known, again_at = self._rests.get(job.name, (None, None))
        return known != due_at or (again_at is not None and now >= again_at)

    def _do(self, job: Job, due_at: datetime, now: datetime) -> None:
        if self.paused():
            return
        if job.everywhere:
            self._rests[job.name] = due_at, None
            _attempt(job)
        elif not job_runs.claim(job.name, due_at, now=now):
            self._rests[job.name] = due_at, now + BETWEEN_CLAIMS
        elif _attempt(job):
            self._rests[job.name] = due_at, None
            job_runs.finish(job.name, due_at, now=clock.now())
        else:
            self._rests[job.name] = due_at, now + BETWEEN_CLAIMS
            job_runs.fail(job.name, due_at, now=clock.now())


def _attempt(job: Job) -> bool:
    """Do a job now. False: it failed, which is logged, and keeps no other job from its turn."""
    try:
        done = collisions.again(lambda: job.act(clock.now()))
    except Exception:
        db.session.rollback()
        log.exception("%s failed", job.name)
        return False
    if done and not job.quiet:
        log.info("%s: %s", job.name, done)
    return True
