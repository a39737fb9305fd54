"""PostgreSQL gives no answer, another one, or takes nothing: each reader is told whether the vote counted, the operator what it is,
nothing that was acknowledged is lost, and all goes on by itself when the fault is over."""

import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask_migrate.cli import db as migrations
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from consult import clock
from consult.cli import told_by
from consult.domain.schedules import Schedule
from consult.models import BallotEvent, JobRun, db
from consult.services.core import rollback_guard, schema
from consult.services.core.job_runner import Job, Runner
from tests.faults.test_full_disk import largest_file
from tests.running.postgres import Server
from tests.village import a_poll

pytestmark = [pytest.mark.postgresql, pytest.mark.own_app, pytest.mark.serial]
SAID = "再撳一次唔會計兩次"
"""That a vote without a receipt is not cast, and that it may be sent again; in Cantonese."""
IN_MANDARIN = "再按一次不会算两次"
CANTONESE = {"Accept-Language": "yue-Hant-HK"}


@dataclass
class Operator:
    """A superuser who stands on another database of the server, and the user that the app signs in as."""

    server: Any
    database: str
    role: str

    def says(self, statement: str, *names: str, at: str = "postgres") -> list[Any]:
        with psycopg.connect(self.server.address(at), autocommit=True) as connection:
            done = connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return done.fetchall() if done.description else []

    def here(self, statement: str, *names: str) -> list[Any]:
        return self.says(statement, *names, at=self.database)

    def connections(self) -> list[int]:
        query = f"SELECT pid FROM pg_stat_activity WHERE usename = '{self.role}'"
        return [pid for (pid,) in self.says(query)]

    def ends_connections(self) -> None:
        self.says(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{self.role}'")

    @contextmanager
    def setting(self, words: str) -> Iterator[None]:
        self.says(f"ALTER ROLE {{}} {words}", self.role)
        self.ends_connections()
        yield
        self.says("ALTER ROLE {} RESET ALL", self.role)
        self.says("ALTER ROLE {} LOGIN CONNECTION LIMIT -1", self.role)

    @contextmanager
    def revoked(self, rights: str, given: str) -> Iterator[None]:
        self.here(f"REVOKE {rights} FROM {{}}", self.role)
        yield
        self.here(f"GRANT {given} TO {{}}", self.role)

    @contextmanager
    def renamed(self) -> Iterator[None]:
        self.ends_connections()
        self.says("ALTER DATABASE {} RENAME TO {}", self.database, f"{self.database}_away")
        yield
        self.says("ALTER DATABASE {} RENAME TO {}", f"{self.database}_away", self.database)

    @contextmanager
    def dropped(self) -> Iterator[None]:
        """Dropped under its users, and put back from a copy."""
        copy = f"{self.database}_copy"
        self.ends_connections()
        self.says("CREATE DATABASE {} TEMPLATE {}", copy, self.database)
        self.says("DROP DATABASE {} WITH (FORCE)", self.database)
        yield
        self.says("ALTER DATABASE {} RENAME TO {}", copy, self.database)

    @contextmanager
    def another_password(self) -> Iterator[None]:
        ((place,),) = self.says("SHOW hba_file")
        ((before,),) = self.says("SELECT pg_read_file(current_setting('hba_file'))")
        self._write(place, f"host all {self.role} all scram-sha-256\n{before}")
        self.says("ALTER ROLE {} PASSWORD 'second'", self.role)
        self.ends_connections()
        yield
        self._write(place, before)

    def _write(self, place: str, words: str) -> None:
        with psycopg.connect(self.server.address(), autocommit=True) as connection:
            lines = sql.Literal([line for line in words.splitlines() if line.strip() and not line.startswith("#")])
            connection.execute(sql.SQL("COPY (SELECT unnest({}::text[])) TO {}").format(lines, sql.Literal(place)))
            connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def held(self, words: str) -> Iterator[None]:
        """Somebody holds the tables that every page reads, and the user has little patience."""
        with psycopg.connect(self.server.address(self.database)) as other, self.setting(words):
            other.execute("LOCK TABLE village, installation IN ACCESS EXCLUSIVE MODE")
            yield

    @contextmanager
    def full(self) -> Iterator[None]:
        """PostgreSQL says of the ballots that the disk is full, as it does where their tablespace is."""
        self.here(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
        )
        self.here("CREATE TRIGGER full_disk BEFORE INSERT ON ballot_event EXECUTE FUNCTION full_disk()")
        yield
        self.here("DROP FUNCTION full_disk CASCADE")


@pytest.fixture
def operator(postgres, database_url) -> Iterator[Operator]:
    one = Operator(postgres, str(make_url(database_url).database), f"app_{secrets.token_hex(4)}")
    one.says("CREATE ROLE {} LOGIN PASSWORD 'first'", one.role)
    for what in ("TABLES", "SEQUENCES"):
        one.here(f"GRANT ALL ON ALL {what} IN SCHEMA public TO {{}}", one.role)
    yield one
    one.ends_connections()
    one.here("DROP OWNED BY {}", one.role)
    one.says("DROP ROLE {}", one.role)


@pytest.fixture
def config(config, operator):
    url = make_url(config.database_url).set(username=operator.role, password="first")
    return replace(config, database_url=url.render_as_string(hide_password=False))


TIMED = "数据库太久没有答"
FAULTS: dict[str, tuple[Callable[[Operator], Any], str, str]] = {
    "statement_timeout": (lambda o: o.held("SET statement_timeout = 300"), "no answer in time", TIMED),
    "lock_timeout": (lambda o: o.held("SET lock_timeout = 200"), "no answer in time", TIMED),
    "idle_in_transaction": (
        lambda o: o.setting("SET idle_in_transaction_session_timeout = 1"),
        "no answer in time|away",  # the client may find the connection closed before it reads why
        f"{TIMED}|连不上",
    ),
    "no right to read": (lambda o: o.revoked("ALL ON village", "ALL ON village"), "no right to a table", "GRANT"),
    "no right to vote": (
        lambda o: o.revoked("INSERT ON ballot_event", "INSERT ON ballot_event"),
        "no right to a table: ballot_event",
        "没有权用 ballot_event",
    ),
    "no right to number": (
        lambda o: o.revoked("ALL ON ALL SEQUENCES IN SCHEMA public", "ALL ON ALL SEQUENCES IN SCHEMA public"),
        "no right to a table: .*_seq",
        "没有权用 .*_seq",
    ),
    "search_path": (lambda o: o.setting("SET search_path = nowhere"), "in the schema public", "我们的表在 public 里"),
    "read-only": (lambda o: o.setting("SET default_transaction_read_only = on"), "read-only", "写不了"),
    "limit": (lambda o: o.setting("CONNECTION LIMIT 0"), "away: no connection left", "连接用满了"),
    "not let in": (lambda o: o.setting("NOLOGIN"), "away: user or password refused", "不让他登录"),
    "password": (Operator.another_password, "away: user or password refused", "用户或密码不对"),
    "renamed": (Operator.renamed, "away: no such database", "没有这个数据库"),
    "dropped": (Operator.dropped, "away: no such database", "没有这个数据库"),
}


def vote_of(reader: Any, poll: int, token: str, key: str, *, htmx: bool = False) -> Any:
    headers = CANTONESE | ({"HX-Request": "true"} if htmx else {})
    fields = {"csrf_token": token, "choice": "1", "key": key}
    return reader.post(f"/rongxi/polls/{poll}/ballots", data=fields, headers=headers)


def stored(app, poll: int) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(BallotEvent.poll_id == poll)) or 0


def ready(app) -> str:
    app.extensions.pop("readiness", None)
    app.extensions.pop("room", None)
    answer = app.test_client().get("/readyz")
    assert answer.is_json
    return f"{answer.status_code} {answer.get_data(as_text=True)}"


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_to_all_who_ask_and_over_when_it_is_over(app, operator, as_person, village, name):
    begin, at_ready, at_doctor = FAULTS[name]
    with app.app_context():
        poll = a_poll(village)
        rollback_guard.advance(now=clock.now())  # a witness that must not be taken for an alarm
        at = clock.now()
        db.session.add(JobRun(job="close_due", due_at=at, tries=1, claimed_until=at, finished_at=at))
        db.session.commit()
        db.session.remove()
    reader, done = as_person(village.ah_fong), []
    token, runner = reader.token(), Runner(app, {})
    jobs = [Job("probe", Schedule(timedelta(microseconds=1)), done.append)]
    with begin(operator):
        for htmx in (False, True) if name != "no right to number" else ():
            answer = vote_of(reader, poll, token, "mine", htmx=htmx)
            page = answer.get_data(as_text=True)
            assert answer.status_code == 503 and answer.headers["Retry-After"], page
            assert "<html" in page or htmx
            assert SAID in page or "冇做到" in page, page
        for path in ("/rongxi/", f"/rongxi/polls/{poll}", "/"):
            answer = app.test_client().get(path, headers=CANTONESE)
            assert answer.status_code in (200, 503) and len(answer.data) > 200, path
            assert answer.status_code == 200 or answer.headers["Retry-After"]
        assert re.search(at_ready, ready(app)) and ready(app).startswith("503")
        said = app.test_cli_runner().invoke(args=["doctor"])
        assert isinstance(said.exception, SystemExit) and said.exit_code == 2, said.output
        assert re.search(at_doctor, said.output) and "flask db upgrade" not in said.output.replace(
            "不要输入 flask db upgrade", ""
        )
        try:
            runner.look(jobs)
        except Exception as error:
            print(name, type(error).__name__)
    operator.ends_connections()
    done.clear()
    assert ready(app).startswith("200")
    assert stored(app, poll) == 0
    assert vote_of(reader, poll, token, "mine").status_code == 303
    assert vote_of(reader, poll, token, "mine").status_code == 303
    assert stored(app, poll) == 1
    runner.look(jobs)
    assert len(done) == 1
    assert app.test_client().get("/rongxi/").status_code == 200


HIDING = {
    "search_path": lambda o: o.setting("SET search_path = nowhere"),
    "another schema first": lambda o: o.setting("SET search_path = spare"),
    "no USAGE": lambda o: o.revoked("USAGE ON SCHEMA public", "USAGE ON SCHEMA public"),
}


@pytest.mark.parametrize("name", HIDING)
def test_tables_that_the_user_does_not_find_are_not_made_a_second_time(app, operator, village, name):
    """`flask db upgrade` made a second, empty site in the other schema, and the other commands told one to type it."""
    operator.here("CREATE SCHEMA spare AUTHORIZATION {}", operator.role)
    operator.here("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    operator.here("GRANT USAGE ON SCHEMA public TO {}", operator.role)
    schema.prepare(app)
    told_by(migrations)
    runner = app.test_cli_runner()
    with HIDING[name](operator):
        operator.ends_connections()
        for words in (["upgrade"], ["backup", "--plain"], ["village", "list"]):
            said = runner.invoke(migrations, words) if words == ["upgrade"] else runner.invoke(args=words)
            assert said.exit_code == 1 and isinstance(said.exception, SystemExit), said.output
            assert "数据库里已经有表，在 public 里" in said.output and "Traceback" not in said.output, said.output
            assert "flask db upgrade" not in said.output
    tables = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'spare'"
    assert operator.here(tables) == [(0,)]
    operator.ends_connections()
    assert runner.invoke(args=["village", "list"]).exit_code == 0


def owns_the_tables(operator: Operator) -> None:
    """Let the user of the database own our tables, as where he made them."""
    owner = "SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'village'"
    operator.here("GRANT {} TO {}", operator.here(owner)[0][0], operator.role)


SECOND_SITE = """CREATE TABLE spare.alembic_version AS SELECT * FROM public.alembic_version;
    CREATE TABLE spare.village AS SELECT * FROM public.village WITH NO DATA;
    ALTER TABLE spare.alembic_version OWNER TO {0}; ALTER TABLE spare.village OWNER TO {0}"""
"""Tables of ours without a village, as an upgrade once made them beside those that were hidden."""


@pytest.mark.parametrize("words", [[], ["--over"]], ids=["restore", "restore --over"])
@pytest.mark.parametrize(
    ("second", "why"),
    [("", "数据库里已经有表，在 public 里"), (SECOND_SITE, "备份里有 public 里的表，这个数据库的 public 里也有")],
    ids=["nothing", "an empty site"],
)
def test_a_restore_never_replaces_a_village_that_the_user_does_not_find(
    app, operator, village, tmp_path, words, second, why
):
    """pg_restore dropped the tables in `public` without --over and without a copy, because nothing was found in the other schema."""
    owns_the_tables(operator)
    runner, backup = app.test_cli_runner(), tmp_path / "before.backup"
    made = runner.invoke(args=["backup", str(backup), "--plain"])
    assert made.exit_code == 0, made.output
    operator.here("UPDATE village SET name = '后来的名字'")
    operator.here("CREATE SCHEMA spare AUTHORIZATION {}", operator.role)
    if second:
        operator.here(second, operator.role)
    with operator.setting("SET search_path = spare"):
        with app.app_context():
            db.engine.dispose()
        said = runner.invoke(args=["restore", str(backup), *words])
        assert said.exit_code == 1 and why in said.output, said.output
    with app.app_context():
        db.engine.dispose()
    assert operator.here("SELECT DISTINCT name FROM public.village") == [("后来的名字",)]
    operator.here("DROP SCHEMA spare CASCADE")
    restored = runner.invoke(args=["restore", str(backup), "--over"])
    assert "放回来了" in restored.output, restored.output
    assert operator.here("SELECT count(*) FROM public.village WHERE name = '后来的名字'") == [(0,)]


def test_a_village_in_a_schema_with_a_space_in_its_name_is_not_replaced_either(app, operator, village, tmp_path):
    owns_the_tables(operator)
    runner, backup = app.test_cli_runner(), tmp_path / "before.backup"
    operator.here('ALTER SCHEMA public RENAME TO "old site"')
    operator.here("CREATE SCHEMA spare AUTHORIZATION {}", operator.role)
    operator.here(SECOND_SITE.replace("public.", '"old site".'), operator.role)
    try:
        with operator.setting('SET search_path = "old site"'):
            with app.app_context():
                db.engine.dispose()
            made = runner.invoke(args=["backup", str(backup), "--plain"])
            assert made.exit_code == 0, made.output
        with operator.setting("SET search_path = spare"):
            with app.app_context():
                db.engine.dispose()
            said = runner.invoke(args=["restore", str(backup)])
            assert said.exit_code == 1 and "备份里有 old site 里的表" in said.output, said.output
    finally:
        with app.app_context():
            db.engine.dispose()
        operator.here("DROP SCHEMA spare CASCADE")
        operator.here('ALTER SCHEMA "old site" RENAME TO public')


def test_what_lies_beside_a_village_keeps_no_backup_from_being_put_back(app, operator, village, tmp_path):
    """The copy that a restore makes of what stood there has the other schema too: nothing is replaced without one."""
    owns_the_tables(operator)
    operator.here("CREATE SCHEMA spare AUTHORIZATION {}", operator.role)
    operator.here(SECOND_SITE, operator.role)
    runner, backup = app.test_cli_runner(), tmp_path / "now.backup"
    made = runner.invoke(args=["backup", str(backup), "--plain"])
    assert made.exit_code == 0, made.output
    restored = runner.invoke(args=["restore", str(backup), "--over"])
    assert "放回来了" in restored.output, restored.output


def test_a_full_tablespace_takes_no_vote_and_says_so(app, operator, as_person, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    reader = as_person(village.ah_fong)
    token = reader.token()
    with operator.full():
        answer = vote_of(reader, poll, token, "mine")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert SAID in answer.text and "儲唔到嘢" in answer.text and stored(app, poll) == 0
    assert vote_of(reader, poll, token, "mine").status_code == 303


class TestOfAServerOfItsOwn:
    """Processes that can write no file end their whole server where they must write its log: beside other tests they had to."""

    @pytest.fixture(scope="class")
    @classmethod
    def postgres(cls, folder) -> Iterator[Server]:
        place = folder / f"own-{secrets.token_hex(4)}"
        place.mkdir()
        server = Server(place, durable=False)
        yield server
        server.stop()

    @pytest.mark.usefixtures("village")
    def test_a_database_that_can_make_no_file_is_not_ready(self, app, operator):
        """The operating system lets the server's processes write no file beyond one page: nothing of it is in any table yet."""
        ready(app)
        for pid in operator.connections():
            largest_file(pid, "8192:")
        assert "disk does not read or write" in ready(app)
        said = app.test_cli_runner().invoke(args=["doctor"]).output
        operator.ends_connections()
        assert "写入数据库：数据库的文件读不了或写不了" in said
        assert "disk" not in ready(app)


def test_of_connections_that_are_killed_all_the_time_no_receipt_is_lost(app, operator, as_person, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    voters = [village.ah_fong, village.old_chan, village.aunt_leung, village.uncle_ho, village.ms_yip]
    readers = [as_person(one) for one in voters]
    tokens = [reader.token() for reader in readers]
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.01):
            operator.ends_connections()

    killing = threading.Thread(target=kill)
    killing.start()
    answers = []
    for _round in range(6):
        for n, (reader, token) in enumerate(zip(readers, tokens, strict=True)):
            answers.append((n, vote_of(reader, poll, token, f"key-{n}")))
    over.set()
    killing.join()
    with app.app_context():
        db.engine.dispose()  # the last ones that were killed lie in the pool, unnoticed
    statuses = [answer.status_code for _, answer in answers]
    assert set(statuses) <= {303, 503, 409} and 503 in statuses, statuses
    refused = [answer.text for _, answer in answers if answer.status_code == 503]
    assert [page for page in refused if SAID not in page and IN_MANDARIN not in page] == []
    acknowledged = {n for n, answer in answers if answer.status_code == 303}
    assert stored(app, poll) >= len(acknowledged)
    for n, (reader, token) in enumerate(zip(readers, tokens, strict=True)):
        assert vote_of(reader, poll, token, f"key-{n}").status_code == 303
    assert stored(app, poll) == len(voters)
    print(f"{len(answers)} votes sent, {statuses.count(303)} receipts, {statuses.count(503)} refused")
