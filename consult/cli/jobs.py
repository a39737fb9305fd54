"""flask jobs run: the job runner. Nothing depends on it being up: every request judges by the time itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from huey import SqliteHuey, crontab
from huey.api import Huey

from consult import clock
from consult.config import Config
from consult.models import db
from consult.services.cases import filing as case_filing
from consult.services.cases import reminders as case_reminders
from consult.services.core import maintenance, rollback_guard, transactions
from consult.services.messages import dispatch, outbox, reminders
from consult.services.polls import closing
from consult.services.talk import common_ground_jobs
from consult.web import rollback_alarm
from consult.web.words import robot_words

cli = AppGroup("jobs", help="Background jobs.")
log = logging.getLogger("consult.jobs")


@cli.command("run")
def run() -> None:
    """Close polls on time, tidy up, and keep SQLite's write-ahead log short. Ends on SIGINT or SIGTERM."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo("job runner: started")
    runner(app).create_consumer(workers=1, periodic=True, check_worker_health=True).run()


def attempt(job: Callable[..., object]) -> None:
    """One failing job does not keep the others from running; what failed is tried again in a minute."""
    transactions.expect(reading=False)
    if rollback_alarm.raised():
        return
    try:
        done = job(now=clock.now())
    except Exception as error:
        db.session.rollback()
        log.error("%s failed: %s", job.__name__, type(error).__name__)
        return
    if done:
        log.info("%s: %s", job.__name__, done)


def sweep_outbox(*, now: datetime) -> int:
    """Hand over what waits in the outbox."""
    return outbox.sweep(dispatch.sender(robot_words.text_of), now=now)


EACH_MINUTE: tuple[Callable[..., object], ...] = (
    closing.close_due,
    reminders.remind,
    sweep_outbox,
    common_ground_jobs.compute_due,
    rollback_guard.advance,
)


def remind_of_cases(*, now: datetime) -> int:
    """Clocks of mediation cases."""
    return case_reminders.remind(now=now)


def forget_case_drafts(*, now: datetime) -> int:
    """What somebody began to write and left lying."""
    return case_filing.forget_drafts(now=now, before=now - DRAFTS_KEPT)


DRAFTS_KEPT = timedelta(days=14)
EACH_HOUR: tuple[Callable[..., object], ...] = (remind_of_cases, forget_case_drafts)


def runner(app: Flask) -> Huey:
    """The queue, beside the database, and its periodic tasks."""
    config: Config = app.config["CONSULT"]
    huey = SqliteHuey("consult", filename=str(config.instance_path / "jobs.db"), strict_fifo=True)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def each_minute() -> None:
        with app.app_context():
            for job in EACH_MINUTE:
                attempt(job)
            maintenance.checkpoint()

    @huey.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]
    def each_hour() -> None:
        with app.app_context():
            for job in EACH_HOUR:
                attempt(job)

    @huey.periodic_task(crontab(minute="17", hour="3"))  # type: ignore[untyped-decorator]
    def each_night() -> None:
        with app.app_context():
            transactions.expect(reading=False)
            maintenance.forget_old_attempts(now=clock.now())

    return huey
