"""Kill the upgrade of an old database again and again (kill -9), go on, and look at what came out. Both databases.

Databases come from the programs of then, out of the history of this repository (tests/running/old_versions.py). A copy is killed at
a random moment of the time that an undisturbed upgrade takes, several times in a row where it lives on, and then upgraded to the end.
It ends with exit code 1 where a head of the log changed, rows are missing, the schema differs from an undisturbed upgrade, or
`flask audit verify` finds a fault. KILLS says how many kills of each version on each database (20).
"""

import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.servers import ROOT
from tests.running.old_versions import OLD_VERSIONS, OldVersion, keys_of, make
from tests.running.postgres import Server as Cluster

KILLS = int(os.environ.get("KILLS", "20"))
MOST_IN_A_ROW = 4
KINDS = ("sqlite", "postgresql")
COUNTED = ("person", "village", "consultation", "audit_entry")


def main(arguments: list[str]) -> int:
    """Run on both databases, or on the one named (sqlite, postgresql), from all versions, or from those named (0.4)."""
    wrong = 0
    kinds = [kind for kind in KINDS if kind in arguments] or KINDS
    named = [old for old in OLD_VERSIONS if old.name in arguments]
    if unknown := set(arguments) - set(KINDS) - {old.name for old in named}:
        sys.exit(f"bench upgrades knows no {', '.join(sorted(unknown))}")
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

    def flask(self, *words: str) -> subprocess.Popen[str]:
        """Start a command of today on the newest copy."""
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")} | self.env
        command = [sys.executable, "-m", "flask", *words]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def ends(self, *words: str) -> str:
        """Run a command to its end. Returns what it said, if it failed."""
        process = self.flask(*words)
        said = process.communicate()[0]
        return f"{' '.join(words)}: {said[-1500:]}" if process.returncode else ""

    def kill_after(self, seconds: float) -> bool:
        """Kill an upgrade at that moment. Returns whether it was not over by then."""
        process = self.flask("db", "upgrade")
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        return False


def _on(old: OldVersion, kind: str, folder: Path, cluster: Cluster | None) -> int:
    runs = Upgrades(old, folder, cluster)
    runs.begin()
    url = runs.copy()
    before = _state(url)
    begun = time.monotonic()
    faults = [fault for fault in (runs.ends("db", "upgrade"),) if fault]
    whole = time.monotonic() - begun
    schema, after = _schema(url), _state(url)
    if before != after:
        faults.append(f"undisturbed: {before} became {after}")
    killed, left_at = 0, dict[str, int]()
    while killed < KILLS and not faults:
        url = runs.copy()
        for _ in range(MOST_IN_A_ROW):
            if killed == KILLS or not runs.kill_after(whole * (0.2 + 0.8 * secrets.randbelow(1000) / 1000)):
                break
            killed += 1
            revision = _revision(url)
            left_at[revision] = left_at.get(revision, 0) + 1
        faults += [fault for fault in (runs.ends("db", "upgrade"), runs.ends("audit", "verify")) if fault]
        if _state(url) != before:
            faults.append(f"killed: {before} became {_state(url)}")
        if _schema(url) != schema:
            faults.append("the schema is another than after an undisturbed upgrade")
        faults += _integrity(url)
    left = ", ".join(f"{revision}: {count}" for revision, count in sorted(left_at.items()))
    print(
        f"{kind}, {old.name}: {whole:.1f} s undisturbed, {killed} kills in {runs.copies - 1} databases, left at {left}"
    )
    print(
        "\n".join(faults) or "upgraded to the end each time; heads, rows and schema as undisturbed; audit verify clean",
        flush=True,
    )
    return len(faults)


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
