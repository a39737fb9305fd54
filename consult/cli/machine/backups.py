"""flask backup | restore | drill. The drill restores a backup and checks it."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult import clock
from consult.cli import database_told
from consult.cli.shared import codes, fault_words, files
from consult.config import Config, Misconfigured, current_config
from consult.domain.core import stamps
from consult.domain.refusals import Refused
from consult.models import (
    AuditEntry,
    AuditHead,
    BallotEvent,
    CaseFile,
    MediationCase,
    Person,
    Poll,
    PollTally,
    StoredFile,
    Village,
    db,
)
from consult.services.core import exports, rollback_guard, schema, upkeep
from consult.services.core.acts import Act
from consult.services.machine import backups, data_keys, schemas, scratch, sealed_files
from consult.services.machine.backups import NoBackup
from consult.services.polls import bundles
from consult.services.polls.sealing import keys
from consult.services.site import trigger_verification
from consult.services.site.verification import faults_of
from consult.services.site.watching import opened_things

Command = TypeVar("Command", bound=Callable[..., Any])
A_FILE = click.Path(path_type=Path, dir_okay=False)
A_PLACE = click.Path(path_type=Path)
THERE = click.Path(path_type=Path, dir_okay=False, exists=True)
LARGEST_KEY_FILE = 64 * 1024


def key_option(words: str) -> Callable[[Command], Command]:
    """Return the option that names the file with a key or passphrase: the same of every command, with its older name."""
    shown = click.option("--key", "key_file", type=THERE, help=words)
    older = click.option("--passphrase-file", "older_key_file", type=THERE, hidden=True)
    return lambda command: shown(older(command))


KEY_HELP = "The file with the private key, or with the passphrase, of an encrypted backup."


@click.command("backup")
@click.argument("path", type=A_PLACE, required=False)
@click.option(
    "--keep", type=click.IntRange(min=1), help="Of a folder as PATH: remove its backups but so many of the newest."
)
@key_option("Encrypt for the public key, or the passphrase, that stands in this file; without it for BACKUP_KEY.")
@click.option("--plain", is_flag=True, help="Do not encrypt: names, birthdays and named choices are readable then.")
@with_appcontext
def backup(
    path: Path | None, keep: int | None, key_file: Path | None, older_key_file: Path | None, plain: bool
) -> None:
    """Write database, pictures and recordings into one encrypted file, while the village goes on.

    PATH: a file, or a folder in which the file is named by the instant.
    """
    now, config = clock.now(), current_config()
    key_file = key_file or older_key_file
    text = _words_of(key_file) if key_file else config.backup_key
    if key_file and plain:
        raise click.ClickException(
            "--key 和 --plain 只能写一个：加密，还是谁都能看 / "
            "Type either --key or --plain: encrypted, or for anybody to read."
        )
    if not text.strip() and not plain:
        raise click.ClickException(
            "请把 BACKUP_KEY 设成公钥（flask keys backup 会做），或加 --key 文件（公钥或口令在里面）；"
            "谁都能看的备份要写 --plain / "
            "Set BACKUP_KEY to a public key, which flask keys backup makes, or add --key FILE with a public key or a "
            "passphrase in it. A backup that anybody can read takes --plain."
        )
    folder = path if path is not None and path.is_dir() else None
    if keep is not None and folder is None:
        raise click.ClickException("--keep 要和文件夹一起用 / --keep takes a folder as PATH")
    if path is None or folder is not None:
        path = (folder or Path()) / f"consult-{now.astimezone(UTC):%Y%m%d-%H%M%S}.{'tar' if plain else 'sealed'}"
    with _said():
        backups.refuse_without_tables()
        for village_id in db.session.scalars(select(Village.id)).all():
            kind = "cli.plain_backup" if plain else "cli.sealed_backup"
            exports.note(kind, Act.by_system(village_id, now=now), count=0)
        backups.make_backup(path.absolute(), now=now, lock=None if plain else sealed_files.lock_of(text))
        upkeep.note(upkeep.BACKUP, now=now)
        if keep is not None and folder is not None:
            _remove_old(folder, keep, made=path)
    click.echo(
        f"{path}: {path.stat().st_size} bytes. 请存到另一台机器，DATA_KEY 分开存 / "
        f"Keep it on another machine, and DATA_KEY apart from it."
    )


NAMED_BY_INSTANT = re.compile(r"consult-\d{8}-\d{6}\.(sealed|tar)")


def _remove_old(folder: Path, keep: int, *, made: Path) -> None:
    """Remove the backups of a folder that were named by their instant, but so many of the newest.

    The one that was just made stays, also where the clock has gone back and others are named later.
    """
    named = (one for one in folder.iterdir() if NAMED_BY_INSTANT.fullmatch(one.name) and one.name != made.name)
    newest = sorted(named, key=lambda one: one.name, reverse=True)
    for old in reversed(newest[keep - 1 :]):
        old.unlink()
        click.echo(f"删掉旧的 / removed: {old}")


@click.command("restore")
@click.argument("path", type=A_FILE)
@click.option("--over", is_flag=True, help="Replace what is there. It is kept, whole, in one dated file.")
@click.option(
    "--another-key", is_flag=True, help="Put back also what was sealed under a DATA_KEY that is lost for good."
)
@key_option(KEY_HELP)
@with_appcontext
def restore(path: Path, over: bool, another_key: bool, key_file: Path | None, older_key_file: Path | None) -> None:
    """Put a backup back. If it is older than what this machine has seen, the site can only be read until that is settled.

    Web server and job runner must be stopped.
    """
    with _said():
        opener = _opener(key_file or older_key_file)
        facts = backups.restore(path, over=over, now=clock.now(), opener=opener, another_key=another_key)
    rollback_guard.stir()
    click.echo(f"放回来了 / put back: {facts['made_at']} 的 / the state of that time, {_origin(facts)}.")
    if facts["kept"]:
        click.echo(f"原来的整个存在 / what stood here before is whole in: {facts['kept']}")
    outdated = schemas.why_not(schemas.of_database(db.engine))  # older backups do not describe their schema
    try:
        data_keys.check()
    except Misconfigured as error:
        click.echo(f"警报 / ALARM {error}")
    except (OperationalError, ProgrammingError):  # of an older schema
        db.session.rollback()
    if reasons := rollback_guard.why_alarm():
        for reason in reasons:
            click.echo(f"警报，网站只能看 / ALARM, the site can only be read：{reason}")
        click.echo('负责的人要输入 / Whoever answers for it types: flask audit accept-restored --reason "…"')
    try:
        _renew_keys()
        _tell_of_keys()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        click.echo("不记名投票的密钥由后台任务再做 / The job runner makes the keys of secret polls.")
    if outdated:
        click.echo(outdated)
        click.echo("升级好了再启动 / After that type: systemctl start consult-web consult-jobs")
    else:
        click.echo("现在启动网站和后台任务 / Now type: systemctl start consult-web consult-jobs")


@click.command("drill")
@click.argument("path", type=A_FILE, required=False)
@key_option(KEY_HELP)
@with_appcontext
def drill(path: Path | None, key_file: Path | None, older_key_file: Path | None) -> None:
    """Restore a backup (without PATH: one made now) to a scratch place and check everything in it."""
    started = time.monotonic()
    config = current_config()
    with _said(), backups.scratch_folder() as folder:
        if path is None:
            path = folder / "backup.tar"
            backups.make_backup(path, now=clock.now(), lock=None)
        made = backups.unpack(path, folder, opener=_opener(key_file or older_key_file))
        backups.refuse_unfit(made, made["database"])
        backups.refuse_broken(folder / backups.DATABASES["sqlite"])
        backups.refuse_another_key(made, folder)
        _tell_of(made)
        with _scratch(config, folder, made["database"]) as app:
            faults = [*_other_heads(app, made["heads"]), *_faults(app, folder)]
    for fault in faults:
        click.echo(f"不对 / fault：{fault}")
    if not faults:
        upkeep.note(upkeep.DRILL, now=clock.now())
    seconds = time.monotonic() - started
    click.echo(
        f"{'都好 / all is well' if not faults else f'{len(faults)} 处不对 / {len(faults)} faults'}; "
        f"{seconds / 60:.1f} minutes ({seconds:.1f} s)"
    )
    sys.exit(1 if faults else 0)


def _tell_of(made: dict[str, Any]) -> None:
    """Say which version made the backup, and how old it is."""
    ago = stamps.since(datetime.fromisoformat(made["made_at"]), clock.now())
    old = (
        f"{int(ago.total_seconds() // 3600)} 小时前 / hours old"
        if ago is not None
        else "记的是将来，那台机器的时钟不准，或者这台的 / ahead of the clock here: one of the two is wrong"
    )
    click.echo(f"备份 / backup: {_origin(made)}, {made['made_at']} ({old})")


def _origin(made: dict[str, Any]) -> str:
    """Return version and schema of a backup; those made before 0.8.0 do not say."""
    return f"version {made.get('version') or 'before 0.8.0'}, schema {made.get('revision') or 'not named'}"


@contextmanager
def _scratch(config: Config, folder: Path, dialect: str) -> Iterator[Flask]:
    """Yield the app on a scratch copy of the database, which goes with the folder."""
    create = current_app.extensions["create_app"]
    config = replace(config, ballot_keys=config.key_folder)  # which open polls can be counted here
    if dialect == "sqlite":
        app: Flask = create(replace(config, database_url=f"sqlite:///{folder / 'database.db'}", instance_path=folder))
        _migrate(app)
        yield app
        return
    name = f"consult_drill_{token_hex(4)}"
    scratch.note_database(folder, name)
    url = f"{config.database_url.rpartition('/')[0]}/{name}"
    backups.program("createdb", config.database_url, [name])
    backups.place(folder / "database.dump", url)
    app = create(replace(config, database_url=url, instance_path=folder))
    _migrate(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def _migrate(app: Flask) -> None:
    """Bring the scratch copy to the schema of this program: the newest backup is often of the version before."""
    with app.app_context():
        revision = schemas.of_database(db.engine)
        if schemas.why_not(revision):
            schema.create()
            click.echo(
                f"旧版本的备份，在临时的地方升级 / migrated in the scratch place: {revision} to {schemas.newest()}"
            )
        data_keys.check()
        db.session.remove()


def _other_heads(app: Flask, heads: dict[str, list[Any]]) -> Iterator[str]:
    """Compare the heads that the backup names with those of its database."""
    with app.app_context():
        there = {str(row.village_id): [row.number, row.hash] for row in db.session.scalars(select(AuditHead))}
        db.session.remove()
    if there != heads:
        yield "日志核对码不是备份写的那些 / the heads of the logs are not those that the backup names"


def _opener(key_file: Path | None) -> sealed_files.Opener | None:
    return sealed_files.opener_of(_words_of(key_file)) if key_file else None


def _words_of(file: Path) -> str:
    """Return what stands in a file of a key or passphrase. Raises click.ClickException where it cannot be read."""
    with files.told(file):
        return files.read(file, LARGEST_KEY_FILE).decode()


def _faults(app: Flask, folder: Path) -> Iterator[str]:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(folder / "database.db")) as connection:
                rows = connection.execute("PRAGMA integrity_check").fetchall()
                yield from (f"数据库的文件坏了 / the file of the database: {row[0]}" for row in rows if row[0] != "ok")
        villages = db.session.scalars(select(Village)).all()
        yield from map(fault_words.told, trigger_verification.faults())
        for village in villages:
            yield from (f"{village.slug}: {fault_words.told(fault)}" for fault in faults_of(village))
        polls = db.session.scalars(select(Poll).join(PollTally, PollTally.poll_id == Poll.id)).all()
        checked = 0
        for poll in polls:
            try:
                content = bundles.make_bundle(poll, full=True)
            except Refused as refusal:
                click.echo(f"投票 / poll {poll.id}：没有核对包 / no bundle: {codes.refused(refusal)}")
                continue
            except Exception as error:  # the others are checked all the same
                yield fault_words.told(f"poll {poll.id}: no bundle ({type(error).__name__}: {error})")
                continue
            checked += 1
            yield from _unverified(poll.id, content, folder)
        click.echo(
            f"核对了 {len(villages)} 个村、{checked} 个核对包 / {len(villages)} villages verified, {checked} bundles checked"
        )
        click.echo(
            ", ".join(f"{word} {db.session.scalar(select(func.count()).select_from(what))}" for word, what in COUNTED)
        )
        yield from map(fault_words.told, opened_things.sealed_faults())
        yield from map(fault_words.told, opened_things.file_faults())
        _tell_of_keys()
        db.session.remove()
        db.engine.dispose()


COUNTED = (
    ("人 / people", Person),
    ("投票 / polls", Poll),
    ("选票 / ballots", BallotEvent),
    ("调解 / cases", MediationCase),
    ("文件 / files", StoredFile),
    ("调解的文件 / files of cases", CaseFile),
    ("日志 / log entries", AuditEntry),
)
"""How many of which rows a drill says it found."""
OLD_ENTRIES = 3
"""verify.py: passed, but for entries of the first form, which are verified here and not in the bundle."""


def _renew_keys() -> None:
    """Make keys for the next secret polls: those that were ready when the backup was made have no private keys here."""
    keys.forget_unreadable()
    if current_config().instance_path.stat().st_uid != os.geteuid():  # the job runner could not read them
        click.echo(
            "不记名投票要等后台任务启动、做好密钥 / "
            "Secret polls can be announced again once the job runner has started: it makes their keys."
        )
        return
    try:
        keys.make_ahead(now=clock.now())
    except OSError as error:
        click.echo(
            f"不记名投票的密钥没有做成（{error.strerror}），后台任务会再做 / "
            f"No keys for secret polls could be made ({error.strerror}); the job runner tries again."
        )


def _tell_of_keys() -> None:
    """Name the secret polls that cannot be counted here: their keys are in no backup."""
    if polls := keys.missing():
        click.echo(
            f"不记名投票的密钥不在备份里。这里计不了的投票：{'、'.join(map(str, polls))}。密钥的文件夹真丢了，"
            f"由两个不同职务的人取消这些投票，看 docs/operations.md / "
            f"The keys of open secret polls are in no backup. Not to be counted here: poll {', '.join(map(str, polls))}. "
            "If the folder of the keys is lost, two officers of different offices cancel these polls (docs/operations.md)."
        )


def _unverified(poll_id: int, content: bytes, folder: Path) -> Iterator[str]:
    file = folder / f"poll-{poll_id}.zip"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(bundles.VERIFIER), str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, OLD_ENTRIES):
        failed = "; ".join(line for line in done.stdout.splitlines() if "FAIL" in line)
        yield fault_words.told(f"bundle of poll {poll_id}: verify.py found: {failed}")


@contextmanager
def _said() -> Iterator[None]:
    try:
        with database_told():
            yield
    except OSError as error:
        raise click.ClickException(files.why(error, Path(error.filename or current_config().instance_path))) from None
    except (NoBackup, Misconfigured, ValueError) as error:
        raise click.ClickException(str(error)) from None
