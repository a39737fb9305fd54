"""The libraries the app stands on, each set up once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, g, request
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from consult.config import Config, Misconfigured, can_only_be_read, guard_files
from consult.models import database_file, db
from consult.services.core import files, transactions
from consult.services.messages import deliveries

MARK_SEPARATOR = "~"


class FormProtect(CSRFProtect):  # type: ignore[misc]
    """Check the token of each form, and note for which sign-in the form was drawn: web.access compares it."""

    def _get_csrf_token(self) -> str | None:
        """Return what Flask-WTF compares with the session. It calls this for every request that writes."""
        token, separator, mark = request.form.get("csrf_token", "").rpartition(MARK_SEPARATOR)
        g.form_mark = mark
        return token if separator else None


login_manager = LoginManager()
babel = Babel()
csrf = FormProtect()

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL loses acknowledged votes at a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-4000",
    "PRAGMA mmap_size=134217728",
)


def init_app(app: Flask, config: Config) -> None:
    """Set up the app's libraries. Raises Misconfigured for settings that the provider of messages refuses."""
    deliveries.configured(config)
    guard_files(config)
    app.config.update(
        CONSULT=config,
        TESTING=config.mode == "test",
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=_sealed_url(config) if _is_sealed(config) else config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        BABEL_DEFAULT_LOCALE=config.languages[0].babel,
        WTF_CSRF_TIME_LIMIT=None,  # an elder who reads for two hours still may vote
        WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME="__Host-page" if config.secure_cookies else "page",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=files.LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=4000,  # an agreement of 400 rows has six fields in each
    )
    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        _prepare_engine(db.engine, config, lambda: app.config["CONSULT"].database_url.removeprefix("sqlite:///"))


def _is_sealed(config: Config) -> bool:
    """Tell whether the database is a file on a disk that can only be read: it is verified there, and never written to."""
    file = Path(config.database_url.removeprefix("sqlite:///"))
    return config.on_sqlite and file.exists() and can_only_be_read(file)


def _sealed_url(config: Config) -> str:
    """Return the address of a database that cannot be written to. Raises Misconfigured where its newest acts lie beside it."""
    file = Path(config.database_url.removeprefix("sqlite:///"))
    wal, shm = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
    if not wal.exists() or not wal.stat().st_size:
        return f"sqlite:///file:{quote(str(file))}?mode=ro&immutable=1&uri=true"
    if shm.exists():
        return f"sqlite:///file:{quote(str(file))}?mode=ro&uri=true"
    raise Misconfigured(
        f"{file} 最新的记录在 {wal} 里，这个硬盘上读不了：把两个文件复制到能写的硬盘，INSTANCE_PATH、DATABASE_URL 设成那里 / "
        f"The newest acts of {file} are in {wal}, which this disk does not "
        "let be read. Copy both files to a disk that can be written to, and set INSTANCE_PATH and DATABASE_URL to that place."
    )


def _engine_options(config: Config) -> dict[str, Any]:
    common = {"hide_parameters": True}  # a fault in the log names the statement, never the values
    if config.on_sqlite:
        return common | {"connect_args": {"timeout": 10, "check_same_thread": False}}
    return common | {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": False, "pool_recycle": 1800}


def _prepare_engine(engine: Engine, config: Config, place: Callable[[], str]) -> None:
    if config.on_sqlite:
        if not _is_sealed(config):
            database_file.watch(engine, place)
        event.listen(engine, "connect", _connect_sealed if _is_sealed(config) else _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _connect_sealed(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once for a unit of work: a lock taken late fails with SQLITE_BUSY under load."""
    writes = connection.get_execution_options().get(transactions.WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
