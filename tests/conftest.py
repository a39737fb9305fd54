"""What every test may ask for. The people are in village.py, the browser in browser.py."""

import gc
import pickle
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context, has_request_context
from flask import request as http_request
from flask.globals import _cv_app as contexts
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

import run
from consult import clock, create_app
from consult.cli.machine import doctor
from consult.config import Config
from consult.demo import seed_village
from consult.models import db
from consult.services.core import schema
from consult.web import rollback_alarm
from consult.web.guards import runner_alarm
from tests import compiled_templates, hours, kept_schema
from tests.apps import app_on, made
from tests.client import Client
from tests.lock_order import LockOrder
from tests.running.postgres import SCHEMA, Server, locked
from tests.village import Cast, Who, build, sign_in_as

pytest_plugins = ["tests.browser"]
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # a machine with other work to do is no fault of a rule

SECRETS: dict[str, Any] = {
    "secret_key": "test-only-0123456789-abcdefghijklmnop",
    "data_key": "test-only-abcdefghijklmnop-0123456789",
}
BOTH, POSTGRESQL = ["sqlite", "postgresql"], ["postgresql"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--durable", action="store_true", help="PostgreSQL with fsync, as in production (slower)")
    parser.addoption("--whole", action="store_true", help="sweeps send every odd value to every place (slow)")
    parser.addoption(
        "--at", metavar="HH:MM", help="the time in the village when the run begins; without it, the present"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: runs once on SQLite and once on PostgreSQL")
    config.addinivalue_line("markers", "postgresql: runs on PostgreSQL only")
    config.addinivalue_line("markers", "own_app: changes the app itself, which is otherwise shared by many tests")
    config.addinivalue_line("markers", "sweep: opens every page, or needs PostgreSQL or a browser: left out of `check`")
    config.addinivalue_line("markers", "one_language: a journey that looks at no page, and runs in one language")
    config.addinivalue_line("markers", "serial: never beside another serial test (faults, timing)")
    given = getattr(config, "workerinput", None)
    if given is None:
        run.compile_translations()
        if time := config.getoption("--at"):
            hours.begin_at(time)
    config.stash[FOLDER] = Path(given["folder"] if given else tempfile.mkdtemp(prefix="consult-", dir=memory()))
    config.stash[FOLDER].chmod(0o755)  # PostgreSQL runs as somebody else
    compiled_templates.begin_in(config.stash[FOLDER] / "templates")
    if given is None and config.option.basetemp is None:
        config.option.basetemp = config.stash[FOLDER] / "tests"


def memory() -> str | None:
    """Where files live in memory, if there is room: thousands of databases are made and dropped in a run."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > ROOM else None


ROOM = 3 * 1024**3
CHECKS = Path(__file__).parent / "checks"


BROWSERS = {"browser", "keeping_browser"}
FOLDER = pytest.StashKey[Path]()
WHAT = pytest.StashKey[str]()
"""What the database of a test came with: the schema, the village, or the demo village."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Search once for garbage whose end should have been told, not five times through all that the run holds."""
    gc.collect()
    gc.freeze()
    if not hasattr(config, "workerinput") and FOLDER in config.stash:
        Server(config.stash[FOLDER], durable=False).stop()
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_is_quick)
    for item in items:
        if item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group("serial"))
        elif item.path.is_relative_to(CHECKS):
            item.add_marker(pytest.mark.xdist_group("checks"))  # all read the same sources, which one worker parses
        if _needs_a_program(item):
            item.add_marker(pytest.mark.sweep)


def _is_quick(item: pytest.Item) -> bool:
    """Return whether a test may wait for the others: what is long or in a row begins first, that none is left to one worker alone."""
    if item.get_closest_marker("sweep") or item.get_closest_marker("serial"):
        return False
    return not BROWSERS & set(getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Keep what was imported and listed out of every search for garbage: it stays until the end of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


GARBAGE = 20_000
"""So many new objects and no fewer are searched for garbage. With Python's own 700 that took 4 to 7 % of the CPU."""


def _needs_a_program(item: pytest.Item) -> bool:
    """Return whether a test runs on PostgreSQL or in a browser, which `check` does without."""
    if not isinstance(item, pytest.Function):
        return False
    values = item.callspec.params if hasattr(item, "callspec") else {}
    return values.get("database_kind") == "postgresql" or bool(BROWSERS & set(item.fixturenames))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        if metafunc.definition.get_closest_marker("both_databases"):
            metafunc.parametrize("database_kind", BOTH)
        elif metafunc.definition.get_closest_marker("postgresql"):
            metafunc.parametrize("database_kind", POSTGRESQL)


@pytest.fixture(scope="session")
def folder(pytestconfig: pytest.Config) -> Path:
    """Shared by all workers of a run."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def postgres(folder: Path, pytestconfig: pytest.Config) -> Iterator[Server]:
    server = Server(folder, durable=pytestconfig.getoption("durable"))
    yield server
    server.close()


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def database_url(database_kind: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own, with the newest schema, and with what is in it by then (`came_with`)."""
    what = request.node.stash[WHAT] = came_with(request.fixturenames)
    if database_kind == "sqlite":
        url = copy_sqlite(folder, tmp_path / "consult.db", what)
        _bring_files(folder / f"{what}.files", tmp_path)
        yield url
        return
    server: Server = request.getfixturevalue("postgres")
    files = folder / f"{what}-postgresql.files"
    name = server.copy(lambda url, made: _fill(url, folder, made, files), what)
    _bring_files(files, tmp_path)
    yield _with_driver(server.address(name))
    server.drop(name)


def came_with(names: Sequence[str]) -> str:
    """Return what the database of a test holds, by the fixtures it asks for."""
    return next((what for what in ("demo_village", "village") if what in names), SCHEMA)


def _bring_files(files: Path, place: Path) -> None:
    """Give a test the files that belong to its database: pictures, and the note of where the log stood."""
    if files.exists():
        shutil.copytree(files, place / "instance")


def copy_sqlite(folder: Path, target: Path, what: str = SCHEMA) -> str:
    """A copy of a database that is made once a run."""
    with locked(folder / "sqlite.lock"):
        made = _sqlite(folder, what)
    shutil.copy(made, target)
    return f"sqlite:///{target}"


def _sqlite(folder: Path, what: str) -> Path:
    """The database that copies are made of. A village is put into a copy of the schema."""
    made, making = folder / f"{what}.db", folder / f"{what}.making"
    if made.exists():
        return made
    if what == SCHEMA and kept_schema.bring(making):
        making.rename(made)
        return made
    if what != SCHEMA:
        shutil.copy(_sqlite(folder, SCHEMA), making)
    _fill(f"sqlite:///{making}", folder, what, folder / f"{what}.files")
    with closing(sqlite3.connect(making)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if what == SCHEMA:
        kept_schema.keep(making)
    making.rename(made)
    return made


def _fill(url: str, folder: Path, what: str, files: Path) -> None:
    """The newest schema into an empty database; into a copy of it the cast, or the demo village with its files."""
    with tempfile.TemporaryDirectory() as instance:
        config = Config(database_url=_with_driver(url), instance_path=Path(instance), mode="test", **SECRETS)
        if what == "demo_village":
            config = replace(config, instance_path=files, mode="demo")
        app = create_app(config)
        with app.app_context():
            if what == SCHEMA:
                schema.create()
            if what == "village":
                (folder / "cast.pickle").write_bytes(pickle.dumps(build()))
            if what == "demo_village":
                seed_village.seed(now=clock.now())
            db.session.remove()
            db.engine.dispose()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Override it in a test module to try other settings."""
    return Config(
        database_url=database_url,
        instance_path=tmp_path / "instance",
        mode="test",
        public_url="http://localhost",
        secure_cookies=False,
        **SECRETS,
    )


class Watch:
    """What the database was told. A GET that commits is noted, and fails the test at its end."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.written_on_get: list[str] = []
        self.locks = LockOrder()

    def on(self, engine: Engine) -> None:
        for name, heard in self._heard().items():
            event.listen(engine, name, heard)
        self.locks.on(engine)

    def off(self, engine: Engine) -> None:
        """Hear no more: the engine serves many tests, and would tell all their watches of each statement."""
        for name, heard in self._heard().items():
            event.remove(engine, name, heard)
        self.locks.off(engine)

    def _heard(self) -> dict[str, Callable[..., None]]:
        return {"before_cursor_execute": self._statement, "commit": self._commit}

    def _statement(self, _conn: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            self.queries.append(statement)

    def _commit(self, _conn: Connection) -> None:
        if has_request_context() and http_request.method in ("GET", "HEAD"):
            self.written_on_get.append(http_request.path)


@pytest.fixture(autouse=True, scope="session")
def patient_doctor() -> Iterator[None]:
    """Give each part of `flask doctor` the time it takes on a loaded machine. Tests of how long it waits set their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "MOST_SECONDS_EACH", 60)
        yield


@pytest.fixture(autouse=True)
def no_context_stays() -> Iterator[None]:
    """A context of an app that a failed test leaves open would be that of every later test of its worker, and fail them."""
    yield
    left = []
    while has_app_context():
        context = contexts.get()
        left.append(context.app.config["CONSULT"].database_url)
        context.pop()
    assert not left, f"the context of an app is left open: {left}"


@pytest.fixture
def app(config: Config, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a database of its own: SQLite, or as the marks `both_databases` and `postgresql` say."""
    served = made(config) if request.node.get_closest_marker("own_app") else app_on(config)
    served.test_client_class = Client
    watch = served.extensions["watch"] = Watch()
    with served.app_context():
        engine = db.engine
    watch.on(engine)
    yield served
    watch.off(engine)
    with served.app_context():
        db.session.remove()
        engine.dispose()
    assert not watch.written_on_get, f"a GET committed: {watch.written_on_get}"
    assert not watch.locks.inversions, "\n".join(dict.fromkeys(watch.locks.inversions))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def village(app: Flask, folder: Path, request: pytest.FixtureRequest) -> Cast:
    """The standing cast in their village, and Mr Wong in another. They came with the database, or are made now."""
    if request.node.stash.get(WHAT, SCHEMA) == SCHEMA:
        with app.app_context():
            return build()
    cast: Cast = pickle.loads((folder / "cast.pickle").read_bytes())
    return cast


@pytest.fixture
def demo_village(database_url: str) -> None:
    """The demo village, where there is something of everything. It came with the database: to seed it takes seconds."""


@pytest.fixture
def as_person(app: Flask, village: Cast) -> Callable[[Who], Client]:
    """A browser in which one of the cast is signed in: `as_person(village.ah_fong).get("/rongxi/")`."""

    with app.app_context():
        rollback_alarm.raised()  # what a server looks up once, at its start, is no cost of a page
        runner_alarm.raised()
        db.session.remove()

    def sign_in(who: Who) -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        sign_in_as(client, who)
        return client

    return sign_in


@pytest.fixture
def inside(app: Flask, village: Cast) -> Iterator[Cast]:
    """For tests of services: the app's context, with the cast in it. Not together with a client."""
    with app.app_context():
        yield village
        db.session.rollback()
