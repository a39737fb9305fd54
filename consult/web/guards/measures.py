"""Count requests and how long they take, and show that with the figures of the machine in Prometheus' text format.

Several workers share the folder of PROMETHEUS_MULTIPROC_DIR (consult-web.service names it); without it each process
shows its own, and so where the folder has no room: a file that cannot grow there would end the worker. No address, route or
village is a label: nothing tells which vote came when.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from math import inf
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from consult.config import VERSION
from consult.domain.core import stamps
from consult.models import db
from consult.services.machine import schemas
from consult.services.site.watching import figures
from consult.web import rollback_alarm

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "POST"})
LEAST_ROOM = 16 * 1024 * 1024
"""In bytes; the files of all workers together take one or two megabytes."""
log = logging.getLogger("consult")


def may_share(folder: str) -> bool:
    """Tell whether workers may share their figures in a folder. Says in the log why not, where one is named."""
    if not folder:
        return False
    try:
        room = os.statvfs(folder)
        if room.f_bavail * room.f_frsize >= LEAST_ROOM and os.access(folder, os.W_OK):
            return True
        why = "it has no room, or may not be written to"
    except OSError as error:
        why = str(error.strerror)
    log.warning("PROMETHEUS_MULTIPROC_DIR is %s: %s; each worker shows its own figures", folder, why)
    return False


SHARED = may_share(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
if not SHARED:
    values.ValueClass = values.MutexValue
OWN = CollectorRegistry()
SECONDS = Histogram(
    "consult_request_seconds",
    "Requests by method and class of status, and how long they took.",
    ("method", "status"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=OWN,
)


def init_app(app: Flask) -> None:
    """Look at the time before and after everything else."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)


def exposition(*, now: datetime) -> bytes:
    """Return all figures as text. While the database is away: those of the requests alone."""
    registry = OWN
    if SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    machine = CollectorRegistry()
    machine.register(Machine(now))
    return generate_latest(registry) + generate_latest(machine)


class Machine(Collector):
    """The figures of the machine at one instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield _labelled("consult_info", "Version and schema of the program.", (VERSION, schemas.newest()), 1)
        try:
            seen = figures.take(now=self.now)
            alarm = rollback_alarm.raised()
        except DBAPIError:
            db.session.rollback()
            yield GaugeMetricFamily("consult_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("consult_database_up", "Whether the database answers.", value=1)
        for name, words, value in (
            ("outbox_waiting", "Messages that are due and not sent.", seen.outbox_waiting),
            ("outbox_oldest_seconds", "For how long the oldest of them waits.", self._age(seen.outbox_oldest) or 0),
            ("outbox_given_up", "Messages given up within a day.", seen.outbox_given_up),
            ("outbox_unknown", "Of these, messages that may have arrived.", seen.outbox_unknown),
            ("outbox_account_refused", "Whether the provider of messages refuses the account.", seen.account_refused),
            ("polls_uncounted", "Polls past their time that ought to be counted.", seen.polls_uncounted),
            ("polls_set_aside", "Polls that do not add up.", seen.polls_set_aside),
            ("ballot_keys_missing", "Open secret polls whose key is not here.", seen.ballot_keys_missing),
            ("clock_in_doubt", "Whether a village doubts the clock.", seen.villages_in_doubt),
            ("records_old", "Whether the records are older than a witness.", alarm),
            ("disk_free_bytes", "Room below INSTANCE_PATH.", seen.free_bytes),
            ("backup_age_seconds", "Since the last backup.", self._age(seen.backup_at)),
            ("drill_age_seconds", "Since the last drill that passed.", self._age(seen.drill_at)),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"consult_{name}", words, value=float(value))
        lanes = GaugeMetricFamily(
            "consult_jobs_age_seconds", "Since a lane of the job runner last ended its work.", labels=["lane"]
        )
        for lane, at in seen.lanes.items():
            if at is not None:
                lanes.add_metric([lane], self._age(at) or 0)
        yield lanes

    def _age(self, at: datetime | None) -> float | None:
        """Return seconds; without end where the instant lies ahead of the clock, so that no alarm takes it for fresh."""
        if stamps.is_ahead(at, self.now):
            return inf
        ago = stamps.since(at, self.now)
        return ago.total_seconds() if ago is not None else None


def _labelled(name: str, words: str, values: tuple[str, str], value: float) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["version", "schema"])
    family.add_metric(list(values), value)
    return family


def _begin() -> None:
    g.began = perf_counter()


def _end(answer: Response) -> Response:
    began = g.pop("began", None)
    if began is not None:
        method = request.method if request.method in METHODS else "other"
        SECONDS.labels(method, f"{answer.status_code // 100}xx").observe(perf_counter() - began)
    return answer
