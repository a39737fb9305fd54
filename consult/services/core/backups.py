"""Back up and restore: the database as of one instant, media, and the heads of the logs, in one file."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from consult.config import current_config
from consult.models import AuditHead, db
from consult.services.core import files

FORMAT = "consult-backup/1"
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}


class NoBackup(Exception):
    """The backup cannot be made or restored; the text is the sentence for the person at the command line."""


def make_backup(path: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup, readable by its owner only, while the app goes on. Return its description."""
    config = current_config()
    dialect = db.engine.dialect.name
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copied = Path(folder) / DATABASES[dialect]
        heads = {h.village_id: [h.number, h.hash] for h in db.session.scalars(select(AuditHead))}
        db.session.rollback()  # first: the copy has these entries, whatever is written meanwhile
        _copy_sqlite(copied) if dialect == "sqlite" else _dump(copied, config.database_url)
        description = {"format": FORMAT, "database": dialect, "made_at": now.isoformat(), "heads": heads}
        partial = Path(folder) / "backup.tar"
        with (
            open(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w") as tar,
        ):
            _put(tar, "backup.json", json.dumps(description).encode())
            tar.add(copied, copied.name)
            for kept in files.kept():
                with suppress(FileNotFoundError):  # forgotten meanwhile
                    tar.add(config.instance_path / kept, str(kept))
        partial.replace(path)
    return description


def restore(path: Path, *, over: bool) -> dict[str, Any]:
    """Replace this installation's database by a backup and return its description. Restart the server afterwards.

    Raises NoBackup, also where a village is there already and `over` is false.
    """
    config = current_config()
    dialect = db.engine.dialect.name
    if not over and holds_something(config.database_url):
        raise NoBackup("There is a village in this database already. To replace it add --over.")
    with tempfile.TemporaryDirectory(dir=config.instance_path) as folder:
        description = unpack(path, Path(folder))
        if description["database"] != dialect:
            raise NoBackup(f"This backup is of {description['database']}, this installation runs on {dialect}.")
        db.session.remove()
        db.engine.dispose()
        place(Path(folder) / DATABASES[dialect], config.database_url)
        for kept in files.FOLDERS:
            if (Path(folder) / kept.name).is_dir():
                shutil.copytree(Path(folder) / kept.name, config.instance_path / kept.name, dirs_exist_ok=True)
    return description


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Extract a backup into a folder and return its description. Raises NoBackup."""
    try:
        with tarfile.open(path) as tar:
            tar.extractall(folder, filter="data")
        description: dict[str, Any] = json.loads((folder / "backup.json").read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise NoBackup(f"{path} cannot be read as a backup ({type(error).__name__}).") from None
    if description.get("format") != FORMAT:
        raise NoBackup(f"{path} is no backup of this program.")
    return description


def place(database: Path, url: str) -> None:
    """Replace the database at an address by a copied one. Raises NoBackup."""
    if not url.startswith("sqlite"):
        options = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction"]
        program("pg_restore", url, [*options, f"--dbname={make_url(url).database}", str(database)])
        return
    target = Path(url.removeprefix("sqlite:///"))
    for old in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if old.exists():
            old.rename(old.with_name(f"{old.name}.before-restore"))
    shutil.copyfile(database, target)
    target.chmod(0o600)


def holds_something(url: str) -> bool:
    """Tell whether there is a village in the database at an address."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        if not file.exists() or not file.stat().st_size:
            return False
    return bool(
        db.inspect(db.engine).has_table("village") and db.session.execute(db.text("SELECT 1 FROM village")).first()
    )


def program(name: str, url: str, words: Sequence[str]) -> None:
    """Run one of PostgreSQL's own programs, its password in its environment and on no command line. Raises NoBackup."""
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    if found is None:
        raise NoBackup(f"{name} is missing. Please type: apt-get install -y postgresql-client")
    at = make_url(url)
    given = {"PGHOST": at.host, "PGPORT": at.port, "PGUSER": at.username, "PGPASSWORD": at.password}
    env = os.environ | {key: str(value) for key, value in given.items() if value}
    env |= {f"PG{key.upper()}": str(value) for key, value in at.query.items()}
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoBackup(f"{name} failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}")


def _copy_sqlite(target: Path) -> None:
    """Copy the database with SQLite's online backup: consistent, and without keeping writers waiting."""
    config = current_config()
    database = config.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _dump(target: Path, url: str) -> None:
    program("pg_dump", url, ["--format=custom", f"--file={target}", f"--dbname={make_url(url).database}"])


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
