"""flask backup | restore | drill. The drill restores a backup and checks it."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from consult import clock
from consult.config import Config, current_config
from consult.domain.refusals import Refused
from consult.models import Poll, PollTally, Village, db
from consult.services.core import backups, rollback_guard
from consult.services.core.backups import NoBackup
from consult.services.polls import bundles
from consult.services.polls.sealing import keys
from consult.services.site.verification import faults_of, guards_missing

A_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("path", type=A_FILE, required=False)
@with_appcontext
def backup(path: Path | None) -> None:
    """Write database, pictures and recordings into one file, while the village goes on."""
    now = clock.now()
    path = path or Path(f"consult-{now:%Y%m%d-%H%M%S}.tar")
    with _said():
        backups.make_backup(path.absolute(), now=now)
    click.echo(f"{path}: {path.stat().st_size} bytes. Keep it on another machine, and DATA_KEY apart from it.")


@click.command("restore")
@click.argument("path", type=A_FILE)
@click.option("--over", is_flag=True, help="Replace what is there. SQLite's old file is kept beside it.")
@with_appcontext
def restore(path: Path, over: bool) -> None:
    """Put a backup back. If it is older than what this machine has seen, the site can only be read until that is settled."""
    with _said():
        facts = backups.restore(path, over=over)
    click.echo(f"put back: the state of {facts['made_at']}. Restart the server now.")
    if lost := rollback_guard.missing():
        for village_id, (number, _) in lost.items():
            click.echo(f"ALARM village {village_id}: entry {number} of its log is missing; the site can only be read.")
        click.echo('Whoever answers for it types: flask audit accept-restored --reason "…"')
    _tell_of_keys()


@click.command("drill")
@click.argument("path", type=A_FILE, required=False)
@with_appcontext
def drill(path: Path | None) -> None:
    """Restore a backup (without PATH: one made now) to a scratch place and check everything in it."""
    started = time.monotonic()
    config = current_config()
    with tempfile.TemporaryDirectory(dir=config.instance_path) as folder, _said():
        if path is None:
            path = Path(folder) / "backup.tar"
            backups.make_backup(path, now=clock.now())
        made = backups.unpack(path, Path(folder))
        with _scratch(config, Path(folder), made["database"]) as app:
            faults = list(_faults(app, Path(folder)))
    for fault in faults:
        click.echo(f"fault: {fault}")
    seconds = time.monotonic() - started
    click.echo(
        f"{'all is well' if not faults else f'{len(faults)} faults'}; {seconds / 60:.1f} minutes ({seconds:.1f} s)"
    )
    sys.exit(1 if faults else 0)


@contextmanager
def _scratch(config: Config, folder: Path, dialect: str) -> Iterator[Flask]:
    """Yield the app on a scratch copy of the database, which is removed afterwards."""
    create = current_app.extensions["create_app"]
    if dialect == "sqlite":
        app: Flask = create(replace(config, database_url=f"sqlite:///{folder / 'database.db'}", instance_path=folder))
        yield app
        return
    name = f"consult_drill_{token_hex(4)}"
    url = f"{config.database_url.rpartition('/')[0]}/{name}"
    backups.program("createdb", config.database_url, [name])
    try:
        backups.place(folder / "database.dump", url)
        app = create(replace(config, database_url=url, instance_path=folder))
        yield app
        with app.app_context():
            db.engine.dispose()
    finally:
        backups.program("dropdb", config.database_url, ["--force", name])


def _faults(app: Flask, folder: Path) -> Iterator[str]:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(folder / "database.db")) as connection:
                yield from (row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok")
        yield from guards_missing()
        villages = db.session.scalars(select(Village)).all()
        for village in villages:
            yield from (f"{village.slug}: {fault}" for fault in faults_of(village))
        polls = db.session.scalars(select(Poll).join(PollTally, PollTally.poll_id == Poll.id)).all()
        checked = 0
        for poll in polls:
            try:
                content = bundles.make_bundle(poll, full=True)
            except Refused as refusal:
                click.echo(f"poll {poll.id}: no bundle ({refusal.reason.value})")
                continue
            except Exception as error:  # the others are checked all the same
                yield f"poll {poll.id}: no bundle ({type(error).__name__}: {error})"
                continue
            checked += 1
            yield from _unverified(poll.id, content, folder)
        click.echo(f"{len(villages)} villages verified, {checked} bundles checked")
        _tell_of_keys()
        db.session.remove()
        db.engine.dispose()


def _tell_of_keys() -> None:
    """Name the secret polls that cannot be counted here: their keys are in no backup."""
    if polls := keys.missing():
        click.echo(
            f"The keys of open secret polls are in no backup. Not to be counted here: poll {', '.join(map(str, polls))}. "
            "If the folder of the keys is lost, two officers of different offices cancel these polls (docs/operations.md)."
        )


def _unverified(poll_id: int, content: bytes, folder: Path) -> Iterator[str]:
    file = folder / f"poll-{poll_id}.zip"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(bundles.VERIFIER), str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"bundle of poll {poll_id}: " + "; ".join(line for line in done.stdout.splitlines() if "FAIL" in line)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except NoBackup as error:
        raise click.ClickException(str(error)) from None
