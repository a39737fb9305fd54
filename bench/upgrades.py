"""Kill the upgrade of an old database again and again (kill -9), go on, and look at what came out. Both databases.

Databases come from the programs of then, out of the history of this repository (tests/running/old_versions.py). A copy is killed at
a random moment of what an undisturbed upgrade from there takes, several times in a row where it lives on, and then upgraded to the
end. Only kills in the midst of a migration count.
It ends with exit code 1 where a head of the log changed, rows are missing, the schema differs from an undisturbed upgrade, or
`flask audit verify` finds a fault. KILLS says how many kills of each version on each database (20).
"""

import importlib
import logging
import os
import pkgutil
import re
import secrets
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask.cli import main as flask_main
from sqlalchemy import create_engine, text

import consult
from bench.servers import ROOT
from tests.running import children
from tests.running.old_versions import OLD_VERSIONS, OldVersion, keys_of, make
from tests.running.postgres import Server as Cluster

KILLS = int(os.environ.get("KILLS", "20"))
MOST_IN_A_ROW = 5
RUNNING = re.compile(r"Running upgrade (\w+) -> (\w+)")
KINDS = ("sqlite", "postgresql")
COUNTED = ("person", "village", "consultation", "audit_entry")


def main(arguments: list[str]) -> int:
    """Run on both databases, or on the one named (sqlite, postgresql), from all versions, or from those named (0.4)."""
    wrong = 0
    kinds = [kind for kind in KINDS if kind in arguments] or KINDS
    named = [old for old in OLD_VERSIONS if old.name in arguments]
    if unknown := set(arguments) - set(KINDS) - {old.name for old in named}:
        sys.exit(f"bench upgrades knows no {', '.join(sorted(unknown))}")
    for module in pkgutil.walk_packages(consult.__path__, "consult."):
        if not module.name.startswith(("consult.migrations", "consult.decoders")):
            importlib.import_module(module.name)
    for kind in kinds:
        for old in named or OLD_VERSIONS:
            with tempfile.TemporaryDirectory() as folder:
                Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
                cluster = Cluster(Path(folder), durable=True) if kind == "postgresql" else None
                try:
                    wrong += _on(old, kind, Path(folder), cluster)
                finally:
                    if cluster:
                        cluster.stop()
    return 1 if wrong else 0


@dataclass
class Upgrades:
    """One old database, its copies, and what became of them."""

    old: OldVersion
    folder: Path
    cluster: Cluster | None
    env: dict[str, str] = field(default_factory=dict)
    copies: int = 0
    whole: float = 0.0
    """Seconds that an undisturbed upgrade takes."""
    begins: dict[str, float] = field(default_factory=dict)
    """When it leaves each revision, in seconds after its start."""

    def begin(self) -> None:
        """Make the database by the program of then."""
        url = self.cluster.address(self.cluster.copy()) if self.cluster else ""
        self.made = url.rpartition("/")[2]
        driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self.instance = make(self.old, self.folder, driver)
        self.env = {"CONSULT_MODE": "production", "PUBLIC_URL": "http://127.0.0.1", "SECURE_COOKIES": "0"}
        self.env |= keys_of(self.instance)
        if self.cluster:
            self.cluster.close()

    def copy(self) -> str:
        """Return the address of a fresh copy, with files of its own."""
        self.copies += 1
        place = self.folder / f"copy-{self.copies}"
        shutil.copytree(self.instance, place)
        self.env["INSTANCE_PATH"] = str(place)
        if self.cluster is None:
            url = f"sqlite:///{place / 'consult.db'}"
        else:
            name = f"copy_{self.copies}"
            engine = create_engine(_driver(self.cluster.address()), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {self.made}"))
            engine.dispose()
            url = _driver(self.cluster.address(name))
        self.env["DATABASE_URL"] = url
        return url

    def drop(self, url: str) -> None:
        """Remove a copy that was looked at."""
        shutil.rmtree(self.env["INSTANCE_PATH"])
        if self.cluster:
            self.cluster.drop(url.rpartition("/")[2])
            self.cluster.close()

    def flask(self, *words: str) -> "Command":
        """Start a command of today on the newest copy."""
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")} | self.env
        return Command(self.folder / "said", env, words)

    def ends(self, *words: str) -> str:
        """Run a command to its end. Returns what it said, if it failed."""
        command = self.flask(*words)
        return f"{' '.join(words)}: {command.said()[-1500:]}" if command.wait() else ""

    def undisturbed(self) -> str:
        """Upgrade the newest copy to its end, and note when each migration begins. Returns what it said, if it failed."""
        begun, command = time.monotonic(), self.flask("db", "upgrade")
        while command.code is None:
            command.wait(0.005)
            for revision in RUNNING.findall(command.said())[len(self.begins) :]:
                self.begins[revision[0]] = time.monotonic() - begun
        self.whole = time.monotonic() - begun
        return "" if command.code == 0 else f"undisturbed: {command.said()[-1500:]}"

    def kill_within(self, revision: str) -> str:
        """Kill an upgrade of the newest copy, which stands at this revision, at a random moment of what is still to do.

        Returns the migration that it was in the midst of, or nothing where it was over by then.
        """
        first = min(self.begins.values())
        left = self.whole - self.begins[revision]
        begun, command = time.monotonic(), self.flask("db", "upgrade")
        command.wait(first + left * secrets.randbelow(1000) / 1000)
        if command.code == 0:  # it went faster than the undisturbed one: the machine is less busy now
            self.whole = min(self.whole, self.begins[revision] - first + time.monotonic() - begun)
        command.kill()
        into = [one[1] for one in RUNNING.findall(command.said())]
        return into[-1] if into and command.code else ""


class Command:
    """`flask …` in a copy of this process, which has read all modules already: that is most of what a command costs."""

    def __init__(self, out: Path, env: dict[str, str], words: tuple[str, ...]) -> None:
        self.out, self.code = out, cast(int | None, None)
        out.write_bytes(b"")
        self.pid = os.fork()
        if not self.pid:
            self._become(env, words)
        children.keep(self.pid)

    def _become(self, env: dict[str, str], words: tuple[str, ...]) -> None:
        code = 1
        try:
            os.setsid()
            with self.out.open("ab") as file:
                for number in (1, 2):
                    os.dup2(file.fileno(), number)
            os.environ.clear()
            os.environ.update(env)
            os.chdir(ROOT)
            sys.argv = ["flask", *words]
            migrations = logging.getLogger("alembic.runtime.migration")  # says which one begins
            migrations.setLevel(logging.INFO)
            migrations.addHandler(logging.StreamHandler())
            flask_main()
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, flush=True)
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def wait(self, seconds: float = float("inf")) -> int | None:
        """Return its exit code; None where it still runs after so long."""
        until = time.monotonic() + seconds
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= until:
                break
            else:
                time.sleep(0.002)
        return self.code

    def kill(self) -> None:
        """Kill it, as a power cut would, unless it has ended."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def said(self) -> str:
        return self.out.read_text(errors="replace")


def _on(old: OldVersion, kind: str, folder: Path, cluster: Cluster | None) -> int:
    runs = Upgrades(old, folder, cluster)
    runs.begin()
    url = runs.copy()
    before = _state(url)
    faults = [fault for fault in (runs.undisturbed(),) if fault]
    schema, after, newest = _schema(url), _state(url), _revision(url)
    if before != after:
        faults.append(f"undisturbed: {before} became {after}")
    into, left_at = Counter[str](), Counter[str]()
    while runs.begins and into.total() < KILLS and not faults:
        url = runs.copy()
        for _ in range(MOST_IN_A_ROW):
            killed_in = runs.kill_within(_revision(url))
            if not killed_in or (revision := _revision(url)) == newest:
                break
            into[killed_in] += 1
            left_at[revision] += 1
            if into.total() == KILLS:
                break
        faults += [fault for fault in (runs.ends("db", "upgrade"), runs.ends("audit", "verify")) if fault]
        if _state(url) != before:
            faults.append(f"killed: {before} became {_state(url)}")
        if _schema(url) != schema:
            faults.append("the schema is another than after an undisturbed upgrade")
        faults += _integrity(url)
        runs.drop(url)
    if not runs.begins and not faults:
        print(
            f"{kind}, {old.name}: its schema is today's ({newest}), nothing is migrated and nothing was killed",
            flush=True,
        )
        return 0
    print(
        f"{kind}, {old.name} ({old.revision} to {newest}): {runs.whole:.1f} s undisturbed, {into.total()} kills in "
        f"{runs.copies - 1} databases, in the midst of {_told(into)}; left at {_told(left_at)}"
    )
    print(
        "\n".join(faults) or "upgraded to the end each time; heads, rows and schema as undisturbed; audit verify clean",
        flush=True,
    )
    return len(faults)


def _told(counts: Counter[str]) -> str:
    return " ".join(f"{one}{f' ({times})' if times > 1 else ''}" for one, times in sorted(counts.items()))


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _state(url: str) -> dict[str, object]:
    """Return heads of the logs and counts of rows, which no upgrade may change."""
    engine = create_engine(url)
    with engine.connect() as connection:
        heads = connection.execute(text("SELECT village_id, number, hash FROM audit_head ORDER BY village_id")).all()
        counts = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in COUNTED}
    engine.dispose()
    return {"heads": [tuple(row) for row in heads], **counts}


def _revision(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()
    return str(revision)


def _schema(url: str) -> list[tuple[object, ...]]:
    """Return tables, columns, indexes and triggers as the database names them."""
    engine = create_engine(url)
    sqlite = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
    others = (
        "SELECT 'column', table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = 'public' UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes "
        "WHERE schemaname = 'public' UNION ALL SELECT 'trigger', event_object_table, trigger_name, action_statement, "
        "event_manipulation, action_timing FROM information_schema.triggers UNION ALL SELECT 'constraint', conrelid::regclass::text, "
        "conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3, 5"
    )
    with engine.connect() as connection:
        rows = connection.execute(text(sqlite if engine.dialect.name == "sqlite" else others)).all()
    engine.dispose()
    return [tuple(_in_order(part) for part in row) for row in rows]


def _in_order(part: object) -> object:
    """Return the lines of a statement in order: a table that Alembic makes anew names its constraints in any."""
    return sorted(line.strip().rstrip(",") for line in part.splitlines()) if isinstance(part, str) else part


def _integrity(url: str) -> list[str]:
    if not url.startswith("sqlite"):
        return []
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
