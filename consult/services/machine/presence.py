"""Know whether web servers or job runners stand on this place: a backup is not put back under their feet."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from consult.config import Config, Misconfigured

FILE = "in-use.lock"
SECONDS_TO_HANG_UP = 2.0
"""How long a connection that was closed a moment ago may still be named by PostgreSQL."""
OTHERS = text(
    "SELECT application_name AS program, COALESCE(client_addr::text, CASE WHEN backend_type IS NULL "
    "THEN 'as ' || usename ELSE 'this machine' END) AS whence FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL "
    "AND (backend_type IS NULL OR backend_type = 'client backend')"
)
"""Who else is connected. From a role that is no superuser PostgreSQL hides of what kind the sessions of other users are, and
whence they come. Its own workers, as autovacuum, act for no user."""
_held: dict[Path, int] = {}
"""The locks of this process, by place; they end with it."""


class InUse(Exception):
    """Another process works on this place; the text says who, and what to do."""


def hold(config: Config) -> None:
    """Say for as long as this process lives that it works on the place. Raises Misconfigured while a backup is put back."""
    path = config.instance_path / FILE
    if path in _held:
        return
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a disk that can only be read: nothing is put back on it
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Misconfigured(
            "正在把备份放回来，放好了再启动 / A backup is being put back. Start again when that is done."
        ) from None
    _held[path] = descriptor


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Keep web servers and job runners of this machine from starting meanwhile. Raises InUse where one runs."""
    descriptor = os.open(config.instance_path / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(
                "网站或后台任务还在运行，请先输入：systemctl stop consult-web consult-jobs / "
                "The web server or the job runner is running. First type: systemctl stop consult-web consult-jobs"
            ) from None
        _refuse_connections(config)
        yield
    finally:
        os.close(descriptor)


def _refuse_connections(config: Config) -> None:
    """Refuse while anybody else is connected to a database of PostgreSQL, also from another machine. Raises InUse."""
    if config.on_sqlite:
        return
    engine = create_engine(config.database_url, poolclass=NullPool)
    until = time.monotonic() + SECONDS_TO_HANG_UP
    while True:
        with engine.connect() as connection:
            others = connection.execute(OTHERS).all()
        if not others:
            return
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    named = " + ".join(sorted({f"{one.program or 'a program'} ({one.whence})" for one in others}))
    raise InUse(
        f"还有 {len(others)} 个程序连着数据库，先停掉：别的机器上的网站和后台任务、备份、开着的 psql / "
        f"{len(others)} others are connected to the database: {named}. "
        "Stop them first: web servers and job runners of other machines, backups, an open psql."
    )


def release(config: Config) -> None:
    """Give the lock of this process back: for tests, in which one process is many servers."""
    if (descriptor := _held.pop(config.instance_path / FILE, None)) is not None:
        with suppress(OSError):
            os.close(descriptor)
