"""Compare the schema of a database with the migrations of this program, without Alembic, which the server does not load."""

import hashlib
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from consult.config import ROOT, VERSION, Misconfigured
from consult.services.machine import database_access

MIGRATIONS = ROOT / "consult" / "migrations" / "versions"
SUMS = MIGRATIONS.parent / "SHA256SUMS"
"""The digest of each migration that was in a release: none of them is changed any more."""


def files() -> list[Path]:
    """Return the migrations, the oldest first."""
    return sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def revision_of(migration: Path) -> str:
    """Return the revision that a migration leads to."""
    return migration.name[:4]


def newest() -> str:
    """Return the revision that this program needs."""
    return revision_of(files()[-1])


def is_known(revision: str) -> bool:
    """Tell whether this program has the migration that leads to a revision."""
    return revision in {revision_of(one) for one in files()}


def of_database(engine: Engine) -> str:
    """Return the revision of a database; empty before its first migration. Raises OperationalError where it is away."""
    if not inspect(engine).has_table("alembic_version"):
        return ""
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def why_not(revision: str) -> str:
    """Return the sentence for a database that does not fit this program, and what to type; empty where it fits."""
    if revision == newest():
        return ""
    if not revision:
        return (
            "数据库还没有表，请输入：flask db upgrade / The database has no tables yet. Please type: flask db upgrade"
        )
    if not is_known(revision):
        return (
            f"数据库的结构 {revision} 比程序（{newest()}）新：请用新的程序，或者放回以前的备份 / "
            f"The database is of schema {revision}, "
            f"newer than this program ({VERSION}, schema {newest()}). Start the newer program, or restore a backup made before."
        )
    return (
        f"数据库的结构是 {revision}，程序要 {newest()}，请输入：flask db upgrade / "
        f"The database is of schema {revision}, this program needs {newest()}. Please type: flask db upgrade"
    )


def hidden_in(revision: str) -> str:
    """Return the schema of PostgreSQL in which tables are that the user does not find; empty where the revision was found."""
    return "" if revision else next(iter(database_access.hidden_in()), "")


def why_hidden(revision: str) -> str:
    """Return the sentence for a database whose user does not find the tables that are there; empty where he finds them.

    New tables beside them would be a second, empty site.
    """
    hidden = hidden_in(revision)
    if not hidden:
        return ""
    return (
        f"数据库里已经有表，在 {hidden} 里，数据库的用户找不到：请看 search_path 和 GRANT USAGE ON SCHEMA，不要另建新表。"
        "那是别的程序的，就给本程序单独一个数据库 / "
        f"There are tables in the schema {hidden}, which the user of the database does not find: look at search_path and "
        "GRANT USAGE ON SCHEMA, and make no new ones. If they are another program's, give this one a database of its own."
    )


def why_not_here(revision: str) -> str:
    """Return the sentence for the database at hand that does not fit this program, also for one whose tables are hidden."""
    return why_hidden(revision) or why_not(revision)


def refuse_unless_current(engine: Engine) -> None:
    """Refuse to work on a database whose schema is another than this program's. Raises Misconfigured."""
    if sentence := why_not_here(of_database(engine)):
        raise Misconfigured(sentence)


def digest_of(migration: Path) -> str:
    """Return the digest of a migration as SHA256SUMS has it."""
    return hashlib.sha256(migration.read_bytes()).hexdigest()


def released() -> dict[str, str]:
    """Return the digests of the migrations that were released, by the name of their file."""
    lines = SUMS.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def edited() -> list[str]:
    """Return the released migrations that are gone or not what they were."""
    there = {one.name: one for one in files()}
    return [name for name, digest in released().items() if name not in there or digest_of(there[name]) != digest]
