"""Back up and restore: the database as of one instant, media, and the heads of the logs, in one file."""

import errno
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from consult.config import VERSION, current_config
from consult.domain.characters import escaped
from consult.models import Installation, db
from consult.services.core import collisions, crypto, files
from consult.services.machine import database_access, presence, schemas, scratch
from consult.services.machine.presence import InUse
from consult.services.machine.sealed_files import Lock, NotOpened, Opener, Sealer, Unsealer, is_sealed

FORMAT = "consult-backup/1"
HEADS = "SELECT village_id, number, hash FROM audit_head"
Heads = dict[int, list[Any]]
"""By village: the number and the hash of its newest entry, as of the very state that was copied."""
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}


OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class NoBackup(Exception):
    """The backup cannot be made or restored; the text is the sentence for the person at the command line."""


def make_backup(path: Path, *, now: datetime, lock: Lock | None) -> dict[str, Any]:
    """Write a backup, readable by its owner only, while the app goes on. Return its description.

    `lock`: what it is encrypted for; None: it is not. The data key, the keys of ballots and all else that is no
    database and no medium stay out of it. Raises NoBackup, also for a database without tables.
    """
    config = current_config()
    dialect = db.engine.dialect.name
    revision = refuse_without_tables()
    partial = path.with_name(f"{path.name}.part")
    with scratch_folder() as folder:
        copied = folder / DATABASES[dialect]
        heads = _copy_sqlite(copied) if dialect == "sqlite" else _dump(copied, config.database_url)
        description = {
            "format": FORMAT,
            "version": VERSION,
            "revision": revision,
            "key_check": _key_check(),
            "database": dialect,
            "made_at": now.isoformat(),
            "heads": heads,
        }
        try:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                _write(file, lock, copied, description)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return description


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder in INSTANCE_PATH for what is unpacked; what killed commands left there is removed first."""
    with scratch.folder(drop=drop_database) as folder:
        yield folder


def remove_left() -> int:
    """Remove what killed processes left: scratch places and files that were begun. Return how many."""
    return scratch.remove_left(drop=drop_database) + scratch.remove_partial_files()


def drop_database(name: str) -> bool:
    """Drop a scratch database of PostgreSQL. Return whether it is gone."""
    try:
        program("dropdb", current_config().database_url, ["--if-exists", "--force", name])
    except NoBackup:
        return False
    return True


def refuse_without_tables() -> str:
    """Return the schema of the database. Raises NoBackup for one without tables: there is nothing to back up."""
    revision = schemas.of_database(db.engine)
    if not revision:
        raise NoBackup(schemas.why_not_here(revision))
    return revision


def _key_check() -> str:
    """Return the check value of the data key, also of a database that is not migrated yet; empty before it had one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(Installation.__tablename__):
            return ""
        return str(connection.scalar(text("SELECT key_check FROM installation")) or "")


def _write(file: IO[bytes], lock: Lock | None, copied: Path, description: dict[str, Any]) -> None:
    """Write the archive as a stream, so that nothing of it stands on the disk in the clear before it is sealed."""
    config = current_config()
    sink: Any = Sealer(file, lock) if lock is not None else file
    with tarfile.open(fileobj=sink, mode="w|") as tar:
        _put(tar, "backup.json", json.dumps(description).encode())
        tar.add(copied, copied.name)
        for kept in files.kept():
            with suppress(FileNotFoundError):  # forgotten meanwhile
                tar.add(config.instance_path / kept, str(kept))
    if lock is not None:
        sink.close()


def restore(
    path: Path, *, over: bool, now: datetime, opener: Opener | None = None, another_key: bool = False
) -> dict[str, Any]:
    """Replace this installation's database by a backup and return its description. Start the server afterwards.

    The description has under `kept` where what stood here before was copied to, if there was something. `another_key`:
    put back also what DATA_KEY does not open. Raises NoBackup, also where a village is there already and `over` is
    false, and while a web server or a job runner works here.
    """
    config = current_config()
    dialect = db.engine.dialect.name
    # A broken file of SQLite cannot be asked, and is replaced.
    if dialect == "postgresql" and (hidden := schemas.why_hidden(schemas.of_database(db.engine))):
        raise NoBackup(hidden)
    there = holds_something(config.database_url)
    if there and not over:
        raise NoBackup(
            "数据库里已经有村了，要覆盖请加 --over / "
            "There is a village in this database already. To replace it add --over."
        )
    db.session.remove()
    db.engine.dispose()
    with scratch_folder() as folder:
        description = unpack(path, folder, opener=opener)
        refuse_unfit(description, dialect)
        refuse_broken(folder / DATABASES["sqlite"])
        if not there:
            refuse_hidden(folder / DATABASES["postgresql"], config.database_url)
        if not another_key:
            refuse_another_key(description, folder)
        try:
            with presence.alone(config):
                description["kept"] = _keep_old(now) if there else None
                for (
                    kept
                ) in files.FOLDERS:  # before the database, which names them: killed in between, the old one stands
                    if (folder / kept.name).is_dir():
                        shutil.copytree(folder / kept.name, config.instance_path / kept.name, dirs_exist_ok=True)
                place(folder / DATABASES[dialect], config.database_url)
        except InUse as error:
            raise NoBackup(str(error)) from None
    return description


def refuse_unfit(description: dict[str, Any], dialect: str) -> None:
    """Refuse a backup of another kind of database, or of a newer version than this program. Raises NoBackup."""
    if description["database"] != dialect:
        raise NoBackup(
            f"这份备份是 {description['database']} 的，本机用的是 {dialect} / "
            f"This backup is of {description['database']}, this installation runs on {dialect}."
        )
    revision = description.get("revision", "")
    if revision and not schemas.is_known(revision):
        raise NoBackup(
            f"备份是 {description.get('version')} 版做的，本机的程序旧了，请装那一版或更新的 / "
            f"This backup was made by version {description.get('version')} (schema {revision}); this program is {VERSION} "
            f"(schema {schemas.newest()}). Install that version or a newer one."
        )


def refuse_broken(database: Path) -> None:
    """Refuse an unpacked SQLite database that is empty or cannot be read whole: nothing good may give way to it.

    Raises NoBackup.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
            connection.execute(HEADS)  # a file without tables is whole, too
    except sqlite3.DatabaseError:
        found = None
    if found != ("ok",):
        raise NoBackup(
            "备份里的数据库坏了，什么都没有换；请拿另一份备份 / "
            "The database in this backup is broken; nothing was replaced. Take another backup."
        )


def refuse_hidden(dump: Path, url: str) -> None:
    """Refuse a dump whose tables would take, without a copy, the place of some that the user of the database does not look at.

    pg_restore puts them into the schema that they were dumped from. Raises NoBackup.
    """
    hidden = database_access.hidden_in()
    db.engine.dispose()  # a connection of our own would pass for another program's
    listed = program("pg_restore", url, ["--list", str(dump)]) if hidden else ""
    for schema in hidden:
        if re.search(rf"^\d+; \d+ \d+ TABLE {re.escape(schema)} ", listed, re.MULTILINE):
            raise NoBackup(
                f"备份里有 {schema} 里的表，这个数据库的 {schema} 里也有，数据库的用户不去那里找：放回去会冲掉那些，不留副本。"
                "先看 search_path，您的村是不是就在那里；确实是没有用的旧表，才备份一份再删掉 / "
                f"The backup holds tables of the schema {schema}, and so does this database, where its user does not look: "
                "they would be replaced without a copy. Look at search_path first: is that your village? Only if they are of "
                "no use, copy and drop them."
            )


def refuse_another_key(description: dict[str, Any], folder: Path) -> None:
    """Refuse a backup that was sealed under another data key than the one at hand. Raises NoBackup."""
    check = description.get("key_check") or _check_in(folder / DATABASES["sqlite"])
    if check and check not in [crypto.check_of(key) for key in crypto.data_keys()]:
        raise NoBackup(
            "DATA_KEY 不是做这份备份时的钥匙，里面的号码、户卡、案件都打不开。请填对的钥匙；找不回来了，加 --another-key / "
            "DATA_KEY is not the key that this backup was sealed under: "
            "no phone number, card or case in it would open. Put the right key into the settings. If that key is lost for "
            "good, add --another-key, and read docs/operations.md (Lost keys)."
        )


def _check_in(database: Path) -> str:
    """Return the check value of an unpacked SQLite database: backups of earlier versions do not describe it."""
    if not database.exists():
        return ""
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT key_check FROM installation").fetchone()
        return str(row[0]) if row else ""
    return ""


def _keep_old(now: datetime) -> Path:
    """Copy the whole database that is to be replaced into one file, named by the instant, and return its path."""
    config = current_config()
    end = f"before-restore-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    if config.on_sqlite:
        target = _sqlite_file(config.database_url)
        kept = target.with_name(f"{target.name}.{end}")
    else:
        kept = config.instance_path / f"consult.dump.{end}"
    if kept.exists():
        raise NoBackup(f"{kept} 已经有了，等一秒再试 / {kept} is there already: wait a second and try again.")
    os.close(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if config.on_sqlite:
        try:
            with closing(sqlite3.connect(target)) as source, closing(sqlite3.connect(kept)) as copy:
                source.backup(copy)  # with what still stands in the write-ahead log
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, which needs no other beside it
        except sqlite3.DatabaseError as error:
            if not collisions.is_broken(error):
                raise
            for beside in ("", "-wal"):  # byte by byte, with what was not written into it yet
                if (part := target.with_name(target.name + beside)).exists():
                    shutil.copyfile(part, copied := kept.with_name(kept.name + beside))
                    copied.chmod(0o600)
    else:
        _dump(kept, config.database_url)
        db.engine.dispose()
    return kept


def unpack(path: Path, folder: Path, *, opener: Opener | None = None) -> dict[str, Any]:
    """Extract a backup into a folder and return its description. Raises NoBackup, and OSError where the disk does not let it.

    Of an archive only files are taken that a backup has, each inside the folder.
    """
    if path.exists() and not path.is_file():  # a device would be read without end, a pipe only once
        raise NoBackup(f"{path} 不是文件 / {path} is no file.")
    try:
        with open(path, "rb") as file:
            if is_sealed(path):
                if opener is None:
                    raise NoBackup(
                        f"{path} 加了密，请加 --key 文件（私钥或口令在里面） / "
                        f"{path} is encrypted. Add --key FILE with the private key or the passphrase in it."
                    )
                source = Unsealer(file, opener)
                _extract(source, folder)
                source.finish()
            else:
                _extract(file, folder)
        if not (folder / "backup.json").exists():
            raise ValueError
        description = json.loads((folder / "backup.json").read_text(encoding="utf-8"))
    except NotOpened as error:
        raise NoBackup(f"{path} 打不开 / cannot be opened: {error}") from None
    except (OSError, tarfile.TarError, ValueError, RecursionError) as error:
        if getattr(error, "errno", None) in OF_THE_DISK or str(getattr(error, "filename", "")) == str(path):
            raise  # no such file, no right to read it, a full disk: the backup may be good
        raise NoBackup(f"{path} 读不出备份 / {path} cannot be read as a backup ({type(error).__name__}).") from None
    if not _describes(description):
        raise NoBackup(f"{path} 不是本程序的备份 / {path} is no backup of this program.")
    if not (folder / DATABASES[description["database"]]).is_file():
        raise NoBackup(
            f"{path} 里面没有数据库，什么都没有换；请拿另一份备份 / "
            f"{path} has no database in it; nothing was replaced. Take another backup."
        )
    found: dict[str, Any] = description
    return found


def _describes(description: object) -> bool:
    """Tell whether what stands in backup.json is a description as `make_backup` writes it."""
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        return False
    texts = [description.get(name, "") for name in ("version", "revision", "key_check")]
    try:
        made_at = datetime.fromisoformat(description["made_at"])
    except (KeyError, TypeError, ValueError):
        return False
    return (
        made_at.tzinfo is not None
        and description.get("database") in tuple(DATABASES)
        and isinstance(description.get("heads"), dict)
        and all(isinstance(one, str) for one in texts)
    )


def _extract(source: Any, folder: Path) -> None:
    """Write the archive's files. Not by `extractall`, whose filters Python 3.11.2 (Debian 12) does not have."""
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not _belongs(member.name):
                raise tarfile.ReadError("this is no file of a backup")
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(content, file)


def _belongs(name: str) -> bool:
    """Tell whether a backup has a file of this name: its description, a database, or a medium of a known kind."""
    if name in ("backup.json", *DATABASES.values()):
        return True
    parts = name.split("/")
    return len(parts) > 1 and parts[0] in {kept.name for kept in files.FOLDERS} and not {"", ".", ".."} & set(parts)


def place(database: Path, url: str) -> None:
    """Replace the database at an address by a copied one. Raises NoBackup."""
    if not url.startswith("sqlite"):
        options = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction"]
        program("pg_restore", url, [*options, f"--dbname={make_url(url).database}", str(database)])
        return
    target = _sqlite_file(url)
    partial = target.with_name(f"{target.name}.part")
    shutil.copyfile(database, partial)
    partial.chmod(0o600)
    with open(partial, "rb") as file:
        os.fsync(file.fileno())
    for beside in ("-wal", "-shm"):  # of the database before: kept whole by now
        target.with_name(target.name + beside).unlink(missing_ok=True)
    partial.replace(target)


def _sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def holds_something(url: str) -> bool:
    """Tell whether there is a village in the database at an address, or a file that cannot be read."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        if not file.exists() or not file.stat().st_size:
            return False
    try:
        return bool(
            db.inspect(db.engine).has_table("village") and db.session.execute(db.text("SELECT 1 FROM village")).first()
        )
    except DatabaseError as error:
        if not collisions.is_broken(error):
            raise
        return True  # a broken file may hold one: it is kept, and replaced only where that is asked for


def program(name: str, url: str, words: Sequence[str]) -> str:
    """Run one of PostgreSQL's own programs, its password in its environment and on no command line, and return what it says.

    Raises NoBackup.
    """
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    if found is None:
        raise NoBackup(
            f"没有 {name}，请输入：apt-get install -y postgresql-client / "
            f"{name} is missing. Please type: apt-get install -y postgresql-client"
        )
    at = make_url(url)
    given = {"PGHOST": at.host, "PGPORT": at.port, "PGUSER": at.username, "PGPASSWORD": at.password}
    env = os.environ | {key: str(value) for key, value in given.items() if value}
    env |= {f"PG{key.upper()}": str(value) for key, value in at.query.items()}
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        todo = next((words for seen, words in WHY_FAILED if seen.search(done.stderr)), "请看 consult doctor")
        raise NoBackup(f"{name} 出错了：{todo} / {name} failed: {escaped(said)}")
    return done.stdout


WHY_FAILED = (
    (
        re.compile("permission denied to create database"),
        "数据库的用户不能建库；请以 postgres 输入 ALTER ROLE consult CREATEDB（名字换成 DATABASE_URL 里的用户）",
    ),
    (re.compile("must be owner|permission denied"), "数据库的用户没有这个权限；库里的表要归 DATABASE_URL 里的用户"),
    (re.compile("No space left"), "数据库的硬盘满了"),
    (re.compile("password|authentication"), "用户或密码不对；看 /etc/consult/env 里的 DATABASE_URL"),
    (re.compile("could not connect|connection to server|refused"), "数据库连不上；看 systemctl status postgresql"),
    (re.compile("server version|unsupported version"), "本机的 postgresql-client 比数据库旧；装和数据库一样新的"),
    (re.compile("not a valid archive|could not read|unexpected end"), "备份里的数据库不完整；请拿另一份备份"),
    (re.compile("already exists|does not exist"), "库里的东西和备份不一样；看 docs/operations.md 的 Restore"),
)
"""What a program of PostgreSQL says where it fails, and what is to be looked at."""


def _copy_sqlite(target: Path) -> Heads:
    """Copy the database with SQLite's online backup: consistent, and without keeping writers waiting."""
    config = current_config()
    database = config.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        return {village: [number, digest] for village, number, digest in copy.execute(HEADS)}


def _dump(target: Path, url: str) -> Heads:
    """Dump the database as of one snapshot, from which the heads are read as well."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        heads = {row.village_id: [row.number, row.hash] for row in connection.execute(text(HEADS))}
        options = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"]
        program("pg_dump", url, [*options, f"--dbname={make_url(url).database}"])
    return heads


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
