"""A PostgreSQL server for one test run: made in a temporary folder, shared by all workers, gone at the end.

With TEST_DATABASE_URL (a user who may create databases) that server is used instead.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.running import children

MISSING = "PostgreSQL is missing. Please type: apt-get install -y postgresql  (python3 run.py test does it as root)"
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "update_process_title=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "bgwriter_lru_maxpages=0",
)
SCHEMA = "schema"
LASTING = ("fsync=on", "synchronous_commit=on")


def _leave_empty(_url: str, _what: str) -> None:
    """Make no schema: the server that stands on it does."""


class Server:
    """One server. `folder` is shared by the workers of a run; whoever asks first starts the server."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.template = f"consult_template_{folder.name.lower().replace('-', '_')}"
        self.kept: psycopg.Connection | None = None
        """Makes and drops databases: a connection for each of them would take a third of their cost."""

    def address(self, database: str = "postgres") -> str:
        """The URL of one of its databases, for psycopg; starts the server if it does not run yet."""
        given = os.environ.get("TEST_DATABASE_URL")
        base = given or self.start()
        head, _, tail = base.rpartition("/")
        query = tail.partition("?")[2]
        return f"{head}/{database}" + (f"?{query}" if query else "")

    def copy(self, fill: Callable[[str, str], None] = _leave_empty, what: str = SCHEMA) -> str:
        """A fresh copy of a database that is made once a run: by `fill`, which gets its address and what it is."""
        name = f"consult_{secrets.token_hex(6)}"
        with locked(self.folder / "template.lock"):
            template = self._made(fill, what)
        self._copy(template, name)
        return name

    def _made(self, fill: Callable[[str, str], None], what: str) -> str:
        """The database that copies are made of. A village is put into a copy of the schema."""
        template = f"{self.template}_{what}"
        if not (self.folder / f"{what}.made").exists():
            if what == SCHEMA:
                self._execute("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", template)
            else:
                self._copy(self._made(fill, SCHEMA), template)
            fill(self.address(template), what)
            (self.folder / f"{what}.made").touch()
        return template

    def _copy(self, template: str, name: str) -> None:
        by_files = "" if self.durable or os.environ.get("TEST_DATABASE_URL") else " STRATEGY FILE_COPY"
        self._execute("CREATE DATABASE {} TEMPLATE {}" + by_files, name, template)

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def stop(self) -> None:
        """At the end of the run: leave nothing behind."""
        if os.environ.get("TEST_DATABASE_URL"):
            for made in self.folder.glob("*.made"):
                self.drop(f"{self.template}_{made.stem}")
        self.close()
        if (self.folder / "postgres.url").exists():
            self._pg("pg_ctl", "stop", "-D", self.folder / "postgres", "-m", "immediate")

    def halt(self) -> None:
        """Stop the server as an operator does, so that it can go on."""
        self.close()
        self._pg("pg_ctl", "stop", "-D", self.folder / "postgres", "-m", "fast", "-w")

    def go_on(self) -> None:
        """Start the server that was made or halted. It ends with the run, even with one that is killed."""
        data = self.folder / "postgres"
        self._pg("pg_ctl", "start", "-D", data, "-w", "-t", "60", "-l", data / "log")
        started = int((data / "postmaster.pid").read_text().split()[0])
        children.keep(started, signal.SIGQUIT, owner=children.run_of())

    def close(self) -> None:
        """Give the kept connection back, at the end of a worker."""
        if self.kept is not None:
            self.kept.close()
            self.kept = None

    def _execute(self, statement: str, *names: str) -> None:
        if self.kept is None or self.kept.closed:
            self.kept = psycopg.connect(self.address(), autocommit=True)
        self.kept.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def start(self) -> str:
        """Start a server of this run's own, unless it runs. Return its address."""
        written = self.folder / "postgres.url"
        with locked(self.folder / "postgres.lock"):
            if not written.exists():
                written.write_text(self._start())
        return written.read_text()

    def _start(self) -> str:
        data, port = self.folder / "postgres", free_port()
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, unprivileged().pw_name)
        self._pg("initdb", "-D", data, "-U", "postgres", "--auth", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
        settings = [
            *(LASTING if self.durable else FAST),
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={data}",
            "max_connections=200",
        ]
        with open(data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, _, value in (s.partition("=") for s in settings))
        self.go_on()
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def _pg(self, program: str, *args: str | Path) -> None:
        """PostgreSQL refuses to run as root, so that root lends it somebody with fewer rights."""
        lent: dict[str, Any] = {}
        if os.geteuid() == 0:
            lent = {"user": unprivileged().pw_uid, "group": unprivileged().pw_gid, "extra_groups": []}
        command = [find_program(program), *map(str, args)]
        result = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **lent,
        )
        if result.returncode:
            pytest.fail(f"{program} failed: {result.stderr}")


def find_program(name: str) -> str:
    """Where a program of PostgreSQL lies: on the path, or where Debian keeps them. The newest one."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    found = str(beside[-1]) if beside else shutil.which(name)
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return found


def unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
