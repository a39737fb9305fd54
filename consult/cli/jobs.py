"""flask jobs run: the job runner. Nothing depends on it being up: every request judges by the time itself."""

import logging

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from huey import SqliteHuey, crontab
from huey.api import Huey

from consult import clock
from consult.config import Config
from consult.services import closing, maintenance, transactions

cli = AppGroup("jobs", help="Background jobs.")
log = logging.getLogger("consult.jobs")


@cli.command("run")
def run() -> None:
    """Close polls on time, tidy up, and keep SQLite's write-ahead log short. Ends on SIGINT or SIGTERM."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo("job runner: started")
    runner(app).create_consumer(workers=1, periodic=True, check_worker_health=True).run()


def runner(app: Flask) -> Huey:
    """The queue, beside the database, and its periodic tasks."""
    config: Config = app.config["CONSULT"]
    huey = SqliteHuey("consult", filename=str(config.instance_path / "jobs.db"), strict_fifo=True)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def each_minute() -> None:
        with app.app_context():
            transactions.expect(reading=False)
            closed = closing.close_due(now=clock.now())
            if closed:
                log.info("closed polls %s", closed)
            maintenance.checkpoint()

    @huey.periodic_task(crontab(minute="17", hour="3"))  # type: ignore[untyped-decorator]
    def each_night() -> None:
        with app.app_context():
            transactions.expect(reading=False)
            maintenance.forget_old_attempts(now=clock.now())

    return huey
